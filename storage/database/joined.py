"""Rows of several tables in one statement.

On PostgreSQL a statement is a trip to another process and back, which costs both more than the rows that it brings.
There all inserts that end a transaction are the parts of one ``WITH``. Each takes its rows as an array for each column,
so that the statement is the same for any number of them. On SQLite a statement is a function call.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ARRAY, Dialect, String, bindparam, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlalchemy.types import TypeEngine

from storage.database.prepared import Prepared

#: An insert, with the rows that it is to write. They all name the same columns.
Run = tuple[Prepared, Sequence[Mapping[str, Any]]]

MOST_PARTS = 8  # of one statement: there shall be few different ones, as each must be prepared
_SIGN = re.compile(r"\$(\d+)")


async def write(session: AsyncSession, runs: Sequence[Run]) -> None:
    """Writes the rows of these inserts, in their order. What the session itself has to write is not written before."""
    if session.get_bind().dialect.name == "sqlite":
        for statement, rows in runs:
            await statement.write(session, rows)
        return
    dialect = session.get_bind().dialect
    for part in _apart(runs):
        sql, inserts = _joined(tuple((statement, tuple(rows[0])) for statement, rows in part), dialect)
        values = [
            array for insert, (_, rows) in zip(inserts, part, strict=True) for array in insert.arrays(rows)
        ]
        await (await session.connection()).exec_driver_sql(sql, tuple(values))


def _apart(runs: Sequence[Run]) -> Iterator[list[Run]]:
    """What goes into one statement each: not too many inserts, and no row that it has changed already."""
    part: list[tuple[Prepared, list[Mapping[str, Any]]]] = []
    changed: set[tuple[Any, ...]] = set()
    for statement, rows in runs:
        for row in rows:
            key = (statement, *(row[name] for name in statement.once)) if statement.once else None
            new = not part or part[-1][0] is not statement
            if key in changed or (new and len(part) == MOST_PARTS):
                yield [*part]
                part, new = [], True
                changed.clear()
            if key is not None:
                changed.add(key)
            if new:
                part.append((statement, []))
            part[-1][1].append(row)
    if part:
        yield [*part]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Insert:
    """An insert that takes its rows as an array for each column."""

    sql: str
    columns: tuple[str, ...]
    constants: Mapping[str, Any]  # of columns that the rows leave out: the defaults of the model
    converts: Mapping[str, Callable[[Any], Any]]  # what must be done to the values of a column

    def arrays(self, rows: Sequence[Mapping[str, Any]]) -> Iterator[list[Any]]:
        for name in self.columns:
            if name in self.constants:
                yield [self.constants[name]] * len(rows)
            elif (convert := self.converts.get(name)) is not None:
                yield [None if row[name] is None else convert(row[name]) for row in rows]
            else:
                yield [row[name] for row in rows]


@lru_cache(maxsize=256)
def _joined(
    runs: tuple[tuple[Prepared, tuple[str, ...]], ...], dialect: Dialect
) -> tuple[str, Sequence[_Insert]]:
    """One statement of these inserts, each with the columns that its rows name. Each waits until the one before it has
    written its rows, as PostgreSQL itself promises no order: ids are in the order of the rows."""
    inserts = [
        _insert(statement, given, dialect, after=f"part{number - 1}" if number else "", last=number == len(runs) - 1)
        for number, (statement, given) in enumerate(runs)
    ]  # fmt: skip
    texts, signs = [], 0
    for insert in inserts:
        texts.append(_SIGN.sub(lambda sign, shift=signs: f"${int(sign[1]) + shift}", insert.sql))  # type: ignore[misc]
        signs += len(insert.columns)
    named = ", ".join(f"part{number} AS ({one})" for number, one in enumerate(texts[:-1]))
    return (f"WITH {named} {texts[-1]}" if named else texts[-1]), inserts


def _insert(
    statement: Prepared, given: tuple[str, ...], dialect: Dialect, *, after: str, last: bool
) -> _Insert:
    insert = statement.statement(dialect.name)
    table = insert.table
    constants = {
        column.key: column.default.arg
        for column in table.c
        if column.key not in given and isinstance(column.default, ScalarElementColumnDefault)
    }
    columns = (*given, *constants)
    arrays = [bindparam(f"every_{name}", type_=ARRAY(_of_any_length(table.c[name].type))) for name in columns]
    rows = func.unnest(*arrays).table_valued(*columns, name="rows").render_derived()
    found = select(*rows.c)
    if after:
        found = found.where(text(f"(SELECT count(*) FROM {after}) >= 0"))  # noqa: S608 - a name of our own
    insert = insert.from_select(columns, found, include_defaults=False)
    if not last:
        insert = insert.returning(text("1"))
    compiled = insert.compile(dialect=dialect)
    converts = {
        name: convert
        for name in columns
        if (convert := table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) is not None
    }
    return _Insert(sql=str(compiled), columns=columns, constants=constants, converts=converts)


def _of_any_length(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """A text is named with no length: it would be cut to it, where the column refuses what is longer."""
    return String() if isinstance(kind, String) else kind
