"""The story of the product, from two commands to the morning digest."""

from __future__ import annotations

import re

from tests.e2e.cast import KS, SZ, WX
from tests.e2e.conftest import OpenDesk
from tests.e2e.desk import Desk
from tests.e2e.posts import form, somebody


async def test_a_message_becomes_a_tracked_answered_reused_reminded_and_digested_request(desk: Desk) -> None:
    subject = somebody()
    first = await desk.asks(desk.lin, subject=subject)
    assert first.number == "WX26-0001"
    assert first.card.buttons[:2] == ["催办", "撤销"]
    assert first.asked_card.buttons[:5] == ["受理", "退回", "拒绝", "转派", "转办"]
    assert subject.masked in first.asked_card.text

    await desk.accepted(first)
    assert "顾一苇" in (await desk.card(first.number, WX)).text
    assert (await desk.gu.presses("反馈")).text
    prompt = await desk.bot_said("请回复本条消息", first.number, chat=KS)
    assert prompt.raw["markup"]["force_reply"]
    await desk.gu.replies(prompt, "已核实，户籍地址：昆山市花桥镇示例路1号，联系电话 13812345678")
    told = await desk.bot_said(first.number, "请核对后办结", chat=WX)
    assert "林小满" in told.text, "the asker is called by name"
    assert "花桥镇" not in told.text and "🔒 查看全文" in told.buttons, "the words are read in private"
    await desk.reads(first.number, desk.lin, "花桥镇示例路1号，联系电话 13812345678")
    await desk.gu.presses("已查实", on=await desk.bot_said("结果是哪一种", chat=KS, since=0))
    await desk.card_shows(first.number, WX, "已查实")

    second = await desk.asks(desk.zhou, subject=subject, reason="核实户籍")
    offer = await desk.bot_said(second.number, "可能已有答复", first.number, chat=WX, since=0)
    assert f"复用 {first.number}" in offer.buttons
    pressed = await desk.zhou.presses("复用", on=offer)
    assert pressed.answered and not pressed.alert
    reused = await desk.card_shows(second.number, WX, "已反馈", f"复用 {first.number}")
    assert "花桥镇" not in reused.text
    await desk.reads(second.number, desk.zhou, "13812345678")

    third = await desk.asks(desk.lin)
    await desk.advance(days=2, hours=22)
    await desk.bot_said(third.number, "尚未受理", chat=KS)
    await desk.advance(days=1, hours=3)
    await desk.bot_said(third.number, re.compile("已到时限|已超期"), chat=KS)
    await desk.bot_said(third.number, "已超期", "督促", chat=SZ)
    digest = await desk.bot_said("协作日报", "已超期", third.number.replace("-", "_"), chat=KS)
    assert "昆山市公安局" in digest.text


async def test_the_answer_can_be_closed_rated_reopened_and_answered_again(office: Desk) -> None:
    asked = await office.asks(office.lin)
    await office.accepted(asked)
    told = await office.answered(asked)
    assert any(button.startswith("办结") for button in told.buttons)
    assert "评分" in (await office.lin.presses("办结", on=told)).text
    card = await office.card_shows(asked.number, WX, "已办结")
    assert card.buttons[:5] == ["⭐ 1", "⭐ 2", "⭐ 3", "⭐ 4", "⭐ 5"]
    await office.lin.presses("⭐ 4", on=card)
    await office.card_shows(asked.number, WX, "已办结", "4/5")
    await office.lin.says(f"/reopen {asked.number} 地址与户籍不符")
    await office.bot_said(asked.number, "重开", "地址与户籍不符", chat=KS)
    await office.card_shows(asked.number, KS, "待受理")
    assert "✅" not in (await office.card(asked.number, WX)).text.splitlines()[0]
    await office.answered(asked, "更正：户籍已迁出")
    await office.card_shows(asked.number, WX, "已反馈")
    await office.reads(asked.number, office.lin, "更正：户籍已迁出")


async def test_a_partial_answer_leaves_the_rest_to_come(office: Desk) -> None:
    asked = await office.asks(office.lin)
    await office.accepted(asked)
    await office.gu.says(f"/answer {asked.number} 部分反馈：先确认身份")
    await office.bot_said(asked.number, "阶段性反馈", chat=WX)
    await office.card_shows(asked.number, WX, "处置中", "阶段性反馈")
    await office.reads(asked.number, office.lin, "先确认身份")
    await office.gu.says(f"/answer {asked.number} 查无此人的出入境记录")
    await office.bot_said(asked.number, "查无", chat=WX)
    await office.card_shows(asked.number, KS, "已反馈", "查无")


async def test_who_asks_several_units_gets_a_request_for_each(office: Desk) -> None:
    post = await office.lin.says(form(somebody(), to="昆山、常州"))
    first = await office.bot_replied(post, "昆山市公安局", "→")
    second = await office.bot_replied(post, "常州市公安局", "→")
    assert first.text.split()[1] != second.text.split()[1]
    await office.bot_said(second.text.split()[1], chat="Changzhou requests")


async def test_a_unit_without_a_group_is_named_at_once(open_desk: OpenDesk) -> None:
    desk = await open_desk(furnish=False, people={"enrol": "auto"})
    await desk.bind(WX, "WX")
    post = await desk.lin.says(form(somebody()))
    await desk.bot_replied(post, "WX26-0001", "→")
    await desk.bot_said("WX26-0001", "还没有绑定群", chat=WX)
