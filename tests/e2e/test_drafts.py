"""What is missing or wrong is said, kept, and completed: by reply, by edit, by a tap, through a crash."""

from __future__ import annotations

from tests.e2e.cast import CHAT_IDS, KS, WX
from tests.e2e.desk import Desk
from tests.e2e.posts import form, somebody, wrong_check_digit


async def test_a_reply_completes_a_draft(office: Desk) -> None:
    post = await office.lin.says("#协作 户籍证明\n致：昆山")
    draft = await office.bot_replied(post, "对象", "事由", "草稿保留至")
    subject = somebody()
    await office.lin.replies(draft, f"对象：{subject}\n事由：核实户籍")
    card = await office.bot_replied(post, "→")
    assert subject.masked in card.text


async def test_one_missing_field_needs_no_label_in_the_reply(office: Desk) -> None:
    post = await office.lin.says(f"#协作 户籍证明\n致：昆山\n对象：{somebody()}")
    draft = await office.bot_replied(post, "事由")
    await office.lin.replies(draft, "核实涉案人员户籍")
    assert "核实涉案人员户籍" in (await office.bot_replied(post, "→")).text


async def test_editing_the_original_completes_a_draft(office: Desk) -> None:
    subject = somebody()
    post = await office.lin.says(f"#协作 户籍证明\n致：昆山\n对象：{subject}")
    await office.bot_replied(post, "事由")
    await office.lin.edits(post, form(subject))
    assert subject.masked in (await office.bot_replied(post, "→")).text


async def test_an_unknown_unit_is_chosen_by_a_tap(office: Desk) -> None:
    post = await office.lin.says(form(somebody(), to="昆三"))
    draft = await office.bot_replied(post, "找不到单位", "昆三", "昆山市公安局")
    assert "昆山市公安局" in draft.buttons
    await office.lin.presses("昆山市公安局", on=draft)
    assert "→ 昆山市公安局" in (await office.bot_replied(post, "→")).text


async def test_the_type_is_chosen_by_a_tap(office: Desk) -> None:
    post = await office.lin.says(f"#协作\n致：昆山\n对象：{somebody()}\n事由：核实")
    draft = await office.bot_replied(post, "类型")
    await office.lin.presses("户籍证明", on=draft)
    assert "户籍证明" in (await office.bot_replied(post, "→")).text


async def test_a_wrong_check_digit_is_asked_about_and_can_be_insisted_on(office: Desk) -> None:
    subject = somebody()
    post = await office.lin.says(form(f"{subject.name} {wrong_check_digit(subject.id)}"))
    draft = await office.bot_replied(post, "校验不符")
    assert wrong_check_digit(subject.id) not in draft.text
    await office.lin.presses("仍然登记", on=draft)
    assert "→" in (await office.bot_replied(post, "→")).text


async def test_only_the_author_completes_a_draft(office: Desk) -> None:
    post = await office.lin.says("#协作 户籍证明\n致：昆山")
    draft = await office.bot_replied(post, "对象")
    refused = await office.zhou.replies(draft, f"对象：{somebody()}\n事由：核实")
    await office.bot_replied(refused, "只有起草人可以补充")


async def test_a_post_that_looks_like_a_request_is_offered_to_be_one(office: Desk) -> None:
    subject = somebody()
    post = await office.lin.says(f"致：昆山\n类型：户籍证明\n对象：{subject}\n事由：核实户籍")
    offer = await office.bot_replied(post, "登记为协作请求？")
    await office.lin.presses("✅ 登记", on=offer)
    assert subject.masked in (await office.bot_replied(post, "→")).text


async def test_an_offer_to_register_can_be_turned_down(office: Desk) -> None:
    post = await office.lin.says(f"致：昆山\n类型：户籍证明\n对象：{somebody()}\n事由：核实户籍")
    offer = await office.bot_replied(post, "登记为协作请求？")
    await office.lin.presses("不是", on=offer)
    assert (await office.bot_said("没有登记", chat=WX)).buttons == []


async def test_the_guided_form_survives_a_kill_between_every_two_steps(desk: Desk) -> None:
    begun = await desk.lin.says("/new")
    question = await desk.bot_replied(begun, "什么事项")
    await desk.at_rest()
    await desk.kill()
    await desk.start()
    await desk.lin.presses("户籍证明", on=question)
    question = await desk.bot_replied(begun, "哪个单位")
    await desk.at_rest()
    await desk.kill()
    await desk.start()
    await desk.lin.presses("昆山市公安局", on=question)
    question = await desk.bot_replied(begun, "查谁", "昆山市公安局")
    await desk.at_rest()
    await desk.kill()
    await desk.start()
    subject = somebody()
    await desk.lin.replies(question, str(subject))
    question = await desk.bot_replied(begun, "因何事")
    await desk.lin.replies(question, "诈骗案嫌疑人户籍核实")
    question = await desk.bot_replied(begun, "有多急")
    await desk.at_rest()
    await desk.kill()
    await desk.start()
    await desk.lin.presses("加急", on=question)
    card = await desk.bot_replied(begun, "→", "加急")
    assert subject.masked in card.text
    await desk.bot_said("WX26-0001", chat=KS)


async def test_an_answer_to_the_guided_form_may_be_wrong_and_is_asked_again(office: Desk) -> None:
    begun = await office.lin.says("/new 户籍证明\n致：昆山")
    draft = await office.bot_replied(begun, "对象")
    subject = somebody()
    await office.lin.replies(draft, f"对象：{subject}\n事由：核实\n时限：昨天")
    again = await office.bot_replied(begun, "已经过去")
    await office.lin.replies(again, "时限：3天")
    await office.bot_replied(begun, "→", subject.masked)


async def test_a_mention_of_the_bot_is_a_marker_too(office: Desk) -> None:
    subject = somebody()
    post = await office.lin.says(form(subject).replace("#协作", "@crossbeat_bot"))
    assert subject.masked in (await office.bot_replied(post, "→")).text
    assert post.chat == CHAT_IDS[WX]


async def test_a_draft_that_nobody_completes_is_dropped_and_its_author_told(desk: Desk) -> None:
    post = await desk.lin.says("#协作 户籍证明\n致：昆山")
    draft = await desk.bot_replied(post, "对象")
    await desk.stop()
    await desk.advance(days=4)
    await desk.start()
    await desk.bot_replied(post, "已作废")
    late = await desk.lin.replies(draft, "对象：张三\n事由：核实")
    await desk.bot_replied(late, "已登记或已作废")
