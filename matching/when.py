"""When an answer is due, from the words that officers type: 三天内, 周五18:00前, by Friday 18:00.

A deadline is read whole or not at all: a word that is not understood makes it unreadable, because a
guessed deadline is worse than a question. The rules for days stand in :mod:`matching.when_days`, for times of
day in :mod:`matching.when_clock`; besides:

- A day without a time means the end of work, 18:00; 今天 after 18:00 means 23:59.
- A time without a day means today, or tomorrow if it has passed. A spoken hour that has passed today
  (今天8点 at ten in the morning) means the evening.
- 3天, 48小时, 2 weeks run from now to the minute; 3天后18:00 is a time on that day. A month is a calendar
  month.
- Working days (三个工作日, 3 working days) are returned as a span: only the calendar knows them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from matching.dates import MAX_TEXT, add_months, plain
from matching.numerals import NUMBER
from matching.span import DurationError, Span, parse_duration
from matching.when_clock import END_OF_DAY, END_OF_WORK, Clock, match_clock, match_part, minutes
from matching.when_days import Days, match_day
from matching.when_spans import Length, match_span

__all__ = ["Due", "DueProblem", "DurationError", "Span", "parse_duration", "read_due"]

#: Further ahead than this, a deadline is taken for a slip.
FARTHEST = timedelta(days=366)
#: As many working days as a year can have.
MOST_WORKING_DAYS = 262

#: Words for "from now on" that begin with the name of a day.
_FROM_NOW = re.compile(
    r"(?:自|从)?(?:今天|今日|即日|现在|收到|接到)(?:之日)?(?:起|后)(?:算)?|from (?:now|today)(?: on)?"
)
#: Words that say nothing about when. Tried last, so that they never take a piece of a day or a time.
_SKIP = re.compile(
    r"[\s,.;:!~、。()\[\]【】《》|·*\"'“”]+"
    r"|请|务必|务请|尽量|最好|争取|需要|需|须|要求|要|最晚|最迟|不迟于|不晚于|不超过|不得超过|限期|限于|期限|时限|限"
    r"|截止日期|截止时间|截止到|截止|截至|为止|止|之前|以前|前|之内|以内|内|之后|以后|过后|后|再过|在|于|到|至|过"
    r"|回复|答复|反馈|回函|完成|办结|提交|给|结果|的|左右|整|为|是|包?含(?:当[天日])?"
    r"|(?:not? later than|at the latest|latest|or (?:earlier|sooner)|local time|by|before|until|till?|within"
    r"|in|at|the|on|of|please|reply|replied|answer(?:ed)?|response|due|deadline|end|after|sharp|needed|needs?"
    r"|it|is|and|t)(?![a-z])"
)
#: Wordings that the rules know in another form.
_REWORDED = (
    (re.compile(r"\btonight\b"), "today evening"),
    (re.compile(r"\bthis (?=morn|noon|after|even)"), "today "),
    (re.compile(r"\ba fortnight\b"), "2 weeks"),
    # 三日 by itself, and 限三日, are three days; 3日前 is the third of the month.
    (re.compile(rf"^(?:限期?)?({NUMBER})日$"), r"\1日内"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """A deadline that was understood.

    ``at`` is the moment, in the zone of ``now``; None when it counts working days, which only a calendar can
    resolve. ``span`` is the length as it was written, None when a day or a time was named.
    """

    at: datetime | None = None
    span: Span | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DueProblem:
    """Why a deadline cannot be used: it lies in the past, too far ahead, or is not understood."""

    code: Literal["past", "unreadable", "far"]
    at: datetime | None = None


@dataclass(kw_only=True, slots=True)
class _Words:
    """What has been found so far; each at most once, lengths add up (2天12小时)."""

    days: Days | None = None
    part: str | None = None
    clock: Clock | None = None
    lengths: list[Length] = field(default_factory=list)


def read_due(text: str, *, now: datetime) -> Due | DueProblem:
    """Read a deadline. ``now`` is aware; the answer is in its zone. Never raises on any text."""
    if len(text) > MAX_TEXT:
        return DueProblem(code="unreadable")
    if moment := _iso(text.strip(), now):
        return _checked(moment, now)
    folded = plain(text)
    for wording, known in _REWORDED:
        folded = wording.sub(known, folded)
    words = _scan(folded, now.date())
    if words is None:
        return DueProblem(code="unreadable")
    minute = minutes(words.part, words.clock)
    if words.lengths:
        return _from_span(words, minute, now)
    if words.days is None and minute is None:
        return DueProblem(code="unreadable")
    return _from_days(words.days or (now.date(), now.date() + timedelta(days=1)), minute, words, now)


def _iso(text: str, now: datetime) -> datetime | None:
    """A full ISO 8601 moment with its offset; everything shorter goes through the words."""
    try:
        moment = datetime.fromisoformat(text)
        return None if moment.tzinfo is None else moment.astimezone(now.tzinfo)
    except (ValueError, OverflowError):  # OverflowError: year 1 or 9999 in another zone
        return None


def _scan(text: str, today: date) -> _Words | None:
    """Find the words from left to right; None when one is left over, or one kind comes twice."""
    words, pos = _Words(), 0
    while pos < len(text):
        end = _next(text, pos, words, today)
        if end is None:
            return None
        pos = end
    return words


def _next(text: str, pos: int, words: _Words, today: date) -> int | None:
    if from_now := _FROM_NOW.match(text, pos):
        return from_now.end()
    if length := match_span(text, pos):
        words.lengths.append(length[0])
        return length[1]
    if (clock := match_clock(text, pos)) and words.clock is None:
        words.clock = clock[0]
        return clock[1]
    if day := match_day(text, pos, today=today):
        words.days = day[0] if words.days is None else _agreed(words.days, day[0])
        return day[1] if words.days else None
    if (part := match_part(text, pos)) and words.part in (None, part[0]):
        words.part = part[0]
        return part[1]
    skipped = _SKIP.match(text, pos)
    return skipped.end() if skipped else None


def _agreed(one: Days, other: Days) -> Days:
    """The days that both wordings allow, as in 12月1日（周二）; none when they contradict each other."""
    for days, name in ((one, other), (other, one)):
        if len(name) == 2 and name[1] - name[0] == timedelta(weeks=1):  # a bare weekday
            return tuple(d for d in days if d.weekday() == name[0].weekday())
    return tuple(d for d in one if d in other)


def _from_span(words: _Words, minute: int | None, now: datetime) -> Due | DueProblem:
    seconds = sum(length.seconds for length in words.lengths)
    working_days = sum(length.working_days for length in words.lengths)
    months = sum(length.months for length in words.lengths)
    if words.days is not None or (working_days and (months or minute is not None)):
        return DueProblem(code="unreadable")
    if seconds > FARTHEST.total_seconds() or working_days > MOST_WORKING_DAYS or months > 12:
        return DueProblem(code="far")
    if working_days:
        return Due(span=Span(working_days=working_days, seconds=seconds))
    if minute is not None:
        if not all(length.whole_days for length in words.lengths):
            return DueProblem(code="unreadable")
        day = add_months(now.date(), months) + timedelta(seconds=seconds)
        return _from_days((day,), minute, words, now)
    start = datetime.combine(add_months(now.date(), months), now.time(), tzinfo=now.tzinfo)
    at = (start.astimezone(UTC) + timedelta(seconds=seconds)).astimezone(now.tzinfo)
    checked = _checked(at, now)
    return checked if months or isinstance(checked, DueProblem) else Due(at=at, span=Span(seconds=seconds))


def _from_days(days: Days, minute: int | None, words: _Words, now: datetime) -> Due | DueProblem:
    today = now.date()
    if abs(days[0].year - today.year) > 10:  # also keeps clear of the ends of the calendar
        return DueProblem(code="far" if days[0] > today else "past")
    moments = []
    for day in days:
        moments.append(_moment(day, END_OF_WORK if minute is None else minute, now))
        if minute is not None and day == today and _may_mean_evening(minute, words):
            moments.append(_moment(day, minute + 12 * 60, now))
    if minute is None and days == (today,):
        moments.append(_moment(today, END_OF_DAY - 1, now))
    ahead = [moment for moment in moments if moment > now]
    return _checked(ahead[0] if ahead else moments[0], now)


def _may_mean_evening(minute: int, words: _Words) -> bool:
    return minute < 12 * 60 and words.part is None and words.clock is not None and words.clock.spoken


def _moment(day: date, minute: int, now: datetime) -> datetime:
    """Local wall time, moved on where a change of clocks leaves that time out."""
    wall = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minute)
    return wall.replace(tzinfo=now.tzinfo).astimezone(UTC).astimezone(now.tzinfo)


def _checked(at: datetime, now: datetime) -> Due | DueProblem:
    if at <= now:
        return DueProblem(code="past", at=at)
    if at - now > FARTHEST:
        return DueProblem(code="far", at=at)
    return Due(at=at)
