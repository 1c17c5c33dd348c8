"""Long polling of our own: raw updates, stored first and confirmed by the next call.

aiogram's polling confirms an update before its handler has ended, and one update that it cannot parse
stops it for a day (https://github.com/aiogram/aiogram/issues/1840).
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramConflictError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod

from bot.inbox.inbox import OFFSET, Inbox
from bot.runtime import limits
from bot.runtime.incidents import incident_number
from bot.telegram.limits import (
    OFFSET_GOOD_FOR,
    POLL_CLIENT_SECONDS,
    POLL_SECONDS,
    UPDATES_KEPT,
    UPDATES_PER_CALL,
)
from storage.database.engine import Store
from storage.database.failpoints import failpoint
from storage.queries import desk

log = structlog.get_logger(__name__)

HEARTBEAT = "heartbeat"
BEAT_EVERY = timedelta(seconds=60)


class RawGetUpdates(TelegramMethod[list[dict[str, Any]]]):
    """``getUpdates`` whose result is left as it came, to be parsed one by one."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int | None = None
    timeout: int | None = None
    allowed_updates: list[str] | None = None


class Poller:
    def __init__(
        self,
        *,
        bot: Bot,
        inbox: Inbox,
        store: Store,
        allowed_updates: Sequence[str],
        on_gap: Callable[[datetime, datetime], Awaitable[None]],
        on_token_refused: Callable[[], None],
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._bot, self._inbox, self._store = bot, inbox, store
        self._allowed = list(allowed_updates)
        self._on_gap, self._on_token_refused, self._wall = on_gap, on_token_refused, wall
        self._offset: int | None = None
        self._newest: datetime | None = None  # when the newest update came, for the age of the offset
        self._beat: datetime | None = None
        self._failures = 0
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Polls until :meth:`stop`. Outlives every error but a refused token."""
        await self._recover()
        while not self._stopping.is_set():
            try:
                updates = await self._or_stop(self._poll(POLL_SECONDS))
                if updates is None:
                    return
                await self._keep(updates)
                await self._heartbeat()
                self._failures = 0
            except (TelegramUnauthorizedError, TelegramNotFound):
                self._on_token_refused()
                return
            except Exception as error:
                await self._back_off(error)

    def stop(self) -> None:
        """Ends the wait for updates at once; what is being stored is stored."""
        self._stopping.set()

    async def confirm(self) -> None:
        """Confirms what was stored last, so that a restart is not told it again. Best effort."""
        if self._offset is not None:
            with suppress(Exception):  # what is not confirmed comes again, and is known by its number
                await self._bot(RawGetUpdates(offset=self._offset, limit=1, timeout=0), request_timeout=5)

    async def _poll(self, seconds: int) -> list[dict[str, Any]]:
        if self._newest is not None and self._wall() - self._newest > OFFSET_GOOD_FOR:
            self._offset = None
        method = RawGetUpdates(
            offset=self._offset,
            limit=UPDATES_PER_CALL,
            timeout=seconds,
            allowed_updates=self._allowed,
        )
        return await self._bot(method, request_timeout=POLL_CLIENT_SECONDS)

    async def _keep(self, updates: list[dict[str, Any]]) -> None:
        if not updates:
            return
        ids = [number for update in updates if isinstance(number := update.get("update_id"), int)]
        if not ids:
            raise ValueError("updates without a number cannot be confirmed")
        offset = max(self._offset or 0, max(ids) + 1)  # what is delivered twice does not lead back
        now = self._wall()
        failpoint("poller.received")
        await self._inbox.keep(updates, mark=f"{offset} {now.isoformat()}")
        failpoint("poller.kept")
        self._offset, self._newest = offset, now

    async def _recover(self) -> None:
        """From where to go on: after what is stored, unless that is too old to be trusted."""
        while not self._stopping.is_set():
            try:
                async with self._store.read() as session:
                    mark = await desk.value(session, OFFSET)
                    beat = await desk.value(session, HEARTBEAT)
                break
            except Exception as error:
                await self._back_off(error)
        else:
            return
        self._beat = datetime.fromisoformat(beat) if beat else None
        offset, _, kept = (mark or "").partition(" ")
        if kept and self._wall() - (newest := datetime.fromisoformat(kept)) < OFFSET_GOOD_FOR:
            self._offset, self._newest = int(offset), newest
        log.info("polling", offset=self._offset)

    async def _heartbeat(self) -> None:
        """Telegram answered: kept each minute, so that a gap longer than it keeps updates is noticed."""
        now = self._wall()
        before = self._beat
        if before is not None and now - before < BEAT_EVERY:
            return
        async with self._store.write() as session:
            await desk.put(session, HEARTBEAT, now.isoformat())
        self._beat = now
        if before is not None and now - before > UPDATES_KEPT:
            log.warning("updates_may_be_lost", hours=round((now - before).total_seconds() / 3600))
            await self._on_gap(before, now)

    async def _back_off(self, error: Exception) -> None:
        self._failures += 1
        seconds = min(
            limits.BACKOFF_MOST_SECONDS, limits.BACKOFF_FIRST_SECONDS * 2 ** (self._failures - 1)
        ) * random.uniform(0.8, 1.2)  # noqa: S311 - replicas do not come back in step
        match error:
            case TelegramRetryAfter():
                seconds = max(seconds, float(error.retry_after))
                log.warning("polling_told_to_wait", seconds=error.retry_after)
            case TelegramConflictError() if "webhook" in error.message.lower():
                log.error("webhook_is_set", hint="the bot has a webhook; it must be deleted before polling")
            case TelegramConflictError():
                log.error("another_poller", hint="another process polls with this token; stop one of them")
            case TelegramNetworkError() | TelegramServerError() | ClientDecodeError():
                level = log.warning if self._failures < limits.BACKOFF_TRIES_SHOWN else log.error
                level(
                    "telegram_unreachable",
                    error=type(error).__name__,
                    failures=self._failures,
                    seconds=seconds,
                )
            case _:
                log.error("polling_failed", incident=incident_number(), exc_info=error)
        await self._or_stop(asyncio.sleep(seconds))

    async def _or_stop(self, waiting: Awaitable[Any]) -> Any:
        """The result of ``waiting``, or None when we stop meanwhile."""
        task = asyncio.ensure_future(waiting)
        stop = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            return None
        finally:
            for left in (task, stop):
                left.cancel()
                with suppress(asyncio.CancelledError, Exception):
                    await left
