"""Deadlines as officers type them, read on a Wednesday morning in Shanghai."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.when import Due, DueProblem, Span, read_due

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 25, 10, 30, tzinfo=SHANGHAI)  # a Wednesday

DAYS = {
    "今天": "2026-11-25 18:00",
    "今日": "2026-11-25 18:00",
    "today": "2026-11-25 18:00",
    "今天之内": "2026-11-25 18:00",
    "明天": "2026-11-26 18:00",
    "明日": "2026-11-26 18:00",
    "次日": "2026-11-26 18:00",
    "tomorrow": "2026-11-26 18:00",
    "后天": "2026-11-27 18:00",
    "後天": "2026-11-27 18:00",
    "the day after tomorrow": "2026-11-27 18:00",
    "大后天": "2026-11-28 18:00",
    "周五": "2026-11-27 18:00",
    "星期五": "2026-11-27 18:00",
    "礼拜五": "2026-11-27 18:00",
    "週五前": "2026-11-27 18:00",
    "周五之前回复": "2026-11-27 18:00",
    "周五前（含）": "2026-11-27 18:00",
    "请于周五前反馈": "2026-11-27 18:00",
    "周三": "2026-11-25 18:00",
    "周二": "2026-12-01 18:00",
    "周日": "2026-11-29 18:00",
    "星期天": "2026-11-29 18:00",
    "周5": "2026-11-27 18:00",
    "本周日": "2026-11-29 18:00",
    "这周五": "2026-11-27 18:00",
    "本周内": "2026-11-27 18:00",
    "这个星期内": "2026-11-27 18:00",
    "周末": "2026-11-29 18:00",
    "周末前": "2026-11-27 18:00",
    "下周一": "2026-11-30 18:00",
    "下周三": "2026-12-02 18:00",
    "下个星期五": "2026-12-04 18:00",
    "下周": "2026-12-04 18:00",
    "下周末": "2026-12-06 18:00",
    "下下周三": "2026-12-09 18:00",
    "Friday": "2026-11-27 18:00",
    "by Friday": "2026-11-27 18:00",
    "end of Friday": "2026-11-27 18:00",
    "this Friday": "2026-11-27 18:00",
    "this coming Monday": "2026-11-30 18:00",
    "next Friday": "2026-12-04 18:00",
    "next week": "2026-12-04 18:00",
    "next week Tuesday": "2026-12-01 18:00",
    "Friday next week": "2026-12-04 18:00",
    "Mon": "2026-11-30 18:00",
    "on Thurs": "2026-11-26 18:00",
    "weekend": "2026-11-29 18:00",
    "end of week": "2026-11-27 18:00",
    "by the end of the week": "2026-11-27 18:00",
    "end of next week": "2026-12-04 18:00",
    "月底前": "2026-11-30 18:00",
    "本月底": "2026-11-30 18:00",
    "月末": "2026-11-30 18:00",
    "本月内": "2026-11-30 18:00",
    "下月底": "2026-12-31 18:00",
    "下个月中旬": "2026-12-20 18:00",
    "12月底": "2026-12-31 18:00",
    "十二月上旬": "2026-12-10 18:00",
    "二月底": "2027-02-28 18:00",
    "年底前": "2026-12-31 18:00",
    "end of month": "2026-11-30 18:00",
    "by the end of the month": "2026-11-30 18:00",
    "end of next month": "2026-12-31 18:00",
    "end of December": "2026-12-31 18:00",
    "end of the year": "2026-12-31 18:00",
    "5号": "2026-12-05 18:00",
    "28号": "2026-11-28 18:00",
    "二十八日前": "2026-11-28 18:00",
    "下月5号": "2026-12-05 18:00",
    "下个月五号前": "2026-12-05 18:00",
    "本月28日": "2026-11-28 18:00",
    "the 5th": "2026-12-05 18:00",
    "5th of next month": "2026-12-05 18:00",
}

DATES = {
    "12月1日": "2026-12-01 18:00",
    "12月1号": "2026-12-01 18:00",
    "12 月 1 日 前": "2026-12-01 18:00",
    "十二月一日": "2026-12-01 18:00",
    "１２月１日": "2026-12-01 18:00",
    "1月5日": "2027-01-05 18:00",
    "12月1日（周二）": "2026-12-01 18:00",
    "2026-12-01": "2026-12-01 18:00",
    "2026/12/1": "2026-12-01 18:00",
    "2026.12.1": "2026-12-01 18:00",
    "20261201": "2026-12-01 18:00",
    "2026年12月1日": "2026-12-01 18:00",
    "26年12月1日": "2026-12-01 18:00",
    "二〇二六年十二月一日": "2026-12-01 18:00",
    "今年12月1日": "2026-12-01 18:00",
    "明年1月5日": "2027-01-05 18:00",
    "12/1": "2026-12-01 18:00",
    "12.1": "2026-12-01 18:00",
    "13/12/2026": "2026-12-13 18:00",
    "Dec 1": "2026-12-01 18:00",
    "Dec. 1st": "2026-12-01 18:00",
    "Tue, Dec 1, 2026": "2026-12-01 18:00",
    "1 December 2026": "2026-12-01 18:00",
    "1st of December": "2026-12-01 18:00",
    "by 5 Jan": "2027-01-05 18:00",
}

TIMES = {
    "周五18:00前": "2026-11-27 18:00",
    "周五 18：00 之前": "2026-11-27 18:00",
    "by Friday 18:00": "2026-11-27 18:00",
    "no later than 5pm on Friday": "2026-11-27 17:00",
    "下周一上午": "2026-11-30 12:00",
    "下週一上午十點": "2026-11-30 10:00",
    "明天中午": "2026-11-26 12:00",
    "明天下午": "2026-11-26 18:00",
    "明天下午3点": "2026-11-26 15:00",
    "明天下午三点半": "2026-11-26 15:30",
    "明天15时30分": "2026-11-26 15:30",
    "明天3点": "2026-11-26 15:00",
    "明天3时": "2026-11-26 03:00",
    "明天3:00": "2026-11-26 03:00",
    "明早": "2026-11-26 09:00",
    "明早8点": "2026-11-26 08:00",
    "明晚": "2026-11-26 21:00",
    "明天凌晨": "2026-11-26 06:00",
    "明天中午一点": "2026-11-26 13:00",
    "后天傍晚": "2026-11-27 19:00",
    "今晚8点": "2026-11-25 20:00",
    "今晚": "2026-11-25 21:00",
    "今晚12点": "2026-11-26 00:00",
    "今晚一点": "2026-11-26 01:00",
    "今天24:00": "2026-11-26 00:00",
    "今天下班前": "2026-11-25 18:00",
    "周五下班前": "2026-11-27 18:00",
    "今天8点": "2026-11-25 20:00",
    "凌晨2点": "2026-11-26 02:00",
    "9点": "2026-11-25 21:00",
    "11点": "2026-11-25 11:00",
    "09:00": "2026-11-26 09:00",
    "18:00": "2026-11-25 18:00",
    "三点一刻": "2026-11-25 15:15",
    "12月1日下午3点半": "2026-12-01 15:30",
    "12月1日18时30分前": "2026-12-01 18:30",
    "2026/12/1 18:00": "2026-12-01 18:00",
    "2026-12-01T18:00": "2026-12-01 18:00",
    "2026-12-01T18:00:00+00:00": "2026-12-02 02:00",
    "2026-12-01T10:00Z": "2026-12-01 18:00",
    "noon": "2026-11-25 12:00",
    "tomorrow noon": "2026-11-26 12:00",
    "noon on Dec 1": "2026-12-01 12:00",
    "next Monday morning": "2026-11-30 12:00",
    "tomorrow at 6:30 pm": "2026-11-26 18:30",
    "6 p.m.": "2026-11-25 18:00",
    "12am tomorrow": "2026-11-26 00:00",
    "12pm": "2026-11-25 12:00",
    "midnight": "2026-11-26 00:00",
    "tonight": "2026-11-25 21:00",
    "this afternoon": "2026-11-25 18:00",
    "EOD": "2026-11-25 18:00",
    "end of day tomorrow": "2026-11-26 18:00",
    "COB Friday": "2026-11-27 18:00",
    "5 o'clock": "2026-11-25 17:00",
    "3天后18:00": "2026-11-28 18:00",
    "三天后下午": "2026-11-28 18:00",
    "in 3 days at noon": "2026-11-28 12:00",
    "一个月内": "2026-12-25 10:30",
    "3个月": "2027-02-25 10:30",
    "within 2 months": "2027-01-25 10:30",
    "一年内": "2027-11-25 10:30",
}

HOUR, DAY = 3600, 86_400
SPANS = {
    "3天": 3 * DAY,
    "三天内": 3 * DAY,
    "三天之内": 3 * DAY,
    "3日内": 3 * DAY,
    "三日以内": 3 * DAY,
    "三日": 3 * DAY,
    "限3日": 3 * DAY,
    "a fortnight": 14 * DAY,
    "3个自然日": 3 * DAY,
    "两天半": 2 * DAY + 12 * HOUR,
    "收到后3天内": 3 * DAY,
    "自今天起三天内": 3 * DAY,
    "48小时": 48 * HOUR,
    "四十八小时": 48 * HOUR,
    "24h": 24 * HOUR,
    "1.5小时": 5400,
    "一个半小时": 5400,
    "半小时": 1800,
    "半个小时": 1800,
    "半天": 12 * HOUR,
    "半个月": 15 * DAY,
    "90分钟": 5400,
    "一刻钟": 900,
    "2个钟头": 2 * HOUR,
    "兩小時內": 2 * HOUR,
    "一周内": 7 * DAY,
    "两个星期": 14 * DAY,
    "2天12小时": 2 * DAY + 12 * HOUR,
    "1h30m": 5400,
    "3 days": 3 * DAY,
    "3-day": 3 * DAY,
    "within 2 weeks": 14 * DAY,
    "in 48 hours": 48 * HOUR,
    "three days": 3 * DAY,
    "an hour": HOUR,
    "half an hour": 1800,
    "half a day": 12 * HOUR,
    "two weeks from now": 14 * DAY,
    "2w": 14 * DAY,
    "366天": 366 * DAY,
}

WORKING_DAYS = {
    "三个工作日": 3,
    "3个工作日内": 3,
    "五個工作日": 5,
    "3工作日": 3,
    "3 working days": 3,
    "within 10 business days": 10,
    "3wd": 3,
}

UNREADABLE = [
    "",
    "   ",
    "3",
    "周",
    "尽快",
    "立即",
    "as soon as possible",
    "等通知",
    "25:00",
    "8:60",
    "2月30日",
    "13月1日",
    "1/12/2026",  # the first of December, or the twelfth of January
    "-3天",
    "3-5天",
    "二三天",
    "12月1日（周三）",  # it is a Tuesday
    "周五周六",
    "3天 5个月 周五",
    "半个工作日",
    "3个工作日下午",
    "12月",
    "12月1日-12月5日",
    "3天 " * 100,
    "<b>3天</b>",
    "\x00",
    "周五18:00前，否则后果自负",
]

PAST = {
    "昨天": "2026-11-24 18:00",
    "yesterday": "2026-11-24 18:00",
    "前天": "2026-11-23 18:00",
    "本周一": "2026-11-23 18:00",
    "11月20日": "2026-11-20 18:00",
    "9月20日": "2026-09-20 18:00",
    "2025-12-01": "2025-12-01 18:00",
    "今天上午9点": "2026-11-25 09:00",
    "今天9:00": "2026-11-25 09:00",
    "0天": "2026-11-25 10:30",
    "2026-11-25T02:00Z": "2026-11-25 10:00",
}


def _at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(("text", "at"), (DAYS | DATES | TIMES).items())
def test_a_day_or_time_becomes_a_local_moment(text: str, at: str) -> None:
    assert read_due(text, now=NOW) == Due(at=_at(at))


@pytest.mark.parametrize(("text", "seconds"), SPANS.items())
def test_a_length_runs_from_now_to_the_minute(text: str, seconds: int) -> None:
    assert read_due(text, now=NOW) == Due(at=NOW + timedelta(seconds=seconds), span=Span(seconds=seconds))


@pytest.mark.parametrize(("text", "days"), WORKING_DAYS.items())
def test_working_days_are_left_to_the_calendar(text: str, days: int) -> None:
    assert read_due(text, now=NOW) == Due(span=Span(working_days=days))


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_is_not_understood_whole_is_not_guessed(text: str) -> None:
    assert read_due(text, now=NOW) == DueProblem(code="unreadable")


@pytest.mark.parametrize(("text", "at"), PAST.items())
def test_a_deadline_in_the_past_says_when_it_was(text: str, at: str) -> None:
    assert read_due(text, now=NOW) == DueProblem(code="past", at=_at(at))


@pytest.mark.parametrize(
    "text", ["367天", "2027-12-31", "53周", "13个月", "9999周", "9999年12月31日24:00", "300个工作日"]
)
def test_more_than_a_year_ahead_is_too_far(text: str) -> None:
    problem = read_due(text, now=NOW)
    assert isinstance(problem, DueProblem)
    assert problem.code == "far"


@pytest.mark.parametrize(
    ("now", "text", "at"),
    [
        ("2026-11-27 17:59", "周五", "2026-11-27 18:00"),
        ("2026-11-27 18:00", "周五", "2026-12-04 18:00"),
        ("2026-11-27 19:00", "本周内", "2026-11-29 18:00"),
        ("2026-11-25 19:00", "今天", "2026-11-25 23:59"),
        ("2026-11-25 19:00", "今天内", "2026-11-25 23:59"),
        ("2026-11-25 19:00", "18:00", "2026-11-26 18:00"),
        ("2026-11-25 19:00", "8点", "2026-11-25 20:00"),
        ("2026-11-25 21:00", "8点", "2026-11-26 08:00"),
        ("2026-11-30 10:00", "月底", "2026-11-30 18:00"),
        ("2026-12-31 10:00", "下月5号", "2027-01-05 18:00"),
        ("2026-12-31 10:00", "1月5日", "2027-01-05 18:00"),
        ("2027-01-03 10:00", "12月28日", None),
        ("2028-02-20 10:00", "2月29日", "2028-02-29 18:00"),
        ("2026-01-31 10:00", "一个月", "2026-02-28 10:00"),
        ("2026-11-29 10:00", "下周一", "2026-11-30 18:00"),
        ("2026-11-30 18:30", "31号", "2026-12-31 18:00"),
    ],
)
def test_the_same_words_mean_another_day_at_another_time(now: str, text: str, at: str | None) -> None:
    due = read_due(text, now=_at(now))
    assert due == Due(at=_at(at)) if at else isinstance(due, DueProblem) and due.code == "past"


def test_a_local_time_that_a_change_of_clocks_leaves_out_is_moved_on() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    due = read_due("2026-03-29 02:30", now=datetime(2026, 3, 27, 12, tzinfo=berlin))
    assert isinstance(due, Due)
    assert due.at == datetime(2026, 3, 29, 3, 30, tzinfo=berlin)
    assert due.at.hour == 3


def test_two_days_over_a_change_of_clocks_are_48_hours() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    due = read_due("2 days", now=datetime(2026, 3, 28, 12, tzinfo=berlin))
    assert isinstance(due, Due)
    assert due.at == datetime(2026, 3, 30, 13, tzinfo=berlin)


_PIECES = (
    "3 12 24 31 99 9999 三 十 二十 半 两 个 天 日 号 小时 分钟 周 月 年 点 时 分 刻 一 五 下 本 上午 下午 "
    "晚上 前 内 后 底 末 工作日 : - / . 2026 0001 9999 02-30 T18:00 +14:00 Z by next this end of day "
    "week month Friday Dec may noon pm am in an half the th 星期 礼拜 明 今 早"
)
WORDS = st.sampled_from(_PIECES.split())


@given(
    st.lists(WORDS, max_size=8).map("".join)
    | st.lists(WORDS, max_size=8).map(" ".join)
    | st.text(max_size=40)
)
@settings(max_examples=1500, deadline=None)
def test_no_text_breaks_the_reader_and_every_due_time_is_ahead(text: str) -> None:
    due = read_due(text, now=NOW)
    if isinstance(due, Due):
        assert due.at is not None or due.span is not None
        if due.at is not None:
            assert NOW < due.at <= NOW + timedelta(days=366)
            assert due.at.utcoffset() == timedelta(hours=8)


@given(st.datetimes(min_value=datetime(2026, 11, 25, 10, 31), max_value=datetime(2027, 11, 25)))
@settings(max_examples=200, deadline=None)
def test_a_moment_written_out_is_read_back(moment: datetime) -> None:
    moment = moment.replace(second=0, microsecond=0)
    for shape in (
        "%Y-%m-%d %H:%M",
        "%Y/%m/%d %H:%M",
        "%Y年%m月%d日%H时%M分",
        "%d %B %Y %H:%M",
        "%Y年%m月%d日 %H:%M前",
    ):
        assert read_due(moment.strftime(shape), now=NOW) == Due(at=moment.replace(tzinfo=SHANGHAI))
