"""The figures of a year or a month in the shape of article 18 of Directive (EU) 2023/977: what a unit sent; what it
received and answered, urgent and not, by who asked; what it refused, by who asked and on which ground; where it
deviated from the time to answer, by who asked. Beside it the same time month by month, or day by day."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.queries import histories
from storage.queries.histories import Answered, Came, Declined
from storage.queries.scopes import Scope
from workflow.figures.counting import Answers, Rated, answers_of, grouped, rated, saved
from workflow.figures.periods import Period
from workflow.kernel.tx import Tx
from workflow.record.grounds import ground_of

NORMAL = "normal"  # the urgency of what is not urgent
#: A unit by its number; None: one that is not known any more.
Party = int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceivedOf:
    """What one party asked: received and answered in the time, urgent and not, and where the time to answer was not
    kept. ``late``: answered after the time first set; ``delayed``: for which more time was taken, with a reason;
    ``owed``: whose time ended in the report's, and that are not answered yet."""

    party: Party
    received_urgent: int
    received_other: int
    answered_urgent: int
    answered_other: int
    declined: int
    late: int
    delayed: int
    owed: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SentTo:
    """What one party was asked."""

    party: Party
    sent_urgent: int
    sent_other: int
    answered: int
    declined: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """How often one party was refused on one ground; "" for none that was named."""

    party: Party
    ground: str
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A month of a year, or a day of a month."""

    since: datetime
    received: int
    answers: Answers
    declined: int
    sent: int
    sent_answered: int
    sent_declined: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OfType:
    type: str
    received: int
    answers: Answers
    declined: int
    rated: Rated


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """A report; parties with most first."""

    sent: tuple[SentTo, ...]
    received: tuple[ReceivedOf, ...]
    refused: tuple[Refused, ...]
    parts: tuple[Part, ...]
    types: tuple[OfType, ...]
    whole: Answers  # of what was received
    saved_hours: float
    rated: Rated


@dataclass(frozen=True, kw_only=True, slots=True)
class _Side:
    came: Sequence[Came]
    answered: Sequence[Answered]
    declined: Sequence[Declined]


async def figures_of(tx: Tx, scope: Scope, period: Period) -> Figures:
    """What the units of ``scope.desk`` received and sent in the time."""
    since, until = period.since, period.until
    there = _Side(
        came=await histories.came(tx.session, scope.received, since, until),
        answered=await histories.answered(tx.session, scope.received, since, until),
        declined=await histories.declined(tx.session, scope.received, since, until, by_asked=True),
    )
    away = _Side(
        came=await histories.came(tx.session, scope.sent, since, until),
        answered=await histories.answered(tx.session, scope.sent, since, until),
        declined=await histories.declined(tx.session, scope.sent, since, until),
    )
    delayed = await histories.delayed(tx.session, scope.received, since, until)
    owed = await histories.owed_late(tx.session, scope.received, since, until, tx.now)
    types = _types(there)
    return Figures(
        sent=_sent(away),
        received=_received(
            there, Counter(one.from_unit for one in delayed), Counter(one.from_unit for one in owed)
        ),
        refused=_refused(tx, there.declined),
        parts=_parts(period, there, away, tx.now),
        types=types,
        whole=answers_of(there.answered),
        saved_hours=saved({one.type: one.answers for one in types}).total_seconds() / 3600,
        rated=rated(there.answered),
    )


def _sent(side: _Side) -> tuple[SentTo, ...]:
    came = Counter((one.to_unit, one.urgency != NORMAL) for one in side.came)
    answered = Counter(one.to_unit for one in side.answered)
    declined = Counter(one.to_unit for one in side.declined)
    parties = {party for party, _ in came} | answered.keys() | declined.keys()
    found = [
        SentTo(
            party=party,
            sent_urgent=came[party, True],
            sent_other=came[party, False],
            answered=answered[party],
            declined=declined[party],
        )
        for party in parties
    ]
    return tuple(sorted(found, key=lambda one: (-one.sent_urgent - one.sent_other, one.party or 0)))


def _received(side: _Side, delayed: Counter[Party], owed: Counter[Party]) -> tuple[ReceivedOf, ...]:
    came = Counter((one.from_unit, one.urgency != NORMAL) for one in side.came)
    answered = Counter((one.from_unit, one.urgency != NORMAL) for one in side.answered)
    declined = Counter(one.from_unit for one in side.declined)
    late = Counter(one.from_unit for one in side.answered if not one.reused and not one.on_time)
    parties = {party for party, _ in (*came, *answered)} | declined.keys() | delayed.keys() | owed.keys()
    found = [
        ReceivedOf(
            party=party,
            received_urgent=came[party, True],
            received_other=came[party, False],
            answered_urgent=answered[party, True],
            answered_other=answered[party, False],
            declined=declined[party],
            late=late[party],
            delayed=delayed[party],
            owed=owed[party],
        )
        for party in parties
    ]
    return tuple(sorted(found, key=lambda one: (-one.received_urgent - one.received_other, one.party or 0)))


def _refused(tx: Tx, declined: Iterable[Declined]) -> tuple[Refused, ...]:
    counted = Counter((one.from_unit, ground_of(tx, one.sealed)) for one in declined)
    found = [Refused(party=party, ground=ground, count=count) for (party, ground), count in counted.items()]
    return tuple(sorted(found, key=lambda one: (one.party or 0, not one.ground, -one.count, one.ground)))


def _parts(period: Period, there: _Side, away: _Side, now: datetime) -> tuple[Part, ...]:
    """Those that have begun."""
    bounds = period.parts

    def place(row: Came | Answered | Declined) -> int:
        return bisect_right(bounds, row.at) - 1

    came, declined = Counter(map(place, there.came)), Counter(map(place, there.declined))
    answered = grouped(there.answered, place)
    sent, sent_declined = Counter(map(place, away.came)), Counter(map(place, away.declined))
    sent_answered = Counter(map(place, away.answered))
    return tuple(
        Part(
            since=since,
            received=came[at],
            answers=answers_of(answered.get(at, ())),
            declined=declined[at],
            sent=sent[at],
            sent_answered=sent_answered[at],
            sent_declined=sent_declined[at],
        )
        for at, since in enumerate(bounds[:-1])
        if since <= now
    )


def _types(side: _Side) -> tuple[OfType, ...]:
    came, declined = Counter(one.type for one in side.came), Counter(one.type for one in side.declined)
    answered = grouped(side.answered, lambda one: one.type)
    found = [
        OfType(
            type=key,
            received=came[key],
            answers=answers_of(answered.get(key, ())),
            declined=declined[key],
            rated=rated(answered.get(key, ())),
        )
        for key in came.keys() | answered.keys() | declined.keys()
    ]
    return tuple(sorted(found, key=lambda one: (-one.received, one.type)))
