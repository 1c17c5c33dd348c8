"""What the clock costs while nothing is due, and what a look at the metrics costs, with many open requests."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Integer, insert, literal, select
from sqlalchemy import cast as sql_cast

from bot.settings.policy import chats_of, policy_of, units_of
from matching.compare.engine import Engine
from matching.dates.shifts import EVERY_DAY
from storage.database.engine import Store
from storage.database.seal import Sealer
from storage.tables import schema
from storage.tables.duty import DutyLeave, DutyNote, DutyRule, DutyTurn
from storage.tables.models import Person, Reminder, Request, Unit
from tests.benchmarks import traffic
from tests.benchmarks.table import Row
from tests.integration import postgresql
from web.metrics import depths
from workflow.organisation import setup
from workflow.organisation import units as known_units
from workflow.organisation.duty.present import on_duty
from workflow.organisation.work import Work
from workflow.scheduled import ticks

SIZES = {"small": (10_000,), "full": (100_000, 1_000_000)}
TIMES = 200
CHUNK = 20_000
SLOTS = 10_000  # of duty
#: Outside the digests' hour, and with a digest of today that was sent.
NOW = datetime(2026, 12, 1, 0, 15, tzinfo=UTC)


def rows(scale: str = "small") -> list[Row]:
    """All rows of this table."""
    found: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES[scale]:
            found += asyncio.run(_measure("SQLite", f"sqlite:///{folder}/{size}.db", size))
    if postgresql.INSTALLED:
        with postgresql.server(durable=True) as databases:
            for size in SIZES[scale]:
                with _new(databases) as url:
                    found += asyncio.run(_measure("PostgreSQL", url, size))
    return found


@contextmanager
def _new(databases: postgresql.Databases) -> Iterator[str]:
    url = databases.new()
    yield url
    databases.drop(url)


async def _measure(name: str, url: str, size: int) -> list[Row]:
    settings = traffic.settings(url)
    store = Store.open(url, sealer=Sealer(bytes(32)))
    policy = policy_of(settings)
    engine = Engine(policy.types)

    def work() -> Work:
        return Work(store=store, policy=policy, engine=engine, clock=lambda: NOW)

    try:
        if store.dialect == "sqlite":
            await schema.upgrade(store)
        await setup.sync(work(), units_of(settings), chats_of(settings))
        await _fill(store, size)
        await _fill_duty(store)
        await ticks.digests(work())  # those of today: from here on none is due
        what = f"{size:,} open requests, none due, {name}"
        return [
            Row(name=f"reminders' tick, {what}", value=await _median(lambda: ticks.reminders(work())), unit="ms",
                target="≤ 2"),
            Row(name=f"who is on duty, {SLOTS:,} slots of duty, {name}", value=await _median(lambda: _on_duty(work())),
                unit="ms"),
            Row(name=f"digests' tick, {what}", value=await _median(lambda: ticks.digests(work())), unit="ms"),
            Row(name=f"housekeeping, {what}", value=await _median(lambda: ticks.housekeeping(work())), unit="ms"),
            Row(name=f"/metrics, {what}", value=await _median(lambda: depths(store, NOW), times=10), unit="ms"),
        ]  # fmt: skip
    finally:
        await store.close()


async def _fill_duty(store: Store) -> None:
    """:data:`SLOTS` rules of duty of all units, a tenth of them of today, and as much leave; a note in each unit."""
    today = NOW.date()
    async with store.write() as session:
        units = (await session.scalars(select(Unit.id).order_by(Unit.id))).all()
        person = Person(sealed=b"", first_seen=NOW)
        session.add(person)
        await session.flush()
        held = [
            {"unit_id": units[n % len(units)], "days": EVERY_DAY, "begins": 0, "ends": 0, "turn": "",
             "since": today + timedelta(days=n % 10 * 30), "until": today + timedelta(days=n % 10 * 30),
             "empty": False, "origin": "command"}
            for n in range(SLOTS)
        ]  # fmt: skip
        await session.execute(insert(DutyRule), held)
        ids = (await session.scalars(select(DutyRule.id))).all()
        await session.execute(
            insert(DutyTurn), [{"rule_id": one, "place": 0, "person_id": person.id} for one in ids]
        )
        away = {"person_id": person.id, "first": today, "last": today}
        await session.execute(
            insert(DutyLeave), [away | {"unit_id": units[n % len(units)]} for n in range(SLOTS)]
        )
        noted = {"person_id": person.id, "at": NOW, "due_at": NOW + timedelta(days=1), "sealed": b""}
        await session.execute(insert(DutyNote), [noted | {"unit_id": unit} for unit in units])


async def _on_duty(work: Work) -> None:
    """As a card asks for it, of one unit."""
    async with work.read() as tx:
        unit = next(iter(await known_units.current(tx)))
        await on_duty(tx, unit.id)


async def _fill(store: Store, size: int) -> None:
    """Open requests that are due in a year, each with its reminders; sealed contents are left empty."""
    due = NOW + timedelta(days=365)
    async with store.read() as session:
        units = (await session.scalars(select(Unit.id).order_by(Unit.id))).all()
    for start in range(0, size, CHUNK):
        made: list[dict[str, Any]] = [
            {
                "number": f"KS26-{number:07d}", "type": "household", "state": "open", "urgency": "normal",
                "from_unit_id": units[number % len(units)], "to_unit_id": units[(number + 1) % len(units)],
                "asked_at": NOW, "due_at": due, "due_fixed": False, "sealed": b"", "event_seq": 0, "event_head": b"",
            }
            for number in range(start, min(size, start + CHUNK))
        ]  # fmt: skip
        async with store.write() as session:
            await session.execute(insert(Request.__table__), made)  # type: ignore[arg-type]
    async with store.write() as session:
        for stage, kind in enumerate(("accept", "before", "after", "escalate")):
            row = select(
                Request.id, literal(kind), sql_cast(literal(stage), Integer), literal(due, Reminder.due_at.type),
                literal("waiting"),
            )  # fmt: skip
            columns = ["request_id", "kind", "stage", "due_at", "state"]
            await session.execute(insert(Reminder.__table__).from_select(columns, row))  # type: ignore[arg-type]


async def _median(run: Callable[[], Awaitable[object]], *, times: int = TIMES) -> float:
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        await run()
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)
