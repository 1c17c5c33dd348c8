"""What time it is, and the ticks by which things happen without anybody writing.

The truth about what is due stands in tables; APScheduler only ticks. Its memory store, no misfire limit
(3.x drops a job that is one second late) and one instance each: an overrunning tick is skipped, not doubled.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from bot.runtime.incidents import incident_number

if TYPE_CHECKING:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    from workflow.organisation.work import Work

log = structlog.get_logger(__name__)

MINUTE = timedelta(seconds=60)


class Clock:
    """The current moment. ``[sandbox] clock`` names a file that moves it: it holds the seconds to add."""

    def __init__(self, offset_file: Path | None = None) -> None:
        self._file = offset_file
        self._offset = timedelta()
        self._read_for: tuple[int, int] | None = None  # time of change and inode of the file as last read

    def __call__(self) -> datetime:
        """Now, aware, in UTC."""
        return datetime.now(UTC) + self._moved()

    def _moved(self) -> timedelta:
        if self._file is None:
            return self._offset
        try:
            stat = self._file.stat()
            if (version := (stat.st_mtime_ns, stat.st_ino)) != self._read_for:
                self._offset = timedelta(seconds=float(self._file.read_text("ascii").strip() or 0))
                self._read_for = version
        except FileNotFoundError:
            self._offset, self._read_for = timedelta(), None
        return self._offset


class Tick:
    """One recurring piece of work. Whatever it raises is logged with an incident number, and it goes on."""

    def __init__(
        self, name: str, every: timedelta, run: Callable[[Work], Awaitable[object]], work: Callable[[], Work]
    ) -> None:
        self.name = name
        self.every = every
        self._run = run
        self._work = work

    async def __call__(self) -> None:
        try:
            await self._run(self._work())
        except Exception:
            log.exception("tick_failed", tick=self.name, incident=incident_number())


class Ticker:
    """Runs ticks, the first of each at once."""

    def __init__(self, ticks: list[Tick]) -> None:
        self._ticks = ticks
        self._scheduler: AsyncIOScheduler | None = None
        self._running: set[asyncio.Task[None]] = set()
        self._stopped = False

    async def start(self) -> None:
        """Begins to tick, once the scheduler is imported: beside what else the process does meanwhile."""
        await asyncio.to_thread(import_module, "apscheduler.schedulers.asyncio")  # takes a tenth of a second
        if self._stopped:
            return
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        for tick in self._ticks:
            self._scheduler.add_job(
                self._follow, "interval", args=[tick], seconds=tick.every.total_seconds(), id=tick.name,
                next_run_time=datetime.now(UTC),
            )  # fmt: skip
        self._scheduler.start()

    async def _follow(self, tick: Tick) -> None:
        # In a task of our own: the scheduler's shutdown cancels its jobs in the middle, even with wait=True.
        task = asyncio.create_task(tick(), name=f"tick {tick.name}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        with suppress(asyncio.CancelledError):  # by that shutdown, which would log it as a failure
            await asyncio.shield(task)

    async def stop(self) -> None:
        """No tick begins any more, and those that run have ended."""
        self._stopped = True
        if self._scheduler is not None:
            self._scheduler.pause()
            # A job that has just been handed out begins: cancelled before, its end would be logged as a failure.
            await asyncio.sleep(0)
            self._scheduler.shutdown(wait=False)
            self._scheduler = None
        if self._running:
            await asyncio.wait(self._running)


def ticks(
    *,
    reminders_every: timedelta,
    work: Callable[[], Work],
    reminders: Callable[[Work], Awaitable[object]],
    digests: Callable[[Work], Awaitable[object]],
    housekeeping: Callable[[Work], Awaitable[object]],
    the_record: Callable[[Work], Awaitable[object]],
) -> list[Tick]:
    """The desk's ticks: reminders as configured, digests each minute or as often, housekeeping, the record."""
    return [
        Tick("reminders", reminders_every, reminders, work),
        Tick("digests", min(MINUTE, reminders_every), digests, work),
        Tick("housekeeping", MINUTE, housekeeping, work),
        Tick("record", MINUTE, the_record, work),
    ]
