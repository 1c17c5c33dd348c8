"""Periods up to today whose length is said loosely or in parts: 近两三个月, 最近几天, past 3 months and 2 weeks.

A loose length is asked with the lengths that people mean by it; 这两年 may be calendar years.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from matching.dates.dates import add_months
from matching.dates.period_from import length_of, moved
from matching.dates.period_words import Period
from matching.text.numerals import NUMBER, number
from matching.text.understood import Doubts

_DAY = timedelta(days=1)
#: What 几天, a few weeks and the like come to, least first.
_A_FEW = {"day": (3, 7), "week": (2, 4), "month": (3, 6), "year": (3, 5)}
_UNITS = {"天": "day", "日": "day", "周": "week", "星期": "week", "礼拜": "week", "月": "month", "年": "year"}

_PAST = r"(?:(?:in |over |for |within |during )?(?:the )?(?:last|past|previous|recent)|最近|近|过去|此前|前)"
_SPAN = re.compile(
    rf"{_PAST}(?:的)? ?(?P<span>.{{2,40}}?)(?:以来|之内|以内|内|来|间)?|(?P<since>(?!.*年半).{{2,8}}?)以来"
)
_MORE = re.compile(
    rf"(?:最近|近|过去)?(?P<n>{NUMBER})"
    r"(?:个?多个?(?P<unit>天|周|星期|礼拜|月|年)|个?(?P<unit2>天|周|月|年)多)(?:以来|来|内|间)?"
)
_FEW = re.compile(
    r"(?:最近|近|过去|前|这)的?(?:几|数)个?(?P<unit>天|日|周|星期|礼拜|月|年)(?:以来|来|内|间)?"
    rf"|{_PAST} (?:a )?(?:few|several|couple(?: of)?) (?P<en>day|week|month|year)s"
    r"|(?P<lately>近日|近期|最近|近来|recently|lately|of late)"
)
_FULL = re.compile(
    rf"{_PAST}(?:的)? ?(?P<n>{NUMBER}|[a-z]{{3,6}}) ?"
    r"(?:个?自然月|个?(?:完)?整月|(?:full|calendar|whole|complete) months)"
)
_THIS = re.compile(rf"这(?P<n>{NUMBER}|半)个?(?P<unit>天|日|周|星期|礼拜|月|年)(?:来|以来|里|内)?")


def loose_period(text: str, today: date, doubts: Doubts) -> Period | None:
    """The period up to today that the whole text names in one of these ways; None if it names none."""
    for pattern, rule in _RULES:
        if (found := pattern.fullmatch(text)) and (period := rule(found, today, doubts)):
            return period
    return None


def _back(today: date, unit: str, count: int) -> date:
    if unit in ("month", "year"):
        return add_months(today, -count * (12 if unit == "year" else 1))
    return today - timedelta(days=count * (7 if unit == "week" else 1))


def _span(found: re.Match[str], today: date, doubts: Doubts) -> Period | None:
    length = length_of(found["span"] or found["since"], doubts)
    return (moved(today, length, -1), today) if length else None


def _more(found: re.Match[str], today: date, doubts: Doubts) -> Period | None:
    count, unit = number(found["n"]), _UNITS[found["unit"] or found["unit2"]]
    return (
        (_back(today, unit, doubts.pick("more", (count, count + 1))), today)
        if count and count < 100
        else None
    )


def _few(found: re.Match[str], today: date, doubts: Doubts) -> Period:
    unit = found["en"] or _UNITS.get(found["unit"] or "", "day")
    counts = (7, 30) if found["lately"] else _A_FEW[unit]
    return _back(today, unit, doubts.pick("few", counts)), today


def _full(found: re.Match[str], today: date, _: Doubts) -> Period | None:
    count, first = number(found["n"]), today.replace(day=1)
    return (add_months(first, -count), first - _DAY) if count and count <= 120 else None


def _this(found: re.Match[str], today: date, doubts: Doubts) -> Period | None:
    unit = _UNITS[found["unit"]]
    if found["n"] == "半":
        calendar = date(today.year, 7 if today.month > 6 else 1, 1)
        rolling = add_months(today, -6)
        return (doubts.pick("this few", (rolling, calendar)), today) if unit == "year" else None
    count = number(found["n"])
    if not count or count < 2 or count > 99:
        return None
    rolling = _back(today, unit, count)
    begins = {
        "year": date(today.year, 1, 1),
        "month": today.replace(day=1),
        "week": today - today.weekday() * _DAY,
    }
    calendar = _back(begins[unit], unit, count - 1) if unit in begins else rolling + _DAY
    return doubts.pick("this few", (rolling, calendar)), today


Rule = Callable[["re.Match[str]", date, Doubts], "Period | None"]
_RULES: tuple[tuple[re.Pattern[str], Rule], ...] = (
    (_FEW, _few),
    (_FULL, _full),
    (_MORE, _more),
    (_THIS, _this),
    (_SPAN, _span),
)
