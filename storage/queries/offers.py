"""Queries about offers. None of them decides who may know of one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.locked import LOCKED
from storage.database.prepared import Prepared
from storage.database.upsert import insert_for
from storage.tables.models import Answer, Offer, Request
from storage.tables.words import OfferSide, OfferState, State

#: One more; a second one for the same pair and side is none.
ADD = Prepared(lambda dialect: insert_for(dialect, Offer.__table__).on_conflict_do_nothing())


async def of_request(session: AsyncSession, request_id: int) -> Sequence[Offer]:
    """All that were made to a request, the oldest first."""
    query = select(Offer).where(Offer.request_id == request_id).order_by(Offer.id)
    return (await session.scalars(query)).all()


async def one(
    session: AsyncSession, request_id: int, source_id: int, side: str, *, lock: bool = False
) -> Offer | None:
    query = select(Offer).where(
        Offer.request_id == request_id, Offer.source_id == source_id, Offer.side == side
    )
    if lock:
        query = query.with_for_update(**LOCKED).execution_options(populate_existing=True)
    return await session.scalar(query)


async def attached_to(session: AsyncSession, source_id: int) -> Sequence[int]:
    """The requests to which an earlier one's answer was attached for reference."""
    query = select(Offer.request_id).where(Offer.source_id == source_id, Offer.state == OfferState.ATTACHED)
    return (await session.scalars(query.distinct().order_by(Offer.request_id))).all()


async def withheld_from(session: AsyncSession, source_id: int, *, unit_id: int, asker_id: int) -> bool:
    """Whether the answer of an earlier request was withheld from a request that somebody asked for their unit."""
    query = (
        select(Offer.id)
        .join(Request, Request.id == Offer.request_id)
        .where(
            Offer.source_id == source_id,
            Offer.state == OfferState.WITHHELD,
            Request.from_unit_id == unit_id,
            Request.asker_id == asker_id,
        )
    )
    return await session.scalar(query.limit(1)) is not None


async def open_to(session: AsyncSession, asker_id: int, source_id: int) -> Offer | None:
    """An open offer of this earlier request to one that somebody asks, the newest."""
    return await session.scalar(
        select(Offer)
        .join(Request, Request.id == Offer.request_id)
        .where(
            Offer.source_id == source_id,
            Offer.side == OfferSide.GOT,
            Offer.state == OfferState.OPEN,
            Request.asker_id == asker_id,
        )
        .order_by(Offer.id.desc())
        .limit(1)
    )


async def caused(session: AsyncSession, person_id: int, since: datetime, sides: Collection[str]) -> int:
    """How many offers of these sides somebody's posts have brought about since a time."""
    return (
        await session.scalar(
            select(func.count())
            .select_from(Offer)
            .where(Offer.caused_by == person_id, Offer.at >= since, Offer.side.in_(sides))
        )
        or 0
    )


async def told_of(session: AsyncSession, request_id: int, source_id: int, unit_id: int) -> bool:
    """Whether of two requests the one's unit has heard of the other: of this request, or of any other of its own
    that is about the same as the other."""
    query = select(Offer.id).where(
        Offer.side == OfferSide.OVERLAP,
        or_(
            and_(Offer.request_id == request_id, Offer.source_id == source_id),
            and_(Offer.source_id == source_id, Offer.unit_id == unit_id),
        ),
    )
    return await session.scalar(query.limit(1)) is not None


async def by_reuse(session: AsyncSession, source_id: int, unit_id: int) -> Request | None:
    """The newest request of a unit that was answered with the answer of an earlier one."""
    copied = (
        select(Answer.request_id)
        .where(Answer.reused_from_id.in_(select(Answer.id).where(Answer.request_id == source_id)))
        .scalar_subquery()
    )
    return await session.scalar(
        select(Request)
        .where(
            Request.id.in_(copied),
            Request.from_unit_id == unit_id,
            Request.state.in_((State.ANSWERED, State.CLOSED)),
            Request.purged_at.is_(None),
        )
        .order_by(Request.id.desc())
        .limit(1)
    )
