"""Which processes of a desk live, so that what a dead one had claimed need not wait for its lease.

The leases of updates and lines are long, since a slow handler or a slow answer of a channel must not be
overtaken. Each process also says every few seconds that it is there; what is claimed by one that no longer
says so is given back at once. The guard that an update is done once, in its own transaction, holds all the same.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.upsert import insert_into
from storage.queries import inbox, outbox
from storage.tables.models import Base, Desk, InboxUpdate, OutboxLine

_PREFIX = "at:"


async def enter(session: AsyncSession, holder: str, *, now: datetime, ttl: timedelta, sees: str = "") -> None:
    """Says that ``holder`` lives until ``now + ttl``; ``sees``: which state of the file of the keys of months."""
    table = Base.metadata.tables["desk"]
    statement = insert_into(session, table).values(
        key=_PREFIX + holder, value=sees, holder=holder, until=now + ttl
    )
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["key"],
            set_={"until": statement.excluded.until, "value": statement.excluded.value},
        )
    )


async def leave(session: AsyncSession, holder: str) -> None:
    """Says that ``holder`` ends."""
    await session.execute(delete(Desk).where(Desk.key == _PREFIX + holder))


async def living(session: AsyncSession, now: datetime) -> set[str]:
    """The holders that have said so and whose time is not over; the others are forgotten."""
    ours = Desk.key.startswith(_PREFIX, autoescape=True)
    await session.execute(delete(Desk).where(ours, Desk.until < now))
    return {key.removeprefix(_PREFIX) for key in await session.scalars(select(Desk.key).where(ours))}


async def present(session: AsyncSession, now: datetime) -> set[str]:
    """The same, and nothing is written."""
    ours = Desk.key.startswith(_PREFIX, autoescape=True)
    found = await session.scalars(select(Desk.key).where(ours, Desk.until >= now))
    return {key.removeprefix(_PREFIX) for key in found}


async def seeing(session: AsyncSession, now: datetime) -> dict[str, str]:
    """The same, with which state of the file of the keys of months each of them sees."""
    ours = Desk.key.startswith(_PREFIX, autoescape=True)
    found = await session.execute(select(Desk.key, Desk.value).where(ours, Desk.until >= now))
    return {key.removeprefix(_PREFIX): value for key, value in found}


async def free_claims(session: AsyncSession, *, but: Collection[str], now: datetime) -> int:
    """Gives back updates and lines that others than ``but`` have claimed; returns how many.

    ``now`` is the desk's clock, by which claims are judged. A line whose sender died between the call and the
    mark is sent a second time.
    """
    updates = select(InboxUpdate.claimed_by).where(InboxUpdate.state == "new").distinct()
    lines = select(OutboxLine.claimed_by).where(OutboxLine.state == "sending").distinct()
    found = {*await session.scalars(updates), *await session.scalars(lines)}
    freed = 0
    for holder in sorted(holder for holder in found if holder is not None and holder not in but):
        freed += await inbox.release(session, holder=holder)
        freed += await outbox.release(session, holder=holder, now=now)
    return freed
