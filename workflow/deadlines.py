"""Legal clocks as data: when an answer is due, and which reminders a request has from now on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Protocol

from sqlalchemy import delete, select

from storage.models import Reminder, Request
from workflow.policy import Policy
from workflow.states import WAITING
from workflow.work import Tx


class Clocked(Protocol):
    """What the plan looks at; a row of ``requests`` has it."""

    state: str
    asked_at: datetime
    due_at: datetime | None
    accept_by: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One planned reminder."""

    kind: str  # accept, before, after, escalate
    stage: int
    due_at: datetime


def due_for(policy: Policy, urgency: str, asked_at: datetime) -> datetime:
    """When an answer is due by the urgency's time to answer (Directive (EU) 2023/977, art. 5, as configured)."""
    return policy.calendar.add(asked_at, policy.time_to_answer[urgency], policy.zone)


def accept_by(policy: Policy, asked_at: datetime, due_at: datetime) -> datetime:
    """By when somebody must have accepted: a share of the time to answer."""
    return asked_at + (due_at - asked_at) * policy.accept_share


def plan(request: Clocked, policy: Policy, *, now: datetime) -> list[Step]:
    """The reminders that a request has from now on; none when nobody owes anything.

    Pure. Of ``after`` and ``escalate`` only the configured stages: what repeats is planned one by one as
    its predecessor is done (:func:`next_repeat`).
    """
    if request.state not in WAITING or request.due_at is None:
        return []
    return [step for step in _steps(request, policy, request.due_at) if step.due_at > now]


def _steps(request: Clocked, policy: Policy, due: datetime) -> Iterator[Step]:
    if request.state == "open" and request.accept_by is not None:
        yield Step(kind="accept", stage=0, due_at=request.accept_by)
    total = due - request.asked_at
    for stage, share in enumerate(policy.before_due):
        yield Step(
            kind="before",
            stage=stage,
            due_at=due - (share if isinstance(share, timedelta) else total * share),
        )
    for stage, late in enumerate(policy.after_due):
        yield Step(kind="after", stage=stage, due_at=due + late)
    yield Step(kind="escalate", stage=0, due_at=due + policy.escalate_after)


def next_repeat(policy: Policy, kind: str, stage: int, *, due: datetime, now: datetime) -> Step | None:
    """What follows a done step of a kind that repeats: the first time that is still ahead."""
    if kind == "after" and stage >= len(policy.after_due) - 1 and policy.repeat_every > timedelta():
        base = due + (policy.after_due[-1] if policy.after_due else timedelta())
        done = max(0, (now - base) // policy.repeat_every)
        return Step(
            kind="after", stage=len(policy.after_due) + done, due_at=base + policy.repeat_every * (done + 1)
        )
    if kind == "escalate" and policy.escalate_after > timedelta():
        return Step(
            kind="escalate",
            stage=stage + 1,
            due_at=max(now, due + policy.escalate_after * (stage + 1)) + policy.escalate_after,
        )
    return None


def quiet_until(policy: Policy, now: datetime, zone_now: datetime | None = None) -> datetime | None:
    """The end of the quiet hours that hold now, or None outside of them."""
    if policy.quiet is None:
        return None
    start, end = policy.quiet
    local = zone_now or now.astimezone(policy.zone)
    at = local.timetz().replace(tzinfo=None)
    inside = start <= at < end if start < end else at >= start or at < end
    if not inside:
        return None
    day = local.date() if at < end else local.date() + timedelta(days=1)
    return datetime.combine(day, end, tzinfo=local.tzinfo)


def parse_hours(text: str) -> tuple[time, time] | None:
    """``22:00-07:00`` as two times; "" as None. Raises ``ValueError`` otherwise."""
    if not text.strip():
        return None
    start, _, end = text.partition("-")
    return time.fromisoformat(start.strip()), time.fromisoformat(end.strip())


async def replan(tx: Tx, request: Request) -> None:
    """Make the request's waiting reminders those of the plan; what was sent stays."""
    await tx.session.execute(
        delete(Reminder)
        .where(Reminder.request_id == request.id, Reminder.state == "waiting")
        .execution_options(synchronize_session=False)
    )
    sent = {
        (row.kind, row.stage, row.due_at)
        for row in (await tx.session.scalars(select(Reminder).where(Reminder.request_id == request.id))).all()
    }
    for step in plan(request, tx.policy, now=tx.now):
        if (step.kind, step.stage, step.due_at) not in sent:
            tx.session.add(
                Reminder(request_id=request.id, kind=step.kind, stage=step.stage, due_at=step.due_at)
            )
