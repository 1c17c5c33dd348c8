"""The outcome of an answer: picked by the one who gave it, picked anew, told to those who rely on it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from storage.tables.models import Answer, Event
from tests.integration.workflow.kept import played_once
from tests.integration.workflow.scene import FORM, KS, WX, Said, Scene
from workflow.record.verifying import verify

ASKER, COLLEAGUE, HANDLER, LIAISON, OTHER, OFFICER = 11, 12, 21, 22, 23, 24
PICKS = ("已查实", "部分", "查无", "还有后续")


@played_once
async def answered(scene: Scene, text: str = "经查，情况属实") -> Said:
    """WX26-0001 answered by its handler; the message that asks for the outcome."""
    await scene.says(ASKER, FORM)
    await scene.presses(HANDLER, "受理")
    await scene.says(HANDLER, f"/answer WX26-0001 {text}", chat=KS)
    return scene.last("结果是哪一种", chat=KS)


async def outcomes(scene: Scene, number: str = "WX26-0001") -> list[tuple[str | None, bool]]:
    request = await scene.request(number)
    async with scene.store.read() as session:
        found = await session.scalars(
            select(Answer).where(Answer.request_id == request.id).order_by(Answer.id)
        )
        return [(answer.outcome, answer.partial) for answer in found]


async def test_an_answer_goes_out_at_once_and_its_outcome_is_asked_for_in_one_message(scene: Scene) -> None:
    await scene.says(ASKER, FORM)
    await scene.presses(HANDLER, "受理")
    before = len(scene.said)
    message = await scene.says(HANDLER, "/answer WX26-0001 无违法犯罪记录", chat=KS)
    new = [said for said in scene.said[before:] if said.kind == "send" and said.chat == KS]
    assert len(new) == 1 and new[0].reply_to == message
    assert list(new[0].buttons) == ["查无", "已查实", "部分", "还有后续"], "the likely one first"
    request = await scene.request("WX26-0001")
    assert (request.state, request.outcome) == ("answered", None)
    assert "结果待选" in scene.last("WX26-0001", "→", chat=WX).text
    assert "已查实" not in scene.heard(WX, before)
    assert "无违法犯罪记录" in await scene.reads(ASKER, "WX26-0001")


@pytest.mark.parametrize(
    ("label", "outcome", "shown"),
    [("已查实", "found", "已查实"), ("部分", "partly", "部分查实"), ("查无", "nothing", "查无")],
)
async def test_a_tap_says_the_outcome_and_closes_the_question(
    scene: Scene, label: str, outcome: str, shown: str
) -> None:
    question = await answered(scene)
    before = len(scene.said)
    assert shown in await scene.presses(HANDLER, label, on=question)
    assert (await scene.request("WX26-0001")).outcome == outcome
    assert await outcomes(scene) == [(outcome, False)]
    edit = next(s for s in scene.said[before:] if s.message_id == question.message_id)
    assert (edit.kind, list(edit.buttons)) == ("edit", ["处理码"]) and shown in edit.text
    assert shown in scene.last("WX26-0001", "→", chat=WX).text
    assert not [s for s in scene.said[before:] if s.kind == "send" and "→" not in s.text], (
        "the card is enough"
    )
    assert await scene.actions(await scene.request("WX26-0001")) == [
        "register",
        "accept",
        "answer",
        "outcome",
    ]


async def test_more_to_come_gives_the_request_back_to_its_handler_with_its_deadline(scene: Scene) -> None:
    question = await answered(scene)
    due = (await scene.request("WX26-0001")).due_at
    await scene.presses(HANDLER, "还有后续", on=question)
    request = await scene.request("WX26-0001")
    assert (request.state, request.outcome, request.partial) == ("accepted", None, True)
    assert (request.due_at, request.answered_at, request.handler_id is not None) == (due, None, True)
    assert await scene.reminders(request), "its time runs again"
    assert "还有后续" in scene.last("WX26-0001", "继续办理", chat=WX).text
    assert "阶段性反馈" in scene.last("WX26-0001", "→", chat=WX).text
    scene.pass_time(days=30)
    await scene.says(COLLEAGUE, FORM)
    assert "WX26-0001" not in [
        label for said in scene.said if said.chat == WX and "WX26-0002" in said.text for label in said.buttons
    ], "it is no answer to anybody else yet"


async def test_part_and_first_part_are_two_things(scene: Scene) -> None:
    await scene.says(ASKER, FORM)
    await scene.says(LIAISON, "/answer WX26-0001 部分：只查到户籍", chat=KS)
    request = await scene.request("WX26-0001")
    assert (request.state, request.outcome, request.partial) == ("answered", "partly", False)
    await scene.says(ASKER, FORM)
    await scene.says(LIAISON, "/answer WX26-0002 部分反馈：先报户籍", chat=KS)
    request = await scene.request("WX26-0002")
    assert (request.state, request.outcome, request.partial) == ("accepted", None, True)
    assert "阶段性反馈" in scene.last("WX26-0002", "→", chat=KS).text


async def test_who_says_the_outcome_is_not_asked_for_it(scene: Scene) -> None:
    await scene.says(ASKER, FORM)
    await scene.says(LIAISON, "/answer WX26-0001 查无 系统中没有", chat=KS)
    assert (await scene.request("WX26-0001")).outcome == "nothing"
    said = [s for s in scene.said if s.chat == KS]
    assert (said[-1].kind, said[-1].text) == ("react", "👌")
    assert "➖ 查无" in scene.last("WX26-0001", "已反馈", chat=KS).text, "its card says how it was understood"
    assert [s for s in said if "查无" in "".join(s.buttons)] == []
    assert "查无" in scene.last("请核对后办结", chat=WX).text


async def test_another_outcome_is_an_event_and_told_until_the_request_is_closed(scene: Scene) -> None:
    question = await answered(scene)
    await scene.presses(HANDLER, "已查实", on=question)
    await scene.presses(HANDLER, "结果")
    again = scene.last("结果是哪一种", chat=KS)
    assert list(again.buttons) == list(PICKS)
    await scene.presses(LIAISON, "查无", on=again)
    assert (await scene.request("WX26-0001")).outcome == "nothing"
    told = scene.last("WX26-0001", "改为", chat=WX)
    assert "“已查实”" in told.text and "“查无”" in told.text
    actions = await scene.actions(await scene.request("WX26-0001"))
    assert actions == ["register", "accept", "answer", "outcome", "outcome"]
    await scene.says(ASKER, "/close WX26-0001")
    assert "不能" in await scene.forges(HANDLER, question.buttons["已查实"], message_id=question.message_id)
    assert (await scene.request("WX26-0001")).outcome == "nothing"


async def test_more_to_come_was_a_slip_and_is_taken_back(scene: Scene) -> None:
    question = await answered(scene)
    await scene.presses(HANDLER, "还有后续", on=question)
    await scene.presses(HANDLER, "结果")
    await scene.presses(HANDLER, "部分", on=scene.last("结果是哪一种", chat=KS))
    request = await scene.request("WX26-0001")
    assert (request.state, request.outcome, request.partial) == ("answered", "partly", False)
    assert request.answered_at == scene.now


async def test_pressed_twice_it_is_done_once(scene: Scene) -> None:
    question = await answered(scene)
    for _ in range(2):
        await scene.presses(HANDLER, "查无", on=question)
    assert (await scene.actions(await scene.request("WX26-0001"))).count("outcome") == 1


async def test_closed_without_an_outcome_it_can_still_be_said_once(scene: Scene) -> None:
    question = await answered(scene)
    await scene.says(ASKER, "/close WX26-0001")
    await scene.presses(HANDLER, "查无", on=question)
    request = await scene.request("WX26-0001")
    assert (request.state, request.outcome) == ("closed", "nothing")
    assert "不能" in await scene.presses(HANDLER, "已查实", on=question)


@pytest.mark.parametrize("who", [ASKER, OTHER, OFFICER, 13, 31, 1001, 99])
async def test_only_who_answered_and_the_units_liaison_may_say_it(scene: Scene, who: int) -> None:
    question = await answered(scene)
    for label in PICKS:
        assert "🚫" in await scene.presses(who, label, on=question)
    assert (await scene.request("WX26-0001")).outcome is None


@pytest.mark.parametrize(
    "data", ["1:outcome:1:1:perhaps", "1:outcome:1:99:found", "1:outcome:1:x:found", "1:outcome:1:1"]
)
async def test_a_forged_outcome_changes_nothing(scene: Scene, data: str) -> None:
    question = await answered(scene)
    assert "已失效" in await scene.forges(HANDLER, data, message_id=question.message_id)
    assert (await scene.request("WX26-0001")).outcome is None


async def test_the_outcome_of_an_earlier_part_is_not_that_of_the_whole(scene: Scene) -> None:
    question = await answered(scene)
    await scene.presses(HANDLER, "还有后续", on=question)
    await scene.says(HANDLER, "/answer WX26-0001 查无 已全部查完", chat=KS)
    assert "已失效" in await scene.presses(HANDLER, "已查实", on=question)
    assert await outcomes(scene) == [(None, True), ("nothing", False)]


async def test_who_reuses_an_answer_hears_of_another_outcome(scene: Scene) -> None:
    question = await answered(scene)
    await scene.says(COLLEAGUE, FORM)
    await scene.says(COLLEAGUE, "/reuse WX26-0002 WX26-0001")
    assert (await scene.request("WX26-0002")).outcome is None
    before = len(scene.said)
    await scene.presses(HANDLER, "已查实", on=question)
    assert (await scene.request("WX26-0002")).outcome == "found"
    assert "改为" not in scene.heard(WX, before), "nothing that they have read has changed"
    await scene.presses(HANDLER, "结果")
    await scene.presses(HANDLER, "查无", on=scene.last("结果是哪一种", chat=KS))
    assert (await scene.request("WX26-0002")).outcome == "nothing"
    assert await outcomes(scene, "WX26-0002") == [("nothing", False)]
    assert "查无" in scene.last("WX26-0002", "WX26-0001", "改为", chat=WX).text
    assert "outcome" in await scene.actions(await scene.request("WX26-0002"))
    async with scene.work().read() as tx:
        assert (await verify(tx))[1] is None


async def test_the_record_says_which_outcome_it_was_and_is(scene: Scene) -> None:
    question = await answered(scene)
    await scene.presses(HANDLER, "已查实", on=question)
    async with scene.store.read() as session:
        event = (await session.scalars(select(Event).where(Event.action == "outcome"))).one()
    detail = scene.store.sealer.unseal("events", event.sealed)
    assert (detail["outcome_before"], detail["outcome"], detail["answer"]) == (None, "found", 1)


async def test_an_answer_from_another_request_is_changed_there(scene: Scene) -> None:
    await answered(scene)
    await scene.says(COLLEAGUE, FORM)
    await scene.says(COLLEAGUE, "/reuse WX26-0002 WX26-0001")
    assert "结果" not in scene.last("WX26-0002", "→", chat=KS).buttons
    other = await scene.request("WX26-0002")
    assert "原件" in await scene.forges(HANDLER, f"1:outcome:{other.id}")


async def test_an_answer_in_private_asks_there(scene: Scene) -> None:
    await scene.says(ASKER, FORM)
    await scene.presses(HANDLER, "受理")
    await scene.says(HANDLER, "/answer WX26-0001 未发现", chat=HANDLER)
    question = scene.last("结果是哪一种", chat=HANDLER)
    await scene.presses(HANDLER, "查无", on=question)
    assert (await scene.request("WX26-0001")).outcome == "nothing"
