"""Statements of a change of the desk's key: every sealed column of every table, batch after batch.

Tables are found in the models: one that gets a sealed column is taken along without a word here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Row, Table, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.copies.copying import tables
from storage.database import prepared
from storage.tables import renumbering
from storage.tables.models import MatchKey

BATCH_ROWS = 500
LOCK_SECONDS = 10


def sealed_tables() -> list[Table]:
    """Every table that has something sealed in it; all of them have one column as their key."""
    return [table for table in tables() if "sealed" in table.columns]


async def stop_writers(session: AsyncSession) -> None:
    """Waits until nobody writes, and lets nobody write before the transaction ends.

    SQLite has one writer anyway. On PostgreSQL who has written something waits for us with the next write, and
    finds another key when that goes on (:meth:`storage.database.engine.Store.write`). Readers are not hindered.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    named = {"desk", "match_keys", "accounts", "counters"}
    named |= {table.name for table in sealed_tables()} | {table.name for table, _ in renumbering.columns()}
    names = ", ".join(sorted(named))
    await session.execute(text(f"SET LOCAL lock_timeout = {round(LOCK_SECONDS * 1000)}"))
    await session.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))


async def count_rows(session: AsyncSession) -> int:
    """How many sealed values there are."""
    return sum(
        [await session.scalar(select(func.count()).select_from(table)) or 0 for table in sealed_tables()]
    )


async def batches(session: AsyncSession, table: Table, *also: str) -> AsyncIterator[Sequence[Row[Any]]]:
    """The rows of a table in the order of its key: key, sealed value, the columns ``also``.

    Each batch is read when the one before has been written: no cursor stays open over what changes under it.
    """
    [key] = table.primary_key.columns
    query = select(key, table.c.sealed, *(table.c[name] for name in also)).order_by(key).limit(BATCH_ROWS)
    query = query.where(table.c.sealed.is_not(None))
    rows = (await session.execute(query)).all()
    while rows:
        yield rows
        rows = (await session.execute(query.where(key > rows[-1][0]))).all()


async def put(
    session: AsyncSession, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Writes ``columns`` of many rows; each row: their values, then the key. To the driver as they are, which
    takes a third of the time."""
    [key] = table.primary_key.columns
    marks = _marks(session)
    settings = ", ".join(f"{column} = {marks[n]}" for n, column in enumerate(columns))
    statement = f"UPDATE {table.name} SET {settings} WHERE {key.name} = {marks[len(columns)]}"  # noqa: S608
    await prepared.write(session, statement, rows)


async def clear_match_keys(session: AsyncSession) -> None:
    """Takes every key out of the match index. Not TRUNCATE: a backup under way would find it empty."""
    await session.execute(MatchKey.__table__.delete())  # type: ignore[attr-defined]


def tidy(database: Path) -> None:
    """Writes a SQLite file anew: pages that are free in it may still hold what the old key opens."""
    with closing(sqlite3.connect(database, timeout=LOCK_SECONDS, isolation_level=None)) as connection:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _marks(session: AsyncSession) -> list[str]:
    """How the driver writes its first parameters."""
    if session.get_bind().dialect.name == "postgresql":
        return [f"${n}" for n in range(1, 10)]
    return ["?"] * 9
