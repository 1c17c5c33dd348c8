"""Nobody approves, or rejects, a text that they were not shown as it is now; what was approved stays what it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.outbox.rows import Sent, keep_sent
from handlers.views.outgoing import Say
from handlers.views.rich import words as worded
from storage.queries import posts
from storage.tables.models import MatchKey, OutboxLine
from tests.integration.workflow.dump import changed, dump
from tests.integration.workflow.scene import CZ, FORM, KS, SZ, WX, Said, Scene
from workflow.kernel.body import Body
from workflow.record.verifying import verify

OFFICER, OTHER, LIAISON, HANDLER, ASKED_LIAISON, ADMIN = 11, 12, 13, 21, 22, 1001
ABOVE, OFFICER_ABOVE = 31, 33
NUMBER, SHARED = "WX26-0001", -1009
OTHERWISE = FORM.replace("陈望舒 320583199204080027", "顾远山 11010519491231002X")


@pytest.fixture
async def desk(scene: Scene) -> Scene:
    """Households have to be approved; the liaison has opened a private chat."""
    types = dict(scene.policy.types)
    types["household"] = replace(types["household"], approve=True)
    scene.policy = replace(scene.policy, types=types, quiet=None)
    await scene.says(LIAISON, "/start", chat=LIAISON)
    return scene


def put(scene: Scene, who: int = LIAISON) -> Said:
    """The whole text, as somebody was asked to approve it."""
    return next(s for s in reversed(scene.said) if s.chat == who and "批准" in s.buttons)


async def state(scene: Scene, number: str = NUMBER) -> str:
    return (await scene.request(number)).state


async def sound(scene: Scene) -> None:
    async with scene.work().read() as tx:
        _, broken = await verify(tx)
    assert broken is None


async def approved(desk: Scene, text: str = FORM) -> int:
    """The post of a request that was approved and has gone out."""
    post = await desk.says(OFFICER, text)
    await desk.presses(LIAISON, "批准", on=put(desk))
    assert await state(desk) == "open"
    return post


# --- the sight of it ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [f"/approve {NUMBER}", f"/reject {NUMBER} 事由不清", f"/批准 {NUMBER}"])
@pytest.mark.parametrize("chat", [WX, ADMIN])
async def test_words_decide_nothing_about_a_text_that_was_not_shown(
    desk: Scene, words: str, chat: int
) -> None:
    await desk.says(OFFICER, FORM)
    await desk.says(ADMIN, "大家好", chat=chat)
    before = await dump(desk.store)
    await desk.says(ADMIN, words, chat=chat)
    assert "还没有看过" in desk.said[-1].text and f"/show {NUMBER}" in desk.said[-1].text
    assert not changed(before, await dump(desk.store)), "one line, nothing changed"
    await desk.says(ADMIN, f"/show {NUMBER}", chat=ADMIN)
    await desk.says(ADMIN, words, chat=chat)
    assert await state(desk) == ("unapproved" if "reject" in words else "open")


async def test_words_decide_nothing_about_a_text_that_is_another_by_now(desk: Scene) -> None:
    post = await desk.says(OFFICER, FORM)
    shown = put(desk)
    desk.pass_time(minutes=1)
    await desk.edits(OFFICER, post, OTHERWISE)
    async with desk.store.write() as session:  # the new text has not come through yet
        await posts.drop(session, LIAISON, [put(desk).message_id])
    for words in (f"/approve {NUMBER}", f"/reject {NUMBER} 不行"):
        await desk.says(LIAISON, words, chat=LIAISON)
        assert "还没有看过" in desk.said[-1].text
    assert "内容已改" in await desk.presses(LIAISON, "批准", on=shown)
    assert await state(desk) == "pending"


async def test_a_reason_that_was_asked_for_before_an_edit_rejects_nothing(desk: Scene) -> None:
    post = await desk.says(OFFICER, FORM)
    await desk.presses(LIAISON, "驳回", on=put(desk))
    prompt = desk.last("写明驳回", chat=LIAISON)
    desk.pass_time(minutes=1)
    await desk.edits(OFFICER, post, OTHERWISE)
    for words in ("事由不清", "#驳回 事由不清"):
        await desk.replies(LIAISON, prompt, words)
        assert "刚才的问题作废" in desk.said[-1].text
    assert await state(desk) == "pending"
    assert "事由不清" not in await desk.reads(OFFICER, NUMBER), "and is no comment either"
    await desk.presses(LIAISON, "驳回", on=put(desk))
    await desk.replies(LIAISON, desk.last("写明驳回", chat=LIAISON), "还是不清")
    assert await state(desk) == "unapproved"


async def test_a_question_that_was_under_way_at_the_edit_rejects_nothing(desk: Scene) -> None:
    post = await desk.says(OFFICER, FORM)
    await desk.presses(LIAISON, "驳回", on=put(desk))
    prompt = desk.last("写明驳回", chat=LIAISON)
    async with desk.store.write() as session:
        line = await session.scalar(
            select(OutboxLine).where(OutboxLine.chat_id == LIAISON, OutboxLine.purpose == "ask:reject")
        )
        assert line is not None
        await posts.drop(session, LIAISON, [prompt.message_id])
    desk.pass_time(minutes=1)
    await desk.edits(OFFICER, post, OTHERWISE)
    text = Say(text=worded(prompt.text))
    await keep_sent(desk.store, line, [Sent(out=text, message_ids=(prompt.message_id,))], desk.now)
    await desk.replies(LIAISON, prompt, "事由不清")
    assert await state(desk) == "pending"


def photo(name: str) -> dict[str, object]:
    return {"photo": [{"file_id": name, "file_unique_id": f"u{name}", "width": 1, "height": 1}]}


async def test_a_late_item_of_an_album_is_seen_before_it_is_approved(desk: Scene) -> None:
    await desk.says(OFFICER, None, caption=FORM, media_group_id="A", **photo("P1"))
    first = put(desk)
    desk.pass_time(seconds=20)
    await desk.says(OFFICER, None, media_group_id="A", **photo("P2"))
    assert put(desk).message_id != first.message_id
    shown = desk.said[[s.message_id for s in desk.said].index(put(desk).message_id) :]
    assert any(s.chat == LIAISON and set(s.files) == {"P1", "P2"} for s in shown)
    assert "内容已改" in await desk.presses(LIAISON, "批准", on=first)
    assert not any(s.files for s in desk.said if s.chat == KS)
    await desk.presses(LIAISON, "批准", on=put(desk))
    assert await state(desk) == "open"
    assert any(set(s.files) == {"P1", "P2"} for s in desk.said if s.chat == KS)
    await sound(desk)


async def test_the_items_of_an_album_that_come_together_are_one_text_to_read(desk: Scene) -> None:
    work = desk.deliver
    desk.deliver = _nothing  # type: ignore[method-assign]
    await desk.says(OFFICER, None, caption=FORM, media_group_id="A", **photo("P1"))
    for name in ("P2", "P3"):
        await desk.says(OFFICER, None, media_group_id="A", **photo(name))
    desk.deliver = work  # type: ignore[method-assign]
    await desk.deliver()
    assert sum("批准" in s.buttons for s in desk.said if s.chat == LIAISON) == 1


async def _nothing() -> list[Said]:
    return []


# --- where others read along ---------------------------------------------------------------------------------------


async def shared(desk: Scene) -> None:
    for code in ("KS", "WX"):
        await desk.says(ADMIN, f"/bind {code} shared", chat=SHARED)
    await desk.says(OFFICER, "/start", chat=OFFICER)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (OTHERWISE, None),
        (FORM.replace("昆山", "常州"), "不能改"),
        (FORM.replace("时限：3天", "时限：昨天"), "⚠️"),
    ],
)
async def test_an_edit_in_a_shared_group_is_answered_where_others_do_not_read(
    desk: Scene, text: str, told: str | None
) -> None:
    await shared(desk)
    post = await desk.says(OFFICER, FORM, chat=SHARED)
    since = len(desk.said)
    await desk.edits(OFFICER, post, text, chat=SHARED)
    assert NUMBER not in desk.heard(SHARED, since) and "批准" not in desk.heard(SHARED, since)
    if told is not None:
        assert NUMBER in desk.heard(OFFICER, since), "the asker is told by themselves"


async def test_an_edit_of_what_was_cancelled_there_names_it_to_nobody_else(desk: Scene) -> None:
    await shared(desk)
    post = await desk.says(OFFICER, FORM, chat=SHARED)
    await desk.says(OFFICER, f"/cancel {NUMBER}", chat=OFFICER)
    since = len(desk.said)
    await desk.edits(OFFICER, post, OTHERWISE, chat=SHARED)
    assert NUMBER not in desk.heard(SHARED, since)
    assert NUMBER in desk.heard(OFFICER, since)


async def test_a_group_that_others_join_keeps_nothing_of_what_waits_there(desk: Scene) -> None:
    await desk.says(OFFICER, FORM)
    await desk.says(OTHER, FORM.replace("陈望舒", "陈望书").replace("户籍证明", "居住核实"))
    await desk.says(LIAISON, f"/reject {NUMBER} 事由不清", chat=LIAISON)
    card = desk.last(NUMBER, "未批准", chat=WX)
    since = len(desk.said)
    await desk.says(ADMIN, "/bind KS")
    edited = {s.message_id: s for s in desk.said[since:] if s.chat == WX and s.kind == "edit"}
    assert edited[card.message_id].text == "🔒 这里的内容已收回。" and not edited[card.message_id].buttons
    assert all(s.text == "🔒 这里的内容已收回。" for s in edited.values())
    assert "WX26-0002" in desk.last("WX26-0002", "待受理", chat=WX).text, "what has gone out stands"
    await desk.edits(OFFICER, card.reply_to or 0, OTHERWISE)
    assert NUMBER not in desk.heard(WX, since)
    await sound(desk)


async def test_a_group_that_only_others_are_left_in_keeps_nothing_either(desk: Scene) -> None:
    await desk.says(OFFICER, FORM)
    await desk.says(ADMIN, "/bind KS")
    await desk.says(ADMIN, "/unbind WX")
    assert not any(s.text == "" for s in desk.said)
    stands = {s.message_id: s.text for s in desk.said if s.chat == WX}
    assert not any("待本单位批准" in text for text in stands.values())


# --- what was approved ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "added",
    [
        "备注：另查李明远 11010519491231002X",
        "备注：再查一下李明远",
        "联系人：李明远 11010519491231002X",
        "案件：李明远诈骗案",
        "备注：另外请查苏E12345",
    ],
)
async def test_no_second_person_joins_what_was_approved(desk: Scene, added: str) -> None:
    post = await approved(desk)
    before = (await desk.request(NUMBER)).sealed
    await desk.edits(OFFICER, post, f"{FORM}\n{added}")
    assert "已获批准" in desk.said[-1].text and len(desk.said[-1].text.splitlines()) == 1
    assert (await desk.request(NUMBER)).sealed == before


async def test_nor_by_a_question_of_who_asks_and_stands_above(desk: Scene) -> None:
    """Suzhou asks Kunshan, which lies below it, and may ask why it waits."""
    scene = desk
    await scene.says(ABOVE, "/start", chat=ABOVE)
    await scene.says(OFFICER_ABOVE, FORM, chat=SZ)
    await scene.presses(ABOVE, "批准", on=put(scene, ABOVE))
    heard = len(scene.said)
    await scene.says(ABOVE, "/ask SZ26-0001 另外请一并查李明远 11010519491231002X", chat=ABOVE)
    assert "已获批准" in scene.heard(ABOVE, heard) and not scene.heard(KS, heard)
    await scene.says(ABOVE, "/ask SZ26-0001 是否需要派人协助", chat=ABOVE)
    assert "派人协助" in scene.heard(KS, heard)


@pytest.mark.parametrize(
    "added",
    [
        "备注：请电话联系",
        "备注：陈望舒白天在家",
        "联系人：林小满 13900001111",
        "案件：A3205834500002026010001",
        "时限：12月20日18:00",
    ],
)
async def test_what_says_nothing_of_others_is_added(desk: Scene, added: str) -> None:
    post = await approved(desk)
    await desk.edits(OFFICER, post, f"{FORM.replace('时限：3天', '')}\n{added}")
    assert "已获批准" not in desk.said[-1].text
    assert added.partition("：")[2][:6] in await desk.reads(HANDLER, NUMBER)


@pytest.mark.parametrize("how", ["edit", "reply"])
async def test_after_a_return_whom_it_is_about_is_put_right_and_approved_once_more(
    desk: Scene, how: str
) -> None:
    post = await approved(desk)
    await desk.says(HANDLER, f"/return {NUMBER} 号码与姓名不符", chat=KS)
    card = desk.last(NUMBER, "退回补充", chat=KS)
    since = len(desk.said)
    if how == "edit":
        await desk.edits(OFFICER, post, OTHERWISE)
    else:
        returned = desk.last("需补充", chat=WX)
        await desk.replies(OFFICER, returned, "对象：顾远山 11010519491231002X")
    request = await desk.request(NUMBER)
    assert (request.state, request.to_unit_id) == ("pending", None)
    assert (await desk.actions(request)).count("put_anew") == 1
    assert "收回重新报批" in desk.heard(KS, since) and "顾" not in desk.heard(KS, since)
    stands = {s.message_id: s for s in desk.said if s.chat == KS}
    assert stands[card.message_id].text == "🔒 这里的内容已收回。"
    async with desk.store.read() as session:
        assert await session.scalar(select(func.count()).select_from(MatchKey)) == 0
    for words in (f"/show {NUMBER}", f"/answer {NUMBER} 已查实", "/inbox"):
        await desk.says(HANDLER, words, chat=KS)
    assert "待受理" not in desk.heard(KS, since) and await state(desk) == "pending"
    desk.pass_time(hours=5)
    assert "11010519491231002X" in put(desk).text
    await desk.presses(LIAISON, "批准", on=put(desk))
    request = await desk.request(NUMBER)
    assert request.state == "open" and request.handler_id is None
    new = desk.last(NUMBER, "待受理", chat=KS)
    assert new.message_id != card.message_id and "顾" in new.text
    body = Body.of(request, desk.store.sealer)
    assert body.approved and body.went_out is not None and body.went_out.at == desk.now
    await desk.says(ASKED_LIAISON, f"/answer {NUMBER} 已查实 属实", chat=KS)
    assert await state(desk) == "answered"
    await sound(desk)


async def test_what_is_not_approved_again_stays_with_its_unit(desk: Scene) -> None:
    post = await approved(desk)
    await desk.says(HANDLER, f"/return {NUMBER} 号码与姓名不符", chat=KS)
    await desk.edits(OFFICER, post, OTHERWISE)
    since = len(desk.said)
    await desk.presses(LIAISON, "驳回", on=put(desk))
    await desk.replies(LIAISON, desk.last("写明驳回", chat=LIAISON), "不是同一人")
    assert await state(desk) == "unapproved"
    assert desk.heard(KS, since) == "" and "不是同一人" in desk.last("未批准", chat=WX).text
    await sound(desk)


async def test_in_a_shared_group_what_is_put_anew_goes_too(desk: Scene) -> None:
    await shared(desk)
    post = await desk.says(OFFICER, FORM, chat=SHARED)
    await desk.presses(LIAISON, "批准", on=put(desk))
    await desk.says(HANDLER, f"/return {NUMBER} 号码与姓名不符", chat=KS)
    card = desk.last(NUMBER, "→", chat=SHARED)
    await desk.edits(OFFICER, post, OTHERWISE, chat=SHARED)
    assert await state(desk) == "pending"
    stands = {s.message_id: s for s in desk.said if s.chat == SHARED}
    assert stands[card.message_id].text == "🔒 这里的内容已收回。"


async def test_what_a_twin_has_taken_is_not_sent_there_twice(desk: Scene) -> None:
    await desk.says(OFFICER, FORM.replace("昆山", "昆山、常州"))
    await desk.says(LIAISON, "/approve WX26-0002", chat=LIAISON)
    await desk.says(41, "/transfer WX26-0002 昆山", chat=CZ)
    await desk.says(LIAISON, f"/approve {NUMBER}", chat=LIAISON)
    assert "已到昆山市公安局" in desk.said[-1].text
    assert await state(desk) == "pending"


# --- time --------------------------------------------------------------------------------------------------------


async def test_a_share_of_the_time_to_answer_is_a_share_of_what_the_other_unit_has(desk: Scene) -> None:
    desk.policy = replace(desk.policy, before_due=(0.25,))
    await desk.says(OFFICER, FORM.replace("时限：3天", "紧急程度：加急"))
    desk.pass_time(hours=20)
    await desk.presses(LIAISON, "批准", on=put(desk))
    request = await desk.request(NUMBER)
    assert request.due_at is not None
    before = [row.due_at for row in await desk.reminders(request) if row.kind == "before"]
    assert before == [request.due_at - (request.due_at - desk.now) * 0.25]
    await desk.says(HANDLER, f"/accept {NUMBER}", chat=KS)
    assert [r.due_at for r in await desk.reminders(request) if r.kind == "before"] == before
    assert request.due_at - before[0] == timedelta(hours=18)


# --- what another unit has by now ----------------------------------------------------------------------------------


async def test_who_passed_it_on_learns_nothing_of_it_by_trying_to_correct(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(HANDLER, "/accept WX26-0001", chat=KS)
    await scene.says(HANDLER, "/answer WX26-0001 还有后续 户籍在昆山", chat=KS)
    await scene.says(ASKED_LIAISON, "/transfer WX26-0001 常州", chat=KS)
    await scene.says(41, "/accept WX26-0001", chat=CZ)
    await scene.says(41, "/decline WX26-0001 不属本地", chat=CZ)
    for words in ("/correct WX26-0001 户籍在太仓", "/withdraw WX26-0001 有误", "/mark WX26-0001 H2"):
        since = len(scene.said)
        await scene.says(HANDLER, words, chat=KS)
        heard = scene.heard(KS, since)
        assert heard.startswith(("⚠️", "🚫")), heard
        for word in ("拒绝", "秦砚秋", "常州", "已办结", "待受理"):
            assert word not in heard.replace("不能“撤回", ""), heard


# --- a whole ledger ------------------------------------------------------------------------------------------------


async def test_a_ledger_is_taken_for_a_purpose_that_every_record_in_it_tells(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(ASKED_LIAISON, "/start", chat=ASKED_LIAISON)
    scene.purpose = None
    await scene.says(ASKED_LIAISON, "/export", chat=ASKED_LIAISON)
    asked = scene.last("用途", chat=ASKED_LIAISON)
    assert {"办案", "核查", "督查"} <= set(asked.buttons)
    assert not await _lines(scene)
    await scene.presses(ASKED_LIAISON, "核查", on=asked)
    assert len(await _lines(scene)) == 1
    assert "核查" in scene.last("已记入经过", chat=ASKED_LIAISON).text
    await scene.says(ASKED_LIAISON, "/audit WX26-0001", chat=ASKED_LIAISON)
    assert "导出台账" in scene.said[-1].text and "核查" in scene.said[-1].text
    await scene.says(OTHER, FORM.replace("昆山", "常州"))
    await scene.says(ADMIN, "/audit WX26-0002", chat=ADMIN)
    assert "导出台账" not in scene.said[-1].text, "it was in no ledger of 昆山"
    await scene.says(ASKED_LIAISON, "/audit 320583199204080027", chat=ASKED_LIAISON)
    assert "导出台账" in scene.said[-1].text
    await sound(scene)


async def test_a_purpose_may_be_typed_and_one_that_there_is_not_exports_nothing(scene: Scene) -> None:
    await scene.says(ASKED_LIAISON, "/start", chat=ASKED_LIAISON)
    scene.purpose = None
    await scene.says(ASKED_LIAISON, "/export KS 督查", chat=ASKED_LIAISON)
    assert len(await _lines(scene)) == 1
    asked = await scene.says(ASKED_LIAISON, "/export", chat=ASKED_LIAISON)
    question = scene.last("用途", chat=ASKED_LIAISON)
    assert asked
    data = question.buttons["办案"]
    for forged in (data[:-2] + "zz", data.rpartition(":")[0], data.replace(":", ":9", 1)):
        toast = await scene.forges(ASKED_LIAISON, forged, chat=ASKED_LIAISON, message_id=question.message_id)
        assert toast.startswith(("⚠️", "🚫")), toast
    for who in (HANDLER, OFFICER, LIAISON, 99):
        await scene.says(who, "/start", chat=who)
        toast = await scene.forges(who, data, chat=who, message_id=question.message_id)
        assert toast.startswith(("⚠️", "🚫")), toast
    assert len(await _lines(scene)) == 1


async def _lines(scene: Scene) -> list[OutboxLine]:
    return [line for line in await scene.lines(chat=ASKED_LIAISON) if line.kind == "export"]
