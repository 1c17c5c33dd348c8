"""Queries about drafts: what was written and is not complete, or waits for somebody's tap."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables.models import Draft
from storage.tables.words import DraftState


async def of_message(session: AsyncSession, chat_id: int, message_id: int) -> Draft | None:
    return await session.scalar(select(Draft).where(Draft.chat_id == chat_id, Draft.message_id == message_id))


async def open_of(
    session: AsyncSession, chat_id: int, person_id: int, *, but_not: Collection[str]
) -> Draft | None:
    """The newest draft that a person has not completed in a chat, of any kind but these."""
    return await session.scalar(
        select(Draft)
        .where(
            Draft.person_id == person_id,
            Draft.chat_id == chat_id,
            Draft.state == DraftState.OPEN,
            Draft.kind.not_in(but_not),
        )
        .order_by(Draft.id.desc())
        .limit(1)
    )


async def dropped_offers(
    session: AsyncSession, chat_id: int, person_id: int, *, limit: int
) -> Sequence[Draft]:
    """The newest messages of a person in a chat that were offered as requests and were none."""
    query = select(Draft).where(
        Draft.person_id == person_id,
        Draft.chat_id == chat_id,
        Draft.state == DraftState.DROPPED,
        Draft.kind == "offer",
    )
    return (await session.scalars(query.order_by(Draft.id.desc()).limit(limit))).all()


async def expired(session: AsyncSession, now: datetime, *, limit: int) -> Sequence[Draft]:
    """Those that nobody completed in time, locked; not those that somebody completes at this moment."""
    query = select(Draft).where(Draft.state == DraftState.OPEN, Draft.expires_at < now)
    return (await session.scalars(query.limit(limit).with_for_update(skip_locked=True))).all()


async def dropped(session: AsyncSession, *, before: datetime, limit: int) -> Sequence[Draft]:
    """Dropped ones that ended before a time and still have their content, locked."""
    query = select(Draft).where(Draft.state == DraftState.DROPPED, Draft.expires_at < before)
    return (await session.scalars(query.limit(limit).with_for_update(skip_locked=True))).all()
