"""The period that a request is about: two dates, however they are written.

- Between the dates: 至, 到, ``-``, ``..``, ``to``, and the like; times of day are read over.
- A month or a year means all its days (2026-02, 2026年2月, 2026年, Feb 2026).
- A year left out is the last one in which the period had begun: a request asks about what was. For the same
  reason two digits of a year lie in the past: 98年 is 1998.
- 近三个月, last 30 days: up to today, and beginning that long before; so too 上个月, 今年以来, 至今, 去年下半年.

What can be two periods (1/2/2026-3/2/2026, 8月至2月) is given back as both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from matching.dates.date_patterns import MAX_TEXT, plain
from matching.dates.dates import last_of_month, make_date, match_date
from matching.dates.period_clock import within_days
from matching.dates.period_more import named_more
from matching.dates.period_parts import named_part
from matching.dates.period_words import Period, named_day, named_period, past_century, year_of
from matching.text.numerals import ENGLISH_ORDINAL, NUMBER, number, ordinal
from matching.text.understood import CouldBe, Doubts, NotRead, Read, TooManyMeanings, every

__all__ = ["Period", "PeriodReading", "read_period"]

#: Codes of what is not read: swapped (the end lies before the beginning; the other way round is near), unreadable.
PeriodReading = Read[Period] | CouldBe[Period] | NotRead[Period]

#: A period without years that would run longer than this over New Year was written the wrong way round.
LONGEST_WRAP = timedelta(days=183)
UNREADABLE: NotRead[Period] = NotRead(code="unreadable")

_BETWEEN = re.compile(
    r"\s*(?:起?[至到]|-+|—+|–+|~+|〜|～|\.{2,}|…+|→|->|,|、|与|和(?!平)|(?:to|until|till|through|and)(?![a-z]))"
    r"\s*(?:the )?"
)
_HAN = "一二三四五六七八九十"
_CLOCK = (
    r"(?:[0-9]{1,2}[:：][0-9]{2}(?::[0-9]{2})?(?:时|分)?"
    rf"|[0-9零两{_HAN}]{{1,3}}[时点](?:半|整|[0-9{_HAN}]{{1,3}}分?)?)"
)
_PART = r"(?:凌晨|清晨|早上|早晨|早|上午|中午|下午|傍晚|晚上|晚|夜里|夜间|夜|零点|零时)"
_EN_CLOCK = r"(?:at )?[0-9]{1,2}(?:[:.][0-9]{2})?(?::[0-9]{2})? ?[ap]m(?![a-z])"
_TIME = re.compile(rf"[\s,t]*(?:{_PART}?{_CLOCK}|{_PART}|{_EN_CLOCK})(?:许|左右)?")
_TIME_BEFORE = re.compile(rf"(?:{_EN_CLOCK}|[0-9]{{1,2}}:[0-9]{{2}})(?:,| on)? ")
_AROUND = re.compile(
    r"^(?:[ .,;。()\[\]=]|自|从|在|于|from |between |during |in |on "
    r"|(?:over|for) (?=the (?:last|past|previous) [0-9a-z]{1,12} [a-z])|the (?=period|month of|year of))+"
    r"|(?:[ .,;。()\[\]]|期间|之间|间|止|为止|的|左右)+$"
)
#: A period that ends at the end of October or begins at the beginning of September has these whole.
_BEGINNING = re.compile(r"(?<=[月年])初(?=起?[至到~—-])")
_END = re.compile(r"(?<=[月年])[底末]$")
_EDGE_OF_EN = re.compile(r"((?:to|until|till|through|and) )(?:the )?end of (?=[a-z0-9])")
#: 自9月1日 and "from 1 September" are open where no end follows.
_OPEN = re.compile(
    r"[ .,;。()\[\]]*(?:(?P<since>since )|自|从|from )(?!.*(?:起|以来|开始|至今|到今|onwards?|on)$)"
)
_SLASHED = re.compile(r"(?<=[0-9]{4}-[0-9]{2}-[0-9]{2})/(?=[0-9]{4}-[0-9]{2}-[0-9]{2})")
_NOW = re.compile(r"今日?|现在|目前|(?:the )?(?:now|today|present|date|current date)")
_DAY = re.compile(
    rf"(?:the )?(?:(?P<d>{NUMBER})(?:[日号]|(?:st|nd|rd|th)?(?![0-9a-z:]))|(?P<o>{ENGLISH_ORDINAL}))"
    r"(?:,? ?(?P<y>[0-9]{4})(?![0-9:]))?"
)
_MONTHS_OF = re.compile(
    rf"(?:(?P<y>[0-9]{{4}}|[0-9]{{2}}|[今去前])年)?(?P<a>{NUMBER})月?[-~—–至到]+(?P<b>{NUMBER})月份?"
)
_YEARS = re.compile(r"(?P<a>(?:19|20)[0-9]{2})年? ?[-~—–/至到]+ ?(?P<b>(?:19|20)[0-9]{2})年?(?:度)?")
_YEAR = re.compile(
    r"(?P<y>[0-9]{4}|[零〇○一二三四五六七八九]{4}|[0-9]{2}|[零〇○一二三四五六七八九]{2}|[今去前本上])年(?:度|全年)?"
    r"|(?:year )?(?P<n>(?:19|20)[0-9]{2})(?![0-9./-])"
)
_SINCE = re.compile(r"以来|起|起?[至到]今|开始| ?onwards?| on")
#: The 1 of "1-28 Feb", which is no January 28.
_DAY_FIRST = re.compile(
    rf"(?:the )?(?:(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?|(?P<o>{ENGLISH_ORDINAL}))"
    r"(?= ?(?:[-–—~]|to|till|until|and|through) ?(?:the )?"
    rf"(?:[0-9]{{1,2}}(?:st|nd|rd|th)?|{ENGLISH_ORDINAL}) ?(?:of )?[a-z]{{3}})"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class _End:
    """One end of a period as written: what was left out is None. ``whole``: it is a period of its own."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    whole: Period | None = None

    def first(self, year: int) -> date | None:
        return self.whole[0] if self.whole else make_date(year, self.month or 1, self.day or 1)

    def last(self, year: int) -> date | None:
        if self.whole:
            return self.whole[1]
        if self.day is not None:
            return self.first(year)
        return last_of_month(year, self.month or 12) if 1 <= year <= 9999 else None


