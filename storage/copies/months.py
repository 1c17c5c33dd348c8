"""What lies under which month's key, read along the tables and sealed anew batch by batch."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, Table, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.copies.rekey import put
from storage.database.changed import changed
from storage.tables.models import Answer, Base, Comment, Desk, Draft, MatchKey, MatchRecord, Source
from storage.tables.monthly import also, begins, monthly_tables, movable


async def beginnings(
    session: AsyncSession, table: Table, after: int | None, limit: int
) -> Sequence[tuple[int, bytes]]:
    """The rows of a table after one, in the order of its key, with the beginnings of their sealed values."""
    [key] = table.primary_key.columns
    query = select(key, begins(table)).where(*movable(table)).order_by(key).limit(limit)
    if after is not None:
        query = query.where(key > after)
    return [(number, bytes(beginning)) for number, beginning in await session.execute(query)]


async def rows(session: AsyncSession, table: Table, ids: Collection[int]) -> Sequence[Row[Any]]:
    """These rows, locked: key, sealed value, what the checksum is made of. Those that others are at work on are left
    out: who waits here could be waited for there."""
    [key] = table.primary_key.columns
    query = select(key, table.c.sealed, *(table.c[name] for name in also(table))).where(key.in_(ids))
    return (await session.execute(query.order_by(key).with_for_update(skip_locked=True))).all()


async def write(session: AsyncSession, table: Table, written: Sequence[tuple[Any, ...]]) -> None:
    """Values sealed anew, as :func:`storage.tables.monthly.moved` gives them."""
    await put(session, table, ["sealed", "mac"] if also(table) else ["sealed"], written)


async def locked(session: AsyncSession, key: str) -> str | None:
    """A value of the desk, which nobody else changes before the transaction ends."""
    return await session.scalar(select(Desk.value).where(Desk.key == key).with_for_update())


async def lying_under(session: AsyncSession) -> dict[bytes, int]:
    """How many values lie under what, by their beginnings. Reads all of the tables."""
    found: dict[bytes, int] = {}
    for table in monthly_tables():
        beginning = begins(table)
        grouped = select(beginning, func.count()).where(*movable(table)).group_by(beginning)
        for one, many in await session.execute(grouped):
            found[bytes(one)] = found.get(bytes(one), 0) + many
    return found


async def whose(session: AsyncSession, table: Table, ids: Collection[int], column: str) -> list[int]:
    """The requests to which these rows of a table belong; ``column``: the one that says so, none where none does."""
    if not ids or not column:
        return []
    [key] = table.primary_key.columns
    found = await session.scalars(select(table.c[column]).where(key.in_(ids)).distinct())
    return [one for one in found if one is not None]


async def drop(session: AsyncSession, table: str, ids: Collection[int], *, loose: bool = False) -> int:
    """Takes these rows away, with ``loose`` those of no request alone; how many."""
    found = Base.metadata.tables[table]
    [key] = found.primary_key.columns
    which = [key.in_(ids), *([found.c.request_id.is_(None)] if loose else [])]
    return await changed(session, delete(found).where(*which))


async def empty_drafts(session: AsyncSession, ids: Collection[int], *, state: str, emptied: bytes) -> int:
    """These drafts have no content from now on, and are in that state; how many."""
    return await changed(session, update(Draft).where(Draft.id.in_(ids)).values(state=state, sealed=emptied))


async def drop_sources(session: AsyncSession, request_ids: Collection[int]) -> None:
    """Takes away by which messages the answers and comments of these requests came."""
    answers = select(Answer.id).where(Answer.request_id.in_(request_ids)).scalar_subquery()
    comments = select(Comment.id).where(Comment.request_id.in_(request_ids)).scalar_subquery()
    which = or_(Source.comment_id.in_(comments), Source.answer_id.in_(answers))
    await changed(session, delete(Source).where(which))


async def drop_keys_of_none(session: AsyncSession) -> None:
    """Takes the keys out of the match index that lead to no record."""
    with_record = select(MatchRecord.request_id)
    await changed(session, delete(MatchKey).where(MatchKey.request_id.not_in(with_record)))
