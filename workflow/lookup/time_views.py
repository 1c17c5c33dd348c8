"""The times of a request, and why each is what it is, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from matching.text.span import Span
from workflow.kernel.ladder import Stage
from workflow.kernel.text import Text


class DueBy(StrEnum):
    """By what a request is due when it is."""

    URGENCY = "urgency"
    TYPE = "type"
    REMOTE = "remote"
    WRITTEN = "written"  # the asker named the time
    SPLIT = "split"  # who split what it is part of
    GIVEN = "given"  # the asked unit needs more
    PAUSE = "pause"  # the clock stood still while it was returned
    THEN = "then"  # the rules that were configured then


@dataclass(frozen=True, kw_only=True, slots=True)
class DueMoved:
    """What set the deadline of a request, or moved it. ``at``: None where the record does not say what did."""

    at: datetime | None
    action: str
    due: datetime
    by: DueBy | None
    before: datetime | None = None
    since: datetime | None = None  # from when a rule counts, where that is not ``at``
    span: Span | None = None
    urgency: str = ""
    type: Text | None = None
    off: tuple[date, ...] = ()  # days that a rule in working days leaves out, the first of them
    more_off: int = 0
    paused: timedelta | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminded:
    """A reminder that came or will come."""

    at: datetime
    done: bool
    to: Stage  # of the ladder
    before: bool  # what it speaks of is not late yet
    nobody: bool  # no unit stands above
    unreached: bool = False  # nobody could be reached, so that the next had its turn
    reached: tuple[str, ...] = ()  # units and people
    seen: tuple[str, ...] = ()  # who said that they have seen it
    later: str | None = None  # who put it off
    until: datetime | None = None  # and until when


@dataclass(frozen=True, kw_only=True, slots=True)
class DueTimes:
    """The times of a request, and why each is what it is. ``late``: behind the time that was first set, at the
    answer or by now; ``left``: until the time that holds."""

    number: str
    state: str
    due: datetime | None
    first_due: datetime | None
    answered_at: datetime | None
    late: timedelta | None
    left: timedelta | None
    stands_still: bool
    moved: tuple[DueMoved, ...]
    accept_by: datetime | None
    accept_share: float
    any_hour: bool  # it is to be accepted at night as well
    accepted_at: datetime | None
    approve_by: datetime | None
    reminders: tuple[Reminded, ...]
    quiet: tuple[time, time] | None
