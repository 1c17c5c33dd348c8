"""Posts: drafts completed by reply, tap and edit; the guided form; offers; edits; several addressees."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

import pytest
from sqlalchemy import select

from storage.tables.models import Draft
from tests.integration.workflow.scene import CZ, FORM, KS, WX, Scene
from workflow.kernel.body import Body
from workflow.organisation import units
from workflow.scheduled import retention, ticks

OFFICER, COLLEAGUE, HANDLER, LIAISON = 11, 12, 21, 22
WITHOUT_SUBJECT = "#协作 户籍证明\n致：昆山\n事由：电信诈骗案嫌疑人户籍核实"
SUBJECT = "陈望舒 320583199204080027"


async def test_a_reply_to_the_only_question_needs_no_label(scene: Scene) -> None:
    await scene.says(OFFICER, WITHOUT_SUBJECT)
    await scene.replies(OFFICER, scene.last("对象", chat=WX), SUBJECT)
    assert "320583********0027" in scene.last("WX26-0001", chat=KS).text


async def test_a_draft_survives_as_many_replies_as_it_takes(scene: Scene) -> None:
    await scene.says(OFFICER, "#协作 户籍证明")
    await scene.replies(OFFICER, scene.last("致", chat=WX), "致：昆山")
    await scene.replies(OFFICER, scene.last("事由", chat=WX), "事由：核实户籍")
    await scene.replies(OFFICER, scene.last("对象", chat=WX), SUBJECT)
    assert (await scene.request("WX26-0001")).state == "open"


async def test_a_whole_post_in_reply_to_the_draft_takes_its_place(scene: Scene) -> None:
    post = await scene.says(OFFICER, "#协作 户几正明\n致：昆山")
    await scene.replies(OFFICER, scene.last("还没有登记", chat=WX), FORM)
    request = await scene.request("WX26-0001")
    assert request.type == "household"
    assert request.message_id == post
    scene.pass_time(days=4)
    await retention.run(scene.work())
    assert not await scene.deliver()


@pytest.mark.parametrize("words", ["取消", "算了。", "/cancel", "/撤销", "@crossbeat_bot /cancel", "Cancel"])
async def test_a_draft_is_dropped_by_its_authors_word(scene: Scene, words: str) -> None:
    await scene.says(OFFICER, WITHOUT_SUBJECT)
    draft = scene.last("对象", chat=WX)
    await scene.replies(COLLEAGUE, draft, words)
    assert "起草人" in scene.said[-1].text
    await scene.replies(OFFICER, draft, words)
    assert scene.said[-1].text == "好的，没有登记。"
    await scene.replies(OFFICER, draft, SUBJECT)
    assert "已作废" in scene.said[-1].text
    assert not await scene.all_requests()


async def test_nobody_completes_anothers_draft(scene: Scene) -> None:
    await scene.says(OFFICER, WITHOUT_SUBJECT)
    draft = scene.last("对象", chat=WX)
    await scene.replies(COLLEAGUE, draft, SUBJECT)
    assert not await scene.all_requests()
    assert "起草人" in scene.said[-1].text


async def test_who_has_left_the_unit_completes_no_draft(scene: Scene) -> None:
    await scene.says(OFFICER, WITHOUT_SUBJECT)
    draft = scene.last("对象", chat=WX)
    await scene.says(13, "/role @lin none")
    await scene.replies(OFFICER, draft, SUBJECT)
    assert not await scene.all_requests()


async def test_an_unknown_unit_is_chosen_from_the_closest_by_a_tap(scene: Scene) -> None:
    await scene.says(OFFICER, FORM.replace("昆山", "昆三"))
    said = scene.last("昆三", chat=WX)
    assert "昆山市公安局" in said.buttons
    await scene.presses(OFFICER, "昆山", chat=WX, on=said)
    assert (await scene.request("WX26-0001")).to_unit_id is not None
    toast = await scene.presses(OFFICER, "昆山", chat=WX, on=said)
    assert "草稿" in toast
    assert len(await scene.all_requests()) == 1


async def test_ones_own_unit_cannot_be_asked(scene: Scene) -> None:
    await scene.says(OFFICER, FORM.replace("昆山", "无锡"))
    assert "自己的单位" in scene.said[-1].text
    assert not await scene.all_requests()


@pytest.mark.parametrize("data", ["1:set:1:to:{own}", "1:set:1:to:99999", "1:set:1:to:x", "1:set:1:type:nonsense",
                                  "1:set:1:urgency:never", "1:set:1:reason:x", "1:set:1:to", "1:set:1:to:1:2",
                                  "1:set:1", "1:set:²:to:1", "1:set:99999999999999999999:to:1"])  # fmt: skip
async def test_a_forged_choice_registers_nothing(scene: Scene, data: str) -> None:
    await scene.says(OFFICER, FORM.replace("昆山", "昆三"))
    async with scene.work().read() as tx:
        own = next(u.id for u in await units.current(tx) if u.code == "WX")
    assert await scene.forges(OFFICER, data.format(own=own), chat=WX)
    assert not await scene.all_requests()


async def test_a_wrong_check_digit_is_pointed_out_and_may_be_insisted_on(scene: Scene) -> None:
    await scene.says(OFFICER, FORM.replace("320583199204080027", "320583199204080028"))
    said = scene.last("校验", chat=WX)
    assert "320583199204080028" not in said.text
    await scene.presses(OFFICER, "仍然登记", chat=WX, on=said)
    assert "320583********0028" in scene.last("WX26-0001", chat=KS).text


async def test_several_addressees_get_a_request_each_with_its_own_number(scene: Scene) -> None:
    await scene.says(OFFICER, FORM.replace("昆山", "昆山、常州"))
    assert [r.number for r in await scene.all_requests()] == ["WX26-0001", "WX26-0002"]
    assert "WX26-0001" in scene.heard(KS)
    assert "WX26-0002" in scene.heard(CZ)
    assert "WX26-0002" not in scene.heard(KS)
    assert "也在查同一对象" not in scene.heard(WX)


async def test_a_request_is_not_transferred_to_a_unit_that_the_same_post_asked(scene: Scene) -> None:
    await scene.says(OFFICER, FORM.replace("昆山", "昆山、常州"))
    await scene.says(LIAISON, "/transfer WX26-0001 常州", chat=KS)
    assert "同一份请求" in scene.said[-1].text
    await scene.says(LIAISON, "/transfer WX26-0001 苏州", chat=KS)
    assert "→ 苏州市公安局" in scene.last("WX26-0001", chat=WX).text


async def test_an_edit_of_a_post_to_several_changes_those_that_are_open(scene: Scene) -> None:
    post = await scene.says(OFFICER, FORM.replace("昆山", "昆山、常州"))
    await scene.says(LIAISON, "/answer WX26-0001 已核实", chat=KS)
    await scene.edits(OFFICER, post, FORM.replace("昆山", "昆山、常州").replace("户籍核实", "户籍与住址核实"))
    assert "edit" not in await scene.actions(await scene.request("WX26-0001"))
    assert "edit" in await scene.actions(await scene.request("WX26-0002"))
    assert "WX26-0001" in scene.last("不能修改", chat=WX).text


async def test_an_edit_that_adds_the_marker_registers_and_a_reaction_to_an_old_post_does_not(
    scene: Scene,
) -> None:
    bare = FORM.replace("#协作 户籍证明", "户籍证明")
    old = await scene.says(OFFICER, "早上好")
    await scene.edits(OFFICER, old, FORM, sent=scene.now - timedelta(days=3))
    assert not await scene.all_requests()
    post = await scene.says(OFFICER, bare)
    await scene.edits(OFFICER, post, FORM)
    assert len(await scene.all_requests()) == 1


async def test_an_edit_that_cannot_be_read_leaves_the_request_as_it_is(scene: Scene) -> None:
    post = await scene.says(OFFICER, FORM)
    due = (await scene.request("WX26-0001")).due_at
    await scene.edits(OFFICER, post, FORM.replace("3天", "何时都行吧"))
    assert (await scene.request("WX26-0001")).due_at == due
    assert "未生效" in scene.said[-1].text
    await scene.edits(OFFICER, post, FORM.replace("昆山", "常州"))
    assert "不能改协作单位" in scene.said[-1].text


async def test_an_edit_of_a_returned_request_puts_it_before_the_unit_again(scene: Scene) -> None:
    post = await scene.says(OFFICER, FORM)
    await scene.says(HANDLER, "/return WX26-0001 请写明案由", chat=KS)
    due = (await scene.request("WX26-0001")).due_at
    scene.pass_time(hours=5)
    await scene.edits(OFFICER, post, FORM + "\n备注：先电话联系")
    request = await scene.request("WX26-0001")
    assert request.state == "open"
    assert due is not None
    assert request.due_at == due + timedelta(hours=5)
    assert "备注" in scene.last("修改", chat=KS).text


async def test_a_deadline_that_was_put_off_is_not_reset_by_an_edit_of_something_else(scene: Scene) -> None:
    post = await scene.says(OFFICER, FORM)
    await scene.says(HANDLER, "/delay WX26-0001 5天 等待上级批准", chat=KS)
    due = (await scene.request("WX26-0001")).due_at
    await scene.edits(OFFICER, post, FORM.replace("户籍核实", "户籍与住址核实"))
    assert (await scene.request("WX26-0001")).due_at == due


async def test_a_deadline_or_urgency_that_is_edited_counts_from_the_edit(scene: Scene) -> None:
    without = FORM.replace("\n时限：3天", "")
    post = await scene.says(OFFICER, without)
    scene.pass_time(days=2)
    await scene.edits(OFFICER, post, without + "\n紧急程度：特急\n紧急理由：2")
    assert (await scene.request("WX26-0001")).due_at == scene.now + timedelta(hours=8)
    scene.pass_time(hours=1)
    await scene.edits(OFFICER, post, without + "\n紧急程度：特急\n紧急理由：2\n时限：2天")
    assert (await scene.request("WX26-0001")).due_at == scene.now + timedelta(days=2)


async def test_an_edit_after_a_transfer_is_for_the_unit_that_has_it_now(scene: Scene) -> None:
    post = await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, "/transfer WX26-0001 常州", chat=KS)
    await scene.says(41, "/accept WX26-0001", chat=CZ)
    heard = len(scene.said)
    await scene.edits(OFFICER, post, FORM.replace("户籍核实", "户籍与住址核实"))
    assert "修改" in scene.heard(CZ, heard)
    assert "修改" not in scene.heard(KS, heard)


async def drafts_text(scene: Scene) -> str:
    async with scene.store.read() as session:
        found = (await session.scalars(select(Draft))).all()
    return "".join(str(scene.store.sealer.unseal("drafts", draft.sealed)) for draft in found)


async def test_what_a_draft_held_goes_when_it_has_become_a_request(scene: Scene) -> None:
    await scene.says(OFFICER, WITHOUT_SUBJECT)
    assert "电信诈骗" in await drafts_text(scene)
    await scene.replies(OFFICER, scene.last("对象", chat=WX), SUBJECT)
    assert (await scene.request("WX26-0001")).type == "household"
    assert "电信诈骗" not in await drafts_text(scene)


async def test_what_a_dropped_draft_held_goes_when_its_post_cannot_be_edited_any_more(scene: Scene) -> None:
    await scene.says(OFFICER, WITHOUT_SUBJECT)
    scene.pass_time(days=4)
    await retention.run(scene.work())
    assert "电信诈骗" in await drafts_text(scene)
    scene.pass_time(days=2)
    await retention.run(scene.work())
    assert "电信诈骗" not in await drafts_text(scene)


async def test_the_guided_form_is_one_message_that_asks_one_thing_after_the_other(scene: Scene) -> None:
    await scene.says(OFFICER, "/new")
    form = scene.last("什么事项", chat=WX)
    await scene.presses(OFFICER, "户籍证明", chat=WX)
    await scene.presses(OFFICER, "昆山", chat=WX)
    asked = scene.last("查谁", chat=WX)
    assert "类型 户籍证明" in asked.text and "致 昆山市公安局" in asked.text and not asked.buttons
    await scene.replies(OFFICER, form, SUBJECT)
    asked = scene.last("因何事", chat=WX)
    assert "陈**" in asked.text and "陈望舒" not in asked.text
    await scene.replies(OFFICER, form, "诈骗案嫌疑人户籍核实")
    await scene.presses(OFFICER, "加急", chat=WX)
    request = await scene.request("WX26-0001")
    assert (request.type, request.urgency) == ("household", "urgent")
    shown = [said for said in scene.said if said.chat == WX and "新请求" in said.text]
    assert {said.message_id for said in shown} == {form.message_id}, "no trail of questions"
    assert "已填写完毕" in shown[-1].text and not shown[-1].buttons


async def test_the_guided_form_says_what_is_wrong_where_it_stands(scene: Scene) -> None:
    await scene.says(OFFICER, "/new", chat=OFFICER)
    form = scene.last("什么事项", chat=OFFICER)
    await scene.presses(OFFICER, "车辆信息", chat=OFFICER)
    await scene.says(OFFICER, "玉峰山下所", chat=OFFICER)
    assert scene.last("玉峰山下所", chat=OFFICER).message_id == form.message_id
    await scene.says(OFFICER, "昆山", chat=OFFICER)
    assert "苏E12345" in scene.last("查谁", chat=OFFICER).text, "the example fits the type"
    await scene.says(OFFICER, "取消", chat=OFFICER)
    assert not await scene.all_requests()


async def test_the_guided_form_asks_for_the_time_and_the_case_that_a_type_wants(scene: Scene) -> None:
    rule = replace(scene.policy.types["account"], require=("subject", "case", "period", "reason"))
    scene.policy = replace(scene.policy, types=MappingProxyType({**scene.policy.types, "account": rule}))
    await scene.says(OFFICER, "/new", chat=OFFICER)
    await scene.presses(OFFICER, "账户", chat=OFFICER)
    await scene.presses(OFFICER, "昆山", chat=OFFICER)
    answers = {
        "查谁": "6228480418887776668",
        "案件编号？": "A3202055500002026110012",
        "哪段时间": "上个月",
        "因何事": "洗钱",
    }
    for _ in answers.copy():
        asked = next(words for words in answers if words in scene.said[-1].text)
        await scene.says(OFFICER, answers.pop(asked), chat=OFFICER)
    await scene.presses(OFFICER, "普通", chat=OFFICER)
    assert (await scene.request("WX26-0001")).type == "account"


async def test_in_private_the_guided_form_takes_words_without_a_reply(scene: Scene) -> None:
    await scene.says(OFFICER, "/new", chat=OFFICER)
    await scene.presses(OFFICER, "户籍证明", chat=OFFICER)
    await scene.says(OFFICER, "昆山", chat=OFFICER)
    await scene.says(OFFICER, SUBJECT, chat=OFFICER)
    await scene.says(OFFICER, "核实户籍", chat=OFFICER)
    await scene.presses(OFFICER, "普通", chat=OFFICER)
    assert (await scene.request("WX26-0001")).chat_id == OFFICER
    assert "WX26-0001" in scene.last("WX26-0001", chat=KS).text


async def test_a_labelled_message_without_a_marker_is_asked_about(scene: Scene) -> None:
    await scene.says(OFFICER, FORM.removeprefix("#协作 "))
    assert not await scene.all_requests()
    await scene.presses(OFFICER, "✅ 登记", chat=WX, on=scene.last("登记为协作请求？", chat=WX))
    assert (await scene.request("WX26-0001")).state == "open"


async def test_an_offer_can_be_declined_and_follows_the_text(scene: Scene) -> None:
    await scene.says(OFFICER, FORM.removeprefix("#协作 "))
    await scene.presses(OFFICER, "不是", chat=WX)
    assert not await scene.all_requests()
    post = await scene.says(OFFICER, FORM.removeprefix("#协作 "))
    offer = scene.last("登记为协作请求？", chat=WX)
    await scene.edits(OFFICER, post, FORM.removeprefix("#协作 ").replace("昆山", "常州"))
    await scene.presses(OFFICER, "✅ 登记", chat=WX, on=offer)
    assert "WX26-0001" in scene.heard(CZ)


async def test_a_forwarded_post_is_registered_only_when_its_forwarder_says_so(scene: Scene) -> None:
    origin = {"type": "hidden_user", "sender_user_name": "某人", "date": int(scene.now.timestamp())}
    await scene.says(OFFICER, FORM, forward_origin=origin)
    assert not await scene.all_requests()
    await scene.presses(OFFICER, "✅ 登记", chat=WX)
    assert len(await scene.all_requests()) == 1
    await scene.says(OFFICER, "/cancel WX26-0001", forward_origin=origin)
    assert (await scene.request("WX26-0001")).state == "open"
    assert "转发" in scene.said[-1].text


async def test_a_draft_that_nobody_completes_expires_and_its_author_is_told_once(scene: Scene) -> None:
    post = await scene.says(OFFICER, WITHOUT_SUBJECT)
    draft = scene.last("对象", chat=WX)
    scene.pass_time(days=3, minutes=1)
    await ticks.housekeeping(scene.work())
    assert [s.reply_to for s in await scene.deliver()] == [post]
    await ticks.housekeeping(scene.work())
    assert not await scene.deliver()
    await scene.replies(OFFICER, draft, SUBJECT)
    assert not await scene.all_requests()
    await scene.edits(OFFICER, post, FORM, sent=scene.now)
    assert len(await scene.all_requests()) == 1


async def test_a_return_is_completed_with_labelled_fields_that_change_the_request(scene: Scene) -> None:
    await scene.says(OFFICER, FORM.replace("陈望舒 320583199204080027", "陈望舒"))
    await scene.says(HANDLER, "/return WX26-0001 请补充身份证号", chat=KS)
    await scene.replies(OFFICER, scene.last("退回", chat=WX), "对象：陈望舒 320583199204080027")
    assert (await scene.request("WX26-0001")).state == "open"
    assert "320583********0027" in scene.last("WX26-0001", "受理", chat=KS).text


async def test_a_post_with_unknown_labels_and_numbers_is_registered_with_a_word_about_them(
    scene: Scene,
) -> None:
    await scene.says(OFFICER, FORM.replace("事由", "联系人手册：13812345678\n事由"))
    assert len(await scene.all_requests()) == 1
    assert "13812345678" not in scene.heard(WX)
    assert "138****5678" in scene.heard(WX) or "联系人手册" in scene.heard(WX)


async def test_a_forum_topic_is_where_everything_about_its_post_is_said(scene: Scene) -> None:
    await scene.says(OFFICER, FORM, message_thread_id=77, is_topic_message=True)
    request = await scene.request("WX26-0001")
    assert request.thread_id == 77
    await scene.presses(HANDLER, "受理")
    assert {line.thread_id for line in await scene.lines(chat=WX) if line.kind != "react"} == {77}
    await scene.says(
        OFFICER, FORM.replace("陈望舒 320583199204080027", "王五 11010519491231002X"), message_thread_id=5
    )
    assert (await scene.request("WX26-0002")).thread_id is None


async def test_the_same_message_under_another_update_is_registered_once(scene: Scene) -> None:
    message = scene.message(OFFICER, WX, FORM)
    await scene.feed({"message": message})
    await scene.feed({"message": message})
    assert len(await scene.all_requests()) == 1
    draft = scene.message(OFFICER, WX, WITHOUT_SUBJECT)
    await scene.feed({"message": draft})
    heard = len(scene.said)
    await scene.feed({"message": draft})
    assert len(scene.said) == heard


async def test_a_number_alone_belongs_to_the_name_before_it_whatever_was_asked(scene: Scene) -> None:
    await scene.says(11, "/new 户籍")
    form = next(said for said in reversed(scene.said) if said.chat == WX and said.kind == "send")
    for words in ("昆山", "陈望舒", "320583199204080027", "诈骗案嫌疑人核实"):
        await scene.replies(11, form, words)
    [request] = await scene.all_requests()
    body = Body.of(request, scene.store.sealer)
    assert [(s.name, [i.value for i in s.ids]) for s in body.subjects] == [("陈望舒", ["320583199204080027"])]
    assert body.said("reason") == "诈骗案嫌疑人核实"
