"""What people do to a registered request: accept, answer, return, decline, assign, transfer, and so on.

Each use case reads in one order: find with the right asked, decide, write (row under guard, event, cards),
tell those whom it concerns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from matching.masking import mask_text
from matching.when import DueProblem, read_due
from storage import chats as chat_rows
from storage import people as people_rows
from storage import requests as rows
from storage.models import Answer, Comment, File, Membership, Person, Request, Unit
from workflow import deadlines, people, reuse, units
from workflow.body import Body
from workflow.cards import buttons as card_buttons
from workflow.cards import hide_names, side_of
from workflow.errors import Refused
from workflow.outcomes import read_outcome
from workflow.record import record
from workflow.requests import access, apply, by_id, find, link, mention, show, sides, tell
from workflow.text import Button, t
from workflow.work import Tx, Work

Ref = int | str  #: a request's id (from a button), or what somebody typed
STARS = range(1, 6)


@dataclass(frozen=True, kw_only=True, slots=True)
class FileIn:
    """A file that came with a message."""

    kind: str
    file_id: str
    unique_id: str
    name: str = ""
    media_group: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """What was done, for the toast under a pressed button."""

    number: str
    action: str


async def _reach(tx: Tx, ref: Ref, action: str, example: str) -> Request:
    request = await by_id(tx, ref) if isinstance(ref, int) else await find(tx, ref, example=example)
    return await access(tx, request, action)


def _done(request: Request, action: str) -> Done:
    return Done(number=request.number or "", action=action)


async def _asker_mention(tx: Tx, request: Request) -> Any:
    person = await tx.session.get(Person, request.asker_id) if request.asker_id else None
    return mention(people.name_of(tx, person), person.telegram_id) if person else None


def _need(why: str, key: str, number: str | None, example: str) -> str:
    why = why.strip()
    if not why:
        raise Refused(key, number=number, example=example.replace("N", number or "N"))
    return why


async def _comment(tx: Tx, request: Request, kind: str, text: str) -> None:
    tx.session.add(
        Comment(
            request_id=request.id,
            person_id=tx.who.person_id,
            at=tx.now,
            kind=kind,
            sealed=tx.sealer.seal("comments", {"text": text}),
        )  # fmt: skip
    )
    await tx.session.flush()


async def _shown(tx: Tx, request: Request, text: str) -> str:
    """A free text as a group may see it."""
    return hide_names(mask_text(text), Body.of(request, tx.sealer).subjects)


async def accept(work: Work, ref: Ref) -> Done:
    async with work.write() as tx:
        request = await _reach(tx, ref, "accept", "/accept KS26-0042")
        await apply(tx, request, "accept", handler_id=tx.who.person_id, accepted_at=tx.now)
        told = t(
            "accepted",
            number=request.number,
            by=mention(tx.who.name, tx.who.telegram_id),
            due=request.due_at,
            asker=await _asker_mention(tx, request),
        )
        await tell(tx, request, told, [request.chat_id])
        await _hand_over(tx, request, tx.who.telegram_id, tx.who.private_ok)
        return _done(request, "accept")


async def _hand_over(tx: Tx, request: Request, telegram_id: int, private_ok: bool) -> None:
    """The whole request, unmasked, to the one who has it now: in private, where a chat is open."""
    person = await people_rows.by_telegram_id(tx.session, telegram_id)
    if person is None or not private_ok:
        return
    await tx.queue("reveal", chat_id=telegram_id, request_id=request.id, payload={"person_id": person.id})
    await record(tx, request, "read", person=person.id, ground="handler", number=request.number)


async def answer(work: Work, ref: Ref, text: str, files: Sequence[FileIn] = ()) -> Done:
    """``/answer N text``, or a reply that starts ``#反馈``. A text that begins with 部分 or 查无 says the outcome."""
    async with work.write() as tx:
        example = "/answer KS26-0042 已核实，情况属实。"
        request = await _reach(tx, ref, "answer", example)
        outcome, text = read_outcome(text)
        if not text and not files:
            raise Refused("error.answer_empty", number=request.number, example=example)
        partial = outcome == "partly_more"
        outcome = "partly" if partial else outcome
        rule = tx.policy.types.get(request.type)
        row = Answer(
            request_id=request.id, person_id=tx.who.person_id, unit_id=request.to_unit_id, at=tx.now,
            outcome=outcome, partial=partial, fresh_until=tx.now + rule.fresh_for if rule else None,
            sealed=tx.sealer.seal("answers", {"text": text}),
        )  # fmt: skip
        tx.session.add(row)
        await tx.session.flush()
        _add_files(tx, files, request_id=request.id, answer_id=row.id)
        changes: dict[str, Any] = {
            "outcome": outcome,
            "partial": partial,
            "handler_id": request.handler_id or tx.who.person_id,
        }
        if request.accepted_at is None:
            changes["accepted_at"] = tx.now
        if not partial:
            changes["answered_at"] = tx.now
        await apply(
            tx,
            request,
            "partial" if partial else "answer",
            detail={"outcome": outcome, "answer": row.id},
            **changes,
        )
        await _deliver(tx, request, text, outcome, partial, bool(files))
        if not partial:
            body = Body.of(request, tx.sealer)
            await reuse.index(tx, request, body)
            await reuse.offer_to_waiting(tx, request, body)
        return _done(request, "answer")


