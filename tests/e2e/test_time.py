"""The clock moves: reminders, escalation, quiet hours, digests, what closes by itself, and the time after."""

from __future__ import annotations

import re
from datetime import datetime

from tests.e2e.cast import CZ, KS, SZ, WX
from tests.e2e.conftest import OpenDesk
from tests.e2e.desk import Desk
from tests.e2e.posts import form, somebody

#: How a reminder begins. The card says as well who has a request and how late it is, and is edited whenever it
#: changes: who waits for these words alone, and then moves the clock, may do so before the reminder was decided.
REMINDER = re.compile(r"^⏰ 催办：")
NO_QUIET = {"quiet_hours": "", "tick": "1s"}


def _at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


async def test_each_stage_reminds_once_and_the_superior_unit_hears_of_it(open_desk: OpenDesk) -> None:
    desk = await open_desk(reminders=NO_QUIET)
    asked = await desk.asks(desk.lin, due="2天")
    await desk.advance(hours=25)
    await desk.bot_said(REMINDER, asked.number, "尚未受理", "沈听澜", chat=KS)
    await desk.accepted(asked)
    await desk.bot_said(
        REMINDER, asked.number, "顾一苇", chat=KS
    )  # drawn anew: later it would pass for the next
    await desk.advance(hours=12)
    await desk.bot_said(REMINDER, "顾一苇", asked.number, re.compile("还剩 1[01] 小时"), chat=KS)
    await desk.advance(hours=11)
    await desk.bot_said(REMINDER, "顾一苇", asked.number, re.compile("已到时限|已超期"), chat=KS)
    await desk.bot_said(asked.number, "尚未反馈", "催办", chat=WX, since=0)
    await desk.advance(hours=4)
    await desk.bot_said(REMINDER, "顾一苇", asked.number, "已超期 4 小时", chat=KS)
    await desk.advance(hours=20)
    await desk.bot_said(asked.number, "已超期", "督促", "顾一苇", chat=SZ)
    await desk.bot_said(REMINDER, "顾一苇", asked.number, "已超期 1 天", chat=KS)
    await desk.restart()
    await desk.polled()
    reminded = [said.text for said in await desk.bot_messages(KS, REMINDER, asked.number)]
    assert len(reminded) == 5, reminded
    assert len(await desk.bot_messages(SZ, asked.number, "督促")) == 1


async def test_an_answered_request_is_not_reminded_of(open_desk: OpenDesk) -> None:
    desk = await open_desk(reminders=NO_QUIET)
    asked = await desk.asks(desk.lin, due="2天")
    waiting = await desk.asks(desk.lin, due="2天")
    await desk.answered(asked)
    await desk.advance(days=3, hours=1)
    await desk.bot_said(waiting.number, "已超期", "督促", chat=SZ)
    assert await desk.bot_messages(SZ, asked.number) == []


async def test_the_night_is_quiet_except_for_what_is_flash(open_desk: OpenDesk) -> None:
    desk = await open_desk(reminders={"quiet_hours": "22:00-07:00", "after_due": ["0m"], "before_due": []})
    desk.running.set_time(_at("2026-12-01T18:00"))
    calm = await desk.asks(desk.lin, due="今天23:00前")
    flash = await desk.asks(desk.zhou, due="今天23:00前", more="紧急程度：特急\n紧急理由：2")
    desk.running.set_time(_at("2026-12-01T23:30"))
    await desk.bot_said(flash.number, re.compile("已到时限|已超期"), chat=KS)
    assert await desk.bot_messages(KS, REMINDER, calm.number) == []
    desk.running.set_time(_at("2026-12-02T07:00:10"))
    await desk.bot_said(calm.number, "已超期", REMINDER, chat=KS)


async def test_a_nudge_is_possible_once_an_hour(open_desk: OpenDesk) -> None:
    desk = await open_desk(reminders=NO_QUIET)
    asked = await desk.asks(desk.lin, due="5天")
    await desk.lin.presses("催办", on=asked.card)
    await desk.bot_said("催办", asked.number, chat=KS)
    again = await desk.lin.presses("催办", on=asked.card)
    assert again.alert and "10:" in again.text, again.text
    await desk.advance(minutes=61)
    once_more = await desk.lin.presses("催办", on=asked.card)
    assert not once_more.alert
    await desk.bot_said("催办", asked.number, chat=KS)


async def test_more_time_moves_the_reminders(open_desk: OpenDesk) -> None:
    desk = await open_desk(reminders=NO_QUIET)
    asked = await desk.asks(desk.lin, due="2天")
    other = await desk.asks(desk.lin, due="2天")
    await desk.accepted(asked)
    await desk.gu.says(f"/delay {asked.number} 6天 等待上级批准")
    await desk.bot_said(asked.number, "延期", chat=WX)
    await desk.advance(days=2, hours=5)
    await desk.bot_said(other.number, "已超期", REMINDER, chat=KS)
    assert await desk.bot_messages(KS, REMINDER, asked.number) == []
    await desk.advance(days=4)
    await desk.bot_said(asked.number, re.compile("已到时限|已超期"), REMINDER, chat=KS)


