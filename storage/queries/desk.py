"""Single values that every process of the desk shares, and the locks by which one of them writes at a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

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


LAST = "last:"  # how the values begin that say which number was given last
_COUNT_LOCK = 0x636F756E74  # "count", of PostgreSQL


async def next_number(session: AsyncSession, column: InstrumentedAttribute[int]) -> int:
    """The next number of a table's rows, and none that was given before: buttons, messages and the record name what had
    it, though that may be gone. A database alone would give the highest once more (SQLite), or begin again (a table
    that was made anew)."""
    await wait_for_turn(session, _COUNT_LOCK)
    key = LAST + column.class_.__tablename__
    highest = await session.scalar(select(func.max(column))) or 0
    number = max(int(await value(session, key) or 0), highest) + 1
    await put(session, key, str(number))
    return number


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
