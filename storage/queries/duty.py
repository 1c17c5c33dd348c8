"""Queries about duty: rules, leave, swaps, stand-ins and notes of a unit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables.duty import DutyLeave, DutyNote, DutyRule, DutySwap, DutyTurn, StandIn
from storage.tables.models import Membership, Person, Request, Unit
from storage.tables.words import MembershipState, State

# Statements that run for every card are built once: building one costs more than running it.
_RULES = (
    select(
        DutyRule.id,
        DutyRule.days,
        DutyRule.begins,
        DutyRule.ends,
        DutyRule.turn,
        DutyRule.since,
        DutyRule.until,
        DutyRule.empty,
        DutyTurn.person_id,
    )
    .outerjoin(DutyTurn, DutyTurn.rule_id == DutyRule.id)
    .where(
        DutyRule.unit_id == bindparam("unit"),
        DutyRule.until >= bindparam("first"),
        DutyRule.since <= bindparam("last"),
    )
    .order_by(DutyRule.id, DutyTurn.place)
)
_LEAVES = (
    select(DutyLeave.person_id, DutyLeave.first, DutyLeave.last)
    .where(
        DutyLeave.unit_id == bindparam("unit"),
        DutyLeave.last >= bindparam("first"),
        DutyLeave.first <= bindparam("last"),
    )
    .distinct()
)
_SWAPS = select(DutySwap).where(
    DutySwap.unit_id == bindparam("unit"), DutySwap.day.between(bindparam("first"), bindparam("last"))
)
_STAND_INS = select(StandIn).where(StandIn.unit_id == bindparam("unit"), StandIn.until > bindparam("at"))
_STANDS_FOR = (
    select(StandIn.unit_id, StandIn.since, StandIn.other_unit_id)
    .join(Membership, Membership.unit_id == StandIn.other_unit_id)
    .where(
        Membership.person_id == bindparam("person"),
        Membership.until.is_(None),
        Membership.state == MembershipState.ACTIVE,
        Membership.newcomer.is_(False),
        Membership.role.in_(bindparam("roles", expanding=True)),
        StandIn.since <= bindparam("at"),
        StandIn.until > bindparam("at"),
    )
)
_ABLE = select(Membership.person_id).where(
    Membership.unit_id == bindparam("unit"),
    Membership.until.is_(None),
    Membership.state == MembershipState.ACTIVE,
    Membership.role.in_(bindparam("roles", expanding=True)),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What holds for a unit on some days. ``rules``: with who takes turns by each."""

    rules: Sequence[tuple[Any, tuple[int, ...]]] = ()  # columns of a rule by their names
    leaves: Sequence[Any] = ()  # the same of leave
    swaps: Sequence[DutySwap] = ()
    stand_ins: Sequence[StandIn] = ()
    able: frozenset[int] = field(default_factory=frozenset)


async def of_unit(
    session: AsyncSession,
    unit_id: int,
    *,
    first: date,
    last: date,
    at: datetime,
    roles: Collection[str],
    besides: bool = False,
) -> Kept:
    """What is asked of a unit's duty on some days; two looks where it has none. ``at``: stand-ins that are not over
    by then; ``roles``: of those who can be on duty; ``besides``: there are rules that stand in no table."""
    days = {"unit": unit_id, "first": first, "last": last}
    rules: dict[int, tuple[Any, list[int]]] = {}
    for row in await session.execute(_RULES, days):
        rules.setdefault(row.id, (row, []))[1].extend([row.person_id] if row.person_id is not None else [])
    stand_ins = (await session.scalars(_STAND_INS.order_by(StandIn.id), {"unit": unit_id, "at": at})).all()
    if not rules and not stand_ins and not besides:
        return Kept()
    return Kept(
        rules=[(rule, tuple(people)) for rule, people in rules.values()],
        leaves=(await session.execute(_LEAVES, days)).all(),
        swaps=(await session.scalars(_SWAPS.order_by(DutySwap.id), days)).all(),
        stand_ins=stand_ins,
        able=frozenset(await session.scalars(_ABLE, {"unit": unit_id, "roles": sorted(roles)})),
    )


async def by_usernames(session: AsyncSession, keys: Collection[int]) -> dict[int, int]:
    """By which keys of usernames people are known: key -> person, the last who was seen with it."""
    query = select(Person.username_key, Person.id).where(Person.username_key.in_(keys)).order_by(Person.id)
    return {row[0]: row[1] for row in await session.execute(query) if row[0] is not None}


async def rules(session: AsyncSession, unit_id: int, *, first: date) -> Sequence[DutyRule]:
    """Those of a unit that are not over by a day, the oldest first."""
    query = select(DutyRule).where(DutyRule.unit_id == unit_id, DutyRule.until >= first).order_by(DutyRule.id)
    return (await session.scalars(query)).all()


