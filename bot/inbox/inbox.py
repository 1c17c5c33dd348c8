"""Updates on their way in: stored before they are confirmed, handled in order within a chat, never lost.

Whatever a handler does, it does in one transaction that also marks the update done (:mod:`workflow.organisation.work`).
What fails three times is set aside with an incident number, the person is told, and the next ones go on.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError

from bot.channels.channel import Raw, Receiver, Unreadable, Whole
from bot.channels.registry import Channels, Entry
from bot.inbox import kept
from bot.inbox.kept import Kept
from bot.runtime import limits
from bot.runtime.incidents import incident_number
from bot.runtime.ops import Ops
from handlers.incoming import Incoming
from handlers.router import Acknowledge
from storage.database.engine import Store
from storage.database.failpoints import failpoint
from storage.database.seal import SealBroken
from storage.queries import desk
from storage.queries import inbox as rows
from storage.tables.models import InboxUpdate
from storage.tables.numbers import FIRST
from web.meters import Meters
from workflow.kernel.errors import AlreadyDone
from workflow.kernel.text import t
from workflow.organisation.work import Work

log = structlog.get_logger(__name__)

#: How long an update that failed waits before it is tried again.
RETRY_AFTER = (timedelta(milliseconds=300), timedelta(seconds=2))
#: A handler that takes longer than its lease would run beside another replica's.
HANDLER_SECONDS = limits.HANDLE_LEASE.total_seconds() - 10
OFFSET = "poll_offset"
PIECE_SECONDS = 1.5  # the next piece of a text is waited for
LOOK_AGAIN_SECONDS = 0.1  # while it is

#: What does what came in: :func:`handlers.router.handle`.
Handle = Callable[[Incoming, Work, Acknowledge], Awaitable[None]]


class Inbox:
    def __init__(
        self,
        *,
        channels: Channels,
        handle: Handle,
        store: Store,
        make_work: Callable[..., Work],
        clock: Callable[[], datetime],
        ops: Ops,
        meters: Meters,
        holder: str,
    ) -> None:
        self._channels, self._handler, self._store = channels, handle, store
        self._make_work, self._clock, self._ops, self._meters = make_work, clock, ops, meters
        self._holder = holder
        self._news = asyncio.Event()
        self._stopping = False
        self._handling: dict[int, asyncio.Task[None]] = {}  # by update

    async def keep(self, updates: Sequence[Raw], *, channel: str = FIRST, mark: str | None = None) -> int:
        """Stores what a channel received, sealed, in one transaction; returns how many were new.

        ``mark``, from where polling goes on, is kept with them. Raises what the database raises: then
        nothing may be confirmed to whom it comes from.
        """
        sealer, entry, now = self._store.sealer, self._channels[channel], self._clock()
        new_rows: list[tuple[int, int, bytes]] = []
        for update in updates:
            number = entry.receiver.number_of(update)
            if number is None:
                log.error("update_without_id", incident=incident_number(), keys=len(update))
                continue
            lane = entry.ours(entry.receiver.lane_of(update))
            number = entry.ours(number)
            new_rows.append((number, lane, kept.seal(sealer, number, update, now)))
        if not new_rows:
            return 0
        async with self._store.write() as session:
            new = await rows.store_updates(session, new_rows, now)
            if mark is not None:
                await desk.put(session, OFFSET, mark)
            failpoint("inbox.storing")
        self._meters.received += new
        log.debug("stored", updates=len(new_rows), new=new)
        self._news.set()
        return new

    async def run(self) -> None:
        """Handles updates until :meth:`stop`. Errors of the database are logged and outlived."""
        while not self._stopping:
            claimed = 0
            try:
                claimed = await self._claim()
            except Exception:
                log.exception("inbox_unreadable", incident=incident_number())
            if not claimed:
                with suppress(TimeoutError):
                    async with asyncio.timeout(limits.FALLBACK_SECONDS):
                        await self._news.wait()

    async def stop(self, within: float) -> None:
        """Lets handlers end for so many seconds; the rest stays in the table for the next start."""
        self._stopping = True
        self._news.set()
        if self._handling:
            await asyncio.wait(self._handling.values(), timeout=within)
        left = list(self._handling.values())
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        async with self._store.write() as session:
            await rows.release(session, holder=self._holder)

    async def _claim(self) -> int:
        self._news.clear()  # before looking: what comes while we look is seen next time
        room = limits.HANDLED_AT_ONCE - len(self._handling)
        if self._stopping or room < limits.CLAIMED_TOGETHER:
            return 0
        async with self._store.claim() as session:
            # One that failed may be due again before we are done with it, a moved clock ends leases early.
            claimed = await rows.claim(
                session, holder=self._holder, now=self._clock(), limit=room, lease=limits.HANDLE_LEASE,
                in_hand=self._handling.keys(),
            )  # fmt: skip
        failpoint("inbox.claimed")
        for row in claimed:
            self._handling[row.update_id] = asyncio.create_task(
                self._follow(row), name=f"update {row.update_id}"
            )
        return len(claimed)

    async def _follow(self, row: InboxUpdate) -> None:
        try:
            await self._handle(row)
        except Exception:  # of telling what failed: the update comes back when its lease is over
            log.exception("inbox_unwritable", update=row.update_id, incident=incident_number())
        finally:
            del self._handling[row.update_id]
            self._news.set()

    async def _handle(self, row: InboxUpdate) -> None:
        started = time.perf_counter()
        payload: dict[str, Any] | None = None
        try:
            entry = self._entry(row)
            arrived = kept.unseal(self._store.sealer, row, self._channels)
            payload = arrived.raw
            whole = await self._whole(row, entry.receiver, payload)
            incoming = await entry.receiver.read(whole.raw, partial(self._channels.number_of, entry))
        except (SealBroken, Unreadable) as error:  # it will never be understood
            await self._set_aside(row, payload, error)
            return
        except Exception as error:  # of reading it: a fault of ours, or of the database
            await self._failed(row, payload, error)
            return
        work = self._make_work(update_id=row.update_id)
        work.also, work.fetch, work.arrived = whole.also, entry.receiver.fetch, arrived.arrived
        try:
            if incoming is not None:
                async with asyncio.timeout(HANDLER_SECONDS):
                    await self._handler(incoming, work, entry.receiver.acknowledge)
                failpoint("inbox.handled")
            if not work.done:
                await self._done(row, arrived, whole.also)
        except AlreadyDone:
            await self._not_again(row)
            return
        except Exception as error:
            await self._failed(row, whole.raw, error)
            return
        if incoming is None:
            log.info("update_of_no_concern", update=row.update_id)
            return
        self._meters.handled += 1
        self._meters.handle.observe(time.perf_counter() - started)
        log.info("handled", update=row.update_id, lane=row.lane, ms=_ms_since(started))

    def _entry(self, row: InboxUpdate) -> Entry:
        """The channel that received it. Raises :class:`Unreadable` for one that is not served any more."""
        entry = self._channels.of(row.update_id)
        if entry is None:
            raise Unreadable("its channel is not served")
        return entry

    async def _whole(self, row: InboxUpdate, receiver: Receiver, payload: Raw) -> Whole:
        """The update with the rest of its text, for which it waits a moment where there may be one; and the numbers
        of the updates that brought the rest. They wait meanwhile: of a chat only the oldest is handed out."""
        whole = receiver.whole(payload, ())
        until = time.monotonic() + PIECE_SECONDS
        while whole.goes_on:
            async with self._store.read() as session:
                following = await rows.following(session, row.lane, row.update_id)
            whole = receiver.whole(payload, self._sound(following))
            if not whole.goes_on or time.monotonic() >= until:
                break
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
        return whole

    def _sound(self, following: Sequence[InboxUpdate]) -> list[tuple[int, Raw]]:
        """Those that can be what goes on, up to the first that cannot: what is wrong with it is said in its turn."""
        found: list[tuple[int, Raw]] = []
        with suppress(SealBroken, Unreadable):
            for row in following:
                found.append((row.update_id, kept.unseal(self._store.sealer, row, self._channels).raw))
        return found

    async def _done(self, row: InboxUpdate, arrived: Kept, also: Sequence[int] = ()) -> None:
        """Raises :class:`AlreadyDone`."""
        async with self._store.write() as session:
            if not await rows.done(session, row.update_id, now=self._clock(), arrived=arrived.arrived):
                raise AlreadyDone
            for number in also:
                await rows.done(session, number, now=self._clock())

    async def _not_again(self, row: InboxUpdate) -> None:
        """It was done by another process meanwhile; or long ago, and its row was put back by hand."""
        async with self._store.read(short=True) as session:
            waits = await rows.waits(session, row.update_id)
        if waits:
            await self._set_aside(row, None, Unreadable("the record says that it was handled before"))
        else:
            log.info("handled_elsewhere", update=row.update_id)

    async def _failed(self, row: InboxUpdate, payload: dict[str, Any] | None, error: Exception) -> None:
        """Tried again twice, a little later; then set aside. A lost database is not the update's fault."""
        outage = isinstance(error, DBAPIError) and error.connection_invalidated
        if row.attempts + 1 >= limits.HANDLE_TRIES and not outage:
            await self._set_aside(row, payload, error)
            return
        incident = incident_number()
        log.error(
            "update_failed", update=row.update_id, tries=row.attempts + 1, incident=incident, exc_info=error
        )
        wait = RETRY_AFTER[min(row.attempts, len(RETRY_AFTER) - 1)]
        async with self._store.write() as session:
            await rows.failed_once(session, row.update_id, not_before=self._clock() + wait, incident=incident)
        asyncio.get_running_loop().call_later(wait.total_seconds(), self._news.set)

    async def _set_aside(self, row: InboxUpdate, payload: dict[str, Any] | None, error: Exception) -> None:
        incident = incident_number()
        log.error("update_set_aside", update=row.update_id, incident=incident, exc_info=error)
        place, entry = None, self._channels.of(row.update_id)
        if entry is not None:
            place = await entry.receiver.place_of(payload or {}, partial(self._channels.number_of, entry))
        async with self._make_work().write() as tx:
            if not await rows.set_aside(tx.session, row.update_id, now=tx.now, incident=incident):
                return
            if place is not None:
                await tx.say(
                    t("error.incident", incident=incident), chat_id=place.chat_id, thread_id=place.thread_id,
                    reply_to=place.message_id,
                )  # fmt: skip
        self._meters.aside += 1
        await self._ops.tell(f"aside:{row.lane}", t("ops.set_aside", update=row.update_id, incident=incident))


def _ms_since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 1)
