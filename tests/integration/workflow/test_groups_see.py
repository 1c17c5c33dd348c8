"""What a group is shown of what people wrote, and how those who may read the rest come to it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.integration.workflow.scene import CZ, FORM, KS, WX, Scene
from workflow.actions import answering

OFFICER, COLLEAGUE, WX_LIAISON, HANDLER, LIAISON = 11, 12, 13, 21, 22
ANSWER = "经查，王佳人现住长江路12号3幢501室，电话 13812345678"


async def test_a_group_learns_how_it_came_out_and_nothing_of_what_it_says(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, f"/answer WX26-0001 已查实：{ANSWER}", chat=KS)
    for chat in (WX, KS, CZ):
        for word in ("王", "佳人", "长江路", "501", "1381"):
            assert word not in scene.heard(chat), chat
    told = scene.last("WX26-0001", "已反馈", chat=WX)
    assert "已查实" in told.text and "私下" in told.text
    assert any(label.endswith("查看全文") for label in told.buttons)
    assert "已查实" in scene.last("WX26-0001", "重开", chat=WX).text


async def test_an_asker_who_has_been_sent_the_answer_is_told_so(scene: Scene) -> None:
    await scene.says(OFFICER, "/start", chat=OFFICER)
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, f"/answer WX26-0001 {ANSWER}", chat=KS)
    assert ANSWER in scene.heard(OFFICER)
    assert "已私信提出人" in scene.last("已反馈", chat=WX).text


async def test_who_may_not_read_the_whole_request_is_not_shown_its_answer_in_private_either(
    scene: Scene,
) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, f"/answer WX26-0001 {ANSWER}", chat=KS)
    assert "佳人" not in await scene.reads(COLLEAGUE, "WX26-0001")
    assert "佳人" not in await scene.reads(24, "WX26-0001")
    assert "王佳人" in await scene.reads(WX_LIAISON, "WX26-0001")


@pytest.mark.parametrize("words", ["#反馈 {}", "/answer WX26-0001 {}"])
async def test_a_desk_may_choose_to_show_answers_masked(scene: Scene, words: str) -> None:
    scene.show_answers()
    await scene.says(OFFICER, FORM)
    card = scene.last("WX26-0001", "受理", chat=KS)
    await scene.replies(LIAISON, card, words.format(ANSWER))
    told = scene.last("138****5678", chat=WX)
    assert "已私信" not in told.text and "13812345678" not in scene.heard(WX)


async def test_comments_and_reasons_are_shown_masked(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    card = scene.last("WX26-0001", "受理", chat=KS)
    await scene.replies(HANDLER, card, "陈望舒的电话是13812345678吗？")
    assert "陈**的电话是138****5678吗" in scene.heard(WX)
    await scene.says(HANDLER, "/return WX26-0001 请补充陈望舒 320583199204080027 的出生地", chat=KS)
    assert "请补充陈** 320583********0027 的出生地" in scene.heard(WX)
    assert "望舒" not in scene.heard(WX)


async def test_what_is_said_is_judged_by_the_chat_as_it_is_when_the_message_goes_out(scene: Scene) -> None:
    """Queued while answers were shown, sent when they are not any more."""
    await scene.says(OFFICER, FORM)
    scene.show_answers()

    await answering.answer(scene.acting(LIAISON, KS), "WX26-0001", ANSWER)
    scene.policy = replace(scene.policy, answers_in_groups="outcome")
    await scene.deliver()
    assert "已反馈" in scene.heard(WX) and "13" not in scene.last("已反馈", chat=WX).text.split("：")[-1]
    assert "长江路" not in scene.heard(WX)
