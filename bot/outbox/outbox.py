"""Which line goes out next: the one place that sends, in order within a chat, within the limits of its channel.

A line is claimed when its chat and the bot have budget, and delivered (:mod:`bot.outbox.delivery`) as late as that.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import structlog

from bot.channels.registry import Channels, Entry
from bot.outbox.delivery import Delivery, Faults, Render, TokenRefused
from bot.outbox.rows import due_chats, paused_chats, sent_lately
from bot.runtime import limits
from bot.runtime.incidents import incident_number
from storage.database.engine import Store
from storage.database.failpoints import failpoint
from storage.queries import outbox as rows
from storage.queries.turns import Turns
from storage.tables.models import OutboxLine
from web.meters import Meters
from workflow.organisation.work import Work

log = structlog.get_logger(__name__)


class Outbox:
    """The lines that wait, and those under way: one a chat."""

    def __init__(
        self,
        *,
        channels: Channels,
        store: Store,
        render: Render,
        make_work: Callable[[], Work],
        clock: Callable[[], datetime],
        faults: Faults,
        meters: Meters,
        holder: str,
        leads: bool = True,
    ) -> None:
        self._informed = False  # of what was sent before, here or by another process
        self._leads = leads  # of several processes one sends: they share its limits
        self._channels, self._store, self._clock, self._faults = channels, store, clock, faults
        self._delivery = Delivery(
            channels=channels, store=store, render=render, make_work=make_work, clock=clock, faults=faults,
            meters=meters,
        )  # fmt: skip
        self._holder = holder
        self._news = asyncio.Event()
        self._stopping = self._token_refused = False
        self._flush_until = 0.0
        self._sending: dict[int, asyncio.Task[None]] = {}  # by chat
        self._turns = Turns()

    def wake(self) -> None:
        """There are new lines: looks at once."""
        self._news.set()

    def lead(self, leads: bool) -> None:
        """Whether this process sends; another does otherwise."""
        self._leads = leads
        self._informed = self._informed and leads
        self._news.set()

    async def run(self) -> None:
        """Sends until :meth:`stop`. Errors of the database are logged and outlived."""
        while not self._stopping or await self._worth_going_on():
            claimed = 0
            try:
                claimed = await self._claim()
            except Exception:
                log.exception("outbox_unreadable", incident=incident_number())
            if not claimed:
                await self._rest()
        if self._sending:
            await asyncio.wait(self._sending.values(), timeout=max(0.5, self._flush_until - time.monotonic()))

    async def stop(self, running: asyncio.Task[None], within: float) -> None:
        """Lets ``running`` send what the budget allows within so many seconds, then frees the rest."""
        self._flush_until = time.monotonic() + within
        self._stopping = True
        self._news.set()
        await asyncio.wait({running})
        for task in (left := list(self._sending.values())):
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        async with self._store.write() as session:
            await rows.release(session, holder=self._holder, now=self._clock())

    async def _worth_going_on(self) -> bool:
        """Whether a line can still be sent in the time that is left for stopping."""
        left = self._flush_until - time.monotonic()
        if left <= 0 or self._token_refused or not self._leads:
            return False
        if self._sending:  # what follows in these chats may go out yet
            return True
        due = await due_chats(self._store, self._clock())
        ours = [(entry.pace, chat_id) for chat_id in due if (entry := self._channels.of(chat_id)) is not None]
        return any(pace.wait(chat_id) < left for pace, chat_id in ours)

    async def _rest(self) -> None:
        """Until there is news, a chat's budget comes back, or the fallback's time."""
        most = limits.FALLBACK_SECONDS
        paces = [entry.pace for entry in self._channels]
        resting = [seconds for pace in paces for seconds in pace.resting().values()]
        soonest = min((*resting, *(pace.wait_for_any() or most for pace in paces)), default=most)
        with suppress(TimeoutError):
            async with asyncio.timeout(min(most, soonest)):
                await self._news.wait()

    async def _claim(self) -> int:
        self._news.clear()  # before looking: what comes while we look is seen next time
        if self._leads and not self._informed:
            await self._recall()
        if self._token_refused or not self._leads:
            return 0
        return sum([await self._claim_of(entry) for entry in self._channels])

    async def _claim_of(self, entry: Entry) -> int:
        """Lines of one channel's chats: one that may not send now, or not so much, holds up no other."""
        room = min(limits.SENDS_AT_ONCE - len(self._sending), entry.pace.room())
        if room <= 0:
            return 0
        async with self._store.write(lasting=False) as session:
            lines = await rows.claim(
                session, holder=self._holder, now=self._clock(), limit=room, lease=limits.SEND_LEASE,
                numbers=entry.numbers, skip_chats=self._sending.keys() | entry.pace.resting().keys(),
                turns=self._turns,
            )  # fmt: skip
        failpoint("outbox.claimed")
        for line in lines:
            task = asyncio.create_task(self._follow(line, entry), name=f"send {line.id}")
            self._sending[line.chat_id] = task
        return len(lines)

    async def _follow(self, line: OutboxLine, entry: Entry) -> None:
        try:
            await self._delivery.deliver(line, entry)
        except TokenRefused:
            self._token_refused = True
            self._faults.token_refused()  # the line comes back after the next start
        except Exception as error:
            await self._delivery.failed(line, entry, error)
        finally:
            del self._sending[line.chat_id]
            self._news.set()

    async def _recall(self) -> None:
        """What was sent and refused before we came counts as ours: the platform knows one bot only."""
        now = self._clock()
        for chat_id, ago in await sent_lately(self._store, now, limits.SENT_LATELY_SECONDS):
            if (entry := self._channels.of(chat_id)) is not None:
                entry.pace.settle(chat_id, ago=ago)
        for chat_id, seconds in await paused_chats(self._store, now):
            if (entry := self._channels.of(chat_id)) is not None:
                entry.pace.pause_quietly(chat_id, seconds)
        self._informed = True
