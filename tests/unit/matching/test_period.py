from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.dates.period import read_period
from matching.text.understood import CouldBe, NotRead, Read
from tests.quick import examples

TODAY = date(2026, 11, 25)

FEBRUARY = [
    "2026-02-01至2026-02-28",
    "2026-02-01..2026-02-28",
    "2026-02-01 - 2026-02-28",
    "2026-02-01-2026-02-28",
    "2026-02-01～2026-02-28",
    "2026-02-01/2026-02-28".replace("/2026", " 到 2026"),
    "2026.2.1—2026.2.28",
    "2026.2.1-2.28",
    "2026/2/1-2026/2/28",
    "20260201-20260228",
    "2月1日-2月28日",
    "2月1日至28日",
    "二月一日至二月二十八日",
    "2026年2月1日至2月28日",
    "自2026年2月1日起至2026年2月28日止",
    "2026年2月1日至2026年2月28日期间",
    "2026年2月1日8时至2月28日18时30分",
    "2026-02-01 08:00至2026-02-28 18:00",
    "２０２６－０２－０１至２０２６－０２－２８",
    "2026年2月",
    "2026年2月份",
    "二〇二六年二月",
    "2026-02",
    "2026/2",
    "2月",
    "Feb 2026",
    "February",
    "Feb 1 - Feb 28, 2026",
    "Feb 1-28, 2026",
    "1-28 Feb 2026",
    "1 to 28 February",
    "1st February 2026 to 28th of February 2026",
    "from 2026-02-01 to 2026-02-28",
    "between Feb 1 and Feb 28",
]

OTHERS = {
    # Two digits of a year lie in the past.
    "98年3月至99年5月": ("1998-03-01", "1999-05-31"),
    "九八年三月至九九年五月": ("1998-03-01", "1999-05-31"),
    "91年5月": ("1991-05-01", "1991-05-31"),
    "26年2月": ("2026-02-01", "2026-02-28"),
    "27年2月": ("1927-02-01", "1927-02-28"),
    "07年": ("2007-01-01", "2007-12-31"),
    "5/11/98".replace("5/11", "31/10"): ("1998-10-31", "1998-10-31"),
    # A month and its year, in every order.
    "November , 2025": ("2025-11-01", "2025-11-30"),
    "2025, Nov": ("2025-11-01", "2025-11-30"),
    "Nov of 2025": ("2025-11-01", "2025-11-30"),
    "11/2025": ("2025-11-01", "2025-11-30"),
    "11-2025": ("2025-11-01", "2025-11-30"),
    # Years, halves, quarters.
    "2014-2018": ("2014-01-01", "2018-12-31"),
    "2014-2018年": ("2014-01-01", "2018-12-31"),
    "二〇一四年至二〇一八年": ("2014-01-01", "2018-12-31"),
    "between 2014 and 2018": ("2014-01-01", "2018-12-31"),
    "去年下半年": ("2025-07-01", "2025-12-31"),
    "上半年": ("2026-01-01", "2026-06-30"),
    "2025年上半年": ("2025-01-01", "2025-06-30"),
    "H2 2025": ("2025-07-01", "2025-12-31"),
    "上一季度": ("2026-07-01", "2026-09-30"),
    "本季度": ("2026-10-01", "2026-11-25"),
    "2025年第三季度": ("2025-07-01", "2025-09-30"),
    "今年前三季度": ("2026-01-01", "2026-09-30"),
    "Q3 2025": ("2025-07-01", "2025-09-30"),
    "2025 Q3": ("2025-07-01", "2025-09-30"),
    "last quarter": ("2026-07-01", "2026-09-30"),
    "last 2 quarters": ("2026-04-01", "2026-09-30"),
    "上一个月": ("2026-10-01", "2026-10-31"),
    "这一周": ("2026-11-23", "2026-11-25"),
    "year to date": ("2026-01-01", "2026-11-25"),
    "年初至今": ("2026-01-01", "2026-11-25"),
    "10月上旬": ("2026-10-01", "2026-10-10"),
    # Times of day are read over; their days are not.
    "2026年11月20日22时至21日6时": ("2026-11-20", "2026-11-21"),
    "11月20日晚上8点半至11月21日凌晨": ("2026-11-20", "2026-11-21"),
    "2026年11月20日11:00时至2026年11月21日17:00时": ("2026-11-20", "2026-11-21"),
    "Nov 20 8pm to Nov 21 6am": ("2026-11-20", "2026-11-21"),
    "昨晚8点到今早6点": ("2026-11-24", "2026-11-25"),
    "昨天到今天": ("2026-11-24", "2026-11-25"),
    "从上个月到今天": ("2026-10-01", "2026-11-25"),
    "2026年2——4月": ("2026-02-01", "2026-04-30"),
    "2026-02-03": ("2026-02-03", "2026-02-03"),
    "2月3日": ("2026-02-03", "2026-02-03"),
    "12月24日": ("2025-12-24", "2025-12-24"),
    "2月29日": ("2024-02-29", "2024-02-29"),
    "2026年1-3月": ("2026-01-01", "2026-03-31"),
    "1-3月": ("2026-01-01", "2026-03-31"),
    "1月至3月": ("2026-01-01", "2026-03-31"),
    "2026-02至2026-04": ("2026-02-01", "2026-04-30"),
    "2026年": ("2026-01-01", "2026-12-31"),
    "2025年至2026年": ("2025-01-01", "2026-12-31"),
    "去年": ("2025-01-01", "2025-12-31"),
    "去年12月": ("2025-12-01", "2025-12-31"),
    "12月20日-1月10日": ("2025-12-20", "2026-01-10"),
    "2025年12月1日-1月31日": ("2025-12-01", "2026-01-31"),
    "12月1日-2026年1月31日": ("2025-12-01", "2026-01-31"),
    "近三个月": ("2026-08-25", "2026-11-25"),
    "近3个月内": ("2026-08-25", "2026-11-25"),
    "最近一周": ("2026-11-18", "2026-11-25"),
    "近半年": ("2026-05-25", "2026-11-25"),
    "近半个月": ("2026-11-10", "2026-11-25"),
    "过去一年": ("2025-11-25", "2026-11-25"),
    "last 30 days": ("2026-10-26", "2026-11-25"),
    "the last 30 days".removeprefix("the "): ("2026-10-26", "2026-11-25"),
    "past three months": ("2026-08-25", "2026-11-25"),
    "past year": ("2025-11-25", "2026-11-25"),
    "上个月": ("2026-10-01", "2026-10-31"),
    "last month": ("2026-10-01", "2026-10-31"),
    "本月": ("2026-11-01", "2026-11-25"),
    "上周": ("2026-11-16", "2026-11-22"),
    "last year": ("2025-01-01", "2025-12-31"),
    "今年以来": ("2026-01-01", "2026-11-25"),
    "昨天": ("2026-11-24", "2026-11-24"),
    "2026-02-01至今": ("2026-02-01", "2026-11-25"),
    "2026年2月1日以来": ("2026-02-01", "2026-11-25"),
    "since 2026-02-01": ("2026-02-01", "2026-11-25"),
    "2026-02-01 to now": ("2026-02-01", "2026-11-25"),
}


