"""Calendar dates as people write them, in Chinese and English, found at a place in a text.

Only what is on the page: a date may lack its year or its day, and what that means (the next one for a
deadline, the last one for a period) is decided in :mod:`matching.when` and :mod:`matching.period`.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from matching.normalise import fold
from matching.numerals import NUMBER, number

#: Nobody writes a deadline or a period longer than this; what is longer is prose, and is not scanned.
MAX_TEXT = 200

_CJK = "\u3007\u3400-\u9fff"
_SPACE_AT_CJK = re.compile(rf"(?<=[{_CJK}])\s+|\s+(?=[{_CJK}])")

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH = "(?P<mon>" + "|".join([*_MONTHS, "sept", *(m[:3] for m in _MONTHS)]) + r")(?![a-z])\.?"
_ORD = r"(?:st|nd|rd|th)?(?![a-z0-9:])"
_YEARS = {"前": -2, "去": -1, "上": -1, "今": 0, "本": 0, "当": 0, "明": 1, "后": 2}
_Y = r"(?P<y>[0-9]{4}|[0-9]{2}|[零〇○一二三四五六七八九]{4}|[前去今本当明后])年"
_M = rf"(?P<m>{NUMBER})月份?"
_D = rf"(?P<d>{NUMBER})(?:日|号|(?![0-9点时:个天周年月]))"

#: Most telling first: the first that fits wins.
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_Y}{_M}{_D}",
        rf"{_Y}{_M}",
        r"(?P<y>[0-9]{4}) ?([-/.]) ?(?P<m>[0-9]{1,2}) ?\2 ?(?P<d>[0-9]{1,2})(?![0-9])日?",
        r"(?P<y>(?:19|20)[0-9]{2})(?P<m>[0-9]{2})(?P<d>[0-9]{2})(?![0-9])",
        r"(?P<a>[0-9]{1,2})([-/.])(?P<b>[0-9]{1,2})\2(?P<y>[0-9]{4})(?![0-9])",
        r"(?P<y>(?:19|20)[0-9]{2}) ?[-/.] ?(?P<m>[0-9]{1,2})(?![0-9:])",
        rf"{_M}{_D}",
        rf"{_M}",
        rf"{_MONTH},? ?(?P<y>[0-9]{{4}})(?![0-9:])",
        rf"{_MONTH} ?(?:the )?(?P<d>[0-9]{{1,2}}){_ORD}(?:,? ?(?P<y>[0-9]{{4}})(?![0-9:]))?",
        rf"(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)? ?(?:of )?{_MONTH}(?:,? ?(?P<y>[0-9]{{4}})(?![0-9:]))?",
        rf"{_MONTH}",
        r"(?P<m>[0-9]{1,2})([-/.])(?P<d>[0-9]{1,2})(?![0-9])(?!\2[0-9])日?",
    )
)


@dataclass(frozen=True, kw_only=True, slots=True)
class PartialDate:
    """A date as written; ``None`` where the year or the day was left out."""

    year: int | None
    month: int
    day: int | None

    def on(self, year: int) -> date | None:
        """This date in that year; None if there is none (30 February). Without a day: the first."""
        return make_date(year, self.month, self.day or 1)


def plain(text: str) -> str:
    """Fold a text for reading dates: simplified, half-width, lower case, no spaces
    beside Chinese characters (``周五 18:00`` and ``周五18:00`` are the same).
    """
    return _SPACE_AT_CJK.sub("", fold(text).lower())


def make_date(year: int, month: int, day: int) -> date | None:
    """The date, or None if the calendar has no such day."""
    if not (1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]):
        return None
    return date(year, month, day)


def last_of_month(year: int, month: int) -> date:
    """The last day of a month; months past 12 run on into the next years."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, calendar.monthrange(year, month)[1])


def add_months(day: date, months: int) -> date:
    """The same day so many months later (or earlier), or the last of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def match_date(text: str, pos: int, *, today: date) -> tuple[PartialDate, int] | None:
    """The date that starts at ``pos`` of a :func:`plain` text, and where it ends; None if none does.

    ``today`` gives 今年, 明年, 去年 their year. 12/1 is December 1, as in 12月1日; 1/12/2026 is read only
    where one order is possible.
    """
    for found in _candidates(text, pos):
        parts = found.groupdict()
        month, day = _either_order(parts) if "a" in parts else (_month(parts), number(parts.get("d") or ""))
        year = _year(parts.get("y"), today)
        if month is not None and _possible(year, month, day):
            return PartialDate(year=year, month=month, day=day), found.end()
    return None


def _candidates(text: str, pos: int) -> Iterator[re.Match[str]]:
    for pattern in _PATTERNS:
        if found := pattern.match(text, pos):
            yield found


def _month(parts: dict[str, str | None]) -> int | None:
    if name := parts.get("mon"):
        return next(n for n, month in enumerate(_MONTHS, start=1) if month.startswith(name[:3]))
    return number(parts.get("m") or "")


def _year(text: str | None, today: date) -> int | None:
    if text is None:
        return None
    if text in _YEARS:
        return today.year + _YEARS[text]
    year = number(text)
    return 2000 + year if year is not None and len(text) == 2 else year


def _possible(year: int | None, month: int, day: int | None) -> bool:
    """Whether the calendar has such a date; 2024, a leap year, stands in for a year left out."""
    return make_date(2024 if year is None else year, month, 1 if day is None else day) is not None


def _either_order(parts: dict[str, str | None]) -> tuple[int | None, int | None]:
    """(month, day) of 13/2 or 2/13; nothing for 1/2, which is January to some and February to others."""
    first, second = number(parts["a"] or ""), number(parts["b"] or "")
    if first is None or second is None or (first <= 12 and second <= 12 and first != second):
        return None, None
    return (second, first) if first > 12 else (first, second)
