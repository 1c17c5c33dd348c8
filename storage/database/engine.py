"""The database behind one object: where reads and writes begin and end.

SQLite has one writer. Its transactions begin with ``BEGIN IMMEDIATE``: a deferred one that reads first and
writes later fails at once with "database is locked", whatever the timeout, or loses an update.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal, Self

from sqlalchemy import URL, make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from storage.database import sqlite_driver, sqlite_reading
from storage.database.seal import Sealer
from storage.database.wal import GROUP_COMMIT, Wal

SQLITE_READERS = 4
#: Connections to PostgreSQL, each made when it is first needed and kept: more than updates are handled at once. One
#: that is closed and made anew costs the server a process, us a handshake, and both what they had prepared.
POSTGRESQL_POOL = 20

_PRAGMAS = (
    "journal_mode=WAL",
    # What was confirmed must survive power loss: see :mod:`storage.database.wal` for what NORMAL leaves out.
    f"synchronous={'NORMAL' if GROUP_COMMIT else 'FULL'}",
    f"wal_autocheckpoint={0 if GROUP_COMMIT else 1000}",
    "foreign_keys=ON",
    "secure_delete=ON",  # what is deleted is overwritten; how SQLite was built decides it otherwise
    # No mmap: it saved 1 µs of 9 for a look-up, and every connection's map counted as the process's memory.
    "cache_size=-8192",
    "temp_store=MEMORY",
)
SEALER = "sealer"  # under which a session that writes knows what seals and signs its rows
KEY_MARK = "key_check"  # the value of the desk that only its key opens
_READ_MARK = text(f"SELECT value FROM desk WHERE key = '{KEY_MARK}'")  # noqa: S608 - a constant
_READING_PRAGMAS = (*_PRAGMAS, "query_only=ON", f"busy_timeout={round(sqlite_driver.BUSY_SECONDS * 1000)}")


class KeyChanged(Exception):
    """The desk was given another key while this process worked; nothing of this transaction was kept."""


def normal_url(url: str) -> URL:
    """The URL with the driver that we use; ``postgres://`` and ``sqlite://`` are understood.

    Raises ``ValueError`` for another kind of database, or SQLite in memory.
    """
    parsed = make_url(url)
    kind = parsed.get_backend_name()
    if kind in ("postgres", "postgresql"):
        return parsed.set(drivername="postgresql+asyncpg")
    if kind != "sqlite":
        raise ValueError(f"the database is SQLite or PostgreSQL, not {kind}")
    if parsed.database in (None, "", ":memory:"):
        raise ValueError("SQLite needs a file: one in memory is gone after a crash")
    return parsed.set(drivername="sqlite+aiosqlite")


class Store:
    """One database. Made by :meth:`open`, which connects nothing; closed by :meth:`close`."""

    dialect: Literal["sqlite", "postgresql"]

    def __init__(self, url: URL, *, sealer: Sealer) -> None:
        self.url = url
        self.sealer = sealer
        self.busy_retries = 0  # how often a write found another process writing, and tried again
        #: The mark of the key as it was when ours was found to fit (:func:`storage.tables.schema.check_key`).
        self.key_mark: str | None = None
        #: Whether each write makes sure that it is still that. The running bot need not: nobody changes the
        #: key under it, and it would be one more trip for each post.
        self.guarded = True
        self._turn = asyncio.Lock()
        self.wal: Wal | None = None
        if url.get_backend_name() == "sqlite":
            self.dialect = "sqlite"
            self._threads = ThreadPoolExecutor(3, thread_name_prefix="sqlite")  # many rows, flush, checkpoint
            self.wal = Wal(Path(str(url.database)), threads=self._threads, turn=self._turn)
            options: dict[str, Any] = {
                "threads": self._threads,
                "on_busy": self._count_busy,
                "on_commit": self.wal.committed,
            }
            self.engine = _sqlite_engine(url, write=True, connections=1, **options)
            self._short = _sqlite_engine(url, write=False, connections=SQLITE_READERS, **options)
            self._readers = sqlite_reading.engine(url, _READING_PRAGMAS, connections=SQLITE_READERS)
        else:
            self.dialect = "postgresql"
            self.engine = _postgresql_engine(url)
            # One snapshot for the whole read, as SQLite gives; read-only, so it never has to be retried.
            self._readers = self.engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            self._short = self._readers
            self._by_statement = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @classmethod
    def open(cls, url: str, *, sealer: Sealer) -> Self:
        """A store for this URL. Raises ``ValueError`` for a kind of database that we do not serve."""
        return cls(normal_url(url), sealer=sealer)

    @asynccontextmanager
    async def write(self, *, lasting: bool = True) -> AsyncIterator[AsyncSession]:
        """A session whose changes are committed when the block ends, and undone when it fails.

        When it has ended well, the changes survive power loss; those that are not ``lasting`` do so once a
        later write has (a claim that is lost leaves free what was claimed). On SQLite one block at a time in
        this process; another process's write is waited for. Raises :class:`KeyChanged`.
        """
        session = AsyncSession(self.engine, expire_on_commit=False, info={SEALER: self.sealer})
        if self.wal is None:
            try:
                yield session
                await self._refuse_another_key(session)
                await _to_the_end(session.commit())
            finally:
                await _to_the_end(session.close())
            return
        async with self._turn:
            try:
                await session.connection()  # BEGIN IMMEDIATE now, not at the first statement
                yield session
                await self._refuse_another_key(session)
                await session.commit()  # waits for nothing, or ends even if cancelled
            finally:
                await session.close()  # waits for nothing
        if lasting:
            await self.wal.durable()
        else:
            await asyncio.sleep(0)  # a loop of claims must let others run too

    @asynccontextmanager
    async def claim(self) -> AsyncIterator[AsyncSession]:
        """A session for one claim, which need not survive power loss (see ``lasting`` of :meth:`write`). On PostgreSQL
        each statement in it is a transaction, without a trip for its begin and its end."""
        if self.wal is not None:
            async with self.write(lasting=False) as session:
                yield session
            return
        session = AsyncSession(self._by_statement, expire_on_commit=False)
        try:
            yield session
        finally:
            await _to_the_end(session.close())

    async def _refuse_another_key(self, session: AsyncSession) -> None:
        """Last of all in a transaction: what was written before has waited for a change of the key to end."""
        if not self.guarded or self.key_mark is None:
            return
        await session.flush()
        if await session.scalar(_READ_MARK) != self.key_mark:
            raise KeyChanged("the key of this desk was changed meanwhile; nothing was kept of the last step")

    @asynccontextmanager
    async def read(self, *, short: bool = False) -> AsyncIterator[AsyncSession]:
        """A session that sees one snapshot; a change in it is an error of the database.

        ``short`` promises that each statement finds a few rows by an index: on SQLite they then run in the
        event loop, which saves the ways to aiosqlite's thread and back (0.15 ms each).
        """
        session = AsyncSession(
            self._short if short else self._readers, expire_on_commit=False, autoflush=False
        )
        try:
            yield session
        finally:
            if self.wal is None:
                await _to_the_end(session.close())
            else:
                await session.close()  # waits for nothing

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator[AsyncConnection]:
        """A bare connection, not in a transaction yet; on SQLite no write of this process meanwhile."""
        if self.wal is None:
            async with self.engine.connect() as connection:
                yield connection
            return
        async with self._turn, self.engine.connect() as connection:
            yield connection
        self.wal.committed(0)  # tables made or altered count as no rows
        await self.wal.durable()

    async def close(self) -> None:
        """Closes every connection; on SQLite the last one to close folds the WAL into the file."""
        if self.wal is not None:
            await self.wal.close()
            await self._short.dispose()
            await self._readers.dispose()
            await self.engine.dispose()
            self._threads.shutdown()
        else:
            await self.engine.dispose()

    def _count_busy(self) -> None:
        self.busy_retries += 1


async def _to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Runs ``work`` to its end even when the caller is cancelled: a half-done commit is neither."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise


def _sqlite_engine(url: URL, *, write: bool, connections: int, **options: Any) -> AsyncEngine:
    return create_async_engine(
        url.set(drivername=sqlite_driver.DRIVER),
        connect_args={
            "write": write,
            "pragmas": _PRAGMAS if write else _READING_PRAGMAS,
            "flushing": write and not GROUP_COMMIT,
            "busy_seconds": sqlite_driver.BUSY_SECONDS,
            "cached_statements": 512,
            **options,
        },
        pool_size=connections,
        max_overflow=0,
        query_cache_size=1000,
        hide_parameters=True,  # an error that is logged must not tell what was written
    )


def _postgresql_engine(url: URL) -> AsyncEngine:
    return create_async_engine(
        url,
        connect_args={
            "prepared_statement_cache_size": 500,
            # No statement of ours runs so long that compiling it pays.
            "server_settings": {"application_name": "crossbeat", "jit": "off"},
        },
        pool_size=POSTGRESQL_POOL,
        max_overflow=0,
        pool_use_lifo=True,  # as few as do, so that what they have prepared is of use
        query_cache_size=1000,
        hide_parameters=True,  # as above
    )
