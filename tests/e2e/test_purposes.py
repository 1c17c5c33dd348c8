"""Who opens what is not their own work says why; what they opened goes again, whatever happens to the bot meanwhile."""

from __future__ import annotations

import io

import openpyxl

from tests.e2e.cast import KS, WX
from tests.e2e.conftest import OpenDesk
from tests.e2e.desk import Desk
from tests.e2e.posts import form, somebody


async def test_a_full_text_is_opened_for_a_purpose_and_goes_after_its_time(desk: Desk) -> None:
    asked = await desk.asks(desk.lin)
    shen = desk.shen.in_private()
    await shen.starts()
    await shen.says(f"/show {asked.number}")
    question = await desk.bot_said(asked.number, "用途？", chat="沈听澜")
    assert asked.subject.id not in question.text and question.buttons == ["办案", "核查", "督查"]
    await shen.presses("督查", on=question)
    whole = await desk.bot_said(asked.number, asked.subject.id, "查看用途：督查", chat="沈听澜")
    assert whole.raw.get("has_protected_content"), "it cannot be forwarded"
    await desk.at_rest()
    await desk.kill()
    await desk.start()
    await desk.remember()
    await shen.says(f"/show {asked.number}")
    again = await desk.bot_said(asked.number, asked.subject.id, "查看用途：督查", chat="沈听澜")
    assert again.id != whole.id, "nobody is asked twice in a shift"
    await desk.at_rest()
    await desk.stop()
    await desk.advance(hours=1, minutes=1)
    await desk.start()
    await desk.called("deleteMessage", times=2)
    left = [said.id for said in await desk.bot_messages("沈听澜", asked.subject.id)]
    assert not {whole.id, again.id} & set(left)
    await shen.says(f"/audit {asked.number}")
    record = await desk.bot_said("查看全文（督查）", chat="沈听澜")
    assert record.text.count("查看全文（督查）") == 2
    await desk.admin.says("/verify", to=KS)
    await desk.bot_said("全部完好", chat=KS)


async def test_what_is_sent_unasked_stays_and_counts_as_delivered(desk: Desk) -> None:
    await desk.gu.in_private().starts()
    asked = await desk.asks(desk.lin)
    await desk.accepted(asked)
    sent = await desk.bot_said(asked.number, asked.subject.id, chat="顾一苇", since=0)
    await desk.advance(hours=2)
    await desk.shen.in_private().starts()
    await desk.shen.in_private().says(f"/audit {asked.number}")
    record = await desk.bot_said("全部记录", asked.number, chat="沈听澜")
    assert "全文发给" in record.text and "查看全文" not in record.text
    assert sent.id in [said.id for said in await desk.bot_messages("顾一苇", asked.subject.id)]


async def test_a_post_is_deleted_once_its_card_stands_and_who_may_not_be_served_so_hears_how(
    open_desk: OpenDesk,
) -> None:
    desk = await open_desk(protection={"posts_per_minute": 0, "delete_posts": True})
    asked = await desk.asks(desk.lin)
    await desk.called("deleteMessage")
    await desk.at_rest()
    standing = {said.id for said in await desk.messages(WX)}
    assert asked.post.id not in standing and asked.card.id in standing
    await desk.accepted(asked)
    await desk.fault("deleteMessage", code=400, description="Bad Request: message can't be deleted", times=2)
    desk.running.expect("message can't be deleted")
    await desk.remember()
    second = await desk.asks(desk.zhou)
    told = await desk.bot_said("删除消息", second.number, chat=WX)
    assert "私聊 @crossbeat_bot" in told.text
    third = await desk.asks(desk.zhou)
    await desk.at_rest()
    await desk.bot_silent(WX, "删除消息", seconds=0.5)
    standing = {said.id for said in await desk.messages(WX)}
    assert {second.post.id, third.post.id} <= standing


async def test_what_is_asked_in_private_stands_masked_in_the_group(desk: Desk) -> None:
    await desk.lin.in_private().starts()
    subject = somebody()
    await desk.lin.in_private().says(form(subject))
    card = await desk.bot_said("→", subject.masked, chat=WX)
    assert subject.name not in card.text and subject.id not in card.text


async def test_a_supervisor_turns_the_record_of_a_unit_below_and_takes_it_away(desk: Desk) -> None:
    lu, gu = desk.lu.in_private(), desk.gu.in_private()
    await lu.starts()
    await gu.starts()
    asked = await desk.asks(desk.lin)
    await desk.accepted(asked)
    await desk.at_rest()
    for _ in range(16):
        await gu.says(f"/show {asked.number}")
        await desk.bot_said(asked.number, "全文", chat="顾一苇")
    await lu.says(f"/audit {asked.number}")
    first = await desk.bot_said("全部记录", "第 1 页", "林小满", chat="陆怀瑾")
    await lu.presses("2 ›", on=first)
    second = await desk.bot_said("第 2 页", "顾一苇", chat="陆怀瑾")
    assert second.id == first.id, "turned in its place"
    await lu.presses("📤", on=first)
    question = await desk.bot_said("导出为文件的用途", chat="陆怀瑾")
    await lu.presses("督查", on=question)
    sent = await desk.bot_said("全部记录，共", "用后删除", chat="陆怀瑾")
    assert (sent.file_name or "").startswith(f"audit-{asked.number}-")
    content = (await desk.http.get(f"/api/files/{sent.raw['document']['file_id']}")).content
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    rows = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert sum("查看全文" in row for row in rows) == 16
    assert asked.subject.id not in repr(rows) and asked.subject.name not in repr(rows)
    await lu.says(f"/audit {asked.subject.id}")
    looked = await desk.bot_said("最近的在前", "导出记录（督查）", chat="陆怀瑾")
    assert asked.subject.id not in looked.text
    await desk.shen.in_private().starts()
    await desk.shen.in_private().says(f"/audit {asked.subject.id}")
    theirs = await desk.bot_said("最近的在前", chat="沈听澜")
    assert "陆怀瑾" not in theirs.text, "who looked from above is not theirs to know"
    await desk.admin.says("/verify", to=KS)
    await desk.bot_said("全部完好", chat=KS)
