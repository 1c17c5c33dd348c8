"""How long there is to answer: by which rule, and that working days end when counting them minute by minute does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.identifiers.values import TypeRule
from matching.text.span import Span
from workflow.deadlines.clocks import Clock, Terms, allowed, due_for
from workflow.kernel.calendars import Calendar
from workflow.kernel.policy import Policy

DAY, HOUR = 86_400, 3_600
ASKED = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC")


def policy() -> Policy:
    own = TypeRule(key="own", time=Span(seconds=5 * DAY), remote_time=Span(seconds=15 * DAY))
    quick = TypeRule(key="quick", time=Span(seconds=HOUR))
    return Policy(
        types={"own": own, "quick": quick, "plain": TypeRule(key="plain")},
        remote=frozenset({"XX"}),
        time_to_answer={
            "normal": Span(seconds=7 * DAY),
            "urgent": Span(seconds=3 * DAY),
            "flash": Span(seconds=8 * HOUR),
        },
    )


@pytest.mark.parametrize(
    ("type_", "urgency", "unit", "by", "seconds"),
    [
        ("plain", "normal", "KS", Clock.URGENCY, 7 * DAY),
        ("plain", "flash", "XX", Clock.URGENCY, 8 * HOUR),
        ("none such", "normal", "KS", Clock.URGENCY, 7 * DAY),
        ("own", "normal", "KS", Clock.TYPE, 5 * DAY),
        ("own", "normal", "XX", Clock.REMOTE, 15 * DAY),
        ("own", "urgent", "KS", Clock.URGENCY, 3 * DAY),
        ("own", "urgent", "XX", Clock.URGENCY, 3 * DAY),
        ("quick", "normal", "XX", Clock.TYPE, HOUR),
        ("quick", "flash", "KS", Clock.TYPE, HOUR),
    ],
)
def test_which_rule_gives_the_time(type_: str, urgency: str, unit: str, by: Clock, seconds: int) -> None:
    found = allowed(policy(), Terms(type=type_, urgency=urgency, unit=unit), ASKED)
    assert (found.by, found.span.seconds) == (by, seconds)


def test_what_ran_out_before_anybody_could_read_it_counts_from_then() -> None:
    terms, read = Terms(type="own", urgency="normal", unit="KS"), ASKED + timedelta(days=6)
    assert due_for(policy(), terms, ASKED, now=read) == read + timedelta(days=5)
    assert due_for(policy(), terms, ASKED, now=ASKED + timedelta(days=4)) == ASKED + timedelta(days=5)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1)),
    st.integers(0, 12),
    st.integers(0, 50),
    st.sampled_from(ZONES),
    st.frozensets(st.integers(0, 40), max_size=8),
    st.frozensets(st.integers(0, 40), max_size=8),
)
def test_a_time_in_working_days_ends_when_counting_them_one_by_one_does(
    start: datetime, days: int, hours: int, zone: str, off: frozenset[int], on: frozenset[int]
) -> None:
    begun, where = start.replace(second=0, microsecond=0, tzinfo=UTC), ZoneInfo(zone)
    first = begun.astimezone(where).date()
    own = Calendar(
        holidays=frozenset(first + timedelta(days=n) for n in off),
        workdays=frozenset(first + timedelta(days=n) for n in on),
    )
    counted = own.add(begun, Span(working_days=days, seconds=hours * HOUR), where)
    assert counted == _one_by_one(begun, days, hours, where, own)


def _one_by_one(begun: datetime, days: int, hours: int, where: ZoneInfo, own: Calendar) -> datetime:
    """Minute by minute: a working day is over at the minute that shows the clock of the beginning, or, where the
    clocks leave that out, at the first that shows a later one."""
    clock = begun.astimezone(where)
    wanted = (clock.hour, clock.minute)
    at, met, day = begun, 0, clock.date()
    while met < days:
        day = _next(day)
        met += _works(own, day)
    if days:
        at = _minute_of(day, wanted, where)
    return at + timedelta(hours=hours)


def _minute_of(day: date, wanted: tuple[int, int], where: ZoneInfo) -> datetime:
    """The first minute of a day at which its clock shows the wanted time or, where the clocks leap over that, the
    minute that lies as far behind the leap as the time that was left out."""
    at = datetime(day.year, day.month, day.day, tzinfo=where).astimezone(UTC) - timedelta(hours=2)
    before = (-1, -1)
    while True:
        local = at.astimezone(where)
        shows = (local.hour, local.minute)
        if local.date() == day and shows == wanted:
            return at
        if local.date() == day and before < wanted < shows:
            return at + timedelta(minutes=_minutes(wanted) - _minutes(before) - 1)
        before = shows if local.date() == day else (-1, -1)
        at += timedelta(minutes=1)


def _minutes(clock: tuple[int, int]) -> int:
    return clock[0] * 60 + clock[1]


def _next(day: date) -> date:
    return day + timedelta(days=1)


def _works(own: Calendar, day: date) -> bool:
    return day in own.workdays or (day not in own.holidays and day.weekday() < 5)
