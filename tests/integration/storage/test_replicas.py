"""Which processes live, and what becomes of the claims of those that do not."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from storage.database.engine import Store
from storage.queries import inbox, outbox, replicas
from storage.tables.models import Desk

TTL = timedelta(seconds=6)
LEASE = timedelta(seconds=90)


async def _claim_all(store: Store, holder: str, now: datetime) -> tuple[int, int]:
    async with store.write() as session:
        updates = await inbox.claim(session, holder=holder, now=now, limit=10, lease=LEASE)
        lines = await outbox.claim(session, holder=holder, now=now, limit=10, lease=LEASE)
    return len(updates), len(lines)


async def _fill(store: Store, now: datetime) -> None:
    async with store.write() as session:
        await inbox.store_updates(session, [(1, 5, b"x"), (2, 6, b"x")], now)
        await outbox.add(session, kind="say", chat_id=5, created_at=now, sealed=b"x")


async def test_who_says_so_lives_until_its_time_is_over(store: Store, now: datetime) -> None:
    async with store.write() as session:
        await replicas.enter(session, "a", now=now, ttl=TTL)
        await replicas.enter(session, "b", now=now, ttl=TTL)
        await replicas.enter(session, "b", now=now + TTL, ttl=TTL)
    async with store.write() as session:
        assert await replicas.living(session, now) == {"a", "b"}
        assert await replicas.living(session, now + TTL + timedelta(seconds=1)) == {"b"}
        await replicas.leave(session, "b")
        assert await replicas.living(session, now) == set(), "who left is forgotten, and so is who died"
        assert (await session.scalars(select(Desk.key).where(Desk.key.like("at:%")))).all() == []


async def test_what_a_dead_process_claimed_is_there_for_others_at_once(store: Store, now: datetime) -> None:
    await _fill(store, now)
    assert await _claim_all(store, "dead", now) == (2, 1)
    assert await _claim_all(store, "b", now) == (0, 0)
    async with store.write() as session:
        assert await replicas.free_claims(session, but={"b"}, now=now) == 3
    assert await _claim_all(store, "b", now) == (2, 1)


async def test_what_a_living_process_claimed_stays_with_it(store: Store, now: datetime) -> None:
    await _fill(store, now)
    assert await _claim_all(store, "a", now) == (2, 1)
    async with store.write() as session:
        assert await replicas.free_claims(session, but={"a", "b"}, now=now) == 0
    assert await _claim_all(store, "b", now) == (0, 0)
