"""Queries about alerts. None of them decides who may."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.changed import changed
from storage.tables.alerts import Alert
from storage.tables.models import ALERTS, Post


async def due(session: AsyncSession, now: datetime) -> Sequence[int]:
    """Those that are to be said again, the oldest first."""
    query = select(Alert.id).where(Alert.next_at.is_not(None), Alert.next_at <= now).order_by(Alert.id)
    return (await session.scalars(query)).all()


async def posts(session: AsyncSession, purposes: Collection[str]) -> Sequence[Post]:
    """The messages that are for one of these, wherever they stand."""
    query = select(Post).where(text(ALERTS), Post.purpose.in_(purposes)).order_by(Post.message_id)
    return (await session.scalars(query)).all()


async def every(session: AsyncSession) -> Sequence[Alert]:
    """All that are kept."""
    query = select(Alert).order_by(Alert.id)
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def prune(session: AsyncSession, *, before: datetime) -> None:
    """Those that ended before a time are kept no longer."""
    await changed(session, delete(Alert).where(Alert.ended_at < before))


async def drop(session: AsyncSession, ids: Collection[int]) -> int:
    """Of these, those that have ended; how many."""
    return await changed(session, delete(Alert).where(Alert.id.in_(ids), Alert.ended_at.is_not(None)))
