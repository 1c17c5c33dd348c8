"""Who helped others: counted so that nobody wins by answering themselves, or by asking each other for nothing.

A point is another unit's request, answered by somebody's work, of which the asker said that it is done, or how good it
was; a bad answer is none. Of one asking unit no more than :data:`CAP` count in a time, so two that ask each other all
week get no further than two that needed each other a few times; many askers are what counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from storage.queries import histories
from storage.queries.histories import Helped
from workflow.kernel.tx import Tx

CAP = 3  # requests of one asking unit
GOOD = 3  # stars, from which on an answer counts


@dataclass(frozen=True, kw_only=True, slots=True)
class Thanks:
    """``points`` of a unit, and how many units it helped."""

    unit_id: int
    points: int
    units: int


async def table(tx: Tx, since: datetime, until: datetime) -> tuple[Thanks, ...]:
    """All units that helped others in the time, those with most points first, then those that helped most units."""
    return ranked(await histories.helped(tx.session, since, until))


def ranked(found: Iterable[Helped]) -> tuple[Thanks, ...]:
    pairs = Counter(
        (one.by_unit, one.for_unit)
        for one in found
        if one.by_unit != one.for_unit and (one.rating is None or one.rating >= GOOD)
    )
    points: Counter[int] = Counter()
    units: Counter[int] = Counter()
    for (helper, _), count in pairs.items():
        points[helper] += min(count, CAP)
        units[helper] += 1
    made = [Thanks(unit_id=unit, points=points[unit], units=units[unit]) for unit in points]
    return tuple(sorted(made, key=lambda one: (-one.points, -one.units, one.unit_id)))
