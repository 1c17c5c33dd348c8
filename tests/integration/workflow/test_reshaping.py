"""Units made, renamed, moved and closed by command, with who, since when and why, beside the configuration."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from storage.tables.models import Membership, Unit
from tests.integration.workflow.dump import dump
from tests.integration.workflow.scene import CZ, FORM, KS, SZ, WX, Scene
from workflow.organisation import setup, tree
from workflow.organisation.setup import ChatSpec, UnitSpec

OFFICER, HANDLER, LIAISON, SUPERVISOR, ABOVE, OTHER, STRANGER, ADMIN = 11, 21, 22, 25, 31, 41, 99, 1001
SPECS = [
    UnitSpec(code="SZ", name="苏州市公安局", aliases=("苏州",)),
    UnitSpec(code="KS", name="昆山市公安局", aliases=("昆山",), parent="SZ"),
    UnitSpec(code="WX", name="无锡市公安局", aliases=("无锡",)),
    UnitSpec(code="CZ", name="常州市公安局", aliases=("常州",)),
]
ADDED = "/unit add KSHQ 昆山市公安局花桥派出所 under KS 原因：新设"


async def unit(scene: Scene, code: str) -> Unit:
    async with scene.store.read() as session:
        return (await session.scalars(select(Unit).where(Unit.code == code))).one()


async def rows(scene: Scene, *tables: str) -> dict[str, list[tuple[Any, ...]]]:
    return {name: found for name, found in (await dump(scene.store)).items() if name in tables}


async def holds(scene: Scene) -> None:
    await scene.says(ADMIN, "/verify", chat=ADMIN)
    assert "完好" in scene.said[-1].text


async def test_a_unit_is_made_named_asked_and_told_of(scene: Scene) -> None:
    await scene.says(LIAISON, ADDED, chat=LIAISON)
    assert "KSHQ" in scene.said[-1].text and "昆山市公安局" in scene.said[-1].text
    made = await unit(scene, "KSHQ")
    assert (made.by_desk, made.parent_id) == (True, (await unit(scene, "KS")).id)
    await scene.says(ADMIN, "/bind KSHQ", chat=-1999)
    await scene.says(ADMIN, "/role @songli handler KSHQ", chat=-1999)
    await scene.says(OFFICER, FORM.replace("昆山", "huaqiaopcs").replace("huaqiaopcs", "花桥派出所"))
    await scene.says(LIAISON, "/unit history KSHQ", chat=LIAISON)
    assert (
        "新增单位" in scene.said[-1].text
        and "沈听澜" in scene.said[-1].text
        and "新设" in scene.said[-1].text
    )
    await holds(scene)


async def test_a_name_is_changed_its_code_stays_and_the_old_one_is_found(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(ABOVE, "/unit rename KS 昆山开发区公安局", chat=ABOVE)
    assert (await unit(scene, "KS")).name == "昆山开发区公安局"
    await scene.says(
        OFFICER, FORM.replace("昆山", "昆山市公安局").replace("陈望舒 320583199204080027", "苏A12345")
    )
    assert "昆山开发区公安局" in scene.last("WX26-0002", chat=KS).text
    await scene.says(ABOVE, "/unit alias KS 昆开、-昆山", chat=ABOVE)
    assert (await unit(scene, "KS")).aliases == ["昆山市公安局", "昆开"]
    await scene.says(ABOVE, "/unit history KS", chat=ABOVE)
    told = scene.said[-1].text
    assert "改名：昆山市公安局 → 昆山开发区公安局" in told and "叶知秋" in told and "昆开" in told
    await holds(scene)


async def test_a_unit_is_moved_and_no_circle_is_made(scene: Scene) -> None:
    await scene.says(ADMIN, ADDED, chat=ADMIN)
    await scene.says(ADMIN, "/unit move SZ under KSHQ", chat=ADMIN)
    assert "就在" in scene.said[-1].text
    await scene.says(ADMIN, "/unit move KS under KS", chat=ADMIN)
    assert "就在" in scene.said[-1].text
    await scene.says(ADMIN, "/unit move KSHQ under WX", chat=ADMIN)
    assert (await unit(scene, "KSHQ")).parent_id == (await unit(scene, "WX")).id
    await scene.says(ADMIN, "/unit move KS top", chat=ADMIN)
    assert (await unit(scene, "KS")).parent_id is None
    await scene.says(ADMIN, "/unit KS", chat=ADMIN)
    assert "上级：—" in scene.said[-1].text and "以命令变更过" in scene.said[-1].text


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (STRANGER, "/unit rename KS 别的名字"),
        (OFFICER, "/unit rename KS 别的名字"),
        (OTHER, "/unit rename KS 别的名字"),
        (LIAISON, "/unit rename KS 别的名字"),  # its own name is not its own to change
        (SUPERVISOR, "/unit add KSQ 某派出所 under KS"),
        (OTHER, "/unit add KSQ 某派出所 under KS"),
        (LIAISON, "/unit add KSQ 某派出所"),
        (ABOVE, "/unit move KS under CZ"),
        (ABOVE, "/unit move KS top"),
        (ABOVE, "/unit close KS into CZ"),
        (LIAISON, "/unit close KS into SZ"),
    ],
)
async def test_who_may_not_changes_nothing_and_is_told_in_a_line(scene: Scene, who: int, words: str) -> None:
    before, heard = await rows(scene, "units"), len(scene.said)
    await scene.says(who, words, chat=who)
    assert await rows(scene, "units") == before
    assert "🚫" in scene.heard(who, heard)


@pytest.mark.parametrize(
    "words",
    [
        "add", "add KSHQ", "add 花桥 花桥派出所", "add KS 花桥派出所", "add KSHQ 常州", "add KSHQ 花桥 under 乌鲁木齐",
        "rename", "rename KS", "rename KS 常州市公安局", "rename KS 昆山市公安局", "rename KS 昆山 under SZ",
        "alias KS", "alias KS 常州", "alias KS -没有", "move KS", "move KS under SZ", "move KS under", "close",
        "close KS", "close SZ into KS", "close KS into KS", "history 乌鲁木齐", "rename 乌鲁木齐 别的名字",
    ],
)  # fmt: skip
async def test_a_wrong_argument_is_answered_with_what_would_work(scene: Scene, words: str) -> None:
    before, heard = await rows(scene, "units"), len(scene.said)
    await scene.says(ADMIN, f"/unit {words}", chat=ADMIN)
    assert await rows(scene, "units") == before
    told = scene.heard(ADMIN, heard)
    assert "⚠️" in told and "/unit" in told


async def closed(scene: Scene) -> None:
    await scene.says(ABOVE, "/unit close KS into SZ 原因：机构改革", chat=ABOVE)
    await scene.presses(ABOVE, "⚠️ 确认撤并", on=scene.said[-1], chat=ABOVE)


async def test_closing_says_first_what_goes_over_and_a_second_tap_does_it(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.presses(HANDLER, "受理")
    await scene.says(ABOVE, "/unit close KS", chat=ABOVE)
    assert list(scene.said[-1].buttons) == ["苏州市公安局"]
    await scene.presses(ABOVE, "苏州市公安局", on=scene.said[-1], chat=ABOVE)
    shown = scene.said[-1]
    assert "WX26-0001" in shown.text and "成员 5 人" in shown.text and "群 1 个" in shown.text
    assert (await unit(scene, "KS")).retired_at is None
    await scene.presses(ABOVE, "⚠️ 确认撤并", on=shown, chat=ABOVE)
    gone, into = await unit(scene, "KS"), await unit(scene, "SZ")
    assert gone.retired_at is not None and gone.successor_id == into.id
    request = await scene.request("WX26-0001")
    assert (request.to_unit_id, request.state, request.handler_id) == (into.id, "open", None)
    assert "已并入" in scene.heard(KS)
    await scene.says(HANDLER, "/accept WX26-0001", chat=KS)
    assert (await scene.request("WX26-0001")).state == "accepted"
    async with scene.store.read() as session:
        members = (await session.scalars(select(Membership).where(Membership.until.is_(None)))).all()
    assert not [one for one in members if one.unit_id == gone.id]
    assert sorted(one.role for one in members if one.unit_id == into.id) == sorted(
        ["liaison", "supervisor", "officer", "handler", "liaison", "handler", "officer", "officer"]
    )  # who supervises is for an admin to say
    await holds(scene)


async def test_a_second_tap_twice_or_after_a_day_does_nothing(scene: Scene) -> None:
    await scene.says(ABOVE, "/unit close KS into SZ", chat=ABOVE)
    shown = scene.said[-1]
    scene.pass_time(days=1, minutes=1)
    await scene.presses(ABOVE, "⚠️ 确认撤并", on=shown, chat=ABOVE)
    assert (await unit(scene, "KS")).retired_at is None
    await scene.says(ABOVE, "/unit close KS into SZ", chat=ABOVE)
    shown = scene.said[-1]
    await scene.presses(OTHER, "⚠️ 确认撤并", on=shown, chat=ABOVE)
    assert (await unit(scene, "KS")).retired_at is None
    await scene.presses(ABOVE, "⚠️ 确认撤并", on=shown, chat=ABOVE)
    before = await rows(scene, "units", "memberships")
    await scene.presses(ABOVE, "⚠️ 确认撤并", on=shown, chat=ABOVE)
    assert await rows(scene, "units", "memberships") == before


async def test_what_a_unit_has_asked_stands_in_the_way(scene: Scene) -> None:
    await scene.says(HANDLER, FORM.replace("昆山", "无锡"), chat=KS)
    await scene.says(ABOVE, "/unit close KS into SZ", chat=ABOVE)
    assert "KS26-0001" in scene.said[-1].text and "/cancel KS26-0001" in scene.said[-1].text


async def test_what_the_successor_asked_it_stands_in_the_way(scene: Scene) -> None:
    await scene.says(ABOVE, FORM, chat=SZ)
    await scene.says(ABOVE, "/unit close KS into SZ", chat=ABOVE)
    assert "SZ26-0001" in scene.said[-1].text and not scene.said[-1].buttons


@pytest.mark.parametrize("called", ["昆山", "昆山市公安局", "KS", "昆山公安局"])
async def test_who_writes_the_old_name_is_pointed_to_the_successor(scene: Scene, called: str) -> None:
    await closed(scene)
    await scene.says(OFFICER, FORM.replace("昆山", called))
    asked = scene.last("已并入", chat=WX)
    await scene.presses(OFFICER, "苏州市公安局", on=asked)
    assert (await scene.request("WX26-0001")).to_unit_id == (await unit(scene, "SZ")).id
    await scene.says(OTHER, f"/unit {called}", chat=OTHER)
    assert "已并入苏州市公安局" in scene.said[-1].text


@pytest.mark.engines
async def test_a_later_start_with_the_old_configuration_undoes_nothing_and_check_names_it(
    scene: Scene,
) -> None:
    await scene.says(ADMIN, "/unit add HQ 花桥派出所 under WX", chat=ADMIN)
    await scene.says(ABOVE, "/unit rename KS 昆山开发区公安局", chat=ABOVE)
    await scene.says(ADMIN, "/unit close CZ into WX", chat=ADMIN)
    await scene.presses(ADMIN, "⚠️ 确认撤并", on=scene.said[-1], chat=ADMIN)
    before = await rows(scene, "units", "chat_units")
    chats = [ChatSpec(id=chat, units=(code,)) for chat, code in ((KS, "KS"), (CZ, "CZ"))]
    synced = await setup.sync(scene.work(), SPECS, chats)
    assert not synced and await rows(scene, "units", "chat_units") == before
    here = (await tree.present(scene.work())).units
    found = {(one.code, one.what) for one in tree.differences(here, SPECS)}
    assert found == {("HQ", "missing"), ("KS", "name"), ("KS", "aliases"), ("CZ", "closed")}
    assert (await tree.give_back(scene.work(), "KS")).name == "昆山开发区公安局"
    assert (await setup.sync(scene.work(), SPECS)).changed == ("KS",)
    assert (await unit(scene, "KS")).name == "昆山市公安局"
    await scene.says(ABOVE, "/unit history KS", chat=ABOVE)
    assert "配置文件" in scene.said[-1].text
    await holds(scene)


async def test_a_configuration_that_would_close_a_circle_leaves_the_unit_where_it_is(scene: Scene) -> None:
    await scene.says(ADMIN, "/unit move WX under CZ", chat=ADMIN)
    specs = [*SPECS[:3], UnitSpec(code="CZ", name="常州市公安局", aliases=("常州",), parent="WX")]
    await setup.sync(scene.work(), specs)
    assert (await unit(scene, "CZ")).parent_id is None
    assert (await unit(scene, "WX")).parent_id == (await unit(scene, "CZ")).id
