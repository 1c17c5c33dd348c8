"""Values that processes share, and the lease by which one of them leads."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.runtime import lease
from bot.runtime.lease import LEASE, Lease
from storage.database.engine import Store
from storage.queries import desk
from tests.patience import ENOUGH

pytestmark = pytest.mark.engines


class Time:
    def __init__(self) -> None:
        self.now = datetime(2026, 12, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Process:
    def __init__(self, store: Store, holder: str, time: Time) -> None:
        self.lease = Lease(store=store, name="leader", holder=holder, now=time)
        self.taken, self.lost = asyncio.Event(), asyncio.Event()
        self.task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self.task = asyncio.create_task(self.lease.run(taken=self.taken.set, lost=self.lost.set))

    async def die(self) -> None:
        """Without giving the lease back."""
        assert self.task is not None
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "RENEW_SECONDS", 0.02)


async def test_a_value_is_kept_and_replaced(store: Store) -> None:
    async with store.write() as session:
        assert await desk.value(session, "x") is None
        await desk.put(session, "x", "1")
        await desk.put(session, "x", "2")
    async with store.read() as session:
        assert await desk.value(session, "x") == "2"


async def test_one_of_two_leads_and_the_other_follows_when_it_stops(
    store: Store, second_store: Store
) -> None:
    time = Time()
    first, second = Process(store, "a", time), Process(second_store, "b", time)
    first.start()
    await asyncio.wait_for(first.taken.wait(), ENOUGH)
    second.start()
    await first.lease.stop()
    await asyncio.wait_for(second.taken.wait(), ENOUGH)
    assert second.lease.held
    assert not first.lease.held
    await second.lease.stop()


async def test_a_dead_leader_is_followed_when_its_lease_is_over_not_before(
    store: Store, second_store: Store
) -> None:
    time = Time()
    first, second = Process(store, "a", time), Process(second_store, "b", time)
    first.start()
    await asyncio.wait_for(first.taken.wait(), ENOUGH)
    await first.die()
    time.now += LEASE - timedelta(seconds=1)
    second.start()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(second.taken.wait(), 0.2)
    time.now += timedelta(seconds=2)
    await asyncio.wait_for(second.taken.wait(), ENOUGH)
    await second.lease.stop()


async def test_a_leader_that_cannot_renew_stops_leading_before_another_may_begin(store: Store) -> None:
    time = Time()
    process = Process(store, "a", time)
    process.start()
    await asyncio.wait_for(process.taken.wait(), ENOUGH)
    await process.die()
    time.now += LEASE * 0.7
    assert not process.lease.held
    assert time.now < datetime(2026, 12, 1, tzinfo=UTC) + LEASE


async def test_two_that_begin_at_once_do_not_both_lead(store: Store, second_store: Store) -> None:
    time = Time()
    both = [Process(store, "a", time), Process(second_store, "b", time)]
    for process in both:
        process.start()
    await asyncio.wait(
        [asyncio.create_task(process.taken.wait()) for process in both],
        return_when=asyncio.FIRST_COMPLETED, timeout=ENOUGH,
    )  # fmt: skip
    assert [process.lease.held for process in both].count(True) == 1
    for process in both:
        await process.lease.stop()
        await process.die()


async def test_a_database_that_hangs_costs_the_lead_and_ends_no_process(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = Time()
    process = Process(store, "a", time)
    process.start()
    await asyncio.wait_for(process.taken.wait(), ENOUGH)
    monkeypatch.setattr(lease, "LEASE", timedelta(seconds=0.03))
    monkeypatch.setattr(process.lease, "_take", asyncio.Event().wait)
    time.now += LEASE
    await asyncio.wait_for(process.lost.wait(), ENOUGH)
    assert process.task is not None
    assert not process.task.done()
    await process.die()
