"""Queries about chats and the units they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Chat, ChatUnit, DigestSent, Draft, File, Membership, Post, Request, Unit
from storage.outbox import move_chat
from storage.prepared import Prepared

_UNIT_IDS_OF = Prepared(
    select(ChatUnit.__table__.c.unit_id)
    .where(ChatUnit.__table__.c.chat_id == bindparam("chat_id"))
    .order_by(ChatUnit.__table__.c.unit_id)
)
_IDS_OF_UNIT = Prepared(
    select(Chat.__table__.c.id)
    .join(ChatUnit.__table__, ChatUnit.__table__.c.chat_id == Chat.__table__.c.id)
    .where(ChatUnit.__table__.c.unit_id == bindparam("unit_id"), Chat.__table__.c.state == "active")
    .order_by(ChatUnit.__table__.c.since, Chat.__table__.c.id)
)


async def unit_ids_of(session: AsyncSession, chat_id: int) -> Sequence[int]:
    """The units of a group, retired ones as well."""
    return [unit_id for (unit_id,) in await _UNIT_IDS_OF.fetch(session, {"chat_id": chat_id})]


async def units_of(session: AsyncSession, chat_id: int) -> Sequence[Unit]:
    """The units of a group that are in the configuration."""
    ids = await unit_ids_of(session, chat_id)
    query = select(Unit).where(Unit.id.in_(ids), Unit.retired_at.is_(None)).order_by(Unit.id)
    return (await session.scalars(query)).all()


async def ids_of_unit(session: AsyncSession, unit_id: int) -> Sequence[int]:
    """The groups of a unit that can be reached, the oldest first."""
    return [chat_id for (chat_id,) in await _IDS_OF_UNIT.fetch(session, {"unit_id": unit_id})]


async def of_unit(session: AsyncSession, unit_id: int) -> Sequence[Chat]:
    """The groups of a unit that can be reached, the oldest first."""
    ids = await ids_of_unit(session, unit_id)
    chats = {chat.id: chat for chat in (await session.scalars(select(Chat).where(Chat.id.in_(ids)))).all()}
    return [chats[chat_id] for chat_id in ids]


async def bound(session: AsyncSession) -> Sequence[Chat]:
    """All reachable groups that belong to some unit."""
    return (
        await session.scalars(
            select(Chat)
            .where(Chat.id.in_(select(ChatUnit.chat_id)), Chat.state == "active")
            .order_by(Chat.id)
        )
    ).all()


async def bind(session: AsyncSession, chat_id: int, unit_id: int, at: datetime) -> bool:
    """Whether it was not bound so already."""
    if await session.get(ChatUnit, (chat_id, unit_id)) is not None:
        return False
    session.add(ChatUnit(chat_id=chat_id, unit_id=unit_id, since=at))
    await session.flush()
    return True


async def unbind(session: AsyncSession, chat_id: int) -> int:
    result = await session.execute(delete(ChatUnit).where(ChatUnit.chat_id == chat_id))
    return int(result.rowcount)  # type: ignore[attr-defined]


async def lock(session: AsyncSession, chat_id: int) -> Chat | None:
    """The row of a chat, that of two who change it at once one waits for the other."""
    return await session.get(Chat, chat_id, with_for_update=True)


async def move(session: AsyncSession, old: int, new: int) -> None:
    """Everything that named the old chat id names the new one; message ids of the old are gone.

    The new chat counts its messages from 1 again: what stood under a message of the old one stands under
    none (a draft's own number is kept, negative, because it tells drafts apart).
    """
    for row in (await session.scalars(select(ChatUnit).where(ChatUnit.chat_id == old))).all():
        await bind(session, new, row.unit_id, row.since)
    await session.execute(delete(ChatUnit).where(ChatUnit.chat_id == old))
    await session.execute(delete(Post).where(Post.chat_id == old))
    moved = (
        update(Request).where(Request.chat_id == old).values(chat_id=new, message_id=None, thread_id=None),
        update(Draft)
        .where(Draft.chat_id == old)
        .values(chat_id=new, message_id=-Draft.message_id, thread_id=None),
        update(File).where(File.chat_id == old).values(chat_id=new, message_id=None),
        update(Membership).where(Membership.chat_id == old).values(chat_id=new),
    )
    for statement in moved:
        await session.execute(statement.execution_options(synchronize_session=False))
    sent = select(DigestSent.day).where(DigestSent.chat_id == new)
    await session.execute(
        update(DigestSent)
        .where(DigestSent.chat_id == old, DigestSent.day.not_in(sent))
        .values(chat_id=new)
        .execution_options(synchronize_session=False)
    )
    await move_chat(session, old, new)
