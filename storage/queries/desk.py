"""Single values that every process of the desk shares, and the locks by which one of them writes at a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.upsert import insert_into
from storage.tables.models import Desk

BACKUP = "backup"  # when the last one was made by ``crossbeat backup``


async def value(session: AsyncSession, key: str) -> str | None:
    """What stands under a key now, None where nothing does."""
    return await session.scalar(select(Desk.value).where(Desk.key == key))


async def rows_of(
    session: AsyncSession, keys: Collection[str], *, beginning: Collection[str] = ()
) -> Sequence[Desk]:
    """Of these values, and of those whose keys begin so, the ones that are there, to be changed."""
    families = [Desk.key.startswith(word, autoescape=True) for word in beginning]
    return (await session.scalars(select(Desk).where(or_(Desk.key.in_(keys), *families)))).all()


async def put(session: AsyncSession, key: str, value: str) -> None:
    """From now on this stands under the key."""
    row = await session.get(Desk, key)
    if row is None:
        session.add(Desk(key=key, value=value))
    else:
        row.value = value
    await session.flush()


async def put_first(session: AsyncSession, key: str, value: str) -> None:
    """This stands under the key unless something does already: another process may have been faster."""
    await session.execute(insert_into(session, Desk).values(key=key, value=value).on_conflict_do_nothing())


async def drop(session: AsyncSession, key: str) -> None:
    """Nothing stands under the key any more."""
    row = await session.get(Desk, key)
    if row is not None:
        await session.delete(row)


async def wait_for_turn(session: AsyncSession, lock: int) -> None:
    """Until this transaction ends nobody else goes on from here with the same number. SQLite has one writer."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(select(func.pg_advisory_xact_lock(lock)))


async def take_turn(session: AsyncSession, lock: int) -> bool:
    """The same without a wait: False where another goes on. A desk on SQLite has one process."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    return bool(await session.scalar(select(func.pg_try_advisory_xact_lock(lock))))


async def ping(session: AsyncSession) -> None:
    """Raises what the driver raises where the database does not answer."""
    await session.execute(text("SELECT 1"))
