"""What happened to requests, a row at a time: from these figures are counted, whoever asks for them.

Rows are read in stretches, so that a year of a large desk holds up nobody else's messages.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage.queries.drills import IS_DRILL
from storage.queries.scopes import Which
from storage.tables.models import Answer, Event, Request
from storage.tables.words import WITH_ASKED

#: Where the asked unit owes the answer; a returned request lies with its asker, and its clock stands still.
#: The desk's own: an imported row is history, has no number, no clock and nobody who has it. Nor one of a drill.
LIVE = Request.number.is_not(None) & ~IS_DRILL
#: What waits for approval, or was not approved, has gone to nobody.
OUT = Request.to_unit_id.is_not(None)
#: What sends out a request that waited: it counts from then for the unit that is asked.
GOES_OUT = ("approve", "go_out")
_SENDING = (Event.chain == Request.id, Event.action.in_(GOES_OUT))
SENT_LATER = select(Event.id).where(*_SENDING).correlate(Request).exists()
_LATER = aliased(Event)
WENT_OUT = select(func.max(Event.at)).where(*_SENDING).correlate(Request)

STRETCH = 2_000  # rows that are worked on before others have their turn

#: What an open request is counted under, by how long it has been out; the last is older than all.
AGES = (timedelta(days=1), timedelta(days=3), timedelta(days=7), timedelta(days=30))


class Came(NamedTuple):
    """A request that went out: when, from whom to whom."""

    request_id: int
    type: str
    urgency: str
    from_unit: int | None
    to_unit: int | None
    at: datetime


class Answered(NamedTuple):
    """A request that was answered. ``since``: from when on its time is counted; ``due``: the time first set, None where
    that is not known any more; ``due_now``: what it is due by now."""

    request_id: int
    type: str
    urgency: str
    from_unit: int | None
    to_unit: int | None
    unit_id: int | None  # that gave the answer
    person_id: int | None
    at: datetime
    since: datetime
    due: datetime | None
    due_now: datetime | None
    reused: bool
    rating: int | None

    @property
    def took(self) -> timedelta:
        return self.at - self.since

    @property
    def on_time(self) -> bool:
        """Against the time first set. Where that is not known any more (the time was moved before it was kept),
        nobody can say so."""
        return self.due_now is None if self.due is None else self.at <= self.due


class Declined(NamedTuple):
    """A request that was declined; ``sealed``: what the record says of it."""

    request_id: int
    type: str
    from_unit: int | None
    to_unit: int | None
    at: datetime
    sealed: bytes


class Helped(NamedTuple):
    """A request of one unit that another answered by its own work, and of which its asker said that it is done."""

    request_id: int
    by_unit: int
    for_unit: int
    rating: int | None


class Concerned(NamedTuple):
    """A request, by whom it concerns."""

    request_id: int
    from_unit: int | None
    to_unit: int | None


async def came(session: AsyncSession, which: Which, since: datetime, until: datetime) -> Sequence[Came]:
    """The requests of ``which`` that went out from one moment up to another: one that had to be approved when it was.
    One that went out twice is there once, by the first time."""
    columns = (Request.id, Request.type, Request.urgency, Request.from_unit_id, Request.to_unit_id)
    at_once = select(*columns, Request.asked_at).where(
        LIVE, which, OUT, Request.asked_at >= since, Request.asked_at < until, ~SENT_LATER
    )
    later = (
        select(*columns, func.min(Event.at))
        .join(Event, Event.chain == Request.id)
        .where(LIVE, which, Event.action.in_(GOES_OUT), Event.at >= since, Event.at < until)
        .group_by(*columns)
    )
    first = [Came(*row) async for row in _read(session, at_once)]
    return first + [Came(*row) async for row in _read(session, later)]


async def answered(
    session: AsyncSession, which: Which, since: datetime, until: datetime
) -> Sequence[Answered]:
    """The answer to each request of ``which`` that got one in the time, the first of them: not a part of one, and not
    one put right; in the order of being given."""
    query = (
        select(
            Request.id, Request.type, Request.urgency, Request.from_unit_id, Request.to_unit_id, Answer.unit_id,
            Answer.person_id, Answer.at, func.coalesce(WENT_OUT.scalar_subquery(), Request.asked_at),
            func.coalesce(Answer.due_at, Request.first_due_at), Request.due_at, Answer.reused_from_id, Request.rating,
        )
        .select_from(Answer)
        .join(Request, Request.id == Answer.request_id)
        .where(
            LIVE, which, Answer.at >= since, Answer.at < until,
            Answer.partial.is_(False), Answer.corrects_id.is_(None), Answer.withdrawn_at.is_(None),
        )
        .order_by(Answer.at, Answer.id)
    )  # fmt: skip
    first: dict[int, Answered] = {}
    async for *head, reused, rating in _read(session, query):
        if head[0] not in first:
            first[head[0]] = Answered._make((*head, reused is not None, rating))
    return list(first.values())


PASSED_ON = ("transfer", "take_over")  # after which another unit is asked


def declined_where(
    which: Which, since: datetime, until: datetime, *, by_asked: bool
) -> tuple[ColumnElement[bool], ...]:
    """Of events: that one of ``which`` was declined."""
    passed_on = select(_LATER.id).where(
        _LATER.chain == Event.chain, _LATER.action.in_(PASSED_ON), _LATER.id > Event.id
    )
    by_them = (~passed_on.exists(),) if by_asked else ()
    return LIVE, which, Event.action == "decline", Event.at >= since, Event.at < until, *by_them


async def declined(
    session: AsyncSession, which: Which, since: datetime, until: datetime, *, by_asked: bool = False
) -> Sequence[Declined]:
    """Each request of ``which`` that was declined in the time, by the last time that it was. ``by_asked``: by who is
    asked now, and not by who had it before."""
    query = (
        select(Event.chain, Request.type, Request.from_unit_id, Request.to_unit_id, Event.at, Event.sealed)
        .join(Request, Request.id == Event.chain)
        .where(*declined_where(which, since, until, by_asked=by_asked))
        .order_by(Event.id)
    )
    last = {row[0]: Declined(*row) async for row in _read(session, query)}
    return list(last.values())


async def delayed(
    session: AsyncSession, which: Which, since: datetime, until: datetime
) -> Sequence[Concerned]:
    """The requests of ``which`` for which the asked unit took more time in the time, each once."""
    query = (
        select(Request.id, Request.from_unit_id, Request.to_unit_id)
        .distinct()
        .join(Event, Event.chain == Request.id)
        .where(LIVE, which, Event.action == "delay", Event.at >= since, Event.at < until)
    )
    return [Concerned(*row) async for row in _read(session, query)]


async def owed_late(
    session: AsyncSession, which: Which, since: datetime, until: datetime, now: datetime
) -> Sequence[Concerned]:
    """Those of ``which`` whose time first set ended in the time, and that are owed still."""
    first_due = func.coalesce(Request.first_due_at, Request.due_at)
    query = select(Request.id, Request.from_unit_id, Request.to_unit_id).where(
        LIVE, which, Request.state.in_(WITH_ASKED), first_due >= since, first_due < min(until, now)
    )
    return [Concerned(*row) async for row in _read(session, query)]


async def helped(session: AsyncSession, since: datetime, until: datetime) -> Sequence[Helped]:
    """Of the whole desk, each once: closed or rated by a person in the time, and not by itself. By who gave the answer
    that stands."""
    query = (
        select(Request.id, Answer.unit_id, Request.from_unit_id, Request.rating)
        .distinct()
        .join(Event, Event.chain == Request.id)
        .join(Answer, Answer.request_id == Request.id)
        .where(
            LIVE, Event.action.in_(("close", "rate")), Event.actor_id.is_not(None), Event.at >= since, Event.at < until,
            Answer.partial.is_(False), Answer.withdrawn_at.is_(None), Answer.reused_from_id.is_(None),
            Answer.unit_id.is_not(None), Request.from_unit_id.is_not(None), Answer.unit_id != Request.from_unit_id,
        )
    )  # fmt: skip
    last = {row[0]: Helped(*row) async for row in _read(session, query)}
    return list(last.values())


async def ages(session: AsyncSession, which: Which, now: datetime) -> tuple[int, ...]:
    """How many of ``which`` are with the asked unit, by how long they have been out: under each of :data:`AGES`, and
    over the last of them."""
    out = func.coalesce(WENT_OUT.scalar_subquery(), Request.asked_at)
    bucket = case(*((out > now - age, place) for place, age in enumerate(AGES)), else_=len(AGES))
    each = select(bucket.label("age")).where(LIVE, which, Request.state.in_(WITH_ASKED)).subquery()
    rows = await session.execute(select(each.c.age, func.count()).group_by(each.c.age))
    found = {int(place): int(count) for place, count in rows}
    return tuple(found.get(place, 0) for place in range(len(AGES) + 1))


async def _read(session: AsyncSession, query: Select[*tuple[Any, ...]]) -> AsyncIterator[Any]:
    result = await session.stream(query)
    async for rows in result.partitions(STRETCH):
        for row in rows:
            yield row
