"""Every action: by button, by command, by reply to the card."""

from __future__ import annotations

import re

import pytest

from tests.e2e.cast import CZ, KS, WX
from tests.e2e.conversation import Speaker
from tests.e2e.desk import Asked, Desk

WAYS = ("command", "reply")


async def _does(way: str, who: Speaker, asked: Asked, command: str, words: str, rest: str = "") -> None:
    """``/command N rest``, or a reply to the card that begins ``#words``."""
    if way == "command":
        await who.says(f"/{command} {asked.number} {rest}".rstrip())
    else:
        card = asked.card if who.chat == WX else asked.asked_card
        await who.replies(card, f"#{words} {rest}".rstrip())


async def _on_ground(office: Desk, asked: Asked) -> None:
    """The liaison picks on which ground it is declined, where returning it is offered first."""
    question = await office.bot_said("按哪一项拒绝", asked.number, chat=KS)
    assert question.buttons[0].startswith("↩️")
    pressed = await office.shen.presses("本单位没有所要的信息", on=question)
    assert not pressed.alert, pressed.text


# --- the asked unit ---------------------------------------------------------------------------------------


async def test_accept_by_button(office: Desk) -> None:
    asked = await office.asks(office.lin)
    assert (await office.gu.presses("受理", on=asked.asked_card)).answered
    await office.bot_reacted(asked.post, "👀")
    await office.card_shows(asked.number, WX, "处置中", "顾一苇")
    card = await office.card_shows(asked.number, KS, "处置中", "顾一苇")
    assert [b.strip("⏳ ") for b in card.buttons[:6]] == ["反馈", "退回", "延期", "转派", "转办", "拒绝"]


@pytest.mark.parametrize("way", WAYS)
async def test_accept_by_words(office: Desk, way: str) -> None:
    asked = await office.asks(office.lin)
    await _does(way, office.gu, asked, "accept", "受理")
    await office.card_shows(asked.number, WX, "处置中", "顾一苇")


@pytest.mark.parametrize("way", WAYS)
async def test_answer_by_words(office: Desk, way: str) -> None:
    asked = await office.asks(office.lin)
    await office.accepted(asked)
    await _does(way, office.gu, asked, "answer", "反馈", "2 人已核实，情况属实")
    told = await office.bot_said(asked.number, "请核对后办结", chat=WX)
    assert "情况属实" not in told.text and "🔒 查看全文" in told.buttons
    await office.card_shows(asked.number, KS, "已反馈")
    await office.reads(asked.number, office.lin, "2 人已核实，情况属实")


@pytest.mark.parametrize(
    ("button", "words", "state", "told"),
    [
        ("退回", "请补充出生日期", "退回补充", "需要补充"),
        ("拒绝", "不属本辖区", "已拒绝", "拒绝"),
    ],
)
async def test_return_and_decline_by_button_and_prompt(
    office: Desk, button: str, words: str, state: str, told: str
) -> None:
    asked = await office.asks(office.lin)
    await office.shen.presses(button, on=asked.asked_card)
    prompt = await office.bot_said("沈听澜", "请回复本条消息", asked.number, chat=KS)
    await office.shen.replies(prompt, words)
    if button == "拒绝":
        await _on_ground(office, asked)
    await office.bot_said(asked.number, told, words, chat=WX)
    await office.card_shows(asked.number, WX, state, words)


@pytest.mark.parametrize("way", WAYS)
async def test_return_by_words_and_complete_by_reply(office: Desk, way: str) -> None:
    asked = await office.asks(office.lin)
    await _does(way, office.gu, asked, "return", "退回", "2 项不清，请补充出生日期")
    told = await office.bot_said(asked.number, "退回，需要补充", "2 项不清", chat=WX)
    await office.card_shows(asked.number, KS, "退回补充")
    await office.lin.replies(told, "出生日期 1990年1月1日")
    await office.bot_said(asked.number, "补充", "1990年1月1日", chat=KS)
    await office.card_shows(asked.number, KS, "待受理")


async def test_a_reply_to_the_returned_card_completes_it_as_the_card_says(office: Desk) -> None:
    asked = await office.asks(office.lin)
    await office.gu.says(f"/return {asked.number} 请补充出生日期")
    card = await office.card_shows(asked.number, WX, "退回补充", "回复本条消息补充即可")
    await office.lin.replies(card, "出生日期 1990年1月1日")
    await office.card_shows(asked.number, KS, "待受理")


