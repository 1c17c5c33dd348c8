"""Lists, search, the full text, figures and the ledger: masked in groups, whole in private, on the record."""

from __future__ import annotations

import io
import re

import openpyxl

from tests.e2e.cast import KS, WX
from tests.e2e.conversation import Said
from tests.e2e.desk import Desk


async def test_mine_lists_what_i_asked_and_what_i_have(office: Desk) -> None:
    asked = await office.asks(office.zhou)
    await office.zhou.says("/mine")
    listed = await office.bot_said("我提出的", asked.number.replace("-", "_"), chat=WX)
    assert asked.subject.masked in listed.text and asked.subject.name not in listed.text
    await office.accepted(asked, by=office.cheng)
    await office.cheng.says("/mine")
    await office.bot_said("由我承办", asked.number.replace("-", "_"), chat=KS)


async def test_find_shows_masked_lines_of_what_one_may_see(office: Desk) -> None:
    asked = await office.asks(office.lin)
    for words in (asked.subject.name, asked.subject.masked, asked.subject.id):
        said = await office.zhou.says(f"/find {words}")
        found = await office.bot_replied(said, "找到", asked.number.replace("-", "_"))
        assert asked.subject.masked in found.text and asked.subject.id not in found.text
    said = await office.qin.says(f"/find {asked.subject.name}")
    await office.bot_replied(said, re.compile("no request|nothing|None|not found", re.IGNORECASE))
    said = await office.lin.says("/find 张")
    await office.bot_replied(said, "请至少写两个字")


async def test_show_gives_the_full_text_in_private_and_the_card_in_the_group(office: Desk) -> None:
    asked = await office.asks(office.lin)
    await office.lin.in_private().starts()
    await office.bot_said("您好", chat="林小满")
    await office.lin.in_private().says(f"/show {asked.number}")
    full = await office.bot_said(asked.number, "全文", asked.subject.name, asked.subject.id, chat="林小满")
    assert full.raw.get("has_protected_content"), "a full text cannot be forwarded"
    await office.lin.says(f"/show {asked.number}")
    shown = await office.bot_said("卡片在这里", asked.number.replace("-", "_"), chat=WX)
    assert asked.subject.id not in shown.text


async def test_the_full_text_button_opens_the_private_chat(office: Desk) -> None:
    asked = await office.asks(office.lin)
    pressed = await office.gu.presses("🔒 查看全文", on=asked.asked_card)
    assert pressed.url and pressed.url.startswith("https://t.me/crossbeat_bot?start=")
    await office.whole_for(office.gu.in_private(), asked.number, asked.subject.id)


async def test_an_officer_who_merely_sits_in_the_group_gets_the_masked_card_in_private_too(
    office: Desk,
) -> None:
    asked = await office.asks(office.lin)
    await office.zhou.in_private().starts()
    await office.zhou.in_private().says(f"/show {asked.number}")
    shown = await office.bot_said(asked.number, "→", chat="周知远")
    assert asked.subject.masked in shown.text and asked.subject.id not in shown.text


async def test_the_handler_and_the_asker_get_the_whole_in_private_by_themselves(desk: Desk) -> None:
    await desk.lin.in_private().starts()
    await desk.gu.in_private().starts()
    asked = await desk.asks(desk.lin)
    await desk.accepted(asked)
    await desk.bot_said(asked.number, asked.subject.id, chat="顾一苇", since=0)
    await desk.gu.says(f"/answer {asked.number} 已核实，电话 13912345678")
    whole = await desk.bot_said(asked.number, "13912345678", chat="林小满")
    assert asked.subject.id in whole.text
    told = await desk.bot_said(asked.number, "请核对后办结", chat=WX, since=0)
    assert "已私信提出人" in told.text and "5678" not in told.text


async def test_the_desk_of_a_unit_sees_its_inbox_and_what_is_overdue(desk: Desk) -> None:
    asked = await desk.asks(desk.lin, due="1天")
    await desk.shen.says("/inbox")
    await desk.bot_said("待办（1）", asked.number.replace("-", "_"), chat=KS)
    await desk.shen.says("/overdue")
    await desk.bot_said("没有超期", chat=KS)
    await desk.advance(days=1, hours=2)
    await desk.shen.says("/overdue")
    await desk.bot_said("超期（1）", asked.number.replace("-", "_"), chat=KS)
    said = await desk.gu.says("/inbox")
    await desk.bot_replied(said, "待办（1）")
    said = await desk.lin.says("/inbox")
    await desk.bot_replied(said, "🚫")


