"""An incoming request is checked against the papers that its type wants: an act of its own, in the record."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.integration.workflow.scene import CZ, FORM, KS, WX, Said, Scene
from workflow.kernel.body import Body

OFFICER, HANDLER, LIAISON, OFFICER_KS, OUTSIDER = 11, 21, 22, 24, 99
NUMBER, PAPERS = "WX26-0001", ("立案决定书", "办案协作函")


@pytest.fixture
async def asked(scene: Scene) -> Scene:
    types = dict(scene.policy.types)
    types["household"] = replace(types["household"], papers=PAPERS)
    scene.policy = replace(scene.policy, types=types, papers_wanting="材料不全，请补充：")
    await scene.says(OFFICER, FORM)
    return scene


def card(scene: Scene, chat: int) -> Said:
    return next(s for s in reversed(scene.said) if s.chat == chat and "/r_WX26_0001" in s.text)


async def begin(scene: Scene, who: int = HANDLER) -> Said:
    await scene.presses(who, "核对材料", on=card(scene, KS))
    return next(s for s in reversed(scene.said) if any("立案决定书" in b for b in s.buttons))


async def taps(scene: Scene, *labels: str, who: int = HANDLER) -> Said:
    for label in labels:
        on = next(s for s in reversed(scene.said) if any("办案协作函" in b for b in s.buttons))
        await scene.presses(who, label, on=on)
    return scene.said[-1]


async def test_a_type_without_papers_has_nothing_to_check(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    assert "核对材料" not in card(scene, KS).buttons
    await scene.says(HANDLER, f"/check {NUMBER}", chat=KS)
    assert "不用核对" in scene.said[-1].text


async def test_what_is_all_there_is_recorded_and_stands_on_both_cards(asked: Scene) -> None:
    assert "核对材料" in card(asked, KS).buttons and "核对材料" not in card(asked, WX).buttons
    shown = await begin(asked)
    assert list(shown.buttons) == ["▫️ 立案决定书", "▫️ 办案协作函"]
    said = await taps(asked, "▫️ 立案决定书", "▫️ 办案协作函")
    assert list(said.buttons) == ["✅ 立案决定书", "✅ 办案协作函", "材料齐全"]
    await taps(asked, "材料齐全")
    for chat in (KS, WX):
        assert "顾一苇" in card(asked, chat).text and "齐全" in card(asked, chat).text
    assert "核对材料" not in card(asked, KS).buttons
    request = await asked.request(NUMBER)
    assert request.state == "open"
    assert (await asked.actions(request))[-1] == "check"
    checked = Body.of(request, asked.store.sealer).checked
    assert checked is not None and checked.wanting == ()


async def test_what_is_wanting_goes_back_with_the_list_by_one_tap(asked: Scene) -> None:
    await begin(asked)
    said = await taps(asked, "▫️ 立案决定书", "▫️ 办案协作函", "✅ 办案协作函")
    assert list(said.buttons) == ["✅ 立案决定书", "❌ 缺 办案协作函", "退回补充（缺 1 份）"]
    await taps(asked, "退回补充")
    request = await asked.request(NUMBER)
    assert request.state == "returned"
    assert (await asked.actions(request))[-2:] == ["check", "return"]
    assert "材料不全，请补充：办案协作函" in asked.heard(WX)
    assert "缺 办案协作函" in card(asked, WX).text


async def test_a_second_tap_and_an_older_message_do_it_no_second_time(asked: Scene) -> None:
    await begin(asked)
    done = await taps(asked, "▫️ 立案决定书", "▫️ 办案协作函")
    await asked.presses(HANDLER, "材料齐全", on=done)
    assert "⚠️" in await asked.presses(HANDLER, "材料齐全", on=done)
    request = await asked.request(NUMBER)
    assert (await asked.actions(request)).count("check") == 1


@pytest.mark.parametrize("who", [OFFICER_KS, OFFICER, 41, OUTSIDER])
async def test_who_does_not_handle_it_there_may_not(asked: Scene, who: int) -> None:
    await asked.says(who, f"/check {NUMBER}", chat=who)
    assert asked.said[-1].text.startswith(("🚫", "⚠️"))
    shown = await begin(asked)
    assert "🚫" in await asked.presses(who, "▫️ 立案决定书", on=shown)
    request = await asked.request(NUMBER)
    assert "check" not in await asked.actions(request)


@pytest.mark.parametrize("marks", ["y", "yyy", "y-", "xx", "", "yy:yy"])
async def test_forged_marks_change_nothing(asked: Scene, marks: str) -> None:
    shown = await begin(asked)
    request = await asked.request(NUMBER)
    told = await asked.forges(
        HANDLER, f"2:papers_done:{request.id}:{marks}", chat=KS, message_id=shown.message_id
    )
    assert "⚠️" in told
    assert "check" not in await asked.actions(await asked.request(NUMBER))


async def test_who_it_is_passed_on_to_checks_for_itself(asked: Scene) -> None:
    await begin(asked)
    await taps(asked, "▫️ 立案决定书", "▫️ 办案协作函", "材料齐全")
    await asked.says(LIAISON, f"/transfer {NUMBER} 常州", chat=KS)
    assert "核对材料" in card(asked, CZ).buttons and "齐全" not in card(asked, CZ).text