async def test_complete_by_button(office: Desk) -> None:
    asked = await office.asks(office.lin)
    await office.gu.says(f"/return {asked.number} 请补充出生日期")
    card = await office.card_shows(asked.number, WX, "退回补充")
    await office.lin.presses("✏️ 补充", on=card)
    prompt = await office.bot_said("林小满", "补充", asked.number, "所缺内容", chat=WX)
    await office.lin.replies(prompt, "出生日期 1990年1月1日")
    await office.card_shows(asked.number, KS, "待受理")


@pytest.mark.parametrize("way", WAYS)
async def test_decline_by_words_needs_a_reason(office: Desk, way: str) -> None:
    asked = await office.asks(office.lin)
    await _does(way, office.shen, asked, "decline", "拒绝")
    await office.bot_said(asked.number, "必须写明理由", chat=KS)
    await _does(way, office.shen, asked, "decline", "拒绝", "不属本辖区")
    await _on_ground(office, asked)
    await office.bot_said(asked.number, "不属本辖区", chat=WX)
    await office.card_shows(asked.number, KS, "已拒绝")


async def test_assign_by_button(office: Desk) -> None:
    asked = await office.asks(office.lin)
    await office.shen.presses("转派", on=asked.asked_card)
    choice = await office.bot_said(asked.number, "转派给谁", chat=KS)
    assert {"顾一苇", "程以恒"} <= set(choice.buttons)
    await office.shen.presses("程以恒", on=choice)
    await office.bot_said(asked.number, "沈听澜 转派给 程以恒", chat=KS)
    await office.card_shows(asked.number, WX, "处置中", "程以恒")


@pytest.mark.parametrize("way", WAYS)
async def test_assign_by_words(office: Desk, way: str) -> None:
    asked = await office.asks(office.lin)
    await _does(way, office.shen, asked, "assign", "转派", "@cheng_yiheng")
    await office.card_shows(asked.number, KS, "处置中", "程以恒")


async def test_transfer_by_button(office: Desk) -> None:
    asked = await office.asks(office.lin)
    await office.shen.presses("转办", on=asked.asked_card)
    choice = await office.bot_said(asked.number, "转办到哪个单位", chat=KS)
    assert "无锡市公安局" not in choice.buttons and "昆山市公安局" not in choice.buttons
    await office.shen.presses("常州市公安局", on=choice)
    await office.bot_said(asked.number, "常州市公安局", chat=WX)
    card = await office.bot_said(asked.number, "→", chat=CZ)
    assert any(button.startswith("Accept") for button in card.buttons)
    await office.at_rest()  # each group is sent to by itself
    old = await office.card(asked.number, KS)
    assert asked.subject.masked not in old.text, "a unit that has it no more sees no subject"


@pytest.mark.parametrize("way", WAYS)
async def test_transfer_by_words(office: Desk, way: str) -> None:
    asked = await office.asks(office.lin)
    await _does(way, office.shen, asked, "transfer", "转办", "常州")
    await office.card_shows(asked.number, WX, "→ 常州市公安局", "待受理")


async def test_more_time_by_button(office: Desk) -> None:
    asked = await office.asks(office.lin)
    await office.accepted(asked)
    await office.gu.presses("⏳ 延期", on=await office.card(asked.number, KS))
    prompt = await office.bot_said(asked.number, "延期到何时", chat=KS)
    await office.gu.replies(prompt, "5天 等待上级批准")
    await office.bot_said(asked.number, "延期", "等待上级批准", chat=WX)
    await office.card_shows(asked.number, WX, "12月6日")


@pytest.mark.parametrize("way", WAYS)
async def test_more_time_by_words(office: Desk, way: str) -> None:
    asked = await office.asks(office.lin)
    await _does(way, office.gu, asked, "delay", "延期", "5天 等待上级批准")
    await office.bot_said(asked.number, "延期", "12月6日", chat=WX)


async def test_more_time_is_refused_for_an_earlier_time_and_without_a_reason(office: Desk) -> None:
    asked = await office.asks(office.lin)
    said = await office.gu.says(f"/delay {asked.number} 1天 快了")
    await office.bot_replied(said, "延期须更晚")
    said = await office.gu.says(f"/delay {asked.number} 5天")
    await office.bot_replied(said, "请写明原因")
    said = await office.gu.says(f"/delay {asked.number} 昨天 快了")
    await office.bot_replied(said, re.compile("已经过去"))
    said = await office.gu.says(f"/delay {asked.number} 随便 快了")
    await office.bot_replied(said, "看不懂时间")


