"""Queries of who looks into the record: a stretch of it at a time, however long it is.

Events are taken in the order of their ids, which is that in which they were written: a page begins where the one before
it ended. ``last``: the newest event of the time when it was asked; what came after it stands on no page.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, literal_column, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.queries.drills import IS_DRILL
from storage.tables.models import NOT_COMPARED, Event, MatchKey, Membership, Request
from storage.tables.words import MembershipState

#: Said in the words of the index over these events, or it would not be used.
_OF_DESK = Event.chain == literal_column("0")


async def newest(session: AsyncSession) -> int:
    """The id of the newest event; 0 where there is none."""
    return await session.scalar(select(func.max(Event.id))) or 0


async def of_actor(session: AsyncSession, person_id: int, *, before: int, limit: int) -> Sequence[Event]:
    """What somebody did before an event, the newest first."""
    which = (Event.actor_id == person_id, Event.id < before)
    return (await session.scalars(select(Event).where(*which).order_by(Event.id.desc()).limit(limit))).all()


async def of_chain(
    session: AsyncSession, chain: int, *, after: int, last: int, limit: int
) -> Sequence[Event]:
    """What was done to a request after an event, in order."""
    which = (Event.chain == chain, Event.id > after, Event.id <= last)
    return (await session.scalars(select(Event).where(*which).order_by(Event.seq).limit(limit))).all()


async def of_chains(
    session: AsyncSession, chains: Collection[int], *, before: int, limit: int
) -> Sequence[Event]:
    """What was done to some requests before an event, the newest first."""
    # Sorted by what is no column: else SQLite reads through all events from the newest on.
    ids = select(Event.id).where(Event.chain.in_(chains), Event.id < before)
    some = ids.order_by((Event.id + 0).desc()).limit(limit).subquery()
    query = select(Event).where(Event.id.in_(select(some.c.id))).order_by(Event.id.desc())
    return (await session.scalars(query)).all()


async def of_kind(
    session: AsyncSession, chains: Collection[int], actions: Collection[str]
) -> Sequence[Event]:
    """What of these kinds was done to some requests, in order."""
    which = (Event.chain.in_(chains), Event.action.in_(actions))
    return (await session.scalars(select(Event).where(*which).order_by(Event.id))).all()


async def of_desk(session: AsyncSession, action: str, *, since: datetime, last: int) -> Sequence[Event]:
    """What of one kind was done to no request since a time, in order."""
    which = (_OF_DESK, Event.action == action, Event.id <= last, Event.at >= since)
    return (await session.scalars(select(Event).where(*which).order_by(Event.id))).all()


def _between(units: Collection[int] | None) -> list[ColumnElement[bool]]:
    """From or to these units; None: of all. Asked of what another index has found: said so that none is used for it,
    or all that the units ever asked would be read."""
    if units is None:
        return []
    return [or_((Request.from_unit_id + 0).in_(units), (Request.to_unit_id + 0).in_(units))]


async def compared(
    session: AsyncSession, keys: Collection[int], units: Collection[int] | None, *, limit: int
) -> Sequence[int]:
    """The requests from or to these units that have some of these keys of the match index: those that share most of
    them first, then the newest."""
    shared = func.count()
    query = select(MatchKey.request_id).join(Request, Request.id == MatchKey.request_id)
    query = query.where(MatchKey.key.in_(keys), *_between(units)).group_by(MatchKey.request_id)
    query = query.order_by(shared.desc(), MatchKey.request_id.desc()).limit(limit)
    return (await session.scalars(query)).all()


async def answered_by_compared(
    session: AsyncSession, keys: Collection[int], units: Collection[int] | None, *, limit: int
) -> Sequence[int]:
    """The newest requests from or to these units that were answered by one that has some of these keys: they are not in
    the index themselves."""
    query = select(Request.id).join(MatchKey, MatchKey.request_id == Request.reused_from_id)
    query = query.where(Request.reused_from_id.is_not(None), MatchKey.key.in_(keys), *_between(units))
    return (await session.scalars(query.distinct().order_by(Request.id.desc()).limit(limit))).all()


async def not_compared(
    session: AsyncSession, units: Collection[int] | None, *, limit: int
) -> Sequence[tuple[int, bytes]]:
    """The newest requests from or to these units that are not in the match index and have their content: each with
    what is sealed of it."""
    query = select(Request.id, Request.sealed).where(text(NOT_COMPARED), *_between(units))
    found = await session.execute(query.order_by(Request.id.desc()).limit(limit))
    return [(request_id, sealed) for request_id, sealed in found]


async def drills(
    session: AsyncSession, units: Collection[int] | None, *, limit: int
) -> Sequence[tuple[int, bytes]]:
    """The same of the newest exercises, which are in no index whatever becomes of them. By their numbers first: those
    are read without the rows."""
    ids = select(Request.id).where(IS_DRILL)
    query = select(Request.id, Request.sealed).where(
        Request.id.in_(ids), Request.purged_at.is_(None), *_between(units)
    )
    found = await session.execute(query.order_by(Request.id.desc()).limit(limit))
    return [(request_id, sealed) for request_id, sealed in found]


async def requests_of(session: AsyncSession, ids: Collection[int]) -> Sequence[Request]:
    """These requests, those that are there."""
    return (await session.scalars(select(Request).where(Request.id.in_(ids)))).all() if ids else ()


async def belonged_to(session: AsyncSession, person_id: int) -> frozenset[int]:
    """The units that somebody belongs to, or has belonged to."""
    query = select(Membership.unit_id).where(
        Membership.person_id == person_id, Membership.state == MembershipState.ACTIVE
    )
    return frozenset(await session.scalars(query))
