"""All that is held about a person is found, given out and erased by order; what may not go stays and is named."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from storage.copies.backup import backup
from storage.database.engine import Store
from storage.tables.models import Comment
from tests.integration.workflow.purged import NUMBER, PERSONAL, ROW, closed, take_in, unsealed
from tests.integration.workflow.scene import FORM, KS, Scene
from tests.integration.workflow.test_record import check
from workflow.keeping import erasing, holdings, restored
from workflow.keeping.erasing import Erased, Left
from workflow.keeping.meant import Meant
from workflow.organisation.work import Work
from workflow.scheduled import ticks

OFFICER, COLLEAGUE, HANDLER, LIAISON = 11, 12, 21, 22
VALUE, ORDER = "320583199204080027", "（2026）苏05行初12号"


def nothing(_: int) -> None:
    """Nobody watches."""


async def find(scene: Scene, value: str = VALUE) -> tuple[Meant, holdings.Found]:
    meant = Meant.of(value)
    assert meant is not None
    return meant, await holdings.find(scene.work(), meant, progress=nothing)


async def erase(scene: Scene, value: str = VALUE, *, with_others: bool = False) -> Erased:
    meant, found = await find(scene, value)
    return await erasing.erase(
        scene.work, meant, found, order=ORDER, with_others=with_others, progress=nothing
    )


async def given(scene: Scene, value: str = VALUE) -> list[dict[str, Any]]:
    _, found = await find(scene, value)
    return [json.loads(json.dumps(one, default=str)) async for one in holdings.given_out(scene.work(), found)]


def verdicts(done: Erased) -> dict[str, Left | None]:
    return {one.number: one.left for one in done.verdicts}


@pytest.mark.engines
async def test_all_of_it_is_given_out_corrections_and_imported_rows_too(scene: Scene) -> None:
    await take_in(scene, ROW)
    await closed(scene)
    await scene.says(HANDLER, f"/correct {NUMBER} 更正：陈望舒户籍在昆山千灯", chat=KS)
    out = await given(scene)
    kinds = {one["kind"] for one in out}
    assert {"request", "answer", "comment", "file", "event"} <= kinds
    assert {one["number"] for one in out if one["kind"] == "request"} == {NUMBER, ROW["id"]}
    said = json.dumps(out, ensure_ascii=False)
    for words in (*PERSONAL, "昆山千灯", "户籍在昆山花桥"):
        assert words in said, words
    assert not any({"salt", "holds", "left"} & set(one["said"]) for one in out if one["kind"] == "event")


@pytest.mark.parametrize(
    "written",
    ["320583 1992 0408 0027", "３２０５８３１９９２０４０８００２７", "320583-19920408-0027"],
)
async def test_a_number_is_found_however_it_was_written(scene: Scene, written: str) -> None:
    await scene.says(OFFICER, FORM.replace(VALUE, "320583199001010010"))
    await scene.says(HANDLER, f"/accept {NUMBER}", chat=KS)
    await scene.replies(HANDLER, scene.last(NUMBER, chat=KS), f"是 {written} 吗")
    _, found = await find(scene)
    assert found.requests == {(await scene.request(NUMBER)).id: True}


async def test_another_number_that_holds_its_digits_is_not_it(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    _, found = await find(scene, "13812345678")
    assert not found.requests and not found.loose
    await scene.says(HANDLER, f"/accept {NUMBER}", chat=KS)
    await scene.replies(HANDLER, scene.last(NUMBER, chat=KS), "流水号 99913812345678001")
    _, found = await find(scene, "13812345678")
    assert not found.requests


async def test_a_name_alone_is_never_sure(scene: Scene) -> None:
    await closed(scene)
    _, found = await find(scene, "陈望舒")
    assert set(found.requests.values()) == {False}
    scene.pass_time(days=400)
    assert set(verdicts(await erase(scene, "陈望舒")).values()) == {Left.UNSURE}
    assert (await scene.request(NUMBER)).purged_at is None


@pytest.mark.parametrize(
    ("name", "written", "found"),
    [
        ("Wang Haibo", "asked for WANG  Haibo again", True),
        ("wanghaibo", "asked for Wang Haibo again", True),
        ("Wang Haibo", "asked for Wang Haibong", False),
        ("陈望舒", "问过陈 望舒", True),
        ("陈望舒", "问过陈望", False),
        ("a.b", "asked for aXb", False),
    ],
)
def test_a_name_is_found_however_it_is_spaced(name: str, written: str, found: bool) -> None:
    meant = Meant.of(name)
    assert meant is not None and meant.perhaps_in(written) is found and not meant.surely_in(written)


@pytest.mark.parametrize("value", ["", "*", "320583********0027", "张"])
def test_what_names_nobody_is_nothing(value: str) -> None:
    assert Meant.of(value) is None


@pytest.mark.engines
async def test_what_is_erased_is_gone_and_the_record_still_holds(scene: Scene) -> None:
    await take_in(scene, ROW)
    await closed(scene)
    scene.pass_time(days=200)
    await ticks.housekeeping(
        scene.work()
    )  # the queues keep two days, longer than anything ends before it may go
    done = await erase(scene)
    assert set(verdicts(done).values()) == {None} and len(done.verdicts) == 2
    after = await unsealed(scene)
    assert {(words, table) for table, said in after.items() for words in PERSONAL if words in said} == set()
    assert await check(scene) is None
    request = await scene.request(NUMBER)
    assert (await scene.actions(request))[-1] == "purge" and request.purged_at == scene.now
    assert (await given(scene)) == []


async def test_erased_twice_is_erased_once(scene: Scene) -> None:
    await closed(scene)
    scene.pass_time(days=200)
    await erase(scene)
    events = await scene.actions(await scene.request(NUMBER))
    assert (await erase(scene)).verdicts == []
    assert await scene.actions(await scene.request(NUMBER)) == events


async def test_under_hold_at_work_or_too_early_it_stays(scene: Scene) -> None:
    await closed(scene)
    await scene.says(COLLEAGUE, FORM)
    done = await erase(scene)
    assert verdicts(done) == {NUMBER: Left.EARLY, "WX26-0002": Left.OPEN}
    request = await scene.request(NUMBER)
    early = next(one for one in done.verdicts if one.left is Left.EARLY)
    assert request.closed_at is not None and early.until == request.closed_at + timedelta(days=180)
    scene.pass_time(days=200)
    await scene.says(LIAISON, f"/hold {NUMBER} 督察核查中", chat=LIAISON)
    assert verdicts(await erase(scene))[NUMBER] is Left.HELD
    assert (await scene.request(NUMBER)).purged_at is None
    assert await check(scene) is None


async def test_a_hold_that_comes_after_the_look_is_respected(scene: Scene) -> None:
    await closed(scene)
    scene.pass_time(days=200)
    meant, found = await find(scene)
    assert [one.left for one in await erasing.judge(scene.work(), meant, found, with_others=False)] == [None]
    await scene.says(LIAISON, f"/hold {NUMBER} 督察核查中", chat=LIAISON)
    done = await erasing.erase(scene.work, meant, found, order=ORDER, with_others=False, progress=nothing)
    assert verdicts(done) == {NUMBER: Left.HELD}


async def test_what_is_about_others_too_stays_unless_the_order_says_so(scene: Scene) -> None:
    await scene.says(OFFICER, FORM + "\n对象：李四 320583199001010010")
    await scene.says(LIAISON, f"/answer {NUMBER} 已查实：两人户籍在昆山", chat=KS)
    await scene.says(OFFICER, f"/close {NUMBER}")
    scene.pass_time(days=200)
    assert verdicts(await erase(scene)) == {NUMBER: Left.OTHERS}
    assert (await scene.request(NUMBER)).purged_at is None
    assert verdicts(await erase(scene, with_others=True)) == {NUMBER: None}


async def test_a_mention_in_the_answer_to_another_request_is_found_and_is_about_others(scene: Scene) -> None:
    await scene.says(OFFICER, FORM.replace(VALUE, "320583199001010010"))
    await scene.says(LIAISON, f"/answer {NUMBER} 已查实：同住人 {VALUE}", chat=KS)
    await scene.says(OFFICER, f"/close {NUMBER}")
    scene.pass_time(days=200)
    assert verdicts(await erase(scene)) == {NUMBER: Left.OTHERS}


async def test_who_was_looked_up_by_which_order_stands_in_the_record_without_the_number(scene: Scene) -> None:
    await closed(scene)
    meant, found = await find(scene)
    await holdings.note(scene.work(), meant, found, order=ORDER, what="export")
    assert (await scene.actions(await scene.request(NUMBER)))[-1] == "holdings"
    async with scene.work().read() as tx:
        from storage.queries import holdings as rows

        [event] = await rows.done_by_desk(tx.session, holdings.LOOKED_UP)
        detail = tx.sealer.unseal("events", event.sealed)
    assert detail["order"] == ORDER and VALUE not in json.dumps(detail)
    assert await check(scene) is None


async def test_a_damaged_value_is_named_and_hides_nothing_else(scene: Scene) -> None:
    await closed(scene)
    async with scene.store.write() as session:
        await session.execute(update(Comment).values(sealed=b"\x01damaged"))
    _, found = await find(scene)
    assert found.requests and found.damaged == ["comments 1"]
    out = await given(scene)
    [comment] = [one for one in out if one["kind"] == "comment"]
    assert comment["said"] is None and any(one["kind"] == "answer" and one["said"] for one in out)


# --- after a restore --------------------------------------------------------------------------------------------


async def copy_of(scene: Scene, folder: Path) -> tuple[Store, Any]:
    """A backup as it is now, opened as a desk of its own."""
    path = folder / "copy.db"
    await backup(scene.store, path, key_path=None)
    store = Store.open(f"sqlite:///{path}", sealer=scene.store.sealer)
    return store, lambda: Work(store=store, policy=scene.policy, engine=scene.engine, clock=lambda: scene.now)


@pytest.mark.engines
async def test_a_backup_from_before_is_erased_again(scene: Scene, tmp_path: Path) -> None:
    await take_in(scene, ROW)
    await closed(scene)
    scene.pass_time(days=200)
    old, work = await copy_of(scene, tmp_path)
    try:
        await erase(scene)
        what = await restored.carried(scene.work())
        assert (await restored.again(work, what)).erased == 2
        there = replace_store(scene, old)
        after = await unsealed(there)
        assert {
            (words, table) for table, said in after.items() for words in PERSONAL if words in said
        } == set()
        assert await check(there) is None
        assert await restored.again(work, what) == restored.Again(), "a second time it does nothing"
        assert (await restored.carried(work())).erased == what.erased, "the next restore knows it too"
    finally:
        await old.close()


async def test_a_hold_that_came_after_the_backup_stands_in_it(scene: Scene, tmp_path: Path) -> None:
    await closed(scene)
    old, work = await copy_of(scene, tmp_path)
    try:
        await scene.says(LIAISON, f"/hold {NUMBER} 督察核查中", chat=LIAISON)
        what = await restored.carried(scene.work())
        assert (await restored.again(work, what)).held == 1
        there = replace_store(scene, old)
        assert await check(there) is None
        assert (await restored.again(work, what)).held == 0
        there.policy = replace(there.policy, purge_after=timedelta(days=31))
        there.pass_time(days=400)
        await ticks.housekeeping(there.work())
        assert (await there.request(NUMBER)).purged_at is None
    finally:
        await old.close()


def replace_store(scene: Scene, store: Store) -> Scene:
    """The same people at another desk."""
    import copy

    there = copy.copy(scene)
    there.store = store
    return there
