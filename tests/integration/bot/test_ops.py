"""What those who run the desk hear: once about each thing, whichever process saw it, and no floods."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.commands import copying
from bot.runtime.failure import Failure
from bot.runtime.opening import ensure_schema, open_store
from bot.runtime.ops import AGAIN_AFTER, MOST_AN_HOUR, Ops
from bot.settings.model import Settings
from bot.settings.policy import policy_of
from matching.compare.engine import Engine
from storage.database.engine import Store
from storage.tables.models import OutboxLine
from workflow.kernel.text import t
from workflow.organisation.work import Work

OPS_CHAT = -1009


class Moment:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def _ops(store: Store, clock: Moment, chat_id: int | None = OPS_CHAT) -> Ops:
    policy = policy_of(Settings())
    work = Work(store=store, policy=policy, engine=Engine(policy.types), clock=clock)
    return Ops(chat_id=chat_id, make_work=lambda: work)


async def _told(store: Store) -> list[dict[str, Any]]:
    async with store.read() as session:
        lines = await session.scalars(
            select(OutboxLine).where(OutboxLine.chat_id == OPS_CHAT).order_by(OutboxLine.id)
        )
        return [store.sealer.unseal("outbox", line.sealed)["text"] for line in lines]


async def _tell(ops: Ops, number: int) -> None:
    await ops.tell(f"aside:{number}", t("ops.set_aside", update=number, incident="E-1"))


@pytest.mark.engines
async def test_two_processes_tell_the_same_thing_once(
    store: Store, second_store: Store, now: datetime
) -> None:
    clock = Moment(now)
    for each in (store, second_store, store):
        await _tell(_ops(each, clock), 1)
    assert len(await _told(store)) == 1


async def test_what_still_holds_is_told_again_after_an_hour(store: Store, now: datetime) -> None:
    clock = Moment(now)
    ops = _ops(store, clock)
    await _tell(ops, 1)
    clock.now += AGAIN_AFTER + timedelta(seconds=1)
    await _tell(ops, 1)
    assert len(await _told(store)) == 2


async def test_after_a_dozen_things_one_note_stands_for_the_rest(store: Store, now: datetime) -> None:
    ops = _ops(store, Moment(now))
    for number in range(100):
        await _tell(ops, number)
    told = await _told(store)
    assert len(told) == MOST_AN_HOUR + 1
    assert "ops.more" in str(told[-1])
    assert "ops.more" not in str(told[:-1])


async def test_without_an_ops_chat_nothing_is_kept(store: Store, now: datetime) -> None:
    await _tell(_ops(store, Moment(now), chat_id=None), 1)
    assert await _told(store) == []


async def test_a_backup_that_fails_is_told_with_its_reason(tmp_path: Path) -> None:
    settings = Settings(
        storage={"url": f"sqlite:///{tmp_path / 'desk.db'}"},
        telegram={"ops_chat": OPS_CHAT},  # type: ignore[arg-type]
    )
    store = await open_store(settings, create_key=True)
    await ensure_schema(store, settings)
    there = tmp_path / "there.db"
    there.touch()
    with pytest.raises(Failure, match="exists already"):
        await copying.backup(settings, there, with_key=False)
    told = await _told(store)
    await store.close()
    assert len(told) == 1
    assert "there.db exists already" in str(told[0])
