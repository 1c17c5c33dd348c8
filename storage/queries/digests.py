"""Queries about digests: which chats had one of which day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables.models import DigestSent


async def sent_on(session: AsyncSession, days: Collection[date]) -> set[tuple[int, date]]:
    """(chat, day) of the digests of these days that were decided."""
    if not days:
        return set()
    found = await session.execute(select(DigestSent.chat_id, DigestSent.day).where(DigestSent.day.in_(days)))
    return {(chat_id, day) for chat_id, day in found}
