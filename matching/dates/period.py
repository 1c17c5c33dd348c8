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
from dataclasses import replace
from datetime import date, timedelta

from matching.dates.date_patterns import MAX_TEXT, plain
from matching.dates.dates import add_months, last_of_month, make_date
from matching.dates.period_clock import within_days
from matching.dates.period_edges import edge_period
from matching.dates.period_ends import TIME, End, end_at, latest
from matching.dates.period_feasts import feast_period
from matching.dates.period_from import counted_period
from matching.dates.period_more import named_more
from matching.dates.period_parts import named_part
from matching.dates.period_some import loose_period
from matching.dates.period_spelling import spelled, with_year
from matching.dates.period_words import Period, named_period, year_of
from matching.text.numerals import NUMBER, number
from matching.text.understood import CouldBe, Doubts, NotRead, Read, TooManyMeanings, every

__all__ = ["Period", "PeriodReading", "read_period"]

#: Codes of what is not read: swapped (the end lies before the beginning; the other way round is near), unreadable.
PeriodReading = Read[Period] | CouldBe[Period] | NotRead[Period]

#: A period without years that would run longer than this over New Year was written the wrong way round.
LONGEST_WRAP = timedelta(days=183)
UNREADABLE: NotRead[Period] = NotRead(code="unreadable")

_BETWEEN = re.compile(
    r"\s*(?:起?[至到]|-+|—+|–+|~+|〜|～|\.{2,}|…+|→|->|,|、|与|和(?!平)|及|(?:to|until|till|through|and)(?![a-z]))"
    r"\s*(?:the )?"
)
_AROUND = re.compile(
    r"^(?:[ .,;。()\[\]=/|]|自|从|在|于|from |between |during |in (?!the last (?:year|month|week)$)|on "
    r"|(?:over|for) (?=the (?:last|past|previous) [0-9a-z]{1,12} [a-z])|the (?=period|month of|year of))+"
    r"|(?:[ .,;。()\[\]/|]|期间|之间|间|止|为止|的|左右)+$"
)
#: A period that ends at the end of October or begins at the beginning of September has these whole.
_BEGINNING = re.compile(r"(?<=[月年])初(?=起?[至到~—-])")
_END = re.compile(r"(?<=[月年])[底末]$")
_BEGINNING_EN = re.compile(r"^(?:the )?(?:beginning|start) of (?:the (?=year|month|week|quarter))?(?=.)")
_EDGE_OF_EN = re.compile(r"((?:to|until|till|through|and) )(?:the )?end of (?=[a-z0-9])")
#: 自9月1日 and "from 1 September" are open where no end follows.
_OPEN = re.compile(
    r"[ .,;。()\[\]]*(?:(?P<since>since )|自|从|from )(?!.*(?:起|以来|开始|至今|到今|onwards?|on)$)"
)
#: What stands between two that are listed, as against the ends of one: 9月和11月 are not the months between.
_LISTED = re.compile(r"\s*(?:,|、|与|和|及|and)\s*(?:the )?")
_RANGE_WORDS = re.compile(r"between |之间|期间|区间")
_NEXT_DAY = re.compile(r"(?:次|翌|第二)[日天]|(?:the )?(?:next|following) (?:day|morning)")
_NEXT_YEAR = re.compile(r"(?:次|翌|第二)年(?=.)")
_COMPACT = re.compile(r"(?P<a>20[0-9]{2}(?:0[1-9]|1[0-2]))(?:[-~—–至到]+(?P<b>20[0-9]{2}(?:0[1-9]|1[0-2])))?")
_SLASHED = re.compile(r"(?<=[0-9]{4}-[0-9]{2}-[0-9]{2})/(?=[0-9]{4}-[0-9]{2}-[0-9]{2})")
#: Nothing but the figures of dates, as most are written: no rule for words is tried.
_FIGURES = re.compile(r"[0-9]{4}[0-9年月日号./~—–至到 -]+")
_NOW = re.compile(r"今日?|现在|目前|(?:the )?(?:now|today|present|date|current date)")
_MONTHS_OF = re.compile(
    rf"(?:(?P<y>[0-9]{{4}}|[0-9]{{2}}|[今去前])年)?(?P<a>{NUMBER})月?"
    rf"(?P<between>[-~—–至到、和与及,]+)(?P<b>{NUMBER})(?:个?月|月份)"
)
_YEARS = re.compile(r"(?P<a>(?:19|20)[0-9]{2})年? ?[-~—–/至到]+ ?(?P<b>(?:19|20)[0-9]{2})年?(?:度)?")
_SINCE = re.compile(r"以来|[之以]后|(?:,? and| or) (?:after|later)|起|起?[至到]今|开始| ?onwards?| on")


