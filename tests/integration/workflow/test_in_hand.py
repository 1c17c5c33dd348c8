"""Words that name no request, questions that stay open after a slip, and questions that close."""

from __future__ import annotations

import pytest

from tests.integration.workflow.kept import played_once
from tests.integration.workflow.scene import CZ, FORM, KS, WX, Scene

ASKER, HANDLER, LIAISON = 11, 21, 22


@played_once
async def accepted(scene: Scene, count: int = 1) -> None:
    for number in range(1, count + 1):
        await scene.says(ASKER, FORM)
        await scene.says(HANDLER, f"/accept WX26-000{number}", chat=KS)


@pytest.mark.parametrize("text", ["未查到该人信息", "查无", "已核实 户籍在花桥", "not found here"])
async def test_words_without_a_number_are_for_the_one_request_in_hand(scene: Scene, text: str) -> None:
    await accepted(scene)
    await scene.says(HANDLER, f"/answer {text}", chat=KS)
    assert (await scene.request("WX26-0001")).state == "answered"
    assert text.rsplit(maxsplit=1)[-1] in await scene.reads(ASKER, "WX26-0001")


async def test_with_several_in_hand_it_is_asked_and_the_words_are_kept(scene: Scene) -> None:
    await accepted(scene, 2)
    document = {"document": {"file_id": "D1", "file_unique_id": "d1", "file_name": "a.pdf"}}
    await scene.says(HANDLER, None, chat=KS, caption="/answer 未查到该人信息", **document)
    question = scene.last("是哪一件", chat=KS)
    assert set(question.buttons) == {"WX26-0001", "WX26-0002"}
    assert [(await scene.request(f"WX26-000{n}")).state for n in (1, 2)] == ["accepted", "accepted"]
    assert "🚫" in await scene.presses(LIAISON, "WX26-0002", on=question)
    await scene.presses(HANDLER, "WX26-0002", on=question)
    assert (await scene.request("WX26-0002")).state == "answered"
    whole = await scene.reads(ASKER, "WX26-0002")
    assert "未查到该人信息" in whole and "附件 1" in whole
    assert "已失效" in await scene.presses(HANDLER, "WX26-0001", on=question)
    assert (await scene.request("WX26-0001")).state == "accepted"


@pytest.mark.parametrize(
    "command", ["/return 请补充出生日期", "/decline 不属本辖区", "/delay 9天 等上级批准"]
)
async def test_so_it_is_with_what_else_is_said_to_a_request(scene: Scene, command: str) -> None:
    await scene.says(ASKER, FORM)
    await scene.says(LIAISON, "/accept WX26-0001", chat=KS)
    await scene.says(LIAISON, command, chat=KS)
    action = command[1:].split(maxsplit=1)[0]
    assert action in await scene.actions(await scene.request("WX26-0001"))


@pytest.mark.parametrize("slip", ["WX260001", "WX26_000l", "KS26-0042x", "WX26-0009"])
async def test_a_number_with_a_slip_in_it_is_not_taken_for_words(scene: Scene, slip: str) -> None:
    await accepted(scene)
    await scene.says(HANDLER, f"/answer {slip} 已核实", chat=KS)
    assert (await scene.request("WX26-0001")).state == "accepted"
    assert "⚠️" in scene.said[-1].text


async def test_a_slip_in_a_dialogue_leaves_its_question_open(scene: Scene) -> None:
    await accepted(scene)
    await scene.presses(HANDLER, "⏳", chat=KS)
    prompt = scene.last("延期到何时", chat=KS)
    for words in ("随便什么时候", "1小时 早于时限", "   "):
        await scene.replies(HANDLER, prompt, words)
        prompt = scene.said[-1]
        assert "⚠️" in prompt.text and prompt.force_reply, words
    await scene.replies(HANDLER, prompt, "9天 等待上级批准")
    assert "delay" in await scene.actions(await scene.request("WX26-0001"))


async def test_a_refusal_that_no_other_words_would_mend_asks_for_none(scene: Scene) -> None:
    await accepted(scene)
    await scene.presses(HANDLER, "反馈")
    prompt = scene.last("的反馈", chat=KS)
    await scene.says(LIAISON, "/answer WX26-0001 查无", chat=KS)
    await scene.replies(HANDLER, prompt, "已核实")
    assert "/correct" in scene.said[-1].text and not scene.said[-1].force_reply
    await scene.replies(99, prompt, "已核实")
    assert not scene.said[-1].force_reply


async def test_a_picker_closes_with_the_pick_and_with_a_change_of_state(scene: Scene) -> None:
    await scene.says(ASKER, FORM)
    await scene.presses(LIAISON, "转派")
    first = scene.last("转派给谁", chat=KS)
    await scene.presses(LIAISON, "转办")
    second = scene.last("转办到哪个单位", chat=KS)
    before = len(scene.said)
    await scene.presses(LIAISON, "陆时雨", on=first)
    edits = {said.message_id: said for said in scene.said[before:] if said.kind == "edit"}
    assert edits[first.message_id].buttons == {} and "陆时雨" in edits[first.message_id].text
    assert edits[second.message_id].buttons == {}, "it has gone on: the other question is over"


async def test_a_unit_with_nobody_is_not_handed_anything(scene: Scene) -> None:
    await scene.says(1001, "/unbind", chat=CZ)
    await scene.says(ASKER, FORM)
    await scene.says(LIAISON, "/transfer WX26-0001 常州", chat=KS)
    assert "没人看到" in scene.said[-1].text
    assert (await scene.request("WX26-0001")).state == "open"


async def test_the_unit_above_one_with_nobody_is_offered(scene: Scene) -> None:
    await scene.says(1001, "/unbind", chat=KS)
    await scene.says(ASKER, FORM.replace("昆山", "常州"))
    await scene.says(41, "/transfer WX26-0001 昆山", chat=CZ)
    offered = scene.last("没人看到", chat=CZ)
    assert list(offered.buttons) == ["苏州市公安局"]
    await scene.presses(41, "苏州市公安局", on=offered)
    assert "transfer" in await scene.actions(await scene.request("WX26-0001"))


async def test_a_delay_says_what_it_does(scene: Scene) -> None:
    await accepted(scene)
    await scene.says(HANDLER, "/delay WX26-0001 9天 等上级批准", chat=KS)
    heard = scene.heard(WX)
    assert "申请" not in heard
