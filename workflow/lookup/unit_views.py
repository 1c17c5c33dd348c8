"""Units and their people, as values: who belongs to one, who is on duty, whom to ask, what was done to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from workflow.kernel.text import Text
from workflow.organisation.duty.results import DutyWeek


@dataclass(frozen=True, kw_only=True, slots=True)
class MemberLine:
    name: str
    username: str
    role: str
    since: date
    standing: str  # line, pending, newcomer
    until: date | None = None  # the last day of the role, where it has an end


@dataclass(frozen=True, kw_only=True, slots=True)
class Members:
    unit: str
    lines: tuple[MemberLine, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RosterLine:
    name: str
    role: str
    count: int  # of requests in hand


@dataclass(frozen=True, kw_only=True, slots=True)
class Roster:
    """Who handles requests in a unit, and who is on duty in the seven days from now, where that is set."""

    unit: str
    lines: tuple[RosterLine, ...]
    week: DutyWeek | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class WhoPace:
    """How fast a unit was with a type: so many answers, the median time of its own, and that within which 80 % were
    given; no time where there are too few."""

    type: Text
    answered: int
    median: timedelta | None = None
    most_within: timedelta | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class WhoUnit:
    """Whom to call in a unit, and how fast it was. ``handling``: how many handle there; ``handlers``: their names, for
    who may know them. ``reached``: it has a desk."""

    unit: str
    code: str
    reached: bool
    paces: tuple[WhoPace, ...]
    on_duty: str
    liaisons: tuple[str, ...]
    handlers: tuple[str, ...]
    handling: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Who:
    """Who answers what. ``alone``: people are named to one reader alone. ``bot``: whom to ask for that."""

    type: Text | None
    units: tuple[WhoUnit, ...]
    alone: bool
    back: timedelta
    bot: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DutyFile:
    """Who is on duty in a unit in the coming weeks, as an iCalendar file. ``count``: of times in it."""

    unit: str
    name: str
    content: str
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitCard:
    """A unit, what stands above (the nearest first) and below it, and its groups."""

    name: str
    code: str
    aliases: tuple[str, ...]
    above: tuple[str, ...]
    below: tuple[str, ...]
    groups: tuple[str, ...]
    by_desk: bool = False  # made or changed by command


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitAct:
    """What was done to a unit; ``by``: None where the configuration did."""

    what: str  # the event in the record
    at: datetime
    was: tuple[str, ...]
    now: tuple[str, ...]
    by: str | None
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitHistory:
    """The oldest first."""

    unit: str
    acts: tuple[UnitAct, ...]
