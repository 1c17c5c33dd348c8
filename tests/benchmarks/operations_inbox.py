"""What a look at ``/inbox`` costs: a page found, filtered, counted, worded as values, in a desk of many requests."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.settings.policy import chats_of, policy_of, units_of
from matching.compare.engine import Engine
from storage.database.engine import Store
from storage.database.seal import Sealer
from storage.tables import schema
from storage.tables.involved import Involved
from storage.tables.models import Membership, Request, Unit
from tests.benchmarks import traffic
from tests.benchmarks.table import Row
from tests.integration import postgresql
from workflow.kernel.body import Body
from workflow.kernel.tx import Sender
from workflow.lookup import window
from workflow.organisation import people, setup
from workflow.organisation.work import Work

SIZES = {"small": 10_000, "full": 100_000}
TIMES = 30
CHUNK = 20_000
NOW = datetime(2026, 12, 1, 2, 15, tzinfo=UTC)
READER = Sender(channel="telegram", native_id="700001", name="联络员", chat_id=700_001)
TYPES, HASTE = (
    ("household", "vehicle", "phone", "residence"),
    ("normal", "normal", "normal", "urgent", "flash"),
)
#: A third is open; the first unit is asked every tenth of them, asks as many, and has passed on
#: every fiftieth.
OPEN, BUSY, PASSED = 3, 10, 50
LOOKS = {"": "a page", "户籍 加急": "narrowed down by type and urgency", "外发": "sent", "已转": "passed on"}


def rows(scale: str = "small") -> list[Row]:
    """All rows of this table."""
    size, found = SIZES[scale], []
    with tempfile.TemporaryDirectory() as folder:
        found += asyncio.run(_measure("SQLite", f"sqlite:///{folder}/desk.db", size))
    if postgresql.INSTALLED:
        with postgresql.server(durable=True) as databases:
            url = databases.new()
            found += asyncio.run(_measure("PostgreSQL", url, size))
            databases.drop(url)
    return found


async def _measure(name: str, url: str, size: int) -> list[Row]:
    settings = traffic.settings(url)
    store = Store.open(url, sealer=Sealer(bytes(32)))
    policy = policy_of(settings)
    engine = Engine(policy.types)

    def work() -> Work:
        return Work(store=store, policy=policy, engine=engine, clock=lambda: NOW, sender=READER)

    try:
        if store.dialect == "sqlite":
            await schema.upgrade(store)
        await setup.sync(
            Work(store=store, policy=policy, engine=engine, clock=lambda: NOW),
            units_of(settings),
            chats_of(settings),
        )
        await _fill(store, work(), size)
        return [
            Row(
                name=f"/inbox, {what}, {size:,} requests, {name}",
                value=await _median(lambda words=words: window.inbox(work(), words)),
                unit="ms",
                target="≤ 30",
            )
            for words, what in LOOKS.items()
        ]
    finally:
        await store.close()


async def _fill(store: Store, work: Work, size: int) -> None:
    async with store.write() as session:
        units = list((await session.scalars(select(Unit.id).order_by(Unit.id))).all())
    for start in range(0, size, CHUNK):
        async with store.write() as session:
            made = [_request(n, units, store.sealer) for n in range(start, min(size, start + CHUNK))]
            await session.execute(insert(Request.__table__), made)  # type: ignore[arg-type]
    async with store.write() as session:
        await _involve(session, units[0])
    async with work.write() as tx:
        reader = await people.see_person(tx, READER)
        tx.session.add(Membership(person_id=reader.id, unit_id=units[0], role="liaison", since=NOW))
    async with store.engine.begin() as connection:
        await connection.execute(text("ANALYZE"))


def _request(number: int, units: list[int], sealer: Sealer) -> dict[str, Any]:
    asked, asks = (
        units[number % 7 % 3 and 1 + number % (len(units) - 1)],
        units[1 + number % (len(units) - 1)],
    )
    busy = number % BUSY
    asks, asked = (units[0], units[2]) if busy == 1 else (asks, units[0] if busy == 0 else units[1])
    return {
        "number": f"KS26-{number:07d}", "type": TYPES[number % 4 if number % 5 else 0],
        "state": "open" if number // BUSY % OPEN == 0 else "closed", "urgency": HASTE[number // BUSY % 5],
        "from_unit_id": asks, "to_unit_id": asked, "asked_at": NOW,
        "due_at": NOW + timedelta(minutes=(number * 7919) % 20_000 - 2_000), "due_fixed": False,
        "sealed": Body().seal(sealer), "event_seq": 0, "event_head": b"",
    }  # fmt: skip


async def _involve(session: AsyncSession, first: int) -> None:
    for role, unit in (("asker", Request.from_unit_id), ("asked", Request.to_unit_id)):
        rows = select(Request.id, unit, text(f"'{role}'"), Request.asked_at)
        await session.execute(
            insert(Involved.__table__).from_select(["request_id", "unit_id", "role", "since"], rows)  # type: ignore[arg-type]
        )
    passed = select(Request.id, text(str(first)), text("'forwarded'"), Request.asked_at)
    await session.execute(
        insert(Involved.__table__).from_select(  # type: ignore[arg-type]
            ["request_id", "unit_id", "role", "since"], passed.where(Request.id % PASSED == 5)
        )
    )


async def _median(run: Callable[[], Awaitable[object]]) -> float:
    await run()
    taken = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        await run()
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)
