"""What a unit's liaison looks up: figures, the digest, who is there, what stands above and below."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from matching.dates.when import DurationError, parse_duration
from storage.queries import chats as chat_rows
from storage.queries import figures
from storage.queries import people as people_rows
from storage.queries.scopes import Scope, Which
from storage.tables.models import Chat, Membership, Person
from storage.tables.words import MembershipState
from workflow.kernel.errors import Refused
from workflow.kernel.roles import HANDLING
from workflow.kernel.tx import Tx
from workflow.lookup.views import (
    Digest,
    MemberLine,
    Members,
    Roster,
    RosterLine,
    Side,
    Stats,
    UnitCard,
)
from workflow.organisation import groups, people, rights, titles, units
from workflow.organisation.people import unit_at_hand
from workflow.organisation.places import zone_of
from workflow.organisation.work import Work
from workflow.record.grounds import declined_by_ground
from workflow.scheduled.digests import build

INSTANT = timedelta(microseconds=1)  # what happens at the end of a time is not in it: up to now, and now
LONGEST = timedelta(days=3660)  # that figures are counted over


async def stats(work: Work, *words: str) -> Stats:
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
        among_us = (
            rights.hears_of_pending(tx.who, unit.id)
            if tx.alone
            else not await groups.read_by_others(tx, tx.where.chat_id, unit.id)
        )
        waits = await figures.pending(tx.session, own.sent) if among_us else 0
        return await tx.conclude(
            Stats(
                unit=unit.name,
                span=length,
                since=since,
                received=await _side(tx, own.received, since, by_asked=True),
                sent=replace(await _side(tx, own.sent, since), pending=waits),
            )
        )


async def _side(tx: Tx, which: Which, since: datetime, *, by_asked: bool = False) -> Side:
    """What a unit received, or what it sent: each counted as its own."""
    until = tx.now + INSTANT
    done = await figures.done(tx.session, which, since, until, by_asked=by_asked)
    now = await figures.standing(tx.session, which, tx.now)
    return Side(
        new=done.new,
        answered=done.answered,
        reused=done.reused,
        own=done.own,
        on_time=done.on_time,
        declined=done.declined,
        grounds=await declined_by_ground(tx, which, since, until, by_asked=by_asked),
        median=done.median_hours,
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


async def digest_now(work: Work, code: str = "") -> Digest:
    """``/digest``: of the 24 hours up to now; for who reads it alone, that of one's unit or the named."""
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "digest", code)
        chat = await tx.session.get(Chat, tx.reads_in)
        day = tx.now.astimezone(zone_of(chat, tx.policy)).date()
        of = unit if tx.alone else None
        return await tx.conclude(
            Digest(view=await build(tx, tx.reads_in, day, of=of, until=tx.now + INSTANT))
        )


async def members(work: Work, code: str = "") -> Members:
    """``/members``: who belongs to the unit, as what, since when."""
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "members", code)
        found = await people_rows.of_unit(tx.session, unit.id)
        return await tx.conclude(Members(unit=unit.name, lines=tuple(_member(tx, m, p) for m, p in found)))


def _standing(membership: Membership) -> str:
    if membership.state == MembershipState.PENDING:
        return "pending"
    return "newcomer" if membership.newcomer else "line"


def _member(tx: Tx, membership: Membership, person: Person) -> MemberLine:
    return MemberLine(
        name=people.name_of(tx, person),
        username=people.profile(tx, person)["username"],
        role=membership.role,
        since=membership.since.astimezone(tx.policy.zone).date(),
        standing=_standing(membership),
        until=people.last_day(tx, membership.role_until) if membership.role_until is not None else None,
    )


async def roster(work: Work, code: str = "") -> Roster:
    """``/roster``: who in the unit handles requests now, and how much each has."""
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "roster", code)
        in_hand = await figures.in_hand(tx.session, unit.id)
        lines = tuple(
            RosterLine(name=people.name_of(tx, person), role=membership.role, count=in_hand.get(person.id, 0))
            for membership, person in await people_rows.of_unit(tx.session, unit.id)
            if membership.state == MembershipState.ACTIVE and membership.role in HANDLING
        )
        return await tx.conclude(Roster(unit=unit.name, lines=lines))


async def unit_card(work: Work, code: str = "") -> UnitCard:
    """``/unit``: the unit, what stands above and below it, its groups."""
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "unit", code)
        below = [u.name for u in await units.current(tx) if u.parent_id == unit.id]
        return await tx.conclude(
            UnitCard(
                name=unit.name,
                code=unit.code,
                aliases=tuple(unit.aliases),
                above=tuple(u.name for u in await units.superiors(tx, unit.id)),
                below=tuple(below),
                groups=tuple(
                    titles.read(tx.sealer, c.sealed) or str(c.id)
                    for c in await chat_rows.of_unit(tx.session, unit.id)
                ),
            )
        )
