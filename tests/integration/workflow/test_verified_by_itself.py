"""The record is counted on each minute and verified once a day by the process itself; what does not hold is told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import select, text

from storage.tables.models import Desk
from tests.integration.workflow.scene import FORM, KS, WX, Scene
from workflow.kernel.tx import Tx
from workflow.record.signed import COUNTED, VERIFIED
from workflow.record.verifying import Broken, verify
from workflow.scheduled import ticks, verifying
from workflow.scheduled.counting import Counting

OFFICER, HANDLER = 11, 21
NUMBER = "WX26-0001"


async def tick(scene: Scene, counting: Counting, *, goes_on: bool = True) -> Broken | None:
    return await ticks.the_record(scene.work(), counting, goes_on=lambda: goes_on)


async def value(scene: Scene, key: str) -> str | None:
    async with scene.store.read() as session:
        return await session.scalar(select(Desk.value).where(Desk.key == key))


async def run(scene: Scene, statement: str, **values: Any) -> None:
    async with scene.store.engine.begin() as connection:
        assert (await connection.execute(text(statement), values)).rowcount


@pytest.fixture
async def asked(scene: Scene) -> Scene:
    await scene.says(OFFICER, FORM, chat=WX)
    await scene.says(HANDLER, f"/accept {NUMBER}", chat=KS)
    return scene


@pytest.mark.engines
async def test_it_is_verified_at_first_and_then_once_after_three_in_the_night(asked: Scene) -> None:
    counting = Counting()
    assert await tick(asked, counting) is None
    begun = await value(asked, VERIFIED)
    asked.pass_time(hours=2)
    assert await tick(asked, counting) is None
    assert await value(asked, VERIFIED) == begun
    asked.pass_time(hours=17)  # four in the morning
    await run(asked, "UPDATE requests SET outcome = 'nothing' WHERE id = 1")
    broken = await tick(asked, counting)
    assert broken is not None and broken.number == NUMBER
    assert await tick(asked, counting) is None, "told once a day"
    asked.pass_time(days=1)
    assert await tick(asked, counting) is not None


async def test_who_puts_it_off_by_hand_has_it_done_at_once(asked: Scene) -> None:
    counting = Counting()
    await tick(asked, counting)
    await run(asked, "UPDATE requests SET outcome = 'nothing' WHERE id = 1")
    await run(asked, f"UPDATE desk SET value = '2099-01-01T00:00:00+00:00:00' WHERE key = '{VERIFIED}'")
    assert await tick(asked, counting) is not None


async def test_a_process_that_is_to_end_waits_for_no_more_than_a_piece(asked: Scene) -> None:
    await run(asked, "UPDATE requests SET outcome = 'nothing' WHERE id = 1")
    assert await tick(asked, Counting(), goes_on=False) is None


@pytest.mark.parametrize("how", ["stopped", "killed"])
async def test_one_that_was_cut_short_is_taken_up_again(
    asked: Scene, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    await run(asked, "UPDATE requests SET outcome = 'nothing' WHERE id = 1")

    async def killed(*_: Any, **__: Any) -> None:
        raise asyncio.CancelledError

    if how == "stopped":
        monkeypatch.setattr(verifying, "verify", _with_rest_first)
        assert await tick(asked, Counting(), goes_on=False) is None
    else:
        monkeypatch.setattr(verifying, "verify", killed)
        with pytest.raises(asyncio.CancelledError):
            await tick(asked, Counting())
    assert await value(asked, VERIFIED) is None
    monkeypatch.undo()
    broken = await tick(asked, Counting())
    assert broken is not None and broken.number == NUMBER
    assert await tick(asked, Counting()) is None, "told once"


async def _with_rest_first(tx: Tx, *, batch: int, rest: Callable[[], Awaitable[None]]) -> Any:
    await rest()
    return await verify(tx, batch=batch, rest=rest)


@pytest.mark.engines
async def test_of_two_processes_one_looks(asked: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    if asked.store.dialect != "postgresql":
        pytest.skip("a desk on SQLite has one process")
    looks = 0

    async def slow(tx: Tx, **_: Any) -> Any:
        nonlocal looks
        looks += 1
        await asyncio.sleep(0.3)
        return await verify(tx)

    monkeypatch.setattr(verifying, "verify", slow)
    await asyncio.gather(*(verifying.run(asked.work(), goes_on=lambda: True) for _ in range(3)))
    assert looks == 1 and await value(asked, VERIFIED) is not None


async def _as_it_is(scene: Scene) -> dict[str, Any]:
    async with scene.store.read() as session:
        return dict((await session.execute(text("SELECT * FROM requests WHERE id = 1"))).mappings().one())


async def _put_back(scene: Scene, row: dict[str, Any]) -> None:
    """The request as it was, with its checksum, and none of the events since."""
    names = [name for name in row if name != "id"]
    settings = ", ".join(f"{name} = :{name}" for name in names)
    await run(scene, f"UPDATE requests SET {settings} WHERE id = 1", **{name: row[name] for name in names})
    await run(scene, "DELETE FROM events WHERE chain = 1 AND seq > :seq", seq=row["event_seq"])


async def test_an_earlier_copy_of_a_row_without_the_events_since_is_found_before_the_days_seal(
    scene: Scene,
) -> None:
    counting = Counting()
    await scene.says(OFFICER, FORM, chat=WX)
    earlier = await _as_it_is(scene)
    await scene.says(HANDLER, f"/accept {NUMBER}", chat=KS)
    scene.pass_time(minutes=2)
    assert await tick(scene, counting) is None
    await _put_back(scene, earlier)
    async with scene.work().read() as tx:
        broken = (await verify(tx))[1]
    assert broken is not None and "events that were written" in broken.why


@pytest.mark.engines
async def test_a_count_that_was_put_back_or_taken_away_is_noticed_by_who_made_it(asked: Scene) -> None:
    counting = Counting()
    asked.pass_time(minutes=2)
    await tick(asked, counting)
    earlier = await value(asked, COUNTED)
    await asked.says(HANDLER, f"/comment {NUMBER} 已联系派出所", chat=KS)
    asked.pass_time(minutes=2)
    assert await tick(asked, counting) is None
    assert await value(asked, COUNTED) != earlier
    await run(asked, f"UPDATE desk SET value = :kept WHERE key = '{COUNTED}'", kept=earlier)
    broken = await tick(asked, counting)
    assert broken is not None and "set back" in broken.why
    await run(asked, f"DELETE FROM desk WHERE key = '{COUNTED}'")
    for process in (counting, Counting()):  # also one that has just begun
        broken = await tick(asked, process)
        assert broken is not None and "taken away" in broken.why
    async with asked.work().read() as tx:
        assert (await verify(tx))[1] is not None


async def test_a_request_removed_with_its_number_and_its_counter_is_missed(asked: Scene) -> None:
    asked.pass_time(minutes=2)
    await tick(asked, Counting())
    async with asked.store.engine.begin() as connection:
        for table in ("sources", "posts", "outbox", "reminders", "match_keys", "match_records", "involved"):
            await connection.execute(text(f"DELETE FROM {table} WHERE request_id = 1"))
    await run(asked, "DELETE FROM events WHERE chain = 1")
    await run(asked, "DELETE FROM requests WHERE id = 1")
    await run(asked, "DELETE FROM counters")
    async with asked.work().read() as tx:
        broken = (await verify(tx))[1]
    assert broken is not None and "events that were written" in broken.why
