"""Copies every table from one database to another, whatever their engines, and proves that it did."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, RowMapping, Select, Table, bindparam, func, insert, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables.models import Base

BATCH_ROWS = 1000
_HASH_MODULUS = 1 << 256

#: Called with a table's name, the rows done and the rows in all.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class TableSum:
    """What a table holds, the same on every engine and in every order of rows."""

    rows: int
    hash: str  # hexadecimal


def tables() -> Sequence[Table]:
    """Every table, those that are referred to before those that refer."""
    return Base.metadata.sorted_tables


async def is_empty(session: AsyncSession) -> bool:
    """Whether no table has a row; the mark of the key alone is none (:func:`storage.tables.schema.check_key`)."""
    for table in tables():
        limit = 2 if table.name == "desk" else 1
        found = (await session.scalars(select(table.primary_key.columns[0]).limit(limit))).all()
        if found not in ([], ["key_check"]):
            return False
    return True


async def copy_all(source: AsyncSession, target: AsyncSession, progress: Progress) -> dict[str, TableSum]:
    """Copies all rows into empty tables; returns what was read, by table. Commits nothing.

    Only :data:`BATCH_ROWS` rows are in memory at a time.
    """
    await target.execute(text("DELETE FROM desk WHERE key = 'key_check'"))
    copied = {table.name: await _copy(source, target, table, progress) for table in tables()}
    if target.get_bind().dialect.name == "postgresql":
        await _fix_sequences(target)
    return copied


async def sums(session: AsyncSession) -> dict[str, TableSum]:
    """What every table holds, by its name."""
    found = {}
    for table in tables():
        summing = _Summing(table)
        async for batch in _batches(session, select(table)):
            for row in batch:
                summing.add(row)
        found[table.name] = summing.result()
    return found


async def _copy(source: AsyncSession, target: AsyncSession, table: Table, progress: Progress) -> TableSum:
    total = await source.scalar(select(func.count()).select_from(table)) or 0
    summing = _Summing(table)
    inward = [column for column in table.columns if _refers_inward(column)]
    later = dict.fromkeys(column.name for column in inward)
    progress(table.name, 0, total)
    async for batch in _batches(source, select(table)):
        for row in batch:
            summing.add(row)
        await target.execute(insert(table), [{**row, **later} for row in batch])
        progress(table.name, summing.rows, total)
    if inward:
        await _copy_inward(source, target, table, inward)
    return summing.result()


async def _copy_inward(
    source: AsyncSession, target: AsyncSession, table: Table, inward: Sequence[Column[Any]]
) -> None:
    """Rows that refer to others of their table can do so only when all are there."""
    referring = select(table.c.id.label("id_"), *inward).where(or_(*(c.is_not(None) for c in inward)))
    connection = await target.connection()
    statement = update(table).where(table.c.id == bindparam("id_"))
    statement = statement.values({column.name: bindparam(column.name) for column in inward})
    async for batch in _batches(source, referring):
        await connection.execute(statement, [dict(row) for row in batch])


def _refers_inward(column: Column[Any]) -> bool:
    return any(key.column.table is column.table for key in column.foreign_keys)


async def _batches(session: AsyncSession, query: Select[Any]) -> AsyncIterator[Sequence[RowMapping]]:
    result = await session.stream(query, execution_options={"yield_per": BATCH_ROWS})
    async for batch in result.mappings().partitions():
        yield batch


async def _fix_sequences(target: AsyncSession) -> None:
    for table in tables():
        column = table.autoincrement_column
        if column is None:
            continue
        sequence = await target.scalar(
            text("SELECT pg_get_serial_sequence(:table, :column)"),
            {"table": table.name, "column": column.name},
        )
        last = await target.scalar(select(func.max(column)))
        if sequence is not None and last is not None:
            await target.execute(
                text("SELECT setval(:sequence, :last)"), {"sequence": sequence, "last": last}
            )


class _Summing:
    """Adds the hashes of a table's rows up: addition does not mind the order, which collations change."""

    def __init__(self, table: Table) -> None:
        self.rows = 0
        self._names = [column.name for column in table.columns]
        self._sum = 0

    def add(self, row: Mapping[str, Any] | RowMapping) -> None:
        plain = "\0".join(_canonical(row[name]) for name in self._names)
        self._sum += int.from_bytes(hashlib.sha256(plain.encode()).digest(), "big")
        self.rows += 1

    def result(self) -> TableSum:
        return TableSum(rows=self.rows, hash=f"{self._sum % _HASH_MODULUS:064x}")


def _canonical(value: Any) -> str:
    """A value as text, with its sort before it: the text "1" and the number 1 differ."""
    if isinstance(value, bytes):
        return f"b{value.hex()}"
    if isinstance(value, datetime | date):
        return f"t{value.isoformat()}"
    if isinstance(value, str):
        return "s" + value.replace("\\", "\\\\").replace("\0", "\\0")
    return "j" + json.dumps(value, ensure_ascii=False, sort_keys=True)
