"""Which reminders a request has, and when: pure, so that every case can be tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.tables.words import ReminderKind
from workflow.deadlines.kinds import KINDS, Clocked
from workflow.kernel.policy import Policy

AT_ONCE = timedelta(minutes=1)  # the least that an escalation waits which is begun anew
#: Why an escalation ended: the unit has no (further) superior.
NOBODY_ABOVE = "no unit above"
NOBODY_COMMON = "no unit above both"
NOBODY = (NOBODY_ABOVE, NOBODY_COMMON)


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One planned reminder. Stages of a kind that repeats go on without end."""

    kind: str  # one of ReminderKind
    stage: int
    due_at: datetime


def planned_at(request: Clocked, policy: Policy, kind: str, stage: int) -> datetime | None:
    """When a step of a request is planned; None where the request has no such step (any more)."""
    row = KINDS[ReminderKind(kind)]
    until = row.until(request)
    if until is None or request.state not in row.states:
        return None
    return row.when(request, policy, stage, until)


def plan(
    request: Clocked, policy: Policy, *, now: datetime, done: Mapping[str, int] | None = None
) -> list[Step]:
    """The reminders that a request has from now on, by time; none when nobody owes anything.

    Of what repeats, the next one after the stage that is ``done`` (by kind); the one after that is planned
    when it is done itself (:func:`next_step`).
    """
    steps = []
    for kind, row in KINDS.items():
        planned = [(stage, planned_at(request, policy, kind, stage)) for stage in range(row.stages(policy))]
        ahead = [
            Step(kind=kind, stage=stage, due_at=at) for stage, at in planned if at is not None and at > now
        ]
        if not ahead and (step := next_step(request, policy, kind, (done or {}).get(kind, -1), now=now)):
            ahead = [step]
        steps += ahead
    return sorted(steps, key=lambda step: step.due_at)


def next_step(request: Clocked, policy: Policy, kind: str, stage: int, *, now: datetime) -> Step | None:
    """What follows a done stage of a kind that repeats: the first that is still ahead. After downtime the
    missed ones are passed over; each escalation is one unit higher, so none of those is."""
    row = KINDS[ReminderKind(kind)]
    if row.every is None:
        return None
    following, every = stage + 1, row.every(policy)
    at = planned_at(request, policy, kind, following)
    if row.climbs and at is not None:
        waits = every or max(at - (row.until(request) or at), AT_ONCE)
        return Step(kind=kind, stage=following, due_at=at if at > now else now + waits)
    while at is not None and at <= now:
        beyond = following >= row.stages(policy)
        following += max(1, (now - at) // every) if beyond else 1
        at = planned_at(request, policy, kind, following)
    return None if at is None else Step(kind=kind, stage=following, due_at=at)
