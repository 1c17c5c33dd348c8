"""Lines of the outbox that grow while they wait: what comes for the same chat goes into the same message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.upsert import insert_into
from storage.tables.models import OutboxLine, Post
from storage.tables.words import LineKind, PostPurpose

#: So many of a chat's newest messages are looked at for those of a purpose.
NEWEST = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A line as it is now. Locked until the transaction ends, so that no sender takes it meanwhile."""

    id: int
    lane: int
    sealed: bytes


async def queued(session: AsyncSession, key: str) -> Waiting | None:
    """The line of this key that waits for sending."""
    row = (
        await session.execute(
            select(OutboxLine.id, OutboxLine.lane, OutboxLine.sealed)
            .where(OutboxLine.coalesce_key == key, OutboxLine.state == literal_column("'queued'"))
            .with_for_update()
        )
    ).first()
    return Waiting(id=row.id, lane=row.lane, sealed=row.sealed) if row else None


async def under_way(session: AsyncSession, key: str, chat_id: int) -> Waiting | None:
    """The line of this key that is being sent just now, or was when its sender died."""
    row = (
        await session.execute(
            select(OutboxLine.id, OutboxLine.lane, OutboxLine.sealed).where(
                OutboxLine.chat_id == chat_id,
                OutboxLine.state == literal_column("'sending'"),
                OutboxLine.coalesce_key == key,
            )
        )
    ).first()
    return Waiting(id=row.id, lane=row.lane, sealed=row.sealed) if row else None


async def add(session: AsyncSession, line: dict[str, Any]) -> bool:
    """Queue a line; False where another of its key has been queued meanwhile."""
    added = await session.scalar(
        insert_into(session, OutboxLine)
        .values(**line)
        .on_conflict_do_nothing(
            index_elements=["coalesce_key"], index_where=OutboxLine.state == literal_column("'queued'")
        )
        .returning(OutboxLine.id)
    )
    return added is not None


async def replace(session: AsyncSession, line_id: int, **values: Any) -> None:
    await session.execute(
        update(OutboxLine)
        .where(OutboxLine.id == line_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


async def release(session: AsyncSession, keys: Sequence[str]) -> None:
    """The waiting lines of these keys wait for nothing any more."""
    await session.execute(
        update(OutboxLine)
        .where(OutboxLine.coalesce_key.in_(keys), OutboxLine.state == literal_column("'queued'"))
        .values(not_before=None)
        .execution_options(synchronize_session=False)
    )


async def was_sent(session: AsyncSession, line_id: int) -> bool:
    """False too for one that another has taken the place of."""
    state = await session.scalar(select(OutboxLine.state).where(OutboxLine.id == line_id))
    return state == "sent"


@dataclass(frozen=True, kw_only=True, slots=True)
class SentList:
    """What a list was made of, and when it was sent."""

    id: int
    sealed: bytes
    sent_at: datetime | None


async def list_sent(session: AsyncSession, line_id: int, chat_id: int) -> SentList | None:
    """A line that was sent to this chat; None where it is no longer kept."""
    row = (
        await session.execute(
            select(OutboxLine.id, OutboxLine.sealed, OutboxLine.sent_at).where(
                OutboxLine.id == line_id, OutboxLine.chat_id == chat_id, OutboxLine.kind == LineKind.DUE
            )
        )
    ).first()
    return SentList(**row._mapping) if row else None


async def lists_in(session: AsyncSession, chat_id: int, *, not_before: datetime) -> Sequence[Post]:
    """The lists of reminders among the newest messages of a chat, sent since then."""
    newest = (
        select(Post.message_id)
        .where(Post.chat_id == chat_id)
        .order_by(Post.message_id.desc())
        .limit(NEWEST)
        .subquery()
    )
    query = select(Post).where(
        Post.chat_id == chat_id,
        Post.message_id.in_(select(newest.c.message_id)),
        Post.purpose.startswith(f"{PostPurpose.DUE}:"),
        Post.at >= not_before,
    )
    return (await session.scalars(query)).all()


async def last_post(session: AsyncSession, chat_id: int, purpose: str) -> datetime | None:
    """When the last message of a purpose (with whatever follows its colon) was sent to a chat, if it is one of the
    newest."""
    newest = (
        select(Post.at, Post.purpose)
        .where(Post.chat_id == chat_id)
        .order_by(Post.message_id.desc())
        .limit(NEWEST)
        .subquery()
    )
    return await session.scalar(
        select(newest.c.at)
        .where(or_(newest.c.purpose == purpose, newest.c.purpose.startswith(f"{purpose}:")))
        .order_by(newest.c.at.desc())
        .limit(1)
    )
