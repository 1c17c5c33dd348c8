"""When an answer is due, from the words that officers type: 三天内, 周五18:00前, by Friday 18:00.

A deadline is read whole or not at all: a word that is not understood makes it unreadable, because a
guessed deadline is worse than a question; and what can mean two times (15日, 1/12, 9点 at ten) is given back
as all of them. The rules for days stand in :mod:`matching.dates.when_days`, for times of day in
:mod:`matching.dates.when_clock`, for lengths in :mod:`matching.dates.when_spans`; besides:

- A day without a time means the end of work, 18:00; 今天 after 18:00 means 23:59.
- A time without a day means today, or tomorrow if it has passed. An hour without its half of the day is by
  day rather than by night: 5点 is in the afternoon; 9点 at ten in the morning may be tonight or tomorrow.
- 零点 is the coming midnight: 今天零点 ends today, 明天零点 begins tomorrow.
- 3天, 48小时, 2 weeks run from now to the minute; 3天后18:00 is a time on that day. A month is a calendar
  month.
- Working days (三个工作日, 3 working days) are returned as a span: only the calendar knows them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import islice

from matching.dates.date_patterns import MAX_TEXT, plain
from matching.dates.when_clock import END_OF_WORK
from matching.dates.when_feasts import Feasts, fixed_feasts
from matching.dates.when_noise import is_only_haste
from matching.dates.when_resolve import UNREADABLE, Meaning, checked, meaning
from matching.dates.when_values import Due, wall_time
from matching.dates.when_words import Asked
from matching.dates.when_zones import cut_out as zone_of
from matching.text.span import DurationError, Span, parse_duration
from matching.text.understood import CouldBe, NotRead, Read, TooManyMeanings, every

__all__ = ["Due", "DueReading", "DurationError", "Span", "parse_duration", "read_due"]

#: Codes of what is not read: past (with the time that was meant, and the next of its kind), far, clash (two
#: days that contradict each other, with each of them), haste (no time at all, with those that may do), unreadable.
DueReading = Read[Due] | CouldBe[Due] | NotRead[Due]
#: A text with more words between two times than this is none that anybody asks about.
MOST_STRETCHES = 4
#: Nobody who writes 尽快 means less than this.
LEAST_SOON = timedelta(hours=1)
_WORST_LAST = ("past", "far", "clash", "unreadable")
_BETWEEN = re.compile(r"至|到|~|—|–|或者?| to | or | - |(?<=[日号点])-")


def read_due(text: str, *, now: datetime, is_date: bool = False, feasts: Feasts = fixed_feasts) -> DueReading:
    """Read a deadline that was written at ``now`` (aware; the answer is in its zone). Never raises on any text.

    ``is_date``: it stood under a label that asks for a date (截止日期), so that 15日 is one. ``feasts``: the
    days of the desk's holidays (春节前).
    """
    if len(text) > MAX_TEXT:
        return UNREADABLE
    if moment := _iso(text.strip(), now):
        return _settled([checked(moment, now)], unsure=False)
    folded, zones = zone_of(plain(text))
    if zones and any(zone != now.utcoffset() for zone in zones):
        return _elsewhere(folded, zones, now=now, is_date=is_date, feasts=feasts)
    asked = Asked(text=folded, now=now, is_date=is_date or "截" in folded, feasts=feasts)
    try:
        reading = _settled(*every(lambda doubts: meaning(asked, doubts)))
        if isinstance(reading, NotRead) and reading.code == "unreadable" and is_only_haste(folded):
            return NotRead(code="haste", near=_soon(now))
        return _stretch(asked) or reading if isinstance(reading, NotRead) else reading
    except TooManyMeanings:
        return UNREADABLE


def _soon(now: datetime) -> tuple[Due, ...]:
    """What 尽快 may come to: the end of work today (while it is well ahead), tomorrow, and in three days."""
    days = [now.date() + timedelta(days=count) for count in (0, 1, 3)]
    ends = [wall_time(day, END_OF_WORK, now) for day in days]
    return tuple(Due(at=end) for end in ends if end - now >= LEAST_SOON)


def _elsewhere(
    text: str, zones: tuple[timedelta, ...], *, now: datetime, is_date: bool, feasts: Feasts
) -> DueReading:
    """A time by the clock of another place, in ours: to be confirmed."""
    found: list[Due] = []
    for zone in zones:
        read = read_due(text, now=now.astimezone(timezone(zone)), is_date=is_date, feasts=feasts)
        values = (read.value,) if isinstance(read, Read) else read.values if isinstance(read, CouldBe) else ()
        found += [replace(due, at=due.at.astimezone(now.tzinfo)) for due in values if due.at is not None]
    return CouldBe(values=_by_time(found)) if found else UNREADABLE


def _iso(text: str, now: datetime) -> datetime | None:
    """A full ISO 8601 moment with its offset; everything shorter goes through the words."""
    try:
        moment = datetime.fromisoformat(text)
        return None if moment.tzinfo is None else moment.astimezone(now.tzinfo)
    except (ValueError, OverflowError):  # OverflowError: year 1 or 9999 in another zone
        return None


def _settled(meanings: list[Meaning], unsure: bool) -> DueReading:
    """One reading out of all that the text can mean."""
    dues = _by_time([one for one in meanings if isinstance(one, Due)])
    faults = [one for one in meanings if isinstance(one, NotRead)]
    if dues:
        # What would be past or far is one of the meanings all the same; what is no deadline at all is none.
        doubtful = unsure or len(dues) > 1 or any(fault.code in ("past", "far") for fault in faults)
        if doubtful and len(dues) == 1:  # 12/1 on December 2: January 12, or a December 1
            dues = _by_time([*dues, *(due for one in faults if one.code == "past" for due in one.near)])
        return CouldBe(values=dues) if doubtful else Read(value=dues[0])
    fault = min(faults, key=lambda one: _WORST_LAST.index(one.code))
    near = _by_time([due for one in faults if one.code == fault.code for due in one.near])
    return replace(fault, near=near)


def _by_time(dues: list[Due]) -> tuple[Due, ...]:
    """Each moment once; what only the calendar knows comes last."""
    once = {due.at or due.span: due for due in reversed(dues)}
    return tuple(sorted(once.values(), key=lambda due: (due.at is None, due.at or due.span)))


def _stretch(asked: Asked) -> DueReading | None:
    """A stretch of time (周一至周三): due is its end to some, and to others it is due when that begins."""
    for found in islice(_BETWEEN.finditer(asked.text), MOST_STRETCHES):
        begin = _meant(replace(asked, text=asked.text[: found.start()].strip(), is_date=True))
        end = _meant(replace(asked, text=asked.text[found.end() :].strip(), is_date=True)) if begin else []
        if begin and end:
            return CouldBe(values=_by_time([*begin, *end]))
    return None


def _meant(asked: Asked) -> list[Due]:
    return [one for one in every(lambda doubts: meaning(asked, doubts))[0] if isinstance(one, Due)]
