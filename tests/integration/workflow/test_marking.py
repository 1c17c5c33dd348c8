"""The unit that gave an answer says under which code it may be passed on, and how far it is to be trusted; both go with
it wherever it goes."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from storage.tables.models import Answer
from tests.integration.workflow.kept import after
from tests.integration.workflow.scene import CZ, FORM, KS, WX, Scene

OFFICER, COLLEAGUE, HANDLER, LIAISON, OFFICER_CZ = 11, 12, 21, 22, 45


@pytest.fixture
async def answered(scene: Scene) -> Scene:
    await after(scene, _answer)
    return scene


async def _answer(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, "/answer WX26-0001 户籍在昆山花桥", chat=KS)


async def codes(scene: Scene) -> list[tuple[str | None, str | None]]:
    async with scene.store.read() as session:
        return [(a.handling, a.evaluation) for a in await session.scalars(select(Answer).order_by(Answer.id))]


async def test_after_the_outcome_the_codes_are_picked_in_one_message(answered: Scene) -> None:
    question = answered.last("结果", chat=KS)
    await answered.presses(LIAISON, "已查实", on=question, chat=KS)
    picked = answered.last("已查实", chat=KS)
    await answered.presses(LIAISON, "处理码", on=picked, chat=KS)
    shown = answered.last("H1 可共享", chat=KS)
    assert list(shown.buttons) == [
        "H0", "☑️ H1", "H2", "H3", "A", "B", "C", "X", "1", "2", "3", "4",
    ]  # fmt: skip
    for label in ("H2", "B", "2"):
        await answered.presses(LIAISON, label, on=answered.last("处理码", "WX26-0001", chat=KS), chat=KS)
    assert await codes(answered) == [("H2", "B2")]
    assert "☑️ H2" in answered.last("H2 每次须经本单位同意", "B2", chat=KS).buttons
    assert (await answered.actions(await answered.request("WX26-0001"))).count("mark") == 3


async def test_by_a_command_and_shown_with_the_answer(answered: Scene) -> None:
    await answered.says(LIAISON, "/mark WX26-0001 h0 a1", chat=KS)
    assert await codes(answered) == [("H0", "A1")]
    assert "H0 A1" in await answered.reads(OFFICER, "WX26-0001")


@pytest.mark.parametrize("words", ["", "H4", "A5", "H2 Z1", "机密"])
async def test_what_is_no_code_is_refused_with_an_example(answered: Scene, words: str) -> None:
    heard = len(answered.said)
    await answered.says(LIAISON, f"/mark WX26-0001 {words}", chat=KS)
    assert "/mark KS26-0042 H2 B2" in answered.heard(KS, heard)
    assert await codes(answered) == [(None, None)]


@pytest.mark.parametrize("who", [OFFICER, OFFICER_CZ])
async def test_nobody_else_marks_it(answered: Scene, who: int) -> None:
    await answered.says(who, "/mark WX26-0001 H0", chat=who)
    assert await codes(answered) == [(None, None)]


@pytest.mark.parametrize("code", ["H9", "evaluation", "", "A1"])
async def test_a_forged_tap_changes_nothing(answered: Scene, code: str) -> None:
    request = await answered.request("WX26-0001")
    async with answered.store.read() as session:
        [answer] = await session.scalars(select(Answer))
    await answered.forges(LIAISON, f"1:mark:{request.id}:{answer.id}:{code}", chat=KS)
    assert await codes(answered) == [(None, None)]


async def test_the_codes_travel_with_every_copy(answered: Scene) -> None:
    await answered.says(LIAISON, "/mark WX26-0001 H0 A1", chat=KS)
    await answered.says(COLLEAGUE, FORM)
    await answered.presses(COLLEAGUE, "复用", chat=WX)
    assert await codes(answered) == [("H0", "A1"), ("H0", "A1")]
    await answered.says(LIAISON, "/mark WX26-0001 H2", chat=KS)
    assert await codes(answered) == [("H2", "A1"), ("H2", "A1")]
    assert "mark" in await answered.actions(await answered.request("WX26-0002"))


async def test_a_correction_keeps_them(answered: Scene) -> None:
    await answered.says(LIAISON, "/mark WX26-0001 H2 C3", chat=KS)
    await answered.says(LIAISON, "/correct WX26-0001 户籍在昆山玉山", chat=KS)
    assert (await codes(answered))[-1] == ("H2", "C3")


async def test_h3_ends_what_was_offered(answered: Scene) -> None:
    await answered.says(OFFICER_CZ, FORM, chat=CZ)
    card = answered.last("CZ26-0001", "您单位曾答复同一对象", chat=KS)
    await answered.says(LIAISON, "/mark WX26-0001 H3", chat=KS)
    await answered.presses(HANDLER, "用此答复", on=card, chat=KS)
    assert (await answered.request("CZ26-0001")).state == "open"


@pytest.mark.parametrize(
    "words", ["H2 户籍在昆山花桥", "h2：已查实，户籍在昆山花桥", "已查实：【H2】户籍在昆山花桥"]
)
async def test_a_code_in_front_of_the_answer_is_taken_and_said(scene: Scene, words: str) -> None:
    await scene.says(OFFICER, FORM)
    heard = len(scene.said)
    await scene.says(LIAISON, f"/answer WX26-0001 {words}", chat=KS)
    assert await codes(scene) == [("H2", None)]
    assert "H2 每次须经本单位同意" in scene.heard(KS, heard)
    full = await scene.reads(OFFICER, "WX26-0001")
    assert "H2" in full and "户籍在昆山花桥" in full and "H2 户籍" not in full


async def test_a_code_begins_a_reply_to_the_card_too(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    card = scene.last("WX26-0001", chat=KS)
    await scene.replies(LIAISON, card, "#反馈 H3 已查实：户籍在昆山花桥")
    assert await codes(scene) == [("H3", None)]


async def test_a_code_alone_is_no_answer(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, "/answer WX26-0001 H2", chat=KS)
    assert await codes(scene) == []


async def test_a_correction_may_say_another_code_and_an_edit_does_not(answered: Scene) -> None:
    await answered.says(LIAISON, "/correct WX26-0001 H3 户籍在昆山周庄", chat=KS)
    assert (await codes(answered))[-1] == ("H3", None)
    await answered.says(LIAISON, "/mark WX26-0001 H1", chat=KS)
    await answered.says(LIAISON, "/correct WX26-0001 户籍在昆山千灯", chat=KS)
    assert (await codes(answered))[-1] == ("H1", None)


async def test_what_was_marked_since_stays_when_the_message_that_answered_is_edited(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    post = await scene.says(LIAISON, "/answer WX26-0001 H1 户籍在昆山花桥", chat=KS)
    await scene.says(LIAISON, "/mark WX26-0001 H3", chat=KS)
    message = scene.message(LIAISON, KS, "/answer WX26-0001 H1 户籍在昆山周庄", message_id=post)
    message["edit_date"] = message["date"]
    await scene.feed({"edited_message": message})
    assert (await codes(scene))[-1] == ("H3", None)
    assert "户籍在昆山周庄" in await scene.reads(OFFICER, "WX26-0001")
