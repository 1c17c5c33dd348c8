"""More periods that are named: the last 24 hours, 2026年一季度到三季度, week 40, last week from Tue to Thu.

Each rule gives the first and the last day, or nothing where it would have to guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from matching.dates.date_patterns import MONTHS
from matching.dates.dates import add_months, last_of_month, make_date
from matching.dates.period_words import Period, year_of
from matching.text.numerals import ENGLISH_NUMBER, NUMBER, number
from matching.text.understood import Doubts

_DAY = timedelta(days=1)
#: Nobody asks for the last 1,000 hours.
MOST_HOURS = 240
#: Week 3 of a year may be its third seven days; week 40 is that of the calendar (ISO 8601, GB/T 7408).
FIRST_SURE_WEEK = 6
MOST_AGO = 400
_NTH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_HOURS = re.compile(
    rf"(?:最近|近|过去|前|此前)的?(?P<n>{NUMBER})个?小时(?:内|以来)?"
    rf"|(?:(?:in|over|for|during) )?(?:the )?(?:last|past|previous) (?P<e>[0-9]{{1,3}}|{ENGLISH_NUMBER}) ?h(?:ou)?rs?"
)
_QUARTERS = re.compile(
    r"(?:(?P<y>(?:19|20)[0-9]{2}|[今去前])年的?)?第?(?P<a>[一二三四1-4])(?:季度?)?[至到~—–-]+第?(?P<b>[一二三四1-4])季度?"
)
_WEEK = re.compile(
    rf"(?P<y>(?:19|20)[0-9]{{2}}|[今去前])年的?第(?P<n>{NUMBER})(?:周|个?(?:星期|礼拜))"
    r"|(?:calendar )?(?:week|wk|cw) ?(?P<e>[0-9]{1,2})(?:(?:,| of| in)? ?(?P<ey>(?:19|20)[0-9]{2}|(?:this|last) year))?"
)
_NTH_WEEK = re.compile(
    r"(?:the )?(?P<n>first|second|third|fourth|1st|2nd|3rd|4th|last) week (?:of|in) "
    r"(?P<y>(?:19|20)[0-9]{2}|(?:this|last) year)"
)
_LAST_WEEK_OF = re.compile(
    r"(?:the )?last week (?:of|in) (?P<m>[a-z]{3,9})\.?(?:,? (?P<y>(?:19|20)[0-9]{2}))?"
)
_DAYS_OF_WEEK = re.compile(
    r"(?P<step>this|last|previous) week,? ?(?:from |between )?(?P<a>[a-z]{3})[a-z]*"
    r" ?(?:to|until|till|through|and|-|–) ?(?P<b>[a-z]{3})[a-z]*"
)
_MONTH = re.compile(r"(?P<step>this|last|past|previous) (?P<m>[a-z]{3,9})\.?")
_WHOLE_YEAR = re.compile(
    r"(?:the )?(?:whole|all|entire)(?: of)?(?: the)?(?: year)? (?P<y>(?:19|20)[0-9]{2})"
    r"|(?:the )?(?:full |calendar )?year (?P<y2>(?:19|20)[0-9]{2})"
    r"|(?P<h>(?:19|20)[0-9]{2})全年"
)
_AGO = re.compile(
    rf"(?P<n>{NUMBER}|{ENGLISH_NUMBER}) ?"
    r"(?:个?(?P<unit>天|日|周|星期|礼拜|月|年)(?:之|以)?前|(?P<en>day|week|month|year)s? ago)"
)
_LAST_WHOLE = re.compile(r"(?:over|in|within|for|during) the last (?P<unit>year|month|week)")
_LAST_DAY = re.compile(r"last (?P<d>mon|tue|wed|thu|fri|sat|sun)(?:[a-z]{3,6})?")
_SINGLE = re.compile(
    r"(?P<night>last night)|(?P<weekend>(?:this|the) past weekend)|(?P<ytd>ytd|year to date)"
)


def named_more(text: str, today: date, doubts: Doubts) -> Period | None:
    """The period that the whole text names in one of these ways; None if it names none, or one that has not begun."""
    for pattern, rule in _RULES:
        if (found := pattern.fullmatch(text)) and (period := rule(found, today, doubts)):
            return period if period[0] <= today and period[0] <= period[1] else None
    return None


def _hours(found: re.Match[str], today: date, _: Doubts) -> Period | None:
    """Of hours the days that they reach into: it is not known what time it is."""
    count = number(found["n"] or found["e"])
    if not count or count > MOST_HOURS or count % 24:
        return None
    return today - timedelta(days=count // 24), today


def _year(written: str | None, today: date) -> int | None:
    if not written:
        return None
    if written.endswith("year"):
        return today.year - (written.startswith("last"))
    return year_of(written, today)


def _quarters(found: re.Match[str], today: date, _: Doubts) -> Period | None:
    first, last = number(found["a"]) or 0, number(found["b"]) or 0
    year = _year(found["y"], today) or today.year - (3 * first - 2 > today.month)
    return (date(year, 3 * first - 2, 1), last_of_month(year, 3 * last)) if first < last else None


def _week(found: re.Match[str], today: date, doubts: Doubts) -> Period | None:
    count = number(found["n"] or found["e"]) or 0
    year = _year(found["y"] or found["ey"], today)
    years = [year] if year else [today.year, today.year - 1]
    for one in years:
        try:
            monday = date.fromisocalendar(one, count, 1)
        except ValueError:  # a year without a week 53
            continue
        if monday <= today:
            if count < FIRST_SURE_WEEK:
                seven = date(one, 1, 1) + timedelta(weeks=count - 1)
                monday = doubts.pick("week of the year", (monday, seven))
            return monday, monday + 6 * _DAY
    return None


def _nth_week(found: re.Match[str], today: date, doubts: Doubts) -> Period | None:
    """The calendar's first week of a year, or its first seven days."""
    year = _year(found["y"], today)
    if year is None:
        return None
    if found["n"] == "last":
        seven = date(year, 12, 25)
        monday = date(year, 12, 28) - timedelta(days=date(year, 12, 28).weekday())
    else:
        count = _NTH[found["n"]]
        seven, monday = date(year, 1, 1) + timedelta(weeks=count - 1), date.fromisocalendar(year, count, 1)
    start = doubts.pick("week of the year", (monday, seven))
    return start, start + 6 * _DAY


