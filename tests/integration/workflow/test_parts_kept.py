"""Parts are kept, held and deleted with what they are part of, and found with it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from storage.tables.models import Answer
from tests.integration.workflow.kept import after
from tests.integration.workflow.purged import purge, unsealed
from tests.integration.workflow.scene import CZ, FORM, KS, SZ, Scene
from workflow.keeping import holdings
from workflow.keeping.meant import Meant
from workflow.record.verifying import verify
from workflow.scheduled import ticks

OFFICER, HANDLER, LIAISON, LIAISON_SZ, LIAISON_CZ = 11, 21, 22, 31, 41
WHOLE, FIRST, SECOND = "WX26-0001", "WX26-0001-1", "WX26-0001-2"
ALL = (WHOLE, FIRST, SECOND)


async def _close(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, "/start", chat=LIAISON)
    await scene.says(LIAISON, f"/split {WHOLE} 苏州 常州", chat=KS)
    await scene.says(LIAISON_SZ, f"/answer {FIRST} 已查实：户籍在昆山花桥", chat=SZ)
    await scene.says(LIAISON_CZ, f"/answer {SECOND} 查无：常州无居住登记", chat=CZ)
    await scene.presses(LIAISON, "发出", on=scene.last("汇总草稿", chat=LIAISON))
    scene.pass_time(days=5)
    await scene.says(OFFICER, f"/close {WHOLE}")


@pytest.fixture
async def closed(scene: Scene) -> Scene:
    await after(scene, _close)
    return scene


async def purged(scene: Scene) -> list[bool]:
    return [(await scene.request(number)).purged_at is not None for number in ALL]


@pytest.mark.engines
async def test_parts_go_with_their_whole_and_not_before(closed: Scene) -> None:
    closed.pass_time(days=29)  # the parts were closed five days earlier
    assert (await purge(closed)).counts.requests == 0
    closed.pass_time(days=11)
    await ticks.housekeeping(closed.work())
    assert (await purge(closed)).counts.requests == 3
    assert await purged(closed) == [True, True, True]
    left = await unsealed(closed)
    assert {table for table, said in left.items() if "花桥" in said or "陈望舒" in said} == set()
    async with closed.work().read() as tx:
        assert (await verify(tx))[1] is None


@pytest.mark.engines
async def test_a_hold_on_the_whole_keeps_its_parts(closed: Scene) -> None:
    await closed.says(LIAISON, f"/hold {WHOLE} 督察核查中", chat=LIAISON)
    closed.pass_time(days=400)
    await ticks.housekeeping(closed.work())
    assert (await purge(closed)).counts.requests == 0
    assert await purged(closed) == [False, False, False]
    await closed.says(LIAISON, f"/release_hold {WHOLE}", chat=LIAISON)
    assert (await purge(closed)).counts.requests == 3


async def test_a_hold_on_a_part_keeps_it_alone(closed: Scene) -> None:
    await closed.says(LIAISON_SZ, f"/hold {FIRST} 督察核查中", chat=LIAISON_SZ)
    closed.pass_time(days=400)
    await ticks.housekeeping(closed.work())
    await purge(closed)
    assert await purged(closed) == [True, False, True]


async def test_all_that_is_held_about_somebody_has_the_parts(closed: Scene) -> None:
    meant = Meant.of("320583199204080027")
    assert meant is not None
    found = await holdings.find(closed.work(), meant, progress=lambda _: None)
    assert len(found.requests) == 3


async def test_an_answer_of_a_part_is_its_units_own(closed: Scene) -> None:
    async with closed.store.read() as session:
        answers = (await session.scalars(select(Answer).order_by(Answer.id))).all()
    whole, first, second = [await closed.request(number) for number in ALL]
    assert [a.unit_id for a in answers] == [first.to_unit_id, second.to_unit_id, whole.to_unit_id]


async def test_a_part_that_is_taken_away_is_missed(closed: Scene) -> None:
    first = await closed.request(FIRST)
    async with closed.store.write() as session:
        row = await session.get_one(type(first), first.id)
        row.number = f"{WHOLE}-7"
    async with closed.work().read() as tx:
        broken = (await verify(tx))[1]
    assert broken is not None
