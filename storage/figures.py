"""Figures over requests: what digests, ``/stats`` and the metrics count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import OPEN_STATES, Reminder, Request


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """Over a span of time, for the units given; hours are median time from asking to answering."""

    new: int
    answered: int
    reused: int
    declined: int
    on_time: int
    median_hours: float | None


async def over(session: AsyncSession, units: Sequence[int], since: datetime, until: datetime) -> Figures:
    ours = or_(Request.from_unit_id.in_(units), Request.to_unit_id.in_(units))
    live = Request.number.is_not(None)
    new = await session.scalar(
        select(func.count())
        .select_from(Request)
        .where(live, ours, Request.asked_at >= since, Request.asked_at < until)
    )
    declined = await session.scalar(
        select(func.count())
        .select_from(Request)
        .where(live, ours, Request.state == "declined", Request.asked_at >= since, Request.asked_at < until)
    )
    rows = (
        await session.execute(
            select(Request.asked_at, Request.answered_at, Request.due_at, Request.reused_from_id).where(
                live, ours, Request.answered_at >= since, Request.answered_at < until
            )
        )
    ).all()
    done = [(asked, answered, due, reused) for asked, answered, due, reused in rows if answered is not None]
    taken = [(answered - asked).total_seconds() / 3600 for asked, answered, _, _ in done]
    return Figures(
        new=int(new or 0),
        answered=len(done),
        reused=sum(1 for *_, reused in done if reused is not None),
        declined=int(declined or 0),
        on_time=sum(1 for _, answered, due, _ in done if due is None or answered <= due),
        median_hours=round(median(taken), 1) if taken else None,
    )


async def waiting(session: AsyncSession, units: Sequence[int]) -> Sequence[Request]:
    """Open requests of the desk's own from or to these units, earliest due first.

    An imported row that was never answered is history: it has no number, no clock and nobody who has it.
    """
    return (
        await session.scalars(
            select(Request)
            .where(
                Request.number.is_not(None),
                Request.state.in_(OPEN_STATES),
                or_(Request.from_unit_id.in_(units), Request.to_unit_id.in_(units)),
            )
            .order_by(Request.due_at, Request.id)
            .limit(1000)
        )
    ).all()


async def unreached(
    session: AsyncSession, units: Sequence[int], since: datetime, until: datetime
) -> Sequence[tuple[str, str]]:
    """(number, why) of reminders that reached nobody, each once."""
    rows = await session.execute(
        select(Request.number, Reminder.note)
        .join(Request, Request.id == Reminder.request_id)
        .where(
            Reminder.state == "skipped",
            Reminder.note != "no unit above",
            Reminder.done_at >= since,
            Reminder.done_at <= until,
            or_(Request.from_unit_id.in_(units), Request.to_unit_id.in_(units)),
        )
        .order_by(Request.id)
    )
    return list(dict.fromkeys((number or "", note or "") for number, note in rows))
