"""Queries about operations of several units, and what is tagged with one. None of them decides who may."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Executable, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.prepared import Prepared
from storage.database.seal import Sealer
from storage.database.upsert import insert_for
from storage.queries import sound
from storage.queries.scopes import tagged
from storage.tables.models import Request
from storage.tables.operations import Operation, OperationRequest
from storage.tables.words import WAITING

_TAGS = OperationRequest.__table__


def _put_tag(dialect: str) -> Executable:
    insert = insert_for(dialect, _TAGS)
    return insert.on_conflict_do_update(
        index_elements=["request_id"], set_={"operation_id": insert.excluded.operation_id}
    )


PUT_TAG = Prepared(_put_tag, once=("request_id",))  # a request is tagged with this operation from now on


async def standing(session: AsyncSession) -> Sequence[Operation]:
    """All that nobody has ended, the oldest first: those that are over by themselves as well."""
    query = select(Operation).where(Operation.ended_at.is_(None)).order_by(Operation.id)
    return (await session.scalars(query)).all()


async def drop_tag(session: AsyncSession, request_id: int) -> None:
    """A request is tagged with nothing any more."""
    await session.execute(delete(OperationRequest).where(OperationRequest.request_id == request_id))


async def counts(session: AsyncSession, operation_id: int) -> tuple[int, int]:
    """How many requests are tagged with an operation, and how many of them somebody still owes something."""
    every = select(func.count()).select_from(Request).where(tagged(operation_id))
    waiting = await session.scalar(every.where(Request.state.in_(WAITING)))
    return int(await session.scalar(every) or 0), int(waiting or 0)


async def waiting(session: AsyncSession, operation_id: int, *, limit: int) -> Sequence[Request]:
    """The newest of those."""
    query = select(Request).where(tagged(operation_id), Request.state.in_(WAITING))
    return (await session.scalars(query.order_by(Request.id.desc()).limit(limit))).all()


async def every(session: AsyncSession) -> Sequence[Operation]:
    """All that ever were."""
    query = select(Operation).order_by(Operation.id)
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def move(session: AsyncSession, sealer: Sealer, old: int, new: int, *, now: datetime) -> None:
    """The group of an operation has another id. One that has an operation by that id keeps it."""
    there = await session.scalar(
        select(Operation.id).where(Operation.chat_id == new, Operation.ended_at.is_(None))
    )
    for row in (await session.scalars(select(Operation).where(Operation.chat_id == old))).all():
        if not sound.is_sound(sealer, row):
            continue
        if there is not None and row.ended_at is None:
            row.ended_at = now
        row.chat_id = new
        await sound.put(session, sealer, row)
