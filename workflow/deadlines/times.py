"""Times that people write, settled against this desk: its zone, its calendar, and the moment of looking.

What counts is when something was *written*; what had passed by the time that it is read is refused all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from matching.dates.period import Period
from matching.dates.when import Due, read_due
from matching.text.understood import CouldBe, NotRead, Read
from workflow.kernel.policy import Policy
from workflow.kernel.text import Text, t

#: How a chosen moment and a chosen period stand in a button (it holds 64 bytes, and colons divide there).
STAMP, DAY = "%Y%m%dT%H%M", "%Y%m%d"

Deadline = Read[datetime] | CouldBe[datetime] | NotRead[datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """Words about a time: when they were written, and when they are looked at."""

    text: str
    sent: datetime
    now: datetime
    is_date: bool = False  #: under a label that asks for a date


def read_deadline(written: Written, *, policy: Policy) -> Deadline:
    """The moment that somebody wrote, or all that it could be, or why it is none that can be met."""
    sent = written.sent.astimezone(policy.zone)
    read = read_due(written.text, now=sent, is_date=written.is_date, feasts=policy.calendar.feast)
    at: Callable[[Due], datetime] = lambda due: _moment(due, policy, sent)  # noqa: E731
    match read:
        case Read(value=due):
            found: tuple[datetime, ...] = (at(due),)
        case CouldBe(values=dues):
            found = tuple(dict.fromkeys(map(at, dues)))
        case NotRead():
            near = tuple(moment for moment in map(at, read.near) if moment > written.now)
            return NotRead(code=read.code, value=at(read.value) if read.value else None, near=near)
    ahead = tuple(sorted(moment for moment in found if moment > written.now))
    if not ahead:  # it was ahead when it was written, and has passed since
        return NotRead(code="past", value=found[0])
    return Read(value=ahead[0]) if isinstance(read, Read) else CouldBe(values=ahead)


def _moment(due: Due, policy: Policy, sent: datetime) -> datetime:
    if due.at is None and due.span is not None:
        return policy.calendar.add(sent, due.span, policy.zone)
    return due.at or sent


def offered(reading: Deadline) -> tuple[datetime, ...]:
    """What there is a button for: all that it could be, or what may have been meant instead."""
    match reading:
        case CouldBe(values=values):
            return values
        case NotRead(near=near):
            return near
        case Read():
            return ()


def stamp(at: datetime) -> str:
    """A moment as a button holds it."""
    return f"{at:{STAMP}}"


def period_stamp(period: Period) -> str:
    return f"{period[0]:{DAY}}-{period[1]:{DAY}}"


def moment_label(at: datetime) -> Text:
    return t("choice.moment", at=at)


def period_label(period: tuple[date, date]) -> Text:
    return t("choice.period", first=period[0], last=period[1])
