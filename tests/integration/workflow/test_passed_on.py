"""A first part that was answered before the request was passed on to another unit: it is its giver's, who puts it
right, takes it back and marks it; the unit that is asked now does not, and nobody else."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from storage.tables.models import Answer, Event, Unit
from tests.integration.workflow.dump import changed, dump
from tests.integration.workflow.kept import after
from tests.integration.workflow.scene import CZ, FORM, KS, WX, Scene
from workflow.record.verifying import verify

OFFICER, COLLEAGUE, GIVER, LIAISON, OTHER_HANDLER, NEW_LIAISON = 11, 12, 21, 22, 23, 41
FIRST, NUMBER = "先行核实：户籍在昆山花桥", "WX26-0001"
ACTS = {
    "correct": f"/correct {NUMBER} 户籍在昆山玉山",
    "withdraw": f"/withdraw {NUMBER} 核对有误",
    "mark": f"/mark {NUMBER} H2 B2",
}
#: Of the unit that is asked now, of the asking one, of the giver's but not the giver, above, and outside.
OTHERS = {
    "new liaison": NEW_LIAISON, "new officer": 45, "asker": OFFICER, "asking liaison": 13,
    "other handler": OTHER_HANDLER, "giver's officer": 24, "giver's supervisor": 25, "liaison above": 31,
    "nobody": 99, "admin": 1001,
}  # fmt: skip
NO_MATTER = {
    "people",
    "accounts",
    "memberships",
    "events",
    "desk",
    "inbox",
    "outbox",
    "posts",
    "chats",
    "drafts",
}


async def _play(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(GIVER, f"/accept {NUMBER}", chat=KS)
    await scene.says(GIVER, f"/answer {NUMBER} 还有后续：{FIRST}", chat=KS)
    await scene.says(LIAISON, f"/transfer {NUMBER} 常州", chat=KS)


@pytest.fixture
async def passed_on(scene: Scene) -> Scene:
    await after(scene, _play)
    return scene


async def answers(scene: Scene) -> list[Answer]:
    async with scene.store.read() as session:
        return list(await session.scalars(select(Answer).order_by(Answer.id)))


async def done(scene: Scene, act: str) -> bool:
    """Whether it was done to the first part."""
    given = await answers(scene)
    return {
        "correct": any(one.corrects_id == given[0].id for one in given),
        "withdraw": given[0].withdrawn_at is not None,
        "mark": (given[0].handling, given[0].evaluation) == ("H2", "B2"),
    }[act]


async def test_the_scene_is_as_it_says(passed_on: Scene) -> None:
    request = await passed_on.request(NUMBER)
    [given] = await answers(passed_on)
    assert (request.state, request.partial, given.partial) == ("open", True, True)
    assert given.unit_id != request.to_unit_id


@pytest.mark.parametrize("accepted", [False, True], ids=["waiting", "accepted there"])
@pytest.mark.parametrize("chat", [KS, None], ids=["in their group", "in private"])
@pytest.mark.parametrize("who", [GIVER, LIAISON], ids=["giver", "liaison"])
@pytest.mark.parametrize("act", ACTS)
async def test_who_gave_it_may(
    passed_on: Scene, act: str, who: int, chat: int | None, accepted: bool
) -> None:
    if accepted:
        await passed_on.says(NEW_LIAISON, f"/accept {NUMBER}", chat=CZ)
    before = await passed_on.request(NUMBER)
    await passed_on.says(who, ACTS[act], chat=chat or who)
    assert await done(passed_on, act)
    now = await passed_on.request(NUMBER)
    assert (now.state, now.to_unit_id, now.handler_id) == (before.state, before.to_unit_id, before.handler_id)
    assert now.partial is (act != "withdraw")
    assert now.due_at == before.due_at, "the unit that is asked now has no more time by it"
    async with passed_on.work().read() as tx:
        assert (await verify(tx))[1] is None


@pytest.mark.parametrize("accepted", [False, True], ids=["waiting", "accepted there"])
@pytest.mark.parametrize("act", ACTS)
async def test_nobody_else_may_and_nothing_changes(passed_on: Scene, act: str, accepted: bool) -> None:
    if accepted:
        await passed_on.says(NEW_LIAISON, f"/accept {NUMBER}", chat=CZ)
    before = await dump(passed_on.store)
    for name, who in OTHERS.items():
        heard = len(passed_on.said)
        await passed_on.says(who, ACTS[act], chat=who)
        assert passed_on.heard(who, heard), f"{name} is told nothing"
        assert FIRST not in passed_on.heard(who, heard), name
        assert not changed(before, await dump(passed_on.store)) - NO_MATTER, name


@pytest.mark.parametrize("act", ACTS)
async def test_the_new_unit_hears_whose_it_is(passed_on: Scene, act: str) -> None:
    await passed_on.says(NEW_LIAISON, ACTS[act], chat=CZ)
    assert not await done(passed_on, act)
    assert "昆山市公安局" in passed_on.last(NUMBER, "只能由反馈人", chat=CZ).text


async def test_in_a_group_that_has_no_part_in_it_nothing_is_said(passed_on: Scene) -> None:
    """Of who gave it the answer is in private, and where their unit answers."""
    heard = len(passed_on.said)
    await passed_on.says(GIVER, ACTS["withdraw"], chat=-1003)
    assert NUMBER not in passed_on.heard(-1003, heard)
    assert not await done(passed_on, "withdraw")


async def test_an_edit_of_the_message_that_answered_puts_it_right(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    sent = await scene.says(LIAISON, f"/answer {NUMBER} 还有后续：{FIRST}", chat=KS)
    await scene.says(LIAISON, f"/transfer {NUMBER} 常州", chat=KS)
    await scene.edits(LIAISON, sent, f"/answer {NUMBER} 还有后续：户籍在昆山玉山", chat=KS)
    assert await done(scene, "correct")


async def test_the_asker_and_the_unit_that_is_asked_now_learn_that_it_was_taken_back(
    passed_on: Scene,
) -> None:
    heard = len(passed_on.said)
    await passed_on.says(LIAISON, ACTS["withdraw"], chat=KS)
    for chat in (WX, CZ):
        told = passed_on.heard(chat, heard)
        assert "昆山市公安局" in told and "撤回" in told and "现由常州市公安局办理" in told
    assert "请重新反馈" not in passed_on.heard(KS, heard)


async def test_the_new_unit_is_told_what_was_put_right(passed_on: Scene) -> None:
    heard = len(passed_on.said)
    await passed_on.says(LIAISON, ACTS["correct"], chat=KS)
    assert "昆山市公安局" in passed_on.heard(WX, heard) and "昆山市公安局" in passed_on.heard(CZ, heard)


@pytest.mark.parametrize("closed", [False, True], ids=["answered", "closed"])
async def test_what_the_new_unit_answered_stands_when_the_first_part_is_taken_back(
    passed_on: Scene, closed: bool
) -> None:
    await passed_on.says(NEW_LIAISON, f"/answer {NUMBER} 已查实：人在常州", chat=CZ)
    if closed:
        await passed_on.says(OFFICER, f"/close {NUMBER}")
    before = await passed_on.request(NUMBER)
    await passed_on.says(LIAISON, ACTS["withdraw"], chat=KS)
    now = await passed_on.request(NUMBER)
    assert await done(passed_on, "withdraw")
    assert (now.state, now.outcome, now.answered_at) == (before.state, "found", before.answered_at)
    told = await passed_on.reads(OFFICER, NUMBER)
    assert "人在常州" in told and "已撤回" in told


async def test_the_new_unit_takes_back_its_own_and_the_first_part_stays(passed_on: Scene) -> None:
    await passed_on.says(NEW_LIAISON, f"/answer {NUMBER} 已查实：人在常州", chat=CZ)
    await passed_on.says(NEW_LIAISON, ACTS["withdraw"], chat=CZ)
    first, second = await answers(passed_on)
    assert first.withdrawn_at is None and second.withdrawn_at is not None
    now = await passed_on.request(NUMBER)
    assert (now.state, now.partial, now.answered_at) == ("accepted", True, None)


async def test_who_reused_both_keeps_what_stands(passed_on: Scene) -> None:
    await passed_on.says(NEW_LIAISON, f"/answer {NUMBER} 已查实：人在常州", chat=CZ)
    await passed_on.says(COLLEAGUE, FORM)
    await passed_on.presses(COLLEAGUE, "复用", chat=WX)
    assert (await passed_on.request("WX26-0002")).state == "answered"
    heard = len(passed_on.said)
    await passed_on.says(LIAISON, ACTS["withdraw"], chat=KS)
    assert (await passed_on.request("WX26-0002")).state == "answered"
    told = passed_on.heard(WX, heard)
    assert "WX26-0002" in told and "昆山市公安局" in told


@pytest.mark.parametrize("act", ACTS)
async def test_what_was_answered_before_a_reopening_is_still_its_givers(scene: Scene, act: str) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, f"/answer {NUMBER} 已查实：{FIRST}", chat=KS)
    await scene.says(OFFICER, f"/reopen {NUMBER} 还差照片")
    await scene.says(LIAISON, f"/transfer {NUMBER} 常州", chat=KS)
    await scene.says(LIAISON, ACTS[act], chat=KS)
    assert await done(scene, act)
    assert (await scene.request(NUMBER)).state == "open"


async def test_the_record_names_the_unit_whose_answer_it_is(passed_on: Scene) -> None:
    for act in ("correct", "mark", "withdraw"):
        await passed_on.says(LIAISON, ACTS[act], chat=KS)
    async with passed_on.store.read() as session:
        ks = await session.scalar(select(Unit.id).where(Unit.code == "KS"))
        of = await session.scalars(select(Event.unit_id).where(Event.action.in_(ACTS)))
        assert list(of) == [ks] * len(ACTS)


async def test_who_left_the_unit_that_they_answered_for_may_not(passed_on: Scene) -> None:
    await passed_on.says(LIAISON, "/role @gu none", chat=KS)
    await passed_on.says(GIVER, ACTS["withdraw"], chat=GIVER)
    assert not await done(passed_on, "withdraw")
