"""What has to be approved in the asking unit: until it is, the other unit hears nothing; and never by who asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlalchemy import func, select

from bot.outbox.rows import Sent, keep_sent
from handlers.views.outgoing import Say
from storage.queries import posts
from storage.tables.models import Event, MatchKey, OutboxLine, Request
from tests.integration.workflow.dump import changed, dump
from tests.integration.workflow.kept import after, played_once
from tests.integration.workflow.scene import CZ, FORM, KS, SZ, WX, Said, Scene
from workflow.kernel.body import Body
from workflow.ledger import giving
from workflow.record.verifying import verify
from workflow.scheduled import ticks

OFFICER, OTHER, LIAISON, HANDLER, ASKED_LIAISON, SUPERVISOR, ADMIN = 11, 12, 13, 21, 22, 32, 1001
NUMBER = "WX26-0001"


def approving(scene: Scene, *, approve: bool = True) -> None:
    types = dict(scene.policy.types)
    types["household"] = replace(types["household"], approve=approve)
    scene.policy = replace(scene.policy, types=types, quiet=None)


@pytest.fixture
async def desk(scene: Scene) -> Scene:
    """Households have to be approved; the liaison has opened a private chat."""
    await after(scene, _begin)
    return scene


async def _begin(scene: Scene) -> None:
    approving(scene)
    await scene.says(LIAISON, "/start", chat=LIAISON)


@played_once
async def asked(scene: Scene, who: int = OFFICER, text: str = FORM, *, chat: int = WX) -> int:
    return await scene.says(who, text, chat=chat)


def put(scene: Scene, who: int = LIAISON) -> Said:
    """The whole text, as somebody was asked to approve it."""
    return next(s for s in reversed(scene.said) if s.chat == who and "批准" in s.buttons)


async def state(scene: Scene, number: str = NUMBER) -> str:
    return (await scene.request(number)).state


async def tick(scene: Scene) -> None:
    await ticks.reminders(scene.work())
    await scene.deliver()


async def sound(scene: Scene) -> None:
    async with scene.work().read() as tx:
        _, broken = await verify(tx)
    assert broken is None


# --- it waits -----------------------------------------------------------------------------------------------------


async def test_it_waits_with_a_card_in_its_own_group_and_whole_in_private_where_it_is_approved(
    desk: Scene,
) -> None:
    post = await asked(desk)
    request = await desk.request(NUMBER)
    assert (request.state, request.to_unit_id, request.due_at is not None) == ("pending", None, True)
    card = desk.last("待本单位批准", chat=WX)
    assert card.reply_to == post
    assert "无锡市公安局 → 昆山市公安局" in card.text and "待批准" in card.text
    assert "批准" not in card.buttons and "撤销" in card.buttons
    whole = put(desk)
    assert "320583199204080027" in whole.text and "电信诈骗案" in whole.text
    assert list(whole.buttons)[:2] == ["批准", "驳回"]
    assert not any("批准" in s.buttons for s in desk.said if s.chat in (WX, OFFICER))
    assert await desk.actions(request) == ["register", "delivered"]
    await sound(desk)


async def test_until_it_is_approved_nobody_of_the_other_unit_hears_of_it_wherever_they_look(
    desk: Scene,
) -> None:
    for who in (HANDLER, ASKED_LIAISON, 31, SUPERVISOR, 41):
        await desk.says(who, "/start", chat=who)
    since = len(desk.said)
    await asked(desk)
    for who, chat in (
        (HANDLER, HANDLER),
        (ASKED_LIAISON, ASKED_LIAISON),
        (ASKED_LIAISON, KS),
        (31, 31),
        (31, SZ),
    ):
        for words in (
            "/inbox",
            "/overdue",
            "/stats 7d",
            "/digest",
            "/find 陈望舒",
            "/find 320583199204080027",
        ):
            await desk.says(who, words, chat=chat)
    for words in (f"/show {NUMBER}", f"/audit {NUMBER}", f"/accept {NUMBER}", "/audit 320583199204080027"):
        await desk.says(ASKED_LIAISON, words, chat=ASKED_LIAISON)
    desk.pass_time(hours=20)
    await tick(desk)
    await ticks.digests(desk.work())
    await desk.deliver()
    for chat in (KS, SZ, CZ, HANDLER, ASKED_LIAISON, 31, SUPERVISOR, 41):
        heard = desk.heard(chat, since)
        assert not any(word in heard for word in ("陈", "电信诈骗", "批准", "户籍证明")), heard
    async with desk.store.read() as session:
        lines = await session.scalar(
            select(func.count()).where(
                OutboxLine.chat_id.in_((KS, SZ, CZ)), OutboxLine.request_id.is_not(None)
            )
        )
        keys = await session.scalar(select(func.count()).select_from(MatchKey))
    assert (lines, keys) == (0, 0), "no card, no notice, nothing that others' requests are compared with"


async def test_nobody_learns_by_asking_the_like_that_something_waits(desk: Scene) -> None:
    for who in (LIAISON, 41):
        await desk.says(who, "/start", chat=who)
    await asked(desk)
    approving(desk, approve=False)
    since = len(desk.said)
    await asked(desk, 45, FORM, chat=CZ)
    assert not any("同一对象" in s.text for s in desk.said[since:])
    await desk.says(ASKED_LIAISON, "/answer CZ26-0001 已核实，情况属实", chat=KS)
    assert await state(desk) == "pending"
    assert "复用" not in desk.heard(WX)


async def test_the_asking_unit_finds_it_where_it_looks(desk: Scene) -> None:
    await asked(desk)
    await desk.says(OFFICER, "/mine", chat=OFFICER)
    assert "我提出的，待批准（1）" in desk.said[-1].text and "昆山市公安局" in desk.said[-1].text
    await desk.says(LIAISON, "/inbox", chat=LIAISON)
    listed = desk.last("待我批准（1）", chat=LIAISON)
    await desk.presses(LIAISON, NUMBER, on=listed)
    assert put(desk).message_id > listed.message_id, "the whole of it, with the buttons"
    await desk.says(LIAISON, "/stats 7d", chat=LIAISON)
    assert "待本单位批准 1" in desk.said[-1].text and "新增 0" in desk.said[-1].text
    await desk.says(LIAISON, "/digest", chat=LIAISON)
    assert "待本单位批准 1" in desk.said[-1].text
    await desk.says(OFFICER, f"/show {NUMBER}", chat=OFFICER)
    assert "320583199204080027" in desk.said[-1].text
    await desk.says(OFFICER, f"/nudge {NUMBER}")
    assert "待批准" in desk.said[-1].text


async def test_one_post_to_several_units_waits_once_for_each(desk: Scene) -> None:
    await asked(desk, text=FORM.replace("昆山", "昆山、常州"))
    assert [r.state for r in await desk.all_requests()] == ["pending", "pending"]
    await desk.says(LIAISON, "/approve WX26-0002", chat=LIAISON)
    assert "WX26-0002" in desk.heard(CZ) and "WX26" not in desk.heard(KS)
    assert [r.state for r in await desk.all_requests()] == ["pending", "open"]


# --- it is approved -----------------------------------------------------------------------------------------------


async def test_when_it_is_approved_it_goes_out_and_the_clock_of_the_other_unit_starts(desk: Scene) -> None:
    await desk.says(OFFICER, "/start", chat=OFFICER)
    await asked(desk, text=FORM.replace("时限：3天", "紧急程度：加急"))
    assert (await desk.request(NUMBER)).due_at is None, "no clock runs yet"
    desk.pass_time(hours=10)
    assert "已批准，已发出" in await desk.presses(LIAISON, "批准", on=put(desk))
    request = await desk.request(NUMBER)
    assert request.state == "open" and request.to_unit_id is not None
    assert request.due_at == desk.now + timedelta(days=3) == request.first_due_at
    assert request.accept_by is not None and desk.now < request.accept_by < request.due_at
    assert "陈" in desk.last(NUMBER, chat=KS).text and "白露" in desk.last(NUMBER, chat=KS).text
    assert "待受理" in desk.last("白露", "批准发出", chat=WX).text
    assert "已由 白露 批准" in desk.last("批准", chat=OFFICER).text
    assert "批准" not in next(s for s in reversed(desk.said) if s.chat == LIAISON).buttons
    assert (await desk.reminders(request))[0].kind == "accept"
    assert await desk.actions(request) == ["register", "delivered", "approve"]
    await desk.says(HANDLER, f"/accept {NUMBER}", chat=KS)
    assert await state(desk) == "accepted"
    await sound(desk)


async def test_a_time_that_the_asker_named_stands_unless_it_has_run_out(desk: Scene) -> None:
    await asked(desk)
    named = (await desk.request(NUMBER)).due_at
    await asked(desk, text=FORM.replace("3天", "5小时"))
    desk.pass_time(hours=6)
    for number in (NUMBER, "WX26-0002"):
        await desk.says(LIAISON, f"/approve {number}", chat=LIAISON)
    assert (await desk.request(NUMBER)).due_at == named
    late = await desk.request("WX26-0002")
    assert (late.due_at, late.due_fixed) == (desk.now + timedelta(days=7), False)


async def test_who_has_the_role_of_an_approver_approves_and_may_do_nothing_else(desk: Scene) -> None:
    await desk.says(LIAISON, "/role @zhou 审批人")
    await desk.says(OTHER, "/start", chat=OTHER)
    await desk.says(OTHER, "/help", chat=OTHER)
    assert "/approve" in desk.said[-1].text and "受理" not in desk.said[-1].text
    await asked(desk)
    assert "320583199204080027" in put(desk, OTHER).text
    await desk.says(OTHER, "/inbox", chat=OTHER)
    assert "待我批准（1）" in desk.said[-1].text
    await desk.presses(OTHER, "批准", on=put(desk, OTHER))
    assert await state(desk) == "open"
    since = len(desk.said)
    await desk.says(OTHER, f"/show {NUMBER}", chat=OTHER)
    assert "320583199204080027" not in desk.heard(OTHER, since), "it waits for nobody any more"
    for words in ("/members", "/stats", "/role @lin handler", f"/cancel {NUMBER}"):
        await desk.says(OTHER, words, chat=OTHER)
        assert "🚫" in desk.said[-1].text, words


async def test_files_go_along_when_it_goes_out(desk: Scene) -> None:
    await desk.says(
        OFFICER,
        None,
        caption=FORM,
        photo=[{"file_id": "p1", "file_unique_id": "u1", "width": 1, "height": 1}],
    )
    assert not any(s.files for s in desk.said if s.chat == KS)
    await desk.says(LIAISON, f"/approve {NUMBER}", chat=LIAISON)
    assert any(s.files for s in desk.said if s.chat == KS)


async def test_an_edit_makes_no_room_for_another_flash(desk: Scene) -> None:
    approving(desk, approve=False)
    desk.policy = replace(desk.policy, flash_per_day=1)
    flash = FORM.replace("时限：3天", "紧急程度：特急\n紧急理由：2")
    post = await asked(desk, text=flash)
    await desk.edits(OFFICER, post, flash.replace("特急", "普通"))
    assert (await desk.request(NUMBER)).urgency == "normal"
    await asked(desk, text=flash)
    assert await state(desk, "WX26-0002") == "pending", "the first has rung"
    await desk.edits(OFFICER, post, flash)
    assert (await desk.request(NUMBER)).urgency == "normal"
    await asked(desk, OTHER, flash)
    assert await state(desk, "WX26-0003") == "open", "of one person"
    desk.pass_time(hours=25)
    await asked(desk, text=flash)
    assert await state(desk, "WX26-0004") == "open"


@pytest.mark.parametrize("who", [OFFICER, OTHER])
async def test_no_file_joins_what_waits_that_nobody_has_approved(desk: Scene, who: int) -> None:
    await asked(desk)
    whole, photo = put(desk), [{"file_id": "p2", "file_unique_id": "u2", "width": 1, "height": 1}]
    await desk.replies(who, desk.last(NUMBER, chat=WX), None, caption="内部材料", photo=photo)
    assert "不能再加文件" in desk.said[-1].text
    await desk.presses(LIAISON, "批准", on=whole)
    assert not any(s.files for s in desk.said if s.chat in (KS, HANDLER))
    await desk.replies(who, desk.last(NUMBER, chat=WX), None, caption="补充", photo=photo)
    assert "不能再加文件" in desk.said[-1].text
    assert not any(s.files for s in desk.said if s.chat in (KS, HANDLER)), "nobody has approved this one"


ANOTHER = "顺便查一下顾远山 11010519491231002X"


@pytest.mark.parametrize("who", [OFFICER, OTHER, LIAISON])
@pytest.mark.parametrize("how", ["reply", "in private", "reopen"])
async def test_no_words_name_others_to_what_was_approved(desk: Scene, who: int, how: str) -> None:
    await asked(desk)
    await desk.presses(LIAISON, "批准", on=put(desk))
    if how == "reopen":
        await desk.says(ASKED_LIAISON, f"/answer {NUMBER} 已查实 户籍属实", chat=KS)
        await desk.says(OFFICER, f"/close {NUMBER}")
    before, heard = await desk.actions(await desk.request(NUMBER)), len(desk.said)
    if how == "reply":
        await desk.replies(who, desk.last(NUMBER, chat=WX), ANOTHER)
    elif how == "in private":
        await desk.reads(who, NUMBER)
        before = await desk.actions(await desk.request(NUMBER))
        await desk.replies(who, desk.last(NUMBER, chat=who), ANOTHER)
    else:
        await desk.says(who, f"/reopen {NUMBER} {ANOTHER}")
    assert await desk.actions(await desk.request(NUMBER)) == before
    assert "顾" not in desk.heard(KS, heard) and "110105" not in desk.heard(KS, heard)
    assert "顾远山" not in await desk.reads(HANDLER, NUMBER)


async def test_words_that_name_nobody_else_pass_and_those_of_the_other_unit_do(desk: Scene) -> None:
    await asked(desk)
    await desk.presses(LIAISON, "批准", on=put(desk))
    for words in ("请尽快办理，谢谢", "陈望舒 320583199204080027 已有新线索", "联系人：林小满 13912345678"):
        await desk.replies(OFFICER, desk.last(NUMBER, chat=WX), words)
    heard = desk.heard(KS)
    assert "请尽快办理" in heard and "新线索" in heard and "联系人" in heard
    await desk.replies(
        HANDLER, desk.last(NUMBER, chat=KS), "其同住人为顾远山 11010519491231002X，是否一并核实？"
    )
    assert "一并核实" in desk.heard(WX)
    photo = [{"file_id": "p3", "file_unique_id": "u3", "width": 1, "height": 1}]
    await desk.replies(HANDLER, desk.last(NUMBER, chat=KS), None, caption="现场", photo=photo)
    assert "p3" in [file for said in desk.said for file in said.files] or "附件不在群内显示" in desk.heard(WX)


async def test_a_file_that_is_supplied_after_a_return_is_approved_with_the_rest(desk: Scene) -> None:
    first = [{"file_id": "p1", "file_unique_id": "u1", "width": 1, "height": 1}]
    await desk.says(OFFICER, None, caption=FORM, photo=first)
    await desk.presses(LIAISON, "批准", on=put(desk))
    sent = next(s for s in desk.said if s.chat == KS and s.files)
    await desk.says(HANDLER, f"/return {NUMBER} 请补充立案决定书", chat=KS)
    more = [{"file_id": "p2", "file_unique_id": "u2", "width": 1, "height": 1}]
    await desk.replies(OFFICER, desk.last("需补充", chat=WX), None, photo=more)
    assert await state(desk) == "pending"
    assert (KS, sent.message_id, "delete") in [(s.chat, s.message_id, s.kind) for s in desk.said]
    assert "p2" not in [file for s in desk.said if s.chat in (KS, HANDLER) for file in s.files]
    assert "p2" in [file for s in desk.said if s.chat == LIAISON for file in s.files], "it is seen before"
    start = len(desk.said)
    await desk.presses(LIAISON, "批准", on=put(desk))
    assert await state(desk) == "open"
    again = [file for s in desk.said[start:] if s.chat == KS for file in s.files]
    assert sorted(again) == ["p1", "p2"]
    await sound(desk)


async def test_an_item_of_an_album_that_comes_after_it_went_out_does_not(desk: Scene) -> None:
    first = [{"file_id": "p1", "file_unique_id": "u1", "width": 1, "height": 1}]
    await desk.says(OFFICER, None, caption=FORM, photo=first, media_group_id="A")
    await desk.presses(LIAISON, "批准", on=put(desk))
    late = [{"file_id": "p2", "file_unique_id": "u2", "width": 1, "height": 1}]
    await desk.says(OFFICER, None, photo=late, media_group_id="A")
    assert "不能再加文件" in desk.said[-1].text
    assert "p2" not in [file for said in desk.said for file in said.files]


async def test_earlier_answers_are_looked_for_when_it_goes_out(desk: Scene) -> None:
    approving(desk, approve=False)
    await asked(desk)
    await desk.says(ASKED_LIAISON, f"/answer {NUMBER} 已查实 户籍属实", chat=KS)
    approving(desk)
    await asked(desk, OTHER)
    assert "曾" not in desk.last("WX26-0002", chat=WX).text
    await desk.says(LIAISON, "/approve WX26-0002", chat=LIAISON)
    assert any(label.startswith("复用") for label in desk.last("WX26-0002", "复用", chat=WX).buttons)


# --- who may not --------------------------------------------------------------------------------------------------


async def test_nobody_approves_what_they_ask_themselves_by_whatever_way(desk: Scene) -> None:
    await asked(desk, LIAISON)
    assert not any(s.chat == LIAISON and "批准" in s.buttons for s in desk.said)
    request = await desk.request(NUMBER)
    await desk.says(LIAISON, f"/show {NUMBER}", chat=LIAISON)
    own = desk.last("320583199204080027", chat=LIAISON)
    assert "批准" not in own.buttons
    before = await dump(desk.store)
    for chat, message in ((LIAISON, own.message_id), (WX, 1), (LIAISON, 99)):
        for what in ("approve", "reject"):
            toast = await desk.forges(LIAISON, f"2:{what}:{request.id}", chat=chat, message_id=message)
            assert toast.startswith(("🚫", "⚠️")), toast
    for words in (f"/approve {NUMBER}", f"/reject {NUMBER} 不行", f"/批准 {NUMBER}"):
        await desk.says(LIAISON, words, chat=LIAISON)
        assert "提出人自己不能批" in desk.said[-1].text
    assert not changed(before, await dump(desk.store))
    assert await state(desk) == "pending"


@pytest.mark.parametrize("who", [OFFICER, OTHER, HANDLER, ASKED_LIAISON, 25, 31, SUPERVISOR, 41, 97, 99])
async def test_a_forged_press_or_command_of_anybody_else_changes_nothing(desk: Scene, who: int) -> None:
    await asked(desk)
    request, whole = await desk.request(NUMBER), put(desk)
    await desk.says(who, "/start", chat=who)
    before = await dump(desk.store)
    for what in ("approve", "reject"):
        toast = await desk.forges(who, f"2:{what}:{request.id}", chat=who, message_id=whole.message_id)
        assert toast.startswith(("🚫", "⚠️")), toast
    for words in (f"/approve {NUMBER}", f"/reject {NUMBER} 不行"):
        since = len(desk.said)
        await desk.says(who, words, chat=who)
        told = desk.heard(who, since)
        assert told.startswith(("🚫", "⚠️")) and len(told.splitlines()) <= 2, told
    assert not changed(before, await dump(desk.store))


async def test_an_admin_may_approve_what_others_ask_of_the_text_itself_alone(desk: Scene) -> None:
    await asked(desk)
    request = await desk.request(NUMBER)
    assert "⚠️" in await desk.forges(ADMIN, f"2:approve:{request.id}", chat=ADMIN, message_id=77)
    assert await state(desk) == "pending", "a tap approves what stands above it"
    await desk.says(ADMIN, f"/show {NUMBER}", chat=ADMIN)
    await desk.presses(ADMIN, "批准", on=put(desk, ADMIN))
    assert await state(desk) == "open"


async def test_whoever_has_left_neither_approves_nor_asks(desk: Scene) -> None:
    await asked(desk)
    whole = put(desk)
    await desk.says(ADMIN, "/role @lin none WX", chat=ADMIN)
    assert "已不在本单位" in await desk.presses(LIAISON, "批准", on=whole)
    await desk.says(ADMIN, "/role @lin officer WX", chat=ADMIN)
    await desk.says(ADMIN, "/role @bai none WX", chat=ADMIN)
    assert "🚫" in await desk.presses(LIAISON, "批准", on=whole)
    assert await state(desk) == "pending"


async def test_two_who_press_at_once_approve_it_once(desk: Scene) -> None:
    await desk.says(LIAISON, "/role @zhou approver")
    await desk.says(OTHER, "/start", chat=OTHER)
    await asked(desk)
    first, second = put(desk), put(desk, OTHER)
    await desk.presses(LIAISON, "批准", on=first)
    assert "⚠️" in await desk.presses(OTHER, "驳回", on=second) or "🚫" in desk.session.toasts[-1].text
    assert (await desk.actions(await desk.request(NUMBER))).count("approve") == 1


async def test_a_button_to_let_somebody_in_from_before_lets_them_in_and_approves_nothing(desk: Scene) -> None:
    await asked(desk)
    await desk.says(97, "大家好", chat=KS)
    ask = desk.last("同意加入", chat=KS)
    data = next(data for label, data in ask.buttons.items() if "同意加入" in label)
    assert data.startswith("2:let_in:")
    former = data.replace("2:let_in:", "1:approve:")
    await desk.forges(ASKED_LIAISON, former, chat=KS, message_id=ask.message_id)
    await desk.says(ASKED_LIAISON, "/members", chat=KS)
    assert "侯准" in desk.said[-1].text and "⏳" not in desk.said[-1].text
    assert await state(desk) == "pending"


# --- it is not approved -------------------------------------------------------------------------------------------


async def test_a_rejection_needs_a_reason_which_the_asking_side_alone_reads(desk: Scene) -> None:
    post = await asked(desk)
    await desk.presses(LIAISON, "驳回", on=put(desk))
    prompt = desk.last("写明驳回", chat=LIAISON)
    await desk.replies(LIAISON, prompt, "事由不清，请补充案件编号")
    assert await state(desk) == "unapproved"
    told = desk.last("驳回，没有发出", chat=WX)
    assert "事由不清" in told.text and "林小满" in told.text
    card = desk.last("未批准", "重新报批", chat=WX)
    assert "事由不清" in card.text
    assert "WX26" not in desk.heard(KS)
    assert await desk.actions(await desk.request(NUMBER)) == ["register", "delivered", "reject"]
    await desk.says(LIAISON, f"/approve {NUMBER}", chat=LIAISON)
    assert "未批准" in desk.said[-1].text
    desk.pass_time(minutes=5)
    await desk.edits(OFFICER, post, FORM.replace("电信诈骗案", "跨市电信诈骗案"))
    assert await state(desk) == "pending"
    desk.pass_time(minutes=5)
    assert "跨市" in put(desk).text
    await desk.presses(LIAISON, "批准", on=put(desk))
    for text in (desk.last(NUMBER, chat=KS).text, await desk.reads(HANDLER, NUMBER)):
        assert "跨市" in text and "事由不清" not in text and "驳回" not in text
    assert "驳回" in await desk.reads(OFFICER, NUMBER), "the asking side has all of it"
    await sound(desk)


async def test_where_posts_are_deleted_nobody_is_told_to_edit_one(desk: Scene) -> None:
    desk.policy = replace(desk.policy, delete_posts=True)
    await asked(desk)
    await desk.says(LIAISON, f"/reject {NUMBER} 事由不清", chat=LIAISON)
    for told in (desk.last("驳回，没有发出", chat=WX).text, desk.last("未批准：事由不清", chat=WX).text):
        assert "重新提交" in told and "修改原消息" not in told


async def test_without_a_reason_nothing_is_rejected(desk: Scene) -> None:
    await asked(desk)
    await desk.says(LIAISON, f"/reject {NUMBER}", chat=LIAISON)
    assert "必须写明理由" in desk.said[-1].text and f"/reject {NUMBER}" in desk.said[-1].text
    assert await state(desk) == "pending"


async def test_who_approves_is_reminded_and_after_a_day_it_lapses(desk: Scene) -> None:
    post = await asked(desk)
    whole = put(desk)
    reminded = []
    for hours in (0.5, 1, 10, 1, 8, 1, 2):
        desk.pass_time(hours=hours)
        since = len(desk.said)
        await tick(desk)
        reminded.append("还在等您批准" in desk.heard(LIAISON, since))
        assert NUMBER not in desk.heard(KS)
    assert reminded == [False, True, False, True, False, True, False]
    assert desk.last("还在等您批准", chat=LIAISON).reply_to == whole.message_id
    desk.pass_time(hours=1)
    await tick(desk)
    assert await state(desk) == "unapproved"
    assert "一天内无人批准" in desk.last("林小满", chat=WX).text
    assert "已失效" in desk.last("未批准", "重新报批", chat=WX).text
    assert "🚫" in await desk.presses(LIAISON, "批准", on=whole) or "未批准" in (
        desk.session.toasts[-1].text or ""
    )
    assert (await desk.actions(await desk.request(NUMBER)))[-1] == "lapse"
    desk.pass_time(days=2)
    since = len(desk.said)
    await tick(desk)
    assert desk.said[since:] == []
    await desk.edits(OFFICER, post, FORM.replace("户籍核实", "户籍再核实"))
    assert await state(desk) == "pending"
    await desk.presses(LIAISON, "批准", on=put(desk))
    assert await state(desk) == "open"
    await sound(desk)


async def test_what_has_lapsed_is_not_approved_though_no_tick_came_by(desk: Scene) -> None:
    await asked(desk)
    desk.pass_time(days=1, seconds=1)
    assert "逾期失效" in await desk.presses(LIAISON, "批准", on=put(desk))
    await desk.says(LIAISON, f"/approve {NUMBER}", chat=LIAISON)
    assert "逾期失效" in desk.said[-1].text
    assert await state(desk) == "pending"
    await tick(desk)
    assert await state(desk) == "unapproved"


async def test_quiet_hours_hold_a_reminder_and_not_the_lapse(desk: Scene) -> None:
    desk.policy = replace(desk.policy, quiet=(time(9), time(8)))  # nearly always
    await asked(desk)
    desk.pass_time(hours=3)
    await tick(desk)
    assert "还在等您批准" not in desk.heard(LIAISON)
    desk.pass_time(hours=21)
    await tick(desk)
    assert await state(desk) == "unapproved"


async def test_it_is_cancelled_while_it_waits_and_the_other_unit_never_knew(desk: Scene) -> None:
    await asked(desk)
    whole = put(desk)
    await desk.says(OFFICER, f"/cancel {NUMBER}")
    assert await state(desk) == "cancelled"
    assert "WX26" not in desk.heard(KS)
    assert "⚠️" in await desk.presses(LIAISON, "批准", on=whole)
    last = next(s for s in reversed(desk.said) if s.chat == LIAISON and s.message_id == whole.message_id)
    assert "批准" not in last.buttons
    assert await desk.reminders(await desk.request(NUMBER)) == []
    await desk.says(ASKED_LIAISON, f"/show {NUMBER}", chat=ASKED_LIAISON)
    assert "陈" not in desk.said[-1].text


# --- it is changed ------------------------------------------------------------------------------------------------


async def test_an_edit_while_it_waits_is_put_anew_and_the_old_button_approves_nothing(desk: Scene) -> None:
    post = await asked(desk)
    old = put(desk)
    desk.pass_time(hours=20)
    await desk.edits(OFFICER, post, FORM.replace("陈望舒 320583199204080027", "顾远山 11010519491231002X"))
    new = put(desk)
    assert new.message_id != old.message_id and "11010519491231002X" in new.text
    assert not next(
        s for s in reversed(desk.said) if s.chat == LIAISON and s.message_id == old.message_id
    ).buttons
    assert "内容已改" in await desk.presses(LIAISON, "批准", on=old)
    assert await state(desk) == "pending"
    desk.pass_time(hours=20)  # a day from the edit
    await tick(desk)
    assert await state(desk) == "pending"
    await desk.presses(LIAISON, "批准", on=new)
    assert await state(desk) == "open"
    assert "顾" in desk.last(NUMBER, chat=KS).text and "陈" not in desk.heard(KS)


@pytest.mark.parametrize("edited", [True, False])
async def test_a_text_that_was_changed_while_it_was_sent_approves_nothing(desk: Scene, edited: bool) -> None:
    """The edit comes between the call that sends it and the note that it was sent."""
    post = await asked(desk)
    under = put(desk)
    async with desk.store.write() as session:
        line = await session.scalar(
            select(OutboxLine).where(OutboxLine.chat_id == LIAISON, OutboxLine.kind == "reveal")
        )
        assert line is not None
        await posts.drop(session, LIAISON, [under.message_id])
    if edited:
        desk.pass_time(minutes=1)
        await desk.edits(
            OFFICER, post, FORM.replace("陈望舒 320583199204080027", "顾远山 11010519491231002X")
        )
    text = Say(text=under.text, purpose="full")  # type: ignore[arg-type]
    await keep_sent(desk.store, line, [Sent(out=text, message_ids=(under.message_id,))], desk.now)
    told = await desk.presses(LIAISON, "批准", on=under)
    assert ("内容已改" in told, await state(desk)) == ((True, "pending") if edited else (False, "open"))


async def test_an_edit_that_makes_it_what_needs_no_approval_sends_it_out(desk: Scene) -> None:
    post = await asked(desk)
    await desk.edits(OFFICER, post, FORM.replace("户籍证明", "居住核实"))
    request = await desk.request(NUMBER)
    assert (request.state, request.type) == ("open", "residence")
    assert (await desk.actions(request))[-2:] == ["edit", "go_out"] or "go_out" in await desk.actions(request)
    assert NUMBER in desk.heard(KS)
    await sound(desk)


async def test_an_edit_is_no_way_round_an_approval(desk: Scene) -> None:
    post = await asked(desk, text=FORM.replace("户籍证明", "居住核实"))
    assert await state(desk) == "open"
    await desk.edits(OFFICER, post, FORM)
    assert "须先批准" in desk.said[-1].text
    assert (await desk.request(NUMBER)).type == "residence"


@pytest.mark.parametrize(
    ("was", "becomes", "named"),
    [
        ("陈望舒 320583199204080027", "顾远山 11010519491231002X", "对象"),
        ("电信诈骗案嫌疑人户籍核实", "婚前了解", "事由"),
        ("户籍证明", "居住核实", "类型"),
        ("时限：3天", "紧急程度：特急\n紧急理由：2", "紧急程度"),
    ],
)
async def test_what_was_approved_stands(desk: Scene, was: str, becomes: str, named: str) -> None:
    post = await asked(desk)
    await desk.presses(LIAISON, "批准", on=put(desk))
    before = (await desk.request(NUMBER)).sealed
    await desk.edits(OFFICER, post, FORM.replace(was, becomes))
    assert "已获批准" in desk.said[-1].text and named in desk.said[-1].text
    assert (await desk.request(NUMBER)).sealed == before


async def test_a_note_to_what_was_approved_is_added(desk: Scene) -> None:
    post = await asked(desk)
    await desk.presses(LIAISON, "批准", on=put(desk))
    await desk.says(HANDLER, f"/return {NUMBER} 请补充案件编号", chat=KS)
    await desk.replies(OFFICER, desk.last("需补充", chat=WX), "案件：A3205834500002026010001")
    assert await state(desk) == "open"
    await desk.edits(OFFICER, post, FORM + "\n备注：请电话联系")
    assert "电话联系" in await desk.reads(HANDLER, NUMBER)


# --- nobody to approve, and where it is said ----------------------------------------------------------------------


async def test_where_nobody_could_approve_it_the_asker_is_told(scene: Scene) -> None:
    approving(scene)
    await asked(scene, 45, FORM, chat=CZ)  # its liaison has no private chat
    told = scene.last("CZ26-0001", "请先私聊我一次", chat=CZ)
    assert "秦砚秋" in told.text
    await scene.says(ADMIN, "/role @qin officer CZ", chat=ADMIN)
    await asked(scene, 45, FORM, chat=CZ)
    assert "没有别的联络员或审批人" in scene.last("CZ26-0002", "审批人", chat=CZ).text
    scene.pass_time(hours=2)
    await tick(scene)
    assert "unreached" in await scene.actions(await scene.request("CZ26-0002"))


async def test_in_a_group_of_several_units_nothing_is_said_of_it_before_it_goes_out(desk: Scene) -> None:
    new = -1009
    for code in ("KS", "WX"):
        await desk.says(ADMIN, f"/bind {code} shared", chat=new)
    since = len(desk.said)
    await asked(desk, chat=new)
    assert desk.heard(new, since) == ""
    assert "待本单位批准" in desk.last(NUMBER, chat=WX).text
    for words in (f"/show {NUMBER}", f"/approve {NUMBER}", "/inbox WX", "/mine"):
        await desk.says(LIAISON, words, chat=new)
    await desk.says(OFFICER, f"/show {NUMBER}", chat=new)
    assert NUMBER not in "".join(s.text for s in desk.said[since:] if s.chat == new and "→" in s.text)
    await desk.presses(LIAISON, "批准", on=put(desk))
    assert "待受理" in desk.last(NUMBER, "→", chat=new).text


async def test_in_a_shared_group_of_a_unit_without_a_desk_the_asker_is_told_alone(desk: Scene) -> None:
    await desk.says(ADMIN, "/unbind", chat=WX)
    new = -1009
    for code in ("KS", "WX"):
        await desk.says(ADMIN, f"/bind {code} shared", chat=new)
    since = len(desk.said)
    await asked(desk, chat=new)
    assert "请先私聊我一次" in desk.heard(new, since) and NUMBER not in desk.heard(new, since)
    await desk.says(OFFICER, "/start", chat=OFFICER)
    await asked(desk, text=FORM.replace("陈望舒", "陈望书"), chat=new)
    assert "待本单位批准" in desk.last("WX26-0002", chat=OFFICER).text
    assert "WX26-0002" not in desk.heard(new)


async def test_a_unit_above_that_is_asked_hears_nothing_either(scene: Scene) -> None:
    approving(scene)
    for who in (31, SUPERVISOR, ASKED_LIAISON):
        await scene.says(who, "/start", chat=who)
    since = len(scene.said)
    await asked(scene, 24, FORM.replace("昆山", "苏州"), chat=KS)
    for who in (31, SUPERVISOR):
        await scene.says(who, "/show KS26-0001", chat=who)
        await scene.says(who, "/audit KS26-0001", chat=who)
        await scene.says(who, "/find 陈望舒", chat=who)
        assert "陈" not in scene.heard(who, since).replace("/find 陈望舒", "")
        for words in ("/stats KS", "/digest KS", "/inbox KS", "/overdue KS"):
            await scene.says(who, words, chat=who)
        assert "昆山" in scene.heard(who, since), "its figures are shown"
        assert "批准" not in scene.heard(who, since)
    await scene.says(ASKED_LIAISON, "/stats KS", chat=ASKED_LIAISON)
    assert "待本单位批准" in scene.said[-1].text, "to its own liaison"
    assert "KS26-0001" not in scene.heard(SZ, since)
    await scene.says(ASKED_LIAISON, "/approve KS26-0001", chat=ASKED_LIAISON)
    assert "KS26-0001" in scene.heard(SZ, since)


# --- figures ---------------------------------------------------------------------------------------------------------


async def test_approved_it_counts_from_then_in_figures_and_digests(desk: Scene) -> None:
    await asked(desk, text=FORM.replace("时限：3天", "紧急程度：加急"))
    desk.pass_time(hours=10)
    await desk.presses(LIAISON, "批准", on=put(desk))
    desk.pass_time(hours=2)
    await desk.says(ASKED_LIAISON, f"/answer {NUMBER} 已查实 属实", chat=KS)
    await desk.says(ASKED_LIAISON, "/stats 5h", chat=KS)
    assert "新增 1" in desk.said[-1].text, "it came in two hours ago"
    assert "2 小时" in desk.said[-1].text, "and took two, not twelve"
    await desk.says(LIAISON, "/stats 5h", chat=WX)
    assert "新增 1" in desk.said[-1].text and "待本单位批准" not in desk.said[-1].text


# --- ledgers, purging, languages ----------------------------------------------------------------------------------


async def test_the_ledger_of_the_other_unit_has_no_row_of_it_and_ours_is_read_back_as_it_stands(
    desk: Scene,
) -> None:
    await asked(desk)
    await asked(desk, OTHER, FORM.replace("陈望舒", "陈望书"))
    await desk.says(LIAISON, "/reject WX26-0002 事由不清", chat=LIAISON)
    await asked(desk, OTHER, FORM.replace("陈望舒", "陈望输"))
    await desk.says(OTHER, "/cancel WX26-0003")
    async with desk.store.read() as session:
        ours = await session.scalar(select(Request.from_unit_id).limit(1))
    rows = [row async for row in giving.rows_out(desk.work(), since=None, until=None, unit_id=ours)]
    assert [(r["id"], r["state"], r["to_unit"]) for r in rows] == [
        (NUMBER, "pending", "昆山市公安局"),
        ("WX26-0002", "unapproved", "昆山市公安局"),
        ("WX26-0003", "unapproved", "昆山市公安局"),
    ]
    await desk.says(ASKED_LIAISON, "/export", chat=ASKED_LIAISON)
    assert "WX26" not in desk.heard(ASKED_LIAISON)


async def test_it_is_worded_in_both_languages(desk: Scene) -> None:
    await desk.says(ADMIN, "/lang en", chat=WX)
    await desk.says(LIAISON, "/lang en", chat=LIAISON)
    await asked(desk)
    assert "Waits for approval in its own unit" in desk.last(NUMBER, chat=WX).text
    whole = next(s for s in reversed(desk.said) if s.chat == LIAISON and "Approve" in s.buttons)
    assert "Reject" in whole.buttons
    await desk.says(LIAISON, f"/reject {NUMBER} not clear", chat=LIAISON)
    assert "Not approved: not clear" in desk.last(NUMBER, "Not approved", chat=WX).text


async def test_the_body_says_who_approved_it_and_when(desk: Scene) -> None:
    await asked(desk)
    request = await desk.request(NUMBER)
    body = Body.of(request, desk.store.sealer)
    assert body.withheld_from is not None and body.went_out is None
    await desk.presses(LIAISON, "批准", on=put(desk))
    request = await desk.request(NUMBER)
    body = Body.of(request, desk.store.sealer)
    assert body.withheld_from is None and body.went_out is not None
    async with desk.store.read() as session:
        by = await session.scalar(
            select(Event.actor_id).where(Event.chain == request.id, Event.action == "approve")
        )
    assert (body.went_out.approved_by, body.went_out.at) == (by, desk.now)
