"""An answer is taken back: everybody who was given it is told why, it answers nothing any more, and its text stays
where it was read, struck through."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from storage.queries import figures
from storage.queries.scopes import Scope
from storage.tables.models import Answer
from tests.integration.workflow.kept import after
from tests.integration.workflow.scene import CZ, FORM, KS, WX, Scene
from workflow.record.verifying import verify

OFFICER, COLLEAGUE, HANDLER, LIAISON, OFFICER_CZ = 11, 12, 21, 22, 45
WHY = "核对有误"


@pytest.fixture
async def answered(scene: Scene) -> Scene:
    await after(scene, _answer)
    return scene


async def _answer(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, "/answer WX26-0001 已查实：户籍在昆山花桥", chat=KS)


async def test_the_asker_is_told_why_and_the_unit_answers_again(answered: Scene) -> None:
    heard = len(answered.said)
    await answered.says(LIAISON, f"/withdraw WX26-0001 {WHY}", chat=KS)
    request = await answered.request("WX26-0001")
    assert (request.state, request.answered_at, request.outcome) == ("accepted", None, None)
    told = answered.heard(WX, heard)
    assert "撤回" in told and "昆山市公安局" in told and WHY in told
    assert "答复已撤回" in answered.last("WX26-0001", "处置中", chat=WX).text
    await answered.says(LIAISON, "/answer WX26-0001 查无：无此人", chat=KS)
    assert (await answered.request("WX26-0001")).outcome == "nothing"
    assert "答复已撤回" not in answered.last("WX26-0001", chat=WX).text


async def test_its_text_stays_struck_through_for_who_may_read_the_whole(answered: Scene) -> None:
    await answered.says(LIAISON, f"/withdraw WX26-0001 {WHY}", chat=KS)
    told = await answered.reads(OFFICER, "WX26-0001")
    assert "户籍在昆山花桥" in told and "已撤回" in told


async def test_by_the_button_the_reason_is_asked(answered: Scene) -> None:
    await answered.presses(LIAISON, "撤回答复", on=answered.last("WX26-0001", "更正", chat=KS), chat=KS)
    question = answered.last("为什么撤回", chat=KS)
    await answered.replies(LIAISON, question, WHY)
    assert (await answered.request("WX26-0001")).state == "accepted"


async def test_it_is_offered_to_nobody_any_more(answered: Scene) -> None:
    await answered.says(LIAISON, f"/withdraw WX26-0001 {WHY}", chat=KS)
    await answered.says(COLLEAGUE, FORM)
    await answered.says(OFFICER_CZ, FORM, chat=CZ)
    for number, chat in (("WX26-0002", WX), ("CZ26-0001", KS)):
        card = answered.last(number, chat=chat)
        assert not [b for b in card.buttons if b.startswith(("复用", "用此答复"))]
    await answered.says(COLLEAGUE, "/reuse WX26-0002 WX26-0001")
    assert (await answered.request("WX26-0002")).state == "open"


@pytest.mark.parametrize("closed", [False, True], ids=["answered", "closed"])
async def test_who_reused_it_is_told_and_their_request_is_open_again(answered: Scene, closed: bool) -> None:
    await answered.says(COLLEAGUE, FORM)
    await answered.presses(COLLEAGUE, "复用", chat=WX)
    if closed:
        await answered.says(COLLEAGUE, "/close WX26-0002")
    assert (await answered.request("WX26-0002")).state == ("closed" if closed else "answered")
    heard = len(answered.said)
    await answered.says(LIAISON, f"/withdraw WX26-0001 {WHY}", chat=KS)
    again = await answered.request("WX26-0002")
    assert (again.state, again.answered_at, again.reused_from_id) == ("open", None, None)
    assert again.due_at is not None and await answered.reminders(again)
    told = answered.heard(WX, heard)
    assert "WX26-0002" in told and WHY in told
    assert "WX26-0002" in answered.last("先前采用的答复已被撤回", chat=KS).text
    assert "lose" in await answered.actions(again)


async def test_another_unit_that_was_given_it_learns_it_and_not_who_asked_first(answered: Scene) -> None:
    await answered.says(OFFICER_CZ, FORM, chat=CZ)
    await answered.presses(HANDLER, "用此答复", chat=KS)
    heard = len(answered.said)
    await answered.says(LIAISON, f"/withdraw WX26-0001 {WHY}", chat=KS)
    told = answered.heard(CZ, heard)
    assert "撤回" in told and "WX26" not in told and "无锡" not in told
    assert (await answered.request("CZ26-0001")).state == "open"


@pytest.mark.parametrize("who", [OFFICER, COLLEAGUE, OFFICER_CZ])
async def test_nobody_else_takes_it_back(answered: Scene, who: int) -> None:
    await answered.says(who, f"/withdraw WX26-0001 {WHY}", chat=who)
    assert (await answered.request("WX26-0001")).state == "answered"


async def test_a_reason_is_asked_for_and_nothing_changes_without(answered: Scene) -> None:
    await answered.says(LIAISON, "/withdraw WX26-0001", chat=KS)
    assert "/withdraw WX26-0001" in answered.heard(KS)
    assert (await answered.request("WX26-0001")).state == "answered"


async def test_one_that_was_given_is_taken_back_by_who_gave_it_alone(answered: Scene) -> None:
    """A copy belongs to the unit whose answer it is."""
    await answered.says(OFFICER_CZ, FORM.replace("昆山", "苏州"), chat=CZ)
    await answered.says(HANDLER, "/release CZ26-0001 WX26-0001", chat=KS)
    await answered.says(31, f"/withdraw CZ26-0001 {WHY}", chat=31)
    assert (await answered.request("CZ26-0001")).state == "answered"


async def test_the_record_says_so_and_holds(answered: Scene) -> None:
    await answered.says(LIAISON, f"/withdraw WX26-0001 {WHY}", chat=KS)
    assert "withdraw" in await answered.actions(await answered.request("WX26-0001"))
    async with answered.store.read() as session:
        [row] = await session.scalars(select(Answer))
        assert row.withdrawn_at is not None
    async with answered.work().read() as tx:
        assert (await verify(tx))[1] is None


@pytest.mark.parametrize("over", ["/cancel WX26-0002"])
async def test_one_who_lost_interest_does_not_keep_it_from_being_taken_back(
    answered: Scene, over: str
) -> None:
    await answered.says(COLLEAGUE, FORM)
    await answered.presses(COLLEAGUE, "复用", chat=WX)
    await answered.says(COLLEAGUE, "/reopen WX26-0002 还差一点")
    await answered.says(COLLEAGUE, over)
    assert (await answered.request("WX26-0002")).state == "cancelled"
    await answered.says(LIAISON, f"/withdraw WX26-0001 {WHY}", chat=KS)
    assert (await answered.request("WX26-0001")).state == "accepted"
    assert (await answered.request("WX26-0002")).state == "cancelled"


async def test_who_lost_it_is_offered_what_is_answered_in_its_place(answered: Scene) -> None:
    await answered.says(COLLEAGUE, FORM)
    await answered.presses(COLLEAGUE, "复用", chat=WX)
    await answered.says(LIAISON, f"/withdraw WX26-0001 {WHY}", chat=KS)
    answered.pass_time(minutes=1)
    await answered.says(LIAISON, "/answer WX26-0001 已查实：户籍在昆山玉山", chat=KS)
    assert "复用 WX26-0001" in answered.last("WX26-0002", "→", chat=WX).buttons
    await answered.presses(COLLEAGUE, "复用", chat=WX)
    told = await answered.reads(COLLEAGUE, "WX26-0002")
    assert "昆山玉山" in told and (await answered.request("WX26-0002")).state == "answered"


async def test_of_two_answers_that_were_attached_the_other_one_stays(answered: Scene) -> None:
    await answered.says(OFFICER, "/reopen WX26-0001 缺照片")
    answered.pass_time(minutes=1)
    await answered.says(LIAISON, "/answer WX26-0001 已查实：照片另附", chat=KS)
    answered.pass_time(minutes=1)
    await answered.says(COLLEAGUE, FORM.replace("320583199204080027", "320583********0027"))
    await answered.presses(COLLEAGUE, "附上供参考", chat=WX)
    answered.pass_time(minutes=1)
    await answered.says(LIAISON, f"/withdraw WX26-0001 {WHY}", chat=KS)
    told = await answered.reads(COLLEAGUE, "WX26-0002")
    assert "户籍在昆山花桥" in told and "不再作为答复" not in told


async def test_what_was_taken_back_is_counted_no_more(answered: Scene) -> None:
    await answered.says(LIAISON, f"/withdraw WX26-0001 {WHY}", chat=KS)
    unit = (await answered.request("WX26-0001")).to_unit_id or 0
    day = timedelta(days=1)
    async with answered.work().read() as tx:
        done = await figures.done(tx.session, Scope.of(unit).received, tx.now - day, tx.now + day)
    assert (done.answered, done.on_time) == (0, 0)


async def test_with_no_answer_left_it_says_so(answered: Scene) -> None:
    await answered.says(LIAISON, f"/withdraw WX26-0001 {WHY}", chat=KS)
    heard = len(answered.said)
    await answered.says(LIAISON, f"/withdraw WX26-0001 {WHY}", chat=KS)
    assert "没有可更改的答复" in answered.heard(KS, heard)
