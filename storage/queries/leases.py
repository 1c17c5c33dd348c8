"""Named leases: who of several processes does what only one may do, such as polling.

Whoever holds a lease renews it well before it ends; when its holder dies, another takes it over. The time is
the caller's: the clocks of the replicas must agree to much less than a lease's length (NTP does).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.upsert import insert_into
from storage.tables.models import Base, Desk


async def acquire(session: AsyncSession, name: str, holder: str, now: datetime, ttl: timedelta) -> bool:
    """Takes or renews the lease until ``now + ttl``; False while another holder's has not run out.

    One statement decides, so of two holders at once one gets it.
    """
    table = Base.metadata.tables["desk"]
    statement = insert_into(session, table).values(key=_key(name), value="", holder=holder, until=now + ttl)
    new = statement.excluded
    taken = await session.scalar(
        statement.on_conflict_do_update(
            index_elements=["key"],
            set_={"holder": new.holder, "until": new.until},
            where=or_(table.c.holder == new.holder, table.c.until.is_(None), table.c.until < now),
        ).returning(table.c.key)
    )
    return taken is not None


async def release(session: AsyncSession, name: str, holder: str) -> bool:
    """Gives the lease up, so that another need not wait for its end; False when it was not the holder's."""
    freed = await session.scalar(
        update(Desk)
        .where(Desk.key == _key(name), Desk.holder == holder)
        .values(holder=None, until=None)
        .returning(Desk.key)
        .execution_options(synchronize_session=False)
    )
    return freed is not None


async def held(session: AsyncSession, now: datetime) -> dict[str, str]:
    """The leases that have not run out: name to holder."""
    rows = await session.execute(
        select(Desk.key, Desk.holder).where(Desk.key.like(f"{_key('')}%"), Desk.until >= now)
    )
    return {key.removeprefix(_key("")): holder for key, holder in rows if holder is not None}


def _key(name: str) -> str:
    return f"lease:{name}"
