"""A page of ``/inbox``: found, filtered, counted and put in order within one index.

Which requests somebody may see there is decided before (:mod:`workflow.lookup.window`); here it is a condition.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables.involved import Involved
from storage.tables.models import NOT_OVER, TO_ANSWER, Request
from storage.tables.words import WITH_ASKED, Involvement, State


class Tab(StrEnum):
    """One of the three lists of a unit's desk."""

    IN = "in"  # asked of it
    OUT = "out"  # asked by it
    PASSED = "passed"  # it was asked, and has passed it on


@dataclass(frozen=True, kw_only=True, slots=True)
class Narrowed:
    """By what a list is narrowed down; what is empty or None narrows nothing."""

    types: Collection[str] = ()
    urgency: str = ""
    other: int | None = None  # the unit on the other side
    person: int | None = None  # who has it in hand, or asked it
    late_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """Whose list: the units that ask or are asked, and what may be told of where it is read."""

    units: Collection[int]
    between: Collection[int] | None = None  # a group of several units reads what is between them alone
    withheld: Collection[int] = ()  # units whose requests are seen that have not gone out
    first: int | None = None  # what this person has in hand comes before the rest


#: Columns of the unit on the other side and of the person whose it is; and which requests.
_Parts = tuple[Any, Any, list[Any]]


def _asked(listed: Listed) -> _Parts:
    return (
        Request.from_unit_id,
        Request.handler_id,
        [text(TO_ANSWER), _in(Request.to_unit_id, listed.units)],
    )


def _asking(listed: Listed) -> _Parts:
    out = Request.state != State.PENDING
    if listed.withheld:
        out = or_(out, _in(Request.from_unit_id, listed.withheld))
    where = [text(NOT_OVER), _in(Request.from_unit_id, listed.units), out]
    return Request.to_unit_id, Request.asker_id, where


def _passed(listed: Listed) -> _Parts:
    its = select(Involved.request_id).where(
        _in(Involved.unit_id, listed.units), Involved.role == Involvement.FORWARDED
    )
    gone = Request.to_unit_id.not_in(listed.units)
    where = [text(NOT_OVER), Request.state != State.PENDING, Request.id.in_(its), gone]
    return Request.to_unit_id, Request.handler_id, where


_OF = {Tab.IN: _asked, Tab.OUT: _asking, Tab.PASSED: _passed}


def _in(column: Any, ids: Collection[int]) -> ColumnElement[bool]:
    """One is looked up in the order of the index, several are not."""
    found: ColumnElement[bool] = column == next(iter(ids)) if len(ids) == 1 else column.in_(sorted(ids))
    return found


def _where(tab: Tab, listed: Listed, narrowed: Narrowed) -> list[ColumnElement[bool]]:
    other, person, where = _OF[tab](listed)
    if listed.between is not None:
        where.append(other.in_(sorted(listed.between)))
    if narrowed.types:
        where.append(Request.type.in_(sorted(narrowed.types)))
    if narrowed.urgency:
        where.append(Request.urgency == narrowed.urgency)
    if narrowed.other is not None:
        where.append(other == narrowed.other)
    if narrowed.person is not None:
        where.append(person == narrowed.person)
    if narrowed.late_at is not None:
        late = Request.due_at < narrowed.late_at
        where.append(late if tab is not Tab.OUT else and_(late, Request.state.in_(WITH_ASKED)))
    return where


async def count(session: AsyncSession, tab: Tab, listed: Listed, narrowed: Narrowed) -> int:
    """How many there are."""
    query = select(func.count()).select_from(Request).where(*_where(tab, listed, narrowed))
    return int(await session.scalar(query) or 0)


async def page(
    session: AsyncSession, tab: Tab, listed: Listed, narrowed: Narrowed, *, skip: int, limit: int
) -> Sequence[Request]:
    """The most pressing first; before them what ``listed.first`` has in hand."""
    ids = select(Request.id).where(*_where(tab, listed, narrowed))
    found = (await session.scalars(_ordered(ids, tab, listed).offset(skip).limit(limit))).all()
    rows = {row.id: row for row in await session.scalars(select(Request).where(Request.id.in_(found)))}
    return [rows[request_id] for request_id in found if request_id in rows]


def _ordered(query: Select[Any], tab: Tab, listed: Listed) -> Select[Any]:
    if tab is Tab.IN and listed.first is not None:
        query = query.order_by(case((Request.handler_id == listed.first, 0), else_=1))
    return query.order_by(Request.due_at, Request.id)


async def pending(session: AsyncSession, unit_ids: Collection[int], *, limit: int) -> Sequence[Request]:
    """What of these units waits for approval, what lapses first before the others."""
    query = select(Request).where(
        Request.number.is_not(None), Request.state == State.PENDING, _in(Request.from_unit_id, unit_ids)
    )
    return (await session.scalars(query.order_by(Request.accept_by, Request.id).limit(limit))).all()


async def count_first(session: AsyncSession, listed: Listed, narrowed: Narrowed) -> int:
    """Of what is asked, how much ``listed.first`` has in hand."""
    mine = Request.handler_id == listed.first
    query = select(func.count()).select_from(Request).where(*_where(Tab.IN, listed, narrowed), mine)
    return int(await session.scalar(query) or 0)


async def choices(session: AsyncSession, tab: Tab, listed: Listed, *, most: int) -> Choices:
    """By which types and which other units a list can be narrowed down, what there is most of first."""
    other, _, where = _OF[tab](listed)
    many = func.count().desc()
    types = select(Request.type).where(*where).group_by(Request.type).order_by(many, Request.type).limit(most)
    units = select(other).where(*where, other.is_not(None)).group_by(other).order_by(many, other).limit(most)
    return Choices(types=tuple(await session.scalars(types)), units=tuple(await session.scalars(units)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """Keys of types, ids of units."""

    types: tuple[str, ...]
    units: tuple[int, ...]
