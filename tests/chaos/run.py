"""One run: people go on writing while the bot is killed again and again, and Telegram misbehaves."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from sandbox.world.updates import UpdateQueue
from storage.database.engine import Store
from storage.database.failpoints import VARIABLE
from storage.database.seal import Sealer, load_key
from storage.tables.models import InboxUpdate, OutboxLine
from tests.chaos.audit import audit
from tests.chaos.calls import Calls
from tests.chaos.crowd import Crowd
from tests.chaos.figures import RANDOM, Figures
from tests.e2e.desk import Desk, Running
from tests.e2e.process import Process, said

POINTS = (
    "poller.received", "inbox.storing", "poller.kept", "inbox.claimed", "work.begun", "work.decided",
    "work.committed", "inbox.handled", "outbox.claimed", "outbox.rendered", "outbox.sent", "outbox.marking",
    "outbox.marked", "reminders.claimed", "reminders.decided", "reminders.committed", "digests.built",
    "digests.queued",
)  # fmt: skip
BY_THE_CLOCK = {"reminders.": (7, 13, 25), "digests.": (25,)}
"""Points that come when the clock is moved by so many hours."""
FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "drop_before"}, {"kind": "drop_after"}, {"kind": "lost_after", "code": 502},
    {"kind": "garbage", "code": 502}, {"code": 500}, {"code": 429, "retry_after": 1}, {"kind": "slow", "seconds": 0.4},
)  # fmt: skip
START_SECONDS = 30.0
PATIENCE_SECONDS = 2.5
"""After it polls and sends; a point that has not come by then does not come."""
RANDOM_SECONDS = (0.3, 3.0)
STILL_SECONDS = 60.0
"""Without anything that changes; then what waits will wait for ever."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How much is to happen. It ends with whichever comes first; what is left is done after that."""

    crashes: int = 120
    seconds: float = 240.0
    seed: int = 1
    faults: bool = True
    forked: bool = True
    """Each life from a process that has imported everything: more crashes in the same time."""


async def run(folder: Path, plan: Plan, *, url: str | None = None) -> Figures:
    """Lets it happen and looks at what is left. ``url``: of an empty database; SQLite in ``folder`` else."""
    started = time.monotonic()
    storage = {"storage": {"url": url}} if url else {}
    # The clock is moved by months, but nobody sends in an hour what a desk sends in months: as often as each
    # day, reminders would fill the queue, and nobody would see a card to act on.
    reminders = {"tick": "1s", "quiet_hours": "", "repeat_every": "20d"}
    running = Running(folder, forked=plan.forked, reminders=reminders, **storage)
    figures, dice = Figures(), random.Random(plan.seed)
    try:
        async with Desk(running) as desk:
            await desk.start()
            await desk.furnish()
            assert await desk.stop() == 0
            crowd, calls = Crowd(desk, dice), Calls(running.sandbox.api)
            await _rounds(desk, crowd, calls, plan, dice, figures, until=time.monotonic() + plan.seconds)
            await _come_to_rest(desk, crowd, figures)
            store = _books(running, url)
            try:
                await _drained(store, desk, calls, figures)
                assert await desk.stop() == 0
                calls.collect()
                await audit(store, desk, crowd, calls, figures)
            finally:
                await store.close()
            figures.faults.update(calls.faults)
            figures.record = await asyncio.to_thread(_verified, running)
    finally:
        await asyncio.to_thread(_end, running)
    figures.seconds = time.monotonic() - started
    return figures


async def _rounds(
    desk: Desk,
    crowd: Crowd,
    calls: Calls,
    plan: Plan,
    dice: random.Random,
    figures: Figures,
    *,
    until: float,
) -> None:
    points = _points(dice)
    queue = desk.running.sandbox.world.updates
    since = queue.next_id  # updates from here on are younger than the last move of the clock
    while sum(figures.crashes.values()) < plan.crashes and time.monotonic() < until:
        point = next(points)
        process = await asyncio.to_thread(desk.running.launch, **({VARIABLE: point} if point else {}))
        for name, hours in BY_THE_CLOCK.items():
            if point.startswith(name):
                queue.forget_redelivery()
                await desk.advance(hours=dice.choice(hours))
                since = queue.next_id
        if plan.faults and dice.random() < 0.5:
            await desk.fault("send*" if dice.random() < 0.6 else "*", **dice.choice(FAULTS))
        if plan.faults and dice.random() < 0.2 and (recent := _confirmed(queue, since)):
            await desk.redeliver(min(dice.randint(1, 4), recent))
        await _until_dead(process, crowd, dice, by_point=bool(point))
        figures.crashes[_died_at(process)] += 1
        calls.collect()


