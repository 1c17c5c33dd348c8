"""Queries about imports: which rows came by which, what has used them since, how layouts were understood."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ForeignKey, Table, and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.upsert import insert_into
from storage.tables.models import Answer, Base, ImportChange, LedgerImport, LedgerLayout, MatchRecord, Request

#: Tables whose rows belong to a request and go with it; a row of any other table that names one uses it.
_OWN = frozenset({"answers", "match_records"})


async def begin(session: AsyncSession, *, at: datetime, sealed: bytes) -> int:
    """The number of a new import."""
    new = LedgerImport(at=at, sealed=sealed)
    session.add(new)
    await session.flush()
    return new.id


async def extend(session: AsyncSession, import_id: int, *, first: int, last: int) -> None:
    """Rows with these ids, and perhaps others between, have come by the import."""
    row = await session.get_one(LedgerImport, import_id)
    row.first_request_id = row.first_request_id or first
    row.last_request_id = last


async def by_id(session: AsyncSession, import_id: int, *, lock: bool = False) -> LedgerImport | None:
    return await session.get(LedgerImport, import_id, with_for_update=lock or None)


async def latest(session: AsyncSession, limit: int = 5) -> Sequence[LedgerImport]:
    return (await session.scalars(select(LedgerImport).order_by(LedgerImport.id.desc()).limit(limit))).all()


async def taken(session: AsyncSession, one: LedgerImport, *, after: int, limit: int) -> Sequence[Request]:
    """The next rows that came by an import and are still there, locked."""
    if one.first_request_id is None or one.last_request_id is None:
        return []
    query = (
        select(Request)
        .where(
            Request.id > max(after, one.first_request_id - 1),
            Request.id <= one.last_request_id,
            Request.import_id == one.id,
        )
        .order_by(Request.id)
        .limit(limit)
        .with_for_update()
    )
    return (await session.scalars(query)).all()


async def changes(
    session: AsyncSession, import_id: int, *, after: int, limit: int
) -> Sequence[tuple[Request, int]]:
    """The next rows that an import has corrected, locked, each with the place of that in its record."""
    query = (
        select(Request, ImportChange.seq)
        .join(ImportChange, ImportChange.request_id == Request.id)
        .where(ImportChange.import_id == import_id, Request.id > after)
        .order_by(Request.id)
        .limit(limit)
        .with_for_update(of=Request)
    )
    return [(request, seq) for request, seq in (await session.execute(query)).all()]


class OnFile(NamedTuple):
    """A row of a ledger that has its content. ``by_this``: an import has written or corrected it."""

    external_id: str
    asked_at: datetime
    sealed: bytes
    answer: bytes | None
    by_this: bool


async def on_file(
    session: AsyncSession, external_ids: Collection[str], *, import_id: int | None
) -> Sequence[OnFile]:
    """Of these ids of a ledger those that have their content. ``import_id``: the import under way."""
    corrected = and_(ImportChange.request_id == Request.id, ImportChange.import_id == (import_id or 0))
    found = await session.execute(
        select(
            Request.external_id, Request.asked_at, Request.sealed, Answer.sealed, Request.import_id, ImportChange.seq
        )
        .join(Answer, Answer.request_id == Request.id, isouter=True)
        .join(ImportChange, corrected, isouter=True)
        .where(Request.external_id.in_(external_ids), Request.purged_at.is_(None))
    )  # fmt: skip
    return [
        OnFile(str(name), asked_at, sealed, answer, seq is not None or (by is not None and by == import_id))
        for name, asked_at, sealed, answer, by, seq in found
    ]


async def with_numbers(session: AsyncSession, numbers: Collection[str]) -> Sequence[Request]:
    """The desk's own requests of these numbers that have their content."""
    query = select(Request).where(Request.number.in_(numbers), Request.purged_at.is_(None))
    return (await session.scalars(query)).all()


async def to_correct(session: AsyncSession, external_ids: Collection[str]) -> dict[str, Request]:
    """The requests that a ledger calls so, by that id, locked."""
    query = select(Request).where(Request.external_id.in_(external_ids)).with_for_update()
    found = await session.scalars(query.execution_options(populate_existing=True))
    return {str(request.external_id): request for request in found}


async def note_changes(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Rows that an import has corrected; one that it corrects twice counts by the first time."""
    if rows:
        insert = insert_into(session, ImportChange).on_conflict_do_nothing()
        await session.execute(insert, rows)


async def forget_change(session: AsyncSession, import_id: int, request_id: int) -> None:
    await session.execute(
        delete(ImportChange).where(ImportChange.import_id == import_id, ImportChange.request_id == request_id)
    )


async def used(session: AsyncSession, ids: Collection[int]) -> set[int]:
    """Of these requests those that something refers to: a reuse, an offer, a comment, a message, …"""
    found: set[int] = set()
    for table, key in _references("requests"):
        if table.name not in _OWN:
            column = key.parent
            found |= set(await session.scalars(select(column).where(column.in_(ids)).distinct()))
    answers = select(Answer.id).where(Answer.request_id.in_(ids))
    for table, key in _references("answers"):
        column = key.parent
        query = select(Answer.request_id).join(table, column == Answer.id).where(column.in_(answers))
        if table is Answer.__table__:
            copied = await session.scalars(select(column).where(column.in_(answers)))
            query = select(Answer.request_id).where(Answer.id.in_(set(copied.all())))
        found |= set(await session.scalars(query))
    return {number for number in found if number is not None}


def _references(name: str) -> list[tuple[Table, ForeignKey]]:
    """Every reference to the rows of a table: one that comes later is found here too."""
    return [
        (table, key)
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == name
    ]


async def remove(session: AsyncSession, ids: Collection[int]) -> None:
    """Takes requests away, with their answers. Nothing may refer to them (:func:`used`)."""
    await session.execute(delete(Answer).where(Answer.request_id.in_(ids)))
    await session.execute(delete(MatchRecord).where(MatchRecord.request_id.in_(ids)))
    await session.execute(
        delete(Request).where(Request.id.in_(ids)).execution_options(synchronize_session=False)
    )


async def mark_undone(session: AsyncSession, import_id: int, at: datetime) -> None:
    await session.execute(update(LedgerImport).where(LedgerImport.id == import_id).values(undone_at=at))


async def layout(session: AsyncSession, name: str) -> bytes | None:
    """How the columns of a layout were understood, sealed; None for one that nobody has explained."""
    return await session.scalar(select(LedgerLayout.sealed).where(LedgerLayout.layout == name))


async def layouts(session: AsyncSession) -> frozenset[str]:
    """The layouts of which somebody has explained columns."""
    return frozenset(await session.scalars(select(LedgerLayout.layout)))


async def keep_layout(session: AsyncSession, name: str, *, at: datetime, sealed: bytes) -> None:
    insert = insert_into(session, LedgerLayout).values(layout=name, at=at, sealed=sealed)
    kept = insert.on_conflict_do_update(
        index_elements=["layout"], set_={"sealed": insert.excluded.sealed, "at": insert.excluded.at}
    )
    await session.execute(kept)


async def drop_layout(session: AsyncSession, name: str) -> None:
    await session.execute(delete(LedgerLayout).where(LedgerLayout.layout == name))
