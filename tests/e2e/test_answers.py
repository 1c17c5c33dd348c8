"""What is answered, and how it came out, as both sides see it."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.e2e.cast import KS, WX
from tests.e2e.desk import Desk
from tests.e2e.posts import somebody

NOES = (
    "无违法犯罪记录",
    "查不到",
    "没有查到",
    "未发现",
    "经查，无此人",
    "not found on our side",
    "nothing on file",
)


@pytest.mark.parametrize("words", NOES)
async def test_a_no_is_never_shown_as_found(office: Desk, words: str) -> None:
    asked = await office.asks(office.lin)
    await office.accepted(asked)
    reply = await office.gu.replies(asked.asked_card, f"#反馈 {words}")
    explicit = words.startswith("not found")  # begins with the outcome: nothing is asked
    question = None if explicit else await office.bot_replied(reply, asked.number, "已反馈")
    await office.card_shows(asked.number, WX, "已反馈")
    for group in (KS, WX):
        for said in await office.bot_messages(group, asked.number):
            assert "已查实" not in said.text and "found ·" not in said.text.replace("nothing found", "")
    if question is not None:
        assert question.buttons[0] == "查无"
        await office.gu.presses("查无", on=question)
    card = await office.card_shows(asked.number, WX, "查无")
    assert "结果待选" not in card.text


async def test_the_outcome_is_picked_in_one_message_that_closes(office: Desk) -> None:
    asked = await office.asks(office.lin)
    await office.accepted(asked)
    said = await office.gu.says(f"/answer {asked.number} 户籍在周市镇，独居")
    question = await office.bot_replied(said, "结果是哪一种")
    assert question.buttons == ["已查实", "部分", "查无", "还有后续"]
    pressed = await office.gu.presses("部分", on=question)
    assert not pressed.alert and "部分" in pressed.text
    closed = await office.bot_said(asked.number, "结果：部分查实", chat=KS)
    assert (closed.id, closed.buttons) == (question.id, ["处理码"])
    await office.card_shows(asked.number, WX, "部分查实")


async def test_more_to_come_leaves_it_with_the_handler_and_tells_the_asker(office: Desk) -> None:
    asked = await office.asks(office.lin)
    await office.accepted(asked)
    said = await office.gu.says(f"/answer {asked.number} 身份已核实")
    await office.gu.presses("还有后续", on=await office.bot_replied(said, "结果是哪一种"))
    await office.bot_said(asked.number, "还有后续", "继续办理", chat=WX)
    card = await office.card_shows(asked.number, KS, "处置中", "顾一苇", "前反馈")
    assert "反馈" in card.buttons
    await office.gu.says(f"/answer {asked.number} 查无：没有住址登记")
    await office.card_shows(asked.number, WX, "已反馈", "查无")
    await office.reads(asked.number, office.lin, "身份已核实", "没有住址登记")


async def test_english_readers_can_tell_partly_from_a_first_part(office: Desk) -> None:
    su = office.person("苏见微", "Changzhou requests")
    asked = await office.asks(office.lin, to_group="Changzhou requests", to="常州")
    said = await su.says(f"/answer {asked.number} The name is right, the address is not ours")
    question = await office.bot_replied(said, "How did it come out")
    assert sorted(question.buttons) == ["Found", "More to come", "Nothing found", "Partly"]
    await su.presses("More to come", on=question)
    await office.card_shows(asked.number, "Changzhou requests", "First part, more to come")
    await su.says(f"/answer {asked.number} partly: the address is unknown")
    await office.card_shows(asked.number, "Changzhou requests", "answered", "partly found")


async def test_an_answer_is_put_right_by_its_button_and_everybody_hears_of_it(office: Desk) -> None:
    asked = await office.asks(office.lin)
    await office.accepted(asked)
    await office.answered(asked, "已核实，户籍在周市镇", by=office.gu)
    again = await office.asks(office.zhou, subject=asked.subject, reason="核实户籍")
    await office.zhou.says(f"/reuse {again.number} {asked.number}")
    await office.card_shows(again.number, WX, "已反馈")
    await office.gu.presses("更正", on=await office.card_shows(asked.number, KS, "已反馈"))
    prompt = await office.bot_said("更正后的完整反馈", asked.number, chat=KS)
    assert prompt.raw["markup"]["force_reply"]
    await office.gu.replies(prompt, "更正：户籍在花桥镇")
    await office.bot_said(asked.number, "已更正", "请以此为准", "林小满", chat=WX)
    await office.bot_said(again.number, "所复用的反馈", "请以此为准", "周知远", chat=WX)
    await office.reads(asked.number, office.lin, "户籍在花桥镇", "更正前", "户籍在周市镇")
    await office.reads(again.number, office.zhou, "户籍在花桥镇", "更正前", "户籍在周市镇")


async def test_an_edit_of_the_reply_that_answered_is_a_correction(office: Desk) -> None:
    asked = await office.asks(office.lin)
    await office.accepted(asked)
    reply = await office.gu.replies(asked.asked_card, "#反馈 户籍在周市镇")
    await office.bot_replied(reply, "已反馈")
    await office.gu.edits(reply, "#反馈 户籍在花桥镇")
    await office.bot_said(asked.number, "已更正", chat=WX)
    await office.reads(asked.number, office.lin, "户籍在花桥镇", "更正前", "户籍在周市镇")


async def test_answering_twice_says_how_to_put_it_right(office: Desk) -> None:
    asked = await office.asks(office.lin)
    await office.answered(asked)
    said = await office.shen.says(f"/answer {asked.number} 另有一处房产")
    await office.bot_replied(said, f"/correct {asked.number}")
    await office.shen.says(f"/correct {asked.number} 查无：登记有误")
    await office.card_shows(asked.number, WX, "查无", "更正")


def _kept(office: Desk, number: str) -> tuple[int, int]:
    """How many answers and comments a request has."""
    of = "WHERE request_id = (SELECT id FROM requests WHERE number = ?)"
    with closing(sqlite3.connect(f"file:{office.running.folder / 'desk.db'}?mode=ro", uri=True)) as books:
        answers = books.execute(f"SELECT count(*) FROM answers {of}", (number,)).fetchone()[0]
        comments = books.execute(f"SELECT count(*) FROM comments {of}", (number,)).fetchone()[0]
    return answers, comments


def _long(begin: str, end: str) -> tuple[str, str]:
    """A text as a program cuts it: the first piece full, the end in the second."""
    first = begin + "".join(f"第{n}条登记在周市镇{n}号；" for n in range(900))
    return first[:4096], first[4096:4400] + end


@pytest.mark.parametrize("way", ["command", "reply", "reply, then none", "prompt"])
async def test_an_answer_that_was_cut_is_whole(office: Desk, way: str) -> None:
    await office.lin.in_private().starts()
    asked = await office.asks(office.lin)
    await office.accepted(asked)
    since = await office.remember()
    target = asked.asked_card
    if way == "prompt":
        await office.gu.presses("反馈", on=target)
        target = await office.bot_said("请回复本条消息", asked.number, chat=KS)
    begin = {"command": f"/answer {asked.number} ", "prompt": ""}.get(way, "#反馈 ")
    first, second = _long(begin, "最后一条见附卷末尾")
    more = {} if way == "command" else {"reply_to": target.id}
    await office.gu.says(first, **more)
    await office.gu.says(second, **({} if way == "reply, then none" else more))
    await office.card_shows(asked.number, WX, "已反馈")
    await office.bot_said("最后一条见附卷末尾", chat="林小满", since=since)
    assert _kept(office, asked.number) == (1, 0), "one answer, and no comment"
    assert not await office.bot_messages(KS, asked.number, "已经反馈过"), "and no second one that is refused"


async def test_a_request_that_was_cut_has_its_end(office: Desk) -> None:
    subject = somebody()
    first, second = _long(
        f"#协作 户籍证明\n致：昆山\n对象：{subject}\n事由：", "\n时限：2小时\n备注：两人同行"
    )
    post = await office.lin.says(first)
    await office.lin.says(second)
    card = await office.card_for(post)
    assert "两人同行" in card.text and "还剩 2 小时" in card.text.replace("1 小时 59 分钟", "2 小时")
