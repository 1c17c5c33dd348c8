"""Which day a deadline names: 明天, 下周一, 月底, 12月1日, Friday, end of month.

Each rule gives the days that the words could mean, the likeliest first; :mod:`matching.dates.when` takes the
first that is still ahead:

- 今天, 明天, 后天, 大后天, today, tomorrow: that day.
- 周五, Friday: the coming one, today included. 本周五, this Friday: the one of the week that began on
  Monday, even if it has passed. 下周五, next Friday: the one of the week after; 下下周五: two weeks after.
- 周末, weekend: Sunday; 周末前: Friday. 本周内, this week, end of week: Friday, and Sunday once that is past.
- 5号, 5日前, the 5th: of this month, or of the next one (5日 may be a length). 下月5号: of the next month.
- 月底, end of month: the last day; 上旬, 中旬, 下旬, 月中: the 10th, the 20th, the last, the 15th.
- 12月1日, Dec 1: the next one; but if it was at most :data:`LATELY` days ago it is taken for past.
- 年底, end of year: December 31; 季度末, 上半年: the last day of it.

What is no one day (月初, early next week, 明后天, 下周前) or may be two (1/12, next Friday) is left to a
:class:`Doubts`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from matching.dates.dates import PartialDate, add_months, make_date, match_date
from matching.dates.when_months import match_month_part, match_nth
from matching.text.numerals import ENGLISH_NUMBER, ENGLISH_ORDINAL, NUMBER, number, ordinal
from matching.text.understood import Doubts

#: A date without a year that was this many days ago or less is a slip about the past, not next year's.
LATELY = 21


@dataclass(frozen=True, kw_only=True, slots=True)
class Days:
    """The days that some words can mean, the likeliest first. Of ``weekday`` only the day of the week counts
    beside a date; ``every`` is how long after it the same words mean another day, where one passed by."""

    days: tuple[date, ...]
    weekday: bool = False
    week: bool = False  #: any day of that week
    every: str = ""  #: day, week, month, year
    whole: bool = False  #: written with its year


_Parts = dict[str, str | None]
_Rule = Callable[[_Parts, date, Doubts], tuple[date, ...]]

_OFFSETS = {
    "今": 0,
    "本": 0,
    "当": 0,
    "明": 1,
    "听": 1,  # as it is written in Cantonese, 聽日
    "翌": 1,
    "次": 1,
    "后": 2,
    "大后": 3,
    "大大后": 4,
    "昨": -1,
    "前": -2,
}
_OFFSETS |= {"today": 0, "tomorrow": 1, "tmrw": 1, "tmr": 1, "tomorow": 1, "yesterday": -1, "next day": 1}
_OFFSETS |= {"day after tomorrow": 2, "day after tmrw": 2, "this": 0}
_WEEKDAYS = {c: i for i, c in enumerate("一二三四五六日")} | {"天": 6} | {str(n): n - 1 for n in range(1, 8)}
_WEEKDAYS |= {name: i for i, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
#: What may follow the number after a weekday without making it another thing: Friday 31, and no Friday 31 May.
_NO_MORE = r"(?![0-9a-z:./-])(?! ?(?:[ap]m|[-/]|of |(?:jan|feb|mar|apr|may|ju|aug|sep|oct|nov|dec)))"
EN_DAY = (
    r"(?P<day>mon(?:day)?|tue(?:s(?:day)?)?|weds?(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?"
    r"|sat(?:urday)?|sun(?:day)?)(?![a-z])\.?"
)
#: How many weeks or months on the words before 周, 月, week, month are. Without them: None.
STEPS = {None: None, "本": 0, "这": 0, "这一": 0, "当": 0, "今": 0, "下": 1, "下一": 1, "下下": 2}
STEPS |= {"上": -1, "上一": -1, "上上": -2, "this": 0, "next": 1, "coming": 1, "following": 1, "last": -1}
_STEP = r"(?P<step>这一|本|这|当|今|下下|下一|下|上上|上一|上)个?"
_EN_STEP = r"(?:the )?(?P<step>this|next|coming|following|last) "
_WEEK = r"(?:周|星期|礼拜)"
_ZH_DAY = rf"{_WEEK}?(?P<day>[一二三四五六日天]|[1-7](?![0-9]))"


def match_day(text: str, pos: int, *, today: date, doubts: Doubts) -> tuple[Days, int] | None:
    """The days that the words at ``pos`` of a plain text may mean, and where they end; None if none do."""
    if nth := match_nth(text, pos, today=today):
        return Days(days=nth[0]), nth[1]
    for pattern, rule, every in _RULES:
        if (found := pattern.match(text, pos)) and (days := rule(found.groupdict(), today, doubts)):
            weekday = rule is _weekday and len(days) == 2
            return Days(days=days, weekday=weekday, week=rule is _week, every=every), found.end()
    if part := match_month_part(text, pos, today=today, doubts=doubts, resolve=resolve):
        return Days(days=part[0]), part[1]
    return _dated(text, pos, today, doubts)


def _offset(parts: _Parts, today: date, doubts: Doubts) -> tuple[date, ...]:
    return (today + timedelta(days=_OFFSETS[parts["offset"] or ""]),)


def _one_of_two(parts: _Parts, today: date, doubts: Doubts) -> tuple[date, ...]:
    """明后天: tomorrow or the day after; 今明两天: both days, so the second is the last."""
    first = _OFFSETS[(parts["two"] or "")[0]]
    if parts["both"]:
        return (today + timedelta(days=first + 1),)
    return (today + timedelta(days=doubts.pick("which", (first, first + 1))),)


def _nth_day(parts: _Parts, today: date, doubts: Doubts) -> tuple[date, ...]:
    """第三天 counts today to some, and to others not."""
    count = number(parts["n"] or "")
    if not count or count > 31:
        return ()
    return (today + timedelta(days=doubts.pick("counting", (count - 1, count))),)


def _weekday(parts: _Parts, today: date, doubts: Doubts) -> tuple[date, ...]:
    name, step = parts["day"] or "", STEPS[parts.get("step")]
    weekday = _WEEKDAYS[name[:3]]
    coming = today + timedelta(days=(weekday - today.weekday()) % 7)
    if step is None:
        return coming, coming + timedelta(weeks=1)
    of_week = monday(today) + timedelta(days=weekday, weeks=step)
    # "Next Friday" on a Wednesday is in two days to some, and in nine to others.
    if (
        parts.get("step") in ("next", "following")
        and not parts.get("week")
        and coming != today < coming < of_week
    ):
        return (doubts.pick("next", (coming, of_week)),)
    if parts.get("step") == "coming":
        return coming, coming + timedelta(weeks=1)
    return (of_week,)


def _after_next(parts: _Parts, today: date, doubts: Doubts) -> tuple[date, ...]:
    return _weekday(parts, today, doubts)[1:]


def _week(parts: _Parts, today: date, doubts: Doubts) -> tuple[date, ...]:
    friday = monday(today) + timedelta(days=4, weeks=STEPS[parts.get("step")] or 0)
    return friday, friday + timedelta(days=2)


def _before_week(parts: _Parts, today: date, doubts: Doubts) -> tuple[date, ...]:
    """下周前: before it begins, or before it ends."""
    friday = monday(today) + timedelta(days=4, weeks=STEPS[parts.get("step")] or 0)
    return (doubts.pick("edge", (friday - timedelta(days=5), friday)),)


def _early_week(parts: _Parts, today: date, doubts: Doubts) -> tuple[date, ...]:
    """下周初, mid next week: some day of its beginning, or of its middle."""
    first = monday(today) + timedelta(weeks=STEPS[parts.get("step")] or 0)
    middle = parts["early"] in ("mid", "middle of", "中")
    doubts.unsure = True
    return (first + timedelta(days=doubts.pick("early", (1, 2, 3) if middle else (0, 1, 2))),)


def _late_week(parts: _Parts, today: date, doubts: Doubts) -> tuple[date, ...]:
    return _week(parts, today, doubts)


def _weekend(parts: _Parts, today: date, doubts: Doubts) -> tuple[date, ...]:
    days = 4 if parts.get("before") else 6
    return (monday(today) + timedelta(days=days, weeks=STEPS[parts.get("step")] or 0),)


def _day_of_month(parts: _Parts, today: date, doubts: Doubts) -> tuple[date, ...]:
    day, step = number(parts.get("d") or "") or ordinal(parts.get("o") or ""), STEPS[parts.get("step")]
    return days_of_month(day or 0, today, (0, 1) if step is None else (step,))


def days_of_month(day: int, today: date, months: tuple[int, ...] = (0, 1)) -> tuple[date, ...]:
    """That day of this month and of the next one, or of the months so many ahead; what has passed left out,
    unless nothing is left."""
    firsts = [add_months(today.replace(day=1), n) for n in months]
    days = tuple(d for first in firsts if (d := make_date(first.year, first.month, day)))
    return tuple(d for d in days if d >= today) or days


def _weekday_of_month(parts: _Parts, today: date, doubts: Doubts) -> tuple[date, ...]:
    """Friday 31: a 31st that is a Friday."""
    days = days_of_month(number(parts["n"] or "") or 0, today)
    return tuple(day for day in days if day.weekday() == _WEEKDAYS[(parts["day"] or "")[:3]])


def monday(today: date) -> date:
    """The Monday of that day's week."""
    return today - timedelta(days=today.weekday())


