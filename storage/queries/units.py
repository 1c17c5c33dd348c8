"""Queries about units."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.prepared import Prepared
from storage.database.upsert import insert_into
from storage.tables.models import Desk, Unit

STAMP = "units"  # key of the desk's row that says when the units were last written
_STAMP = Prepared(select(Desk.__table__.c.value).where(Desk.__table__.c.key == STAMP))


async def current(session: AsyncSession) -> Sequence[Unit]:
    """All units of the configuration."""
    return (await session.scalars(select(Unit).where(Unit.retired_at.is_(None)).order_by(Unit.id))).all()


async def closed(session: AsyncSession) -> Sequence[Unit]:
    """Those that were closed and have a successor."""
    which = (Unit.retired_at.is_not(None), Unit.successor_id.is_not(None))
    return (await session.scalars(select(Unit).where(*which).order_by(Unit.retired_at))).all()


async def every(session: AsyncSession) -> Sequence[Unit]:
    """Those that are in the configuration no more as well."""
    return (await session.scalars(select(Unit))).all()


async def names(session: AsyncSession) -> dict[int, str]:
    """Id -> name of every unit, retired ones as well."""
    found = await session.execute(select(Unit.id, Unit.name))
    return {row.id: row.name for row in found}


async def any_below(session: AsyncSession, ids: Collection[int]) -> bool:
    """Whether some unit stands directly below one of these."""
    return await session.scalar(select(Unit.id).where(Unit.parent_id.in_(ids)).limit(1)) is not None


async def stamp(session: AsyncSession) -> str | None:
    """What stands for the units as they are: another value, other units. None before the first."""
    found: str | None = await _STAMP.one(session, {})
    return found


async def put_stamp(session: AsyncSession, value: str) -> None:
    insert = insert_into(session, Desk).values(key=STAMP, value=value)
    await session.execute(
        insert.on_conflict_do_update(index_elements=["key"], set_={"value": insert.excluded.value})
    )
