"""Queries about reminders: which are due, and what became of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.locked import LOCKED
from storage.tables.models import Reminder, Request
from storage.tables.words import ReminderKind, ReminderState, State

#: What goes to units that stand above.
_ABOVE = (ReminderKind.ESCALATE, ReminderKind.COMMON)


async def any_due(session: AsyncSession, now: datetime) -> bool:
    """One index probe where nothing is due."""
    return bool(
        await session.scalar(
            select(exists().where(Reminder.state == ReminderState.WAITING, Reminder.due_at <= now))
        )
    )


async def claim(session: AsyncSession, now: datetime, limit: int) -> Sequence[Request]:
    """Requests with due reminders, locked. Requests before their reminders, as everywhere: the other way
    round two transactions could wait for each other."""
    due = (
        select(Reminder.request_id)
        .where(Reminder.state == ReminderState.WAITING, Reminder.due_at <= now)
        .order_by(Reminder.due_at, Reminder.id)
        .limit(limit)
    )
    return (
        await session.scalars(
            select(Request).where(Request.id.in_(due)).with_for_update(skip_locked=True, **LOCKED)
        )
    ).all()


async def of_request(session: AsyncSession, request_id: int) -> Sequence[Reminder]:
    """All of a request, whatever became of them."""
    return (await session.scalars(select(Reminder).where(Reminder.request_id == request_id))).all()


async def waits(session: AsyncSession, request_id: int, kind: str) -> bool:
    """Whether a reminder of a kind waits for its time."""
    waiting = select(Reminder.id).where(
        Reminder.request_id == request_id, Reminder.kind == kind, Reminder.state == ReminderState.WAITING
    )
    return await session.scalar(waiting.limit(1)) is not None


async def oldest_due(session: AsyncSession) -> datetime | None:
    """When the first of those that wait is or was due."""
    return await session.scalar(
        select(func.min(Reminder.due_at)).where(Reminder.state == ReminderState.WAITING)
    )


async def due_of(session: AsyncSession, request_id: int, now: datetime) -> Sequence[Reminder]:
    return (
        await session.scalars(
            select(Reminder).where(
                Reminder.request_id == request_id,
                Reminder.state == ReminderState.WAITING,
                Reminder.due_at <= now,
            )
        )
    ).all()


async def escalated_from(session: AsyncSession, units: Collection[int], now: datetime) -> Sequence[Request]:
    """What lies overdue with these units and was escalated, to whomever."""
    told = exists().where(
        Reminder.request_id == Request.id,
        Reminder.kind.in_(_ABOVE),
        Reminder.state == ReminderState.SENT,
        Reminder.note.is_(None),
    )
    return (
        await session.scalars(
            select(Request)
            .where(
                Request.to_unit_id.in_(units),
                Request.state.in_((State.OPEN, State.ACCEPTED)),
                Request.due_at < now,
                told,
            )
            .order_by(Request.due_at)
        )
    ).all()


async def escalated(session: AsyncSession, request_ids: Sequence[int]) -> Sequence[tuple[str, int]]:
    """(kind, stage) of what the units above some requests were sent, and still holds: what is from before a transfer
    does not. The stage of an escalation is how many units above the nearest superior it went to."""
    rows = await session.execute(
        select(Reminder.kind, Reminder.stage)
        .where(
            Reminder.request_id.in_(request_ids),
            Reminder.kind.in_(_ABOVE),
            Reminder.state == ReminderState.SENT,
            Reminder.note.is_(None),
        )
        .order_by(Reminder.stage)
    )
    return [(kind, stage) for kind, stage in rows]
