"""Periods that are named by their length or their place in the calendar: 近三个月, 上周, 去年下半年, Q3 2026.

Each rule gives the first and the last day; what still runs ends today.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from matching.dates.dates import add_months, last_of_month, make_date
from matching.text.numerals import ENGLISH_NUMBER, NUMBER, number

Period = tuple[date, date]

#: "last 30 years" is read, "last 3000 years" is a slip.
MOST_YEARS = 100
_UNITS = {
    "天": "day", "日": "day", "周": "week", "星期": "week", "礼拜": "week", "月": "month", "年": "year",
    "季度": "quarter", "季": "quarter", "yr": "year", "qtr": "quarter", "wk": "week", "mth": "month",
}  # fmt: skip
_UNIT = (
    r"(?P<unit>天|日|周|星期|礼拜|月|季度?|年|days?|weeks?|wks?|months?|mths?|quarters?|qtrs?|years?|yrs?)"
)
_BEFORE = r"(?:最近|近|过去|前|此前|last|past|previous|recent)"
_LAST = re.compile(
    rf"(?:the )?{_BEFORE}(?:的| the)? ?(?:(?P<n>{NUMBER}|仨|{ENGLISH_NUMBER}) ?)?(?P<half>半)?个?{_UNIT}(?P<more>半)?"
    r"(?:内|以来|来|间|之内)?"
    rf"|(?P<n2>[0-9]{{1,4}}|{ENGLISH_NUMBER}) (?:last|past|previous) (?P<unit2>days?|weeks?|months?|years?)"
    rf"|(?P<n3>{NUMBER})(?P<unit3>个?(?:天|周|星期|礼拜|年)|个月)以来"
)
_STEPS = {"上上": -2, "上": -1, "上一": -1, "last": -1, "previous": -1, "本": 0, "这": 0, "这一": 0}
_STEPS |= {"当": 0, "今": 0, "this": 0, "current": 0, "the current": 0, "去": -1, "前": -2}
_WHICH = r"(?P<which>上上|上一|上|本|这一|这|当|今|last|previous|this|(?:the )?current) ?个?"
_NAMED = re.compile(
    rf"(?:the )?{_WHICH}(?P<unit>周|星期|礼拜|月|季度?|week|wk|month|mth|quarter|qtr|year|yr|年)(?:以来|内|份|度)?"
    r"(?!(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2})[月日号])"
)
_DAY = re.compile(
    r"(?:(?P<han>大前|今|昨|前|即|明|后|大后)[天日早晨晚夜]|(?P<en>today|yesterday|tomorrow"
    r"|(?:the )?day before yesterday|(?:the )?day after tomorrow|now|this (?:morning|afternoon|evening))(?![a-z]))"
    r"(?: (?:morning|afternoon|evening|night))?"
)
_DAYS = {"今": 0, "即": 0, "昨": 1, "前": 2, "大前": 3, "明": -1, "后": -2, "大后": -3}
_DAYS |= {"today": 0, "now": 0, "this": 0, "yesterday": 1, "tomorrow": -1}
_WEEKEND = re.compile(rf"(?:{_WHICH})?(?:周末|(?:past )?weekend)")
_WEEKDAY = re.compile(
    rf"{_WHICH}(?:(?:周|星期|礼拜)(?:周|星期)?(?P<han>[一二三四五六日天])|(?P<en>mon|tue|wed|thu|fri|sat|sun)(?:[a-z]{{3,6}})?)"
)
_WEEKDAYS = {c: i for i, c in enumerate("一二三四五六日")} | {"天": 6}
_WEEKDAYS |= {name: i for i, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}

_A_YEAR = re.compile(r"(?:19|20)[0-9]{2}|[零〇○一二三四五六七八九]{2,4}年|[今去前本上]年|year")
_HAN = "零〇○一二三四五六七八九"
_YEAR = rf"(?:(?P<y>(?:19|20)[0-9]{{2}}|[{_HAN}]{{4}}|[0-9]{{2}}|[{_HAN}]{{2}}|[去今前本上])年)"
_QUARTER = re.compile(
    rf"{_YEAR}?的?第?(?P<n>[一二三四1-4])个?季度?|(?P<q0>q[1-4])季度"
    rf"|{_YEAR.replace('<y>', '<y2>')}?前(?P<upto>[一二两三123])个?季度?"
)
_OF_YEAR = r"(?: ?(?:of )?(?:(?P<y2>(?:19|20)[0-9]{2})|(?P<step>this|last|previous|the) year))?"
_EN_QUARTER = re.compile(
    r"(?:(?P<y>(?:19|20)[0-9]{2})[ -]?)?(?:the )?"
    r"(?:q(?P<q>[1-4])|(?P<o>first|second|third|fourth|1st|2nd|3rd|4th|last) quarter)" + _OF_YEAR
)
_ORDINALS = {
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
    "last": 4,
}
_HALF = re.compile(rf"{_YEAR}?的?(?P<half>上半年|下半年|前半年|后半年|上半|下半)")
_EN_HALF = re.compile(
    r"(?:(?P<y>(?:19|20)[0-9]{2}) ?)?(?:the )?(?:h(?P<h>[12])|(?P<o>first|second) half)" + _OF_YEAR
)
_TENTHS = re.compile(rf"(?:{_YEAR}?(?P<m>{NUMBER})月份?|(?P<which>上|本|这)个?月)(?P<part>上旬|中旬|下旬)")
_SINCE_BEGIN = re.compile(
    r"(?:(?P<han>今年|本年|年|本月|月|本周)初?(?:以来|至今|到现在|到今天)|(?P<en>year|month|week)[ -]to[ -]date)"
)


def named_period(text: str, today: date) -> Period | None:
    """The period that the whole text names; None if it names none."""
    for pattern, rule in _RULES:
        if (found := pattern.fullmatch(text)) and (period := rule(found, today)):
            return period if period[0] <= today else None
    return None


def named_day(text: str, pos: int, today: date) -> tuple[Period, int] | None:
    """昨天, 上周五, last month, 三季度: one end of a longer period, and where its words end."""
    for pattern, rule in ((_DAY, _day), (_WEEKDAY, _weekday), (_NAMED, _step)):
        if (found := pattern.match(text, pos)) and (period := rule(found, today)):
            return period, found.end()
    for pattern, rule in (
        (_QUARTER, _quarter),
        (_EN_QUARTER, _en_quarter),
        (_HALF, _half),
        (_TENTHS, _tenth),
    ):
        if (found := pattern.match(text, pos)) and not _year_elsewhere(text, found):
            period = rule(found, today)
            return (period, found.end()) if period else None
    return None


def _year_elsewhere(text: str, found: re.Match[str]) -> bool:
    """Whether only the other end has a year: 2025年上半年到下半年. It may be of both."""
    rest = text[: found.start()] + text[found.end() :]
    return _A_YEAR.search(found[0]) is None and _A_YEAR.search(rest) is not None


def _unit(word: str) -> str:
    return _UNITS.get(word) or _UNITS.get(word.removesuffix("s")) or word.removesuffix("s")


def _last(found: re.Match[str], today: date) -> Period | None:
    """近三个月, 近半年, last 30 days: up to today."""
    counted = found["n"] or found["n2"] or found["n3"]
    if not (counted or found["half"] or found[0].startswith("past ")):
        return None
    unit = _unit(found["unit"] or found["unit2"] or found["unit3"].removeprefix("个"))
    count = 3 if counted == "仨" else number(counted or "1")
    if count is None or count > MOST_YEARS * 366:
        return None
    if found["half"]:
        return None if counted else _half_before(unit, today)
    if unit in ("day", "week") and not found["more"]:
        return today - timedelta(days=count * (7 if unit == "week" else 1)), today
    last = today
    if unit == "quarter":
        last = _first_of_quarter(today) - timedelta(days=1)
        today = last + timedelta(days=1)
    months = count * {"year": 12, "quarter": 3}.get(unit, 1) + (6 if found["more"] else 0)
    sound = months <= MOST_YEARS * 12 and (unit == "year" or not found["more"])
    return (add_months(today, -months), last) if sound else None


def _half_before(unit: str, today: date) -> Period | None:
    """近半年, 近半个月."""
    halves = {"year": add_months(today, -6), "month": today - timedelta(days=15)}
    return (halves[unit], today) if unit in halves else None


def _step(found: re.Match[str], today: date) -> Period | None:
    """上个月, 本周, last quarter: all of it; what is still running ends today."""
    step, unit = _STEPS[found["which"].strip()], _unit(found["unit"])
    if unit == "week":
        first = today - timedelta(days=today.weekday(), weeks=-step)
        last = first + timedelta(days=6)
    elif unit == "month":
        first = add_months(today.replace(day=1), step)
        last = last_of_month(first.year, first.month)
    elif unit == "quarter":
        first = add_months(_first_of_quarter(today), 3 * step)
        last = last_of_month(first.year, first.month + 2)
    else:
        first, last = date(today.year + step, 1, 1), date(today.year + step, 12, 31)
    return first, min(last, today)


def _first_of_quarter(today: date) -> date:
    return today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)


def _day(found: re.Match[str], today: date) -> Period:
    name = found["han"] or found["en"].partition(" ")[0]
    ago = -2 if "after" in found[0] else _DAYS.get(name, 2)
    day = today - timedelta(days=ago)
    return day, day


def _weekday(found: re.Match[str], today: date) -> Period | None:
    step = _STEPS[found["which"].strip()]
    if found["en"] and step:
        return None  # "last Friday" is of last week to some, and the latest to others
    monday = today - timedelta(days=today.weekday(), weeks=-step)
    day = monday + timedelta(days=_WEEKDAYS[found["han"] or found["en"]])
    return day, day


def _weekend(found: re.Match[str], today: date) -> Period | None:
    step = _STEPS[(found["which"] or "上").strip()]
    saturday = today + timedelta(days=5 - today.weekday(), weeks=step)
    return (saturday, saturday + timedelta(days=1)) if saturday + timedelta(days=1) <= today else None


def _year(found: re.Match[str], today: date, begins: int) -> int | None:
    """The year that is written; without one, the last in which that month had begun."""
    groups = found.groupdict()
    if written := groups.get("y") or groups.get("y2"):
        return year_of(written, today)
    if step := groups.get("step"):
        return today.year - (step in ("last", "previous"))
    return today.year - (begins > today.month)


def year_of(written: str, today: date) -> int | None:
    """2026, 二〇二六, 26, 九八, 去: two digits are a year that has begun, of this century or the one before."""
    if len(written) == 1:
        return today.year + {"今": 0, "本": 0, "去": -1, "上": -1, "前": -2}[written]
    digits = "".join(str(number(c)) for c in written)
    year = int(digits)
    if len(digits) > 2:
        return year
    return past_century(2000 + year, today)


def past_century(year: int, today: date) -> int:
    """The year of two digits that was read as 20xx: what has not begun was a hundred years ago."""
    return year if year <= today.year else year - 100


def _months(year: int | None, first: int, last: int, today: date) -> Period | None:
    start = make_date(year, first, 1) if year else None
    return (start, last_of_month(start.year, last)) if start and start <= today else None


def _quarter(found: re.Match[str], today: date) -> Period | None:
    upto = number(found["upto"] or "")
    if upto:
        year = _year(found, today, 1)
        return _months(year, 1, 3 * upto, today)
    named = int((found["q0"] or "q0")[1]) or number(found["n"] or "")
    return _months(_year(found, today, 3 * named - 2), 3 * named - 2, 3 * named, today) if named else None


def _en_quarter(found: re.Match[str], today: date) -> Period | None:
    named = int(found["q"]) if found["q"] else _ORDINALS[found["o"]]
    if found["o"] == "last" and not (found["y2"] or found["step"]):
        return None
    return _months(_year(found, today, 3 * named - 2), 3 * named - 2, 3 * named, today)


def _half(found: re.Match[str], today: date) -> Period | None:
    first = found["half"][0] in "上前"
    if found["half"] in ("上半", "下半"):
        return None
    return _months(_year(found, today, 1 if first else 7), 1 if first else 7, 6 if first else 12, today)


def _en_half(found: re.Match[str], today: date) -> Period | None:
    first = found["h"] == "1" or found["o"] == "first"
    return _months(_year(found, today, 1 if first else 7), 1 if first else 7, 6 if first else 12, today)


def _tenth(found: re.Match[str], today: date) -> Period | None:
    if found["which"]:
        start = add_months(today.replace(day=1), _STEPS[found["which"]])
    else:
        month = number(found["m"] or "") or 0
        year = _year(found, today, month)
        first = make_date(year, month, 1) if year else None
        if first is None:
            return None
        start = first
    days = {"上旬": (1, 10), "中旬": (11, 20), "下旬": (21, last_of_month(start.year, start.month).day)}[
        found["part"]
    ]
    begin, end = start.replace(day=days[0]), start.replace(day=days[1])
    return (begin, end) if begin <= today else None


def _since_begin(found: re.Match[str], today: date) -> Period:
    name = found["han"] or found["en"]
    if "年" in name or name == "year":
        return date(today.year, 1, 1), today
    if "月" in name or name == "month":
        return today.replace(day=1), today
    return today - timedelta(days=today.weekday()), today


_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Period | None]], ...] = (
    (_SINCE_BEGIN, _since_begin),
    (_LAST, _last),
    (_NAMED, _step),
    (_DAY, _day),
    (_WEEKEND, _weekend),
    (_WEEKDAY, _weekday),
    (_QUARTER, _quarter),
    (_EN_QUARTER, _en_quarter),
    (_HALF, _half),
    (_EN_HALF, _en_half),
    (_TENTHS, _tenth),
)
