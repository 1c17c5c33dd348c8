"""By when somebody must have accepted: in working time, unless it is a flash."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from workflow.deadlines.deadlines import WORKDAY, accept_by
from workflow.kernel.calendars import Calendar
from workflow.kernel.policy import Policy

SHANGHAI = ZoneInfo("Asia/Shanghai")
POLICY = Policy(types={}, zone=SHANGHAI, calendar=Calendar(country="CN"))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("asked", "due", "by"),
    [
        ("2026-11-26 09:00", "2026-11-30 09:00", "2026-11-27 09:00"),  # in working time already
        ("2026-11-27 10:39", "2026-11-30 10:39", "2026-11-30 08:30"),  # 04:39 on a Saturday
        ("2026-11-26 18:00", "2026-11-27 18:00", "2026-11-27 08:30"),  # midnight
        ("2026-11-27 15:00", "2026-11-28 15:00", "2026-11-27 17:30"),  # the answer is due before Monday
        ("2026-11-28 09:00", "2026-11-29 09:00", "2026-11-28 15:00"),  # no working time at all
        ("2026-09-30 12:00", "2026-10-14 12:00", "2026-10-08 08:30"),  # a holiday, to its end
    ],
)
def test_acceptance_falls_into_working_time(asked: str, due: str, by: str) -> None:
    assert accept_by(POLICY, at(asked), at(due), urgency="normal") == at(by)


def test_a_flash_waits_for_no_office() -> None:
    assert accept_by(POLICY, at("2026-11-27 22:00"), at("2026-11-28 06:00"), urgency="flash") == at(
        "2026-11-28 00:00"
    )


@pytest.mark.parametrize("hours", range(0, 24 * 14, 5))
@pytest.mark.parametrize("span", [timedelta(hours=9), timedelta(days=3), timedelta(days=7)])
def test_it_is_never_before_the_asking_nor_after_the_deadline(hours: int, span: timedelta) -> None:
    asked = at("2026-11-16 00:00") + timedelta(hours=hours)
    by = accept_by(POLICY, asked, asked + span, urgency="normal")
    assert asked < by < asked + span
    local = by.astimezone(SHANGHAI)
    inside = POLICY.calendar.is_working(local.date()) and WORKDAY[0] <= local.time() <= WORKDAY[1]
    assert inside or span < timedelta(days=3)
