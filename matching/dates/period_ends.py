"""One end of a period as it is written: a date, a month, a year, a bare day, or a time that is a period of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from matching.dates.dates import last_of_month, make_date, match_date
from matching.dates.period_days import day_of_month
from matching.dates.period_edges import edge_at
from matching.dates.period_more import last_weekday
from matching.dates.period_words import Period, named_day, past_century, year_of
from matching.text.numerals import ENGLISH_ORDINAL, NUMBER, number, ordinal
from matching.text.understood import Doubts

_HAN = "一二三四五六七八九十"
_CLOCK = (
    r"(?:[0-9]{1,2}[:：][0-9]{2}(?::[0-9]{2})?(?:时|分)?"
    rf"|[0-9零两{_HAN}]{{1,3}}[时点](?:半|整|[0-9{_HAN}]{{1,3}}分?)?)"
)
_PART = r"(?:凌晨|清晨|早上|早晨|早|上午|中午|下午|傍晚|晚上|晚|夜里|夜间|夜|零点|零时)"
_EN_CLOCK = r"(?:at )?[0-9]{1,2}(?:[:.][0-9]{2})?(?::[0-9]{2})? ?[ap]m(?![a-z])"
TIME = re.compile(rf"[\s,t]*(?:{_PART}?{_CLOCK}|{_PART}|{_EN_CLOCK})(?:许|左右)?")
_TIME_BEFORE = re.compile(rf"(?:{_EN_CLOCK}|[0-9]{{1,2}}:[0-9]{{2}})(?:,| on)? ")
_WEEKDAY = re.compile(r" ?,? ?\(?(?:周|星期|礼拜)(?P<w>[一二三四五六日天])\)?(?![0-9])")
_DAY = re.compile(
    rf"(?:the )?(?:(?P<d>{NUMBER})(?:[日号]|(?:st|nd|rd|th)?(?![0-9a-z:]))|(?P<o>{ENGLISH_ORDINAL}))"
    r"(?:,? ?(?P<y>[0-9]{4})(?![0-9:]))?"
)
_YEAR = re.compile(
    r"(?P<y>[0-9]{4}|[零〇○一二三四五六七八九]{4}|[0-9]{2}|[零〇○一二三四五六七八九]{2}|[今去前本上])年(?:度|全年)?"
    r"|(?:year )?(?P<n>(?:19|20)[0-9]{2})(?![0-9./-])"
)
#: The 1 of "1-28 Feb", which is no January 28.
_DAY_FIRST = re.compile(
    rf"(?:the )?(?:(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?|(?P<o>{ENGLISH_ORDINAL}))"
    r"(?= ?(?:[-–—~]|to|till|until|and|through) ?(?:the )?"
    rf"(?:[0-9]{{1,2}}(?:st|nd|rd|th)?|{ENGLISH_ORDINAL}) ?(?:of )?[a-z]{{3}})"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class End:
    """One end of a period as written: what was left out is None. ``whole``: it is a period of its own."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    whole: Period | None = None
    weekday: int | None = None  #: as written beside it; it must be right

    def first(self, year: int) -> date | None:
        return self.whole[0] if self.whole else make_date(year, self.month or 1, self.day or 1)

    def last(self, year: int) -> date | None:
        if self.whole:
            return self.whole[1]
        if self.day is not None:
            return self.first(year)
        return last_of_month(year, self.month or 12) if 1 <= year <= 9999 else None


def latest(end: End, today: date) -> date | None:
    """The first day of it, in its year or else in the last year in which it had begun."""
    if end.year is not None:
        return end.first(end.year)
    # Nine years reach back to the last February 29 even around 2100.
    years = range(today.year, today.year - 9, -1)
    return next((d for year in years if (d := end.first(year)) and d <= today), None)


def end_at(text: str, pos: int, today: date, doubts: Doubts) -> tuple[End, int] | None:
    """A date, a month, a year, or a bare day at ``pos``; a time of day beside it is read over."""
    if before := _TIME_BEFORE.match(text, pos):
        pos = before.end()
    if day := _DAY_FIRST.match(text, pos):
        found, end = End(day=number(day["d"] or "") or ordinal(day["o"] or "")), day.end()
    elif edge := edge_at(text, pos, today, doubts):
        found, end = End(year=edge[0][0].year, whole=edge[0]), edge[1]
    elif of_month := day_of_month(text, pos, today):
        on = of_month[0]
        found, end = End(year=on.year, month=on.month, day=on.day), of_month[1]
    elif named := named_day(text, pos, today) or last_weekday(text, pos, today, doubts):
        found, end = End(year=named[0][0].year, whole=named[0]), named[1]
    elif dated := match_date(text, pos, today=today, order=doubts):
        partial, end = dated
        year = (
            past_century(partial.year, today) if partial.year and partial.year_as == "short" else partial.year
        )
        found = End(year=year, month=partial.month, day=partial.day)
    elif written := _YEAR.match(text, pos):
        found = End(year=year_of(written["y"] or written["n"], today))
        end = written.end()
    elif (day := _DAY.match(text, pos)) and (number_of := number(day["d"] or "") or ordinal(day["o"] or "")):
        found, end = End(day=number_of, year=int(day["y"]) if day["y"] else None), day.end()
    else:
        return None
    if weekday := _WEEKDAY.match(text, end) if found.day else None:
        found, end = replace(found, weekday=min("一二三四五六日天".index(weekday["w"]), 6)), weekday.end()
    time = TIME.match(text, end)
    return found, time.end() if time else end
