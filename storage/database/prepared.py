"""Statements that run for every post: put together by SQLAlchemy once, then given to the driver as they are.

SQLAlchemy finds a statement in its cache, prepares each value and dresses each result anew every time: 26 µs for a
look-up that takes SQLite 3 µs, and as much as SQLite's own work for a row of a ledger.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Dialect, Executable, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from storage.database import sqlite_driver
from storage.database.upsert import insert_for

Convert = Callable[[Any], Any]
Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Ready:
    """A statement in the words of one driver."""

    sql: str
    values: Callable[[Mapping[str, Any]], tuple[Any, ...]]  # in the order of their signs
    constants: Mapping[str, Any]  # what the statement brings itself, defaults of the model too
    given: Sequence[tuple[int, Convert]]  # what must be done to some of the values
    found: Sequence[tuple[int, Convert]]  # and to some columns of what comes back

    def parameters(self, values: Mapping[str, Any]) -> Sequence[Any]:
        taken: Sequence[Any] = self.values({**self.constants, **values} if self.constants else values)
        return _converted(taken, self.given) if self.given else taken


def _converted(row: Sequence[Any], converts: Sequence[tuple[int, Convert]]) -> Sequence[Any]:
    out = list(row)
    for at, convert in converts:
        if out[at] is not None:
            out[at] = convert(out[at])
    return tuple(out)


class Prepared:
    """One statement for both engines, made when it is first run on each. ``build``: from a dialect's name.

    ``once``: of an insert that changes the row which is there already, the columns by which it is found. One
    statement changes a row once.
    """

    def __init__(
        self, build: Callable[[str], Executable] | Executable, *, once: tuple[str, ...] = ()
    ) -> None:
        self._build = build
        self.once = once
        self._ready: dict[Any, _Ready] = {}

    def statement(self, dialect: str) -> Any:
        """It as SQLAlchemy knows it."""
        return self._build(dialect) if callable(self._build) else self._build

    async def fetch(self, session: AsyncSession, values: Mapping[str, Any]) -> Rows:
        """All rows, as tuples."""
        ready = self._for(session)
        rows = await fetch(session, ready.sql, ready.parameters(values))
        return [_converted(row, ready.found) for row in rows] if ready.found else rows

    async def one(self, session: AsyncSession, values: Mapping[str, Any]) -> Any:
        """The first column of the first row; None where there is no row."""
        rows = await self.fetch(session, values)
        return rows[0][0] if rows else None

    async def change(self, session: AsyncSession, values: Mapping[str, Any]) -> int:
        """How many rows were changed."""
        ready = self._for(session)
        parameters = ready.parameters(values)
        await _flush(session)
        connection = await _in_the_loop(session)
        if connection is None:
            return (await (await session.connection()).exec_driver_sql(ready.sql, tuple(parameters))).rowcount
        return _execute(session, connection, ready.sql, parameters).rowcount

    async def write(self, session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
        """An insert of rows that all name the same columns; what they leave out has the models' default."""
        if rows:  # without one nobody knows the columns
            ready = self._for(session, tuple(rows[0]))
            await write(session, ready.sql, [ready.parameters(row) for row in rows])

    def _for(self, session: AsyncSession, columns: tuple[str, ...] | None = None) -> _Ready:
        dialect = session.get_bind().dialect
        key = (dialect.name, columns)
        ready = self._ready.get(key)
        if ready is None:
            ready = self._ready[key] = _make_ready(self.statement(dialect.name), columns, dialect)
        return ready


def _make_ready(statement: Any, columns: tuple[str, ...] | None, dialect: Dialect) -> _Ready:
    compiled = statement.compile(dialect=dialect, column_keys=list(columns) if columns is not None else None)
    order = list(compiled.positiontup or ())
    constants = _constants(compiled, order)
    given = [
        (at, convert)
        for at, name in enumerate(order)
        if (convert := compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)) is not None
    ]
    back = list(getattr(statement, "exported_columns", ()))
    found = [
        (at, convert)
        for at, column in enumerate(back)
        if (convert := column.type.dialect_impl(dialect).result_processor(dialect, None)) is not None
    ]
    return _Ready(
        sql=str(compiled), values=_picker(order), constants=constants, given=tuple(given), found=tuple(found)
    )


