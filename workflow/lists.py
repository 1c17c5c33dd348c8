"""What people look up: their own requests, their unit's, one of them whole, and the figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from matching.masking import mask, mask_name
from matching.values import Record, Subject
from matching.when import parse_duration
from storage import chats as chat_rows
from storage import figures
from storage import people as people_rows
from storage import requests as rows
from storage.models import Chat, Membership, Person, Request, Unit
from workflow import people, reuse, rights, units
from workflow.body import Body
from workflow.cards import history
from workflow.digests import build
from workflow.errors import Refused
from workflow.people import unit_at_hand
from workflow.record import record, verify
from workflow.requests import access, find, link
from workflow.states import WAITING
from workflow.text import Text, t
from workflow.work import LANE_DIGEST, Tx, Work

SHOWN = 20  # lines of a list; a phone shows about so many


async def line(tx: Tx, request: Request, *, masked: bool = True) -> Text:
    """One request in one line of a list."""
    body = Body.of(request, tx.sealer)
    from_unit = await tx.session.get(Unit, request.from_unit_id) if request.from_unit_id else None
    to_unit = await tx.session.get(Unit, request.to_unit_id) if request.to_unit_id else None
    rule = tx.policy.types.get(request.type)
    labels = dict(rule.labels) if rule else {"zh": request.type, "en": request.type}
    late = request.state in WAITING and request.due_at is not None and request.due_at < tx.now
    return t(
        "list.late" if late else "list.line", number=request.number or request.external_id, state=t(f"state.{request.state}"),
        type=t("by_language", zh=labels.get("zh", request.type), en=labels.get("en", request.type)),
        from_unit=from_unit.name if from_unit else "", to_unit=to_unit.name if to_unit else "",
        subject=subject_hint(body.subjects, masked=masked), due=request.due_at, link=link(request.number or ""),
        handler=await people.name_by_id(tx, request.handler_id) if request.handler_id else "",
    )  # fmt: skip


def subject_hint(subjects: Sequence[Subject], *, masked: bool) -> str:
    """The first subject, short."""
    if not subjects:
        return "—"
    first = subjects[0]
    name = mask_name(first.name) if masked else first.name
    number = next(((mask(i) if masked else i.value) for i in first.ids), "")
    more = f" +{len(subjects) - 1}" if len(subjects) > 1 else ""
    return " ".join(part for part in (name, number) if part) + more


async def _say_list(tx: Tx, title: str, found: Sequence[Request], **params: object) -> None:
    if not found:
        await tx.say(t(f"{title}.none", **params))
        return
    lines = [await line(tx, request) for request in found[:SHOWN]]
    more = t("list.more", count=len(found) - SHOWN) if len(found) > SHOWN else None
    await tx.say(t(title, lines=lines, count=len(found), more=more, **params))


async def mine(work: Work) -> None:
    """``/mine``: what I asked and is not over, and what I have to do."""
    async with work.write() as tx:
        asked = await rows.waiting(tx.session, asker=tx.who.person_id)
        answered = await rows.answered_of(tx.session, tx.who.person_id)
        todo = [r for r in await rows.waiting(tx.session, handler=tx.who.person_id) if r.state == "accepted"]
        if not (asked or answered or todo):
            await tx.say(t("mine.none"))
            return
        parts = []
        for key, found in (("mine.todo", todo), ("mine.asked", asked), ("mine.answered", answered)):
            if found:
                parts.append(t(key, lines=[await line(tx, r) for r in found[:SHOWN]], count=len(found)))
        await tx.say(t("mine", parts=parts))


async def inbox(work: Work, code: str = "") -> None:
    """``/inbox``: what the unit has to answer."""
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "inbox", code)
        found = [
            r for r in await rows.waiting(tx.session, to_unit=unit.id, limit=200) if r.state != "returned"
        ]
        await _say_list(tx, "inbox", found, unit=unit.name)


async def overdue(work: Work, code: str = "") -> None:
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "overdue", code)
        late = [
            *await rows.waiting(tx.session, to_unit=unit.id, overdue_at=tx.now, limit=200),
            *await rows.waiting(tx.session, from_unit=unit.id, overdue_at=tx.now, limit=200),
        ]
        await _say_list(tx, "overdue", list(dict.fromkeys(late)), unit=unit.name)


async def show_one(work: Work, ref: str) -> None:
    """``/show N`` and ``/r_N``: the card in a group; the whole request, logged, in a private chat."""
    async with work.write() as tx:
        request = await find(tx, ref, example="/show KS26-0042")
        await access(tx, request, "see")
        if not tx.where.private:
            await _card_again(tx, request)
            return
        if rights.may(tx.who, "full", request) is not None:
            await _card_again(tx, request)
            return
        ground = (
            "asker"
            if rights.is_asker(tx.who, request)
            else "handler"
            if rights.is_handler(tx.who, request)
            else "unit"
        )
        await record(tx, request, "read", person=tx.who.person_id, ground=ground, number=request.number)
        await tx.queue(
            "reveal",
            chat_id=tx.where.chat_id,
            reply_to=tx.where.message_id,
            request_id=request.id,
            payload={"person_id": tx.who.person_id},
        )
        await tx.queue(
            "files", chat_id=tx.where.chat_id, request_id=request.id, payload={"person_id": tx.who.person_id}
        )


async def show_id(work: Work, request_id: int) -> None:
    """``/show`` in reply to something about a request."""
    async with work.read() as tx:
        request = await tx.session.get(Request, request_id)
    await show_one(work, request.number or "" if request else "")


async def export(work: Work, code: str = "") -> None:
    """``/export``: the unit's ledger as a workbook, to the liaison's private chat only."""
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "export", code)
        if not tx.who.private_ok and not tx.where.private:
            raise Refused("error.export_private", bot=tx.policy.bot_username)
        await record(tx, None, "export", unit=unit.code, person=tx.who.person_id)
        await tx.queue(
            "export",
            chat_id=tx.who.telegram_id,
            lane=LANE_DIGEST,
            payload={"unit_id": unit.id, "person_id": tx.who.person_id},
        )
        if not tx.where.private:
            await tx.say(t("export.sent"))


async def _card_again(tx: Tx, request: Request) -> None:
    """Where a card stands in this chat, point at it; else put one here."""
    card = await rows.card_post(tx.session, request.id, tx.where.chat_id)
    if card is not None:
        await tx.say(
            t("show.here", line=await line(tx, request)),
            chat_id=tx.where.chat_id,
            thread_id=card.thread_id,
            reply_to=card.message_id,
            request_id=request.id,
        )
        return
    await tx.queue(
        "card",
        chat_id=tx.where.chat_id,
        thread_id=tx.where.thread_id,
        reply_to=tx.where.message_id,
        request_id=request.id,
        purpose="card",
        coalesce_key=f"card:{request.id}:{tx.where.chat_id}",
    )
    await record(tx, request, "shown", chat=tx.where.chat_id)


async def search(work: Work, words: str) -> None:
    """``/find words``: part of a name, a number (masked too), a case; among what the actor may see."""
    async with work.write() as tx:
        words = words.strip()
        if len(words) < 2:
            raise Refused("error.find_short", example="/find 320583********0010")
        query: Record = tx.engine.query(words)
        seen: list[Request] = []
        for candidate in await reuse.candidates(tx, query):
            request = await tx.session.get(Request, int(candidate.id))
            if (
                request is not None
                and request.number
                and rights.may(tx.who, "see", request) is None
                and tx.engine.mentions(query, candidate)
            ):
                seen.append(request)
        for request in seen[:SHOWN]:
            await record(tx, request, "found", person=tx.who.person_id)
        await _say_list(tx, "find", seen)


async def stats(work: Work, span: str = "7d", code: str = "") -> None:
    """``/stats [7d]``"""
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "stats", code)
        try:
            length = timedelta(seconds=parse_duration(span or "7d").seconds)
        except ValueError:
            raise Refused("error.duration", given=span, example="/stats 7d") from None
        if length <= timedelta():
            raise Refused("error.duration", given=span, example="/stats 7d")
        done = await figures.over(tx.session, [unit.id], tx.now - length, tx.now)
        waiting = await figures.waiting(tx.session, [unit.id])
        late = sum(1 for r in waiting if r.due_at is not None and r.due_at < tx.now)
        await tx.say(t(
            "stats", unit=unit.name, span=length, new=done.new, answered=done.answered, reused=done.reused, declined=done.declined,
            on_time=done.on_time, median=done.median_hours if done.median_hours is not None else "—", waiting=len(waiting), late=late,
        ))  # fmt: skip


async def digest_now(work: Work) -> None:
    """``/digest``: today's, now, without waiting for its time."""
    async with work.write() as tx:
        await unit_at_hand(tx, "digest")
        chat = await tx.session.get_one(Chat, tx.where.chat_id)
        zone = tx.policy.zone
        view = await build(tx, chat.id, tx.now.astimezone(zone).date())
        await tx.queue(
            "digest",
            chat_id=chat.id,
            thread_id=tx.where.thread_id,
            reply_to=tx.where.message_id,
            lane=LANE_DIGEST,
            purpose="digest",
            payload={"view": view.to_json()},
        )


