"""Which reminders a request has, and when: every case without a database."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import fields as settings
from matching.text.span import Span
from storage.tables.models import REQUEST_STATES
from workflow.deadlines.clocks import Terms, due_for
from workflow.deadlines.deadlines import accept_by, due_after_pause, quiet_until, working_from
from workflow.deadlines.kinds import RUNGS as RUNG_KINDS
from workflow.deadlines.plan import next_step, plan, planned_at
from workflow.kernel.ladder import Rung, Stage
from workflow.kernel.policy import Policy
from workflow.kernel.states import WAITING

ASKED = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)  # nine in the morning in Shanghai
HOUR = timedelta(hours=1)
POLICY = Policy(
    types={},
    time_to_answer={"normal": Span(seconds=7 * 86_400), "flash": Span(seconds=8 * 3600)},
    before_due=(0.25, timedelta(hours=2)),
    after_due=(timedelta(), 4 * HOUR, 24 * HOUR),
)


@dataclass(frozen=True, kw_only=True)
class Row:
    state: str = "open"
    asked_at: datetime = ASKED
    due_at: datetime | None = ASKED + 72 * HOUR
    accept_by: datetime | None = ASKED + 18 * HOUR


def hours(row: Row, *, now: datetime = ASKED, policy: Policy = POLICY) -> list[tuple[str, int, float]]:
    return [(s.kind, s.stage, (s.due_at - ASKED) / HOUR) for s in plan(row, policy, now=now)]


def test_a_new_request_has_every_configured_stage_and_the_first_escalation() -> None:
    assert hours(Row()) == [
        ("accept", 0, 18), ("before", 0, 54), ("before", 1, 70), ("after", 0, 72), ("after", 1, 76), ("after", 2, 96),
        ("escalate", 0, 96),
    ]  # fmt: skip


def test_what_waits_for_approval_is_put_before_who_approves_and_lapses_and_no_other_clock_runs() -> None:
    waits = Row(state="pending", due_at=None, accept_by=ASKED + 24 * HOUR)
    stages = [("approve", 0, 1), ("approve", 1, 12), ("approve", 2, 21), ("approve", 3, 24)]
    assert hours(waits) == stages
    assert hours(replace(waits, due_at=ASKED + 5 * HOUR)) == stages, "whatever time the asker named"
    assert hours(waits, now=ASKED + 13 * HOUR) == stages[2:]


def test_what_is_past_is_not_planned_again() -> None:
    assert hours(Row(), now=ASKED + 73 * HOUR) == [("after", 1, 76), ("after", 2, 96), ("escalate", 0, 96)]


def test_what_repeats_goes_on_after_the_last_configured_stage() -> None:
    assert ("after", 3, 120) in hours(Row(), now=ASKED + 97 * HOUR)
    assert ("after", 13, 360) in hours(Row(), now=ASKED + 340 * HOUR)


@pytest.mark.parametrize("state", sorted(set(REQUEST_STATES) - WAITING - {"pending"}))
def test_nothing_is_planned_where_nobody_owes_anything(state: str) -> None:
    assert hours(Row(state=state)) == []
    assert hours(Row(due_at=None)) == []


def test_who_has_accepted_is_not_told_to_accept_and_an_asker_is_not_escalated() -> None:
    assert {kind for kind, _, _ in hours(Row(state="accepted"))} == {"before", "after", "escalate"}
    assert {kind for kind, _, _ in hours(Row(state="returned"))} == {"before", "after"}


def test_without_repetition_the_last_stage_is_the_last() -> None:
    once = replace(POLICY, repeat_every=timedelta(), escalate_after=timedelta())
    assert hours(Row(), now=ASKED + 97 * HOUR, policy=once) == []
    assert next_step(Row(), once, "after", 2, now=ASKED + 97 * HOUR) is None


def test_each_escalation_is_planned_once_however_late() -> None:
    late = ASKED + 1000 * HOUR
    step = next_step(Row(), POLICY, "escalate", 0, now=late)
    assert step is not None
    assert (step.stage, step.due_at) == (1, late + 24 * HOUR)
    assert next_step(Row(), POLICY, "before", 0, now=ASKED) is None
    assert next_step(Row(), POLICY, "accept", 0, now=ASKED) is None


@given(st.integers(0, 3000), st.integers(-1, 40), st.sampled_from(["after", "escalate"]))
def test_the_next_step_is_always_ahead_and_later_in_the_row(late: int, stage: int, kind: str) -> None:
    now = ASKED + late * HOUR
    step = next_step(Row(), POLICY, kind, stage, now=now)
    assert step is not None
    assert step.stage > stage
    assert step.due_at > now or kind == "after"
    assert step.due_at > now


@given(st.integers(0, 500), st.sampled_from(["open", "accepted", "returned"]))
def test_a_plan_is_ahead_has_no_step_twice_and_agrees_with_itself(late: int, state: str) -> None:
    now, row = ASKED + late * HOUR, Row(state=state)
    steps = plan(row, POLICY, now=now)
    assert all(step.due_at > now for step in steps)
    assert len({(s.kind, s.stage) for s in steps}) == len(steps)
    for step in steps:
        at = planned_at(row, POLICY, step.kind, step.stage)
        assert at == step.due_at or (step.kind == "escalate" and at is not None and at <= now)


def test_a_deadline_follows_the_urgency_and_acceptance_is_a_share_of_it() -> None:
    assert due_for(POLICY, Terms(type="", urgency="flash"), ASKED) == ASKED + 8 * HOUR
    assert accept_by(POLICY, ASKED, ASKED + 8 * HOUR, urgency="flash") == ASKED + 2 * HOUR


def test_the_clock_stands_still_while_the_asker_has_it_unless_it_had_run_out() -> None:
    row, back = Row(), ASKED + 20 * HOUR
    assert due_after_pause(row.due_at, ASKED + 10 * HOUR, back) == ASKED + 82 * HOUR
    assert due_after_pause(row.due_at, None, back) == row.due_at
    assert due_after_pause(row.due_at, ASKED + 80 * HOUR, ASKED + 99 * HOUR) == row.due_at
    assert due_after_pause(None, ASKED, back) is None


def at(clock: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.combine(datetime(2026, 12, 1).date(), time.fromisoformat(clock), tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("21:59", None),
        ("22:00", "07:00"),
        ("23:30", "07:00"),
        ("00:10", "07:00"),
        ("06:59", "07:00"),
        ("07:00", None),
    ],
)
def test_quiet_hours_over_midnight_end_in_the_morning(now: str, until: str | None) -> None:
    policy = replace(POLICY, quiet=settings.hours("22:00-07:00"))
    found = quiet_until(policy, at(now).astimezone(UTC))
    if until is None:
        assert found is None
        return
    assert found is not None
    assert found.astimezone(policy.zone).time() == time.fromisoformat(until)
    assert timedelta() < found - at(now) <= 9 * HOUR


def test_quiet_hours_within_a_day_and_none_at_all() -> None:
    lunch = replace(POLICY, quiet=settings.hours("12:00 - 14:00"))
    assert quiet_until(lunch, at("13:00")) == at("14:00")
    assert quiet_until(lunch, at("14:00")) is None
    assert quiet_until(replace(POLICY, quiet=settings.hours("")), at("03:00")) is None


def test_quiet_hours_are_those_of_the_zone_asked_about() -> None:
    policy = replace(POLICY, quiet=settings.hours("22:00-07:00"))
    assert quiet_until(policy, at("23:00"), ZoneInfo("Europe/Berlin")) is None
    assert quiet_until(policy, at("08:00"), ZoneInfo("Europe/Berlin")) is not None


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai"]
)
@given(minutes=st.integers(0, 366 * 24 * 60), start=st.times(), end=st.times())
def test_the_end_of_quiet_hours_is_ahead_when_clocks_go_back_too(
    zone: str, minutes: int, start: time, end: time
) -> None:
    policy = replace(POLICY, quiet=(start, end), zone=ZoneInfo(zone))
    now = ASKED + timedelta(minutes=minutes)
    until = quiet_until(policy, now)
    assert until is None or now < until <= now + timedelta(days=1, hours=1)


def test_quiet_hours_that_end_in_an_hour_that_comes_twice_end_once() -> None:
    policy = replace(POLICY, quiet=(time(22), time(2, 30)), zone=ZoneInfo("Europe/Berlin"))
    second = datetime(2026, 10, 25, 1, 15, tzinfo=UTC)  # 02:15 for the second time
    assert quiet_until(policy, second) == second + timedelta(minutes=15)


RUNGS = st.lists(
    st.tuples(
        st.sampled_from(Stage),
        st.lists(
            st.one_of(st.floats(0, 2), st.integers(0, 90).map(lambda h: h * HOUR)), min_size=1, max_size=3
        ),
        st.integers(0, 48).map(lambda h: h * HOUR),
        st.none() | st.integers(1, 4),
    ),
    max_size=5,
    unique_by=lambda rung: rung[0],
).map(lambda rungs: tuple(Rung(to=to, after=tuple(a), repeat=r, times=n) for to, a, r, n in rungs))


@given(RUNGS, st.integers(0, 700), st.sampled_from(["open", "accepted", "returned"]))
def test_any_ladder_is_planned_ahead_each_step_once_and_comes_to_an_end_where_it_has_one(
    ladder: tuple[Rung, ...], late: int, state: str
) -> None:
    policy, now, row = replace(POLICY, ladder=ladder), ASKED + late * HOUR, Row(state=state)
    steps = plan(row, policy, now=now)
    assert all(step.due_at > now for step in steps)
    assert len({(s.kind, s.stage) for s in steps}) == len(steps)
    of_ladder = {kind for stage, kind in RUNG_KINDS.items() if stage in policy.rungs}
    assert {s.kind for s in steps} <= of_ladder | {"accept", "before"}
    for stage, rung in policy.rungs.items():
        if rung.times is None and rung.repeat:
            continue
        kind, said, at = RUNG_KINDS[stage], -1, now
        while (step := next_step(row, policy, kind, said, now=at)) is not None:
            assert step.stage > said and step.due_at > at
            said, at = step.stage, step.due_at
        assert said < len(rung.after) + (rung.times or 0)


@given(st.integers(0, 700), st.sampled_from(["open", "accepted", "returned"]))
def test_the_usual_ladder_written_out_is_the_same(late: int, state: str) -> None:
    written = (
        Rung(to=Stage.DESK, after=(timedelta(), 4 * HOUR, 24 * HOUR), repeat=24 * HOUR),
        Rung(to=Stage.SUPERIOR, after=(24 * HOUR,), repeat=24 * HOUR),
    )
    now, row = ASKED + late * HOUR, Row(state=state)
    assert plan(row, replace(POLICY, ladder=written), now=now) == plan(row, POLICY, now=now)


def test_a_share_is_of_the_time_that_there_was_to_answer() -> None:
    ladder = (Rung(to=Stage.DESK, after=(0.25, 1.5)),)
    late = [(k, s, at) for k, s, at in hours(Row(), policy=replace(POLICY, ladder=ladder)) if k == "after"]
    assert late == [("after", 0, 90), ("after", 1, 180)]


def test_an_escalation_that_is_not_repeated_begins_anew_after_its_own_time() -> None:
    """To whoever stands above the unit that a late request was passed on to, and not in the next minute."""
    ladder = (Rung(to=Stage.DESK, after=(timedelta(),)), Rung(to=Stage.SUPERIOR, after=(4 * HOUR,)))
    late = plan(Row(), replace(POLICY, ladder=ladder), now=ASKED + 100 * HOUR)
    assert [(s.kind, s.stage, s.due_at) for s in late] == [("escalate", 0, ASKED + 104 * HOUR)]


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-12-01T09:00", None),
        ("2026-12-01T17:29", None),
        ("2026-12-01T17:30", "2026-12-02T08:30"),
        ("2026-12-04T20:00", "2026-12-07T08:30"),
        ("2026-12-01T03:00", "2026-12-01T08:30"),
        ("2026-10-01T10:00", "2026-10-08T08:30"),
    ],
)
def test_working_hours_begin_on_the_next_day_that_people_work(now: str, until: str | None) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    found = working_from(POLICY, datetime.fromisoformat(now).replace(tzinfo=zone))
    assert found == (datetime.fromisoformat(until).replace(tzinfo=zone) if until else None)
