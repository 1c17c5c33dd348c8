"""Lists: what stands in a line, who sees which, and how their pages are turned."""

from __future__ import annotations

import pytest

from tests.integration.workflow.kept import played_once
from tests.integration.workflow.scene import FORM, KS, WX, Scene

OFFICER, OTHER, HANDLER, LIAISON, COLLEAGUE, MEMBER = 11, 12, 21, 22, 23, 24


@played_once
async def posts(scene: Scene, count: int) -> None:
    for number in range(count):
        await scene.says(OFFICER, FORM.replace("陈望舒 320583199204080027", f"王五 1381234{number:04d}"))


async def test_a_line_says_what_it_is_about_masked_how_long_is_left_and_who_has_it(scene: Scene) -> None:
    long = FORM.replace(
        "户籍核实", "户籍核实，联系 13812345678，核实后请说明其与同案人的关系以及最近的活动轨迹和住址"
    )
    await scene.says(OFFICER, long)
    await scene.presses(HANDLER, "受理")
    for who, chat, words in (
        (HANDLER, KS, "/inbox"),
        (OFFICER, WX, "/mine"),
        (OFFICER, OFFICER, "/find 户籍"),
    ):
        await scene.says(who, words, chat=chat)
        text = scene.said[-1].text
        for part in (
            "/r_WX26_0001",
            "陈** 320583********0027",
            "电信诈骗案",
            "还剩 3 天",
            "顾一苇",
            "处置中",
        ):
            assert part in text, (words, part)
        assert "13812345678" not in text
        assert [label for label in scene.said[-1].buttons if "26-" in label] == ["WX26-0001"]
    scene.pass_time(days=3, hours=5)
    await scene.says(LIAISON, "/overdue", chat=KS)
    assert "超期 5 小时" in scene.said[-1].text


async def test_a_handler_sees_what_waits_for_them_and_for_their_unit(scene: Scene) -> None:
    await posts(scene, 3)
    await scene.says(HANDLER, "/accept WX26-0002", chat=KS)
    await scene.says(COLLEAGUE, "/accept WX26-0003", chat=KS)
    for chat in (KS, HANDLER):
        await scene.says(HANDLER, "/inbox", chat=chat)
        text = scene.said[-1].text
        assert "由我承办（1）" in text and "昆山市公安局 待办（2）" in text
        assert (
            text.index("WX26_0002") < text.index("待办") < text.index("WX26_0001") < text.index("WX26_0003")
        )
    await scene.says(MEMBER, "/inbox", chat=KS)
    assert "🚫" in scene.said[-1].text, "who answers nothing has no inbox"


@pytest.mark.parametrize(
    ("who", "chat", "words"),
    [
        (OFFICER, WX, "/mine"),
        (LIAISON, KS, "/inbox"),
        (HANDLER, HANDLER, "/inbox"),
        (OFFICER, WX, "/find 王五"),
    ],
)
async def test_pages_are_turned_in_place_and_lose_nothing(
    scene: Scene, who: int, chat: int, words: str
) -> None:
    await posts(scene, 19)
    await scene.says(who, words, chat=chat)
    first = scene.said[-1]
    seen = [first.text]
    assert "第 1/3 页" in first.text
    assert [b for b in first.buttons if "›" in b or "‹" in b] == ["2 ›"]
    for page in (2, 3):
        since = len(scene.said)
        await scene.presses(who, f"{page} ›", on=scene.said[-1])
        [turned] = scene.said[since:]
        assert (turned.kind, turned.message_id) == ("edit", first.message_id)
        seen.append(turned.text)
    assert [b for b in scene.said[-1].buttons if "›" in b or "‹" in b] == ["‹ 2"]
    assert all(sum(f"WX26_{n:04d}" in text for text in seen) == 1 for n in range(1, 20))
    await scene.presses(who, "‹ 2", on=scene.said[-1])
    assert scene.said[-1].text == seen[1]


async def test_nobody_turns_the_pages_of_somebody_else_s_list(scene: Scene) -> None:
    await posts(scene, 9)
    for words in ("/mine", "/find 王五"):
        await scene.says(OFFICER, words)
        listed = scene.said[-1]
        since = len(scene.said)
        assert "只有本人" in await scene.presses(OTHER, "2 ›", on=listed)
        assert scene.said[since:] == []
    await scene.says(LIAISON, "/inbox", chat=KS)
    listed = scene.said[-1]
    assert "🚫" in await scene.presses(MEMBER, "2 ›", on=listed)
    assert "🚫" in await scene.presses(OFFICER, "2 ›", on=listed)


async def test_forged_pages_change_nothing(scene: Scene) -> None:
    await posts(scene, 9)
    await scene.says(OFFICER, "/mine")
    listed = scene.said[-1]
    card = scene.last("WX26-0009", "→", chat=WX)
    since = len(scene.said)
    for data in (
        "1:page:0:mine:1",
        "1:page:1:mine",
        "1:page:1:users:1",
        "1:page:1:find:99",
        "1:page:9:inbox:99",
    ):
        told = await scene.forges(OFFICER, data, chat=WX, message_id=listed.message_id)
        assert "⚠️" in told or "🚫" in told, data
    turn = listed.buttons["2 ›"]
    assert "失效" in await scene.forges(OFFICER, turn, chat=WX, message_id=card.message_id), (
        "no card is wiped"
    )
    assert [s for s in scene.said[since:] if s.kind == "edit"] == []


async def test_a_button_of_a_list_opens_the_request(scene: Scene) -> None:
    await posts(scene, 1)
    await scene.says(HANDLER, "/inbox", chat=HANDLER)
    await scene.presses(HANDLER, "WX26-0001", on=scene.said[-1])
    assert "13812340000" in scene.last("全文", chat=HANDLER).text
    await scene.says(HANDLER, "/inbox", chat=KS)
    await scene.presses(HANDLER, "WX26-0001", on=scene.said[-1])
    assert "卡片在这里" in scene.said[-1].text
