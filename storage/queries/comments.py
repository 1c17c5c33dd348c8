"""What was said about requests. SQL, no decisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables.models import Comment


async def of_request(
    session: AsyncSession, request_id: int, *, kinds: Sequence[str] = (), limit: int | None = None
) -> Sequence[Comment]:
    """Oldest first; of these kinds (none: all), the last ``limit`` of them."""
    newest = _newest(tuple(kinds), limit)
    return list(reversed((await session.scalars(newest, {"request_id": request_id})).all()))


@lru_cache(maxsize=32)
def _newest(kinds: tuple[str, ...], limit: int | None) -> Select[Comment]:
    newest = select(Comment).where(Comment.request_id == bindparam("request_id"))
    if kinds:
        newest = newest.where(Comment.kind.in_(kinds))
    return newest.order_by(Comment.id.desc()).limit(limit)


async def last_at(session: AsyncSession, request_id: int, kind: str) -> datetime | None:
    return await session.scalar(
        select(Comment.at)
        .where(Comment.request_id == request_id, Comment.kind == kind)
        .order_by(Comment.id.desc())
        .limit(1)
    )