async def _deliver(tx: Tx, request: Request, text: str, outcome: str, partial: bool, has_files: bool) -> None:
    """The asker learns the answer: masked in the group, whole in private where a chat is open."""
    unit = await tx.session.get(Unit, request.to_unit_id) if request.to_unit_id else None
    told = t(
        "answered.partly" if partial else "answered", number=request.number, unit=unit.name if unit else "",
        by=tx.who.name, outcome=t(f"outcome.{outcome}"), text=await _shown(tx, request, text),
        asker=await _asker_mention(tx, request), link=link(request.number or ""),
    )  # fmt: skip
    side = await side_of(tx, request, request.chat_id) if request.chat_id else "asker"
    keyboard = [] if partial else card_buttons(request, "asker" if side == "both" else side)
    await tell(tx, request, told, [request.chat_id], buttons=keyboard)
    if has_files:
        await send_files(tx, request, [request.chat_id])
    await _reveal_to_asker(tx, request)


async def _reveal_to_asker(tx: Tx, request: Request) -> None:
    person = await tx.session.get(Person, request.asker_id) if request.asker_id else None
    if person is not None and person.private_ok and person.telegram_id != request.chat_id:
        await tx.queue(
            "reveal", chat_id=person.telegram_id, request_id=request.id, payload={"person_id": person.id}
        )
        await record(tx, request, "read", person=person.id, ground="asker", number=request.number)


async def send_files(tx: Tx, request: Request, chats: Sequence[int | None]) -> None:
    """Files go to the other side: into its own groups protected against forwarding, never into shared ones.

    A second later, and as one line, so that an album that arrives as several messages goes out together.
    """
    for chat_id in chats:
        if chat_id is None:
            continue
        shared = len(await chat_rows.units_of(tx.session, chat_id)) > 1
        if chat_id < 0 and (shared or not tx.policy.files_in_groups):
            continue
        card = await rows.card_post(tx.session, request.id, chat_id)
        await tx.queue(
            "files", chat_id=chat_id, request_id=request.id, not_before=tx.now + timedelta(seconds=1),
            thread_id=request.thread_id if chat_id == request.chat_id else None,
            reply_to=card.message_id if card else None, coalesce_key=f"files:{request.id}:{chat_id}",
        )  # fmt: skip


def _add_files(tx: Tx, files: Sequence[FileIn], **columns: Any) -> None:
    for file in files:
        tx.session.add(
            File(
                kind=file.kind,
                at=tx.now,
                media_group=file.media_group,
                chat_id=tx.where.chat_id,
                message_id=tx.where.message_id,
                sealed=tx.sealer.seal(
                    "files", {"file_id": file.file_id, "unique_id": file.unique_id, "name": file.name}
                ),
                **columns,
            )  # fmt: skip
        )


async def give_back(work: Work, ref: Ref, why: str) -> Done:
    """``/return N why``: back to the asker for more."""
    async with work.write() as tx:
        request = await _reach(tx, ref, "return", "/return KS26-0042 请补充出生日期")
        why = _need(why, "error.why_return", request.number, "/return N 请补充出生日期")
        await _comment(tx, request, "return", why)
        await apply(tx, request, "return")
        told = t(
            "returned",
            number=request.number,
            by=tx.who.name,
            why=await _shown(tx, request, why),
            asker=await _asker_mention(tx, request),
        )
        await tell(tx, request, told, [request.chat_id], purpose="ask:complete")
        return _done(request, "return")


