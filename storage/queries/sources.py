"""Queries about what became of officers' messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables.models import Source


async def source(session: AsyncSession, chat_id: int, message_id: int) -> Source | None:
    return await session.get(Source, (chat_id, message_id))


async def of_draft(session: AsyncSession, draft_id: int, chat_id: int) -> Sequence[int]:
    """The messages of a chat that completed a draft."""
    which = (Source.draft_id == draft_id, Source.chat_id == chat_id)
    return (await session.scalars(select(Source.message_id).where(*which).order_by(Source.message_id))).all()


async def prune(session: AsyncSession, *, before: datetime) -> None:
    """Forget messages sent before a time."""
    await session.execute(
        delete(Source).where(Source.at < before).execution_options(synchronize_session=False)
    )
