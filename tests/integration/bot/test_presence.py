"""A process that says that it lives, and one that frees what dead ones had claimed."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.runtime import presence
from bot.runtime.presence import Presence
from storage.database.engine import Store
from storage.queries import inbox, replicas
from storage.tables.models import InboxUpdate
from tests.patience import ENOUGH

pytestmark = pytest.mark.engines

LONG = timedelta(minutes=10)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "RENEW_SECONDS", 0.02)


async def _claimed(store: Store, holder: str, now: datetime) -> None:
    async with store.write() as session:
        await inbox.store_updates(session, [(1, 5, b"x")], now)
        await inbox.claim(session, holder=holder, now=now, limit=1, lease=LONG)


async def _holder(store: Store) -> str | None:
    async with store.read() as session:
        return await session.scalar(select(InboxUpdate.claimed_by))


async def _freed(store: Store) -> None:
    while await _holder(store) is not None:
        pass


async def test_a_start_alone_frees_what_the_last_process_left(store: Store, now: datetime) -> None:
    await _claimed(store, "killed", now)
    ours = Presence(store=store, holder="ours", clock=lambda: now)
    await ours.enter()
    assert await _holder(store) == (None if store.dialect == "sqlite" else "killed")


async def test_the_leader_frees_what_the_dead_left_and_nothing_of_the_living(
    store: Store, second_store: Store, now: datetime
) -> None:
    other = Presence(store=second_store, holder="other", clock=lambda: now, now=lambda: now)
    ours = Presence(store=store, holder="ours", clock=lambda: now, now=lambda: now)
    await other.enter()
    await ours.enter()
    await _claimed(store, "other", now)
    leading = asyncio.create_task(ours.run(leads=lambda: True))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(_freed(store), 0.3)
    await other.leave()
    await asyncio.wait_for(_freed(store), ENOUGH)
    await ours.leave()
    await leading


async def test_who_has_left_is_not_heard_of_again(store: Store, now: datetime) -> None:
    """A sign of life after the end would keep whoever waits for it (restore, rekey) waiting."""
    ours = Presence(store=store, holder="ours", clock=lambda: now, now=lambda: now)
    await ours.enter()
    running = asyncio.create_task(ours.run(leads=lambda: False))
    await asyncio.sleep(0)  # it waits for its next renewal
    await ours.leave()
    await running
    async with store.read() as session:
        assert await replicas.present(session, now) == set()
