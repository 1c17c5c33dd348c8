"""The words of a deadline, from left to right: days, parts of a day, a clock, lengths. Read whole or not at all."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime

from matching.dates.when_clock import Clock, match_clock, match_clock_like_length, match_part
from matching.dates.when_days import Days, days_of_month, match_day
from matching.dates.when_feasts import Feasts, match_feast
from matching.dates.when_noise import (
    only_noise,
    skip_from_now,
    skip_later,
    skip_noise,
    skip_onward,
    skip_since,
)
from matching.dates.when_spans import Length, match_span
from matching.text.numerals import NUMBER, number
from matching.text.understood import Doubts

#: 15日, which is a day of the month or a length; what follows it may tell.
_BARE = re.compile(rf"(?P<d>{NUMBER})日(?!内|之内|以内|后|之后|以后)(?P<before>之前|以前|前)?")
_LIMIT = re.compile(r"限|期限|时限")
#: Nobody counts as many days as this by 日 alone: 15日 is asked about, 10日 may be ten days.
SHORT_LENGTH = 10
#: A day of the month so near is meant as that.
NEAR_DAYS = 2
DAY = 86_400
#: Labels of a deadline that ask for a date, folded: 15日 under them is no length.
DATE_LABELS = frozenset({"截止", "截止日期", "截止日", "截止时间", "duedate"})
#: Nobody says a day, or a length, in more pieces than this.
MOST_ALIKE = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What is asked of the reader: a plain text, and what is known beside it."""

    text: str
    now: datetime
    is_date: bool
    feasts: Feasts

    @property
    def today(self) -> date:
        return self.now.date()


@dataclass(kw_only=True, slots=True)
class Words:
    """What has been found; a clock at most once, lengths add up (2天12小时)."""

    days: list[Days] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    clock: Clock | None = None
    lengths: list[Length] = field(default_factory=list)
    since: bool = False  #: the length counts from the day, not from now
    inclusive: bool = False  #: which is its first day to some


def scan(asked: Asked, doubts: Doubts) -> Words | None:
    """Find the words; None when one is left over, or a clock comes twice."""
    words, pos = Words(), 0
    while pos < len(asked.text):
        end = _next(asked, pos, words, doubts)
        if end is None or max(len(words.days), len(words.parts), len(words.lengths)) > MOST_ALIKE:
            return None
        pos = end
    return words


def _next(asked: Asked, pos: int, words: Words, doubts: Doubts) -> int | None:  # noqa: PLR0911
    text = asked.text
    if (end := skip_from_now(text, pos)) is not None:
        return end
    if words.clock is None and (clock := match_clock_like_length(text, pos, doubts)):
        words.clock = clock[0]
        return clock[1]
    if length := match_span(text, pos, doubts):
        words.lengths.append(length[0])
        return skip_later(text, length[1])
    if words.clock is None and (clock := match_clock(text, pos, doubts)):
        words.clock = clock[0]
        return clock[1]
    if part := match_part(text, pos):
        words.parts.append(part[0])
        return part[1]
    if (end := _bare_day(asked, pos, words, doubts)) is not None:
        return end
    if day := match_feast(text, pos, asked.feasts, today=asked.today) or match_day(
        text, pos, today=asked.today, doubts=doubts
    ):
        words.days.append(day[0])
        if (end := skip_onward(text, day[1])) is not None:
            words.since = words.inclusive = True
        return end or day[1]
    if (end := skip_since(text, pos)) is not None:
        words.since = True
        return end
    return skip_noise(text, pos)


def _bare_day(asked: Asked, pos: int, words: Words, doubts: Doubts) -> int | None:
    """15日 alone is the 15th, or 15 days: which of them is asked, unless the other is out of the question."""
    found = _BARE.match(asked.text, pos)
    count = number(found["d"]) if found else None
    if found is None or not count:
        return None
    days = days_of_month(count, asked.today)
    alone = not (words.days or words.parts or words.clock) and only_noise(asked.text, found.end())
    if alone and not asked.is_date and _is_length(asked, found, days, doubts):
        words.lengths.append(Length(seconds=count * DAY, whole_days=True))
        return found.end()
    if not days:
        return None
    words.days.append(Days(days=days, every="month"))
    end = skip_onward(asked.text, found.end())
    words.since = words.inclusive = words.since or end is not None
    return end or found.end()


def _is_length(asked: Asked, found: re.Match[str], days: tuple[date, ...], doubts: Doubts) -> bool:
    """Whether N日, and nothing beside it, is a length in this run."""
    count = number(found["d"]) or 0
    near = any((day - asked.today).days in range(NEAR_DAYS + 1) for day in days)
    short = count <= SHORT_LENGTH
    if near and not short:
        return False
    if found["before"]:  # a length that ends before something is none, but 3日前 may be three days ago
        if not short or near:
            return False
        doubts.unsure = True
    elif short and not near and (not found["d"].isascii() or _LIMIT.search(asked.text[: found.start()])):
        return True
    return doubts.pick("日", ("date", "length")) == "length" if days else True