async def complete(work: Work, ref: Ref, text: str, files: Sequence[FileIn] = ()) -> Done:
    """The asker gives more after a return: the request goes to the asked unit again."""
    async with work.write() as tx:
        request = await _reach(tx, ref, "complete", "KS26-0042")
        if not text.strip() and not files:
            raise Refused("error.complete_empty", number=request.number)
        _add_files(tx, files, request_id=request.id)
        await _comment(tx, request, "comment", text.strip())
        await apply(tx, request, "complete", handler_id=None, accepted_at=None)
        told = t("completed", number=request.number, by=tx.who.name, text=await _shown(tx, request, text))
        await tell(tx, request, told, (await sides(tx, request)).asked)
        if files:
            await send_files(tx, request, (await sides(tx, request)).asked)
        return _done(request, "complete")


async def decline(work: Work, ref: Ref, why: str) -> Done:
    async with work.write() as tx:
        request = await _reach(tx, ref, "decline", "/decline KS26-0042 不属本辖区")
        why = _need(why, "error.why_decline", request.number, "/decline N 不属本辖区")
        await _comment(tx, request, "decline", why)
        await apply(tx, request, "decline")
        await reuse.forget(tx, request)
        told = t(
            "declined",
            number=request.number,
            by=tx.who.name,
            why=await _shown(tx, request, why),
            asker=await _asker_mention(tx, request),
        )
        await tell(tx, request, told, [request.chat_id])
        return _done(request, "decline")


async def assign(work: Work, ref: Ref, who: int | str) -> Done:
    """``/assign N @user``: to a handler of the asked unit. ``who``: a person's id (button) or what was typed."""
    async with work.write() as tx:
        example = "/assign KS26-0042 @user"
        request = await _reach(tx, ref, "assign", example)
        if isinstance(who, str) and not who.strip():
            raise Refused("error.assign_whom", number=request.number, example=example)
        person = await tx.session.get(Person, who) if isinstance(who, int) else await people.find(tx, who)
        member = (
            await people_rows.membership(tx.session, person.id, request.to_unit_id)
            if person and request.to_unit_id
            else None
        )
        if person is None or not _can_handle(member):
            known = [
                people.name_of(tx, p)
                for p in await people_rows.with_role(
                    tx.session, request.to_unit_id or 0, ("handler", "liaison")
                )
            ]
            raise Refused(
                "error.not_a_handler",
                given=str(who) if person is None else people.name_of(tx, person),
                handlers="、".join(known),
                example=example,
            )
        await apply(
            tx,
            request,
            "assign",
            handler_id=person.id,
            accepted_at=request.accepted_at or tx.now,
            detail={"to": person.id},
        )
        name = people.name_of(tx, person)
        told = t(
            "assigned",
            number=request.number,
            to=mention(name, person.telegram_id),
            by=tx.who.name,
            due=request.due_at,
        )
        await tell(tx, request, told, (await sides(tx, request)).asked)
        await _hand_over(tx, request, person.telegram_id, person.private_ok)
        return _done(request, "assign")


def _can_handle(member: Membership | None) -> bool:
    return member is not None and member.state == "active" and member.role in ("handler", "liaison")


async def transfer(work: Work, ref: Ref, to: int | str) -> Done:
    """``/transfer N unit``: to another unit, whose clock starts now only where the asker named no time."""
    async with work.write() as tx:
        example = "/transfer KS26-0042 常州"
        request = await _reach(tx, ref, "transfer", example)
        if isinstance(to, str) and not to.strip():
            raise Refused("error.transfer_where", number=request.number, example=example)
        but_not = frozenset({request.to_unit_id or 0, request.from_unit_id or 0})
        unit = (
            await tx.session.get(Unit, to)
            if isinstance(to, int)
            else await units.named(tx, to, action=f"1:transfer:{request.id}", but_not=but_not)
        )
        if unit is None or unit.retired_at is not None or unit.id in but_not:
            raise Refused("error.transfer_same", number=request.number, example=example)
        old_chats = (await sides(tx, request)).asked
        old_unit = await tx.session.get(Unit, request.to_unit_id) if request.to_unit_id else None
        await apply(
            tx,
            request,
            "transfer",
            to_unit_id=unit.id,
            handler_id=None,
            accepted_at=None,
            detail={"from": request.to_unit_id, "to": unit.id},
        )
        told = t(
            "transferred",
            number=request.number,
            unit=unit.name,
            from_unit=old_unit.name if old_unit else "",
            by=tx.who.name,
        )
        await tell(tx, request, told, [request.chat_id, *old_chats, *(await sides(tx, request)).asked])
        return _done(request, "transfer")


