"""The beginning, middle or end of a week, month, quarter or year as a period: 10月底, 上季度末, late last week, EOM.

How long that is whoever says it decides: each is asked with two lengths.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Literal

from matching.dates.date_patterns import MONTHS
from matching.dates.dates import add_months, last_of_month
from matching.dates.period_words import Period, year_of
from matching.text.understood import Doubts

_DAY = timedelta(days=1)
Part = Literal["first", "middle", "last"]
Unit = Literal["week", "month", "quarter", "year"]
#: How many days (or, of a year, months) a beginning or an end may have.
_DAYS = {"week": (3, 2), "month": (10, 5), "quarter": (31, 10)}

_Y = r"(?:(?P<y>(?:19|20)?[0-9]{2}|[今去前])年)"
_HAN = re.compile(
    rf"(?:{_Y}?(?P<m>1[0-2]|[1-9])月份?|(?P<sm>上上个?|上一?个?|本|这一?个?|当)月"
    rf"|{_Y.replace('<y>', '<qy>')}?第?(?P<q>[一二三四1-4])季度?"
    rf"|(?P<sq>上一?个?|本|这个?)季度?|(?P<sw>上上个?|上一?个?|本|这一?个?)(?:周|星期|礼拜)"
    rf"|{_Y.replace('<y>', '<yy>')})?"
    r"的?(?P<part>月初|月底|月末|月中|年初|年底|年末|年中|初期?|底|末期?|中(?!旬)|(?<=周)中)"
)
_EDGE = (
    r"(?:at )?(?:the )?(?:very )?(?P<part>end|beginning|start|late|early|earlier|middle|mid)"
    r"(?: of| in)?[ -](?:the )?"
)
_EN = re.compile(
    _EDGE + r"(?:(?P<which>this |last |previous |past |current )?(?P<unit>week|month|quarter|year)"
    r"|(?P<em>[a-z]{3,9})\.?(?:,? (?P<ey>(?:19|20)[0-9]{2}))?"
    r"|q(?P<q>[1-4])(?:,? (?P<qy>(?:19|20)[0-9]{2}))?|(?P<y3>(?:19|20)[0-9]{2}))"
    r"|(?:the )?(?P<short>bom|eom|boy|eoy)"
)
_STEPPED: tuple[tuple[str, Unit], ...] = (("sm", "month"), ("sq", "quarter"), ("sw", "week"))
_STEPS = {"上上": -2, "上": -1, "上一": -1, "last": -1, "previous": -1, "past": -1}


def edge_at(text: str, pos: int, today: date, doubts: Doubts) -> tuple[Period, int] | None:
    """The beginning or end of a longer time at ``pos`` of a text, and where its words end; None where none is."""
    for pattern, rule in ((_HAN, _chinese), (_EN, _english)):
        if (found := pattern.match(text, pos)) and (period := rule(found, today, doubts)):
            return period, found.end()
    return None


def edge_period(text: str, today: date, doubts: Doubts) -> Period | None:
    """The same as the whole of a text."""
    found = edge_at(text, 0, today, doubts)
    return found[0] if found and found[1] == len(text) else None


def _chinese(found: re.Match[str], today: date, doubts: Doubts) -> Period | None:
    part: Part = "first" if "初" in found["part"] else "middle" if "中" in found["part"] else "last"
    year = (
        year_of(found["y"] or found["qy"] or found["yy"], today)
        if found["y"] or found["qy"] or found["yy"]
        else None
    )
    own: Unit | None = "month" if found["part"][0] == "月" else "year" if found["part"][0] == "年" else None
    if found["m"]:
        return None if own else _edge("month", _month(year, int(found["m"]), today), part, today, doubts)
    if found["q"]:
        first = 3 * ("一二三四1234".index(found["q"]) % 4) + 1
        return None if own else _edge("quarter", _month(year, first, today), part, today, doubts)
    for group, unit in _STEPPED:
        if step := found[group]:
            return (
                None
                if own not in (None, unit)
                else _edge(unit, _begin(unit, step, today), part, today, doubts)
            )
    if year is not None:
        return None if own == "month" else _edge("year", date(year, 1, 1), part, today, doubts)
    return _edge(own, _begin(own, "", today), part, today, doubts) if own else None


def _english(found: re.Match[str], today: date, doubts: Doubts) -> Period | None:
    if short := found["short"]:
        unit: Unit = "month" if short[2] == "m" else "year"
        return _edge(unit, _begin(unit, "", today), "first" if short[0] == "b" else "last", today, doubts)
    part: Part = (
        "last"
        if found["part"] in ("end", "late")
        else "middle"
        if found["part"].startswith("mid")
        else "first"
    )
    if found["unit"]:
        unit = found["unit"]  # type: ignore[assignment]
        return _edge(unit, _begin(unit, (found["which"] or "").strip(), today), part, today, doubts)
    if found["y3"]:
        return _edge("year", date(int(found["y3"]), 1, 1), part, today, doubts)
    year = int(found["ey"] or found["qy"] or 0) or None
    if found["q"]:
        return _edge("quarter", _month(year, 3 * int(found["q"]) - 2, today), part, today, doubts)
    month = next(
        (n for n, name in enumerate(MONTHS, start=1) if found["em"] in (name, name[:3], name[:4])), None
    )
    return _edge("month", _month(year, month, today), part, today, doubts) if month else None


def _month(year: int | None, month: int, today: date) -> date:
    return date(year or today.year - (month > today.month), month, 1)


def _begin(unit: Unit, step: str, today: date) -> date:
    """The first day of the unit so many steps from today's."""
    count = _STEPS.get(step.removesuffix("个"), 0)
    if unit == "week":
        return today - today.weekday() * _DAY + timedelta(weeks=count)
    if unit == "year":
        return date(today.year + count, 1, 1)
    if unit == "quarter":
        return add_months(today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1), 3 * count)
    return add_months(today.replace(day=1), count)


def _edge(unit: Unit, first: date, part: Part, today: date, doubts: Doubts) -> Period | None:
    if first > today:
        return None
    if unit == "year":
        return _of_year(first, part, doubts)
    months = {"week": 0, "month": 1, "quarter": 3}[unit]
    end = last_of_month(first.year, first.month + months - 1) if months else first + 6 * _DAY
    if part == "middle":
        if unit == "quarter":
            return None
        middle = (
            (first.replace(day=11), first.replace(day=20)),
            (first.replace(day=13), first.replace(day=17)),
        )
        week = (first + _DAY, first + 3 * _DAY), (first + 2 * _DAY, first + 2 * _DAY)
        return doubts.pick("edge", middle if unit == "month" else week)
    days = doubts.pick("edge", _DAYS[unit])
    if days > 28:  # a month of the quarter
        return (
            (first, last_of_month(first.year, first.month)) if part == "first" else (end.replace(day=1), end)
        )
    return (first, first + (days - 1) * _DAY) if part == "first" else (end - (days - 1) * _DAY, end)


def _of_year(first: date, part: Part, doubts: Doubts) -> Period:
    year = first.year
    if part == "first":
        return first, last_of_month(year, doubts.pick("edge", (1, 3)))
    if part == "middle":
        months = doubts.pick("edge", ((6, 7), (5, 8)))
        return date(year, months[0], 1), last_of_month(year, months[1])
    return date(year, doubts.pick("edge", (12, 11)), 1), date(year, 12, 31)
