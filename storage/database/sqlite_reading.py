"""SQLite's reads, through aiosqlite: each connection has a thread, and nobody waits for a long one."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar

import aiosqlite
from sqlalchemy import URL, Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.database.sqlite_driver import BUSY_SECONDS, make_private, persist

T = TypeVar("T")

ROWS_AT_ONCE = 64  # that a stream fetches from the thread


def engine(url: URL, pragmas: Iterable[str], *, connections: int) -> AsyncEngine:
    """An engine whose transactions each see one snapshot: the driver by itself begins none for a SELECT."""
    made = create_async_engine(
        url.set(drivername="sqlite+aiosqlite"),
        connect_args={"async_creator_fn": partial(_connect, "".join(f"PRAGMA {one};" for one in pragmas))},
        pool_size=connections,
        max_overflow=0,
        query_cache_size=1000,
        hide_parameters=True,  # an error that is logged must not tell what was looked for
    )
    event.listen(made.sync_engine, "begin", _begin)
    return made


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


class _Interruptible(aiosqlite.Connection):
    """One whose statement ends when nobody waits for it any more. Left to itself it would go on, and
    whoever gives the connection back would wait for its end.
    """

    async def _execute(self, fn: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        try:
            return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-any-return, no-untyped-call]
        except asyncio.CancelledError:
            if self._connection is not None:
                self._connection.interrupt()
            raise

    def stop(self) -> None:
        """Ends the thread without a word to the event loop, which may be closed when the thread gets to it."""
        self._running = False
        self._tx.put_nowait((None, self._let_go))

    def _let_go(self) -> object:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        return aiosqlite.core._STOP_RUNNING_SENTINEL


async def _connect(script: str, path: str, **options: Any) -> aiosqlite.Connection:
    def open_it() -> sqlite3.Connection:
        make_private(path)
        options["isolation_level"] = None  # the driver begins nothing by itself
        raw: sqlite3.Connection = sqlite3.connect(path, **options)
        persist(lambda: raw.executescript(script), BUSY_SECONDS)  # another may be turning a new file to WAL
        return raw

    connection = _Interruptible(open_it, iter_chunk_size=ROWS_AT_ONCE)
    connection._thread.daemon = True  # a process that has failed ends, whoever is still reading
    opening = asyncio.ensure_future(_opened(connection))
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        await asyncio.wait([opening])  # the thread answers to this loop, which must not close before
        if opening.exception() is None:
            await connection.close()
        raise


async def _opened(connection: aiosqlite.Connection) -> aiosqlite.Connection:
    return await connection
