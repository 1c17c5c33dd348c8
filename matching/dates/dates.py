"""Calendar dates as people write them, in Chinese and English, found at a place in a text.

Only what is on the page: a date may lack its year or its day, and what that means (the next one for a
deadline, the last one for a period) is decided in :mod:`matching.dates.when` and :mod:`matching.dates.period`.
What names a whole moment by itself, as ledgers and programs write it, is read by :func:`read_moment`, and by
nothing else.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Literal

from matching.dates.date_patterns import MAX_TEXT, MONTHS, PATTERNS, YEARS, plain
from matching.text.normalise import fold
from matching.text.numerals import NUMBER, number, ordinal
from matching.text.understood import Doubts

YearAs = Literal["", "full", "short", "word"]


@dataclass(frozen=True, kw_only=True, slots=True)
class PartialDate:
    """A date as written; ``None`` where the year or the day was left out."""

    year: int | None
    month: int
    day: int | None
    year_as: YearAs = ""  #: 2026, 26, 今年

    def on(self, year: int) -> date | None:
        """This date in that year; None if there is none (30 February). Without a day: the first."""
        return make_date(year, self.month, self.day or 1)


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


def match_date(
    text: str, pos: int, *, today: date, order: Doubts | None = None
) -> tuple[PartialDate, int] | None:
    """The date that starts at ``pos`` of a :func:`plain` text, and where it ends; None if none does.

    ``today`` gives 今年, 明年, 去年 their year. 12.3 is December 3, as in 12月3日; 1/12, 1-12 and 1/12/2026
    are read where one order is possible, or in the order that ``order`` decides on.
    """
    for found in _candidates(text, pos):
        parts = found.groupdict()
        read: tuple[int | None, int, int | None] | None
        if "a" in parts:
            read = _in_order(parts, order, today)
        else:
            day = number(parts.get("d") or "") or _ordinal(parts.get("o"))
            month = _month(parts)
            unknown = month is None or (parts.get("o") and day is None)  # "May twenty people"
            read = None if unknown else (_year(parts.get("y"), today), month or 0, day)
        if read is not None and _possible(*read):
            year_as: YearAs = "short" if parts.get("c") else _year_as(parts.get("y"))
            return PartialDate(year=read[0], month=read[1], day=read[2], year_as=year_as), found.end()
    return None


def _candidates(text: str, pos: int) -> Iterator[re.Match[str]]:
    for pattern in PATTERNS:
        if found := pattern.match(text, pos):
            yield found


def _ordinal(text: str | None) -> int | None:
    return (ordinal(text) or number(text)) if text else None


def _month(parts: dict[str, str | None]) -> int | None:
    if name := parts.get("mon"):
        return next(n for n, month in enumerate(MONTHS, start=1) if month.startswith(name[:3]))
    return 1 if parts.get("m") == "元" else number(parts.get("m") or "")


def _year(text: str | None, today: date) -> int | None:
    if text is None:
        return None
    if text in YEARS:
        return today.year + YEARS[text]
    if len(text) == 2 and not text.isascii():
        digits = [number(c) for c in text]
        return 2000 + 10 * (digits[0] or 0) + (digits[1] or 0)
    year = number(text)
    return 2000 + year if year is not None and len(text) == 2 else year


def _year_as(text: str | None) -> YearAs:
    if not text:
        return ""
    return "word" if text in YEARS else "short" if len(text) == 2 else "full"


def _possible(year: int | None, month: int, day: int | None) -> bool:
    """Whether the calendar has such a date; 2024, a leap year, stands in for a year left out."""
    return make_date(2024 if year is None else year, month, 1 if day is None else day) is not None


def _is_month_first(parts: dict[str, str | None]) -> bool:
    """12.3, 09-01 and 12/3日 are written by people who put the month first; 12/3 is written by all."""
    padded = parts["sep"] == "-" and len(parts["a"] or "") == len(parts["b"] or "") == 2
    return parts["sep"] in (".", "·") or padded or bool(parts.get("zh"))


def _in_order(
    parts: dict[str, str | None], order: Doubts | None, today: date
) -> tuple[int | None, int, int] | None:
    """(year, month, day) of 13/2 or 2/13; of 1/2, which is January to some and February to others, only where
    somebody decides. Two digits of a year may stand at either end."""
    a, b, c = (number(parts.get(name) or "") for name in "abc")
    if a is None or b is None:
        return None
    year = 2000 + c if c is not None else _year(parts.get("y"), today)
    ways = {"md": (year, a, b), "dm": (year, b, a)}
    if c is not None:
        ymd: dict[str, tuple[int | None, int, int]] = (
            {"ymd": (2000 + a, b, c)} if len(parts["a"] or "") == 2 else {}
        )
        ways = ways | ymd if len(parts["c"] or "") == 2 else ymd
    if year is None and _possible(None, a, b) and _is_month_first(parts):
        return ways["md"]
    possible = {name: way for name, way in ways.items() if _possible(*way)}
    if c is not None:  # 31/12/26 is of this year rather than of 2031
        near = {name: way for name, way in possible.items() if abs((way[0] or 0) - today.year) <= 1}
        possible = near or possible
    distinct = list({way: name for name, way in reversed(possible.items())}.values())[::-1]
    if not distinct or (len(distinct) > 1 and order is None):
        return None
    chosen = order.decide("order", distinct, alike=possible) if order else distinct[0]
    return possible[chosen] if chosen else None


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