async def test_stats_roster_unit_and_digest_on_demand(desk: Desk) -> None:
    asked = await desk.asks(desk.lin)
    await desk.accepted(asked)
    await desk.shen.says("/roster")
    await desk.bot_said("谁在办", "顾一苇", "在办 1 件", chat=KS)
    await desk.answered(asked)
    await desk.shen.says("/stats 7d")
    await desk.bot_said("近 7 天", "反馈 1", chat=KS)
    said = await desk.shen.says("/stats 7x")
    await desk.bot_replied(said, "看不懂", "/stats 7d")
    await desk.shen.says("/unit")
    await desk.bot_said("昆山市公安局", "上级：苏州市公安局", KS, chat=KS)
    await desk.shen.says("/digest")
    await desk.bot_said("协作日报", chat=KS)
    said = await desk.lin.says("/stats")
    await desk.bot_replied(said, "🚫")


async def test_the_ledger_arrives_in_private_as_a_workbook(desk: Desk) -> None:
    asked = await desk.asks(desk.lin)
    await desk.answered(asked)
    said = await desk.shen.says("/export")
    await desk.bot_replied(said, "只发到私聊", "/start")
    await desk.shen.in_private().starts()
    await desk.bot_said("您好", chat="沈听澜")
    await desk.shen.says("/export")
    question = await desk.bot_said("用途", "昆山市公安局", chat=KS)
    await desk.shen.presses("核查", on=question)
    await desk.bot_said("稍后发到您的私聊", chat=KS)
    sent = await desk.bot_said("昆山市公安局台账，共 1 件", chat="沈听澜", since=0)
    assert sent.file_name and sent.file_name.endswith(".xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(await _content(desk, sent))).active
    assert sheet is not None
    cells = [str(value) for row in sheet.iter_rows(values_only=True) for value in row]
    assert asked.number in cells and asked.subject.name in cells
    said = await desk.gu.says("/export")
    await desk.bot_replied(said, "🚫")


async def _content(desk: Desk, said: Said) -> bytes:
    answer = await desk.http.get(f"/api/files/{said.raw['document']['file_id']}")
    assert answer.is_success
    return answer.content


async def test_the_record_of_a_request_names_who_did_and_who_read_what(desk: Desk) -> None:
    await desk.gu.in_private().starts()
    asked = await desk.asks(desk.lin)
    await desk.accepted(asked)
    await desk.bot_said(asked.number, "全文", chat="顾一苇", since=0)
    await desk.gu.in_private().says(f"/show {asked.number}")
    await desk.bot_said(asked.number, "全文", chat="顾一苇")
    await desk.admin.says(f"/audit {asked.number}", to=KS)
    record = await desk.bot_said(asked.number, "全部记录", chat=KS)
    lines = record.text.splitlines()
    assert any("登记" in line and "林小满" in line for line in lines)
    assert any("受理" in line and "顾一苇" in line for line in lines)
    assert any("全文发给" in line and "顾一苇" in line for line in lines)
    assert any("查看全文" in line and "顾一苇" in line for line in lines)
    said = await desk.shen.says(f"/audit {asked.number}")
    await desk.bot_replied(said, "只在私聊里给出")
    await desk.admin.says("/verify", to=KS)
    await desk.bot_said("全部完好", chat=KS)


async def test_help_has_an_example_that_works(office: Desk) -> None:
    said = await office.lin.says("/help")
    helped = await office.bot_replied(said, "#协作")
    example = helped.text[helped.text.index("#协作") :].splitlines()[:5]
    assert example[1].startswith("致：")
    post = await office.zhou.says("\n".join(example))
    await office.card_for(post)


async def test_every_role_reads_help_for_what_it_may(office: Desk) -> None:
    for who, words in ((office.gu, "办理"), (office.shen, "联络员"), (office.admin, "管理员")):
        said = await who.says("/help", to=KS)
        await office.bot_replied(said, words)
