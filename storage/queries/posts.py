"""Queries about messages in chats: what each is about, as what it stands there, what it shows."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables.models import Post, Request
from storage.tables.words import PostPurpose


async def one(session: AsyncSession, chat_id: int, message_id: int) -> Post | None:
    return await session.get(Post, (chat_id, message_id))


async def pickers(
    session: AsyncSession, *, request_id: int | None, draft_id: int | None, purposes: Sequence[str]
) -> Sequence[Post]:
    """The messages about a request or a draft that ask for a tap; ``purposes`` also with what follows a colon."""
    about = Post.request_id == request_id if request_id is not None else Post.draft_id == draft_id
    kinds = or_(*(or_(Post.purpose == name, Post.purpose.startswith(f"{name}:")) for name in purposes))
    return (await session.scalars(select(Post).where(about, kinds))).all()


async def form_of(session: AsyncSession, draft_id: int, chat_id: int) -> Post | None:
    """The newest message in a chat that asks about a draft, whether for a tap or for words."""
    asks = [
        or_(Post.purpose == name, Post.purpose.startswith(f"{name}:"))
        for name in (PostPurpose.CHOOSE, PostPurpose.DRAFT)
    ]
    return await session.scalar(
        select(Post)
        .where(Post.draft_id == draft_id, Post.chat_id == chat_id, or_(*asks))
        .order_by(Post.message_id.desc())
        .limit(1)
    )


async def card_of(session: AsyncSession, request_id: int, chat_id: int) -> Post | None:
    return await last_of(session, request_id, chat_id, PostPurpose.CARD)


async def last_of(session: AsyncSession, request_id: int, chat_id: int, purpose: str) -> Post | None:
    """The newest message about a request in a chat that is for this."""
    return await session.scalar(
        select(Post)
        .where(Post.request_id == request_id, Post.chat_id == chat_id, Post.purpose == purpose)
        .order_by(Post.message_id.desc())
        .limit(1)
    )


async def of_purpose(session: AsyncSession, request_id: int, purpose: str) -> Sequence[Post]:
    """The messages about a request that are for this, wherever they stand."""
    which = (Post.request_id == request_id, Post.purpose == purpose)
    return (await session.scalars(select(Post).where(*which).order_by(Post.message_id))).all()


async def cards_of(session: AsyncSession, request_id: int) -> Sequence[Post]:
    """The cards of a request, wherever they stand."""
    return await of_purpose(session, request_id, PostPurpose.CARD)


async def of_withheld(session: AsyncSession, chat_id: int) -> Sequence[tuple[Post, int | None]]:
    """What we said in a chat of requests that have not gone out, each with the unit that asks."""
    words = Post.purpose.not_in((PostPurpose.FILES, PostPurpose.SOURCE, PostPurpose.PICKED))
    found = await session.execute(
        select(Post, Request.from_unit_id)
        .join(Request, Request.id == Post.request_id)
        .where(Post.chat_id == chat_id, words, Request.to_unit_id.is_(None), Request.number.is_not(None))
    )
    return [(post, unit_id) for post, unit_id in found]


async def shown_in(session: AsyncSession, request_id: int) -> Sequence[tuple[int, str]]:
    """The chats in which a card of the request stands, or its full text, and which of the two it is."""
    found = await session.execute(
        select(Post.chat_id, Post.purpose)
        .where(Post.request_id == request_id, Post.purpose.in_((PostPurpose.CARD, PostPurpose.FULL)))
        .distinct()
    )
    return [(chat_id, purpose) for chat_id, purpose in found]


async def note_shown(
    session: AsyncSession, chat_id: int, message_ids: Collection[int], shown: bytes | None
) -> None:
    """What these messages show from now on."""
    await session.execute(
        update(Post).where(Post.chat_id == chat_id, Post.message_id.in_(message_ids)).values(shown=shown)
    )


async def drop(session: AsyncSession, chat_id: int, message_ids: Collection[int]) -> None:
    """These messages are gone."""
    await session.execute(delete(Post).where(Post.chat_id == chat_id, Post.message_id.in_(message_ids)))


async def retire_cards(session: AsyncSession, chat_id: int, request_id: int | None) -> None:
    """Cards of a request that stand in a chat are cards no more: another one takes their place."""
    await session.execute(
        update(Post)
        .where(Post.chat_id == chat_id, Post.request_id == request_id, Post.purpose == PostPurpose.CARD)
        .values(purpose=PostPurpose.NOTICE)
    )
