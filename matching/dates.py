"""Calendar dates as people write them, in Chinese and English, found at a place in a text.

Only what is on the page: a date may lack its year or its day, and what that means (the next one for a
deadline, the last one for a period) is decided in :mod:`matching.when` and :mod:`matching.period`. What names
a whole moment by itself, as ledgers and programs write it, is read by :func:`read_moment`, and by nothing else.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Literal

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
        rf"(?P<d>[0-9]{{1,2}})-{_MONTH}-(?P<y>[0-9]{{4}})(?![0-9])",
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
    year_as: Literal["", "full", "short", "word"] = ""  #: 2026, 26, 今年

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
            return PartialDate(year=year, month=month, day=day, year_as=_year_as(parts.get("y"))), found.end()
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


def _year_as(text: str | None) -> Literal["", "full", "short", "word"]:
    if not text:
        return ""
    return "word" if text in _YEARS else "short" if len(text) == 2 else "full"


def _possible(year: int | None, month: int, day: int | None) -> bool:
    """Whether the calendar has such a date; 2024, a leap year, stands in for a year left out."""
    return make_date(2024 if year is None else year, month, 1 if day is None else day) is not None


def _either_order(parts: dict[str, str | None]) -> tuple[int | None, int | None]:
    """(month, day) of 13/2 or 2/13; nothing for 1/2, which is January to some and February to others."""
    first, second = number(parts["a"] or ""), number(parts["b"] or "")
    if first is None or second is None or (first <= 12 and second <= 12 and first != second):
        return None, None
    return (second, first) if first > 12 else (first, second)


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """A moment that is on the page whole. Not ``timed``: the day alone was written, and ``at`` is its midnight."""

    at: datetime
    timed: bool


#: Years that a moment may have; what lies outside is a slip or a number of another kind.
FIRST_YEAR, LAST_YEAR = 1900, 2200
_WEEKDAY = r"\(?(?:(?:周|星期|礼拜)[一二三四五六日天]|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?)\)?,?"
_BEFORE_DATE = re.compile(rf"(?:{_WEEKDAY} ?)?")
_CLOCK = re.compile(
    rf"(?:[ ,]*{_WEEKDAY})?[ ,t]*(?P<part>上午|中午|下午|晚上|凌晨|早上)?"
    rf"(?:(?P<h>[0-9]{{1,2}}):(?P<m>[0-9]{{2}})(?::(?P<s>[0-9]{{2}})(?:[.,][0-9]{{1,9}})?)?"
    rf"|(?P<hh>{NUMBER})(?P<clock>[点时])(?:整|(?P<half>半)|(?P<mm>{NUMBER})分?(?:(?P<ss>{NUMBER})秒)?)?"
    r"|(?P<hx>[0-9]{1,2})(?= ?[ap]m))? ?(?P<noon>[ap]m(?![a-z]))?"
    r" ?(?:(?P<utc>z|utc|gmt)(?![a-z]))? ?(?P<offset>[+-][0-9]{2}:?[0-9]{2})?"
)
_STAMP = re.compile(r"((?:19|20)[0-9]{6})([0-9]{4})([0-9]{2})?")


def read_moment(value: object, *, zone: tzinfo) -> Moment | None:
    """The moment that a ledger, another program or a command line means; None for what names none.

    This is the one reader of moments in the house, so that what has no offset lies in the same zone
    everywhere: ``zone``, the desk's. Reads ISO 8601, seconds (or milliseconds) since 1970, and dates with
    their year as people write them in both languages, with or without a time. What lacks its year or its day,
    has two digits of a year, or could be two days (1/2/2026) is not read. Never raises.
    """
    if isinstance(value, datetime):
        return _in_range(value if value.tzinfo else value.replace(tzinfo=zone), timed=True)
    if isinstance(value, date):
        return _in_range(datetime.combine(value, time(), zone), timed=False)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _of_number(value, zone)
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        return None
    text = fold(value)
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return _in_words(plain(text), zone)
    return _in_range(read if read.tzinfo else read.replace(tzinfo=zone), timed=len(text) > len("2026-03-01"))


def _in_range(at: datetime, *, timed: bool) -> Moment | None:
    return Moment(at=at, timed=timed) if FIRST_YEAR <= at.year <= LAST_YEAR else None


def _of_number(value: float, zone: tzinfo) -> Moment | None:
    """Seconds or milliseconds since 1970, or the digits of a date: 20260301. Serial numbers belong to a file."""
    if isinstance(value, int) and (read := _of_digits(str(value), zone)):
        return read
    seconds = value / 1000 if value > 1e11 else value
    return Moment(at=datetime.fromtimestamp(seconds, zone), timed=True) if 1e8 < seconds < 5e9 else None


def _of_digits(text: str, zone: tzinfo) -> Moment | None:
    """20260301 and 20260301093000."""
    if len(text) == 8:
        day = make_date(int(text[:4]), int(text[4:6]), int(text[6:]))
        return _in_range(datetime.combine(day, time(), zone), timed=False) if day else None
    found = _STAMP.fullmatch(text)
    try:
        return found and Moment(
            at=datetime.strptime(found[1] + found[2] + (found[3] or "00"), "%Y%m%d%H%M%S").replace(
                tzinfo=zone
            ),
            timed=True,
        )
    except ValueError:
        return None


def _in_words(text: str, zone: tzinfo) -> Moment | None:
    if text.isdigit():
        return _of_digits(text, zone)
    before = _BEFORE_DATE.match(text)
    dated = match_date(text, before.end() if before else 0, today=date(1, 1, 1))
    if dated is None:
        return None
    partial, pos = dated
    clock = _CLOCK.fullmatch(text, pos)
    if partial.year_as != "full" or partial.day is None or clock is None:
        return None
    parts = clock.groupdict()
    day = datetime(partial.year or 1, partial.month, partial.day, tzinfo=_zone(parts, zone))
    minute = _minute_of_day(parts)
    if minute is None:
        bare = not any(parts[name] for name in ("h", "hh", "hx", "noon", "utc", "offset"))
        return _in_range(day, timed=False) if bare or _may_be_evening(parts) else None
    second = number(parts["s"] or parts["ss"] or "0") or 0
    return _in_range(day + timedelta(minutes=minute, seconds=second), timed=True) if second < 60 else None


def _zone(parts: dict[str, str | None], zone: tzinfo) -> tzinfo:
    offset = (parts["offset"] or "").replace(":", "")
    if not offset:
        return UTC if parts["utc"] else zone
    minutes = int(offset[1:3]) * 60 + int(offset[3:])
    return timezone(timedelta(minutes=min(minutes, 1439) * (-1 if offset[0] == "-" else 1)))


def _minute_of_day(parts: dict[str, str | None]) -> int | None:
    """Minutes after midnight; None for no time, an impossible one, or one that lacks its half of the day."""
    hour = number(parts["h"] or parts["hh"] or parts["hx"] or "")
    minute = 30 if parts["half"] else number(parts["m"] or parts["mm"] or "0")
    part = parts["part"] or parts["noon"]
    if (
        hour is None
        or minute is None
        or minute > 59
        or hour * 60 + minute > 24 * 60
        or _may_be_evening(parts)
    ):
        return None
    if part is not None and hour <= 12:
        if part in ("下午", "晚上", "pm"):
            hour = (24 if part == "晚上" else 12) if hour == 12 else hour + 12
        elif part == "中午":
            hour += 12 if hour <= 3 else 0
        else:
            hour %= 12
    return hour * 60 + minute


def _may_be_evening(parts: dict[str, str | None]) -> bool:
    """3点 with no 上午 or 下午 beside it: the day is known, the time is not."""
    hour = number(parts["hh"] or "")
    return hour is not None and "点" in (parts["clock"] or "") and hour < 12 and not parts["part"]
