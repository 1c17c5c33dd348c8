"""What a unit's liaison looks up: figures, the digest, who is there, what stands above and below."""

from __future__ import annotations

from datetime import datetime, timedelta

from matching.dates.when import DurationError, parse_duration
from storage.queries import chats as chat_rows
from storage.queries import figures
from storage.queries import people as people_rows
from storage.queries.scopes import Scope, Which
from storage.tables.models import Chat, Membership, Person
from storage.tables.words import Lane, LineKind, MembershipState, PostPurpose
from workflow.kernel.errors import Refused
from workflow.kernel.roles import HANDLING
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.organisation import people, units
from workflow.organisation.people import unit_at_hand
from workflow.organisation.places import zone_of
from workflow.organisation.work import Work
from workflow.scheduled.digests import build

INSTANT = timedelta(microseconds=1)  # what happens at the end of a time is not in it: up to now, and now
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
        since, own = tx.now - length, Scope.of(unit.id)
        sides = [await _side(tx, name, which, since) for name, which in
                 (("received", own.received), ("sent", own.sent))]  # fmt: skip
        await tx.say(t("stats", unit=unit.name, span=length, since=since, sides=sides))


async def _side(tx: Tx, side: str, which: Which, since: datetime) -> Text:
    """What a unit received, or what it sent: each counted as its own."""
    done = await figures.done(tx.session, which, since, tx.now + INSTANT)
    now = await figures.standing(tx.session, which, tx.now)
    return t(
        f"stats.{side}",
        new=done.new,
        answered=done.answered,
        reused=done.reused,
        own=done.own,
        on_time=done.on_time,
        declined=done.declined,
        median=done.median_hours if done.median_hours is not None else "—",
        waiting=now.waiting,
        late=now.late,
        returned=now.returned,
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
    """``/digest``: of the 24 hours up to now; in private, that of one's unit or the named."""
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "digest", code)
        chat = await tx.session.get_one(Chat, tx.where.chat_id)
        day = tx.now.astimezone(zone_of(chat, tx.policy)).date()
        view = await build(tx, chat.id, day, of=unit if tx.where.private else None, until=tx.now + INSTANT)
        await tx.queue(
            LineKind.DIGEST,
            chat_id=chat.id,
            thread_id=tx.where.thread_id,
            reply_to=tx.where.message_id,
            lane=Lane.DIGEST,
            purpose=PostPurpose.DIGEST,
            payload={"view": view.to_json()},
        )


async def members(work: Work, code: str = "") -> None:
    """``/members``: who belongs to the unit, as what, since when."""
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "members", code)
        found = await people_rows.of_unit(tx.session, unit.id)
        await tx.say(t("members", unit=unit.name, lines=[_member(tx, m, p) for m, p in found]))


def _standing_key(membership: Membership) -> str:
    if membership.state == MembershipState.PENDING:
        return "members.pending"
    return "members.newcomer" if membership.newcomer else "members.line"


def _member(tx: Tx, membership: Membership, person: Person) -> Text:
    profile = people.profile(tx, person)
    return t(
        _standing_key(membership),
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
        in_hand = await figures.in_hand(tx.session, unit.id)
        for membership, person in await people_rows.of_unit(tx.session, unit.id):
            if membership.state != MembershipState.ACTIVE or membership.role not in HANDLING:
                continue
            lines.append(
                t(
                    "roster.line",
                    name=people.name_of(tx, person),
                    role=t(f"role.{membership.role}"),
                    count=in_hand.get(person.id, 0),
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
