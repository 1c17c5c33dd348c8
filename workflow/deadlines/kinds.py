"""The kinds of reminders: when each comes and who hears of it, one row for each.

How a reminder is worded depends on how the request stands when it is sent (:mod:`workflow.notices.due_lists`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from storage.tables.words import ReminderKind
from workflow.kernel.ladder import Stage
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


#: How much of the time to approve is left at each stage; at the last it lapses.
APPROVE_LEFT = (23 / 24, 1 / 2, 1 / 8, 0)


def _approve(request: Clocked, policy: Policy, stage: int, until: datetime) -> datetime | None:
    return until - policy.approve_within * APPROVE_LEFT[stage] if stage < len(APPROVE_LEFT) else None


def _rung(to: Stage) -> When:
    """When a stage of this rung of the ladder comes."""

    def when(request: Clocked, policy: Policy, stage: int, due: datetime) -> datetime | None:
        rung = policy.rungs.get(to)
        late = rung.late(stage, due - request.asked_at) if rung is not None else None
        return due + late if late is not None else None

    return when


def _first(to: Stage) -> Callable[[Policy], int]:
    """How many stages of a rung are planned from the start."""
    return lambda policy: len(policy.rungs[to].after) if to in policy.rungs else 0


def _again(to: Stage) -> Callable[[Policy], timedelta]:
    """After those: every so long."""
    return lambda policy: policy.rungs[to].repeat if to in policy.rungs else timedelta()


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A kind of reminder."""

    when: When
    states: frozenset[State] = WAITING  # in which it may come
    until: Callable[[Clocked], datetime | None] = lambda request: request.due_at  # what it counts from
    stages: Callable[[Policy], int] = lambda policy: 1  # that are planned from the start
    #: After those it goes on without end: every so long. Where it is None, it ends with them.
    every: Callable[[Policy], timedelta] | None = None
    to: Stage = Stage.DESK  # who hears of it: who owes the next step, unless it is another rung of the ladder
    climbs: bool = False  # each stage goes one unit higher, so that none is passed over
    asker_too: bool = False  # its first stage is said to the asker as well


def _of_rung(to: Stage) -> Row:
    """A rung that is about what the asked unit owes."""
    return Row(when=_rung(to), states=WITH_ASKED, stages=_first(to), every=_again(to), to=to)


#: Of several that are due for one request and for the same readers, the later in this order is the one that is said.
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
        when=_rung(Stage.DESK),
        stages=_first(Stage.DESK),
        every=_again(Stage.DESK),
        asker_too=True,
    ),
    ReminderKind.HANDLER: _of_rung(Stage.HANDLER),
    ReminderKind.LIAISON: _of_rung(Stage.LIAISON),
    # Nobody is escalated over a request that waits for its asker.
    ReminderKind.ESCALATE: Row(
        when=_rung(Stage.SUPERIOR),
        states=WITH_ASKED,
        stages=lambda policy: 0,
        every=_again(Stage.SUPERIOR),
        to=Stage.SUPERIOR,
        climbs=True,
    ),
    ReminderKind.COMMON: _of_rung(Stage.COMMON),
}
#: Kinds that say whose turn it is, in that order.
TURN: tuple[ReminderKind, ...] = tuple(kind for kind, row in KINDS.items() if row.to is Stage.DESK)
#: The kind that stands for each rung of the ladder, in its order.
RUNGS: dict[Stage, ReminderKind] = {
    Stage.HANDLER: ReminderKind.HANDLER,
    Stage.DESK: ReminderKind.AFTER,
    Stage.LIAISON: ReminderKind.LIAISON,
    Stage.SUPERIOR: ReminderKind.ESCALATE,
    Stage.COMMON: ReminderKind.COMMON,
}
#: Those of units that stand above.
ABOVE: frozenset[str] = frozenset({RUNGS[Stage.SUPERIOR], RUNGS[Stage.COMMON]})