async def turns(session: AsyncSession, rule_ids: Collection[int]) -> Sequence[DutyTurn]:
    """Who is on duty by these rules."""
    query = select(DutyTurn).where(DutyTurn.rule_id.in_(rule_ids)).order_by(DutyTurn.rule_id, DutyTurn.place)
    return (await session.scalars(query)).all()


async def turns_of(session: AsyncSession, person_id: int, unit_id: int) -> Sequence[DutyTurn]:
    """By which rules of a unit somebody is on duty."""
    query = select(DutyTurn).join(DutyRule, DutyRule.id == DutyTurn.rule_id)
    return (
        await session.scalars(query.where(DutyTurn.person_id == person_id, DutyRule.unit_id == unit_id))
    ).all()


async def leaves_of(
    session: AsyncSession, person_id: int, unit_id: int, *, first: date
) -> Sequence[DutyLeave]:
    """The leave of somebody in a unit that is not over by a day."""
    query = select(DutyLeave).where(
        DutyLeave.unit_id == unit_id, DutyLeave.person_id == person_id, DutyLeave.last >= first
    )
    return (await session.scalars(query)).all()


async def substitutes_of(
    session: AsyncSession, person_id: int, unit_id: int, at: datetime
) -> Sequence[StandIn]:
    """Where somebody stands in for others of a unit."""
    query = select(StandIn).where(
        StandIn.unit_id == unit_id, StandIn.person_id == person_id, StandIn.until > at
    )
    return (await session.scalars(query)).all()


async def stand_ins(session: AsyncSession, unit_id: int, at: datetime) -> Sequence[StandIn]:
    """Who stands in for a unit, now or later."""
    query = select(StandIn).where(StandIn.unit_id == unit_id, StandIn.until > at).order_by(StandIn.id)
    return (await session.scalars(query)).all()


async def stands_for(
    session: AsyncSession, person_id: int, at: datetime, roles: Collection[str]
) -> list[tuple[int, datetime, int]]:
    """For which units the units stand in now in which somebody has one of these roles, since when, and which."""
    found = await session.execute(_STANDS_FOR, {"person": person_id, "at": at, "roles": sorted(roles)})
    return [(row[0], row[1], row[2]) for row in found if row[2] is not None]


async def stand_in(session: AsyncSession, stand_in_id: int) -> StandIn | None:
    """One of them, held by this transaction."""
    return await session.get(StandIn, stand_in_id, with_for_update=True)


async def stand_ins_over(session: AsyncSession, at: datetime, limit: int) -> Sequence[int]:
    """Those whose time is over."""
    query = select(StandIn.id).where(StandIn.until <= at).order_by(StandIn.id).limit(limit)
    return (await session.scalars(query)).all()


async def handlers_of(session: AsyncSession, unit_id: int) -> Sequence[int]:
    """Who has something in hand that a unit was asked."""
    query = select(Request.handler_id).where(
        Request.to_unit_id == unit_id, Request.state == State.ACCEPTED, Request.handler_id.is_not(None)
    )
    return [one for one in await session.scalars(query.distinct()) if one is not None]


async def standing_units(session: AsyncSession, unit_id: int, at: datetime) -> Sequence[tuple[Unit, StandIn]]:
    """The units that stand in for a unit now."""
    query = (
        select(Unit, StandIn)
        .join(StandIn, StandIn.other_unit_id == Unit.id)
        .where(StandIn.unit_id == unit_id, StandIn.since <= at, StandIn.until > at)
        .order_by(StandIn.id)
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def note(session: AsyncSession, note_id: int) -> DutyNote | None:
    """A note, held by this transaction; None where somebody was shown it meanwhile."""
    return await session.get(DutyNote, note_id, with_for_update=True)


async def names(session: AsyncSession, ids: Collection[int]) -> dict[int, Person]:
    """People by their ids."""
    found = await session.scalars(select(Person).where(Person.id.in_(ids)))
    return {person.id: person for person in found}


async def notes_due(session: AsyncSession, at: datetime, limit: int) -> Sequence[int]:
    """The notes whose time to be shown has come."""
    query = select(DutyNote.id).where(DutyNote.due_at <= at).order_by(DutyNote.due_at).limit(limit)
    return (await session.scalars(query)).all()


async def notes_waiting(session: AsyncSession, unit_id: int) -> Sequence[DutyNote]:
    """The notes of a unit that nobody was shown yet."""
    query = select(DutyNote).where(DutyNote.unit_id == unit_id, DutyNote.due_at.is_not(None))
    return (await session.scalars(query.order_by(DutyNote.id))).all()