def read_period(text: str, *, today: date) -> PeriodReading | None:
    """The first and last day of the period; None for an empty text. Never raises on any text."""
    if len(text) > MAX_TEXT:
        return UNREADABLE
    whole = plain(text)
    folded = _AROUND.sub("", whole)
    if not folded:
        return None
    folded = _SLASHED.sub("..", folded)
    if _FIGURES.fullmatch(folded) is None:
        folded = within_days(spelled(folded))
    ranged = _RANGE_WORDS.search(whole) is not None
    if begins := _OPEN.match(whole):
        open_ended = f"{folded.removeprefix('since ')}至今"
        if begins["since"] or not _BETWEEN.search(folded):
            read = _settled(open_ended, today, ranged=ranged)
            if begins["since"] or read != UNREADABLE:
                return read
    return _settled(folded, today, ranged=ranged)


def _settled(text: str, today: date, *, ranged: bool) -> PeriodReading:
    """``ranged``: words beside the two dates say that they are the ends of one period."""
    text = with_year(text, today)
    if _BETWEEN.search(text):
        text = _BEGINNING_EN.sub(_as_this, _BEGINNING.sub("", _END.sub("", _EDGE_OF_EN.sub(r"\1", text))))
    try:
        meanings, unsure = every(lambda doubts: _meaning(text, today, doubts, ranged=ranged))
    except TooManyMeanings:
        return UNREADABLE
    periods = sorted({one for one in meanings if isinstance(one, tuple)})
    if len(periods) == 1 and not unsure:
        return Read(value=periods[0])
    if periods:
        return CouldBe(values=tuple(periods))
    faults = [one for one in meanings if isinstance(one, NotRead)]
    return next((fault for fault in faults if fault.code == "swapped"), UNREADABLE)


def _as_this(found: re.Match[str]) -> str:
    return "this " if "the " in found[0][4:] else ""


def _meaning(text: str, today: date, doubts: Doubts, *, ranged: bool) -> Period | NotRead[Period]:
    """One thing that a text can mean."""
    if _FIGURES.fullmatch(text):
        return _in_figures(text, today, doubts, ranged=ranged)
    return (
        named_period(text, today)
        or named_part(text, today, doubts)
        or named_more(text, today, doubts)
        or edge_period(text, today, doubts)
        or feast_period(text, today, doubts)
        or loose_period(text, today, doubts)
        or counted_period(text, today, doubts)
        or _in_figures(text, today, doubts, ranged=ranged)
    )


def _in_figures(text: str, today: date, doubts: Doubts, *, ranged: bool) -> Period | NotRead[Period]:
    return (
        _months_of(text, today, doubts, ranged=ranged)
        or _compact_months(text)
        or _years(text, today)
        or _dates(text, today, doubts, ranged=ranged)
    )


def _months_of(text: str, today: date, doubts: Doubts, *, ranged: bool) -> Period | None:
    """1-3月, 2026年1-3月, 9、10月."""
    found = _MONTHS_OF.fullmatch(text)
    if found is None:
        return None
    first, last = number(found["a"]), number(found["b"])
    if not (first and last and 1 <= first <= last <= 12):
        return None
    year = year_of(found["y"], today) if found["y"] else today.year - (first > today.month)
    start = make_date(year, first, 1) if year else None
    doubts.unsure |= last - first > 1 and not ranged and _LISTED.fullmatch(found["between"]) is not None
    return (start, last_of_month(start.year, last)) if start else None


def _compact_months(text: str) -> Period | None:
    """202510-202603."""
    found = _COMPACT.fullmatch(text)
    if found is None:
        return None
    first, last = found["a"], found["b"] or found["a"]
    start, end = date(int(first[:4]), int(first[4:]), 1), last_of_month(int(last[:4]), int(last[4:]))
    return (start, end) if start <= end else None


def _years(text: str, today: date) -> Period | None:
    """2014-2018: all their days."""
    found = _YEARS.fullmatch(text)
    if found is None or not int(found["a"]) < int(found["b"]):
        return None
    return date(int(found["a"]), 1, 1), date(int(found["b"]), 12, 31)


def _dates(text: str, today: date, doubts: Doubts, *, ranged: bool) -> Period | NotRead[Period]:
    """One date, or two with something between them."""
    if (found := end_at(text, 0, today, doubts)) is None:
        return UNREADABLE
    begin, pos = found
    if pos == len(text):
        return _checked(_whole(begin, today), begin, begin)
    if _SINCE.fullmatch(text, pos):
        start = latest(begin, today)
        # what begins today has no end that is known: 即日起, from now on
        return _checked((start, today) if start and start < today else None, begin, None)
    between = _BETWEEN.match(text, pos)
    until = _until(text, between.end(), begin, today, doubts) if between else None
    if between is None or until is None:
        return UNREADABLE
    begin, until = _completed(begin, until, today, doubts)
    period = _checked(_between(begin, until, today, doubts), begin, until)
    if isinstance(period, tuple) and not ranged and _LISTED.fullmatch(between[0]):
        doubts.unsure |= not _adjoining(begin, until, period)
    return period


