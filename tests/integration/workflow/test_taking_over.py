"""A superior's desk acts from the list of what was escalated to it: assigns below, takes over; with its own rights."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.integration.workflow.dump import changed, dump
from tests.integration.workflow.scene import FORM, KS, SZ, WX, Scene
from tests.integration.workflow.test_ladder import JS, put_above_both, tick, where
from tests.integration.workflow.test_superiors import escalated, put_above_wuxi
from workflow.organisation import units

OFFICER, HANDLER, LIAISON, OTHER_HANDLER = 11, 21, 22, 23
SUPERIOR, SUPERVISOR, OFFICER_SZ, ADMIN = 31, 32, 33, 1001
N = "WX26-0001"
SECRETS = ("陈望舒", "320583199204080027")


async def take(scene: Scene, who: int = SUPERIOR) -> str:
    """From the list, with the tap that confirms it."""
    await scene.presses(who, "接办", on=await escalated(scene))
    return await scene.presses(who, "苏州市公安局", chat=SZ)


async def test_a_tap_makes_the_superior_the_one_that_is_asked(scene: Scene) -> None:
    await scene.says(OFFICER, "/start", chat=OFFICER)
    due = timedelta(days=3) + scene.now
    toast = await take(scene)
    assert "已由本单位接办" in toast
    request = await scene.request(N)
    async with scene.work().read() as tx:
        assert await units.name_of(tx, request.to_unit_id) == "苏州市公安局"
    assert (request.state, request.handler_id, request.due_at) == ("open", None, due)
    assert "转办至苏州市公安局" in scene.heard(OFFICER)
    await scene.presses(SUPERIOR, "受理", chat=SZ)
    await scene.says(SUPERIOR, f"/answer {N} 已核实", chat=SZ)
    assert (await scene.request(N)).state == "answered"
    assert "take_over" in await scene.actions(request)


async def test_the_unit_that_had_it_looks_on_and_does_nothing_more(scene: Scene) -> None:
    await take(scene)
    for who, words in (
        (HANDLER, f"/accept {N}"),
        (LIAISON, f"/answer {N} 已核实"),
        (LIAISON, f"/transfer {N} 常州"),
    ):
        heard = len(scene.said)
        await scene.says(who, words, chat=KS)
        assert "🚫" in scene.heard(KS, heard), words
    assert (await scene.request(N)).state == "open"
    await scene.says(LIAISON, f"/show {N}", chat=LIAISON)
    assert "无锡市公安局 → 苏州市公安局" in scene.last(N, chat=LIAISON).text


async def test_what_is_late_with_the_superior_is_heard_of_above_it(scene: Scene) -> None:
    await put_above_both(scene)
    await take(scene)
    scene.pass_time(days=1, minutes=1)
    heard = where(await tick(scene))
    assert JS in heard and SZ in heard and KS not in heard


@pytest.mark.parametrize(
    ("who", "chat", "told"),
    [
        (SUPERVISOR, SZ, "联络员可以接办"),
        (LIAISON, KS, "联络员可以接办"),
        (OFFICER, WX, "联络员可以接办"),
        (OFFICER_SZ, SZ, ""),
        (41, 41, "没有编号为"),
        (99, 99, ""),
    ],
)
async def test_whoever_may_not_is_told_so_in_a_line_and_nothing_changes(
    scene: Scene, who: int, chat: int, told: str
) -> None:
    await escalated(scene)
    heard = len(scene.said)
    await scene.says(who, f"/take_over {N}", chat=chat)
    assert told in scene.heard(chat, heard)
    request = await scene.request(N)
    assert (request.state, "take_over" in await scene.actions(request)) == ("open", False)


async def test_a_forged_tap_is_refused(scene: Scene) -> None:
    list_ = await escalated(scene)
    before = await dump(scene.store)
    data = next(d for label, d in list_.buttons.items() if label.startswith("接办"))
    assert "🚫" in await scene.forges(SUPERVISOR, data, chat=SZ, message_id=list_.message_id)
    assert "⚠️" in await scene.forges(SUPERIOR, f"{data}:2", chat=SZ, message_id=list_.message_id)
    assert "⚠️" in await scene.forges(SUPERIOR, f"{data}:99", chat=SZ, message_id=list_.message_id)
    assert not {
        table for table in changed(before, await dump(scene.store)) if table in ("requests", "events")
    }


async def test_a_second_tap_finds_it_taken(scene: Scene) -> None:
    await take(scene)
    assert "🚫" in await scene.presses(SUPERIOR, "苏州市公安局", chat=SZ)
    assert (await scene.actions(await scene.request(N))).count("take_over") == 1


async def test_a_superior_that_asks_itself_does_not_take_its_own_request(scene: Scene) -> None:
    await scene.says(SUPERIOR, FORM, chat=SZ)
    scene.pass_time(days=4, minutes=1)
    await tick(scene)
    heard = len(scene.said)
    await scene.says(SUPERIOR, "/take_over SZ26-0001", chat=SUPERIOR)
    assert "不能由您的单位接办" in scene.heard(SUPERIOR, heard)


async def test_who_stands_above_the_asking_unit_alone_takes_nothing(scene: Scene) -> None:
    await put_above_wuxi(scene)
    await scene.says(OFFICER, FORM)
    heard = len(scene.said)
    await scene.says(SUPERIOR, f"/take_over {N}", chat=SUPERIOR)
    assert "🚫" in scene.heard(SUPERIOR, heard)


async def test_what_is_answered_is_not_taken_over(scene: Scene) -> None:
    list_ = await escalated(scene)
    await scene.says(LIAISON, f"/answer {N} 已核实", chat=KS)
    assert "已反馈" in await scene.presses(SUPERIOR, "接办", on=list_)


async def test_it_is_assigned_below_from_the_list_masked(scene: Scene) -> None:
    list_ = await escalated(scene)
    await scene.presses(SUPERVISOR, "转派", on=list_)
    await scene.presses(SUPERVISOR, "陆时雨", chat=SZ)
    assert (await scene.request(N)).state == "accepted"
    assert "承办 陆时雨" in scene.last("升级", chat=SZ).text
    assert not [secret for secret in SECRETS if secret in scene.heard(SZ)]
