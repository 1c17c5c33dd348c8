"""Queries about the record: chains of events, and the seals over a day's heads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables.models import DaySeal, Event, Request


async def of_chain(session: AsyncSession, chain: int) -> Sequence[Event]:
    """All events of a chain, in order."""
    return (await session.scalars(select(Event).where(Event.chain == chain).order_by(Event.seq))).all()


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


async def one(session: AsyncSession, chain: int, seq: int) -> Event | None:
    return await session.scalar(select(Event).where(Event.chain == chain, Event.seq == seq))


async def following(session: AsyncSession, chain: int, seq: int, *, limit: int) -> Sequence[Event]:
    """The next events after a place in a chain, chain by chain in order."""
    return (
        await session.scalars(
            select(Event)
            .where((Event.chain > chain) | ((Event.chain == chain) & (Event.seq > seq)))
            .order_by(Event.chain, Event.seq)
            .limit(limit)
        )
    ).all()


async def moved_since(session: AsyncSession, chains: Sequence[int], since: datetime) -> frozenset[int]:
    """Those of some chains that have an event since then. They are few: what one message names."""
    newest = select(Event.chain).where(Event.chain.in_(chains), Event.at >= since).distinct()
    return frozenset(await session.scalars(newest))


async def end_of(session: AsyncSession, chain: int) -> tuple[int, bytes] | None:
    """(sequence number, hash) of the newest event of a chain, None where it has none."""
    newest = select(Event.seq, Event.hash).where(Event.chain == chain).order_by(Event.seq.desc()).limit(1)
    found = (await session.execute(newest)).first()
    return (found[0], found[1]) if found else None


@dataclass(frozen=True, kw_only=True, slots=True)
class CutOff:
    """A request whose chain does not end where the request says."""

    request_id: int
    number: str | None
    seq: int  # of the event that is not there


async def first_cut_off(session: AsyncSession) -> CutOff | None:
    """The first request whose newest event is not in its chain; None if there is none."""
    its_head = exists().where(
        Event.chain == Request.id, Event.seq == Request.event_seq, Event.hash == Request.event_head
    )
    row = (
        await session.execute(
            select(Request.id, Request.number, Request.event_seq)
            .where(Request.event_seq > 0, ~its_head)
            .order_by(Request.id)
            .limit(1)
        )
    ).first()
    return CutOff(request_id=row.id, number=row.number, seq=row.event_seq) if row is not None else None


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


async def newest_seal(session: AsyncSession) -> DaySeal | None:
    return await session.scalar(select(DaySeal).order_by(DaySeal.day.desc()).limit(1))