def _until(text: str, pos: int, begin: End, today: date, doubts: Doubts) -> End | None:
    """The second end of a period, with which the text must end."""
    if _NOW.fullmatch(text, pos):
        return End(year=today.year, month=today.month, day=today.day)
    start = latest(begin, today)
    if after := _NEXT_DAY.match(text, pos):
        time = TIME.match(text, after.end())
        ends = (time.end() if time else after.end()) == len(text)
        sound = start is not None and start < date.max and ends and begin.day
        day = start + timedelta(days=1) if start and sound else None
        return End(year=day.year, month=day.month, day=day.day) if day else None
    year_after = _NEXT_YEAR.match(text, pos)
    found = end_at(text, year_after.end() if year_after else pos, today, doubts)
    if found is None or found[1] != len(text):
        return None
    if year_after:
        return replace(found[0], year=start.year + 1) if start and found[0].year is None else None
    return found[0]


def _adjoining(begin: End, until: End, period: Period) -> bool:
    """Whether two that are listed have nothing between them: 9月和10月."""
    end = begin.last(period[0].year)
    next_starts = until.first(period[1].year)
    return end is not None and next_starts is not None and next_starts - end <= timedelta(days=1)


def _checked(
    period: Period | NotRead[Period] | None, begin: End, until: End | None
) -> Period | NotRead[Period]:
    """The period, where the weekdays that stand beside its ends are theirs."""
    if not isinstance(period, tuple):
        return period or UNREADABLE
    ends = ((begin, period[0]), (until or begin, period[1] if until else period[0]))
    right = all(end.weekday is None or end.weekday == day.weekday() for end, day in ends)
    return period if right else UNREADABLE


def _completed(begin: End, until: End, today: date, doubts: Doubts) -> tuple[End, End]:
    """2月1日-28日: the month that one end lacks is the other's; 1号到7号 are of this month, or of the last."""
    if (
        begin.month is None
        and until.month is None
        and begin.day
        and until.day
        and not (begin.year or until.year)
    ):
        month = doubts.pick("month", (today.replace(day=1), add_months(today.replace(day=1), -1)))
        if until.day < today.day or begin.day > today.day:
            month = add_months(today.replace(day=1), -(begin.day > today.day))
            doubts.unsure |= begin.day > today.day
        begin = replace(begin, month=month.month, year=month.year)
    if begin.month is None and begin.day is not None:
        begin = replace(begin, month=until.month)
    if until.month is None and until.day is not None:
        until = replace(until, month=begin.month)
    return begin, until


def _whole(end: End, today: date) -> Period | None:
    """A single day, month or year by itself; a bare day number says too little."""
    start = None if end.month is None and end.day is not None else latest(end, today)
    last = end.last(start.year) if start else None
    return (start, last) if start and last else None


def _between(begin: End, until: End, today: date, doubts: Doubts) -> Period | NotRead[Period] | None:
    if (begin.month is None and begin.day is not None) or (until.month is None and until.day is not None):
        return None
    if begin.year is None and until.year is not None:
        start, last = begin.first(until.year), until.last(until.year)
        if start and last and start > last:
            start = begin.first(until.year - 1)
    else:
        start = latest(begin, today)
        last = until.last(until.year or start.year) if start else None
        if start and last and last < start and until.year is None:
            return _over_new_year(begin, until, start, doubts)
    if start is None or last is None:
        return None
    if last < start:
        first, end = until.first(last.year), begin.last(start.year)
        return NotRead(code="swapped", near=((first, end),) if first and end else ())
    return start, last


def _over_new_year(begin: End, until: End, start: date, doubts: Doubts) -> Period | NotRead[Period] | None:
    """12月20日-1月10日 runs into the next year; 3月1日-2月1日 is the wrong way round; 8月至2月 may be either."""
    last = until.last(start.year + 1)
    if last is None or last - start <= LONGEST_WRAP:
        return (start, last) if last else None
    first, end = until.first(start.year), begin.last(start.year)
    swapped = (first, end) if first and end else None
    if begin.day is None and swapped and (last - start).days < 330:
        return doubts.pick("wrap", ((start, last), swapped))
    return NotRead(code="swapped", near=(swapped,) if swapped else ())
