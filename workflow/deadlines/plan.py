"""Which reminders a request has, and when: pure, so that every case can be tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from workflow.kernel.policy import Policy
from workflow.kernel.states import WAITING, State

#: Why an escalation ended: the unit has no (further) superior.
NOBODY_ABOVE = "no unit above"


class Clocked(Protocol):
    """What the plan looks at; a row of ``requests`` has it."""

    state: str
    asked_at: datetime
    due_at: datetime | None
    accept_by: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One planned reminder. Stages of ``after`` and ``escalate`` go on without end."""

    kind: str  # accept, before, after, escalate
    stage: int
    due_at: datetime


def planned_at(request: Clocked, policy: Policy, kind: str, stage: int) -> datetime | None:
    """When a step of a request is planned; None where the request has no such step (any more).

    Nobody is escalated over a request that waits for its asker.
    """
    due = request.due_at
    if request.state not in WAITING or due is None:
        return None
    if kind == "accept":
        return request.accept_by if request.state == State.OPEN else None
    ahead = {"before": _before, "after": _after, "escalate": _escalate}[kind](request, policy, stage, due)
    return None if ahead is None else due + ahead


def _before(request: Clocked, policy: Policy, stage: int, due: datetime) -> timedelta | None:
    if stage >= len(policy.before_due):
        return None
    share = policy.before_due[stage]
    return -(share if isinstance(share, timedelta) else (due - request.asked_at) * share)


def _after(request: Clocked, policy: Policy, stage: int, due: datetime) -> timedelta | None:
    if stage < len(policy.after_due):
        return policy.after_due[stage]
    if policy.repeat_every <= timedelta():
        return None
    last = policy.after_due[-1] if policy.after_due else timedelta()
    return last + policy.repeat_every * (stage - len(policy.after_due) + 1)


def _escalate(request: Clocked, policy: Policy, stage: int, due: datetime) -> timedelta | None:
    if request.state == State.RETURNED or policy.escalate_after <= timedelta():
        return None
    return policy.escalate_after * (stage + 1)


def plan(
    request: Clocked, policy: Policy, *, now: datetime, done: Mapping[str, int] | None = None
) -> list[Step]:
    """The reminders that a request has from now on, none when nobody owes anything.

    Of what repeats, the next one after the stage that is ``done`` (by kind); the one after that is planned
    when it is done itself (:func:`next_step`).
    """
    fixed = [("accept", 0)]
    fixed += [("before", stage) for stage in range(len(policy.before_due))]
    fixed += [("after", stage) for stage in range(len(policy.after_due))]
    steps = []
    for kind, stage in fixed:
        at = planned_at(request, policy, kind, stage)
        if at is not None and at > now:
            steps.append(Step(kind=kind, stage=stage, due_at=at))
    for kind in ("after", "escalate"):
        if not any(step.kind == kind for step in steps):
            step = next_step(request, policy, kind, (done or {}).get(kind, -1), now=now)
            steps += [step] if step else []
    return steps


def next_step(request: Clocked, policy: Policy, kind: str, stage: int, *, now: datetime) -> Step | None:
    """What follows a done stage of a kind that repeats: the first that is still ahead. After downtime the
    missed ones are passed over; each escalation is one unit higher, so none of those is."""
    if kind not in ("after", "escalate"):
        return None
    following = stage + 1
    if kind == "escalate":
        at = planned_at(request, policy, kind, following)
        if at is None:
            return None
        return Step(kind=kind, stage=following, due_at=at if at > now else now + policy.escalate_after)
    while (at := planned_at(request, policy, kind, following)) is not None and at <= now:
        beyond = following >= len(policy.after_due)
        following += max(1, (now - at) // policy.repeat_every) if beyond else 1
    return None if at is None else Step(kind=kind, stage=following, due_at=at)