def read_period(text: str, *, today: date) -> PeriodReading | None:
    """The first and last day of the period; None for an empty text. Never raises on any text."""
    if len(text) > MAX_TEXT:
        return UNREADABLE
    folded = _AROUND.sub("", plain(text))
    if not folded:
        return None
    folded = within_days(_SLASHED.sub("..", folded))
    if begins := _OPEN.match(plain(text)):
        open_ended = f"{folded.removeprefix('since ')}至今"
        folded = open_ended if begins["since"] or not _BETWEEN.search(folded) else folded
    if _BETWEEN.search(folded):
        folded = _BEGINNING.sub("", _END.sub("", _EDGE_OF_EN.sub(r"\1", folded)))
    try:
        return _settled(every(lambda doubts: _meaning(folded, today, doubts))[0])
    except TooManyMeanings:
        return UNREADABLE


def _settled(meanings: list[Period | NotRead[Period]]) -> PeriodReading:
    periods = sorted({one for one in meanings if isinstance(one, tuple)})
    if len(periods) == 1:
        return Read(value=periods[0])
    if periods:
        return CouldBe(values=tuple(periods))
    faults = [one for one in meanings if isinstance(one, NotRead)]
    return next((fault for fault in faults if fault.code == "swapped"), UNREADABLE)


def _meaning(text: str, today: date, doubts: Doubts) -> Period | NotRead[Period]:
    """One thing that a text can mean."""
    return (
        named_period(text, today)
        or named_part(text, today, doubts)
        or named_more(text, today, doubts)
        or _months_of(text, today)
        or _years(text, today)
        or _dates(text, today, doubts)
    )


def _months_of(text: str, today: date) -> Period | None:
    """1-3月, 2026年1-3月."""
    found = _MONTHS_OF.fullmatch(text)
    if found is None:
        return None
    first, last = number(found["a"]), number(found["b"])
    if not (first and last and 1 <= first <= last <= 12):
        return None
    year = year_of(found["y"], today) if found["y"] else today.year - (first > today.month)
    start = make_date(year, first, 1) if year else None
    return (start, last_of_month(start.year, last)) if start else None


def _years(text: str, today: date) -> Period | None:
    """2014-2018: all their days."""
    found = _YEARS.fullmatch(text)
    if found is None or not int(found["a"]) < int(found["b"]):
        return None
    return date(int(found["a"]), 1, 1), date(int(found["b"]), 12, 31)


