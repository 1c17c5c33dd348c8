"""Which day a deadline names: 明天, 下周一, 月底, 12月1日, Friday, end of month.

Each rule gives the days that the words could mean, the likeliest first; :mod:`matching.when` takes the
first that is still ahead:

- 今天, 明天, 后天, 大后天, today, tomorrow: that day.
- 周五, Friday: the coming one, today included. 本周五, this Friday: the one of the week that began on
  Monday, even if it has passed. 下周五, next Friday: the one of the week after; 下下周五: two weeks after.
- 周末, weekend: Sunday; 周末前: Friday. 本周内, this week, end of week: Friday, and Sunday once that is past.
- 5号, 5日前, the 5th: of this month, or of the next one (三日 alone is a length). 下月5号: of the next month.
- 月底, end of month: the last day; 上旬, 中旬, 下旬, 月中: the 10th, the 20th, the last, the 15th.
- 12月1日, Dec 1: the next one; but if it was at most :data:`LATELY` days ago it is taken for past.
- 年底, end of year: December 31.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from matching.dates import PartialDate, add_months, last_of_month, make_date, match_date
from matching.numerals import NUMBER, number

#: A date without a year that was this many days ago or less is a slip about the past, not next year's.
LATELY = 66

Days = tuple[date, ...]
_Parts = dict[str, str | None]
_Rule = Callable[[_Parts, date], Days]

_OFFSETS = {"今": 0, "当": 0, "明": 1, "翌": 1, "次": 1, "后": 2, "大后": 3, "昨": -1, "前": -2}
_OFFSETS |= {"today": 0, "tomorrow": 1, "tmrw": 1, "tmr": 1, "yesterday": -1, "day after tomorrow": 2}
_WEEKDAYS = {c: i for i, c in enumerate("一二三四五六日")} | {"天": 6} | {str(n): n - 1 for n in range(1, 8)}
_WEEKDAYS |= {name: i for i, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
_DAY = (
    r"(?P<day>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?"
    r"|sat(?:urday)?|sun(?:day)?)(?![a-z])\.?"
)
#: How many weeks or months on the words before 周, 月, week, month are. Without them: None.
_STEPS = {
    None: None,
    "本": 0,
    "这": 0,
    "这一": 0,
    "当": 0,
    "下": 1,
    "下一": 1,
    "下下": 2,
    "this": 0,
    "next": 1,
}
_STEP = r"(?P<step>这一|本|这|当|下下|下一|下)个?"
_EN_STEP = r"(?:(?P<step>this|next) )"
_WEEK = r"(?:周|星期|礼拜)"
_WITHIN = r"(?:之内|以内|内|底|末|结束)"
_PART_DAYS = {"中": 15, "上旬": 10, "中旬": 20}


def match_day(text: str, pos: int, *, today: date) -> tuple[Days, int] | None:
    """The days that the words at ``pos`` of a plain text may mean, and where they end; None if none do."""
    for pattern, rule in _RULES:
        if (found := pattern.match(text, pos)) and (days := rule(found.groupdict(), today)):
            return days, found.end()
    return _dated(text, pos, today)


def _offset(parts: _Parts, today: date) -> Days:
    return (today + timedelta(days=_OFFSETS[parts["offset"] or ""]),)


def _weekday(parts: _Parts, today: date) -> Days:
    name, step = parts["day"] or "", _STEPS[parts.get("step")]
    weekday = _WEEKDAYS[name[:3]]
    if step is not None:
        return (_monday(today) + timedelta(days=weekday, weeks=step),)
    coming = today + timedelta(days=(weekday - today.weekday()) % 7)
    return coming, coming + timedelta(weeks=1)


def _week(parts: _Parts, today: date) -> Days:
    friday = _monday(today) + timedelta(days=4, weeks=_STEPS[parts.get("step")] or 0)
    return friday, friday + timedelta(days=2)


def _weekend(parts: _Parts, today: date) -> Days:
    days = 4 if parts.get("before") else 6
    return (_monday(today) + timedelta(days=days, weeks=_STEPS[parts.get("step")] or 0),)


def _month_part(parts: _Parts, today: date) -> Days:
    month = add_months(today.replace(day=1), _STEPS[parts.get("step")] or 0)
    day = _PART_DAYS.get(parts.get("part") or "")
    return (month.replace(day=day) if day else last_of_month(month.year, month.month),)


def _day_of_month(parts: _Parts, today: date) -> Days:
    day, step = number(parts["d"] or ""), _STEPS[parts.get("step")]
    months = (0, 1) if step is None else (step,)
    firsts = [add_months(today.replace(day=1), n) for n in months]
    return tuple(d for first in firsts if day and (d := make_date(first.year, first.month, day)))


def _year_end(parts: _Parts, today: date) -> Days:
    return (date(today.year + (parts.get("step") in ("明", "next")), 12, 31),)


def _monday(today: date) -> date:
    return today - timedelta(days=today.weekday())


_RULES: tuple[tuple[re.Pattern[str], _Rule], ...] = tuple(
    (re.compile(pattern), rule)
    for pattern, rule in (
        (r"(?P<offset>大后|今|明|后|当|次|翌|昨|前)[天日儿]", _offset),
        (r"(?P<offset>大后|今|明|后|当)(?=[早晚夜晨午])", _offset),
        (rf"(?:{_STEP})?周末(?P<before>之前|以前|前)?", _weekend),
        (rf"(?:{_STEP})?{_WEEK}(?P<day>[一二三四五六日天]|[1-7](?![0-9]))", _weekday),
        (rf"{_STEP}{_WEEK}{_WITHIN}?", _week),
        (rf"(?:{_STEP})?月(?P<part>[上中下]旬|中|{_WITHIN})", _month_part),
        (rf"{_STEP}月(?:份)?(?P<d>{NUMBER})[日号]?", _day_of_month),
        (rf"{_STEP}月", _month_part),
        (r"(?P<step>今|本|明)?年(?:底|末|之内|以内|内)", _year_end),
        (rf"(?P<d>{NUMBER})(?:号|日(?!内|之内|以内|后|之后|以后))", _day_of_month),
        (r"(?:the )?(?P<offset>today|tomorrow|tmrw|tmr|yesterday|day after tomorrow)(?![a-z])", _offset),
        (rf"{_EN_STEP}week (?:on )?{_DAY}", _weekday),
        (rf"{_DAY} (?:of )?{_EN_STEP}week(?![a-z])", _weekday),
        (rf"(?:this )?coming {_DAY}", _weekday),
        (rf"{_EN_STEP}?{_DAY}", _weekday),
        (rf"(?:the )?{_EN_STEP}?weekend(?![a-z])", _weekend),
        (rf"(?:the )?end of (?:the )?{_EN_STEP}?week(?![a-z])", _week),
        (rf"{_EN_STEP}week(?![a-z])", _week),
        (rf"(?:the )?end of (?:the )?{_EN_STEP}?month(?![a-z])", _month_part),
        (rf"(?:the )?{_EN_STEP}?month[- ]end(?![a-z])", _month_part),
        (rf"{_EN_STEP}month(?![a-z])", _month_part),
        (rf"(?:the )?end of (?:the )?{_EN_STEP}?year(?![a-z])", _year_end),
        (rf"(?:the )?(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th) of {_EN_STEP}month(?![a-z])", _day_of_month),
        (r"(?:the )?(?P<d>[0-9]{1,2})(?:st|nd|rd|th)(?![a-z])(?! (?:of )?(?!at|by)[a-z]{3})", _day_of_month),
    )
)

_END_OF = re.compile(r"(?:the )?end of ")
_MONTH_PART = re.compile(rf"[上中下]旬|{_WITHIN}")


def _dated(text: str, pos: int, today: date) -> tuple[Days, int] | None:
    """A calendar date, or the end (or a third) of a named month: 12月中旬, end of December."""
    prefix = _END_OF.match(text, pos)
    found = match_date(text, prefix.end() if prefix else pos, today=today)
    if found is None:
        return None
    partial, end = found
    if partial.day is not None:
        return _resolve(partial, partial.on, today), end
    suffix = _MONTH_PART.match(text, end)
    if not (prefix or suffix):
        return None
    day = _PART_DAYS.get(suffix.group() if suffix else "")
    days = _resolve(
        partial,
        lambda year: make_date(year, partial.month, day) if day else last_of_month(year, partial.month),
        today,
    )
    return days, suffix.end() if suffix else end


def _resolve(partial: PartialDate, in_year: Callable[[int], date | None], today: date) -> Days:
    if partial.year is not None:
        only = in_year(partial.year)
        return (only,) if only else ()
    days = [d for year in range(today.year - 1, today.year + 2) if (d := in_year(year))]
    lately = [d for d in days if 0 < (today - d).days <= LATELY]
    return tuple(lately or [d for d in days if d >= today][:1])
