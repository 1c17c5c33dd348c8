"""One reader of moments, so that what has no offset lies in the same zone everywhere."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import cast
from zoneinfo import ZoneInfo

import pytest

from bot.commands.cli import parser
from bot.commands.wording import words as english
from bot.runtime.opening import as_opened
from bot.settings.model import Settings
from matching.compare.engine import Engine
from matching.dates.dates import Moment, read_moment
from storage.database.engine import Store
from workflow.ledger.rows import RowRejected, moment

LONDON = ZoneInfo("Europe/London")
SHANGHAI = ZoneInfo("Asia/Shanghai")

DAYS = """
2024-3-1|2024/3/1|2024.3.1|2024-03-01|20240301|2024年3月1日|２０２４年３月１日|二〇二四年三月一日|2024年03月01号
2024年3月1日星期五|2024年3月1日（周五）|2024/3/1 星期五|1 March 2024|Mar 1, 2024|1-Mar-2024
March 1st, 2024|Fri 1 Mar 2024
2024 - 3 - 1|2024年3月1日 上午
"""
TIMES = """
2024/3/1 9:05|2024-03-01 09:05:00|2024-03-01T09:05|2024年3月1日9时05分|2024年3月1日 9时5分|2024.3.1 9:05|202403010905
2024/3/1 上午9:05|2024年3月1日星期五 上午9点05分|1 Mar 2024 9:05 am|Mar 1, 2024, 9:05:00 AM|2024-3-1 9:05:00.000
二〇二四年三月一日九时零五分|20240301090500
"""
NONE = """
|24.3.1|3月1日|2024年3月|2024|去年3月1日|1/2/2024|01/02/2024|24年3月1日
昨天|45352|2024-02-30|2024-13-01|2024-03-01 25:00
2024-03-01 09:75|2024-03-01 到|无|N/A|2024年3月1日 下周|0024-03-01|9999-01-01|12:30
"""


def _cases(words: str) -> list[str]:
    return words.replace("\n", "|").strip("|").split("|")


@pytest.mark.parametrize("written", _cases(DAYS))
def test_a_day_with_its_year_is_read_as_its_midnight_in_the_zone_that_is_given(written: str) -> None:
    for zone in (SHANGHAI, LONDON):
        assert read_moment(written, zone=zone) == Moment(at=datetime(2024, 3, 1, tzinfo=zone), timed=False)


@pytest.mark.parametrize("written", _cases(TIMES))
def test_a_time_without_an_offset_lies_in_the_zone_that_is_given(written: str) -> None:
    for zone in (SHANGHAI, LONDON):
        assert read_moment(written, zone=zone) == Moment(
            at=datetime(2024, 3, 1, 9, 5, tzinfo=zone), timed=True
        )


@pytest.mark.parametrize(
    ("written", "hour", "minute", "second"),
    [
        ("2024年3月1日下午3点半", 15, 30, 0),
        ("2024年3月1日15时30分10秒", 15, 30, 10),
        ("2024/3/1 15:30:59", 15, 30, 59),
        ("2024/3/1 12:05 AM", 0, 5, 0),
        ("2024/3/1 下午12:05", 12, 5, 0),
        ("2024年3月1日中午12点", 12, 0, 0),
        ("1 Mar 2024 3 pm", 15, 0, 0),
    ],
)
def test_a_time_is_read_to_the_second(written: str, hour: int, minute: int, second: int) -> None:
    read = read_moment(written, zone=SHANGHAI)
    assert read == Moment(at=datetime(2024, 3, 1, hour, minute, second, tzinfo=SHANGHAI), timed=True)


def test_the_midnight_at_the_end_of_a_day_is_that_of_the_next() -> None:
    read = read_moment("2024-02-29 24:00", zone=SHANGHAI)
    assert read == Moment(at=datetime(2024, 3, 1, tzinfo=SHANGHAI), timed=True)


@pytest.mark.parametrize(
    "written",
    [
        "2024-03-01T09:05:00+08:00",
        "2024-03-01T01:05:00Z",
        "2024/3/1 9:05 +0800",
        "2024/3/1 1:05 UTC",
        "Fri, 01 Mar 2024 09:05:00 +0800",
        1_709_255_100,
        1_709_255_100_000,
        datetime(2024, 3, 1, 1, 5, tzinfo=UTC),
    ],
)
def test_what_names_its_offset_means_the_same_in_every_zone(written: object) -> None:
    for zone in (SHANGHAI, LONDON):
        read = read_moment(written, zone=zone)
        assert read == Moment(at=datetime(2024, 3, 1, 1, 5, tzinfo=UTC), timed=True)


@pytest.mark.parametrize("written", [*_cases(NONE), None, True, 45352, 0, float("nan"), [], {}, "1" * 500])
def test_what_names_no_whole_moment_or_two_of_them_is_not_read(written: object) -> None:
    assert read_moment(written, zone=SHANGHAI) is None


def test_a_day_whose_hour_lacks_its_half_of_the_day_is_known_without_its_time() -> None:
    read = read_moment("2024年3月1日3点", zone=SHANGHAI)
    assert read == Moment(at=datetime(2024, 3, 1, tzinfo=SHANGHAI), timed=False)


@pytest.mark.parametrize(
    "written", ["2024-03-01", "2024/3/1", "2024年3月1日 9时", date(2024, 3, 1), 20240301]
)
def test_a_row_reads_the_same_moment_for_matching_and_for_keeping(written: object) -> None:
    zone = timezone(timedelta(hours=-5))
    compared = Engine({}, zone=zone).record_from_row({"asked_at": written})
    assert compared.asked_at == moment(written, "asked_at", zone)
    assert compared.asked_at is not None and compared.asked_at.utcoffset() == timedelta(hours=-5)


def test_the_day_of_asking_by_which_a_period_is_read_is_the_one_of_the_zone() -> None:
    row = {"asked_at": "2026-03-10T23:30:00Z", "period": "近3天"}
    assert Engine({}, zone=SHANGHAI).record_from_row(row).period == (date(2026, 3, 8), date(2026, 3, 11))
    assert Engine({}, zone=LONDON).record_from_row(row).period == (date(2026, 3, 7), date(2026, 3, 10))


def test_what_is_no_moment_is_refused_with_what_would_work() -> None:
    with pytest.raises(RowRejected) as refused:
        moment("24.3.1", "asked_at", SHANGHAI)
    assert english(refused.value.why) == "asked_at '24.3.1' is no time; 2026-03-01T09:00:00+08:00 would work"


@pytest.mark.parametrize("written", ["2024/3/1", "2024年3月1日", "2024-03-01"])
def test_the_command_line_takes_the_moments_that_a_ledger_may_have(written: str) -> None:
    assert parser().parse_args(["export", "--since", written]).since == written


def test_a_desk_matches_in_its_own_zone() -> None:
    settings = Settings.model_validate({"locale": {"timezone": "Europe/London"}})
    desk = as_opened(settings, cast(Store, None))
    assert desk.engine.zone == desk.policy.zone == LONDON
