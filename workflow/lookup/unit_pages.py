"""What a unit's liaison looks up: the digest, who is there, what stands above and below."""

from __future__ import annotations

from datetime import timedelta

from storage.queries import chats as chat_rows
from storage.queries import figures
from storage.queries import people as people_rows
from storage.tables.models import Chat, Membership, Person
from storage.tables.words import MembershipState
from workflow.figures.periods import INSTANT
from workflow.kernel.errors import Refused
from workflow.kernel.roles import HANDLING
from workflow.kernel.tx import Tx
from workflow.lookup.unit_views import DutyFile, MemberLine, Members, Roster, RosterLine, UnitCard
from workflow.lookup.views import Digest
from workflow.organisation import groups, people, rights, titles, units
from workflow.organisation.duty import weeks
from workflow.organisation.duty.calendar_file import calendar
from workflow.organisation.people import unit_at_hand
from workflow.organisation.places import zone_of
from workflow.organisation.work import Work
from workflow.record.record import record
from workflow.scheduled.digests import build

CALENDAR_DAYS = 62  # ahead, that a file of duty holds


async def digest_now(work: Work, code: str = "") -> Digest:
    """``/digest``: of the 24 hours up to now; for who reads it alone, that of one's unit or the named."""
    async with work.write() as tx:
        joint = None if tx.alone else await groups.operation_of(tx, tx.where.chat_id)
        if joint is None:
            unit = await unit_at_hand(tx, "digest", code)
        elif not rights.runs_operation(tx.who, joint.members):
            raise Refused("denied.operation", units=[await units.name_of(tx, one) for one in joint.members])
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
    """``/roster``: who in the unit is on duty in the coming week, who handles requests now, how much each has."""
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "roster", code)
        in_hand = await figures.in_hand(tx.session, unit.id)
        lines = tuple(
            RosterLine(name=people.name_of(tx, person), role=membership.role, count=in_hand.get(person.id, 0))
            for membership, person in await people_rows.of_unit(tx.session, unit.id)
            if membership.state == MembershipState.ACTIVE and membership.role in HANDLING
        )
        week = await weeks.week(tx, unit)
        return await tx.conclude(
            Roster(unit=unit.name, lines=lines, week=week if week.set_up or week.stand_in_unit else None)
        )


async def duty_file(work: Work, code: str = "") -> DutyFile:
    """``/roster ics``: who is on duty in the coming weeks, as a file for a calendar."""
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "roster", code)
        times = await weeks.times_ahead(tx, unit.id, timedelta(days=CALENDAR_DAYS))
        if not times:
            raise Refused("error.duty_no_file", unit=unit.name, example="/duty set @user Mon-Fri 08:30-17:30")
        content = calendar(unit.name, unit.code, times, made_at=tx.now)
        await record(tx, None, "duty", what="file", unit=unit.code)
        return await tx.conclude(
            DutyFile(unit=unit.name, name=f"duty-{unit.code}.ics", content=content, count=len(times))
        )


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
                by_desk=bool(unit.by_desk),
                above=tuple(u.name for u in await units.superiors(tx, unit.id)),
                below=tuple(below),
                groups=tuple(
                    titles.read(tx.sealer, c.sealed) or str(c.id)
                    for c in await chat_rows.of_unit(tx.session, unit.id)
                ),
            )
        )