# --- the asker --------------------------------------------------------------------------------------------


async def test_nudge_by_button(office: Desk) -> None:
    asked = await office.asks(office.lin)
    await office.advance(seconds=21)
    await office.lin.presses("催办", on=asked.card)
    nudged = await office.bot_said("催办", asked.number, "沈听澜", chat=KS)
    assert not any("催办" in label for label in nudged.buttons)


@pytest.mark.parametrize("way", WAYS)
async def test_nudge_by_words_reaches_the_handler(office: Desk, way: str) -> None:
    asked = await office.asks(office.lin)
    await office.accepted(asked)
    await office.advance(seconds=21)
    await _does(way, office.he, asked, "nudge", "催办")
    await office.bot_said("催办", asked.number, "顾一苇", "何清越", chat=KS)


@pytest.mark.parametrize("way", WAYS)
async def test_close_by_words(office: Desk, way: str) -> None:
    asked = await office.asks(office.lin)
    await office.answered(asked)
    await _does(way, office.lin, asked, "close", "办结")
    await office.card_shows(asked.number, KS, "已办结")


async def test_reopen_by_button(office: Desk) -> None:
    asked = await office.asks(office.lin)
    told = await office.answered(asked)
    await office.lin.presses("重开", on=told)
    prompt = await office.bot_said("写明重开", asked.number, chat=WX)
    await office.lin.replies(prompt, "地址与户籍不符")
    await office.bot_said(asked.number, "重开", "地址与户籍不符", chat=KS)


@pytest.mark.parametrize("way", WAYS)
async def test_reopen_by_words(office: Desk, way: str) -> None:
    asked = await office.asks(office.lin)
    await office.answered(asked)
    await _does(way, office.lin, asked, "reopen", "重开", "1 处地址不符")
    await office.card_shows(asked.number, KS, "待受理")
    await office.bot_said(asked.number, "1 处地址不符", chat=KS, since=0)


async def test_cancel_by_button(office: Desk) -> None:
    asked = await office.asks(office.lin)
    await office.lin.presses("撤销", on=asked.card)
    assert (await office.card_shows(asked.number, KS, "已撤销")).buttons == ["🔒 查看全文"]


@pytest.mark.parametrize("way", WAYS)
async def test_cancel_by_words(office: Desk, way: str) -> None:
    asked = await office.asks(office.lin)
    await _does(way, office.lin, asked, "cancel", "撤销")
    await office.card_shows(asked.number, KS, "已撤销")


async def test_a_plain_reply_to_a_card_is_passed_to_the_other_side(office: Desk) -> None:
    asked = await office.asks(office.lin)
    await office.gu.replies(asked.asked_card, "是否需要原件？")
    await office.bot_said(asked.number, "顾一苇", "是否需要原件？", chat=WX)
    heard = await office.bot_said(asked.number, "是否需要原件？", chat=WX)
    await office.lin.replies(heard, f"要的，本人 {asked.subject.id}")
    passed = await office.bot_said(asked.number, "林小满", "要的", chat=KS)
    assert asked.subject.masked in passed.text


@pytest.mark.parametrize(
    "typed",
    ["{number}", "{lower}", "/r_{under}", "#{number}", "{wide}"],
    ids=["number", "small letters", "tapped link", "hash", "full width"],
)
async def test_a_number_is_understood_however_it_is_typed(office: Desk, typed: str) -> None:
    asked = await office.asks(office.lin)
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in asked.number)
    given = typed.format(
        number=asked.number, lower=asked.number.lower(), under=asked.number.replace("-", "_"), wide=wide
    )
    said = await office.gu.says(f"/accept {given}")
    await office.card_shows(asked.number, WX, "处置中")
    assert said.text.startswith("/accept")


async def test_the_tappable_number_shows_the_card(office: Desk) -> None:
    asked = await office.asks(office.lin)
    await office.lin.says("/r_" + asked.number.replace("-", "_"))
    pointed = await office.bot_said("卡片在这里", asked.number.replace("-", "_"), chat=WX)
    assert pointed.raw["reply"]["message_id"] == asked.card.id
