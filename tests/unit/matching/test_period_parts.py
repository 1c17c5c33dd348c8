"""Periods that are part of another, and times by the clock of another place."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from matching.dates.period import read_period
from matching.dates.when import read_due
from matching.text.understood import CouldBe, NotRead, Read

TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 27, 10, tzinfo=timezone(timedelta(hours=8)))

READ = {
    "今年前五个月": ("2026-01-01", "2026-05-31"),
    "去年后三个月": ("2025-10-01", "2025-12-31"),
    "2024年前两月": ("2024-01-01", "2024-02-29"),
    "上月最后五天": ("2026-10-27", "2026-10-31"),
    "9月前10天": ("2026-09-01", "2026-09-10"),
    "2025年首月": ("2025-01-01", "2025-01-31"),
    "上半月": ("2026-11-01", "2026-11-15"),
    "10月下半月": ("2026-10-16", "2026-10-31"),
    "上个半年": ("2026-01-01", "2026-06-30"),
    "90年代": ("1990-01-01", "1999-12-31"),
    "九十年代": ("1990-01-01", "1999-12-31"),
    "上世纪80年代": ("1980-01-01", "1989-12-31"),
    "20世纪60年代": ("1960-01-01", "1969-12-31"),
    "the 1980s": ("1980-01-01", "1989-12-31"),
    "the nineties": ("1990-01-01", "1999-12-31"),
    "9月初至10月底": ("2026-09-01", "2026-10-31"),
    "2025年9月到2026年2月底": ("2025-09-01", "2026-02-28"),
    "from March until the end of May": ("2026-03-01", "2026-05-31"),
    "earlier this year": ("2026-01-01", "2026-11-25"),
    "the month": ("2026-11-01", "2026-11-25"),
    "cy 2024": ("2024-01-01", "2024-12-31"),
    "the week commencing 2 November": ("2026-11-02", "2026-11-08"),
    "2 weeks starting 2 November": ("2026-11-02", "2026-11-15"),
    "week of 5 November": ("2026-11-02", "2026-11-08"),
    "4 to 22 of this month": ("2026-11-04", "2026-11-22"),
    "q2-2025": ("2025-04-01", "2025-06-30"),
    "8月以来": ("2026-08-01", "2026-11-25"),
    "8个月以来": ("2026-03-25", "2026-11-25"),
    "自9月1日": ("2026-09-01", "2026-11-25"),
    "from 1 September": ("2026-09-01", "2026-11-25"),
    "自9月1日至9月15日": ("2026-09-01", "2026-09-15"),
    "1 September onwards": ("2026-09-01", "2026-11-25"),
    "昨日18时至22时": ("2026-11-24", "2026-11-24"),
    "11月20日晚8点到10点": ("2026-11-20", "2026-11-20"),
    "11月20日当天": ("2026-11-20", "2026-11-20"),
    "26 Oct 18:00-22:00": ("2026-10-26", "2026-10-26"),
    "between 6pm and 10pm on 26 Oct": ("2026-10-26", "2026-10-26"),
    "2026-09-01/2026-09-15": ("2026-09-01", "2026-09-15"),
    "过去48小时": ("2026-11-23", "2026-11-25"),
    "past 24 hours": ("2026-11-24", "2026-11-25"),
    "2025年一季度到三季度": ("2025-01-01", "2025-09-30"),
    "2025年三季度至今": ("2025-07-01", "2026-11-25"),
    "2025年9月中旬至2025年10月上旬": ("2025-09-11", "2025-10-10"),
    "from q3 2025 to q1 2026": ("2025-07-01", "2026-03-31"),
    "week 40 of 2026": ("2026-09-28", "2026-10-04"),
    "2026年第40周": ("2026-09-28", "2026-10-04"),
    "last week from Tue to Thu": ("2026-11-17", "2026-11-19"),
    "this past weekend": ("2026-11-21", "2026-11-22"),
    "this September": ("2026-09-01", "2026-09-30"),
    "the whole of 2025": ("2025-01-01", "2025-12-31"),
    "last Friday": ("2026-11-20", "2026-11-20"),
}
ASKED = {
    "上两周": [("2026-11-09", "2026-11-22"), ("2026-11-11", "2026-11-25")],
    "上2个月": [("2026-09-01", "2026-10-31"), ("2026-09-25", "2026-11-25")],
    "10月的第一周": [("2026-10-01", "2026-10-07"), ("2026-10-05", "2026-10-11")],
    "first week of October": [("2026-10-01", "2026-10-07"), ("2026-10-05", "2026-10-11")],
    "last September": [("2025-09-01", "2025-09-30"), ("2026-09-01", "2026-09-30")],
    "last Monday": [("2026-11-16", "2026-11-16"), ("2026-11-23", "2026-11-23")],
    "the last week of October": [("2026-10-25", "2026-10-31"), ("2026-10-26", "2026-11-01")],
    "third week of 2026": [("2026-01-12", "2026-01-18"), ("2026-01-15", "2026-01-21")],
    "over the last year": [("2025-01-01", "2025-12-31"), ("2025-11-25", "2026-11-25")],
    "三天前": [("2026-11-22", "2026-11-22"), ("2026-11-22", "2026-11-25")],
    "10月底": [("2026-10-22", "2026-10-31"), ("2026-10-27", "2026-10-31")],
    "early October": [("2026-10-01", "2026-10-05"), ("2026-10-01", "2026-10-10")],
    "本月早些时候": [("2026-11-01", "2026-11-15"), ("2026-11-01", "2026-11-25")],
}


@pytest.mark.parametrize("text", READ)
def test_a_part_is_read(text: str) -> None:
    first, last = READ[text]
    assert read_period(text, today=TODAY) == Read(value=(date.fromisoformat(first), date.fromisoformat(last)))


@pytest.mark.parametrize("text", ASKED)
def test_what_two_habits_mean_is_asked(text: str) -> None:
    read = read_period(text, today=TODAY)
    assert isinstance(read, CouldBe)
    assert [(str(first), str(last)) for first, last in read.values] == ASKED[text]


@pytest.mark.parametrize(
    "text", ["前40天的月", "今年前15个月", "12月前3天的第九周", "30世纪90年代", "later this week", "第六周"]
)
def test_what_is_none_is_not_read(text: str) -> None:
    assert isinstance(read_period(text, today=TODAY), NotRead)


@pytest.mark.parametrize(
    "text", ["明天18点（北京时间）", "明天 18:00 UTC+8", "18:00 tomorrow HKT", "北京时间明天18点"]
)
def test_our_own_zone_says_nothing_new(text: str) -> None:
    read = read_due(text, now=NOW)
    assert isinstance(read, Read)
    assert read.value.at == datetime(2026, 11, 28, 18, tzinfo=NOW.tzinfo)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("Thursday 8:00 GMT", ["2026-12-03T16:00"]),
        ("东京时间明天9点", ["2026-11-28T08:00"]),
        ("明天18:00 UTC+9", ["2026-11-28T17:00"]),
        ("明天18:00 GMT-03:30", ["2026-11-28T05:30"]),
        ("tomorrow 17:00 CST", ["2026-11-28T07:00", "2026-11-28T17:00"]),
    ],
)
def test_the_clock_of_another_place_is_given_in_ours_and_confirmed(text: str, hours: list[str]) -> None:
    read = read_due(text, now=NOW)
    assert isinstance(read, CouldBe)
    assert [due.at.isoformat()[:16] for due in read.values if due.at] == hours


@pytest.mark.parametrize("text", ["GMT", "明天18:00 UTC+25", "est", "CST 人员"])
def test_a_zone_alone_is_no_time(text: str) -> None:
    assert isinstance(read_due(text, now=NOW), NotRead)
