"""Every message meant for the bot gets an answer that names the fault and an example that works."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.e2e.cast import KS, WX
from tests.e2e.conftest import OpenDesk
from tests.e2e.desk import Desk
from tests.e2e.posts import form, resident_id, somebody
from tests.e2e.test_files import PDF

INVISIBLE = "\u200b\u200f\u202e\ufeff\u2066"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/accept", ("请写上编号", "/accept")),
        ("/accept WX26-9999", ("没有编号为", "/accept")),
        ("/accept 甲乙丙", ("没有编号为", "甲乙丙")),
        ("/accept 99999999999999999999", ("没有编号为",)),
        ("/answer", ("请写上编号", "/answer")),
        ("/assign", ("请写上编号", "/assign")),
        ("/reuse WX26-9999", ("/reuse",)),
        ("/acept WX26-0001", ("/acept", "/accept")),
        ("/xyzzy", ("/xyzzy", "/help")),
        ("/role", ("给谁设角色", "/role")),
        ("/role @nobody handler", ("不认识", "@nobody")),
        ("/role @gu_yiwei king", ("king", "handler")),
        ("/find", ("请至少写两个字", "/find")),
        ("/show '; DROP TABLE requests; --", ("没有编号为",)),
        ("/stats 0d", ("看不懂", "/stats 7d")),
        ("/lang", ("/lang",)),
    ],
)
async def test_a_command_with_a_wrong_argument_says_what_was_wrong_and_what_works(
    office: Desk, text: str, words: tuple[str, ...]
) -> None:
    said = await office.shen.says(text)
    answer = await office.bot_replied(said, *words)
    assert answer.text.startswith(("⚠️", "🚫"))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("时限：昨天", ("时限", "已经过去", "3天")),
        ("时限：随便什么时候", ("时限", "看不懂")),
        ("时限：2099-01-01", ("时限", "太远")),
        ("紧急程度：马上立刻", ("紧急程度", "马上立刻")),
        ("期间：很久以前", ("期间", "看不懂")),
        ("致：火星公安局", ("找不到单位", "火星公安局")),
        ("致：无锡", ("自己的单位",)),
    ],
)
async def test_a_wrong_field_is_named_with_an_example(
    office: Desk, line: str, words: tuple[str, ...]
) -> None:
    label = line.partition("：")[0]
    kept = [one for one in form(somebody()).splitlines() if not one.startswith(label)]
    post = await office.lin.says("\n".join([*kept, line]))
    await office.bot_replied(post, *words)


async def test_all_faults_are_said_in_one_reply(office: Desk) -> None:
    post = await office.lin.says("#协作 户籍证明\n致：火星\n时限：昨天")
    draft = await office.bot_replied(post, "找不到单位", "对象", "事由", "已经过去")
    assert draft.text.count("•") >= 4


@pytest.mark.parametrize(
    "nasty",
    [
        "<b>粗</b><script>alert(1)</script> & &amp; </pre>",
        "'; DROP TABLE requests; -- \" \\ %s {0} {name}",
        f"张{INVISIBLE}三{INVISIBLE} 核实",
        "😀👨‍👩‍👧‍👦🏳️‍🌈 " * 30,
        "[链接](tg://user?id=1) *_~`>#+-=|{}.!",
        "\u0000\u0007空",
    ],
)
async def test_strange_characters_in_every_field_do_no_harm(office: Desk, nasty: str) -> None:
    subject = somebody()
    post = await office.lin.says(
        f"#协作 户籍证明\n致：昆山\n对象：{subject} {nasty}\n案件：{nasty}\n事由：{nasty}\n依据：{nasty}\n备注：{nasty}"
    )
    card = await office.bot_replied(post, "→")
    assert subject.masked in card.text
    assert not set(INVISIBLE) & set(card.text), "what is invisible is not shown"
    number = card.text.split()[1]
    await office.shen.says(f"/answer {number} {nasty}")
    await office.card_shows(number, WX, "已反馈")


async def test_a_post_of_ten_thousand_lines_is_answered(office: Desk) -> None:
    subject = somebody()
    post = await office.lin.says(form(subject, more="备注：" + "\n".join(f"第{n}行" for n in range(10_000))))
    card = await office.bot_replied(post, "→")
    assert subject.masked in card.text and len(card.text) < 4096


async def test_a_very_long_reason_is_cut_on_the_card_and_whole_in_private(office: Desk) -> None:
    await office.lin.in_private().starts()
    asked = await office.asks(office.lin, reason="很长的事由" * 600)
    assert len(asked.card.text) < 4096
    await office.lin.in_private().says(f"/show {asked.number}")
    await office.bot_said(asked.number, "全文", chat="林小满")


async def test_full_width_and_traditional_forms_are_read(office: Desk) -> None:
    subject = somebody()
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in subject.id)
    post = await office.lin.says(
        f"＃協作　戶籍證明\n致：昆山\n對象：{subject.name}　{wide}\n事由：詐騙案嫌疑人戶籍核實\n時限：３天"
    )
    card = await office.bot_replied(post, "→")
    assert subject.masked in card.text and "户籍证明" in card.text


async def test_fields_in_any_order_with_continued_lines(office: Desk) -> None:
    subject = somebody()
    post = await office.lin.says(
        f"#求助\n事由：核实\n第二行还是事由\n对象：\n{subject.name}\n{subject.id}\n类型：户籍\n致：昆山"
    )
    card = await office.bot_replied(post, "→", "第二行还是事由")
    assert subject.masked in card.text


async def test_an_invalid_birthday_in_an_id_is_noticed(office: Desk) -> None:
    number = resident_id("320583", date(1990, 1, 1), 1)
    post = await office.lin.says(form("张三 " + number[:10] + "1399" + number[14:]))
    await office.bot_replied(post, "校验不符或日期有误")


async def test_files_without_words_in_private_get_an_answer(office: Desk) -> None:
    await office.lin.in_private().starts()
    said = await office.lin.in_private().sends([PDF])
    await office.bot_replied(said, "没看懂", "/help")


@pytest.mark.parametrize(
    "content",
    [
        {"dice": {"emoji": "🎲", "value": 3}},
        {"poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False,
                  "is_anonymous": True, "type": "regular", "allows_multiple_answers": False,
                  "allows_revoting": False, "members_only": False, "option_persistent_ids": []}},
    ],
    ids=["dice", "poll"],
)  # fmt: skip
async def test_a_reply_without_words_to_a_question_is_answered(
    office: Desk, content: dict[str, object]
) -> None:
    asked = await office.asks(office.lin)
    await office.accepted(asked)
    await office.gu.presses("反馈", on=await office.card(asked.number, KS))
    prompt = await office.bot_said("写下", asked.number, chat=KS)
    said = await office.gu.says("", reply_to=prompt.id, content=content)
    await office.bot_replied(said, "没有收下")
    assert "处置中" in (await office.card(asked.number, KS)).text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"location": {"latitude": 31.3, "longitude": 120.9}}, "31.3, 120.9"),
        ({"contact": {"phone_number": "+8651257000000", "first_name": "值班室"}}, "值班室"),
    ],
    ids=["location", "contact"],
)
async def test_a_place_and_a_contact_answer_with_what_they_say(
    office: Desk, content: dict[str, object], words: str
) -> None:
    asked = await office.asks(office.lin)
    await office.accepted(asked)
    await office.gu.presses("反馈", on=await office.card(asked.number, KS))
    prompt = await office.bot_said("写下", asked.number, chat=KS)
    said = await office.gu.says("", reply_to=prompt.id, content=content)
    await office.bot_replied(said, "已反馈")
    await office.reads(asked.number, office.lin, words)


async def test_an_anonymous_administrator_is_told_why_not(desk: Desk) -> None:
    said = await desk.admin.says(form(somebody()), to=WX, anonymous=True)
    await desk.bot_replied(said, "匿名")
    said = await desk.admin.says("/mine", to=WX, anonymous=True)
    await desk.bot_replied(said, "匿名")


async def test_who_posts_as_a_channel_is_told_why_not_and_automatic_forwards_are_left_alone(
    desk: Desk,
) -> None:
    await desk.post("chats", title="通知频道", type="channel", admins=["林小满"], bot="administrator")
    said = await desk.lin.says(form(somebody()), as_channel="通知频道")
    await desk.bot_replied(said, "频道身份")
    await desk.lin.says(form(somebody()), as_channel="通知频道", automatic=True)
    asked = await desk.asks(desk.zhou)
    assert asked.number == "WX26-0001"


async def test_a_channel_post_is_answered(desk: Desk) -> None:
    await desk.post("chats", title="通知频道", type="channel", admins=["林小满"], bot="administrator")
    before = (await desk.get("calls", after=10**9))["made"]
    said = await desk.lin.says(form(somebody()), to="通知频道")
    [call] = await desk.called("sendMessage", after=before)
    assert call["params"]["chat_id"] == said.chat and "频道消息没有具体的人" in call["params"]["text"]


async def test_another_bots_post_registers_nothing(desk: Desk) -> None:
    await desk.post("people", name="别的机器人", id=9009, username="other_bot", is_bot=True)
    await desk.post("members", chat=WX, person="别的机器人", status="member", by="方予安")
    payload = {
        "message_id": 9000, "date": 1, "chat": {"id": await desk.chat_id(WX), "type": "supergroup", "title": WX},
        "from": {"id": 9009, "is_bot": True, "first_name": "别的机器人"}, "text": form(somebody()),
    }  # fmt: skip
    await desk.inject({"message": payload})
    await desk.bot_said("机器人发的消息不能登记", chat=WX)


async def test_a_forwarded_request_is_registered_after_a_question_as_its_forwarders(office: Desk) -> None:
    post = await office.lin.says(form(somebody()), forwarded_from="周知远")
    offer = await office.bot_replied(post, "登记为协作请求？")
    await office.lin.presses("✅ 登记", on=offer)
    assert "林小满" in (await office.card_for(post)).text


async def test_buttons_of_old_deleted_and_foreign_messages_get_a_clear_word(office: Desk) -> None:
    asked = await office.asks(office.lin)
    for data in (
        "1:accept:999999999",
        "9:accept:1",
        "1:accept",
        "rubbish",
        "1:rate:1:9",
        "1:set:1:to:x",
        "1:reuse:1",
    ):
        pressed = await office.gu.forges(data, on=asked.asked_card)
        assert pressed.alert and pressed.text, data
    data = asked.asked_card.raw["markup"]["inline_keyboard"][0][0]["callback_data"]
    await office.gu.deletes(asked.asked_card)
    pressed = await office.gu.forges(data, on=asked.asked_card)
    assert pressed.answered
    office.running.expect("message to edit not found")
    await office.card_shows(asked.number, WX, "处置中")


async def test_a_deleted_card_comes_back_with_the_next_change(office: Desk) -> None:
    asked = await office.asks(office.lin)
    await office.gu.deletes(asked.asked_card)
    office.running.expect("message to edit not found")
    await office.gu.says(f"/accept {asked.number}")
    again = await office.bot_said(asked.number, "→", "处置中", chat=KS)
    assert again.id != asked.asked_card.id
    await office.gu.presses("反馈", on=again)


async def test_an_unexpected_error_gives_an_incident_number_and_the_next_ones_go_on(
    open_desk: OpenDesk,
) -> None:
    desk = await open_desk()
    desk.running.expect("update_failed", "update_set_aside")
    payload = {
        "message_id": 8000, "date": 1, "text": "/mine",
        "chat": {"id": await desk.chat_id(WX), "type": "supergroup", "title": WX},
        "from": {"id": 1101, "is_bot": False},
    }  # fmt: skip
    await desk.inject({"message": payload})
    told = await desk.bot_said("故障号", chat=WX)
    incident = re.search(r"E-[0-9A-Z]+", told.text)
    assert incident
    [event] = desk.running.process.events("update_set_aside")
    assert event["incident"] == incident[0] and "stack" in event
    assert (await desk.asks(desk.lin)).number == "WX26-0001"