async def members(work: Work, code: str = "") -> None:
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "members", code)
        await tx.say(
            t(
                "members",
                unit=unit.name,
                lines=[_member(tx, m, p) for m, p in await people_rows.of_unit(tx.session, unit.id)],
            )
        )


def _member(tx: Tx, membership: Membership, person: Person) -> Text:
    key = "members.pending" if membership.state == "pending" else "members.line"
    profile = people.profile(tx, person)
    username = f"@{profile['username']}" if profile["username"] else ""
    return t(
        key,
        name=people.name_of(tx, person),
        username=username,
        role=t(f"role.{membership.role}"),
        since=membership.since.date(),
    )


async def roster(work: Work, code: str = "") -> None:
    """``/roster``: who in the unit handles requests now, and how much each has."""
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "roster", code)
        lines = []
        for person in await people_rows.with_role(tx.session, unit.id, ("liaison", "handler")):
            has = [r for r in await rows.waiting(tx.session, handler=person.id) if r.state == "accepted"]
            membership = await people_rows.membership(tx.session, person.id, unit.id)
            lines.append(
                t(
                    "roster.line",
                    name=people.name_of(tx, person),
                    role=t(f"role.{membership.role if membership else 'handler'}"),
                    count=len(has),
                )
            )
        await tx.say(
            t("roster", unit=unit.name, lines=lines)
            if lines
            else t("roster.none", unit=unit.name, example="/role @user handler")
        )


