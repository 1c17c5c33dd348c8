"""Holidays as deadlines: 春节前, 国庆前, before Christmas. Their days come from the desk's calendar.

A day before which something is due is the day before it: 元旦前 is December 31.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta

from matching.dates.when_days import Days

#: The first day of the coming holiday of that name, from a day on; None for one that the calendar does not know.
Feasts = Callable[[str, date], date | None]

#: Names by which people call them, and one that calendars know.
_NAMES = {
    "new year's day": r"元旦|new year'?s(?: day)?(?!'?s?[ -]eve)|(?<!chinese )(?<!lunar )new year(?!'?s| ?eve)",
    "chinese new year's eve": r"除夕|大?年三十|chinese new year'?s eve",
    "spring festival": r"春节|大年初一|过年|chinese new year|spring festival|lunar new year",
    "tomb-sweeping day": r"清明|tomb[- ]sweeping day|qingming",
    "labor day": r"五一|劳动|labou?r day|may day",
    "dragon boat festival": r"端午|dragon boat festival",
    "mid-autumn festival": r"中秋|mid-autumn festival",
    "national day": r"国庆|十一|national day",
    "christmas day": r"圣诞|christmas|xmas",
}
_FEAST = re.compile(
    r"(?P<en>before (?:the )?)?(?:"
    + "|".join(f"(?P<f{n}>{words})" for n, words in enumerate(_NAMES.values()))
    + r")(?:节|小长假|长假|假期)?(?:放假)?(?P<before>之前|以前|前)?(?P<after>之后|以后|后|期间)?(?![a-z点月号日])"
)


#: Those of a fixed day, which need no calendar.
_FIXED = {"new year's day": (1, 1), "labor day": (5, 1), "national day": (10, 1), "christmas day": (12, 25)}


def fixed_feasts(name: str, today: date) -> date | None:
    """The holidays of a desk without a calendar: those whose day is the same each year."""
    month_and_day = _FIXED.get(name)
    return (
        next_day(today, [date(year, *month_and_day) for year in (today.year, today.year + 1)])
        if month_and_day
        else None
    )


def next_day(today: date, days: Iterable[date]) -> date | None:
    """The first of the days that is not past."""
    return min((day for day in days if day >= today), default=None)


def match_feast(text: str, pos: int, feasts: Feasts, *, today: date) -> tuple[Days, int] | None:
    """The holiday at ``pos``, or the day before it, and where its words end; None also for one after it."""
    found = _FEAST.match(text, pos)
    if found is None or found["after"]:
        return None
    name = next(name for n, name in enumerate(_NAMES) if found[f"f{n}"])
    day = feasts(name, today)
    if day is None:
        return None
    before = found["en"] or found["before"]
    return Days(days=(day - timedelta(days=1) if before else day,)), found.end()
