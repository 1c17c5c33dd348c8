from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import bindparam, text

from storage.database.engine import Store
from storage.queries import inbox

LEASE = timedelta(seconds=60)


async def keep(store: Store, now: datetime, *updates: tuple[int, int]) -> int:
    async with store.write() as session:
        return await inbox.store_updates(session, [(number, lane, b"x") for number, lane in updates], now)


async def take(store: Store, now: datetime, *, holder: str = "a", limit: int = 10) -> list[int]:
    async with store.write() as session:
        rows = await inbox.claim(session, holder=holder, now=now, limit=limit, lease=LEASE)
        return [row.update_id for row in rows]


async def finish(store: Store, now: datetime, update_id: int) -> bool:
    async with store.write() as session:
        return await inbox.done(session, update_id, now=now)


async def test_a_known_update_is_a_no_op(store: Store, now: datetime) -> None:
    assert await keep(store, now, (1, 7), (2, 7)) == 2
    assert await keep(store, now, (2, 7), (3, 7)) == 1
    assert await keep(store, now) == 0
    async with store.read() as session:
        assert (await inbox.counts(session)).waiting == 3


async def test_a_finished_update_delivered_again_is_not_handled_again(store: Store, now: datetime) -> None:
    await keep(store, now, (1, 7))
    await take(store, now)
    await finish(store, now, 1)
    assert await keep(store, now, (1, 7)) == 0
    assert await take(store, now) == []


async def test_updates_are_handed_out_oldest_first_and_one_of_a_lane(store: Store, now: datetime) -> None:
    await keep(store, now, (5, 7), (3, 8), (4, 7), (1, 7), (2, 9))
    assert await take(store, now) == [1, 2, 3]
    assert await take(store, now) == []
    await finish(store, now, 1)
    assert await take(store, now) == [4]
    await finish(store, now, 4)
    assert await take(store, now) == [5]


async def test_updates_without_a_lane_do_not_wait_for_each_other(store: Store, now: datetime) -> None:
    await keep(store, now, (1, 0), (2, 0), (3, 0))
    assert await take(store, now, limit=2) == [1, 2]
    assert await take(store, now) == [3]


async def test_a_dead_holder_s_update_comes_back_after_its_lease(store: Store, now: datetime) -> None:
    await keep(store, now, (1, 7))
    assert await take(store, now, holder="dead") == [1]
    assert await take(store, now + LEASE, holder="b") == []
    assert await take(store, now + LEASE + timedelta(seconds=1), holder="b") == [1]


async def test_a_proper_stop_gives_back_at_once(store: Store, now: datetime) -> None:
    await keep(store, now, (1, 7), (2, 8))
    await take(store, now, holder="a", limit=1)
    await take(store, now, holder="b", limit=1)
    async with store.write() as session:
        assert await inbox.release(session, holder="a") == 1
    assert await take(store, now, holder="c") == [1]


async def test_a_failed_update_waits_and_its_lane_with_it(store: Store, now: datetime) -> None:
    await keep(store, now, (1, 7), (2, 7), (3, 8))
    await take(store, now, limit=1)
    later = now + timedelta(seconds=5)
    async with store.write() as session:
        assert await inbox.failed_once(session, 1, not_before=later, incident="E1") == 1
    assert await take(store, now) == [3]
    assert await take(store, later) == [1]
    async with store.write() as session:
        assert await inbox.failed_once(session, 1, not_before=later, incident="E2") == 2


async def test_an_update_set_aside_frees_its_lane(store: Store, now: datetime) -> None:
    await keep(store, now, (1, 7), (2, 7))
    await take(store, now)
    async with store.write() as session:
        assert await inbox.set_aside(session, 1, now=now, incident="E1")
        assert not await inbox.set_aside(session, 1, now=now, incident="E1")
    assert await take(store, now) == [2]
    async with store.read() as session:
        found = await inbox.counts(session)
    assert (found.waiting, found.aside, found.oldest) == (1, 1, now)


async def test_a_finished_update_cannot_fail_or_finish_again(store: Store, now: datetime) -> None:
    await keep(store, now, (1, 7))
    assert await finish(store, now, 1)
    assert not await finish(store, now, 1)
    async with store.write() as session:
        assert await inbox.failed_once(session, 1, not_before=now, incident="E1") == 0


async def test_only_handled_and_old_updates_are_pruned(store: Store, now: datetime) -> None:
    await keep(store, now - timedelta(days=3), (1, 7), (2, 7), (3, 7))
    await keep(store, now, (4, 7))
    await finish(store, now, 1)
    await finish(store, now, 4)
    async with store.write() as session:
        await inbox.set_aside(session, 2, now=now, incident="E1")
        assert await inbox.prune(session, before=now - timedelta(days=2)) == 1
        assert await inbox.prune(session, before=now - timedelta(days=2)) == 0
    async with store.read() as session:
        found = await inbox.counts(session)
    assert (found.waiting, found.aside) == (1, 1)


async def test_many_holders_at_once_never_hold_the_same_update_or_lane(
    store: Store, second_store: Store, now: datetime
) -> None:
    lanes = {number: number % 7 + 1 for number in range(1, 101)}
    await keep(store, now, *lanes.items())
    held: list[int] = []
    order: list[int] = []

    async def work(desk: Store, holder: str) -> None:
        while len(order) < len(lanes):
            for number in await take(desk, now, holder=holder, limit=3):
                assert lanes[number] not in [lanes[other] for other in held]
                held.append(number)
                await asyncio.sleep(0)
                held.remove(number)
                order.append(number)
                assert await finish(desk, now, number)

    await asyncio.gather(*(work(desk, f"{n}") for n, desk in enumerate([store, second_store] * 2)))
    assert sorted(order) == sorted(lanes)
    for lane in set(lanes.values()):
        assert [n for n in order if lanes[n] == lane] == sorted(n for n in lanes if lanes[n] == lane)


async def test_claiming_never_reads_what_is_finished(store: Store, now: datetime) -> None:
    """With an index over all states SQLite read every finished row for each claim: 10 s of 20,000."""
    if store.dialect == "postgresql":
        pytest.skip("its plans depend on statistics")
    in_hand = bindparam("in_hand", [], expanding=True)
    plan = text(f"EXPLAIN QUERY PLAN {inbox._READY.text}").bindparams(in_hand)
    async with store.read() as session:
        rows = await session.execute(plan, {"now": "2026", "limit": 9})
        steps = [row[3] for row in rows if "inbox" in row[3]]
    assert any("ix_inbox_lane" in step for step in steps)
    assert [step for step in steps if step.startswith("SCAN") or "finished" in step] == []


async def test_what_is_in_hand_is_not_handed_out_again(store: Store, now: datetime) -> None:
    """However its lease stands: of no chat, and of none that would come in its place."""
    async with store.write() as session:
        await inbox.store_updates(session, [(1, 5, b"x"), (2, 5, b"x"), (3, 0, b"x"), (4, 0, b"x")], now)
        claim = {"holder": "a", "now": now, "limit": 9, "lease": LEASE}
        taken = await inbox.claim(session, **claim, in_hand=[1, 3])
    assert [row.update_id for row in taken] == [4]
