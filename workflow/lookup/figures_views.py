"""Figures of units, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from workflow.figures.counting import Answers, Rated
from workflow.figures.week import WeekView
from workflow.kernel.text import Text
from workflow.record.grounds import ByGround


@dataclass(frozen=True, kw_only=True, slots=True)
class OfType:
    type: Text
    answers: Answers


@dataclass(frozen=True, kw_only=True, slots=True)
class OfPerson:
    name: str
    answers: Answers


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """What a unit received (or sent) in a time, and what is waiting of it now; see
    :class:`workflow.figures.counting.Tally`."""

    new: int
    answers: Answers
    declined: int
    grounds: ByGround
    saved: timedelta
    rated: Rated
    by_type: tuple[OfType, ...]
    waiting: int
    late: int
    returned: int
    ages: tuple[int, ...]
    pending: int = 0  # wait for approval in the unit itself


@dataclass(frozen=True, kw_only=True, slots=True)
class Stats:
    """``below``: how many units below are counted too; None: it is the unit's alone. Over ``span`` up to now, or over
    the year or month that ``calendar`` names, by the midnights of ``zone``. ``by_person``: for who leads the unit."""

    unit: str
    below: int | None
    span: timedelta | None
    calendar: str
    since: datetime
    zone: str
    received: Side
    sent: Side
    by_person: tuple[OfPerson, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class JointStats:
    """The figures of what is tagged with an operation, or of what the units of an agreement ask of one another."""

    name: str
    units: tuple[str, ...]
    span: timedelta | None
    calendar: str
    since: datetime
    zone: str
    between: Side


@dataclass(frozen=True, kw_only=True, slots=True)
class WeekShown:
    """A unit's week, to be shown as a picture."""

    view: WeekView
    theme: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportWanted:
    """The figures of a year or a month are to be sent to somebody as a workbook, in private."""

    unit_id: int
    person_id: int
    period: str  # 2026, 2026-11
    tree: bool
