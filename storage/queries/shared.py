"""Queries about what units have shared. None of them decides who may."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.changed import changed
from storage.tables.shared import SharedNote


async def standing(session: AsyncSession, now: datetime, *, limit: int) -> Sequence[SharedNote]:
    """What holds now, the newest first."""
    query = select(SharedNote).where(SharedNote.until > now).order_by(SharedNote.id.desc()).limit(limit)
    return (await session.scalars(query)).all()


async def every(session: AsyncSession) -> Sequence[SharedNote]:
    """All that are kept."""
    query = select(SharedNote).order_by(SharedNote.id)
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def drop(session: AsyncSession, ids: Collection[int]) -> int:
    """These are gone; how many."""
    return await changed(session, delete(SharedNote).where(SharedNote.id.in_(ids)))


async def prune(session: AsyncSession, *, before: datetime) -> None:
    """What held until a time before this is kept no longer."""
    await changed(session, delete(SharedNote).where(SharedNote.until < before))
