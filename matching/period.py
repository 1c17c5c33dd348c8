"""The period that a request is about: two dates, however they are written.

- Between the dates: 至, 到, ``-``, ``..``, ``to``, and the like; times of day are read over.
- A month or a year means all its days (2026-02, 2026年2月, 2026年, Feb 2026).
- A year left out is the last one in which the period had begun: a request asks about what was.
- 近三个月, last 30 days: up to today, and beginning that long before; so too 上个月, 今年以来, 至今.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from matching.dates import MAX_TEXT, add_months, last_of_month, make_date, match_date, plain
from matching.numerals import ENGLISH, NUMBER, number

Period = tuple[date, date]

#: A period without years that would run longer than this over New Year was written the wrong way round.
LONGEST_WRAP = timedelta(days=183)
#: "last 30 years" is read, "last 3000 years" is a slip.
MOST_YEARS = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class PeriodProblem:
    """Why a period cannot be used; ``hint`` is the period that was probably meant, if there is one."""

    code: Literal["unreadable", "swapped"]
    hint: Period | None = None


_BETWEEN = re.compile(
    r"\s*(?:起?[至到]|--?|—+|–+|~+|〜|～|\.{2,}|…+|→|->|,|、|(?:to|until|till|through|and)(?![a-z]))\s*"
)
_TIME = re.compile(
    r"[\s,t]*(?:[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?|[0-9]{1,2}[时点](?:[0-9]{1,2}分?)?)(?:许|左右)?"
)
_AROUND = re.compile(
    r"^(?:[ .,;。()\[\]]|自|从|在|于|from |between |during |in |on )+"
    r"|(?:[ .,;。()\[\]]|期间|之间|间|止|为止|的)+$"
)
_NOW = re.compile(r"今日?|现在|目前|now|today|present|date")
_DAY = re.compile(rf"(?P<d>{NUMBER})[日号]?(?:st|nd|rd|th)?(?![0-9a-z])(?:,? ?(?P<y>[0-9]{{4}})(?![0-9:]))?")
_MONTHS_OF = re.compile(rf"(?:(?P<y>[0-9]{{4}})年)?(?P<a>{NUMBER})月?[-~—–至到](?P<b>{NUMBER})月份?")
_YEAR = re.compile(r"(?P<y>[0-9]{4}|[今去前本上])年(?:度|全年)?|(?P<n>(?:19|20)[0-9]{2})(?![0-9./-])")
_SINCE = re.compile(r"以来|起|起?[至到]今|开始")

_ENGLISH = "|".join(sorted(ENGLISH, key=len, reverse=True))
_UNITS = {"天": "day", "日": "day", "周": "week", "星期": "week", "礼拜": "week", "月": "month", "年": "year"}
_LAST = re.compile(
    r"(?:最近|近|过去|前|此前|last|past|previous|recent)(?:的| the)? ?"
    rf"(?:(?P<n>{NUMBER}|{_ENGLISH}) ?)?(?P<half>半)?个?"
    r"(?P<unit>天|日|周|星期|礼拜|月|年|day|week|month|year)s?(?:内|以来|来)?"
)
_NAMED = re.compile(
    r"(?P<which>上上|上|本|这|当|last|previous|this) ?个?"
    r"(?P<unit>周|星期|礼拜|月|week|month|year)(?:以来|内|份)?"
    r"|(?P<day>今天|昨天|前天|今日|昨日|today|yesterday)"
)
#: The 1 of "1-28 Feb", which is no January 28.
_DAY_FIRST = re.compile(
    r"(?P<d>[0-9]{1,2})(?:st|nd|rd|th)?(?= ?(?:[-–—~]|to) ?[0-9]{1,2}(?:st|nd|rd|th)? ?(?:of )?[a-z]{3})"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class _End:
    """One end of a period as written: what was left out is None."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    def first(self, year: int) -> date | None:
        return make_date(year, self.month or 1, self.day or 1)

    def last(self, year: int) -> date | None:
        if self.day is not None:
            return self.first(year)
        return last_of_month(year, self.month or 12) if 1 <= year <= 9999 else None


def read_period(text: str, *, today: date) -> Period | PeriodProblem | None:
    """The first and last day of the period; None for an empty text. Never raises on any text."""
    if len(text) > MAX_TEXT:
        return PeriodProblem(code="unreadable")
    folded = _AROUND.sub("", plain(text))
    if not folded:
        return None
    if folded.startswith("since "):
        folded = f"{folded.removeprefix('since ')}至今"
    for reading in (_counted, _named, _months_of):
        if period := reading(folded, today):
            return period
    return _dates(folded, today)


def _counted(text: str, today: date) -> Period | None:
    """近三个月, 近半年, last 30 days: up to today."""
    found = _LAST.fullmatch(text)
    if found is None or not (found["n"] or found["half"] or text.startswith("past ")):
        return None
    unit = _UNITS.get(found["unit"], found["unit"])
    count = number(found["n"] or "1")
    if count is None or count > MOST_YEARS * 366:
        return None
    if found["half"]:
        if unit not in ("month", "year") or found["n"]:
            return None
        return (add_months(today, -6) if unit == "year" else today - timedelta(days=15)), today
    if unit in ("day", "week"):
        return today - timedelta(days=count * (7 if unit == "week" else 1)), today
    months = count * (12 if unit == "year" else 1)
    return (add_months(today, -months), today) if months <= MOST_YEARS * 12 else None


