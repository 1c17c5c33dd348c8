"""Deadlines by month, quarter, half-year and year: 月底, 12月中旬, end of next month, Q1, 年底, first Monday of July.

Their end is a day. Their beginning is none (月初, early December), and a month by itself or before which
something is due (12月前) has two ends: that is left to a :class:`Doubts`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from matching.dates.dates import PartialDate, add_months, last_of_month, make_date, match_date
from matching.text.numerals import NUMBER, number
from matching.text.understood import Doubts

Resolve = Callable[[PartialDate, Callable[[int], date | None], date], tuple[date, ...]]
_Days = tuple[date, ...]

_STEPS = {
    None: 0,
    "本": 0,
    "这": 0,
    "这一": 0,
    "当": 0,
    "今": 0,
    "下": 1,
    "下一": 1,
    "下下": 2,
    "明": 1,
    "来": 1,
}
_STEPS |= {"this": 0, "next": 1, "coming": 1, "following": 1, "current": 0}
_STEP = r"(?P<step>这一|本|这|当|下下|下一|下)个?"
_EN_STEP = r"(?:(?P<step>this|next|coming|following|current) )"
_WITHIN = r"(?:之内|以内|内|月?底|月?末|结束)"
_EDGE = r"(?:之前|以前|前)"
_TENTHS = {"上旬": 10, "中旬": 20}
#: Days that a vague part of a month may mean; 12月中 is the middle to some, and anywhere in it to others.
_VAGUE = {"初": (1, 5, 10), "中": (15, 20)}
_EARLY = "early|start of|beginning of|mid|middle of"

_MONTH = re.compile(rf"(?:{_STEP})?月(?:份)?(?P<part>[上中下]旬|初|中|{_WITHIN})(?:{_EDGE})?")
_WHOLE_MONTH = re.compile(rf"{_STEP}月(?:份)?(?P<edge>{_EDGE})?")
_END_OF_MONTH = re.compile(rf"(?:the )?(?:last day|end) of (?:the )?{_EN_STEP}?month(?![a-z])")
_MONTH_END = re.compile(rf"(?:the )?{_EN_STEP}?month[- ]end(?![a-z])")
_NEXT_MONTH = re.compile(rf"(?:late )?{_EN_STEP}month(?![a-z])")
_EOM = re.compile(r"(?:the )?eom(?P<step>)(?![a-z])")
_EARLY_MONTH = re.compile(rf"(?P<early>{_EARLY})[ -](?:the )?{_EN_STEP}?month(?![a-z])")
_YEAR_END = re.compile(
    rf"(?P<step>今|本|明)?年(?:底|末|终|之内|以内|内)(?:{_EDGE})?"
    r"|(?:the )?end of (?:the )?(?:(?P<en>this|next|current) )?year(?![a-z])|(?:the )?(?:eoy|year[- ]end)(?![a-z])"
)
_BEFORE_YEAR = re.compile(
    rf"(?:(?P<step>明)年|(?P<y>20[0-9]{{2}})年){_EDGE}|before (?P<en>20[0-9]{{2}}|next year)(?![0-9])"
)
_QUARTER = re.compile(
    rf"(?:(?P<y>20[0-9]{{2}}|今|本|明)年)?(?:(?:{_STEP})季度?|第?(?P<n>[一二三四1-4])季度?|季度?(?=末|底))(?:{_WITHIN})?(?:{_EDGE})?"
)
_EN_QUARTER = re.compile(
    r"(?:(?:the )?end of )?(?:the )?"
    rf"(?:q(?P<n>[1-4])(?: (?P<y>20[0-9]{{2}}))?|{_EN_STEP}quarter|quarter|eoq)(?![a-z0-9])"
)
_HALF = re.compile(
    rf"(?:(?P<y>20[0-9]{{2}}|今|本|明)年)?(?P<half>上半年|下半年)(?:{_WITHIN})?|(?:end of )?h(?P<h>[12])(?![a-z0-9])"
)
_END_OF = re.compile(r"(?:the )?(?:end|last day) of |late ")
_EARLY_OF = re.compile(rf"(?P<early>{_EARLY})[ -]")
_BEFORE = re.compile(r"before ")
_NUMERAL = re.compile(r" ?(?:[0-9]|[一二三四五六七八九十])")
_PART = re.compile(rf"(?P<part>[上中下]旬|初|中(?!旬)|{_WITHIN})(?:{_EDGE})?|(?P<edge>{_EDGE})")

_NTH = {"第一": 1, "第二": 2, "第三": 3, "第四": 4, "最后一": -1, "最后": -1, "首": 1}
_NTH |= {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": -1}
_WEEKDAYS = {c: i for i, c in enumerate("一二三四五六日")} | {"天": 6}
_WEEKDAYS |= {name: i for i, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
_WEEKDAYS |= {"wee": 6, "wke": 6}
_ZH_NTH = re.compile(
    rf"(?:(?P<m>{NUMBER})月份?|{_STEP}月)的?(?P<nth>第[一二三四]|最后一?|首)个?(?:周|星期|礼拜)(?P<day>[一二三四五六日天])"
)
_EN_NTH = re.compile(
    r"(?:the )?(?P<nth>first|second|third|fourth|last|1st|2nd|3rd|4th) "
    r"(?P<day>(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{3,6}|weekend|week end|wkend)"
    rf" (?:of|in) (?:(?:the )?{_EN_STEP}month(?![a-z])|(?=[a-z]))"
)


def match_month_part(
    text: str, pos: int, *, today: date, doubts: Doubts, resolve: Resolve
) -> tuple[_Days, int] | None:
    """The days that a month, quarter or year at ``pos`` can mean, and where it ends; None if there is none."""
    for pattern, rule in _RULES:
        if (found := pattern.match(text, pos)) and (days := rule(found, today, doubts)):
            return days, found.end()
    return _named_month(text, pos, today, doubts, resolve)


def match_nth(text: str, pos: int, *, today: date) -> tuple[_Days, int] | None:
    """下月第一个周一, the last Friday of July."""
    for pattern in (_ZH_NTH, _EN_NTH):
        if (found := pattern.match(text, pos)) and (first := _month_of(found, text, today)):
            return (_nth_weekday(first[0], found["nth"], found["day"]),), first[1]
    return None


def _month_of(found: re.Match[str], text: str, today: date) -> tuple[date, int] | None:
    """The first of the month of a found weekday, of this year's or the next one's, and where its words end."""
    if found["step"]:
        return add_months(today.replace(day=1), _STEPS[found["step"]]), found.end()
    if found.re is _ZH_NTH:
        month, year, end = number(found["m"] or "") or 0, None, found.end()
    elif (dated := match_date(text, found.end(), today=today)) and dated[0].day is None:
        month, year, end = dated[0].month, dated[0].year, dated[1]
    else:
        return None
    first = make_date(year or today.year + (month < today.month), month, 1)
    return (first, end) if first else None


def _month(found: re.Match[str], today: date, doubts: Doubts) -> _Days:
    return _in_month(add_months(today.replace(day=1), _STEPS[found["step"]]), found["part"], doubts)


def _whole_month(found: re.Match[str], today: date, doubts: Doubts) -> _Days:
    """下个月: to its end. 下月前: to its end, or before it begins."""
    first = add_months(today.replace(day=1), _STEPS[found["step"]])
    if found["edge"]:
        return (doubts.pick("edge", (first - timedelta(days=1), _last(first))),)
    return (_last(first),)


def _in_month(first: date, part: str, doubts: Doubts) -> _Days:
    """A part of the month that begins on ``first``."""
    if part in _VAGUE:
        doubts.unsure = True
        return (first.replace(day=doubts.pick("early", _VAGUE[part])),)
    day = _TENTHS.get(part)
    return (first.replace(day=day) if day else _last(first),)


def _end_of_month(found: re.Match[str], today: date, doubts: Doubts) -> _Days:
    return (_last(add_months(today.replace(day=1), _STEPS[found["step"] or None])),)


def _early_month(found: re.Match[str], today: date, doubts: Doubts) -> _Days:
    first = add_months(today.replace(day=1), _STEPS[found["step"]])
    return _early(first, found["early"], doubts)


def _early(first: date, early: str, doubts: Doubts) -> _Days:
    doubts.unsure = True
    return (first.replace(day=doubts.pick("early", _VAGUE["中" if early.startswith("mid") else "初"])),)


def _year_end(found: re.Match[str], today: date, doubts: Doubts) -> _Days:
    return (date(today.year + (found["step"] == "明" or found["en"] == "next"), 12, 31),)


def _before_year(found: re.Match[str], today: date, doubts: Doubts) -> _Days:
    """明年前, before 2027: this side of New Year."""
    written = found["y"] or (found["en"] if found["en"] != "next year" else None)
    return (date((int(written) if written else today.year + 1) - 1, 12, 31),)


def _quarter(found: re.Match[str], today: date, doubts: Doubts) -> _Days:
    """The last day of a quarter; one that is not named is the one that runs."""
    named = number(found["n"] or "")
    year = _year(found["y"], today)
    if named is None:
        ends = last_of_month(today.year, (today.month - 1) // 3 * 3 + 3 + 3 * _STEPS[found["step"]])
        return (ends,)
    return _coming(last_of_month(year or today.year, 3 * named), year, today)


def _half(found: re.Match[str], today: date, doubts: Doubts) -> _Days:
    year = _year(found["y"], today)
    first = found["half"] == "上半年" or found["h"] == "1"
    return _coming(last_of_month(year or today.year, 6 if first else 12), year, today)


def _year(written: str | None, today: date) -> int | None:
    if not written:
        return None
    return int(written) if written.isdigit() else today.year + (written == "明")


def _coming(day: date, year: int | None, today: date) -> _Days:
    """That day, or a year later where it has passed and no year was written."""
    return (day if year or day >= today else last_of_month(day.year + 1, day.month),)


def _nth_weekday(first: date, nth: str, day: str) -> date:
    weekday, count = _WEEKDAYS[day[:3]], _NTH[nth]
    if count < 0:
        last = _last(first)
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    return first + timedelta(days=(weekday - first.weekday()) % 7, weeks=count - 1)


def _named_month(
    text: str, pos: int, today: date, doubts: Doubts, resolve: Resolve
) -> tuple[_Days, int] | None:
    """12月底, 12月中旬, early December, before December, 12月."""
    end_of, early, before = (pattern.match(text, pos) for pattern in (_END_OF, _EARLY_OF, _BEFORE))
    prefix = end_of or early or before
    dated = match_date(text, prefix.end() if prefix else pos, today=today)
    if dated is None or dated[0].day is not None or _NUMERAL.match(text, dated[1]):
        return None  # 2月30日 is no February
    partial, end = dated
    part = _PART.match(text, end)
    first = _first_of(partial, today, resolve)
    if first is None:
        return None
    if early:
        return _early(first, early["early"], doubts), end
    if part and part["part"] in ("内", "之内", "以内") and (partial.month - today.month) % 12 > 1:
        doubts.unsure = True  # 3月内 may be three months
    if end_of or (part and part["part"]):
        return _in_month(first, part["part"] if part else "", doubts), part.end() if part else end
    if before or part:
        return (doubts.pick("edge", (first - timedelta(days=1), _last(first))),), part.end() if part else end
    doubts.unsure = True
    return (doubts.pick("edge", (first, _last(first))),), end


def _first_of(partial: PartialDate, today: date, resolve: Resolve) -> date | None:
    """The first of the month, of this year's while it runs."""
    ends = resolve(partial, lambda year: last_of_month(year, partial.month), today)
    return ends[0].replace(day=1) if ends else None


def _last(first: date) -> date:
    return last_of_month(first.year, first.month)


_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date, Doubts], _Days]], ...] = (
    (_MONTH, _month),
    (_WHOLE_MONTH, _whole_month),
    (_END_OF_MONTH, _end_of_month),
    (_MONTH_END, _end_of_month),
    (_NEXT_MONTH, _end_of_month),
    (_EOM, _end_of_month),
    (_EARLY_MONTH, _early_month),
    (_YEAR_END, _year_end),
    (_BEFORE_YEAR, _before_year),
    (_QUARTER, _quarter),
    (_EN_QUARTER, _quarter),
    (_HALF, _half),
)
