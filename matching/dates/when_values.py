"""A deadline as a value, and the moments that days and minutes come to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from matching.dates.dates import add_months
from matching.dates.when_days import Days
from matching.text.span import Span


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """A deadline that was understood.

    ``at`` is the moment, in the zone of the one who wrote it; None when it counts working days, which only a
    calendar can resolve. ``span`` is the length as it was written, None when a day or a time was named.
    """

    at: datetime | None = None
    span: Span | None = None


def wall_time(day: date, minute: int, now: datetime) -> datetime:
    """Local wall time, moved on where a change of clocks leaves that time out."""
    wall = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minute)
    return wall.replace(tzinfo=now.tzinfo).astimezone(UTC).astimezone(now.tzinfo)


def again(day: Days, at: datetime) -> tuple[datetime, ...]:
    """When the same words are right the next times: what somebody may have meant whose deadline has passed."""
    if day.every == "year":
        return (datetime.combine(add_months(at.date(), 12), at.timetz()),)
    days = {"day": 1, "week": 7}.get(day.every)
    return (at + timedelta(days=days), at + timedelta(days=2 * days)) if days else ()
