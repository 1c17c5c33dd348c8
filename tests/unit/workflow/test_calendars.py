from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from matching.text.span import Span
from workflow.kernel.calendars import Calendar, CalendarError

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = Calendar(country="CN")
WEEKENDS = Calendar()


def _shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_working_days_in_china_jump_over_the_national_holiday() -> None:
    # 2026: October 1 to 7 off, Saturday October 10 worked instead.
    due = CHINA.add(_shanghai("2026-09-30 10:00"), Span(working_days=3), SHANGHAI)
    assert due == _shanghai("2026-10-10 10:00")


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 10, 1), False),
        (date(2026, 10, 10), True),  # a Saturday worked by order
        (date(2026, 10, 12), True),
        (date(2026, 2, 17), False),
        (date(2027, 2, 8), False),  # the year's order is not out: holidays knows the festival itself
        (date(2027, 3, 1), True),
        (date(2027, 3, 6), False),
    ],
)
def test_the_order_of_the_year_is_followed_and_later_years_are_estimated(day: date, worked: bool) -> None:
    assert CHINA.is_working(day) is worked


def test_own_days_win_over_every_library() -> None:
    own = Calendar(
        country="CN", holidays=frozenset({date(2026, 10, 10)}), workdays=frozenset({date(2026, 10, 1)})
    )
    assert own.is_working(date(2026, 10, 1))
    assert not own.is_working(date(2026, 10, 10))


def test_a_year_without_its_order_is_not_covered_until_its_days_are_configured() -> None:
    assert CHINA.covers(2026)
    assert not CHINA.covers(2027)
    assert Calendar(country="CN", workdays=frozenset({date(2027, 2, 14)})).covers(2027)


def test_other_countries_and_no_country_are_covered() -> None:
    assert Calendar(country="DE").covers(2027)
    assert not Calendar(country="DE").covers(2300)
    assert WEEKENDS.covers(2300)


def test_without_a_country_only_weekends_are_off() -> None:
    assert WEEKENDS.is_working(date(2026, 10, 1))
    assert not WEEKENDS.is_working(date(2026, 10, 10))


def test_regions_have_their_own_holidays() -> None:
    assumption = date(2025, 8, 15)  # a Friday; a holiday in Saarland, not in Berlin
    assert not Calendar(country="DE-SL").is_working(assumption)
    assert Calendar(country="DE-BE").is_working(assumption)


@pytest.mark.parametrize(
    ("country", "known"), [("CN", True), ("", True), ("DE-BY", True), ("XX", False), ("DE-QQ", False)]
)
def test_a_country_that_does_not_exist_is_noticed(country: str, known: bool) -> None:
    assert Calendar(country=country).is_known() is known


def test_an_unknown_country_is_refused_by_name_when_used() -> None:
    with pytest.raises(CalendarError, match="'XX'"):
        Calendar(country="XX").is_working(date(2026, 1, 5))


def test_seconds_are_calendar_seconds_even_over_holidays() -> None:
    assert CHINA.add(_shanghai("2026-09-30 10:00"), Span(seconds=86_400), SHANGHAI) == _shanghai(
        "2026-10-01 10:00"
    )


def test_working_days_count_first_and_then_the_seconds() -> None:
    due = WEEKENDS.add(_shanghai("2026-11-27 10:00"), Span(working_days=1, seconds=3600), SHANGHAI)
    assert due == _shanghai("2026-11-30 11:00")


def test_a_start_on_a_day_off_counts_from_the_next_working_day() -> None:
    assert WEEKENDS.add(_shanghai("2026-11-28 22:15"), Span(working_days=1), SHANGHAI) == _shanghai(
        "2026-11-30 22:15"
    )


def test_the_day_is_that_of_the_zone_and_not_of_utc() -> None:
    late = datetime.fromisoformat("2026-11-26T18:00:00+00:00")  # Friday, two in the morning, in Shanghai
    assert WEEKENDS.add(late, Span(working_days=1), SHANGHAI) == _shanghai("2026-11-30 02:00")


def test_local_time_stays_over_a_change_of_clocks() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    due = WEEKENDS.add(datetime(2026, 3, 27, 9, tzinfo=berlin), Span(working_days=1), berlin)
    assert (due.hour, due.utcoffset()) == (9, datetime(2026, 3, 30, 9, tzinfo=berlin).utcoffset())


def test_a_calendar_without_working_days_is_an_error_and_no_endless_loop() -> None:
    off = Calendar(
        holidays=frozenset(date.fromordinal(date(2026, 11, 25).toordinal() + n) for n in range(100))
    )
    with pytest.raises(CalendarError, match="no working day"):
        off.add(_shanghai("2026-11-25 10:00"), Span(working_days=1), SHANGHAI)


def test_the_holiday_libraries_are_not_loaded_with_the_module() -> None:
    code = "import sys, workflow.kernel.calendars; print({'holidays', 'chinese_calendar'} & set(sys.modules))"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "set()\n"
    )
