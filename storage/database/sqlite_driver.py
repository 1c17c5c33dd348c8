"""SQLite in the event loop, for the writer and for look-ups by an index: see docs/adr/0009.

aiosqlite, which serves all other reads, sends each step of a statement to a thread and back: three times the
work of a look-up. The statements here are short by design and run where they are; many rows at once take one
hop to a thread, and whoever waits for another process's lock sleeps. Nothing waits for the disk:
:mod:`storage.database.wal` sees to that.
"""

from __future__ import annotations

import asyncio
import collections
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from typing import Any, TypeVar

from sqlalchemy.connectors.asyncio import AsyncAdapt_dbapi_module
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import AdaptedConnection
from sqlalchemy.pool import AsyncAdaptedQueuePool
from sqlalchemy.util.concurrency import await_

T = TypeVar("T")

DRIVER = "sqlite+crossbeat"
MANY_ROWS = 50  # more at once are written in a thread
BUSY_SECONDS = 10.0  # how long SQLite waits for another process's write
BUSY_PAUSE_SECONDS = (0.001, 0.002, 0.005, 0.010, 0.020)  # between tries; then the last one again


def make_private(path: str) -> None:
    """A new database is for its owner alone: who asked whom, and when, stands in it unsealed. SQLite gives
    its WAL the same rights; what stands in the way of a file, SQLite says itself."""
    with suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


class Cursor:
    """A DBAPI cursor that has all rows when ``execute`` returns."""

    server_side = False

    def __init__(self, connection: Connection) -> None:
        self._owner = connection
        self._cursor = connection.raw.cursor()
        self._rows: collections.deque[Any] = collections.deque()
        self.arraysize = 1

    @property
    def description(self) -> Any:
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._cursor.lastrowid

    def execute(self, operation: str, parameters: Sequence[Any] = ()) -> None:
        self._cursor.execute(operation, parameters)
        if self._cursor.description is not None:
            self._rows.extend(self._cursor)
        await_(_nothing())  # SQLAlchemy takes a statement that awaits nothing for a driver's fault

    def executemany(self, operation: str, rows: Sequence[Sequence[Any]]) -> None:
        if len(rows) > MANY_ROWS:
            await_(self._owner.in_thread(lambda: self._cursor.executemany(operation, rows)))
        else:
            self._cursor.executemany(operation, rows)
            await_(_nothing())

    def fetchone(self) -> Any:
        return self._rows.popleft() if self._rows else None

    def fetchmany(self, size: int | None = None) -> list[Any]:
        return [self._rows.popleft() for _ in range(min(size or self.arraysize, len(self._rows)))]

    def fetchall(self) -> list[Any]:
        rows = list(self._rows)
        self._rows.clear()
        return rows

    def __iter__(self) -> Iterator[Any]:
        while (row := self.fetchone()) is not None:
            yield row

    def setinputsizes(self, *_sizes: Any) -> None:
        """Nothing to do: SQLite has no sizes."""

    async def _async_soft_close(self) -> None:
        """SQLAlchemy calls it when only the rows are still wanted; they are here already."""

    def close(self) -> None:
        self._rows.clear()
        self._cursor.close()


