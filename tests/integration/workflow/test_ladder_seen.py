"""Who was reached by a rung and who has seen it: said, kept, shown; and what waits for it, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from storage.tables.models import Request
from tests.integration.workflow.scene import FORM, KS, SZ, WX, Scene
from tests.integration.workflow.test_ladder import (
    HANDLER,
    JS,
    LIAISON,
    OFFICER,
    OFFICER_KS,
    SUPERIOR,
    climb,
    late,
    put_above_both,
    taken,
    tick,
    where,
)
from workflow.kernel.ladder import Rung, Stage
from workflow.notices import due_lists

HOUR = timedelta(hours=1)
N = "WX26-0001"


async def why(scene: Scene, who: int = HANDLER) -> str:
    heard = len(scene.said)
    await scene.says(who, f"/why {N}", chat=who)
    return scene.heard(who, heard)


async def test_who_has_seen_it_is_kept_and_shown_where_it_was_said(scene: Scene) -> None:
    await late(scene)
    assert "已知悉" in await scene.presses(HANDLER, "知道了", chat=KS)
    shown = scene.last("👌 顾一苇 已知悉", chat=KS)
    assert shown.kind == "edit"
    await scene.says(LIAISON, f"/知道了 {N}", chat=KS)
    assert "👌 顾一苇、沈听澜 已知悉" in scene.last("已知悉", chat=KS).text
    assert (await scene.actions(await scene.request(N))).count("ack") == 2
    assert "👌 顾一苇、沈听澜" in await why(scene)
    assert "👌" not in scene.heard(WX), "who asked is not told that somebody has read it"


async def test_what_comes_next_waits_once_and_then_comes_all_the_same(scene: Scene) -> None:
    await late(scene)
    scene.pass_time(hours=4)
    await tick(scene)
    scene.pass_time(hours=19, minutes=30)
    await scene.says(HANDLER, f"/ack {N}", chat=KS)
    scene.pass_time(minutes=45)
    assert await tick(scene) == [], "both were due by now"
    await scene.says(LIAISON, f"/ack {N}", chat=KS)  # the second of them holds nothing back
    scene.pass_time(minutes=15)
    assert where(await tick(scene)) == [SZ, KS]


async def test_a_desk_may_have_nothing_wait(scene: Scene) -> None:
    await late(scene)
    scene.policy = replace(scene.policy, ack_holds=timedelta())
    scene.pass_time(hours=3, minutes=59)
    await scene.says(HANDLER, f"/ack {N}", chat=KS)
    scene.pass_time(minutes=1)
    assert where(await tick(scene)) == [KS]


async def test_a_superior_that_has_seen_it_holds_back_the_next_higher_and_not_the_desk(scene: Scene) -> None:
    await put_above_both(scene)
    await late(scene)
    scene.pass_time(hours=24)
    await tick(scene)
    scene.pass_time(hours=23, minutes=30)
    await scene.presses(SUPERIOR, "知道了", chat=SZ)
    assert "👌 叶知秋 已知悉" in scene.last("已知悉", chat=SZ).text
    scene.pass_time(minutes=30)
    assert where(await tick(scene)) == [KS]
    scene.pass_time(minutes=30)
    assert where(await tick(scene)) == [JS]
    assert "👌" not in scene.last(N, chat=JS).text, "another has seen another"


@pytest.mark.parametrize("who", [OFFICER_KS, OFFICER, SUPERIOR, 41, 99])
async def test_who_was_not_reminded_has_nothing_to_acknowledge(scene: Scene, who: int) -> None:
    await late(scene)
    before, heard = await scene.actions(await scene.request(N)), len(scene.said)
    await scene.says(who, f"/ack {N}", chat=who)
    told = [s for s in scene.said[heard:] if s.chat == who]
    assert len(told) <= 1
    assert await scene.actions(await scene.request(N)) == before


async def test_twice_and_when_it_is_answered_it_is_refused(scene: Scene) -> None:
    await late(scene)
    await scene.says(HANDLER, f"/ack {N}", chat=KS)
    await scene.says(HANDLER, f"/ack {N}", chat=KS)
    assert "已确认过" in scene.heard(KS)
    await scene.says(HANDLER, f"/answer {N} 已核实", chat=KS)
    heard = len(scene.said)
    await scene.says(LIAISON, f"/ack {N}", chat=KS)
    assert "已反馈" in scene.heard(KS, heard)


async def test_who_put_it_off_is_shown_until_then(scene: Scene) -> None:
    await late(scene)
    await scene.says(HANDLER, f"/snooze {N} 2h", chat=KS)
    assert "💤 顾一苇 推迟到" in scene.last(N, chat=KS).text
    assert "💤 顾一苇 推迟到 12月4日 周五 11:01" in await why(scene)
    scene.pass_time(hours=2)
    await tick(scene)
    told = await why(scene)
    assert told.count("已超期提醒：昆山市公安局") == 2
    assert told.count("💤") == 1, "to the first of the two"


async def test_why_says_whom_each_rung_reached_and_what_they_said(scene: Scene) -> None:
    await put_above_both(scene)
    await taken(scene)
    climb(
        scene,
        Rung(to=Stage.HANDLER, after=(timedelta(),)),
        Rung(to=Stage.DESK, after=(HOUR,)),
        Rung(to=Stage.LIAISON, after=(2 * HOUR,)),
        Rung(to=Stage.SUPERIOR, after=(3 * HOUR,)),
        Rung(to=Stage.COMMON, after=(4 * HOUR,)),
    )
    await scene.says(HANDLER, f"/delay {N} 73小时 等待回函", chat=KS)
    scene.pass_time(hours=70)
    await tick(scene)
    scene.pass_time(hours=3)
    assert where(await tick(scene)) == [HANDLER]
    await scene.says(HANDLER, f"/ack {N}", chat=HANDLER)
    assert "将单独提醒联络员" in await why(scene)
    for _ in range(4):
        scene.pass_time(hours=1)
        await tick(scene)
    told = await why(scene)
    for words in (
        "已单独提醒承办人：顾一苇 · 👌 顾一苇",
        "已超期提醒：昆山市公安局",
        "已单独提醒联络员：沈听澜",
        "已上报上级单位：苏州市公安局",
        "已上报共同上级单位：江苏省公安厅",
    ):
        assert words in told, words


async def test_why_says_which_rung_reached_nobody(scene: Scene) -> None:
    climb(scene)
    await scene.says(OFFICER, FORM)
    scene.pass_time(hours=72, minutes=1)
    assert where(await tick(scene)) == [KS, WX], "nobody has it, so that the desk hears at once"
    assert "单独提醒承办人：无人可达，已转下一级" in await why(scene, LIAISON)


async def test_who_is_on_duty_hears_first_of_what_nobody_has(scene: Scene) -> None:
    await scene.says(HANDLER, "/start", chat=HANDLER)
    await scene.says(LIAISON, "/duty set @gu Mon-Sun 00:00-24:00", chat=KS)
    climb(scene)
    await scene.says(OFFICER, FORM)
    scene.pass_time(hours=20)
    await tick(scene)
    scene.pass_time(hours=40)
    await tick(scene)
    scene.pass_time(hours=12)
    assert where(await tick(scene)) == [HANDLER]


async def test_a_list_that_shows_it_already_is_not_sent_again(scene: Scene) -> None:
    """It is drawn for what was said, and because its button was pressed: the channel refuses an edit that changes
    nothing."""
    await late(scene)
    heard = len(scene.said)
    await scene.presses(HANDLER, "知道了", chat=KS)
    async with scene.work().write() as tx:
        await due_lists.redraw_with(tx, await tx.session.get_one(Request, 1), [KS])
    await scene.deliver()
    assert [s.kind for s in scene.said[heard:] if s.chat == KS and "已知悉" in s.text] == ["edit"]
