"""Every action, in every state, by everybody: allowed exactly where it should be, and nothing changes
where it is refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from storage.tables.models import REQUEST_STATES, Answer, Post, Request
from tests.integration.workflow.dump import changed, dump
from tests.integration.workflow.kept import after
from tests.integration.workflow.scene import FORM, KS, WX, Scene
from workflow.actions import (
    answering,
    approving,
    asking,
    correcting,
    declining,
    delaying,
    handling,
    marking,
    picking,
    questions,
    taking_over,
    talking,
    withdrawing,
)
from workflow.intake import edits
from workflow.kernel.errors import Refused
from workflow.kernel.states import TRANSITIONS
from workflow.reuse import giving, reusing

ROLES = {
    "asker": 11, "asking_officer": 12, "asking_liaison": 13, "holder": 21, "asked_liaison": 22,
    "asked_handler": 23, "asked_officer": 24, "asked_supervisor": 25, "superior_liaison": 31,
    "superior_supervisor": 32, "superior_officer": 33,
    "other_liaison": 41, "outsider": 99, "admin": 1001,
}  # fmt: skip
ASKED = {"holder", "asked_liaison", "asked_handler"}
EITHER = {"asker", "asking_officer", "asking_liaison", "asked_officer", "asked_supervisor", "admin"} | ASKED
ABOVE = {"superior_liaison", "superior_supervisor"}
#: The contract's table, in its own words: who may do what. The holder has the request once it is accepted.
WHO = {
    "approve": {"asking_liaison", "admin"},
    "reject": {"asking_liaison", "admin"},
    "accept": ASKED | {"admin"},
    "answer": {"holder", "asked_liaison"},
    "partial": {"holder", "asked_liaison"},
    "outcome": {"holder", "asked_liaison"},
    "more": {"holder", "asked_liaison"},
    "correct": {"holder", "asked_liaison"},
    "withdraw": {"holder", "asked_liaison"},
    "mark": {"holder", "asked_liaison"},
    "return": ASKED | {"admin"},
    "delay": ASKED | {"admin"},
    "decline": {"asked_liaison", "admin"},
    "assign": {"asked_liaison", "admin"} | ABOVE,
    "transfer": {"asked_liaison", "admin"},
    "take_over": {"superior_liaison", "admin"},
    "nudge": {"asker", "asking_liaison", "admin"} | ABOVE,
    "ask": ABOVE,
    "reuse": {"asker"},
    "attach": {"asker"},
    "release": ASKED,
    "close": {"asker"},
    "rate": {"asker"},
    "reopen": {"asker"},
    "cancel": {"asker"},
    "edit": {"asker"},
    "complete": {"asker"},
    "comment": EITHER,
}
#: States in which it has not gone out; who may do anything with it by then.
NOT_OUT = ("pending", "unapproved")
INSIDE = {"asker", "asking_officer", "asking_liaison", "admin"}
Do = Callable[[Scene, int, Request], Awaitable[object]]


def by(use_case: Callable[..., Awaitable[object]], *args: object) -> Do:
    return lambda scene, who, request: use_case(scene.acting(who, chat_of(who)), request.id, *args)


def chat_of(who: int) -> int:
    """In private: a group would make an officer of whoever writes in it."""
    return who


async def edit(scene: Scene, who: int, request: Request) -> None:
    work = scene.acting(who, WX, message_id=request.message_id)
    text = FORM.removeprefix("#协作 ").replace("3天", f"{40 + who % 40}小时")
    await edits.edited(work, marked=text, text=text, sent_at=scene.now)


async def reuse(scene: Scene, who: int, request: Request) -> None:
    await reusing.reuse(scene.acting(who, who), request=request.id, source="WX26-0001")


async def last_answer(scene: Scene, request: Request) -> int:
    """The id of what was answered last; one that there is not where nothing was."""
    async with scene.store.read() as session:
        found = await session.scalar(select(func.max(Answer.id)).where(Answer.request_id == request.id))
        return found or 0


def picks(word: str) -> Do:
    async def pick(scene: Scene, who: int, request: Request) -> None:
        answer = await last_answer(scene, request)
        await picking.pick(scene.acting(who, who), request.id, answer, word)

    return pick


async def attach(scene: Scene, who: int, request: Request) -> None:
    await reusing.attach_own(scene.acting(who, who), request=request.id, source="WX26-0001")


async def release(scene: Scene, who: int, request: Request) -> None:
    await giving.release(scene.acting(who, who), request=request.id, source="WX26-0001")


DO: dict[str, Do] = {
    "approve": by(approving.approve),
    "reject": by(approving.reject, "事由不清"),
    "accept": by(handling.accept),
    "answer": by(answering.answer, "已核实，情况属实"),
    "partial": by(answering.answer, "部分反馈：先行核实"),
    "outcome": picks("nothing"),
    "more": picks("more"),
    "correct": by(correcting.correct, "更正：户籍在花桥"),
    "withdraw": by(withdrawing.withdraw, "用错了人员"),
    "mark": by(marking.mark, "H2 B2"),
    "return": by(answering.give_back, "请补充出生日期"),
    "complete": by(talking.complete, "出生日期 1992年4月8日"),
    "decline": by(declining.decline, "1. 不属本辖区"),
    "assign": by(handling.assign, "@lu"),
    "transfer": by(handling.transfer, "常州"),
    "delay": by(delaying.delay, "30天 等待上级批准"),
    "take_over": by(taking_over.take_over),
    "nudge": by(asking.nudge),
    "ask": by(questions.ask),
    "comment": by(talking.comment, "请尽快"),
    "edit": edit,
    "reuse": reuse,
    "attach": attach,
    "release": release,
    "close": by(asking.close),
    "rate": by(asking.rate, 5),
    "reopen": by(asking.reopen, "地址不符"),
    "cancel": by(asking.cancel),
}
#: How a fresh request comes into a state: who does what.
WAY: dict[str, tuple[tuple[int, str], ...]] = {
    "pending": (),
    "unapproved": ((13, "reject"),),
    "open": (),
    "accepted": ((21, "accept"),),
    "returned": ((21, "accept"), (21, "return")),
    "answered": ((21, "accept"), (21, "answer")),
    "declined": ((21, "accept"), (22, "decline")),
    "closed": ((21, "accept"), (21, "answer"), (11, "close")),
    "cancelled": ((11, "cancel"),),
}


async def all_are_shown(scene: Scene, request: Request) -> None:
    """Everybody has its text before them, whether they should or not: what they may not is decided by more."""
    async with scene.store.write() as session:
        session.add_all([
            Post(chat_id=who, message_id=90_000 + request.id, request_id=request.id, purpose="full", at=scene.now)
            for who in ROLES.values()
        ])  # fmt: skip


async def a_request(scene: Scene, state: str) -> Request:
    """A new request of 11 in this state; 21 has it where somebody has."""
    scene.pass_time(seconds=5)  # nobody posts more often
    types = dict(scene.policy.types)
    types["household"] = replace(types["household"], approve=state in NOT_OUT)
    scene.policy = replace(scene.policy, types=types)
    await scene.says(11, FORM)
    request = (await scene.all_requests())[-1]
    if state in NOT_OUT:
        await all_are_shown(scene, request)
    for who, action in WAY[state]:
        await DO[action](scene, who, request)
    return await scene.request(request.number or "")


def allowed(state: str, action: str, role: str) -> bool:
    if (state, action) not in TRANSITIONS or role not in WHO[action]:
        return False
    if state in NOT_OUT and role not in INSIDE:
        return False
    if action in ("answer", "partial") and role == "holder":
        return state != "open"  # nobody has it yet
    if action in ("outcome", "more", "correct", "withdraw", "mark"):
        return state in ("answered", "closed")  # else no part of it was answered
    return True


def cases() -> Iterator[tuple[str, str, str]]:
    for state in REQUEST_STATES:
        for action in DO:
            for role in ROLES:
                # The asker's words to a returned request complete it, and to any other are a comment.
                if action == "complete" and state != "returned":
                    continue
                if (state, action, role) == ("returned", "comment", "asker"):
                    continue
                yield state, action, role


@pytest.fixture
async def with_an_answer(scene: Scene) -> Scene:
    """WX26-0001 is answered, so that there is something to reuse. One person asks for very much here."""
    await after(scene, _answer_one)
    return scene


async def _answer_one(scene: Scene) -> None:
    scene.policy = replace(scene.policy, posts_per_minute=0)
    await a_request(scene, "answered")
    scene.pass_time(minutes=5)


def test_the_table_of_this_test_names_every_action_once() -> None:
    # of a request about several: test_giving; by another: test_withdrawing; by itself, by an edit: test_approval; with
    # who leaves: test_leaving; by whoever was reminded: test_ladder; into parts: test_parts; of a type
    # that wants papers: test_checking
    elsewhere = {
        "split", "merge", "take_part", "lose", "lapse", "go_out", "put_anew", "give_back", "hand_on", "snooze", "ack",
        "check",
    }  # fmt: skip
    assert set(WHO) == set(DO) == {action for _, action in TRANSITIONS} - elsewhere
    assert set(WAY) == set(REQUEST_STATES)


@pytest.mark.parametrize("state", REQUEST_STATES)
async def test_whoever_may_do_a_thing_does_it_and_the_table_says_what_becomes(
    with_an_answer: Scene, state: str
) -> None:
    scene = with_an_answer
    wrong = []
    for _, action, role in (case for case in cases() if case[0] == state):
        if not allowed(state, action, role):
            continue
        request = await after(scene, a_request, state)
        await DO[action](scene, ROLES[role], request)
        now = await scene.request(request.number or "")
        if now.state != TRANSITIONS[state, action]:
            wrong.append((action, role, now.state))
        history = await scene.actions(request)
        if action not in history:
            wrong.append((action, role, history))
        await scene.deliver()
    assert wrong == []


@pytest.mark.parametrize("state", REQUEST_STATES)
async def test_whoever_may_not_is_told_so_and_nothing_changes(with_an_answer: Scene, state: str) -> None:
    scene = with_an_answer
    request = await a_request(scene, state)
    before = await dump(scene.store)
    wrong = []
    for _, action, role in (case for case in cases() if case[0] == state):
        if allowed(state, action, role):
            continue
        try:
            await DO[action](scene, ROLES[role], request)
        except Refused as refused:
            if not refused.text.key.startswith(("denied.", "error.")):
                wrong.append((action, role, refused.text.key))
        else:
            wrong.append((action, role, "done"))
    assert wrong == []
    assert not changed(before, await dump(scene.store))


async def test_the_words_of_an_asker_to_a_returned_request_complete_it(scene: Scene) -> None:
    request = await a_request(scene, "returned")
    card = scene.last("WX26-0001", chat=WX)
    await scene.replies(11, card, "出生日期 1992年4月8日")
    assert (await scene.request("WX26-0001")).state == "open"
    assert "complete" in await scene.actions(request)


async def test_a_reopening_after_thirty_days_is_refused(scene: Scene) -> None:
    await a_request(scene, "closed")
    scene.pass_time(days=31)
    await scene.says(11, "/reopen WX26-0001 地址不符")
    assert (await scene.request("WX26-0001")).state == "closed"
    assert "30 天" in scene.said[-1].text


async def test_a_request_declined_long_after_it_was_asked_can_be_reopened(scene: Scene) -> None:
    await scene.says(11, FORM)
    scene.pass_time(days=40)
    await scene.says(22, "/decline WX26-0001 不属本辖区", chat=KS)
    await scene.says(11, "/reopen WX26-0001 就是本辖区")
    request = await scene.request("WX26-0001")
    assert request.state == "open"
    assert request.due_at is not None
    assert request.due_at - scene.now > timedelta(days=6)