async def delay(work: Work, ref: Ref, until: str, why: str) -> Done:
    """``/delay N until why``: need more time; the asker is told until when, and why."""
    async with work.write() as tx:
        example = "/delay KS26-0042 3天 等待上级批准"
        request = await _reach(tx, ref, "delay", example)
        due = await _later(tx, request, until, example)
        why = _need(why, "error.why_delay", request.number, "/delay N 3天 等待上级批准")
        before = request.due_at
        await _comment(tx, request, "delay", why)
        await apply(
            tx, request, "delay", due_at=due, due_fixed=True, detail={"due_before": before, "due": due}
        )
        told = t(
            "delayed",
            number=request.number,
            due=due,
            before=before,
            by=tx.who.name,
            why=await _shown(tx, request, why),
            asker=await _asker_mention(tx, request),
        )
        await tell(tx, request, told, [request.chat_id])
        return _done(request, "delay")


async def _later(tx: Tx, request: Request, until: str, example: str) -> datetime:
    if not until.strip():
        raise Refused("error.delay_when", number=request.number, example=example)
    read = read_due(until, now=tx.now.astimezone(tx.policy.zone))
    if isinstance(read, DueProblem):
        raise Refused(f"error.due_{read.code}", given=until, example=example)
    due = (
        read.at or tx.policy.calendar.add(tx.now, read.span, tx.policy.zone) if read.span or read.at else None
    )
    if due is None or (request.due_at is not None and due <= request.due_at and request.due_at > tx.now):
        raise Refused("error.delay_earlier", number=request.number, due=request.due_at, example=example)
    return due


async def nudge(work: Work, ref: Ref) -> Done:
    """``/nudge N``: reminds whoever has it, once an hour."""
    async with work.write() as tx:
        request = await _reach(tx, ref, "nudge", "/nudge KS26-0042")
        again = request.nudged_at + tx.policy.nudge_every if request.nudged_at else None
        if again is not None and again > tx.now:
            raise Refused("error.nudge_soon", number=request.number, again=again)
        await apply(tx, request, "nudge", nudged_at=tx.now)
        from_unit = await tx.session.get(Unit, request.from_unit_id) if request.from_unit_id else None
        told = t(
            "nudged",
            number=request.number,
            unit=from_unit.name if from_unit else "",
            by=tx.who.name,
            who=await holders(tx, request),
            due=request.due_at,
        )
        await tell(tx, request, told, (await sides(tx, request)).asked)
        return _done(request, "nudge")


async def holders(tx: Tx, request: Request) -> list[Any]:
    """Who has it: the handler, else the asked unit's liaisons; as names that ring."""
    if request.handler_id is not None:
        person = await tx.session.get_one(Person, request.handler_id)
        return [mention(people.name_of(tx, person), person.telegram_id)]
    found = await people_rows.with_role(tx.session, request.to_unit_id or 0, ("liaison",))
    return [mention(people.name_of(tx, p), p.telegram_id) for p in found]


async def close(work: Work, ref: Ref) -> Done:
    async with work.write() as tx:
        request = await _reach(tx, ref, "close", "/close KS26-0042")
        await apply(tx, request, "close", closed_at=tx.now)
        stars = [[Button(label=t("button.rate", stars=s), data=f"1:rate:{request.id}:{s}") for s in STARS]]
        await tell(
            tx, request, t("closed", number=request.number, by=tx.who.name), [request.chat_id], buttons=stars
        )
        return _done(request, "close")


async def rate(work: Work, ref: Ref, stars: int) -> Done:
    async with work.write() as tx:
        request = await _reach(tx, ref, "rate", "/close KS26-0042")
        if stars not in STARS:
            raise Refused("error.button_old")
        await apply(tx, request, "rate", rating=stars, detail={"stars": stars})
        if tx.where.message_id is not None:
            post = await rows.post(tx.session, tx.where.chat_id, tx.where.message_id)
            if post is not None and post.purpose != "card":
                thanks = t("rated", number=request.number, stars="★" * stars)
                await tx.queue(
                    "edit",
                    chat_id=tx.where.chat_id,
                    payload={"message_id": tx.where.message_id, "text": thanks.json(), "buttons": []},
                )
        return _done(request, "rate")


