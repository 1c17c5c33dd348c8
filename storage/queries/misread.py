"""Queries about what posts were not understood in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables.models import Misread


async def of_draft(session: AsyncSession, draft_id: int) -> Sequence[Misread]:
    query = select(Misread).where(Misread.draft_id == draft_id).order_by(Misread.id)
    return (await session.scalars(query)).all()


async def since(session: AsyncSession, at: datetime, *, limit: int) -> Sequence[Misread]:
    """The newest from a time on."""
    query = select(Misread).where(Misread.at >= at).order_by(Misread.id.desc()).limit(limit)
    return (await session.scalars(query)).all()


async def prune(session: AsyncSession, *, before: datetime) -> None:
    await session.execute(
        delete(Misread).where(Misread.at < before).execution_options(synchronize_session=False)
    )
