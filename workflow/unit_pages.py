"""What a unit's liaison looks up: figures, the digest, who is there, what stands above and below."""

from __future__ import annotations

from datetime import timedelta

from matching.when import DurationError, parse_duration
from storage import chats as chat_rows
from storage import figures
from storage import people as people_rows
from storage import requests as rows
from storage.models import Chat, Membership, Person
from workflow import people, units
from workflow.digests import build
from workflow.errors import Refused
from workflow.people import unit_at_hand
from workflow.places import zone_of
from workflow.text import Text, t
from workflow.work import LANE_DIGEST, Tx, Work

LONGEST = timedelta(days=3660)  # that figures are counted over


async def stats(work: Work, *words: str) -> None:
    """``/stats [7d]``, for a unit that may be named before or after."""
    async with work.write() as tx:
        span, code = "7d", ""
        for word in words[:2]:
            if word[:1].isdigit():
                span = word
            else:
                code = word
        unit = await unit_at_hand(tx, "stats", code)
        length = _length(span)
        done = await figures.over(tx.session, [unit.id], tx.now - length, tx.now)
        waiting = await figures.waiting(tx.session, [unit.id])
        late = sum(1 for r in waiting if r.due_at is not None and r.due_at < tx.now)
        await tx.say(
            t(
                "stats",
                unit=unit.name,
                span=length,
                new=done.new,
                answered=done.answered,
                reused=done.reused,
                declined=done.declined,
                on_time=done.on_time,
                median=done.median_hours if done.median_hours is not None else "—",
                waiting=len(waiting),
                late=late,
            )
        )


def _length(text: str) -> timedelta:
    try:
        seconds = parse_duration(text).seconds
    except DurationError:
        seconds = 0
    if not 0 < seconds <= LONGEST.total_seconds():
        raise Refused("error.duration", given=text, example="/stats 7d")
    return timedelta(seconds=seconds)


async def digest_now(work: Work, code: str = "") -> None:
    """``/digest``: today's, now, without waiting for its time; in private, that of one's unit or the named."""
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "digest", code)
        chat = await tx.session.get_one(Chat, tx.where.chat_id)
        day = tx.now.astimezone(zone_of(chat, tx.policy)).date()
        view = await build(tx, chat.id, day, of=[unit] if tx.where.private else None)
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
    """``/members``: who belongs to the unit, as what, since when."""
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "members", code)
        found = await people_rows.of_unit(tx.session, unit.id)
        await tx.say(t("members", unit=unit.name, lines=[_member(tx, m, p) for m, p in found]))


def _member(tx: Tx, membership: Membership, person: Person) -> Text:
    profile = people.profile(tx, person)
    return t(
        "members.pending" if membership.state == "pending" else "members.line",
        name=people.name_of(tx, person),
        username=f"@{profile['username']}" if profile["username"] else "",
        role=t(f"role.{membership.role}"),
        since=membership.since.astimezone(tx.policy.zone).date(),
    )


async def roster(work: Work, code: str = "") -> None:
    """``/roster``: who in the unit handles requests now, and how much each has."""
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "roster", code)
        lines = []
        for membership, person in await people_rows.of_unit(tx.session, unit.id):
            if membership.state != "active" or membership.role not in ("liaison", "handler"):
                continue
            has = await rows.waiting(tx.session, to_unit=unit.id, handler=person.id)
            lines.append(
                t(
                    "roster.line",
                    name=people.name_of(tx, person),
                    role=t(f"role.{membership.role}"),
                    count=sum(1 for request in has if request.state == "accepted"),
                )
            )
        none = t("roster.none", unit=unit.name, example="/role @user handler")
        await tx.say(t("roster", unit=unit.name, lines=lines) if lines else none)


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
                aliases=list(unit.aliases),
                above=" › ".join(above) or "—",
                below=below or "—",
                groups=groups or "—",
            )
        )
