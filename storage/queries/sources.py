"""Queries about what became of officers' messages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables.models import Source


async def source(session: AsyncSession, chat_id: int, message_id: int) -> Source | None:
    return await session.get(Source, (chat_id, message_id))


async def prune(session: AsyncSession, *, before: datetime) -> None:
    """Forget messages sent before a time."""
    await session.execute(
        delete(Source).where(Source.at < before).execution_options(synchronize_session=False)
    )