class Connection(AdaptedConnection):
    """A connection that begins its transactions itself, and knows what may hold the event loop up."""

    __slots__ = (
        "_busy_seconds",
        "_changes",
        "_flushing",
        "_on_busy",
        "_on_commit",
        "_threads",
        "_write",
        "dbapi",
        "isolation_level",
    )

    def __init__(
        self,
        dbapi: Any,
        raw: sqlite3.Connection,
        *,
        write: bool,
        flushing: bool,
        threads: Executor,
        busy_seconds: float,
        on_busy: Callable[[], None],
        on_commit: Callable[[int], None],
    ) -> None:
        self.dbapi = dbapi
        self._connection = raw  # type: ignore[assignment]  # where SQLAlchemy looks for the driver's own
        self._write = write
        self._flushing = flushing
        self._threads = threads
        self._busy_seconds = busy_seconds
        self._on_busy = on_busy
        self._on_commit = on_commit
        self._changes = 0
        self.isolation_level: str | None = ""  # None: AUTOCOMMIT, by SQLAlchemy's convention

    @property
    def raw(self) -> sqlite3.Connection:
        return self._connection  # type: ignore[return-value]

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Runs ``work`` in a thread. If cancelled, interrupts SQLite, but waits for the thread:

        nobody else may use the connection before.
        """
        future = asyncio.get_running_loop().run_in_executor(self._threads, work)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            self.raw.interrupt()
            await asyncio.wait({future})
            raise

    def cursor(self, server_side: bool = False) -> Cursor:
        return Cursor(self)

    def execute(self, operation: str, parameters: Sequence[Any] = ()) -> Cursor:
        cursor = self.cursor()
        cursor.execute(operation, parameters)
        return cursor

    def begin(self) -> None:
        """BEGIN for a reader, BEGIN IMMEDIATE for a writer, who waits for other processes asleep."""
        if self.isolation_level is None:
            return
        if not self._write:
            self.raw.execute("BEGIN")
            return
        waited, tries = 0.0, 0
        while True:
            try:
                self.raw.execute("BEGIN IMMEDIATE")
                break
            except sqlite3.OperationalError as exc:
                if not _is_busy(exc) or waited >= self._busy_seconds:
                    raise
            self._on_busy()
            pause = BUSY_PAUSE_SECONDS[min(tries, len(BUSY_PAUSE_SECONDS) - 1)]
            await_(asyncio.sleep(pause))
            waited, tries = waited + pause, tries + 1
        self._changes = self.raw.total_changes

    def commit(self) -> None:
        """Ends the transaction. Where SQLite itself flushes it (:mod:`storage.database.wal`), in a thread."""
        if not self.raw.in_transaction:
            return
        changed = self.raw.total_changes - self._changes
        if self._flushing and changed:
            await_(self._commit_in_thread())
        else:
            self.raw.commit()
        if changed:
            self._on_commit(changed)

    async def _commit_in_thread(self) -> None:
        future = asyncio.get_running_loop().run_in_executor(self._threads, self.raw.commit)
        try:
            await asyncio.shield(future)
        except asyncio.CancelledError:
            await asyncio.wait({future})
            raise

    def rollback(self) -> None:
        if self.raw.in_transaction:
            self.raw.rollback()

    def create_function(self, *args: Any, **options: Any) -> None:
        self.raw.create_function(*args, **options)

    def close(self) -> None:
        self.raw.close()

    terminate = close


async def _nothing() -> None:
    pass


def persist(work: Callable[[], object], seconds: float) -> None:
    """Does ``work`` in a thread, again while the database is locked: turning a new file to WAL while another
    process does the same fails at once, without the busy timeout.
    """
    until = time.monotonic() + seconds
    while True:
        try:
            work()
            return
        except sqlite3.OperationalError as exc:
            if not _is_busy(exc) or time.monotonic() > until:
                raise
        time.sleep(BUSY_PAUSE_SECONDS[-1])


def _is_busy(exc: sqlite3.OperationalError) -> bool:
    return exc.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


class _Module(AsyncAdapt_dbapi_module):
    """What SQLAlchemy takes for the driver's module: sqlite3 with another ``connect``."""

    def __init__(self) -> None:
        super().__init__(sqlite3)
        self.paramstyle = "qmark"

    def __getattr__(self, name: str) -> Any:
        return getattr(sqlite3, name)

    def connect(self, path: str, *, write: bool, pragmas: Iterable[str], **options: Any) -> Connection:
        def open_it() -> sqlite3.Connection:
            make_private(path)
            raw = sqlite3.connect(
                path,
                timeout=options["busy_seconds"],
                isolation_level=None,  # the driver begins nothing by itself
                check_same_thread=False,  # the loop's and a worker thread take turns, never both
                cached_statements=options.pop("cached_statements"),
            )
            script = "".join(f"PRAGMA {pragma};" for pragma in pragmas)
            persist(lambda: raw.executescript(script), options["busy_seconds"])
            if write:
                raw.execute("PRAGMA busy_timeout=0")  # waits in :meth:`Connection.begin` instead
            return raw

        options.pop("check_same_thread", None)
        loop = asyncio.get_running_loop()
        raw = await_(asyncio.shield(loop.run_in_executor(options["threads"], open_it)))
        return Connection(self, raw, write=write, **options)


class Dialect(SQLiteDialect_pysqlite):
    """SQLAlchemy's SQLite on this driver."""

    driver = "crossbeat"
    supports_statement_cache = True
    is_async = True
    has_terminate = True

    @classmethod
    def import_dbapi(cls) -> Any:
        return _Module()

    @classmethod
    def get_pool_class(cls, url: Any) -> type[AsyncAdaptedQueuePool]:
        return AsyncAdaptedQueuePool

    def do_begin(self, dbapi_connection: Any) -> None:
        dbapi_connection.begin()

    def do_terminate(self, dbapi_connection: Any) -> None:
        dbapi_connection.close()

    def get_driver_connection(self, connection: Any) -> sqlite3.Connection:
        raw: sqlite3.Connection = connection.raw
        return raw


registry.register("sqlite.crossbeat", __name__, "Dialect")
