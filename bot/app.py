"""The running desk put together: what starts in which order, and what stops in which."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, ExitStack, suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from aiogram import Bot
from aiogram.types import User

from bot.channels.registry import Channels
from bot.inbox.inbox import Inbox
from bot.outbox.faults import make_faults
from bot.outbox.outbox import Outbox
from bot.runtime.alone import alone
from bot.runtime.clock import Ticker, ticks
from bot.runtime.failure import Failure
from bot.runtime.incidents import incident_number
from bot.runtime.lean_libraries import complete
from bot.runtime.lean_patterns import compile_rest
from bot.runtime.lease import Lease
from bot.runtime.opening import clock_of, confirm_key, ensure_schema, open_store
from bot.runtime.ops import Ops
from bot.runtime.presence import Presence
from bot.runtime.timed import TimedEngine
from bot.settings.model import Settings
from bot.settings.policy import chats_of, policy_of, units_of
from bot.telegram import channel, menu
from bot.telegram.governor import Governor
from bot.telegram.incoming import ALLOWED_UPDATES
from bot.telegram.lean_aiogram import build_used
from bot.telegram.poller import Poller
from bot.telegram.telegram import TOKEN_REFUSED, connect, introduce, make_bot, token_of, webhook_secret
from handlers.router import handle
from handlers.views.lines import render
from matching.compare.warm import warm
from storage.database.engine import Store
from storage.tables.veil import CLEAR
from web.health import Readiness
from web.meters import Meters
from web.metrics import Metrics
from web.server import Hook, Server, create_app
from web.webhook import Webhook, address_of
from workflow.kernel import text
from workflow.organisation import setup
from workflow.organisation.work import Work
from workflow.scheduled import ticks as due
from workflow.scheduled.counting import Counting

log = structlog.get_logger(__name__)

Prepare = Callable[["App"], Awaitable[None]]


DISK_FAILED = (
    "the disk did not take what was written; what Telegram was told is safe, "
    "the rest comes again after a restart"
)


class App:
    """One process of a desk. Nothing is opened before :meth:`run`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = clock_of(settings)
        self.meters = Meters()
        self.holder = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
        self.ready = False
        self.veil = CLEAR  # until the desk is open
        self._stopping = asyncio.Event()
        self._failure: Failure | None = None
        self._tasks: dict[str, asyncio.Task[Any]] = {}
        self._stack = AsyncExitStack()
        self._opened: Store | None = None

    # -- for those who act from outside a chat ---------------------------------------------------------

    def work(self, update_id: int | None = None) -> Work:
        """A piece of work; of an update when one is named."""
        return Work(
            store=self.store,
            policy=self.policy,
            engine=self.engine,
            clock=self.clock,
            update_id=update_id,
            wake=self.outbox.wake,
        )

    def stop(self) -> None:
        """Begins to stop; :meth:`run` returns when everything has ended."""
        self._stopping.set()

    async def run(
        self, *, on_ready: Callable[[], Awaitable[None]] | None = None, prepare: Prepare | None = None
    ) -> None:
        """Runs until SIGTERM, SIGINT or :meth:`stop`. Raises :class:`Failure` for what ends it otherwise.

        ``prepare`` runs when the tables are there and before anything is received; ``on_ready`` once it is
        ready, in place of the line on stderr that says so.
        """
        started = time.perf_counter()
        async with self._stack:
            with _Signals(self.stop):
                try:
                    await self._until_stopped(self._start(started, on_ready, prepare))
                finally:
                    await self._stop()
        if self._failure is not None:
            raise self._failure

    # -- start -----------------------------------------------------------------------------------------

    async def _start(
        self, started: float, on_ready: Callable[[], Awaitable[None]] | None, prepare: Prepare | None
    ) -> None:
        lock = self._stack.enter_context(ExitStack())  # ends last of all
        self._stack.push_async_callback(self._close_store)
        token_of(self.settings)  # raises without one
        # The second core makes the bot and Telegram answers while we open.
        made = asyncio.create_task(asyncio.to_thread(make_bot, self.settings), name="make_bot")
        self._stack.push_async_callback(_close, made)
        me = asyncio.create_task(_introduced(made), name="getMe")
        me.add_done_callback(lambda task: task.cancelled() or task.exception())
        self._stack.callback(me.cancel)
        await self._open_store(lock)
        self.bot = await made
        self._assemble()
        if synced := await setup.sync(self.work(), units_of(self.settings), chats_of(self.settings)):
            log.info("setup_changed", **asdict(synced))
        if prepare is not None:
            await prepare(self)
        port = await self._open_web()
        username = (await me).username or ""
        self.policy = policy_of(self.settings, username, veil=self.veil)
        await connect(self.bot, self.settings, ALLOWED_UPDATES)
        await self.presence.enter()
        await confirm_key(self.store, self.settings)  # from here on nobody changes it: they see that we run
        self.store.guarded = False
        self._begin()
        self.ready = True
        if on_ready is not None:
            await on_ready()
        else:
            self._say_ready(username, port, time.perf_counter() - started)

    async def _open_store(self, lock: ExitStack) -> None:
        store = await open_store(self.settings, create_key=True)
        if store.dialect == "sqlite" and store.url.database:
            lock.enter_context(alone(Path(store.url.database)))
        self.store = self._opened = store
        if store.wal is not None:
            store.wal.on_failure = lambda: self._fail(Failure(DISK_FAILED))
        self.veil = await ensure_schema(store, self.settings)

    async def _close_store(self) -> None:
        if self._opened is not None:
            await self._opened.close()

    def _assemble(self) -> None:
        settings = self.settings
        self.policy = policy_of(settings, veil=self.veil)
        self.engine = TimedEngine(self.policy.types, self.meters.match, zone=self.policy.zone)
        self.ops = Ops(chat_id=self.policy.ops_chat, make_work=self.work)
        faults = make_faults(
            store=self.store, ops=self.ops, make_work=self.work, token_refused=self._token_refused
        )
        pace = Governor(chat_interval=settings.telegram.chat_interval.total_seconds())
        self.channels = Channels(
            channel.entry(self.bot, pace=pace, veil=self.veil),
            store=self.store,
            clock=self.clock,
            veil=self.veil,
        )
        self.outbox = Outbox(
            channels=self.channels, store=self.store, render=render, make_work=self.work, clock=self.clock,
            faults=faults, meters=self.meters, holder=self.holder, leads=self.store.dialect == "sqlite",
        )  # fmt: skip
        self.inbox = Inbox(
            channels=self.channels, handle=handle, store=self.store, make_work=self.work, clock=self.clock,
            ops=self.ops, meters=self.meters, holder=self.holder,
        )  # fmt: skip
        self.ticker = Ticker(
            ticks(
                reminders_every=settings.reminders.tick,
                work=self.work,
                reminders=due.reminders,
                digests=due.digests,
                housekeeping=due.housekeeping,
                the_record=self._look_at_record,
            )
        )
        self.counting = Counting()
        self.poller: Poller | None = None
        self.lease = Lease(store=self.store, name="leader", holder=self.holder)
        self.presence = Presence(store=self.store, holder=self.holder, clock=self.clock)

    async def _open_web(self) -> int:
        hook = None
        if self.settings.telegram.mode == "webhook":
            _, path = address_of(self.settings.telegram.webhook_url)
            hook = Hook(
                path=path, webhook=Webhook(secret=webhook_secret(self.settings), keep=self.inbox.keep)
            )
        readiness = Readiness(store=self.store, telegram=self.bot.get_me, started=lambda: self.ready)
        metrics = Metrics(store=self.store, meters=self.meters, clock=self.clock)
        app = create_app(readiness=readiness, metrics=metrics, hook=hook)
        web = self.settings.web
        self.server = Server(app, host=web.host, port=web.port)
        try:
            port = await self.server.start()
        except OSError as error:
            raise Failure(f"cannot listen on {web.listen} ([web] listen): {error.strerror}") from None
        self._stack.push_async_callback(self.server.stop)
        return port

    def _begin(self) -> None:
        """Everything runs from here on; SQLite has one process, on PostgreSQL one of several leads."""
        self._spawn("outbox", self.outbox.run())
        self._spawn("inbox", self.inbox.run())
        self._spawn("ticker", self.ticker.start())
        if self.store.dialect == "sqlite":
            self._lead()
        else:
            self._spawn("lease", self.lease.run(taken=self._lead, lost=self._follow))
            self._spawn("presence", self.presence.run(leads=lambda: self.lease.held))
        self._spawn("menu", self._set_menu())
        self._spawn("warm", asyncio.to_thread(_warm))
        self._spawn("types", build_used())

    def _lead(self) -> None:
        self.meters.leads = True
        self.outbox.lead(True)
        if self.settings.telegram.mode == "polling":
            self.poller = Poller(
                bot=self.bot, inbox=self.inbox, store=self.store, allowed_updates=ALLOWED_UPDATES,
                on_gap=self._gap, on_token_refused=self._token_refused,
            )  # fmt: skip
            self._spawn("poller", self.poller.run())

    def _follow(self) -> None:
        self.meters.leads = False
        self.outbox.lead(False)
        if self.poller is not None:
            self.poller.stop()

    async def _set_menu(self) -> None:
        try:
            await menu.set_menu(self.bot, default=self.settings.locale.language)
        except Exception as error:  # the menu is a convenience; the next start sets it
            log.warning("menu_not_set", error=type(error).__name__)

    def _say_ready(self, username: str, port: int, seconds: float) -> None:
        mode, web = self.settings.telegram.mode, self.settings.web
        sys.stderr.write(f"crossbeat ready: @{username}, {mode}, http://{web.host}:{port}, {seconds:.2f} s\n")
        sys.stderr.flush()

    # -- trouble ---------------------------------------------------------------------------------------

    async def _gap(self, since: datetime, until: datetime) -> None:
        """Telegram keeps updates for a day: what was posted before that is gone, and people must know."""
        note = text.t("ops.gap", since=since, until=until)
        told = {self.policy.ops_chat, *self.policy.admins} - {None}
        async with self.work().write() as tx:
            for chat_id in sorted(chat for chat in told if chat is not None):
                await tx.say(note, chat_id=chat_id, once=f"gap:{chat_id}")

    async def _look_at_record(self, work: Work) -> None:
        going_on = lambda: not self._stopping.is_set()  # noqa: E731
        broken = await due.the_record(work, self.counting, goes_on=going_on)
        if broken is not None:
            where = broken.number or f"{broken.chain}"
            told = text.t("ops.record_broken", where=where, event=broken.seq, why=broken.why)
            await self.ops.tell("record_broken", told)

    def _token_refused(self) -> None:
        self._fail(Failure(TOKEN_REFUSED))

    def _fail(self, failure: Failure) -> None:
        self._failure = self._failure or failure
        self._stopping.set()

    def _spawn(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(self._ended)
        self._tasks[name] = task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            incident = incident_number()
            log.error("task_died", task=task.get_name(), incident=incident, exc_info=error)
            self._fail(Failure(f"{task.get_name()} has failed; incident {incident} in the log"))

    # -- stop ------------------------------------------------------------------------------------------

    async def _until_stopped(self, start: Coroutine[Any, Any, None]) -> None:
        """Starts, unless we are told to stop meanwhile, and waits for that."""
        starting = asyncio.create_task(start, name="start")
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():  # told to stop before we were ready: what that breaks is of no concern
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
            return
        try:
            starting.result()  # raises what the start failed with
            await stopping
        finally:
            stopping.cancel()

    async def _stop(self) -> None:
        """Intake first, then handlers, then what is queued; the last confirmation; the database last."""
        if not self._tasks:
            return
        end = time.monotonic() + self.settings.telegram.stop_timeout.total_seconds()
        log.info("stopping")
        self.ready = False
        if self.poller is not None:
            self.poller.stop()
            await asyncio.wait({self._tasks["poller"]})
        if self.settings.telegram.mode == "webhook":
            await self.server.stop()
        await self.ticker.stop()
        await self.inbox.stop(within=max(1.0, (end - time.monotonic()) / 2))
        await self.outbox.stop(self._tasks["outbox"], within=max(0.0, end - time.monotonic() - 1))
        if self.poller is not None:
            await self.poller.confirm()
        if self.store.dialect == "postgresql":
            await self.lease.stop()
        await self.presence.leave()
        left = list(self._tasks.values())
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        log.info("stopped")


def _warm() -> None:
    """What the first post would wait for."""
    warm()
    compile_rest()
    complete()


async def _introduced(made: asyncio.Task[Bot]) -> User:
    """Who the bot is, once it is made."""
    return await introduce(await asyncio.shield(made))


async def _close(made: asyncio.Task[Bot]) -> None:
    """Its session; before the bot is made there is none."""
    if made.done():
        await made.result().session.close()


class _Signals:
    """SIGTERM and SIGINT begin to stop; a second one ends the process at once."""

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop, self._times = stop, 0

    def __enter__(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            with suppress(NotImplementedError, ValueError, RuntimeError):  # Windows, or not the main thread
                asyncio.get_running_loop().add_signal_handler(number, self._on_signal)

    def __exit__(self, *_: object) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            with suppress(NotImplementedError, ValueError, RuntimeError):
                asyncio.get_running_loop().remove_signal_handler(number)

    def _on_signal(self) -> None:
        self._times += 1
        if self._times > 1:
            os._exit(1)
        self._stop()