def _named(text: str, today: date) -> Period | None:
    """上个月, 本周, 昨天, last month: all of it; what is still running ends today."""
    found = _NAMED.fullmatch(text)
    if found is None:
        return None
    if name := found["day"]:
        day = today - timedelta(days={"今": 0, "昨": 1, "前": 2, "t": 0, "y": 1}[name[0]])
        return day, day
    back = {"上上": 2, "上": 1, "last": 1, "previous": 1}.get(found["which"], 0)
    unit = _UNITS.get(found["unit"], found["unit"])
    if unit == "week":
        first = today - timedelta(days=today.weekday(), weeks=back)
        last = first + timedelta(days=6)
    elif unit == "month":
        first = add_months(today.replace(day=1), -back)
        last = last_of_month(first.year, first.month)
    else:
        first, last = date(today.year - back, 1, 1), date(today.year - back, 12, 31)
    return first, min(last, today)


def _months_of(text: str, today: date) -> Period | None:
    """1-3月, 2026年1-3月."""
    found = _MONTHS_OF.fullmatch(text)
    if found is None:
        return None
    first, last = number(found["a"]), number(found["b"])
    if not (first and last and 1 <= first <= last <= 12):
        return None
    year = int(found["y"]) if found["y"] else today.year - (first > today.month)
    start = make_date(year, first, 1)
    return (start, last_of_month(year, last)) if start else None


def _dates(text: str, today: date) -> Period | PeriodProblem:
    """One date, or two with something between them."""
    unreadable = PeriodProblem(code="unreadable")
    if (found := _end_at(text, 0, today)) is None:
        return unreadable
    begin, pos = found
    if pos == len(text):
        return _whole(begin, today) or unreadable
    if _SINCE.fullmatch(text, pos):
        start = _latest(begin, today)
        return (start, today) if start and start <= today else unreadable
    between = _BETWEEN.match(text, pos)
    if between is None:
        return unreadable
    if _NOW.fullmatch(text, between.end()):
        until: _End | None = _End(year=today.year, month=today.month, day=today.day)
    else:
        found = _end_at(text, between.end(), today)
        until = found[0] if found and found[1] == len(text) else None
    if until is None:
        return unreadable
    return _between(*_completed(begin, until), today) or unreadable


def _end_at(text: str, pos: int, today: date) -> tuple[_End, int] | None:
    """A date, a month, a year, or a bare day at ``pos``; a time of day after it is read over."""
    if day := _DAY_FIRST.match(text, pos):
        found, end = _End(day=number(day["d"])), day.end()
    elif dated := match_date(text, pos, today=today):
        partial, end = dated
        found = _End(year=partial.year, month=partial.month, day=partial.day)
    elif year := _YEAR.match(text, pos):
        named = {"今": 0, "本": 0, "去": -1, "上": -1, "前": -2}.get(year["y"] or "")
        found = _End(year=int(year["y"] or year["n"]) if named is None else today.year + named)
        end = year.end()
    elif day := _DAY.match(text, pos):
        found = _End(day=number(day["d"]), year=int(day["y"]) if day["y"] else None)
        end = day.end()
    else:
        return None
    time = _TIME.match(text, end)
    return found, time.end() if time else end


def _completed(begin: _End, until: _End) -> tuple[_End, _End]:
    """2月1日-28日 and 1-28 Feb: the month that one end lacks is the other's."""
    if begin.month is None and begin.day is not None:
        begin = _End(year=begin.year, month=until.month, day=begin.day)
    if until.month is None and until.day is not None:
        until = _End(year=until.year, month=begin.month, day=until.day)
    return begin, until


def _whole(end: _End, today: date) -> Period | None:
    """A single day, month or year by itself; a bare day number says too little."""
    start = None if end.month is None and end.day is not None else _latest(end, today)
    last = end.last(start.year) if start else None
    return (start, last) if start and last else None


def _latest(end: _End, today: date) -> date | None:
    """The first day of it, in its year or else in the last year in which it had begun."""
    if end.year is not None:
        return end.first(end.year)
    # Nine years reach back to the last February 29 even around 2100.
    years = range(today.year, today.year - 9, -1)
    return next((d for year in years if (d := end.first(year)) and d <= today), None)


def _between(begin: _End, until: _End, today: date) -> Period | PeriodProblem | None:
    if (begin.month is None and begin.day is not None) or (until.month is None and until.day is not None):
        return None
    if begin.year is None and until.year is not None:
        start, last = begin.first(until.year), until.last(until.year)
        if start and last and start > last:
            start = begin.first(until.year - 1)
    else:
        start = _latest(begin, today)
        last = until.last(until.year or start.year) if start else None
        if start and last and last < start and until.year is None:
            return _over_new_year(begin, until, start)
    if start is None or last is None:
        return None
    if last < start:
        first, end = until.first(last.year), begin.last(start.year)
        return PeriodProblem(code="swapped", hint=(first, end) if first and end else None)
    return start, last


def _over_new_year(begin: _End, until: _End, start: date) -> Period | PeriodProblem | None:
    """12月20日-1月10日 runs into the next year; 3月1日-2月1日 is the wrong way round."""
    last = until.last(start.year + 1)
    if last is None or last - start <= LONGEST_WRAP:
        return (start, last) if last else None
    first, end = until.first(start.year), begin.last(start.year)
    return PeriodProblem(code="swapped", hint=(first, end) if first and end else None)
