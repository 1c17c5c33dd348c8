"""What is now so of a unit's duty, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

#: Gaps that are named; the rest is counted.
GAPS_SHOWN = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class DutyTime:
    """From when until when somebody is on duty. ``name``: "" for nobody; ``missing``: whose turn it would be."""

    begins: datetime
    ends: datetime
    name: str = ""
    missing: str = ""
    stands_in: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class DutyRuleLine:
    """A rule, by the number under which it is ended."""

    number: int
    days: int  # bits: see :mod:`matching.dates.shifts`
    begins: int  # minutes from midnight
    ends: int
    names: tuple[str, ...]  # in the order of their turns
    turn: str
    first: date | None = None  # where it has not begun yet
    last: date | None = None
    empty: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class DutyWeek:
    """The next seven days of a unit. ``set_up``: whether it has duty at all."""

    unit: str
    set_up: bool = False
    now: DutyTime | None = None
    times: tuple[DutyTime, ...] = ()
    gaps: tuple[DutyTime, ...] = ()
    rules: tuple[DutyRuleLine, ...] = ()
    stand_in_unit: str = ""
    stand_in_until: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DutyDone:
    """What was done to a unit's duty: ``what`` of ``duty.*``, to whom, on which days; and what is empty by it."""

    what: str
    unit: str
    names: tuple[str, ...] = ()
    rule: DutyRuleLine | None = None
    first: date | None = None
    last: date | None = None
    since: datetime | None = None
    at: datetime | None = None
    other: str = ""
    gaps: tuple[DutyTime, ...] = ()
