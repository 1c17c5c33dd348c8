from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from storage.database.engine import Store
from storage.queries import leases
from storage.tables.models import Desk

TTL = timedelta(seconds=15)
SECOND = timedelta(seconds=1)


async def take(store: Store, holder: str, now: datetime, name: str = "poller") -> bool:
    async with store.write() as session:
        return await leases.acquire(session, name, holder, now, TTL)


async def test_one_holder_has_the_lease_until_it_ends(store: Store, now: datetime) -> None:
    assert await take(store, "a", now)
    assert not await take(store, "b", now)
    assert not await take(store, "b", now + TTL)
    assert await take(store, "b", now + TTL + SECOND)
    assert not await take(store, "a", now + TTL + SECOND)


async def test_its_holder_renews_it(store: Store, now: datetime) -> None:
    assert await take(store, "a", now)
    assert await take(store, "a", now + SECOND)
    assert not await take(store, "b", now + TTL + SECOND)


async def test_leases_of_two_names_do_not_touch(store: Store, now: datetime) -> None:
    assert await take(store, "a", now)
    assert await take(store, "b", now, "digests")
    async with store.read() as session:
        assert await leases.held(session, now) == {"poller": "a", "digests": "b"}
        assert await leases.held(session, now + TTL + SECOND) == {}


async def test_a_released_lease_is_free_at_once(store: Store, now: datetime) -> None:
    assert await take(store, "a", now)
    async with store.write() as session:
        assert not await leases.release(session, "poller", "b")
        assert await leases.release(session, "poller", "a")
        assert not await leases.release(session, "poller", "a")
    assert await take(store, "b", now)


async def test_a_lease_is_apart_from_a_value_of_the_same_name(store: Store, now: datetime) -> None:
    async with store.write() as session:
        session.add(Desk(key="poller", value="17"))
    assert await take(store, "a", now)
    async with store.read() as session:
        row = await session.get(Desk, "poller")
    assert row is not None
    assert (row.value, row.holder) == ("17", None)


async def test_of_many_at_once_exactly_one_gets_it(store: Store, second_store: Store, now: datetime) -> None:
    got = await asyncio.gather(*(take([store, second_store][n % 2], str(n), now) for n in range(12)))
    assert sum(got) == 1
