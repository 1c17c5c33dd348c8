"""Queries about legal holds. None of them decides who may."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage.database.changed import changed
from storage.queries.parts import IS_PART, NUMBER_OF_WHOLE
from storage.tables.models import LegalHold, Request

_WHOLE = aliased(Request)


def stands() -> ColumnElement[bool]:
    """Of a request: it is held, or what it is part of is."""
    own = exists().where(LegalHold.request_id == Request.id, LegalHold.released_at.is_(None))
    of_whole = (
        exists()
        .where(
            _WHOLE.number == NUMBER_OF_WHOLE,
            LegalHold.request_id == _WHOLE.id,
            LegalHold.released_at.is_(None),
        )
        .correlate(Request)
    )
    return or_(own, and_(IS_PART, of_whole))


async def standing(session: AsyncSession, request_id: int) -> Sequence[LegalHold]:
    """The holds under which a request is, the oldest first."""
    query = select(LegalHold).where(LegalHold.request_id == request_id, LegalHold.released_at.is_(None))
    return (await session.scalars(query.order_by(LegalHold.id))).all()


async def of_requests(session: AsyncSession, request_ids: Collection[int]) -> Sequence[LegalHold]:
    """All holds that were ever placed on some requests, as they are now."""
    query = select(LegalHold).where(LegalHold.request_id.in_(request_ids)).order_by(LegalHold.id)
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def held(session: AsyncSession, request_ids: Collection[int]) -> frozenset[int]:
    """Those of some requests that are held, or whose whole is."""
    query = select(Request.id).where(Request.id.in_(request_ids), stands())
    return frozenset(await session.scalars(query))


async def drop(session: AsyncSession, request_ids: Collection[int]) -> int:
    """What is left of the holds of these requests, which were released; how many."""
    return await changed(session, delete(LegalHold).where(LegalHold.request_id.in_(request_ids)))
