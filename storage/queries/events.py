"""Queries about the record: chains of events, and the seals over a day's heads."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables.covered import DESK_CHAIN
from storage.tables.models import DaySeal, Event


async def of_chain(session: AsyncSession, chain: int) -> Sequence[Event]:
    """All events of a chain, in order."""
    return (await session.scalars(select(Event).where(Event.chain == chain).order_by(Event.seq))).all()


async def at(session: AsyncSession, chain: int, seq: int) -> Event | None:
    """One event of a chain, by its place."""
    return await session.scalar(select(Event).where(Event.chain == chain, Event.seq == seq))


async def of_chains(session: AsyncSession, chains: Sequence[int]) -> Sequence[Event]:
    """All events of some chains."""
    return (await session.scalars(select(Event).where(Event.chain.in_(chains)).order_by(Event.id))).all()


async def of_actor(session: AsyncSession, person_id: int, since: datetime, *, limit: int) -> Sequence[Event]:
    """What somebody did since then, the newest first."""
    return (
        await session.scalars(
            select(Event)
            .where(Event.at >= since, Event.actor_id == person_id)
            .order_by(Event.at.desc(), Event.id.desc())
            .limit(limit)
        )
    ).all()


async def of_actor_in(
    session: AsyncSession, chain: int, person_id: int, *, action: str, since: datetime
) -> Sequence[Event]:
    """What of one kind somebody did in a chain since then, the newest first."""
    which = (Event.chain == chain, Event.actor_id == person_id, Event.action == action, Event.at >= since)
    return (await session.scalars(select(Event).where(*which).order_by(Event.seq.desc()))).all()


async def of_kind(session: AsyncSession, chain: int, action: str, *, since: datetime) -> Sequence[Event]:
    """What of one kind was done in a chain since then, in order."""
    which = (Event.chain == chain, Event.action == action, Event.at >= since)
    return (await session.scalars(select(Event).where(*which).order_by(Event.seq))).all()


async def happened_after(
    session: AsyncSession, chain: int, *, actions: Collection[str], seq: int | None, at: datetime
) -> bool:
    """Whether one of these was done in a chain after its event ``seq``; where that is not known, after ``at``."""
    later = Event.seq > seq if seq is not None else Event.at > at
    which = (Event.chain == chain, Event.action.in_(actions), later)
    return await session.scalar(select(Event.id).where(*which).limit(1)) is not None


async def any_of_desk(session: AsyncSession, action: str) -> bool:
    """Whether the desk's own chain has an event of a kind."""
    which = (Event.chain == DESK_CHAIN, Event.action == action)
    return await session.scalar(select(Event.id).where(*which).limit(1)) is not None


async def of_desk(session: AsyncSession, actions: Collection[str], *, limit: int) -> Sequence[Event]:
    """What was done to no request, of these kinds, the newest first."""
    which = (Event.chain == DESK_CHAIN, Event.action.in_(actions))
    return (await session.scalars(select(Event).where(*which).order_by(Event.id.desc()).limit(limit))).all()


async def one(session: AsyncSession, chain: int, seq: int) -> Event | None:
    return await session.scalar(select(Event).where(Event.chain == chain, Event.seq == seq))


async def moved_since(session: AsyncSession, chains: Sequence[int], since: datetime) -> frozenset[int]:
    """Those of some chains that have an event since then. They are few: what one message names."""
    newest = select(Event.chain).where(Event.chain.in_(chains), Event.at >= since).distinct()
    return frozenset(await session.scalars(newest))


async def heads(session: AsyncSession, *, after: int, last: int) -> list[tuple[int, bytes]]:
    """(chain, newest hash) of every chain that has events after one id, up to another."""
    newest = (
        select(func.max(Event.id)).where(Event.id > after, Event.id <= last).group_by(Event.chain)
    ).scalar_subquery()
    query = select(Event.chain, Event.hash).where(Event.id.in_(newest)).order_by(Event.chain)
    return [(chain, head) for chain, head in await session.execute(query)]


async def last_id(session: AsyncSession, *, after: int, before: datetime) -> int | None:
    """The id of the newest event after one, of those written before a time; None if there is none."""
    return await session.scalar(select(func.max(Event.id)).where(Event.id > after, Event.at < before))


async def seals(session: AsyncSession) -> Sequence[DaySeal]:
    """The seals of all days, in order."""
    return (await session.scalars(select(DaySeal).order_by(DaySeal.day))).all()


async def seal_of(session: AsyncSession, day: date) -> DaySeal | None:
    """The seal of a day, if it has one."""
    return await session.get(DaySeal, day)


async def newest_seal(session: AsyncSession) -> DaySeal | None:
    return await session.scalar(select(DaySeal).order_by(DaySeal.day.desc()).limit(1))
