"""Many new rows of one table: the statement compiled once, the rows handed to the driver as it takes them.

SQLAlchemy prepares every value of every row by itself, which for a ledger costs as much as SQLite's own work.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, Table
from sqlalchemy.ext.asyncio import AsyncSession

from storage.upsert import insert_for

Convert = Callable[[Any], Any]


async def insert_rows(session: AsyncSession, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Adds rows that all name the same columns. Raises ``ValueError`` when one that has a default in the models
    is not among them."""
    if rows:
        connection = await session.connection()
        statement, order, converts = _prepared(table, tuple(rows[0]), connection.dialect)
        await connection.exec_driver_sql(statement, [_as_taken(row, order, converts) for row in rows])


def _as_taken(
    row: Mapping[str, Any], order: Sequence[str], converts: Mapping[str, Convert]
) -> tuple[Any, ...]:
    return tuple([
        converts[name](row[name]) if name in converts and row[name] is not None else row[name] for name in order
    ])  # fmt: skip


@lru_cache(maxsize=64)
def _prepared(
    table: Table, names: tuple[str, ...], dialect: Dialect
) -> tuple[str, Sequence[str], Mapping[str, Convert]]:
    """The statement, its columns in their order there, and what must be done to some columns' values."""
    compiled = insert_for(dialect.name, table).compile(dialect=dialect, column_keys=list(names))
    order = compiled.positiontup or []
    if set(order) != set(names):  # SQLAlchemy would put a value in for a column with a default of the model
        raise ValueError(f"rows of {table.name} must name {sorted(set(order) - set(names))} too")
    converts = {
        name: convert
        for name in names
        if (convert := table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) is not None
    }
    return str(compiled), order, converts