def _month_number(word: str) -> int | None:
    known = (n for n, month in enumerate(MONTHS, start=1) if word in (month, month[:3], month[:4]))
    return next(known, None)


def _last_week_of(found: re.Match[str], today: date, doubts: Doubts) -> Period | None:
    month = _month_number(found["m"])
    if month is None:
        return None
    last = last_of_month(_year(found["y"], today) or today.year - (month > today.month), month)
    start = doubts.pick("last week of the month", (last - timedelta(days=last.weekday()), last - 6 * _DAY))
    return start, start + 6 * _DAY


def _days_of_week(found: re.Match[str], today: date, _: Doubts) -> Period | None:
    if found["a"] not in _WEEKDAYS or found["b"] not in _WEEKDAYS:
        return None
    monday = today - timedelta(days=today.weekday(), weeks=found["step"] != "this")
    first, last = (monday + timedelta(days=_WEEKDAYS.index(found[end])) for end in "ab")
    return first, last


def _named_month(found: re.Match[str], today: date, doubts: Doubts) -> Period | None:
    """This September is this year's; last September, said in November, of this year to some, and else of the last."""
    month = _month_number(found["m"])
    if month is None:
        return None
    year = today.year
    if found["step"] != "this":
        near = today.year - (month >= today.month)
        year = doubts.pick("last month of that name", (near, today.year - 1))
    start = make_date(year, month, 1)
    return (start, last_of_month(year, month)) if start else None


def _whole_year(found: re.Match[str], today: date, _: Doubts) -> Period | None:
    year = int(found["y"] or found["y2"] or found["h"])
    return date(year, 1, 1), min(date(year, 12, 31), today)


def _ago(found: re.Match[str], today: date, doubts: Doubts) -> Period | None:
    """三天前 is that day to some, and to others all the time since."""
    count = number(found["n"])
    unit = found["en"] or {"月": "month", "年": "year", "天": "day", "日": "day"}.get(found["unit"], "week")
    if not count or count > MOST_AGO:
        return None
    if unit in ("day", "week"):
        day = today - timedelta(days=count * (7 if unit == "week" else 1))
    else:
        day = add_months(today, -count * (12 if unit == "year" else 1))
    return day, doubts.pick("ago", (day, today))


def _last_whole(found: re.Match[str], today: date, doubts: Doubts) -> Period | None:
    """In the last month is the month up to now to some, and the one before this to others."""
    unit = found["unit"]
    if unit == "week":
        monday = today - timedelta(days=today.weekday())
        since, whole = today - 7 * _DAY, (monday - 7 * _DAY, monday - _DAY)
    else:
        first = today.replace(day=1) if unit == "month" else date(today.year, 1, 1)
        months = 1 if unit == "month" else 12
        since, whole = add_months(today, -months), (add_months(first, -months), first - _DAY)
    return doubts.pick("last whole", ((since, today), whole))


def last_weekday(text: str, pos: int, today: date, doubts: Doubts) -> tuple[Period, int] | None:
    """Last Monday at ``pos`` of a text, and where its words end."""
    found = _LAST_DAY.match(text, pos)
    period = _last_day(found, today, doubts) if found else None
    return (period, found.end()) if found and period else None


def _last_day(found: re.Match[str], today: date, doubts: Doubts) -> Period | None:
    """Last Friday is the latest to some, and that of last week to others."""
    weekday = _WEEKDAYS.index(found["d"])
    latest = today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)
    of_last_week = today - timedelta(days=today.weekday() + 7 - weekday)
    day = doubts.pick("last weekday", (latest, of_last_week))
    return day, day


def _single(found: re.Match[str], today: date, _: Doubts) -> Period | None:
    if found["night"]:
        return today - _DAY, today - _DAY
    if found["ytd"]:
        return date(today.year, 1, 1), today
    saturday = today - timedelta(days=today.weekday() + 2)
    return saturday, saturday + _DAY


Rule = Callable[["re.Match[str]", date, Doubts], "Period | None"]
_RULES: tuple[tuple[re.Pattern[str], Rule], ...] = (
    (_HOURS, _hours),
    (_QUARTERS, _quarters),
    (_WEEK, _week),
    (_NTH_WEEK, _nth_week),
    (_LAST_WEEK_OF, _last_week_of),
    (_DAYS_OF_WEEK, _days_of_week),
    (_MONTH, _named_month),
    (_WHOLE_YEAR, _whole_year),
    (_SINGLE, _single),
    (_AGO, _ago),
    (_LAST_WHOLE, _last_whole),
    (_LAST_DAY, _last_day),
)
