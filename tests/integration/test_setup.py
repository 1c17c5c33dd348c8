"""Units and groups of the configuration, brought into the tables by every process that starts."""

from __future__ import annotations

import asyncio
from datetime import datetime

from sqlalchemy import func, select

from bot.settings.model import Settings
from bot.settings.policy import policy_of
from matching.compare.engine import Engine
from storage.database.engine import Store
from storage.tables.models import Chat, ChatUnit, Unit
from workflow.organisation import setup
from workflow.organisation.results import Synced
from workflow.organisation.setup import ChatSpec, UnitSpec
from workflow.organisation.work import Work

UNITS = [UnitSpec(code="SZ", name="苏州市公安局"), UnitSpec(code="KS", name="昆山市公安局", parent="SZ")]
CHATS = [ChatSpec(id=-1001, units=("KS",), language="zh")]


def _work(store: Store, now: datetime) -> Work:
    policy = policy_of(Settings())
    return Work(store=store, policy=policy, engine=Engine(policy.types), clock=lambda: now)


async def test_replicas_that_start_at_once_make_each_unit_once(
    store: Store, second_store: Store, now: datetime
) -> None:
    did = await asyncio.gather(
        *(setup.sync(_work(each, now), UNITS, CHATS) for each in (store, second_store, store, second_store))
    )
    async with store.read() as session:
        counts = [
            await session.scalar(select(func.count()).select_from(each)) for each in (Unit, Chat, ChatUnit)
        ]
    assert counts == [2, 1, 1]
    assert [one for one in did if one] == [Synced(made=("SZ", "KS"), bound=((-1001, "KS"),))]


async def test_a_unit_that_is_no_longer_configured_is_retired_and_may_come_back(
    store: Store, now: datetime
) -> None:
    did = []
    for units, retired in ((UNITS, []), (UNITS[:1], ["KS"]), (UNITS, [])):
        did.append(await setup.sync(_work(store, now), units))
        async with store.read() as session:
            found = await session.scalars(select(Unit.code).where(Unit.retired_at.is_not(None)))
        assert list(found) == retired
    assert did == [Synced(made=("SZ", "KS")), Synced(retired=("KS",)), Synced(changed=("KS",))]
