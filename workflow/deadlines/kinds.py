"""The kinds of reminders: when each comes and who hears of it, one row for each.

How a reminder is worded depends on how the request stands when it is sent (:mod:`workflow.notices.due_lists`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from storage.tables.words import ReminderKind
from workflow.kernel.policy import Policy
from workflow.kernel.states import WAITING, WITH_ASKED, State


class Clocked(Protocol):
    """What the plan looks at; a row of ``requests`` has it."""

    @property
    def state(self) -> str: ...
    @property
    def asked_at(self) -> datetime: ...
    @property
    def due_at(self) -> datetime | None: ...
    @property
    def accept_by(self) -> datetime | None: ...


#: When a stage of it comes, given when what it speaks of is due; None where there is no such stage.
When = Callable[[Clocked, Policy, int, datetime], datetime | None]


def _before(request: Clocked, policy: Policy, stage: int, due: datetime) -> datetime | None:
    if stage >= len(policy.before_due):
        return None
    share = policy.before_due[stage]
    return due - (share if isinstance(share, timedelta) else (due - request.asked_at) * share)


def _accept(request: Clocked, policy: Policy, stage: int, due: datetime) -> datetime | None:
    return request.accept_by


def _after(request: Clocked, policy: Policy, stage: int, due: datetime) -> datetime | None:
    if stage < len(policy.after_due):
        return due + policy.after_due[stage]
    if policy.repeat_every <= timedelta():
        return None
    last = policy.after_due[-1] if policy.after_due else timedelta()
    return due + last + policy.repeat_every * (stage - len(policy.after_due) + 1)


def _escalate(request: Clocked, policy: Policy, stage: int, due: datetime) -> datetime | None:
    if policy.escalate_after <= timedelta():
        return None
    return due + policy.escalate_after * (stage + 1)


#: How much of the time to approve is left at each stage; at the last it lapses.
APPROVE_LEFT = (23 / 24, 1 / 2, 1 / 8, 0)


def _approve(request: Clocked, policy: Policy, stage: int, until: datetime) -> datetime | None:
    return until - policy.approve_within * APPROVE_LEFT[stage] if stage < len(APPROVE_LEFT) else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A kind of reminder."""

    when: When
    states: frozenset[State] = WAITING  # in which it may come
    until: Callable[[Clocked], datetime | None] = lambda request: request.due_at  # what it counts from
    stages: Callable[[Policy], int] = lambda policy: 1  # that are planned from the start
    #: After those it goes on without end: every so long. Where it is None, it ends with them.
    every: Callable[[Policy], timedelta] | None = None
    above: bool = False  # it goes to the units above, each stage one higher; else to who owes the next step
    asker_too: bool = False  # its first stage is said to the asker as well


#: Of several that are due for one request, the later in this order is the one that is said.
KINDS: dict[ReminderKind, Row] = {
    ReminderKind.APPROVE: Row(
        when=_approve,
        states=frozenset({State.PENDING}),
        until=lambda request: request.accept_by,
        stages=lambda policy: len(APPROVE_LEFT),
    ),
    ReminderKind.BEFORE: Row(when=_before, stages=lambda policy: len(policy.before_due)),
    ReminderKind.ACCEPT: Row(when=_accept, states=frozenset({State.OPEN})),
    ReminderKind.AFTER: Row(
        when=_after,
        stages=lambda policy: len(policy.after_due),
        every=lambda policy: policy.repeat_every,
        asker_too=True,
    ),
    # Nobody is escalated over a request that waits for its asker.
    ReminderKind.ESCALATE: Row(
        when=_escalate,
        states=WITH_ASKED,
        stages=lambda policy: 0,
        every=lambda policy: policy.escalate_after,
        above=True,
    ),
}
#: Kinds that say whose turn it is, in that order.
TURN: tuple[ReminderKind, ...] = tuple(kind for kind, row in KINDS.items() if not row.above)
