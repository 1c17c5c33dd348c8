"""Queries about whom reminders have reached, and what was said to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables.marks import ReminderMark
from storage.tables.words import Marked


async def of_request(session: AsyncSession, request_id: int) -> Sequence[ReminderMark]:
    """All of a request, the oldest first."""
    query = select(ReminderMark).where(ReminderMark.request_id == request_id)
    return (await session.scalars(query.order_by(ReminderMark.id))).all()


async def said(session: AsyncSession, request_ids: Collection[int]) -> Mapping[int, Sequence[ReminderMark]]:
    """What people have said to the reminders of some requests, the oldest first; of those to which nobody has said
    anything, nothing."""
    query = select(ReminderMark).where(
        ReminderMark.request_id.in_(request_ids), ReminderMark.what != Marked.REACHED
    )
    found: defaultdict[int, list[ReminderMark]] = defaultdict(list)
    for mark in (await session.scalars(query.order_by(ReminderMark.id))).all():
        found[mark.request_id].append(mark)
    return found


def until(marks: Sequence[ReminderMark], now: datetime) -> datetime | None:
    """The latest time until which one of these puts off, if that is ahead."""
    return max((m.until for m in marks if m.until is not None and m.until > now), default=None)
