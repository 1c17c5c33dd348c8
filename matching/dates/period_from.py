"""Periods that are counted from a day: 10月1日起30天, 11月20日前一周, 前后各三天, 未来三个月, rest of the month.

Without a word for the direction (三个月内, within 30 days) it is asked: for records it lies behind, for a watch ahead.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from matching.dates.dates import FIRST_YEAR, LAST_YEAR, add_months, last_of_month
from matching.dates.period_days import one_day
from matching.dates.period_words import Period
from matching.dates.when_spans import Length, match_span
from matching.text.numerals import NUMBER, number
from matching.text.understood import Doubts

_DAY = timedelta(days=1)
#: No period is counted over more than this from a day.
MOST_MONTHS, MOST_DAYS = 240, 7300
#: Days on each side of 10月1日前后 that people may mean.
AROUND = (3, 7)

_WITHIN = r"(?:之内|以内|内|止)?"
_SPAN = r"(?P<span>[^前后起]{1,16}?)"
_FROM = re.compile(
    rf"(?P<at>.{{2,14}}?)(?P<how>起算?|开始|之后|以后|往后推|往后|后)(?:的|算|,)?(?:连续)?{_SPAN}{_WITHIN}"
    r"|(?:starting|beginning|commencing|from)?(?: on| from)? ?(?P<at1>[a-z0-9 ,./-]{3,20}?),? (?:\+|plus|for)"
    r"(?: the)?(?: next| following)? (?P<span1>[a-z0-9 ]{3,24})"
    r"|(?:for |within )?(?:the )?(?:first )?(?P<span2>[a-z0-9 ]{3,24}?),? "
    r"(?P<how2>from|after|following|starting|beginning|commencing|since)"
    r"(?: on| from)? (?P<at2>[a-z0-9 ,./-]{3,24})"
)
_BEFORE = re.compile(
    rf"(?P<at>.{{2,14}}?)(?:之前|以前|往前推|往前|向前|倒推|前)的?{_SPAN}{_WITHIN}"
    r"|(?:the )?(?P<span1>[a-z0-9 ]{3,24}?) (?:immediately )?"
    r"(?:before|prior to|preceding|up to|leading up to|(?P<ending>ending))"
    r"(?: on)? (?P<at1>[a-z0-9 ,./-]{3,24})"
)
_AROUND = re.compile(
    r"(?P<at>.{2,14}?)的?前后(?P<each>各)?(?P<span>.{1,8}?)?(?:内|之内|以内|期间)?"
    r"|(?P<at1>[^±+]{2,20}?) ?(?P<each1>±|\+ ?/ ?-) ?(?P<span1>.{1,16})"
    r"|(?P<span2>[a-z0-9 ]{3,24}?) (?:on )?(?P<each2>before and after|either side of|around) "
    r"(?P<at2>[a-z0-9 ,./-]{3,24})"
    r"|(?:around|about|circa|on or around) (?P<at3>[a-z0-9 ,./-]{3,24})"
)
_NEXT = re.compile(
    r"(?:从现在起)?(?:未来|今后|接下来|往后|此后)的?(?P<span>.{1,8}?)(?:内|之内|以内)?"
    r"|(?:for |within |over |during )?(?:the )?(?:next|coming|following|upcoming) (?P<span1>[a-z0-9 ]{3,24})"
)
_REST = re.compile(
    r"(?:the )?(?:rest|remainder|remaining)(?: of)? (?:the |this |current |my )?(?P<unit>week|month|year)"
    r"|(?P<han>本周|这周|本月|这个月|今年|本年)(?:剩余|剩下|余下)的?(?:时间|日子|几天)?"
)
_EITHER_WAY = re.compile(
    r"(?P<span>.{1,8}?)(?:之内|以内|内)|(?:(?P<within>within|in) )?(?P<span1>[a-z0-9 ]{3,40})|(?P<span2>[^年]{2,6})"
)
_BARE = re.compile(r"^(?=(?:day|week|fortnight|month|year)(?:$| and))")
_YEARS = re.compile(rf"(?P<n>{NUMBER})年(?P<half>半)?[又零]?")
_JOIN = re.compile(r"(?: ?and |, ?| |又|零|加)?")


def counted_period(text: str, today: date, doubts: Doubts) -> Period | None:
    """The period that the whole text counts from a day; None if it is none of these."""
    for pattern, rule in _RULES:
        if (found := pattern.fullmatch(text)) and (period := rule(found, today, doubts)):
            return period
    return None


def length_of(text: str, doubts: Doubts) -> Length | None:
    """A whole text as one length, in parts where it has several: 3 months and 2 weeks, 一年半."""
    text = _BARE.sub("1 ", text.removeprefix("the ")).strip()
    months = seconds = pos = 0
    while pos < len(text):
        years = _YEARS.match(text, pos)
        if years and (count := number(years["n"])):
            months, pos = months + 12 * count + (6 if years["half"] else 0), years.end()
            continue
        found = match_span(text, pos, doubts)
        if found is None or found[0].working_days or text[pos] in "前上之以未今后下剩还再":
            return None
        months, seconds, pos = months + found[0].months, seconds + found[0].seconds, found[1]
        gap = _JOIN.match(text, pos)
        pos = gap.end() if gap and gap.end() < len(text) else pos
    sound = pos == len(text) and (months or seconds)
    return Length(months=months, seconds=seconds) if sound and _is_sound(months, seconds) else None


def _is_sound(months: int, seconds: int) -> bool:
    return months <= MOST_MONTHS and seconds <= MOST_DAYS * 86_400


def moved(day: date, length: Length, sign: int) -> date:
    """The day so much later (1) or earlier (-1); hours reach into the day that they begin."""
    days = -(-length.seconds // 86_400)
    return add_months(day, sign * length.months) + sign * days * _DAY


def _parts(found: re.Match[str], today: date, doubts: Doubts) -> tuple[date | None, Length | None]:
    """The day and the length of a match; each stands in a group of its name, however numbered."""
    groups = found.groupdict()
    at = next((words for name, words in groups.items() if words and name.startswith("at")), "")
    span = next((words for name, words in groups.items() if words and name.startswith("span")), "")
    day = one_day(at, today, doubts) if at else None
    if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
        return None, None
    return day, length_of(span, doubts) if span and day else None


def _from(found: re.Match[str], today: date, doubts: Doubts) -> Period | None:
    """Thirty days from a day have it as their first; a month after it reaches to the same day of the next."""
    day, length = _parts(found, today, doubts)
    if day is None or length is None:
        return None
    after = (found["how"] or "").endswith("后") or found["how2"] in ("after", "following")
    return day, moved(day, length, 1) - (0 if after else 1) * _DAY


def _before(found: re.Match[str], today: date, doubts: Doubts) -> Period | None:
    day, length = _parts(found, today, doubts)
    if day is None or length is None:
        return None
    first = moved(day, length, -1)
    return (first + _DAY if found["ending"] else first), day


def _around(found: re.Match[str], today: date, doubts: Doubts) -> Period | None:
    """前后各三天 are three days on each side; 前后三天 may be three in all; of 前后 alone nobody knows."""
    day, length = _parts(found, today, doubts)
    if day is None:
        return None
    if length is None:
        if found["span"] or found["span1"] or found["span2"]:
            return None
        side = doubts.pick("around", AROUND)
        first, last = day - side * _DAY, day + side * _DAY
    else:
        first, last = moved(day, length, -1), moved(day, length, 1)
        if not (found["each"] or found["each1"] or found["each2"]):
            half = max(1, (last - day).days // 2) * _DAY
            first, last = doubts.pick("each side", ((first, last), (day - half, day + half)))
    return first, (min(last, today) if day <= today else last)


def _next(found: re.Match[str], today: date, doubts: Doubts) -> Period | None:
    length = length_of(found["span"] or found["span1"], doubts)
    return (today, moved(today, length, 1)) if length else None


def _rest(found: re.Match[str], today: date, _: Doubts) -> Period:
    han = found["han"] or ""
    unit = found["unit"] or ("week" if "周" in han else "month" if "月" in han else "year")
    end = {
        "week": today + (6 - today.weekday()) * _DAY,
        "month": last_of_month(today.year, today.month),
        "year": date(today.year, 12, 31),
    }
    return today, end[unit]


def _either_way(found: re.Match[str], today: date, doubts: Doubts) -> Period | None:
    length = length_of(found["span"] or found["span1"] or found["span2"], doubts)
    bare = found["span2"] or (found["span1"] and not found["within"])
    if length is None or (bare and length.seconds % 86_400):
        return None
    return doubts.pick("direction", ((moved(today, length, -1), today), (today, moved(today, length, 1))))


Rule = Callable[["re.Match[str]", date, Doubts], "Period | None"]
_RULES: tuple[tuple[re.Pattern[str], Rule], ...] = (
    (_NEXT, _next),
    (_REST, _rest),
    (_AROUND, _around),
    (_FROM, _from),
    (_BEFORE, _before),
    (_EITHER_WAY, _either_way),
)
