"""What `/stats`, `/report` and the picture of a week cost on a desk with many answered requests, all of one year."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from bot.settings.policy import chats_of, policy_of, units_of
from matching.compare.engine import Engine
from storage.database.engine import Store
from storage.database.seal import Sealer
from storage.queries.scopes import Scope
from storage.tables import schema
from storage.tables.models import Answer, Event, Request, Unit
from tests.benchmarks import traffic
from tests.benchmarks.table import Row
from workflow.figures import periods, week
from workflow.figures.counting import tally
from workflow.figures.report import figures_of
from workflow.organisation import setup
from workflow.organisation.work import Work

SIZES = {"small": 10_000, "full": 100_000}
CHUNK = 10_000
NOW = datetime(2026, 12, 1, 0, 15, tzinfo=UTC)
BEGAN = datetime(2026, 1, 2, tzinfo=UTC)
DECLINED = 20  # every so many is declined


def rows(scale: str = "small") -> list[Row]:
    """All rows of this table."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measure(f"sqlite:///{folder}/desk.db", SIZES[scale]))


async def _measure(url: str, size: int) -> list[Row]:
    settings = traffic.settings(url)
    store = Store.open(url, sealer=Sealer(bytes(32)))
    policy = policy_of(settings)
    work = Work(store=store, policy=policy, engine=Engine(policy.types), clock=lambda: NOW)
    try:
        await schema.upgrade(store)
        await setup.sync(work, units_of(settings), chats_of(settings))
        await _fill(store, size)
        async with store.read() as session:
            first = (await session.scalars(select(Unit.id).order_by(Unit.id))).first()
        year, zone = periods.calendar("2026", policy.zone), policy.zone
        assert first is not None and year is not None
        scope = Scope.of(first)
        asked: dict[str, Callable[[Any], Awaitable[object]]] = {
            "/stats 7d": lambda tx: tally(tx, scope.received, NOW - timedelta(days=7), NOW, by_asked=True),
            "/stats 2026": lambda tx: tally(tx, scope.received, year.since, year.until, by_asked=True),
            "/report 2026": lambda tx: figures_of(tx, scope, year),
            "the picture's figures": lambda tx: week.build(tx, scope, "", own=first, until=NOW, zone=zone),
        }
        return [await _timed(work, name, call, size) for name, call in asked.items()]
    finally:
        await store.close()


async def _timed(work: Work, name: str, call: Callable[[Any], Awaitable[object]], size: int) -> Row:
    begun = time.perf_counter()
    async with work.read() as tx:
        await call(tx)
    taken = time.perf_counter() - begun
    return Row(name=f"{name}, one unit asked {size:,} times in a year", value=1000 * taken, unit="ms")


async def _fill(store: Store, size: int) -> None:
    """All to one unit: answered within days, a few declined, spread over eleven months."""
    body = store.sealer.seal(
        "requests", {"subjects": [], "period": None, "parts": [], "chosen": {}, "ledger": {}}
    )
    said, told = store.sealer.seal("answers", {"text": ""}), store.sealer.seal("events", {"ground": "x"})
    async with store.read() as session:
        units = (await session.scalars(select(Unit.id).order_by(Unit.id).limit(4))).all()
    step = (NOW - BEGAN) / size
    for start in range(1, size + 1, CHUNK):
        requests, answers, events = [], [], []
        for n in range(start, min(start + CHUNK, size + 1)):
            at = BEGAN + step * (n - 1)
            declined = n % DECLINED == 0
            requests.append({
                "id": n, "number": f"B26-{n}", "type": ("household", "vehicle", "phone")[n % 3],
                "state": "declined" if declined else "answered", "urgency": ("normal", "urgent")[n % 2],
                "from_unit_id": units[1 + n % (len(units) - 1)], "to_unit_id": units[0], "sealed": body, "asked_at": at,
                "due_at": at + timedelta(days=3), "first_due_at": at + timedelta(days=3),
            })  # fmt: skip
            if declined:
                events.append({
                    "chain": n, "seq": 1, "at": at + timedelta(hours=5), "action": "decline", "sealed": told,
                    "prev": b"", "hash": b"",
                })  # fmt: skip
            else:
                answers.append({
                    "request_id": n, "unit_id": units[0], "at": at + timedelta(hours=n % 90), "sealed": said,
                })  # fmt: skip
        async with store.write() as session:
            for table, made in ((Request, requests), (Answer, answers), (Event, events)):
                if made:
                    await session.execute(insert(table), made)
