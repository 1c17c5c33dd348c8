"""Who is on duty, against an oracle that walks from minute to minute and looks at the clock on the wall."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.dates.shifts import DAYS_OFF, EVERY_DAY, MON_FRI, WEEKEND, WORKDAYS
from workflow.organisation.duty.shifts import (
    Kind,
    Leave,
    Moment,
    Plan,
    Rule,
    Substitute,
    Swap,
    instant,
    on_duty,
    overlap,
    stretches,
)

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
FOR_GOOD = date(9999, 12, 31)
SHANGHAI = ZoneInfo("Asia/Shanghai")
#: A zone, and a day about which its clock is set forward or back (one skips a whole day).
CHANGES = [
    ("Asia/Shanghai", date(2026, 12, 1)),
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("America/Santiago", date(2026, 9, 6)),  # at midnight
    ("Asia/Beirut", date(2026, 3, 29)),
    ("Pacific/Apia", date(2011, 12, 30)),
]


def works(day: date) -> bool:
    """A calendar with a make-up Saturday and a Wednesday off now and then."""
    if day.day % 10 == 5:
        return day.weekday() >= 5
    return day.weekday() < 5


# --- the oracle -------------------------------------------------------------------------------------------------


def holds(rule: Rule, day: date) -> bool:
    if day < rule.since or day > rule.until:
        return False
    named = [n for n in range(7) if rule.days & (1 << n)]
    if day.weekday() in named:
        return True
    return bool((rule.days & WORKDAYS and works(day)) or (rule.days & DAYS_OFF and not works(day)))


def taken_by(plan: Plan, rule: Rule, day: date) -> int | None:
    """By counting days one after the other from the first of the rule."""
    if not rule.people:
        return None
    place, walked = 0, rule.since
    while walked < day:
        walked += DAY
        if rule.turn == "day" or (rule.turn == "week" and walked.weekday() == 0):
            place = (place + 1) % len(rule.people)
    who = rule.people[place]
    for swap in plan.swaps:
        if swap.day == day:
            who = {swap.one: swap.other, swap.other: swap.one}.get(who, who)
    return who


class Walk:
    """A clock on the wall, minute after minute: a shift is begun when the clock first shows its hour, or later, and
    is over when it first shows its end, or later."""

    def __init__(self, plan: Plan, begin: datetime, minutes: int) -> None:
        self.plan = plan
        self.said: list[tuple[datetime, Moment]] = []
        running: list[tuple[Rule, date, datetime]] = []
        begun: set[tuple[int, date]] = set()
        at = begin - 4 * DAY
        for _ in range(4 * 1440 + minutes):
            wall = at.astimezone(plan.zone).replace(tzinfo=None)
            for rule in plan.rules:
                for day in (wall.date() - DAY, wall.date()):
                    start = datetime.combine(day, datetime.min.time()) + rule.begins * MINUTE
                    if holds(rule, day) and (rule.id, day) not in begun and wall >= start:
                        begun.add((rule.id, day))
                        length = (rule.ends - rule.begins) % 1440 or 1440
                        running.append((rule, day, start + length * MINUTE))
            running = [one for one in running if wall < one[2]]
            if at >= begin:
                self.said.append((at, self._now(running, at, wall.date())))
            at += MINUTE

    def _there(self, person: int | None, day: date) -> bool:
        away = any(one.person == person and one.first <= day <= one.last for one in self.plan.leaves)
        return person in self.plan.able and not away

    def _now(self, running: list[tuple[Rule, date, datetime]], at: datetime, today: date) -> Moment:
        ranked = sorted(running, key=lambda one: -one[0].id)
        whose = [(rule, day, taken_by(self.plan, rule, day)) for rule, day, _ in ranked]
        for _, day, person in whose:
            if self._there(person, day):
                return Moment(kind=Kind.DUTY, person=person)
        wanted = [person for rule, _, person in whose if not rule.empty]
        if running and not wanted:
            return Moment(kind=Kind.EMPTY)
        missing = wanted[0] if wanted else None
        for one in self.plan.substitutes[::-1]:
            if one.since <= at < one.until and self._there(one.person, today):
                return Moment(kind=Kind.STAND_IN, person=one.person, missing=missing)
        some = bool(self.plan.substitutes) or not all(rule.empty for rule in self.plan.rules)
        return Moment(kind=Kind.GAP if some else Kind.NOBODY, missing=missing)


PEOPLE = (1, 2, 3, 4)
MASKS = (EVERY_DAY, MON_FRI, WEEKEND, WORKDAYS, DAYS_OFF, 0b0000100, 0b1000001)


@st.composite
def plans(draw: st.DrawFn) -> tuple[Plan, datetime]:
    name, day = draw(st.sampled_from(CHANGES))
    zone = ZoneInfo(name)
    days = st.integers(-4, 4).map(lambda n: day + n * DAY)
    rules = []
    for number in range(draw(st.integers(0, 4))):
        empty = draw(st.integers(0, 4)) == 0
        people = () if empty else tuple(draw(st.lists(st.sampled_from(PEOPLE), max_size=3, unique=True)))
        rules.append(
            Rule(
                id=number + 1,
                days=draw(st.sampled_from(MASKS)),
                begins=draw(st.one_of(st.sampled_from((0, 120, 150, 1320)), st.integers(0, 1439))),
                ends=draw(st.one_of(st.sampled_from((0, 150, 180, 480)), st.integers(0, 1439))),
                since=day + draw(st.integers(-16, 1)) * DAY,
                until=draw(st.one_of(st.just(FOR_GOOD), days)),
                people=people,
                turn=draw(st.sampled_from(("", "day", "week"))),
                empty=empty,
            )
        )
    leaves = [
        Leave(person=draw(st.sampled_from(PEOPLE)), first=first, last=first + draw(st.integers(0, 2)) * DAY)
        for first in draw(st.lists(days, max_size=2))
    ]
    swaps = [
        Swap(day=on, one=one, other=other)
        for on in draw(st.lists(days, max_size=3))
        for one, other in [draw(st.permutations(PEOPLE))[:2]]
    ]
    begin = datetime(day.year, day.month, day.day, draw(st.integers(0, 23)), tzinfo=UTC) - DAY
    substitutes = [
        Substitute(
            person=draw(st.sampled_from(PEOPLE)), since=begin + n * timedelta(hours=7), until=begin + 2 * DAY
        )
        for n in draw(st.lists(st.integers(0, 5), max_size=2))
    ]
    plan = Plan(
        zone=zone, works=works, rules=rules, leaves=leaves, swaps=swaps, substitutes=substitutes,
        able=frozenset(draw(st.sets(st.sampled_from(PEOPLE), min_size=2))),
    )  # fmt: skip
    return plan, begin


@settings(max_examples=60, deadline=None)
@given(plans())
def test_who_is_on_duty_is_what_a_clock_on_the_wall_says_at_every_minute(
    drawn: tuple[Plan, datetime],
) -> None:
    plan, begin = drawn
    walked = Walk(plan, begin, 2 * 1440).said
    found = stretches(plan, begin, begin + 2 * DAY)
    assert (found[0].begins, found[-1].ends) == (begin, begin + 2 * DAY)
    assert all(one.ends == other.begins for one, other in pairwise(found))
    place = 0
    for at, said in walked:
        while found[place].ends <= at:
            place += 1
        now = found[place]
        assert Moment(kind=now.kind, person=now.person, missing=now.missing) == said, at
    for at, said in walked[::37]:
        assert on_duty(plan, at) == said, at


# --- what people would say ----------------------------------------------------------------------------------------


def rule(
    number: int, days: int, hours: tuple[int, int], *people: int, turn: str = "", empty: bool = False
) -> Rule:
    return Rule(
        id=number, days=days, begins=hours[0] * 60, ends=hours[1] * 60 % 1440, since=date(2026, 11, 30),
        until=FOR_GOOD, people=people, turn=turn, empty=empty,
    )  # fmt: skip


def plan_of(*rules: Rule, **more: object) -> Plan:
    return Plan(zone=SHANGHAI, works=works, rules=rules, able=frozenset(PEOPLE), **more)  # type: ignore[arg-type]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=SHANGHAI)


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    nights = plan_of(
        rule(1, MON_FRI, (22, 6), 1),
        leaves=[Leave(person=1, first=date(2026, 12, 2), last=date(2026, 12, 2))],
    )
    assert on_duty(nights, at(2, 3)).person == 1
    assert on_duty(nights, at(2, 23)) == Moment(kind=Kind.GAP, missing=1)
    assert on_duty(nights, at(3, 3)) == Moment(kind=Kind.GAP, missing=1)


def test_weeks_take_turns_from_monday_to_sunday() -> None:
    weeks = plan_of(rule(1, EVERY_DAY, (0, 24), 1, 2, turn="week"))
    assert [on_duty(weeks, at(day, 12)).person for day in (1, 6, 7, 13, 14)] == [1, 1, 2, 2, 1]


def test_what_is_empty_by_design_is_no_gap() -> None:
    hours = rule(1, MON_FRI, (8, 17), 1)
    assert on_duty(plan_of(hours), at(1, 20)).kind is Kind.GAP
    designed = plan_of(hours, rule(2, EVERY_DAY, (17, 8), empty=True))
    assert on_duty(designed, at(1, 20)).kind is Kind.EMPTY
    assert on_duty(designed, at(1, 9)) == Moment(kind=Kind.DUTY, person=1)


def test_who_handles_no_more_is_not_on_duty() -> None:
    left = Plan(zone=SHANGHAI, works=works, rules=[rule(1, EVERY_DAY, (0, 24), 1)], able=frozenset({2}))
    assert on_duty(left, at(1, 9)) == Moment(kind=Kind.GAP, missing=1)


@pytest.mark.parametrize(
    ("days", "hours", "meets"),
    [(MON_FRI, (17, 22), False), (WEEKEND, (8, 17), False), (WEEKEND, (0, 1), False), (EVERY_DAY, (7, 9), True),
     (0b1000000, (23, 9), True)],
)  # fmt: skip
def test_two_rules_meet_where_two_people_would_be_on_duty_at_once(
    days: int, hours: tuple[int, int], meets: bool
) -> None:
    has = plan_of(rule(1, MON_FRI, (8, 17), 1))
    found = overlap(has, rule(2, days, hours, 2), from_day=date(2026, 12, 1), days=35)
    assert (found is not None) is meets


def test_an_hour_that_is_left_out_begins_what_begins_in_it_when_the_clock_goes_on() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert instant(berlin, date(2026, 3, 29), 150) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert instant(berlin, date(2026, 10, 25), 150) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_plan_without_rules_has_nobody() -> None:
    assert on_duty(plan_of(), at(1, 9)) == Moment(kind=Kind.NOBODY)
    assert [one.kind for one in stretches(plan_of(), at(1, 0), at(8, 0))] == [Kind.NOBODY]
