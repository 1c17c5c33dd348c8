"""Editing the original changes the request, with the change in its record, until it is answered."""

from __future__ import annotations

from tests.e2e.cast import KS, WX
from tests.e2e.desk import Desk
from tests.e2e.posts import form, somebody


async def test_an_edit_changes_the_card_in_both_groups(office: Desk) -> None:
    asked = await office.asks(office.lin)
    await office.lin.edits(asked.post, form(asked.subject, reason="改为核实居住情况", due="48小时"))
    await office.card_shows(asked.number, KS, "改为核实居住情况", "12月3日")
    await office.bot_reacted(asked.post, "✍")
    assert await office.bot_messages(WX, asked.number, "已由 林小满 修改") == [], "the card shows it"


async def test_an_edit_of_an_accepted_request_is_told_to_the_asked_unit(office: Desk) -> None:
    asked = await office.asks(office.lin)
    await office.accepted(asked)
    await office.lin.edits(asked.post, form(asked.subject, reason="改为核实居住情况"))
    await office.bot_said(asked.number, "林小满", "修改", "事由", chat=KS)


async def test_an_edit_that_changes_nothing_says_nothing(office: Desk) -> None:
    asked = await office.asks(office.lin)
    await office.post("touch", chat=asked.post.chat, message=asked.post.id)
    await office.polled()
    asked_again = await office.asks(office.zhou)
    assert asked_again.number != asked.number
    assert await office.bot_messages(WX, asked.number, "修改") == []


async def test_an_answered_request_is_not_edited_any_more(office: Desk) -> None:
    asked = await office.asks(office.lin)
    await office.answered(asked)
    await office.lin.edits(asked.post, form(asked.subject, reason="想改成别的"))
    await office.bot_said(asked.number, "不能“修改”", "已反馈", chat=WX)
    assert "想改成别的" not in (await office.card(asked.number, WX)).text


async def test_an_edit_that_cannot_be_read_changes_nothing_and_says_why(office: Desk) -> None:
    asked = await office.asks(office.lin)
    await office.lin.edits(asked.post, form(asked.subject, due="随便"))
    await office.bot_said(asked.number, "保持原样", "看不懂", chat=WX)


async def test_an_edit_cannot_send_it_to_another_unit(office: Desk) -> None:
    asked = await office.asks(office.lin)
    await office.lin.edits(asked.post, form(asked.subject, to="常州"))
    await office.bot_said(asked.number, "不能改协作单位", chat=WX)


async def test_an_edit_may_name_another_subject(office: Desk) -> None:
    asked = await office.asks(office.lin)
    other = somebody()
    await office.lin.edits(asked.post, form(other))
    await office.card_shows(asked.number, KS, other.masked)


async def test_a_returned_request_is_completed_by_editing_it(office: Desk) -> None:
    asked = await office.asks(office.lin)
    await office.gu.says(f"/return {asked.number} 请写明用途")
    await office.card_shows(asked.number, WX, "退回补充")
    await office.lin.edits(asked.post, form(asked.subject, reason="办理取保候审，核实户籍"))
    await office.card_shows(asked.number, KS, "待受理", "取保候审")


async def test_an_edited_command_is_not_done(office: Desk) -> None:
    await office.asks(office.lin)  # or there is nothing of hers
    said = await office.lin.says("/mine")
    await office.bot_said("我提出的", chat=WX)
    await office.lin.edits(said, "/help")
    await office.bot_said("修改过的命令不会执行", chat=WX)


async def test_a_plain_message_edited_into_a_request_becomes_one(office: Desk) -> None:
    subject = somebody()
    post = await office.lin.says("稍等，我整理一下")
    await office.lin.edits(post, form(subject))
    assert subject.masked in (await office.card_for(post)).text
