"""Use cases called as a page or an API calls them: somebody acts, and no message is at hand."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from tests.integration.workflow.scene import CZ, FORM, KS, WX, Scene, sender
from workflow.actions import (
    answering,
    asking,
    correcting,
    declining,
    delaying,
    handling,
    picking,
    questions,
    talking,
)
from workflow.intake import intake
from workflow.kernel.actions import Action
from workflow.kernel.carried import key_of
from workflow.kernel.errors import Refused
from workflow.kernel.results import (
    Answered,
    AnswerGiven,
    Done,
    Incomplete,
    OutcomesToPick,
    Registered,
    TimesToChoose,
    ToChoose,
    WordsWanted,
)
from workflow.kernel.states import State
from workflow.lookup import (
    auditing,
    finding,
    helping,
    lists,
    showing,
    tracing,
    unit_figures,
    unit_pages,
    window,
)
from workflow.lookup.views import ListPage, Shown, WhyExport, WhyLook
from workflow.notices.cards_view import CardView, FullView
from workflow.organisation import binding, members, places
from workflow.organisation.work import Work
from workflow.reuse import giving, reusing

OFFICER, ASKING_LIAISON, HANDLER, LIAISON, COLLEAGUE, ABOVE, ADMIN = 11, 13, 21, 22, 23, 31, 1001
BARE = FORM.partition(" ")[2]  # what stands behind the marker
NUMBER = "WX26-0001"


def by(scene: Scene, who: int) -> Work:
    """The work of a person who acts elsewhere than in a chat."""
    work = scene.work()
    work.sender = sender(who)
    assert work.place is None and work.reply is None
    return work


async def heard(scene: Scene) -> dict[int, str]:
    """What was said since the last time, by chat."""
    before = len(scene.said)
    await scene.deliver()
    chats = {said.chat for said in scene.said[before:]}
    return {chat: scene.heard(chat, before) for chat in chats}


async def asked(scene: Scene, who: int = OFFICER) -> None:
    assert await intake.post(by(scene, who), BARE) == Registered(numbers=(NUMBER,))


async def test_a_request_is_asked_and_both_sides_have_its_card(scene: Scene) -> None:
    await asked(scene)
    said = await heard(scene)
    assert set(said) == {WX, KS}
    assert NUMBER in said[WX] and NUMBER in said[KS]
    request = await scene.request(NUMBER)
    assert (request.chat_id, request.message_id) == (None, None)


async def test_two_requests_in_the_same_words_are_two(scene: Scene) -> None:
    await asked(scene)
    assert await intake.post(by(scene, OFFICER), BARE) == Registered(numbers=("WX26-0002",))


async def test_what_is_missing_is_returned_and_kept_nowhere(scene: Scene) -> None:
    result = await intake.post(by(scene, OFFICER), "户籍证明\n致：昆山")
    assert isinstance(result, Incomplete)
    assert "subject" in {problem.field for problem in result.problems}
    assert await scene.all_requests() == []
    assert await heard(scene) == {}


async def test_accepting_tells_the_asker_and_returns_how_it_stands(scene: Scene) -> None:
    await scene.says(OFFICER, "/start", chat=OFFICER)
    await asked(scene)
    await heard(scene)
    result = await handling.accept(by(scene, HANDLER), NUMBER)
    request = await scene.request(NUMBER)
    assert result == Done(
        action=Action.ACCEPT,
        request_id=request.id,
        number=NUMBER,
        state=State.ACCEPTED,
        due_at=request.due_at,
    )
    said = await heard(scene)
    assert "顾一苇" in said[OFFICER]
    assert HANDLER not in said, "who acts reads what is returned"


async def test_a_result_cannot_be_changed(scene: Scene) -> None:
    await asked(scene)
    result = await handling.accept(by(scene, HANDLER), NUMBER)
    with pytest.raises(FrozenInstanceError):
        result.number = "WX26-0002"  # type: ignore[misc]


async def test_an_answer_reaches_the_asking_group_and_its_outcome_may_be_picked(scene: Scene) -> None:
    await asked(scene)
    await handling.accept(by(scene, HANDLER), NUMBER)
    await heard(scene)
    answered = await answering.answer(by(scene, HANDLER), NUMBER, "已核实，见内网系统")
    assert isinstance(answered, Answered)
    assert (answered.state, answered.outcome) == (State.ANSWERED, None)
    assert answered.suggested
    assert "顾一苇" in (await heard(scene))[WX]
    choice = await picking.choose(by(scene, HANDLER), answered.request_id)
    assert isinstance(choice, OutcomesToPick) and choice.suggested == answered.suggested
    picked = await picking.pick(by(scene, HANDLER), answered.request_id, answered.answer_id, "found")
    assert (picked.outcome, picked.answer_id) == ("found", answered.answer_id)
    put_right = await correcting.correct(by(scene, HANDLER), NUMBER, "全部：经复核，户籍地址属实")
    assert put_right.answer_id != answered.answer_id
    assert "顾一苇" in (await heard(scene))[WX]


async def test_the_other_side_hears_each_step_and_nobody_else(scene: Scene) -> None:
    await asked(scene)
    await heard(scene)

    async def step(doing: object, chats: set[int], state: State) -> None:
        result = await doing  # type: ignore[misc]
        assert isinstance(result, Done) and result.state == state, result
        assert chats <= set(await heard(scene)) <= {WX, KS, CZ, OFFICER}

    await step(
        talking.comment(by(scene, OFFICER), (await scene.request(NUMBER)).id, "请尽快"), {KS}, State.OPEN
    )
    await step(handling.accept(by(scene, HANDLER), NUMBER), {WX, KS}, State.ACCEPTED)
    await step(delaying.delay(by(scene, HANDLER), NUMBER, "10天 等待档案"), {WX}, State.ACCEPTED)
    await step(handling.assign(by(scene, LIAISON), NUMBER, "@lu"), {KS}, State.ACCEPTED)
    await step(answering.give_back(by(scene, COLLEAGUE), NUMBER, "请补充出生地"), {WX}, State.RETURNED)
    request = await scene.request(NUMBER)
    await step(talking.complete(by(scene, OFFICER), request.id, "出生地苏州"), {KS}, State.OPEN)
    await step(asking.nudge(by(scene, OFFICER), NUMBER), {KS}, State.OPEN)
    await step(declining.decline(by(scene, LIAISON), NUMBER, "1. 不属本辖区"), {WX}, State.DECLINED)
    await step(asking.reopen(by(scene, OFFICER), NUMBER, "户籍在你处"), {KS}, State.OPEN)
    await step(handling.transfer(by(scene, LIAISON), NUMBER, "常州"), {CZ}, State.OPEN)
    await step(asking.cancel(by(scene, OFFICER), NUMBER), {WX}, State.CANCELLED)


async def test_a_closed_request_is_rated(scene: Scene) -> None:
    await asked(scene)
    await answering.answer(by(scene, LIAISON), NUMBER, "查无：未查到")
    assert (await asking.close(by(scene, OFFICER), NUMBER)).state == State.CLOSED
    await asking.rate(by(scene, OFFICER), NUMBER, 5)
    assert (await scene.request(NUMBER)).rating == 5


async def test_what_must_be_chosen_first_is_returned(scene: Scene) -> None:
    await asked(scene)
    handlers = await handling.choose_handler(by(scene, LIAISON), NUMBER)
    assert isinstance(handlers, ToChoose) and "陆时雨" in {one.name for one in handlers.options}
    others = await handling.choose_unit(by(scene, LIAISON), NUMBER)
    assert "常州市公安局" in {one.name for one in others.options}
    wanted = await talking.prompt(by(scene, LIAISON), NUMBER, Action.ANSWER)
    assert isinstance(wanted, WordsWanted) and wanted.number == NUMBER
    assert set(await heard(scene)) == {WX, KS}, "the cards, and no question"


async def test_a_time_that_could_be_two_is_not_chosen(scene: Scene) -> None:
    await asked(scene)
    due = (await scene.request(NUMBER)).due_at
    await handling.accept(by(scene, HANDLER), NUMBER)
    result = await delaying.delay(by(scene, HANDLER), NUMBER, "12/1 等待档案")
    if isinstance(result, Done):
        pytest.fail("the example is not ambiguous any more")
    assert isinstance(result, TimesToChoose) and result.draft_id is None and result.options
    assert (await scene.request(NUMBER)).due_at == due


async def test_a_question_is_answered_where_who_asked_reads(scene: Scene) -> None:
    await scene.says(ABOVE, "/start", chat=ABOVE)
    await asked(scene)
    await heard(scene)
    await questions.ask(by(scene, ABOVE), NUMBER, "为何还没有反馈")
    assert "为何还没有反馈" in (await heard(scene))[KS]
    request = await scene.request(NUMBER)
    result = await questions.explain(by(scene, HANDLER), request.id, "档案室休假", to_chat=ABOVE)
    assert result.action is Action.EXPLAIN
    assert "档案室休假" in (await heard(scene))[ABOVE]


async def test_an_earlier_answer_is_taken_given_and_kept(scene: Scene) -> None:
    await asked(scene)
    await answering.answer(by(scene, LIAISON), NUMBER, "全部：已核实，户籍地址属实")
    for _ in range(3):
        await intake.post(by(scene, OFFICER), BARE)
    await heard(scene)
    second, third, fourth = [(await scene.request(f"WX26-000{n}")) for n in (2, 3, 4)]
    reused = await reusing.reuse(by(scene, OFFICER), request="WX26-0002", source=NUMBER)
    assert isinstance(reused, AnswerGiven) and reused.taken is not None and reused.taken.whole
    assert (reused.request_id, reused.state) == (second.id, State.ANSWERED)
    given = await giving.release(by(scene, LIAISON), request="WX26-0003", source=NUMBER)
    assert (given.request_id, given.by_giver, given.state) == (third.id, True, State.ANSWERED)
    away = await giving.withhold(by(scene, LIAISON), request="WX26-0004", source=NUMBER)
    assert (away.request_id, away.action) == (fourth.id, "withhold")
    assert set(await heard(scene)) <= {WX, KS, OFFICER}


async def test_lists_are_values_and_say_nothing(scene: Scene) -> None:
    await asked(scene)
    await heard(scene)
    mine = await lists.mine(by(scene, OFFICER))
    assert isinstance(mine, ListPage)
    assert [line.number for section in mine.sections for line in section.lines] == [NUMBER]
    inbox = await window.inbox(by(scene, LIAISON))
    assert inbox.sections[0].lines[0].from_unit == "无锡市公安局"
    assert "陈望舒" not in repr(inbox), "masked until it is opened"
    assert (await lists.overdue(by(scene, LIAISON))).pages == 0
    found = await finding.search(by(scene, OFFICER), "陈望舒")
    assert found.sections[0].lines[0].number == NUMBER
    assert await heard(scene) == {}


async def test_who_may_read_it_whole_is_returned_the_whole_of_it_and_that_is_recorded(scene: Scene) -> None:
    await asked(scene)
    await heard(scene)
    why = await showing.show_one(by(scene, HANDLER), NUMBER)
    assert isinstance(why, WhyLook) and why.purposes == ("办案", "核查", "督查")
    shown = await showing.show_one(by(scene, HANDLER), NUMBER, "核查")
    assert isinstance(shown, Shown) and isinstance(shown.view, FullView)
    assert "320583199204080027" in repr(shown.view)
    assert "read" in await scene.actions(await scene.request(NUMBER))
    traced = await tracing.trace(by(scene, HANDLER), tracing.Trace.SUBJECT, "陈望舒", "核查")
    assert [line.number for line in traced.sections[0].lines] == [NUMBER]
    above = await showing.show_one(by(scene, ABOVE), NUMBER)
    assert (
        isinstance(above, Shown)
        and isinstance(above.view, CardView)
        and "320583199204080027" not in repr(above.view)
    )
    with pytest.raises(Refused):
        await showing.show_one(by(scene, 99), NUMBER)
    assert await heard(scene) == {}


async def test_figures_people_and_help_are_values(scene: Scene) -> None:
    await asked(scene)
    await heard(scene)
    assert (await unit_figures.stats(by(scene, LIAISON))).received.new == 1
    assert (await unit_pages.digest_now(by(scene, LIAISON))).view.made_at == scene.now
    names = {line.name for line in (await unit_pages.members(by(scene, LIAISON))).lines}
    assert {"顾一苇", "孟秋"} <= names
    assert {line.name for line in (await unit_pages.roster(by(scene, LIAISON))).lines} < names
    assert (await unit_pages.unit_card(by(scene, LIAISON))).above == ("苏州市公安局",)
    assert (await auditing.of_request(by(scene, ADMIN), NUMBER)).lines[0].action == "register"
    assert (await showing.verify_now(by(scene, ADMIN))).broken is None
    why = await showing.export(by(scene, LIAISON))
    assert isinstance(why, WhyExport) and why.purposes
    key = key_of(why.purposes[0])
    assert (await showing.export_for(by(scene, LIAISON), why.unit_id, key)).person_id > 0
    help_ = await helping.help_(by(scene, LIAISON))
    assert (help_.alone, help_.leads, help_.admin) == (True, True, False)
    assert await heard(scene) == {}


async def test_a_role_is_given_and_a_group_is_bound_where_it_is(scene: Scene) -> None:
    given = await members.set_role(by(scene, LIAISON), who="@meng", role="handler")
    assert (given.name, given.role, given.left) == ("孟秋", "handler", ())
    await asked(scene)
    await handling.accept(by(scene, HANDLER), NUMBER)
    removed = await members.set_role(by(scene, LIAISON), who="@gu", role="none")
    assert removed.left == (NUMBER,)
    assert (await places.choose_language(by(scene, OFFICER), "en")).language == "en"
    with pytest.raises(Refused):  # a group is bound in the group
        await binding.bind(by(scene, ADMIN), "KS")