async def test_every_group_gets_its_digest_once_and_a_silent_day_none(desk: Desk) -> None:
    asked = await desk.asks(desk.lin)
    await desk.accepted(asked)
    desk.running.set_time(_at("2026-12-02T08:30:05"))
    await desk.bot_said("协作日报", "新增 1", asked.number.replace("-", "_"), chat=WX, since=0)
    await desk.bot_said("协作日报", "昆山市公安局", chat=KS, since=0)
    await desk.restart()
    await desk.answered(asked)
    assert len(await desk.bot_messages(WX, "协作日报")) == 1
    desk.running.set_time(_at("2026-12-03T08:30:05"))
    digest = await desk.bot_said("协作日报", "反馈 1", "中位数", chat=WX)
    assert asked.subject.name not in digest.text
    desk.running.set_time(_at("2026-12-05T08:30:05"))
    await desk.asks(desk.lin)
    assert len(await desk.bot_messages(WX, "协作日报")) == 2, "two days without anything to say"


async def test_a_group_reads_its_digest_in_its_language_and_only_its_own(desk: Desk) -> None:
    await desk.asks(desk.lin)
    post = await desk.lin.says(form(somebody(), to="常州"))
    number = (await desk.card_for(post)).text.split()[1]
    desk.running.set_time(_at("2026-12-02T08:30:05"))
    digest = await desk.bot_said(
        "Daily digest", "Oldest open", number.replace("-", "_"), chat="Changzhou requests"
    )
    assert "WX26_0001" not in digest.text
    assert await desk.bot_messages(SZ, "协作日报") == [], "nothing concerns that unit"


async def test_what_was_answered_closes_by_itself(desk: Desk) -> None:
    await desk.lin.starts()
    asked = await desk.asks(desk.lin)
    await desk.answered(asked)
    await desk.stop()
    await desk.advance(days=8)
    await desk.start()
    await desk.bot_said(asked.number, "自动办结", chat="林小满")
    await desk.card_shows(asked.number, WX, "已办结")
    await desk.card_shows(asked.number, KS, "已办结")


async def test_what_is_old_is_not_reopened(desk: Desk) -> None:
    asked = await desk.asks(desk.lin)
    await desk.answered(asked)
    await desk.lin.says(f"/close {asked.number}")
    await desk.card_shows(asked.number, WX, "已办结")
    await desk.advance(days=31)
    said = await desk.lin.says(f"/reopen {asked.number} 想起来了")
    await desk.bot_replied(said, "不能重开")


async def test_after_downtime_one_notice_comes_for_each_request_and_what_was_posted_is_registered(
    open_desk: OpenDesk,
) -> None:
    desk = await open_desk(reminders=NO_QUIET)
    asked = [await desk.asks(desk.lin, due="1天") for _ in range(3)]
    assert await desk.stop() == 0
    waiting = await desk.zhou.says(form(somebody()))
    await desk.advance(days=2)
    await desk.start()
    for one in asked:
        await desk.bot_said(one.number, "已超期", REMINDER, chat=KS)
        await desk.bot_said(one.number, "督促", chat=SZ)
    await desk.card_for(waiting)
    await desk.bot_said("协作日报", chat=KS)
    await desk.polled()
    for one in asked:
        reminded = await desk.bot_messages(KS, one.number, REMINDER)
        assert len(reminded) == 1, [s.text for s in reminded]
        assert len(await desk.bot_messages(SZ, one.number)) == 1
    assert len(await desk.bot_messages(KS, "协作日报")) == 1


async def test_a_post_that_waited_means_what_it_meant_when_it_was_sent(open_desk: OpenDesk) -> None:
    desk = await open_desk(reminders=NO_QUIET)
    desk.running.set_time(_at("2026-12-01T16:00"))
    assert await desk.stop() == 0
    since = await desk.remember()
    posts = [
        await desk.lin.says(form(somebody(), due=due))
        for due in ("明天中午", "明天18:00前", "48小时", "今天18:00前")
    ]
    desk.running.set_time(_at("2026-12-02T10:00"))
    await desk.start()
    for posted, due in zip(
        posts, ("12月2日 周三 12:00", "12月2日 周三 18:00", "12月3日 周四 16:00"), strict=False
    ):
        card = await desk.card_for(posted, since=since)
        assert f"{due} 前反馈" in card.text
        assert "12月1日 16:00 提出" in card.text
    passed = "“今天18:00前”已经过去", "12月1日 周二 18:00", "例如"
    refused = await desk.bot_replied(posts[3], *passed, since=since)
    await desk.lin.replies(refused, "今天18:00前")
    await desk.bot_said("12月2日 周三 18:00 前反馈", "待受理", chat=WX)


async def test_a_time_that_can_mean_two_is_asked_in_the_language_of_the_group(open_desk: OpenDesk) -> None:
    desk = await open_desk(reminders=NO_QUIET)
    desk.running.set_time(_at("2026-12-01T10:00"))
    posted = await desk.lin.says(form(somebody(), due="9点"))
    asked = await desk.bot_replied(posted, "“9点”可能是")
    assert asked.buttons == ["12月1日 周二 21:00", "12月2日 周三 09:00"]
    await desk.lin.presses("12月2日", on=asked)
    await desk.bot_said("12月2日 周三 09:00 前反馈", "待受理", chat=WX)
    posted = await desk.qin.says(form(somebody(), due="5/12"))  # to this group the bot speaks English
    asked = await desk.bot_replied(posted, "“5/12” can mean Sat 5 Dec, 18:00 or Wed 12 May 2027, 18:00")
    assert asked.buttons == ["Sat 5 Dec, 18:00", "Wed 12 May 2027, 18:00"]
    await desk.qin.presses("Sat 5 Dec", on=asked)
    await desk.bot_said("Sat 5 Dec, 18:00", "→", chat=CZ)
    posted = await desk.qin.says(form(somebody(), due="last Friday"))
    await desk.bot_replied(posted, "“last Friday” has passed (Fri 27 Nov, 18:00)", "for example")
