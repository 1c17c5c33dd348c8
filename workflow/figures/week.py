"""A unit's week as a picture shows it: the seven days up to a midnight, or to now, beside the seven before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from storage.queries import histories
from storage.queries.scopes import Scope
from workflow.figures import thanks
from workflow.figures.counting import Answers, answers_of, tally
from workflow.kernel.tx import Tx
from workflow.organisation import units

DAYS = 7
TYPES = 5  # that are shown, those with most answers first
HELPERS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class WeekView:
    """Numbers alone, and names of units and types. ``before``: of the week before. Times in seconds."""

    unit: str
    first: date
    last: date
    zone: str
    received: tuple[int, ...]  # by day
    answered: tuple[int, ...]
    new: int
    done: int
    own: int
    on_time: int
    median: float | None
    new_before: int
    done_before: int
    own_before: int
    on_time_before: int
    median_before: float | None
    sent: int
    sent_done: int
    waiting: int
    late: int
    ages: tuple[int, ...]
    types: tuple[tuple[Mapping[str, str], int, int, int], ...]  # labels by language, answered, own, on time
    reused: int
    saved: float
    helpers: tuple[tuple[str, int, int, bool], ...]  # unit, points, units helped, whether it is this one
    place: int  # of the unit among them; 0: it has none

    @property
    def empty(self) -> bool:
        return not (self.new or self.done or self.sent or self.sent_done or self.waiting)

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"first": self.first.isoformat(), "last": self.last.isoformat()}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> WeekView:
        read: dict[str, Any] = {
            name: tuple(tuple(one) if isinstance(one, list) else one for one in value)
            if isinstance(value, list)
            else value
            for name, value in plain.items()
        }
        days = {name: date.fromisoformat(plain[name]) for name in ("first", "last")}
        return cls(**read | days)


async def build(
    tx: Tx, scope: Scope, unit_name: str, *, own: int | None, until: datetime, zone: ZoneInfo
) -> WeekView:
    """The week whose last day is that of the moment before ``until``, by the midnights of ``zone``. ``own``: the unit
    whose place in the table of those who helped is told."""
    last = (until - timedelta(microseconds=1)).astimezone(zone).date()
    days = [last - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    since = datetime.combine(days[0], time(), tzinfo=zone)
    before = datetime.combine(days[0] - timedelta(days=DAYS), time(), tzinfo=zone)
    side = await tally(tx, scope.received, since, until, by_asked=True)
    former = answers_of(await histories.answered(tx.session, scope.received, before, since))
    came = await histories.came(tx.session, scope.received, before, until)
    answered = await histories.answered(tx.session, scope.received, since, until)
    helpers, place = await _helpers(tx, since, until, own)
    return WeekView(
        unit=unit_name,
        first=days[0],
        last=days[-1],
        zone=str(zone),
        received=_by_day([one.at for one in came], days, zone),
        answered=_by_day([one.at for one in answered], days, zone),
        new=side.new,
        **_how_well(side.answers),
        new_before=sum(one.at < since for one in came),
        **{f"{name}_before": value for name, value in _how_well(former).items()},
        sent=len(await histories.came(tx.session, scope.sent, since, until)),
        sent_done=len(await histories.answered(tx.session, scope.sent, since, until)),
        waiting=side.waiting,
        late=side.late,
        ages=side.ages,
        types=tuple(
            (_labels(tx, key), one.answered, one.own, one.on_time) for key, one in side.by_type[:TYPES]
        ),
        reused=side.answers.reused,
        saved=side.saved.total_seconds(),
        helpers=helpers,
        place=place,
    )


def _how_well(answers: Answers) -> dict[str, Any]:
    taken = answers.median.total_seconds() if answers.median is not None else None
    return {"done": answers.answered, "own": answers.own, "on_time": answers.on_time, "median": taken}


def _by_day(moments: Sequence[datetime], days: Sequence[date], zone: ZoneInfo) -> tuple[int, ...]:
    counted = Counter(at.astimezone(zone).date() for at in moments)
    return tuple(counted[day] for day in days)


def _labels(tx: Tx, key: str) -> dict[str, str]:
    rule = tx.policy.types.get(key)
    return dict(rule.labels) if rule is not None and rule.labels else {"zh": key, "en": key}


async def _helpers(
    tx: Tx, since: datetime, until: datetime, own: int | None
) -> tuple[tuple[tuple[str, int, int, bool], ...], int]:
    found = await thanks.table(tx, since, until)
    place = next((at for at, one in enumerate(found, start=1) if one.unit_id == own), 0)
    shown = [
        (await units.name_of(tx, one.unit_id), one.points, one.units, one.unit_id == own)
        for one in found[:HELPERS]
    ]
    return tuple(shown), place