def _confirmed(queue: UpdateQueue, since: int) -> int:
    """How many updates from that id on the bot has confirmed: the last ones, which may come once more.

    Older ones do not: Telegram keeps no update longer than 24 hours (https://core.telegram.org/bots/api#getting-updates),
    and the bot remembers them for two days.
    """
    waiting = {update["update_id"] for update in list(queue.pending)}
    return sum(
        update["update_id"] >= since and update["update_id"] not in waiting for update in list(queue.history)
    )


def _points(dice: random.Random) -> Iterator[str]:
    """All points in an order of chance, then one of any name, then a moment that no point chooses; again."""
    while True:
        for name in dice.sample(POINTS, len(POINTS)):
            by_the_clock = name.startswith(tuple(BY_THE_CLOCK))  # comes once for each move of it
            yield name if by_the_clock else f"{name}:{dice.randint(1, 2)}"
        yield f"*:{dice.randint(1, 60)}"
        yield ""


async def _until_dead(process: Process, crowd: Crowd, dice: random.Random, *, by_point: bool) -> None:
    """People write while it lives; it is killed when its point does not come."""
    end = time.monotonic() + (START_SECONDS if by_point else dice.uniform(*RANDOM_SECONDS))
    ready = False
    posts, acts = dice.randint(1, 3), dice.randint(2, 8)
    dead = asyncio.create_task(asyncio.to_thread(process.exited, START_SECONDS + PATIENCE_SECONDS + 10))
    while not dead.done() and time.monotonic() < end:
        if by_point and not ready and _leads(process):
            ready, end = True, time.monotonic() + PATIENCE_SECONDS
        if posts:
            posts -= 1
            await crowd.post()
        elif acts:
            acts -= 1
            await crowd.act()
        await asyncio.wait({dead}, timeout=0.1)
    if not dead.done():
        await asyncio.to_thread(process.kill)
    await dead
    await asyncio.to_thread(process.wait)


def _leads(process: Process) -> bool:
    """Whether it polls and sends; on PostgreSQL the lease of the one that was killed has to end before."""
    return any('"polling"' in line for line in process.lines)


def _died_at(process: Process) -> str:
    point = next((line for line in process.lines if line.startswith("failpoint ")), None)
    return point.removeprefix("failpoint ") if point else RANDOM


async def _come_to_rest(desk: Desk, crowd: Crowd, figures: Figures) -> None:
    """Good behaviour from here on; one more start must be enough."""
    figures.acts = len(desk.running.sandbox.world.updates.history) - len(crowd.posted)
    await desk.clear_faults()
    await desk.post("updates", release=True)
    await desk.start()


async def _drained(store: Store, desk: Desk, calls: Calls, figures: Figures) -> None:
    """Waits until nothing waits any more, or nothing moves any more: however slow the machine is."""
    seen, before = (await desk.get("seq"))["seq"], (-1, -1, -1)
    still_since = time.monotonic()
    while time.monotonic() - still_since < STILL_SECONDS:
        calls.collect()
        left = len((await desk.get("updates"))["pending"]), *await _waiting(store)
        if left == (0, 0, 0):
            return
        if left != before:
            before, still_since = left, time.monotonic()
        seen = (await desk.get("wait", after=seen, seconds=1))["seq"]
    figures.notes += [f"nothing moves: {line}" for line in desk.running.process.lines[-20:]]


async def _waiting(store: Store) -> tuple[int, int]:
    """How many updates wait for handling, how many messages for sending."""
    async with store.read() as session:
        updates = await session.scalar(select(func.count()).where(InboxUpdate.state == "new"))
        queued = select(func.count()).where(OutboxLine.state.in_(("queued", "sending")))
        return updates or 0, await session.scalar(queued) or 0


def _books(running: Running, url: str | None) -> Store:
    sealer = Sealer(load_key(running.folder / "crossbeat.key", env=None, create=False))
    return Store.open(url or f"sqlite+aiosqlite:///{running.folder / 'desk.db'}", sealer=sealer)


def _verified(running: Running) -> str:
    return said("verify", "--config", str(running.config), cwd=running.folder).data.splitlines()[-1]


def _end(running: Running) -> None:
    """Ends what runs, without the checks of a single test: here things are meant to go wrong."""
    if running.processes and running.process.code is None:
        running.process.kill()
    running.end_sandbox()