async def unit_card(work: Work, code: str = "") -> None:
    """``/unit``: the unit, what stands above and below it, its groups."""
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "unit", code)
        above = [u.name for u in await units.superiors(tx, unit.id)]
        below = [u.name for u in await units.current(tx) if u.parent_id == unit.id]
        groups = [c.title or str(c.id) for c in await chat_rows.of_unit(tx.session, unit.id)]
        await tx.say(
            t(
                "unit",
                name=unit.name,
                code=unit.code,
                aliases="、".join(unit.aliases),
                above=" › ".join(above) or "—",
                below="、".join(below) or "—",
                groups="、".join(groups) or "—",
            )
        )


async def audit(work: Work, ref: str) -> None:
    """``/audit N``: who did and who read what, in order."""
    async with work.write() as tx:
        if not tx.who.admin:
            raise Refused("denied.admin")
        request = await access(tx, await find(tx, ref, example="/audit KS26-0042"), "audit")
        lines = [
            t("audit.line", at=h.at, action=t(f"history.{h.action}"), name=h.name or "—", unit=h.unit)
            for h in await history(tx, request)
        ]
        await record(tx, request, "audited", person=tx.who.person_id)
        await tx.say(t("audit", number=request.number, lines=lines))


async def verify_now(work: Work) -> None:
    """``/verify``: the chains recomputed."""
    async with work.write() as tx:
        if not tx.who.admin:
            raise Refused("denied.admin")
    async with work.read() as tx:
        checked, broken = await verify(tx)
    async with work.write() as tx:
        if broken is None:
            await tx.say(t("verify.good", count=checked))
        else:
            await tx.say(
                t("verify.broken", number=broken.number or f"#{broken.chain}", seq=broken.seq, why=broken.why)
            )


async def start(work: Work, payload: str = "") -> None:
    """``/start``, and ``/start r_KS26_0042`` from the 🔒 button."""
    if payload.startswith("r_"):
        await show_one(work, payload)
        return
    async with work.write() as tx:
        own = [u.name for u in await units.current(tx) if u.id in tx.who.units]
        await tx.say(t("help.start", unit="、".join(own) or "—", example=await example(tx)))


async def help_(work: Work) -> None:
    async with work.write() as tx:
        key = "help.private" if tx.where.private else "help.group"
        leads = tx.who.admin or any(s.role == "liaison" for s in tx.who.standings)
        handles = leads or any(s.role == "handler" for s in tx.who.standings)
        extra = [t("help.handler")] * handles + [t("help.liaison")] * leads + [t("help.admin")] * tx.who.admin
        await tx.say(t(key, example=await example(tx), extra=extra))


async def example(tx: Tx) -> Text:
    """An example that works on this desk: its first type, a unit that is not the reader's own."""
    rule = next(iter(tx.policy.types.values()))
    other = next((u for u in await units.current(tx) if u.id not in tx.who.units), None)
    label = t("by_language", zh=rule.labels.get("zh", rule.key), en=rule.labels.get("en", rule.key))
    return t("help.example", type=label, unit=other.name if other else "—")
