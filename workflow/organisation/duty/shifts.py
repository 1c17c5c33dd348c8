"""Who is on duty at a moment, and over a time: a pure calculation from the rules of a unit.

A shift belongs to the day on which it begins. It runs from the first moment at which the unit's clock shows its
beginning to the first at which it shows its end, whatever the clock does in between: an hour that is left out in
spring makes a shift shorter, one that comes twice in autumn makes it longer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from matching.dates.shifts import DAYS_OFF, WORKDAYS

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
A_DAY = 1440  # minutes
#: So many days before a moment a shift may have begun that still runs: one day, and one that a zone has left out.
BACK = 2


class Kind(StrEnum):
    """What is so at a moment."""

    DUTY = "duty"  # somebody is on duty by a rule
    STAND_IN = "stand_in"  # nobody by a rule who can be; their stand-in
    EMPTY = "empty"  # nobody, by design
    GAP = "gap"  # nobody, and the unit has not said that it is to be so
    NOBODY = "nobody"  # the unit has no duty at all


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """Hours of some days. ``people``: in the order of their turns; ``empty``: nobody is there by design."""

    id: int
    days: int
    begins: int  # minutes from midnight
    ends: int
    since: date
    until: date
    people: tuple[int, ...] = ()
    turn: str = ""
    empty: bool = False

    @property
    def minutes(self) -> int:
        """How long it is by the clock."""
        return (self.ends - self.begins) % A_DAY or A_DAY

    def holds_on(self, day: date, works: Callable[[date], bool]) -> bool:
        """Whether a shift of it begins on a day."""
        if not self.since <= day <= self.until:
            return False
        if self.days >> day.weekday() & 1:
            return True
        if self.days & (WORKDAYS | DAYS_OFF):
            return bool(self.days & (WORKDAYS if works(day) else DAYS_OFF))
        return False


@dataclass(frozen=True, kw_only=True, slots=True)
class Leave:
    person: int
    first: date
    last: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Swap:
    day: date
    one: int
    other: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Substitute:
    """Somebody who is there where nobody is by a rule, and none by design."""

    person: int
    since: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All that is asked of a unit's duty. ``able``: who handles requests in it now, and so can be on duty."""

    zone: ZoneInfo
    works: Callable[[date], bool]
    rules: Sequence[Rule] = ()
    leaves: Sequence[Leave] = ()
    swaps: Sequence[Swap] = ()
    substitutes: Sequence[Substitute] = ()
    able: frozenset[int] = frozenset()

    @property
    def any(self) -> bool:
        """Whether the unit has duty at all."""
        return bool(self.substitutes) or any(not rule.empty for rule in self.rules)

    def day_of(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()


@dataclass(frozen=True, kw_only=True, slots=True)
class Shift:
    """One time that a rule holds, from a day. ``planned``: whose turn it is, ``person``: if they can be there."""

    day: date
    begins: datetime
    ends: datetime
    rule: Rule
    planned: int | None
    person: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """A time over which the same is so. ``missing``: whose turn it would be, where they cannot."""

    begins: datetime
    ends: datetime
    kind: Kind
    person: int | None = None
    missing: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """What is so at a moment."""

    kind: Kind
    person: int | None = None
    missing: int | None = None


@lru_cache(maxsize=4096)
def instant(zone: ZoneInfo, day: date, minute: int) -> datetime:
    """The first moment (UTC) at which the clock of a zone shows at least so many minutes after a day's midnight."""
    wanted = datetime.combine(day, time()) + MINUTE * minute
    late = wanted.replace(tzinfo=zone).astimezone(UTC)  # of a time that comes twice: the first
    if late.astimezone(zone).replace(tzinfo=None) == wanted:
        return late
    early = wanted.replace(tzinfo=zone, fold=1).astimezone(UTC)  # a time that is left out: when it is
    while late - early > MINUTE:
        middle = early + (late - early) // MINUTE // 2 * MINUTE
        if middle.astimezone(zone).replace(tzinfo=None) >= wanted:
            late = middle
        else:
            early = middle
    return late


def planned(plan: Plan, rule: Rule, day: date) -> int | None:
    """Whose shift it is that begins on a day, by turn and as swapped."""
    if not rule.people:
        return None
    count = (day - rule.since).days
    if rule.turn == "week":
        count = (_monday(day) - _monday(rule.since)).days // 7
    person = rule.people[count % len(rule.people) if rule.turn else 0]
    for swap in plan.swaps:
        if swap.day == day and person in (swap.one, swap.other):
            person = swap.other if person == swap.one else swap.one
    return person


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def is_there(plan: Plan, person: int | None, day: date) -> bool:
    """Whether somebody can be on duty on a day."""
    if person is None or person not in plan.able:
        return False
    return not any(one.person == person and one.first <= day <= one.last for one in plan.leaves)


def shifts(plan: Plan, first: date, last: date) -> Iterator[Shift]:
    """Those that begin on these days."""
    for offset in range((last - first).days + 1):
        day = first + offset * DAY
        for rule in plan.rules:
            if rule.holds_on(day, plan.works):
                whose = planned(plan, rule, day)
                yield Shift(
                    day=day,
                    begins=instant(plan.zone, day, rule.begins),
                    ends=instant(plan.zone, day, rule.begins + rule.minutes),
                    rule=rule,
                    planned=whose,
                    person=whose if is_there(plan, whose, day) else None,
                )


def on_duty(plan: Plan, at: datetime) -> Moment:
    """What is so at a moment."""
    day = plan.day_of(at)
    return _at(plan, list(shifts(plan, day - BACK * DAY, day + DAY)), at)


def _at(plan: Plan, near: Sequence[Shift], at: datetime) -> Moment:
    """Of two rules that hold at once the later one is meant, and somebody before nobody."""
    here = [one for one in near if one.begins <= at < one.ends]
    there = max((one for one in here if one.person is not None), key=lambda s: s.rule.id, default=None)
    if there is not None:
        return Moment(kind=Kind.DUTY, person=there.person)
    wanted = max((one for one in here if not one.rule.empty), key=lambda s: s.rule.id, default=None)
    missing = wanted.planned if wanted is not None else None
    if wanted is None and here:
        return Moment(kind=Kind.EMPTY)
    day = plan.day_of(at)
    for one in reversed(plan.substitutes):
        if one.since <= at < one.until and is_there(plan, one.person, day):
            return Moment(kind=Kind.STAND_IN, person=one.person, missing=missing)
    return Moment(kind=Kind.GAP if plan.any else Kind.NOBODY, missing=missing)


def stretches(plan: Plan, since: datetime, until: datetime) -> list[Stretch]:
    """What is so over a time, in order, without holes."""
    first, last = plan.day_of(since), plan.day_of(until)
    near = list(shifts(plan, first - BACK * DAY, last + DAY))
    cuts = {since}
    cuts.update(edge for one in near for edge in (one.begins, one.ends))
    cuts.update(edge for one in plan.substitutes for edge in (one.since, one.until))
    cuts.update(instant(plan.zone, first + DAY * n, 0) for n in range((last - first).days + 2))
    edges = sorted(edge.astimezone(UTC) for edge in cuts if since <= edge < until)
    found: list[Stretch] = []
    for begins, ends in zip(edges, [*edges[1:], until.astimezone(UTC)], strict=True):
        now = _at(plan, _touching(near, begins), begins)
        before = found[-1] if found else None
        same = before is not None and (before.kind, before.person, before.missing) == (
            now.kind, now.person, now.missing
        )  # fmt: skip
        if before is not None and same:
            found[-1] = Stretch(
                begins=before.begins, ends=ends, kind=now.kind, person=now.person, missing=now.missing
            )
        else:
            found.append(
                Stretch(begins=begins, ends=ends, kind=now.kind, person=now.person, missing=now.missing)
            )
    return found


def _touching(near: Sequence[Shift], at: datetime) -> list[Shift]:
    return [one for one in near if one.begins <= at < one.ends]


def overlap(plan: Plan, rule: Rule, *, from_day: date, days: int) -> Shift | None:
    """The first shift of the plan's own that would run at the same time as one of another rule, over some days;
    None where there is none. What is empty by design is no hindrance, nor what nobody is left to do, nor what the
    configuration says (its rules have numbers below nought): what is set goes before it."""
    if rule.empty:
        return None
    first = max(from_day, rule.since)
    only = Plan(zone=plan.zone, works=plan.works, rules=(rule,))
    mine = list(shifts(only, first, first + days * DAY))
    theirs = [
        one
        for one in shifts(plan, first - BACK * DAY, first + days * DAY)
        if one.rule.id > 0 and not one.rule.empty and plan.able.intersection(one.rule.people)
    ]
    return next(
        (other for one in mine for other in theirs if one.begins < other.ends and other.begins < one.ends),
        None,
    )
