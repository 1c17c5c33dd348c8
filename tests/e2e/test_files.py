"""Photos, documents and albums: with a request, with an answer, in whatever order they come."""

from __future__ import annotations

import base64

from tests.e2e.cast import ADMIN_ID, CHAT_IDS, KS, WX
from tests.e2e.conversation import LONG_POLL_SECONDS, File, Json
from tests.e2e.desk import Desk
from tests.e2e.posts import form, somebody

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PHOTO: File = ("照片.png", PIXEL)
PDF: File = ("协查函.pdf", b"%PDF-1.4\n%%EOF\n")
LIN = 1101
FILE_METHODS = ("sendPhoto", "sendDocument", "sendMediaGroup")


async def _files_sent(desk: Desk, to: str | int, *, after: int, count: int = 1) -> list[Json]:
    """The calls by which files came into a group, or to a person, when there are so many files."""
    chat = CHAT_IDS[to] if isinstance(to, str) else to
    seen = (await desk.get("seq"))["seq"]
    while True:
        calls = [
            call
            for call in await desk.calls(after=after)
            if call["method"] in FILE_METHODS and call["params"].get("chat_id") == chat and "result" in call
        ]
        if sum(len(call["params"].get("media", [0])) for call in calls) >= count:
            return calls
        news = await desk.get("wait", after=seen, seconds=LONG_POLL_SECONDS)
        assert news["events"], f"{count} files were to come to {to}, but only {calls} came"
        seen = news["seq"]


async def _made(desk: Desk) -> int:
    return int((await desk.get("calls", after=10**9))["made"])


async def test_a_photo_with_a_caption_is_a_request_and_goes_to_the_other_side(office: Desk) -> None:
    before = await _made(office)
    post = await office.lin.sends([PHOTO], text=form(somebody()))
    card = await office.card_for(post)
    assert "附件 1 个" in card.text
    [call] = await _files_sent(office, KS, after=before)
    assert call["method"] == "sendPhoto" and call["params"]["protect_content"]


async def test_a_document_with_a_caption_is_a_request(office: Desk) -> None:
    before = await _made(office)
    post = await office.lin.sends([PDF], text=form(somebody()))
    assert "附件 1 个" in (await office.card_for(post)).text
    [call] = await _files_sent(office, KS, after=before)
    assert call["method"] == "sendDocument"


async def test_an_album_belongs_to_its_caption_as_a_whole(office: Desk) -> None:
    before = await _made(office)
    post = await office.lin.sends(
        [PHOTO, ("二.png", PIXEL), ("三.png", PIXEL)], text=form(somebody()), album=True
    )
    await office.card_for(post)
    await _files_sent(office, KS, after=before, count=3)
    await office.card_shows((await office.card_for(post, since=0)).text.split()[1], KS, "附件 3 个")


async def test_an_album_whose_caption_comes_last_loses_no_file(office: Desk) -> None:
    before = await _made(office)
    await office.post("updates", hold=3)
    post = await office.lin.sends(
        [PHOTO, ("二.png", PIXEL), ("三.png", PIXEL)], text=form(somebody()), album=True
    )
    card = await office.card_for(post)
    number = card.text.split()[1]
    await _files_sent(office, KS, after=before, count=3)
    await office.card_shows(number, KS, "附件 3 个")


async def test_an_answer_brings_its_files_to_the_asker_in_private(office: Desk) -> None:
    await office.lin.in_private().starts()
    asked = await office.asks(office.lin)
    await office.accepted(asked)
    before = await _made(office)
    await office.gu.sends([PDF], text=f"/answer {asked.number} 见附件")
    await office.bot_said(asked.number, "见附件", chat="林小满")
    [call] = await _files_sent(office, LIN, after=before)
    assert call["method"] == "sendDocument" and call["params"]["protect_content"]
    to_group = [c for c in await office.calls(after=before) if c["params"].get("chat_id") == CHAT_IDS[WX]]
    assert not {c["method"] for c in to_group} & set(FILE_METHODS), "the group sees how it came out"


async def test_an_answer_by_reply_brings_an_album(office: Desk) -> None:
    await office.lin.in_private().starts()
    asked = await office.asks(office.lin)
    await office.accepted(asked)
    before = await _made(office)
    await office.gu.replies(
        await office.card(asked.number, KS), "#反馈 现场照片", files=[PHOTO, ("二.png", PIXEL)], album=True
    )
    await office.bot_said(asked.number, "现场照片", chat="林小满")
    await _files_sent(office, LIN, after=before, count=2)


async def test_an_answer_may_be_a_file_alone(office: Desk) -> None:
    asked = await office.asks(office.lin)
    await office.accepted(asked)
    before = await _made(office)
    await office.gu.presses("反馈", on=await office.card(asked.number, KS))
    prompt = await office.bot_said("写下", asked.number, chat=KS)
    await office.gu.replies(prompt, "", files=[PDF])
    await office.card_shows(asked.number, WX, "已反馈", "附件不在群内显示")
    await office.lin.in_private().starts()
    await office.reads(asked.number, office.lin)
    await _files_sent(office, LIN, after=before)


async def test_a_file_in_reply_to_a_card_is_passed_on(office: Desk) -> None:
    asked = await office.asks(office.lin)
    before = await _made(office)
    await office.lin.replies(asked.card, "补一份材料", files=[PDF])
    await office.bot_said(asked.number, "补一份材料", chat=KS)
    await _files_sent(office, KS, after=before)


async def test_a_ledger_that_the_administrator_sends_in_private_is_taken_in_at_a_press(office: Desk) -> None:
    admin = office.admin.in_private()
    await admin.starts()
    rows = "编号,类型,来函日期,姓名,事由\n2024-台-1,户籍证明,2024/3/1,冯一舟,诈骗案\n".encode("gb18030")
    await admin.sends([("台账.csv", rows)], as_documents=True)
    await admin.presses("✅ 导入")
    done = await office.bot_said("已导入", chat=ADMIN_ID)
    assert "收入 1" in done.text
    await admin.sends([("台账.csv", rows)], as_documents=True)
    assert "已在库 1" in (await office.bot_said("读到 1 行", chat=ADMIN_ID)).text
