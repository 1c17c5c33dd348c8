"""Figures over requests: what digests and ``/stats`` count, each from what happened."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.queries.histories import GOES_OUT, LIVE, OUT, SENT_LATER, answered, declined_where
from storage.queries.scopes import Scope, Which
from storage.tables.models import Event, Reminder, Request
from storage.tables.words import WAITING, WITH_ASKED, State


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
        LIVE, which, OUT, Request.asked_at >= since, Request.asked_at < until, ~SENT_LATER
    )
    later = (
        select(func.count(Request.id.distinct()))
        .join(Event, Event.chain == Request.id)
        .where(LIVE, which, Event.action.in_(GOES_OUT), Event.at >= since, Event.at < until)
    )
    new = (await session.scalar(at_once) or 0) + (await session.scalar(later) or 0)
    declined = await session.scalar(
        select(func.count(Request.id.distinct()))
        .join(Event, Event.chain == Request.id)
        .where(*declined_where(which, since, until, by_asked=by_asked))
    )
    answers = await answered(session, which, since, until)
    own = [row for row in answers if not row.reused]
    hours = [row.took.total_seconds() / 3600 for row in own]
    return Done(
        new=int(new or 0),
        answered=len(answers),
        reused=len(answers) - len(own),
        own=len(own),
        on_time=sum(1 for row in own if row.on_time),
        declined=int(declined or 0),
        median_hours=round(median(hours), 1) if hours else None,
    )


async def standing(session: AsyncSession, which: Which, now: datetime) -> Open:
    """How many requests of ``which`` are open, by whose turn it is."""
    late = case((Request.due_at < now, 1), else_=0)
    rows = await session.execute(
        select(Request.state, func.count(), func.sum(late))
        .where(LIVE, which, Request.state.in_(WAITING))
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
    found = select(func.count()).select_from(Request).where(LIVE, which, Request.state == State.PENDING)
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
        .where(LIVE, Request.to_unit_id.in_(unit_ids), Request.state.in_(WITH_ASKED))
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
        .where(LIVE, Request.to_unit_id == unit_id, Request.state == State.ACCEPTED)
        .group_by(Request.handler_id)
    )
    return {person_id: int(count) for person_id, count in rows if person_id is not None}


async def due_between(
    session: AsyncSession, which: Which, since: datetime | None, until: datetime, limit: int
) -> tuple[int, Sequence[Request]]:
    """How many open requests of ``which`` are due in a time (from ever, without ``since``), and the first of
    them."""
    due = [LIVE, which, Request.state.in_(WITH_ASKED), Request.due_at < until]
    if since is not None:
        due.append(Request.due_at >= since)
    count = await session.scalar(select(func.count()).select_from(Request).where(*due))
    rows = await session.scalars(
        select(Request).where(*due).order_by(Request.due_at, Request.id).limit(limit)
    )
    return int(count or 0), rows.all()


async def oldest(session: AsyncSession, which: Which) -> Request | None:
    """The one that has been open for longest."""
    query = select(Request).where(LIVE, which, Request.state.in_(WAITING))
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
            LIVE,
            scope.either,
        )
        .order_by(Request.id)
    )
    return list(dict.fromkeys((number or "", note or "") for number, note in rows))