def _constants(compiled: SQLCompiler, order: Sequence[str]) -> dict[str, Any]:
    """Values that need not come from the caller: those in the statement, and the defaults of the models."""
    found = {name: bind.value for name in order if not (bind := compiled.binds[name]).required}
    for column in compiled.insert_prefetch or ():
        if isinstance(column.default, ScalarElementColumnDefault):
            found[column.key] = column.default.arg
    return found


def _picker(order: Sequence[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    if len(order) == 1:
        only = order[0]
        return lambda values: (values[only],)
    return itemgetter(*order) if order else lambda _: ()


@lru_cache(maxsize=64)
def insert_into_table(table: Table) -> Prepared:
    """A plain insert of rows of this table."""
    return Prepared(lambda dialect: insert_for(dialect, table))


# -- a statement in the driver's own words ---------------------------------------------------------------


async def fetch(session: AsyncSession, sql: str, parameters: Sequence[Any]) -> Rows:
    """All rows that a statement gives."""
    await _flush(session)
    connection = await _in_the_loop(session)
    if connection is None:
        return (await (await session.connection()).exec_driver_sql(sql, tuple(parameters))).all()
    return _execute(session, connection, sql, parameters).fetchall()


async def write(session: AsyncSession, sql: str, rows: Sequence[Sequence[Any]]) -> None:
    """Runs a statement for each of these rows; on SQLite many of them in a thread. What the session itself has
    to write is not written before: it may need these rows."""
    if not rows:
        return
    connection = await _in_the_loop(session)
    if connection is None:
        await (await session.connection()).exec_driver_sql(sql, [tuple(row) for row in rows])
        return
    raw = connection.raw
    try:
        if len(rows) > sqlite_driver.MANY_ROWS:
            await connection.in_thread(lambda: _execute_many(raw, sql, rows))
        elif len(rows) > 1:
            raw.executemany(sql, rows)
        else:
            raw.execute(sql, rows[0])
    except sqlite3.Error as error:
        raise _as_ever(session, sql, error) from error


def _execute_many(raw: sqlite3.Connection, sql: str, rows: Sequence[Sequence[Any]]) -> None:
    """Leaves no cursor behind: one that dies in this thread later resets the statement, which may be at work
    again in another ("bad parameter or other API misuse")."""
    with closing(raw.cursor()) as cursor:
        cursor.executemany(sql, rows)


async def _flush(session: AsyncSession) -> None:
    """What the session itself has to write is written, as it does before any query of its own."""
    inner = session.sync_session
    if inner.new or inner.dirty or inner.deleted:
        await session.flush()


_CONNECTION = "connection in the loop"


async def _in_the_loop(session: AsyncSession) -> sqlite_driver.Connection | None:
    """The session's connection where SQLite runs in the event loop; None for all others, which need a trip."""
    inner = session.sync_session
    if _CONNECTION not in inner.info:  # a session has one from its first statement to its end
        inner.info[_CONNECTION] = None
        if session.get_bind().dialect.driver == sqlite_driver.Dialect.driver:
            pooled = await (await session.connection()).get_raw_connection()
            inner.info[_CONNECTION] = pooled.dbapi_connection
    found: sqlite_driver.Connection | None = inner.info[_CONNECTION]
    return found


def _execute(
    session: AsyncSession, connection: sqlite_driver.Connection, sql: str, parameters: Sequence[Any]
) -> sqlite3.Cursor:
    try:
        return connection.raw.execute(sql, parameters)
    except sqlite3.Error as error:
        raise _as_ever(session, sql, error) from error


def _as_ever(session: AsyncSession, sql: str, error: sqlite3.Error) -> BaseException:
    """The error as SQLAlchemy would raise it, without the values."""
    dialect = session.get_bind().dialect
    return DBAPIError.instance(sql, None, error, sqlite3.Error, hide_parameters=True, dialect=dialect)