def _period(first: str, last: str) -> tuple[date, date]:
    return date.fromisoformat(first), date.fromisoformat(last)


@pytest.mark.parametrize("text", FEBRUARY)
def test_february_is_february_however_it_is_written(text: str) -> None:
    assert read_period(text, today=TODAY) == Read(value=(date(2026, 2, 1), date(2026, 2, 28)))


@pytest.mark.parametrize(("text", "days"), OTHERS.items())
def test_a_period_is_its_first_and_last_day(text: str, days: tuple[str, str]) -> None:
    assert read_period(text, today=TODAY) == Read(value=_period(*days))


@pytest.mark.parametrize("text", ["", "  ", "\u200b", "。"])
def test_no_text_is_no_period(text: str) -> None:
    assert read_period(text, today=TODAY) is None


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-02-28至2026-02-01", "2026-02-01", "2026-02-28"),
        ("3月1日-2月1日", "2026-02-01", "2026-03-01"),
        ("2026年5月至2026年3月", "2026-03-01", "2026-05-31"),
    ],
)
def test_swapped_ends_are_named_with_what_was_probably_meant(text: str, first: str, last: str) -> None:
    assert read_period(text, today=TODAY) == NotRead(code="swapped", near=(_period(first, last),))


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("1/2/2026-3/2/2026", ["2026-01-02 2026-03-02", "2026-02-01 2026-02-03"]),
        ("10/1/2026", ["2026-01-10 2026-01-10", "2026-10-01 2026-10-01"]),
        ("1/2/2026", ["2026-01-02 2026-01-02", "2026-02-01 2026-02-01"]),
        ("8月至2月", ["2026-02-01 2026-08-31", "2026-08-01 2027-02-28"]),
    ],
)
def test_what_can_be_two_periods_is_given_back_as_both(text: str, periods: list[str]) -> None:
    assert read_period(text, today=TODAY) == CouldBe(values=tuple(_period(*one.split()) for one in periods))


def test_one_date_that_can_be_read_in_one_order_only_says_in_which_the_other_is_written() -> None:
    assert read_period("1/2/2026-28/2/2026", today=TODAY) == Read(value=_period("2026-02-01", "2026-02-28"))


@pytest.mark.parametrize(
    "text",
    [
        "foo",
        "3",
        "即日起",
        "from now on",
        "later this week",
        "2026-02-30",
        "2026-02-01至",
        "至2026-02-01",
        "2月1日-2月28日左右吧",
        "1-2-3-4",
        "x" * 500,
    ],
)
def test_what_is_no_period_is_said_to_be_unreadable(text: str) -> None:
    assert read_period(text, today=TODAY) == NotRead(code="unreadable")


_PIECES = (
    "1 2 12 31 99 2026 0001 9999 二 三十 年 月 日 号 - / . .. 至 到 今 去 近 个 半 last next days Feb to 1st "
    "since 至今 以来 上 本 周"
)


@given(st.lists(st.sampled_from(_PIECES.split()), max_size=9).map("".join) | st.text(max_size=40))
@examples(1000)
def test_no_text_breaks_the_reader_and_no_period_ends_before_it_begins(text: str) -> None:
    read = read_period(text, today=TODAY)
    if isinstance(read, Read):
        assert read.value[0] <= read.value[1]
    elif isinstance(read, CouldBe):
        assert len(read.values) > 1
        assert all(first <= last for first, last in read.values)


@given(st.dates(date(1950, 1, 1), date(2099, 1, 1)), st.integers(0, 2000))
def test_two_dates_written_out_are_read_back(first: date, days: int) -> None:
    last = first + timedelta(days=days)
    for shape in ("%Y-%m-%d", "%Y年%m月%d日", "%Y.%m.%d", "%d %B %Y"):
        text = f"{first.strftime(shape)} 至 {last.strftime(shape)}"
        assert read_period(text, today=TODAY) == Read(value=(first, last))