async def reopen(work: Work, ref: Ref, why: str) -> Done:
    async with work.write() as tx:
        example = "/reopen KS26-0042 地址与户籍不符"
        request = await _reach(tx, ref, "reopen", example)
        ended = request.closed_at or request.answered_at or request.asked_at
        if ended + tx.policy.reopen_within < tx.now:
            raise Refused("error.reopen_late", number=request.number, days=tx.policy.reopen_within.days)
        why = _need(why, "error.why_reopen", request.number, "/reopen N 地址与户籍不符")
        await _comment(tx, request, "reopen", why)
        due = max(request.due_at or tx.now, deadlines.due_for(tx.policy, request.urgency, tx.now))
        await apply(
            tx, request, "reopen", handler_id=None, accepted_at=None, answered_at=None, closed_at=None, outcome=None,
            rating=None, reused_from_id=None, partial=False, due_at=due,
            accept_by=deadlines.accept_by(tx.policy, tx.now, due),
        )  # fmt: skip
        await reuse.index(tx, request, Body.of(request, tx.sealer))
        told = t(
            "reopened", number=request.number, by=tx.who.name, why=await _shown(tx, request, why), due=due
        )
        await tell(tx, request, told, (await sides(tx, request)).asked)
        return _done(request, "reopen")


async def cancel(work: Work, ref: Ref) -> Done:
    async with work.write() as tx:
        request = await _reach(tx, ref, "cancel", "/cancel KS26-0042")
        await apply(tx, request, "cancel", closed_at=tx.now)
        await reuse.forget(tx, request)
        told = t("cancelled", number=request.number, by=tx.who.name)
        await tell(tx, request, told, (await sides(tx, request)).all)
        return _done(request, "cancel")


async def comment(work: Work, request_id: int, text: str, files: Sequence[FileIn] = ()) -> Done:
    """A plain reply to a card: kept, and passed to the other side."""
    async with work.write() as tx:
        request = await access(tx, await by_id(tx, request_id), "comment")
        if not text.strip() and not files:
            raise Refused("error.reply_empty", number=request.number)
        _add_files(tx, files, request_id=request.id)
        await _comment(tx, request, "comment", text.strip())
        await record(tx, request, "comment", files=len(files))
        both = await sides(tx, request)
        others = [chat for chat in both.all if chat != tx.where.chat_id]
        told = t("comment", number=request.number, name=tx.who.name, text=await _shown(tx, request, text))
        await tell(tx, request, told, others)
        if files:
            await send_files(tx, request, others)
        await show(tx, request)
        return _done(request, "comment")


async def choose_handler(work: Work, ref: Ref) -> None:
    """The 转派 button: the asked unit's handlers as buttons."""
    async with work.write() as tx:
        request = await _reach(tx, ref, "assign", "/assign KS26-0042 @user")
        found = await people_rows.with_role(tx.session, request.to_unit_id or 0, ("handler", "liaison"))
        if not found:
            raise Refused("error.no_handlers", number=request.number, example="/role @user handler")
        keyboard = [
            [Button(label=t("plain", text=people.name_of(tx, p)), data=f"1:assign_to:{request.id}:{p.id}")]
            for p in found[:20]
        ]
        await tell(tx, request, t("ask.assign", number=request.number), [tx.where.chat_id], buttons=keyboard)


async def choose_unit(work: Work, ref: Ref) -> None:
    """The 转办 button: the other units as buttons."""
    async with work.write() as tx:
        request = await _reach(tx, ref, "transfer", "/transfer KS26-0042 常州")
        others = [
            u for u in await units.current(tx) if u.id not in (request.to_unit_id, request.from_unit_id)
        ]
        if not others:
            raise Refused("error.no_other_unit", number=request.number)
        keyboard = [
            [Button(label=t("plain", text=u.name), data=f"1:transfer:{request.id}:{u.id}")]
            for u in others[:20]
        ]
        await tell(
            tx, request, t("ask.transfer", number=request.number), [tx.where.chat_id], buttons=keyboard
        )


async def prompt(work: Work, ref: Ref, action: str) -> None:
    """A button that needs words: ask for a reply. What the reply is for is kept in ``posts``."""
    async with work.write() as tx:
        request = await _reach(tx, ref, action, "KS26-0042")
        told = t(f"ask.{action}", number=request.number, who=mention(tx.who.name, tx.who.telegram_id))
        await tx.say(
            told, chat_id=tx.where.chat_id, thread_id=tx.where.thread_id, reply_to=tx.where.message_id,
            ask=True, request_id=request.id, purpose=f"ask:{action}",
        )  # fmt: skip
