"""Two replicas that open a desk, or count in it, at the same moment come to one result."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.engine import Store
from storage.queries import desk
from tests.integration.workflow.scene import FORM, Scene
from workflow.keeping import covering, veiling
from workflow.organisation.work import Work
from workflow.record.record import record
from workflow.record.signed import COUNTED, COVERED
from workflow.scheduled import counting

OFFICER = 11
MINUTES = timedelta(minutes=1)
A_WHILE = 0.3  # seconds, in which the other would come in between


@pytest.fixture
async def other(scene: Scene) -> AsyncIterator[Store]:
    if scene.store.dialect != "postgresql":
        pytest.skip("SQLite has one writer")
    store = Store.open(scene.store.url.render_as_string(hide_password=False), sealer=scene.store.sealer)
    yield store
    await store.close()


def at(work: Work, minutes: float) -> Work:
    now = work.clock() + minutes * MINUTES
    return replace(work, clock=lambda: now)


def slowed(monkeypatch: pytest.MonkeyPatch, key: str, only: Store | None = None) -> None:
    """Whoever reads this value to write it takes a while to go on."""
    read = desk.value

    async def value(session: AsyncSession, name: str) -> str | None:
        found = await read(session, name)
        if name == key and (only is None or session.get_bind() is only.engine.sync_engine):
            await asyncio.sleep(A_WHILE)
        return found

    monkeypatch.setattr(desk, "value", value)


@pytest.mark.engines
async def test_a_desk_gets_one_veil(scene: Scene, other: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    async with (
        scene.store.write() as session
    ):  # a desk of nobody yet, in which no row makes one wait for the other
        for table in ("memberships", "accounts", "counters", "chat_units", "chat_topics", "people", "chats"):
            await session.execute(text(f"DELETE FROM {table}"))
    renumber = veiling.renumber_in

    async def slow(*arguments: Any) -> Any:
        made = await renumber(*arguments)
        await asyncio.sleep(A_WHILE)
        return made

    monkeypatch.setattr(veiling, "renumber_in", slow)
    one, two = await asyncio.gather(
        veiling.settle(scene.work()), veiling.settle(replace(scene.work(), store=other))
    )
    assert one.ours(7) == two.ours(7) == (await veiling.veil_of(scene.work())).ours(7)


@pytest.mark.engines
async def test_an_older_count_is_not_written_over_a_newer_one(
    scene: Scene, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await scene.says(OFFICER, FORM)
    here, there = scene.work(), replace(scene.work(), store=other)
    first, second = counting.Counting(), counting.Counting()
    assert await first.run(at(here, 2)) is None and await second.run(at(there, 2)) is None
    for minutes in (5.0, 5.04):
        async with at(here, minutes).write() as tx:
            await record(tx, None, "member")
    slowed(monkeypatch, COUNTED, only=other)
    late = counting.SETTLED / MINUTES  # by its clock the other does not count the second event yet
    said = await asyncio.gather(first.run(at(here, 5.06 + late)), second.run(at(there, 5.02 + late)))
    assert said == [None, None]
    assert await first.run(at(here, 5.08 + late)) is None, "nothing was set back"


@pytest.mark.engines
async def test_a_desk_is_covered_once(scene: Scene, other: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    await scene.says(OFFICER, FORM)
    async with scene.store.write() as session:
        await session.execute(text("DELETE FROM desk WHERE key IN ('record_covers', 'record_groups')"))
        for table in ("people", "requests", "accounts", "counters"):
            await session.execute(text(f"UPDATE {table} SET mac = NULL"))
    slowed(monkeypatch, COVERED)
    done = await asyncio.gather(
        covering.cover(scene.work()), covering.cover(replace(scene.work(), store=other))
    )
    assert 0 in done and max(done) > 0
