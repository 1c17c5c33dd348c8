"""Queries about files: of a draft, an answer or an album. None of them decides who is shown one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables.models import File


async def of_draft(session: AsyncSession, draft_id: int) -> Sequence[File]:
    """In the order in which they came."""
    query = select(File).where(File.draft_id == draft_id).order_by(File.id)
    return (await session.scalars(query)).all()


async def of_request(session: AsyncSession, request_id: int, answer_id: int | None = None) -> Sequence[File]:
    """The files of the request itself, or of one of its answers."""
    of_answer = File.answer_id.is_(None) if answer_id is None else File.answer_id == answer_id
    query = select(File).where(File.request_id == request_id, of_answer)
    return (await session.scalars(query.order_by(File.message_id, File.id))).all()


async def at_home(session: AsyncSession, home: Mapping[str, int | None]) -> Sequence[File]:
    """Those that belong to just this: columns of the table and their values."""
    return (await session.scalars(select(File).filter_by(**home))).all()


async def of_albums(session: AsyncSession, chat_id: int, albums: Collection[str]) -> Sequence[File]:
    """What has come of these albums in a chat."""
    if not albums:
        return ()
    query = select(File).where(File.chat_id == chat_id, File.media_group.in_(albums))
    return (await session.scalars(query)).all()


async def of_message(
    session: AsyncSession, chat_id: int, message_id: int, albums: Collection[str] = ()
) -> Sequence[File]:
    """What a message brought, to whatever it belongs, and what has come of its album."""
    single = and_(File.media_group.is_(None), File.message_id == message_id)
    which = or_(single, File.media_group.in_(albums)) if albums else single
    return (await session.scalars(select(File).where(File.chat_id == chat_id, which).order_by(File.id))).all()


async def of_messages(session: AsyncSession, chat_id: int, message_ids: Collection[int]) -> Sequence[File]:
    """What these messages of a chat brought, to whatever it belongs."""
    which = (File.chat_id == chat_id, File.message_id.in_(message_ids))
    return (await session.scalars(select(File).where(*which).order_by(File.id))).all()


async def messages_gone(session: AsyncSession, chat_id: int, message_ids: Collection[int]) -> None:
    """The messages that brought these files are deleted; the files stay."""
    which = (File.chat_id == chat_id, File.message_id.in_(message_ids))
    await session.execute(update(File).where(*which).values(message_id=None))


async def from_elsewhere(
    session: AsyncSession, request_id: int, chat_id: int, *, since: datetime | None = None
) -> Sequence[File]:
    """What belongs to a request and did not come from this chat; ``since``: only what has come from then on."""
    query = select(File).where(
        File.request_id == request_id, or_(File.chat_id.is_(None), File.chat_id != chat_id)
    )
    if since is not None:
        query = query.where(File.at >= since)
    return (await session.scalars(query.order_by(File.id))).all()


async def drop_of_draft(session: AsyncSession, draft_id: int) -> None:
    await session.execute(delete(File).where(File.draft_id == draft_id))


async def drop_loose(session: AsyncSession, *, before: datetime) -> None:
    """Items of albums that belong to nothing and came before a time."""
    loose = (File.request_id.is_(None), File.draft_id.is_(None), File.answer_id.is_(None))
    await session.execute(delete(File).where(*loose, File.at < before))
