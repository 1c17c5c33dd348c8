"""The main job, from a post to a rated, reused and reminded answer."""

from __future__ import annotations

from tests.integration.workflow.scene import FORM, KS, SZ, WX, Scene
from workflow.scheduled import ticks


async def test_a_post_becomes_a_card_in_both_groups_with_masked_subjects(scene: Scene) -> None:
    await scene.says(11, FORM)
    asked, asking = scene.last("WX26-0001", chat=KS), scene.last("WX26-0001", chat=WX)
    for card in (asked, asking):
        assert "陈**" in card.text or "陈*" in card.text
        assert "320583********0027" in card.text
        assert "320583199204080027" not in card.text
        assert "陈望舒" not in card.text
        assert "户籍证明" in card.text
    assert any(b.startswith("受理") for b in asked.buttons)
    assert any(b.startswith("催办") for b in asking.buttons)
    assert "12月4日" in asking.text


async def test_the_whole_life_of_a_request(scene: Scene) -> None:
    post = await scene.says(11, FORM)
    await scene.presses(21, "受理")
    assert (await scene.request("WX26-0001")).state == "accepted"
    assert "顾一苇" in scene.last("WX26-0001", chat=WX).text
    await scene.presses(21, "反馈")
    prompt = scene.last("反馈", chat=KS)
    assert prompt.force_reply
    await scene.replies(21, prompt, "已核实，户籍地址：昆山市花桥镇，电话 13812345678")
    request = await scene.request("WX26-0001")
    assert (request.state, request.outcome) == ("answered", None), "words decide nothing"
    await scene.presses(21, "已查实")
    assert (await scene.request("WX26-0001")).outcome == "found"
    scene.last("已反馈", "查看全文", chat=WX)
    assert "花桥镇" not in scene.heard(WX) and "5678" not in scene.heard(WX)
    assert "花桥镇，电话 13812345678" in await scene.reads(11, "WX26-0001")
    await scene.presses(11, "办结", chat=WX)
    await scene.presses(11, "⭐", chat=WX)
    request = await scene.request("WX26-0001")
    assert request.state == "closed" and request.rating is not None
    assert request.message_id == post
    assert await scene.actions(request) == [
        "register",
        "accept",
        "answer",
        "outcome",
        "read",
        "close",
        "rate",
    ]


async def test_the_same_question_is_offered_the_earlier_answer(scene: Scene) -> None:
    await scene.says(11, FORM)
    await scene.says(22, "/answer WX26-0001 已核实，户籍在昆山花桥", chat=KS)
    scene.pass_time(days=12)
    await scene.says(12, FORM.replace("电信诈骗案嫌疑人户籍核实", "核实户籍"))
    offer = scene.last("WX26-0001", "复用", chat=WX)
    assert "12月1日 09:00：同一身份证号" in offer.text
    await scene.presses(12, "复用", chat=WX, on=offer)
    second = await scene.request("WX26-0002")
    assert second.state == "answered" and second.reused_from_id is not None
    assert "花桥" in await scene.reads(12, "WX26-0002")
    assert "花桥" not in scene.heard(WX)


async def test_another_may_not_reuse_for_the_asker(scene: Scene) -> None:
    await scene.says(11, FORM)
    await scene.says(22, "/answer WX26-0001 已核实", chat=KS)
    await scene.says(12, FORM)
    toast = await scene.presses(11, "复用", chat=WX)
    assert (await scene.request("WX26-0002")).state == "open"
    assert toast


async def test_an_answer_of_another_subject_cannot_be_reused_by_a_command(scene: Scene) -> None:
    await scene.says(11, FORM)
    await scene.says(22, "/answer WX26-0001 已核实", chat=KS)
    await scene.says(
        11,
        FORM.replace(
            "陈望舒 320583199204080027",
            "林一 32058319900101001X".replace("32058319900101001X", "11010519491231002X"),
        ),
    )
    await scene.says(11, "/reuse WX26-0002 WX26-0001")
    assert (await scene.request("WX26-0002")).state == "open"


async def test_two_who_press_at_once_one_wins_and_the_other_hears_who_has_it(scene: Scene) -> None:
    await scene.says(11, FORM)
    card = scene.last("WX26-0001", "受理", chat=KS)
    await scene.presses(21, "受理", on=card)
    toast = await scene.presses(22, "受理", on=card)
    assert "顾一苇" in toast
    assert (await scene.request("WX26-0001")).state == "accepted"


async def test_missing_fields_are_said_in_one_reply_and_completed_by_a_reply(scene: Scene) -> None:
    await scene.says(11, "#协作 户籍证明\n致：昆山")
    draft = scene.last("对象", chat=WX)
    assert "事由" in draft.text
    await scene.replies(11, draft, "对象：陈望舒 320583199204080027\n事由：核实户籍")
    assert (await scene.request("WX26-0001")).state == "open"


async def test_a_draft_is_completed_by_editing_the_original(scene: Scene) -> None:
    post = await scene.says(11, "#协作 户籍证明\n致：昆山\n对象：陈望舒 320583199204080027")
    await scene.edits(11, post, FORM)
    assert (await scene.request("WX26-0001")).message_id == post


async def test_an_edit_of_the_original_changes_the_request_until_it_is_answered(scene: Scene) -> None:
    post = await scene.says(11, FORM)
    await scene.edits(11, post, FORM.replace("3天", "48小时"))
    request = await scene.request("WX26-0001")
    assert request.due_at is not None and (request.due_at - request.asked_at).days == 2
    assert "edit" in await scene.actions(request)
    await scene.edits(11, post, FORM.replace("3天", "48小时"))
    assert (await scene.actions(request)).count("edit") == 1
    await scene.says(22, "/answer WX26-0001 已核实", chat=KS)
    await scene.edits(11, post, FORM)
    assert (await scene.actions(request)).count("edit") == 1


async def test_reminder_escalation_and_digest_come_by_themselves(scene: Scene) -> None:
    await scene.says(11, FORM)
    scene.pass_time(days=4, hours=2)
    await ticks.reminders(scene.work())
    await scene.deliver()
    assert "WX26-0001" in scene.last("超期", chat=KS).text
    assert "WX26-0001" in scene.last("WX26-0001", chat=SZ).text
    said = len(scene.said)
    await ticks.reminders(scene.work())
    assert not await scene.deliver() and len(scene.said) == said
    await ticks.digests(scene.work())
    digests = await scene.deliver()
    assert {d.chat for d in digests} >= {WX, KS}
    await ticks.digests(scene.work())
    assert not await scene.deliver()


async def test_an_outsider_learns_nothing_and_changes_nothing(scene: Scene) -> None:
    await scene.says(11, FORM)
    toast = await scene.presses(99, "受理", on=scene.last("受理", chat=KS))
    assert (await scene.request("WX26-0001")).state == "open"
    assert toast
    await scene.says(99, "/show WX26-0001", chat=99)
    assert "320583" not in scene.heard(99)


async def test_forged_and_old_buttons_get_a_clear_word(scene: Scene) -> None:
    await scene.says(11, FORM)
    for data in (
        "1:accept:999999",
        "9:accept:1",
        "1:accept",
        "rubbish",
        "1:reuse:1",
        "1:rate:1:5",
        "1:assign_to:1:77777",
    ):
        assert await scene.forges(21, data)
    assert (await scene.request("WX26-0001")).state == "open"