def _dates(text: str, today: date, doubts: Doubts) -> Period | NotRead[Period]:
    """One date, or two with something between them."""
    if (found := _end_at(text, 0, today, doubts)) is None:
        return UNREADABLE
    begin, pos = found
    if pos == len(text):
        return _whole(begin, today) or UNREADABLE
    if _SINCE.fullmatch(text, pos):
        start = _latest(begin, today)
        return (start, today) if start and start <= today else UNREADABLE
    between = _BETWEEN.match(text, pos)
    if between is None:
        return UNREADABLE
    if _NOW.fullmatch(text, between.end()):
        until: _End | None = _End(year=today.year, month=today.month, day=today.day)
    else:
        found = _end_at(text, between.end(), today, doubts)
        until = found[0] if found and found[1] == len(text) else None
    if until is None:
        return UNREADABLE
    return _between(*_completed(begin, until), today, doubts) or UNREADABLE


def _end_at(text: str, pos: int, today: date, doubts: Doubts) -> tuple[_End, int] | None:
    """A date, a month, a year, or a bare day at ``pos``; a time of day beside it is read over."""
    if before := _TIME_BEFORE.match(text, pos):
        pos = before.end()
    if day := _DAY_FIRST.match(text, pos):
        found, end = _End(day=number(day["d"] or "") or ordinal(day["o"] or "")), day.end()
    elif named := named_day(text, pos, today):
        found, end = _End(year=named[0][0].year, whole=named[0]), named[1]
    elif dated := match_date(text, pos, today=today, order=doubts):
        partial, end = dated
        year = (
            past_century(partial.year, today) if partial.year and partial.year_as == "short" else partial.year
        )
        found = _End(year=year, month=partial.month, day=partial.day)
    elif written := _YEAR.match(text, pos):
        found = _End(year=year_of(written["y"] or written["n"], today))
        end = written.end()
    elif day := _DAY.match(text, pos):
        found = _End(
            day=number(day["d"] or "") or ordinal(day["o"] or ""), year=int(day["y"]) if day["y"] else None
        )
        end = day.end()
    else:
        return None
    time = _TIME.match(text, end)
    return found, time.end() if time else end


def _completed(begin: _End, until: _End) -> tuple[_End, _End]:
    """2月1日-28日 and 1-28 Feb: the month that one end lacks is the other's."""
    if begin.month is None and begin.day is not None:
        begin = replace(begin, month=until.month)
    if until.month is None and until.day is not None:
        until = replace(until, month=begin.month)
    return begin, until


def _whole(end: _End, today: date) -> Period | None:
    """A single day, month or year by itself; a bare day number says too little."""
    start = None if end.month is None and end.day is not None else _latest(end, today)
    last = end.last(start.year) if start else None
    return (start, last) if start and last else None


def _latest(end: _End, today: date) -> date | None:
    """The first day of it, in its year or else in the last year in which it had begun."""
    if end.year is not None:
        return end.first(end.year)
    # Nine years reach back to the last February 29 even around 2100.
    years = range(today.year, today.year - 9, -1)
    return next((d for year in years if (d := end.first(year)) and d <= today), None)


def _between(begin: _End, until: _End, today: date, doubts: Doubts) -> Period | NotRead[Period] | None:
    if (begin.month is None and begin.day is not None) or (until.month is None and until.day is not None):
        return None
    if begin.year is None and until.year is not None:
        start, last = begin.first(until.year), until.last(until.year)
        if start and last and start > last:
            start = begin.first(until.year - 1)
    else:
        start = _latest(begin, today)
        last = until.last(until.year or start.year) if start else None
        if start and last and last < start and until.year is None:
            return _over_new_year(begin, until, start, doubts)
    if start is None or last is None:
        return None
    if last < start:
        first, end = until.first(last.year), begin.last(start.year)
        return NotRead(code="swapped", near=((first, end),) if first and end else ())
    return start, last


def _over_new_year(begin: _End, until: _End, start: date, doubts: Doubts) -> Period | NotRead[Period] | None:
    """12月20日-1月10日 runs into the next year; 3月1日-2月1日 is the wrong way round; 8月至2月 may be either."""
    last = until.last(start.year + 1)
    if last is None or last - start <= LONGEST_WRAP:
        return (start, last) if last else None
    first, end = until.first(start.year), begin.last(start.year)
    swapped = (first, end) if first and end else None
    if begin.day is None and swapped and (last - start).days < 330:
        return doubts.pick("wrap", ((start, last), swapped))
    return NotRead(code="swapped", near=(swapped,) if swapped else ())
