"""Makes SQLite's commits durable, many with one flush, and keeps the write-ahead log short.

SQLite flushes the log at each commit (``synchronous=FULL``) while nobody else may write. Here a commit only
appends to the log (``synchronous=NORMAL``); the next transaction begins at once, and whoever committed waits
for a flush that began after its commit. One flush serves all that wait. Copying the log into the database
once it is long, which SQLite does within a commit too, happens beside the work as well.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path
from typing import TypeVar

import structlog

T = TypeVar("T")

log = structlog.get_logger(__name__)

#: Without it (Windows, macOS) SQLite does the flushing itself, at each commit.
GROUP_COMMIT = hasattr(os, "fdatasync")
CHECKPOINT_ROWS = 2000  # changed since the last copying of the log into the database
#: A log of this many bytes that a killed process has left is copied too: one that is killed before it has
#: changed so many rows, again and again, would leave ever more (870 MB after a thousand times).
LEFT_BYTES = 4_000_000


class FlushFailed(Exception):
    """The disk did not take what was committed; the process must not go on as if it had.

    A second flush could report success for data that the first one lost (https://lwn.net/Articles/752063/).
    """


class Wal:
    """The write-ahead log of one database, as far as this process writes it."""

    def __init__(self, database: Path, *, threads: Executor, turn: asyncio.Lock) -> None:
        self.flushes = 0
        self.commits = 0
        self._path = database.with_name(f"{database.name}-wal")
        self._database = database
        self._threads = threads
        self._turn = turn
        self._durable = 0  # commits that are known to be on the disk
        self._rows = 0
        self._flush: asyncio.Task[None] | None = None
        self._checkpoint: asyncio.Task[None] | None = None
        self._file: int | None = None
        self._inode: int | None = None
        self._failure: BaseException | None = None
        #: Told once when a flush has failed: the process must end, not try again.
        self.on_failure: Callable[[], None] | None = None

    def committed(self, rows: int) -> None:
        """Notes a commit that changed so many rows. Called by the driver, in the event loop."""
        self.commits += 1
        self._rows += rows

    async def durable(self) -> None:
        """Returns when all that was committed before is on the disk. Raises :class:`FlushFailed`."""
        wanted = self.commits
        if self._durable >= wanted or not GROUP_COMMIT:
            await asyncio.sleep(0)  # a loop of writes that change nothing must let others run too
        while GROUP_COMMIT and self._durable < wanted:
            if self._failure is not None:
                raise FlushFailed("an earlier flush failed") from self._failure
            if self._flush is None:
                self._flush = asyncio.create_task(self._flush_once())
            await asyncio.shield(self._flush)
        if self._rows >= CHECKPOINT_ROWS and self._checkpoint is None:
            self._checkpoint = asyncio.create_task(self._copy_back())

    async def close(self) -> None:
        """Lets what is under way end, and lets go of the file."""
        if self._checkpoint is not None:
            await self._checkpoint
        if self._file is not None:
            os.close(self._file)
            self._file = self._inode = None

    async def _flush_once(self) -> None:
        commits, first = self.commits, self._file is None
        try:
            size = await self._in_thread(self._sync_file)
        except OSError as exc:
            self._failure = exc
            log.critical("flush_failed", error=str(exc))
            if self.on_failure is not None:
                self.on_failure()
        else:
            self.flushes += 1
            self._durable = commits
            if first and size >= LEFT_BYTES:
                self._rows = CHECKPOINT_ROWS
        finally:
            self._flush = None

    def _sync_file(self) -> int:
        """Flushes the log; how long it is."""
        try:
            inode = self._path.stat().st_ino
        except FileNotFoundError:
            return 0  # the last connection closed and folded the log into the database, flushed
        if self._file is None or inode != self._inode:
            if self._file is not None:
                os.close(self._file)
            # SQLite keeps no locks on this file, so that closing ours takes none away.
            self._file, self._inode = os.open(self._path, os.O_RDWR), inode
        os.fdatasync(self._file)
        return os.fstat(self._file).st_size

    async def _copy_back(self) -> None:
        """Copies the log into the database, most of it while others write, the rest between two writes.

        Only a log that is copied to its end is begun anew: under steady writing it would grow for ever.
        """
        try:
            self._rows = 0
            await self._in_thread(self._checkpoint_once)
            async with self._turn:
                await self._in_thread(self._checkpoint_once)
        except sqlite3.Error as exc:
            log.warning("checkpoint_failed", error=str(exc))
        finally:
            self._checkpoint = None

    def _checkpoint_once(self) -> None:
        connection = sqlite3.connect(self._database, timeout=0)
        try:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        finally:
            connection.close()

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)
