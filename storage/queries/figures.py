"""Figures over requests: what digests and ``/stats`` count, each from what happened."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage.queries.scopes import Scope, Which
from storage.tables.models import Answer, Event, Reminder, Request
from storage.tables.words import WAITING, WITH_ASKED, State

#: Where the asked unit owes the answer; a returned request lies with its asker, and its clock stands still.
#: The desk's own: an imported row is history, has no number, no clock and nobody who has it.
_LIVE = Request.number.is_not(None)
#: What waits for approval, or was not approved, has gone to nobody.
_OUT = Request.to_unit_id.is_not(None)
#: What sends out a request that waited: it counts from then for the unit that is asked.
GOES_OUT = ("approve", "go_out")
_SENDING = (Event.chain == Request.id, Event.action.in_(GOES_OUT))
_SENT_LATER = select(Event.id).where(*_SENDING).correlate(Request).exists()
_LATER = aliased(Event)
_WENT_OUT = select(func.max(Event.at)).where(*_SENDING).correlate(Request)


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """Over a span of time.

    ``own``: answered by somebody's work, ``reused``: with an answer that there was already; both make
    ``answered``. ``on_time``: of the own ones, those not later than the time first set, whatever was added
    to it since. ``new``: that have gone out. ``median_hours``: from asking, or going out, to
    answering, of the own ones.
    """

    new: int
    answered: int
    reused: int
    own: int
    on_time: int
    declined: int
    median_hours: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Open:
    """As things stand now."""

    waiting: int  # with the asked unit
    late: int  # of those
    returned: int  # with the asker, to be completed


async def done(
    session: AsyncSession, which: Which, since: datetime, until: datetime, *, by_asked: bool = False
) -> Done:
    """What happened to the requests of ``which`` from one moment up to another. ``by_asked``: declined by who is asked
    now, and not by who had it before."""
    at_once = select(func.count()).where(
        _LIVE, which, _OUT, Request.asked_at >= since, Request.asked_at < until, ~_SENT_LATER
    )
    later = (
        select(func.count(Request.id.distinct()))
        .join(Event, Event.chain == Request.id)
        .where(_LIVE, which, Event.action.in_(GOES_OUT), Event.at >= since, Event.at < until)
    )
    new = (await session.scalar(at_once) or 0) + (await session.scalar(later) or 0)
    declined = await session.scalar(
        select(func.count(Request.id.distinct()))
        .join(Event, Event.chain == Request.id)
        .where(*_declined(which, since, until, by_asked=by_asked))
    )
    answers = await _answers(session, which, since, until)
    own = [row for row in answers if row.reused_from_id is None]
    hours = [(row.at - row.asked_at).total_seconds() / 3600 for row in own]
    return Done(
        new=int(new or 0),
        answered=len(answers),
        reused=len(answers) - len(own),
        own=len(own),
        on_time=sum(1 for row in own if _on_time(row)),
        declined=int(declined or 0),
        median_hours=round(median(hours), 1) if hours else None,
    )


def _declined(
    which: Which, since: datetime, until: datetime, *, by_asked: bool
) -> tuple[ColumnElement[bool], ...]:
    """Of events: that one of ``which`` was declined."""
    passed_on = select(_LATER.id).where(
        _LATER.chain == Event.chain, _LATER.action == "transfer", _LATER.id > Event.id
    )
    by_them = (~passed_on.exists(),) if by_asked else ()
    return _LIVE, which, Event.action == "decline", Event.at >= since, Event.at < until, *by_them


async def declines(
    session: AsyncSession, which: Which, since: datetime, until: datetime, *, by_asked: bool = False
) -> Sequence[tuple[int, bytes]]:
    """(request, what the record says of it) of each time that one of ``which`` was declined, in order; see
    :func:`done`."""
    found = await session.execute(
        select(Event.chain, Event.sealed)
        .join(Request, Request.id == Event.chain)
        .where(*_declined(which, since, until, by_asked=by_asked))
        .order_by(Event.id)
    )
    return [(chain, sealed) for chain, sealed in found]


async def _answers(session: AsyncSession, which: Which, since: datetime, until: datetime) -> list[Any]:
    """The answer to each request that got one in the time, the first of them: not a part of one, and not
    one put right."""
    rows = await session.execute(
        select(
            Answer.request_id, Answer.at, Answer.due_at, Answer.reused_from_id,
            func.coalesce(_WENT_OUT.scalar_subquery(), Request.asked_at).label("asked_at"),
            Request.due_at.label("due_now"), Request.first_due_at,
        )
        .join(Request, Request.id == Answer.request_id)
        .where(
            _LIVE, which, Answer.at >= since, Answer.at < until,
            Answer.partial.is_(False), Answer.corrects_id.is_(None), Answer.withdrawn_at.is_(None),
        )
        .order_by(Answer.at, Answer.id)
    )  # fmt: skip
    first: dict[int, Any] = {}
    for row in rows:
        first.setdefault(row.request_id, row)
    return list(first.values())


def _on_time(row: Any) -> bool:
    """Against the time first set. Where that is not known any more (the time was moved before it was kept),
    nobody can say so."""
    due = row.due_at or row.first_due_at
    return row.due_now is None if due is None else row.at <= due


async def standing(session: AsyncSession, which: Which, now: datetime) -> Open:
    """How many requests of ``which`` are open, by whose turn it is."""
    late = case((Request.due_at < now, 1), else_=0)
    rows = await session.execute(
        select(Request.state, func.count(), func.sum(late))
        .where(_LIVE, which, Request.state.in_(WAITING))
        .group_by(Request.state)
    )
    found = {state: (int(count), int(of_them or 0)) for state, count, of_them in rows}
    return Open(
        waiting=sum(found.get(state, (0, 0))[0] for state in WITH_ASKED),
        late=sum(found.get(state, (0, 0))[1] for state in WITH_ASKED),
        returned=found.get(State.RETURNED, (0, 0))[0],
    )


async def pending(session: AsyncSession, which: Which) -> int:
    """How many requests of ``which`` wait for approval."""
    found = select(func.count()).select_from(Request).where(_LIVE, which, Request.state == State.PENDING)
    return int(await session.scalar(found) or 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """What one unit owes as things stand now."""

    unit_id: int
    waiting: int
    late: int  # of those


async def waiting_of(session: AsyncSession, unit_ids: Collection[int], now: datetime) -> list[Waiting]:
    """What each of these units owes, where it owes anything: the latest first, then those with most."""
    late = func.sum(case((Request.due_at < now, 1), else_=0))
    rows = await session.execute(
        select(Request.to_unit_id, func.count(), late)
        .where(_LIVE, Request.to_unit_id.in_(unit_ids), Request.state.in_(WITH_ASKED))
        .group_by(Request.to_unit_id)
    )
    found = [
        Waiting(unit_id=unit, waiting=int(count), late=int(of_them or 0)) for unit, count, of_them in rows
    ]
    return sorted(found, key=lambda one: (-one.late, -one.waiting, one.unit_id))


async def in_hand(session: AsyncSession, unit_id: int) -> dict[int, int]:
    """Person -> how many requests to the unit they have taken and not answered."""
    rows = await session.execute(
        select(Request.handler_id, func.count())
        .where(_LIVE, Request.to_unit_id == unit_id, Request.state == State.ACCEPTED)
        .group_by(Request.handler_id)
    )
    return {person_id: int(count) for person_id, count in rows if person_id is not None}


async def due_between(
    session: AsyncSession, which: Which, since: datetime | None, until: datetime, limit: int
) -> tuple[int, Sequence[Request]]:
    """How many open requests of ``which`` are due in a time (from ever, without ``since``), and the first of
    them."""
    due = [_LIVE, which, Request.state.in_(WITH_ASKED), Request.due_at < until]
    if since is not None:
        due.append(Request.due_at >= since)
    count = await session.scalar(select(func.count()).select_from(Request).where(*due))
    rows = await session.scalars(
        select(Request).where(*due).order_by(Request.due_at, Request.id).limit(limit)
    )
    return int(count or 0), rows.all()


async def oldest(session: AsyncSession, which: Which) -> Request | None:
    """The one that has been open for longest."""
    query = select(Request).where(_LIVE, which, Request.state.in_(WAITING))
    return await session.scalar(query.order_by(Request.asked_at, Request.id).limit(1))


async def skipped(
    session: AsyncSession, scope: Scope, kinds: Sequence[str], since: datetime, until: datetime
) -> Sequence[tuple[str, str]]:
    """(number, why) of reminders of these kinds that could not be sent to anybody, each once."""
    rows = await session.execute(
        select(Request.number, Reminder.note)
        .join(Request, Request.id == Reminder.request_id)
        .where(
            Reminder.state == "skipped",
            Reminder.kind.in_(kinds),
            Reminder.done_at >= since,
            Reminder.done_at <= until,
            _LIVE,
            scope.either,
        )
        .order_by(Request.id)
    )
    return list(dict.fromkeys((number or "", note or "") for number, note in rows))