_DAY_NUMBER = rf"(?:(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)|(?P<o>{ENGLISH_ORDINAL}))"
_EARLY = "early|(?:start|beginning|middle) of|mid"
_NTH = r"(?:the )?(?P<d>[0-9]{1,2})(?:st|nd|rd|th)"
_COUNT = rf"[0-9]{{1,2}}|{ENGLISH_NUMBER}"
_NOT_AFTER = "mon|tues|wed|thu|fri|sat|sun"
_RULES: tuple[tuple[re.Pattern[str], _Rule, str], ...] = tuple(
    (re.compile(pattern), rule, every)
    for pattern, rule, every in (
        (r"(?P<two>今明|明后)(?:(?P<both>两)天|两?[日天])", _one_of_two, ""),
        (r"(?P<offset>大大后|大后|今|本|明|后|当|次|翌|昨|前)(?:[天日]|儿个?|朝(?![代廷]))", _offset, "day"),
        (r"(?P<offset>听)日", _offset, "day"),
        (r"(?P<offset>大后|今|明|后|当|次|翌)(?=[早晚夜晨午])", _offset, "day"),
        (rf"第(?P<n>{NUMBER})天", _nth_day, ""),
        (rf"(?:{_STEP})?周末(?P<before>之前|以前|前)?", _weekend, "week"),
        (rf"{_STEP}{_WEEK}(?P<early>初|中)(?:之前|以前|前)?", _early_week, ""),
        (rf"{_STEP}{_WEEK}{_ZH_DAY}", _weekday, "week"),
        (rf"{_WEEK}(?P<day>[一二三四五六日天]|[1-7](?![0-9]))", _weekday, "week"),
        (rf"(?P<step>下下|下一|下)个?{_WEEK}(?:之前|以前|前)", _before_week, ""),
        (rf"{_STEP}{_WEEK}(?:之内|以内|内|底|末|结束)?", _week, "week"),
        (rf"{_STEP}月(?:份)?(?P<d>{NUMBER})(?:[日号]|(?![0-9个]))", _day_of_month, ""),
        (rf"(?P<d>{NUMBER})号", _day_of_month, "month"),
        (r"(?:the )?(?P<offset>today|tomorrow|tomorow|tmrw|tmr|yesterday)(?![a-z])", _offset, "day"),
        (r"(?:the )?(?P<offset>day after tomorrow|day after tmrw|next day)(?![a-z])", _offset, "day"),
        (r"(?P<offset>this) (?:day(?![a-z])|(?=morn|noon|after|even|night))", _offset, "day"),
        (rf"(?:the )?{EN_DAY} after next(?![a-z])", _after_next, ""),
        (rf"(?P<week>{_EN_STEP}week),? (?:on )?{EN_DAY}", _weekday, "week"),
        (rf"{EN_DAY},? (?P<n>[0-9]{{1,2}}){_NO_MORE}", _weekday_of_month, "month"),
        (rf"{EN_DAY} (?:of )?(?P<week>{_EN_STEP}week)(?![a-z])", _weekday, "week"),
        (rf"(?:the )?(?:this )?coming {EN_DAY}", _weekday, "week"),
        (rf"(?:{_EN_STEP})?{EN_DAY}", _weekday, "week"),
        (rf"(?P<before>before )?(?:{_EN_STEP}|the )?weekend(?![a-z])", _weekend, "week"),
        (rf"(?P<early>{_EARLY})[ -](?:the )?(?:{_EN_STEP})?week(?![a-z])", _early_week, ""),
        (rf"(?:late |end of )(?:the )?(?:{_EN_STEP})?(?:work(?:ing)? ?)?week(?![a-z])", _late_week, "week"),
        (rf"(?:late )?{_EN_STEP}(?:work(?:ing)? ?)?week(?![a-z])", _week, "week"),
        (r"(?:the )?eow(?![a-z])", _week, "week"),
        (rf"(?:the )?{_DAY_NUMBER}(?: day)? of (?:{_EN_STEP}|the )month(?![a-z])", _day_of_month, ""),
        (rf"(?P<d>[0-9]{{1,2}}) of {_EN_STEP}month(?![a-z])", _day_of_month, ""),
        (rf"{_NTH}(?![a-z])(?! (?:of )?(?!at|by|for|day)[a-z]{{3}})(?: day)?", _day_of_month, "month"),
        (r"(?P<d>[0-9]{1,2})(?= at [0-9]|, [0-9]{1,2}(?::[0-9]{2})? ?[ap]m)", _day_of_month, "month"),
        (r"on (?P<d>[0-9]{1,2})(?![0-9a-z:./-])(?! [a-z0-9])", _day_of_month, "month"),
        (rf"(?:on |by |before )?the (?P<d>{_COUNT})(?![a-z0-9:./-])(?! [a-z0-9])", _day_of_month, "month"),
        (rf"(?:the )?(?P<o>{ENGLISH_ORDINAL})(?! (?:of|day|{_NOT_AFTER}|half|quarter|week))", _day_of_month, "month"),
    )
)  # fmt: skip


def _dated(text: str, pos: int, today: date, doubts: Doubts) -> tuple[Days, int] | None:
    """A calendar date."""
    found = match_date(text, pos, today=today, order=doubts)
    if found is None or found[0].day is None:
        return None
    partial, end = found
    days = resolve(partial, partial.on, today)
    every = "" if partial.year_as else "year"
    return (Days(days=days, every=every, whole=partial.year_as == "full"), end) if days else None


def resolve(partial: PartialDate, in_year: Callable[[int], date | None], today: date) -> tuple[date, ...]:
    """The next day of its kind; without a year, one that passed lately is meant to be past."""
    if partial.year is not None:
        only = in_year(partial.year)
        return (only,) if only else ()
    days = [d for year in range(today.year - 1, today.year + 2) if (d := in_year(year))]
    lately = [d for d in days if 0 < (today - d).days <= LATELY]
    return tuple(lately or [d for d in days if d >= today][:1])
