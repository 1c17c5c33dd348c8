"""Durable intake: from a raw update to a registered request with its cards queued, and what durability costs.

Each engine runs in a process of its own, with the parts of the real one: inbox, channel, workflow, tables.
Nothing is sent. Beside it, in the same run, a bare aiogram bot that answers each post and keeps nothing.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.settings.policy import chats_of, policy_of, units_of
from tests.benchmarks import traffic
from tests.benchmarks.table import Row, percentile
from tests.integration import postgresql

ROOT = Path(__file__).parents[2]
POSTS = {"small": 1_500, "full": 6_000}
ALONE = {"small": 150, "full": 600}  # posts that come one by one, for the latency
LEDGERS = {"small": (0,), "full": (1_000, 1_000_000)}
BATCH = 100  # as many as one getUpdates gives
WARM = traffic.OFFICERS  # posts before the watch runs: each officer is known then
CHILD_SECONDS = 1_200


def rows(scale: str = "small") -> list[Row]:
    """All rows of this table."""
    with tempfile.TemporaryDirectory() as folder:
        echo = child("echo", "", POSTS[scale], 0, 0)
        found = [
            Row(
                name="intake, bare aiogram echo bot",
                value=echo["rate"],
                unit="updates/s",
                note=f"keeps nothing; {echo['cpu']:.2f} ms of processor each",
            )
        ]
        for name, mode in (
            ("SQLite", "group"),
            ("SQLite, a flush for each commit", "full"),
            ("SQLite, no flush", "none"),
        ):
            measured = child(mode, f"sqlite:///{folder}/{mode}.db", POSTS[scale], 0, 0)
            found += _throughput(name, measured, echo["rate"])
        if postgresql.INSTALLED:
            with postgresql.server(durable=True) as databases:
                measured = child("group", databases.new(), POSTS[scale], 0, 0)
                found += _throughput("PostgreSQL", measured, echo["rate"])
        for size in LEDGERS[scale]:
            measured = child("group", f"sqlite:///{folder}/{size}.db", 0, ALONE[scale], size)
            found += _latency(size, measured)
    return found


def _throughput(name: str, measured: dict[str, Any], echo: float) -> list[Row]:
    note = f"1/{echo / measured['rate']:.0f} of the echo bot; {measured['cpu']:.1f} ms of processor each"
    if measured["flushes"]:
        note += f"; {measured['commits'] / measured['flushes']:.1f} commits share a flush"
    durable = name in ("SQLite", "PostgreSQL")
    return [
        Row(name=f"intake, {name}", value=measured["rate"], unit="requests/s",
            target="≥ 300" if durable else "", note=note)
    ]  # fmt: skip


def _latency(size: int, measured: dict[str, Any]) -> list[Row]:
    name = f"update in → card queued, {size:,} earlier requests on SQLite"
    return [
        Row(name=f"{name}: p50", value=measured["p50"], unit="ms", target="≤ 10"),
        Row(name=f"{name}: p99", value=measured["p99"], unit="ms", target="≤ 50"),
    ]


def child(mode: str, url: str, posts: int, alone: int, ledger: int, *, cipher: str = "aes") -> dict[str, Any]:
    """What a process of its own has measured."""
    arguments = [mode, url, str(posts), str(alone), str(ledger), cipher]
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.operations_intake", *arguments],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        timeout=CHILD_SECONDS, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr)
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return measured


# -- in the child ----------------------------------------------------------------------------------------


async def desk(mode: str, url: str, posts: int, alone: int, ledger: int, cipher: str) -> dict[str, Any]:
    """Takes posts in as fast as it can, or one by one."""
    bench = await Bench.open(url, cipher)
    if ledger:
        await bench.import_(ledger)
    if mode == "none":
        bench.store.wal.durable = _nothing  # type: ignore[union-attr, method-assign]
    running = asyncio.create_task(bench.inbox.run())
    await bench.take(list(traffic.updates(WARM)))
    wal = bench.store.wal
    before = (wal.commits, wal.flushes) if wal is not None else (0, 0)
    started, cpu = time.perf_counter(), time.process_time()
    await bench.take(list(traffic.updates(posts, first=WARM + 1)))
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    times = []
    for update in traffic.updates(alone, first=WARM + posts + 1):
        begun = time.perf_counter()
        await bench.take([update])
        times.append((time.perf_counter() - begun) * 1000)
    after = (wal.commits, wal.flushes) if wal is not None else (0, 0)
    await bench.inbox.stop(5)
    await running
    await bench.close(WARM + posts + alone)
    return {
        "rate": posts / seconds,
        "cpu": 1000 * cpu / max(1, posts),
        "commits": after[0] - before[0],
        "flushes": after[1] - before[1],
        "p50": statistics.median(times) if times else 0.0,
        "p99": percentile(times, 0.99) if times else 0.0,
    }


async def _nothing() -> None:
    """Instead of waiting for the disk."""


class Bench:
    """The parts of a process that take posts in."""

    def __init__(self, url: str, cipher: str = "aes") -> None:
        import secrets

        from aiogram import Bot

        from bot.channels.registry import Channels
        from bot.inbox.inbox import Inbox
        from bot.runtime.ops import Ops
        from bot.telegram import channel
        from bot.telegram.governor import Governor
        from handlers.router import handle
        from matching.compare.engine import Engine
        from storage.database.ciphers import Cipher
        from storage.database.engine import Store
        from storage.database.seal import Sealer
        from web.meters import Meters

        self.settings = traffic.settings(url)
        self.store = Store.open(url, sealer=Sealer(secrets.token_bytes(32), Cipher(cipher)))
        self.policy = policy_of(self.settings, "bench_bot")
        self.engine = Engine(self.policy.types)
        self.meters = Meters()
        self.handled = asyncio.Event()
        entry = channel.entry(Bot("1:x"), pace=Governor())
        channels = Channels(entry, store=self.store, clock=self.clock)
        self.inbox = Inbox(
            channels=channels, handle=handle, store=self.store, make_work=self.work, clock=self.clock,
            ops=Ops(chat_id=None, make_work=self.work), meters=self.meters, holder="bench",
        )  # fmt: skip

    @classmethod
    async def open(cls, url: str, cipher: str = "aes") -> Bench:
        from matching.compare.warm import warm
        from storage.tables import schema

        made = cls(url, cipher)
        await schema.upgrade(made.store)
        await made.furnish()
        warm()
        gc.collect()
        gc.freeze()  # as the real process does: what is imported stays
        return made

    async def furnish(self) -> None:
        """Units, groups and somebody in each unit who handles requests, into tables that are there."""
        from storage.tables.models import Membership
        from workflow.kernel.tx import Sender
        from workflow.organisation import people, setup, units

        await setup.sync(self.work(), units_of(self.settings), chats_of(self.settings))
        async with self.work().write() as tx:
            for unit in await units.current(tx):
                who = Sender(channel="telegram", native_id=str(9_900_000 + unit.id), name=unit.code)
                person = await people.see_person(tx, who)
                tx.session.add(Membership(person_id=person.id, unit_id=unit.id, role="handler", since=tx.now))

    @staticmethod
    def clock() -> datetime:
        return datetime.now(UTC)

    def work(self, update_id: int | None = None) -> Any:
        from workflow.organisation.work import Work

        return Work(
            store=self.store, policy=self.policy, engine=self.engine, clock=self.clock, update_id=update_id,
            wake=self.handled.set,
        )  # fmt: skip

    async def import_(self, size: int) -> None:
        """Earlier requests, as ``crossbeat import`` takes them in."""
        from bot.commands import ledger_pool
        from storage.ledger.reading import LedgerRow
        from tests.benchmarks.volume import Volume
        from workflow.ledger import taking as ledger_taking

        items = (LedgerRow(line=number, row=row) for number, row in enumerate(Volume(seed=7).rows(size), 1))
        async for batch in ledger_pool.prepared(items, await ledger_taking.preparer(self.work()), helpers=1):
            async with self.work().write() as tx:
                await ledger_taking.write(tx, batch.good, batch.row)

    async def close(self, registered: int) -> None:
        """Every post must have become a request with a number, or nothing was measured."""
        from sqlalchemy import func, select

        from storage.tables.models import Request

        async with self.store.read() as session:
            numbers = await session.scalar(select(func.count(Request.number)))
        await self.store.close()
        if numbers != registered:
            raise RuntimeError(f"{numbers} requests of {registered} posts")

    async def take(self, updates: Sequence[dict[str, Any]]) -> None:
        """Returns when all are registered. Stored as the poller stores them."""
        wanted = self.meters.handled + len(updates)
        for start in range(0, len(updates), BATCH):
            await self.inbox.keep(updates[start : start + BATCH])
        while self.meters.handled < wanted:
            self.handled.clear()
            async with asyncio.timeout(60):
                await self.handled.wait()
            await asyncio.sleep(0)


async def echo(posts: int) -> dict[str, Any]:
    """A bot as the tutorial has it: parses, answers, forgets. Telegram's answer is there at once."""
    from aiogram import Bot, Dispatcher
    from aiogram.client.session.base import BaseSession
    from aiogram.types import Chat, Message

    class Instant(BaseSession):
        async def close(self) -> None: ...

        async def make_request(self, bot: Any, method: Any, timeout: Any = None) -> Any:
            chat = Chat(id=method.chat_id, type="supergroup")
            return Message(message_id=1, date=datetime.now(UTC), chat=chat, text=method.text).as_(bot)

        def stream_content(self, *_: Any, **__: Any) -> Any:
            raise NotImplementedError

    dispatcher, bot = Dispatcher(), Bot("1:x", session=Instant())

    @dispatcher.message()
    async def answer(message: Message) -> None:
        await message.answer(message.text or "")

    for update in traffic.updates(WARM):
        await dispatcher.feed_raw_update(bot, update)
    started, cpu = time.perf_counter(), time.process_time()
    for update in traffic.updates(posts, first=WARM + 1):
        await dispatcher.feed_raw_update(bot, update)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    return {"rate": posts / seconds, "cpu": 1000 * cpu / max(1, posts)}


def _main(mode: str, url: str, *rest: str) -> None:
    import structlog

    from storage.database import wal

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))
    if mode == "full":  # before the engine reads it
        wal.GROUP_COMMIT = False
    posts, alone, ledger = map(int, rest[:3])
    run: Callable[[], Any] = (
        (lambda: echo(posts)) if mode == "echo" else lambda: desk(mode, url, posts, alone, ledger, rest[3])
    )
    sys.stdout.write(json.dumps(asyncio.run(run())) + "\n")


if __name__ == "__main__":
    _main(*sys.argv[1:])
