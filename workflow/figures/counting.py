"""Figures over what happened: each is a count of rows, or follows from such a count in a way that is said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from statistics import median
from typing import TypeVar

from storage.queries import figures, histories
from storage.queries.histories import Answered
from storage.queries.scopes import Which
from workflow.kernel.tx import Tx
from workflow.record.grounds import ByGround, counted_by_ground

SHARE = Fraction(4, 5)  # Europol's measure of its SIENA: the time within which 80 % of requests were answered

Row = TypeVar("Row")
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answers:
    """``own``: answered by somebody's work, ``reused``: with an answer that there was already; both make
    ``answered``. ``on_time``, ``median`` and ``most_within`` (the time within which 80 % were given) are of the own
    ones: on time are those not later than the time first set, whatever was added to it since."""

    answered: int
    reused: int
    own: int
    on_time: int
    median: timedelta | None
    most_within: timedelta | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rated:
    """What askers thought of answers: how many said so, and the mean of their stars."""

    count: int
    mean: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """One side of a unit's work in a time, and how it stands. ``saved``: see :func:`saved`. ``ages``: of those with the
    asked unit, how many have been out for less than each of ``storage.queries.histories.AGES``, and for longer."""

    new: int
    answers: Answers
    declined: int
    grounds: ByGround
    saved: timedelta
    rated: Rated
    by_type: tuple[tuple[str, Answers], ...]  # the most answered first
    by_person: tuple[tuple[int, Answers], ...]  # of own work; empty unless it was asked for
    waiting: int
    late: int
    returned: int
    ages: tuple[int, ...]


async def tally(
    tx: Tx,
    which: Which,
    since: datetime,
    until: datetime,
    *,
    by_asked: bool = False,
    people_of: int | None = None,
) -> Tally:
    """The requests of ``which``: a unit's, those of a tree or an operation. ``by_asked``: declined by who is asked now,
    and not by who had it before. ``people_of``: the unit of which it is told what each answered."""
    answered = await histories.answered(tx.session, which, since, until)
    declined = await histories.declined(tx.session, which, since, until, by_asked=by_asked)
    standing = await figures.standing(tx.session, which, tx.now)
    by_type = {key: answers_of(rows) for key, rows in grouped(answered, lambda row: row.type).items()}
    theirs = [
        row for row in answered if people_of is not None and row.unit_id == people_of and not row.reused
    ]
    by_whom = grouped(theirs, lambda row: row.person_id)
    by_person = {key: answers_of(rows) for key, rows in by_whom.items() if key is not None}
    return Tally(
        new=len(await histories.came(tx.session, which, since, until)),
        answers=answers_of(answered),
        declined=len(declined),
        grounds=counted_by_ground(tx, declined),
        saved=saved(by_type),
        rated=rated(answered),
        by_type=_most_first(by_type),
        by_person=_most_first(by_person),
        waiting=standing.waiting,
        late=standing.late,
        returned=standing.returned,
        ages=await histories.ages(tx.session, which, tx.now),
    )


def answers_of(rows: Sequence[Answered]) -> Answers:
    own = [row for row in rows if not row.reused]
    times = sorted(row.took for row in own)
    return Answers(
        answered=len(rows),
        reused=len(rows) - len(own),
        own=len(own),
        on_time=sum(row.on_time for row in own),
        median=timedelta(seconds=median(time.total_seconds() for time in times)) if times else None,
        most_within=within(times),
    )


def within(times: Sequence[timedelta], share: Fraction = SHARE) -> timedelta | None:
    """The shortest time in which that share of them was done, of times in order: one that was really taken, and none
    between two."""
    return times[-(-len(times) * share.numerator // share.denominator) - 1] if times else None


def saved(by_type: Mapping[str, Answers]) -> timedelta:
    """How long askers did not have to wait because an answer was there: for each reused one, the median time that own
    answers of its type took meanwhile. Where there was none to compare with, nothing."""
    return sum(
        (one.reused * one.median for one in by_type.values() if one.median is not None), start=timedelta()
    )


def rated(rows: Iterable[Answered]) -> Rated:
    stars = [row.rating for row in rows if row.rating is not None]
    return Rated(count=len(stars), mean=sum(stars) / len(stars) if stars else None)


def grouped(rows: Iterable[Row], key: Callable[[Row], Key]) -> dict[Key, list[Row]]:
    found: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return dict(found)


def _most_first(of: Mapping[Key, Answers]) -> tuple[tuple[Key, Answers], ...]:
    return tuple(sorted(of.items(), key=lambda one: (-one[1].answered, str(one[0]))))
