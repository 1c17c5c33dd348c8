"""Periods that are a part of another, or are named after one: 今年前五个月, 上月最后五天, 90年代, the 1970s,
earlier this year, the week commencing 4 February, 4 to 22 of this month.

Each rule gives the first and the last day, or nothing where it would have to guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from matching.dates.dates import add_months, last_of_month, make_date, match_date
from matching.dates.period_days import one_day
from matching.dates.period_words import Period, past_century, year_of
from matching.text.numerals import NUMBER, number
from matching.text.understood import Doubts

_DAY = timedelta(days=1)
_HAN = "零〇○一二三四五六七八九"

_DECADE = re.compile(
    r"(?:(?P<century>上|(?:1[5-9]|20|21|十[五六七八九]|二十一?))个?世纪的?)?(?P<n>[1-9]0|"
    r"[一二三四五六七八九]?十)年代"
)
_EN_DECADE = re.compile(
    r"(?:the |in the )?(?:(?P<c>1[5-9]|20)?(?P<n>[0-9]0) ?['’]?s|(?P<w>twenties|thirties|forties|fifties|"
    r"sixties|seventies|"
    r"eighties|nineties))"
)
_DECADES = ("twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties")
_TENS = {word: 10 * tens for tens, word in enumerate(_DECADES, start=2)}

#: A year or a month, of which a part is named.
_WHOLE = (
    rf"(?:(?P<y>(?:19|20)[0-9]{{2}}|[{_HAN}]{{4}}|[0-9]{{2}}|[{_HAN}]{{2}}|[去今前本上])年)?"
    rf"(?:(?P<m>{NUMBER})月份?|(?P<step>上|本|这|当)个?月)?"
)
_FIRST_OR_LAST = re.compile(
    rf"{_WHOLE}的?(?:(?P<first>前|头|最初)|(?P<last>最?后|末))(?P<n>{NUMBER})个?(?P<unit>天|日|周|星期|月)"
)
_EN_FIRST_OR_LAST = re.compile(
    r"(?:the )?(?P<which>first|last|final) (?P<n>[0-9]{1,3}|[a-z]{3,9}) (?P<unit>day|month)s "
    r"(?:of|in) (?P<whole>.{3,24})"
)
_STEP = re.compile(r"(?P<step>this|the|last) (?P<unit>month|year)|(?P<y>(?:19|20)[0-9]{2})")
_FIRST_MONTH = re.compile(
    rf"(?P<y>(?:19|20)[0-9]{{2}}|[{_HAN}]{{4}}|[去今前本上])年的?(?:首|第一个|头一个)月"
)
_HALF_MONTH = re.compile(rf"{_WHOLE}的?(?P<half>上半|前半|下半|后半)(?:个?月)")
_LAST_HALF = re.compile(r"(?:上个|上一个|过去的那个)半年")

_LAST_FEW = re.compile(
    r"上(?P<n>[二两三四五六七八九十]|[0-9]{1,2})个?(?P<unit>天|日|周|星期|礼拜|月)"
    r"|(?:the )?(?:last|past|previous) (?P<fortnight>fortnight)"
)
_EARLIER = re.compile(
    r"earlier (?:this|in the|in this) (?P<unit>week|month|year)|(?P<han>今年|本年|本月|本周|这周|"
    r"这个月)早些时候"
)
_PLAIN = re.compile(
    r"(?:the|my|all|this calendar|the calendar|this working|the working|the whole) (?P<unit>week|month|year)"
    r"|(?:calendar year|cy) ?(?P<y>(?:19|20)?[0-9]{2})"
)
_COMMENCING = re.compile(
    r"(?:the |for the )?(?:(?P<n>[1-9]|two|three|four) weeks?|week|w/?c) ?(?:(?:commencing|starting|"
    r"beginning|from|that started)(?: on)? )?"
    r"(?P<at>(?:the )?.+)"
)
_WEEK_OF = re.compile(r"(?:the |in the )?week of (?P<at>.+)")
_OF_THIS_MONTH = re.compile(
    r"(?:from |between )?(?:the )?(?P<a>[0-9]{1,2})(?:st|nd|rd|th)? ?(?:to|till|until|through|and|-|–) ?(?:the )?"
    r"(?P<b>[0-9]{1,2})(?:st|nd|rd|th)? (?:of )?(?P<step>this|last|the) month"
)
_QUARTER_YEAR = re.compile(r"q(?P<q>[1-4])[ -](?P<y>(?:19|20)[0-9]{2})")
_WEEK_IN = re.compile(
    rf"{_WHOLE}的?第?(?P<n>[一二三四五1-5])个?(?:周|星期|礼拜)"
    r"|(?:the )?(?P<o>first|second|third|fourth|1st|2nd|3rd|4th|last) week (?:of|in) "
    r"(?P<at>[a-z]{3,9}(?:,? (?:19|20)[0-9]{2})?)"
)
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_STEPS = {"上": -1, "本": 0, "这": 0, "当": 0, "this": 0, "the": 0, "last": -1}


def named_part(text: str, today: date, doubts: Doubts) -> Period | None:
    """The period that the whole text names in one of these ways; None if it names none, or one that has not begun."""
    for pattern, rule in _RULES:
        if (found := pattern.fullmatch(text)) and (period := rule(found, today, doubts)):
            return period if period[0] <= today and period[0] <= period[1] else None
    return None


Rule = Callable[["re.Match[str]", date, Doubts], "Period | None"]


def _decade(found: re.Match[str], today: date, _: Doubts) -> Period | None:
    tens = number(found["n"]) or 0
    century = found["century"]
    if century is None:
        first = past_century(today.year // 100 * 100 + tens, today)
    elif century == "上":
        first = (today.year // 100 - 1) * 100 + tens
    else:
        first = ((number(century) or 0) - 1) * 100 + tens
    return _ten_years(first)


def _en_decade(found: re.Match[str], today: date, _: Doubts) -> Period | None:
    tens = _TENS[found["w"]] if found["w"] else int(found["n"])
    if found["c"]:
        return _ten_years(int(found["c"]) * 100 + tens)
    if not found["w"] and tens == 0:
        return None
    return _ten_years(past_century(today.year // 100 * 100 + tens, today))


def _ten_years(first: int) -> Period | None:
    return (date(first, 1, 1), date(first + 9, 12, 31)) if 1000 <= first <= 9000 else None


def _whole(found: re.Match[str], today: date) -> Period | None:
    """The year or the month that a part is of."""
    if step := found["step"]:
        first = add_months(today.replace(day=1), _STEPS[step])
        return first, last_of_month(first.year, first.month)
    year = year_of(found["y"], today) if found["y"] else None
    if found["m"]:
        month = number(found["m"]) or 0
        start = make_date(year or today.year - (month > today.month), month, 1)
        return (start, last_of_month(start.year, start.month)) if start else None
    return (date(year, 1, 1), date(year, 12, 31)) if year and 1 <= year <= 9998 else None


def _first_or_last(found: re.Match[str], today: date, _: Doubts) -> Period | None:
    whole = _whole(found, today)
    count, unit = number(found["n"]), found["unit"]
    if whole is None or not count:
        return None
    named = {"月": "month", "天": "day", "日": "day"}.get(unit, "week")
    return _piece(whole, count, named, last=bool(found["last"]))


def _en_first_or_last(found: re.Match[str], today: date, _: Doubts) -> Period | None:
    """The first ten days of October, the last three months of 2025."""
    count, words = number(found["n"]), found["whole"]
    read = match_date(words, 0, today=today)
    if read and read[1] == len(words) and read[0].day is None:
        first = make_date(read[0].year or today.year - (read[0].month > today.month), read[0].month, 1)
        whole = (first, last_of_month(first.year, first.month)) if first else None
    elif step := _STEP.fullmatch(words):
        steps = _STEPS.get(step["step"], 0)
        month, year = add_months(today.replace(day=1), steps), int(step["y"] or today.year + steps)
        is_month = step["unit"] == "month"
        whole = (
            (month, last_of_month(month.year, month.month))
            if is_month
            else (date(year, 1, 1), date(year, 12, 31))
        )
    else:
        return None
    return _piece(whole, count, found["unit"], last=found["which"] != "first") if count and whole else None


def _piece(whole: Period, count: int, unit: str, *, last: bool) -> Period | None:
    """The first or the last so many days or months of a whole; weeks of it are counted in too many ways."""
    first, end = whole
    if unit == "day" and count <= (end - first).days + 1:
        return (end - timedelta(days=count - 1), end) if last else (first, first + timedelta(days=count - 1))
    if unit == "month" and count <= 12 and (end - first).days > 31:
        return (add_months(end + _DAY, -count), end) if last else (first, add_months(first, count) - _DAY)
    return None


def _first_month(found: re.Match[str], today: date, _: Doubts) -> Period | None:
    year = year_of(found["y"], today)
    return (date(year, 1, 1), date(year, 1, 31)) if year else None


def _half_month(found: re.Match[str], today: date, _: Doubts) -> Period | None:
    groups = found.groupdict()
    bare = not (groups["y"] or groups["m"] or groups["step"])
    whole = (today.replace(day=1), last_of_month(today.year, today.month)) if bare else _whole(found, today)
    if whole is None or (whole[1] - whole[0]).days > 31:
        return None
    middle = whole[0].replace(day=15)
    return (whole[0], middle) if found["half"][0] in "上前" else (middle + _DAY, whole[1])


def _last_half(_found: re.Match[str], today: date, _: Doubts) -> Period | None:
    if today.month > 6:
        return date(today.year, 1, 1), date(today.year, 6, 30)
    return date(today.year - 1, 7, 1), date(today.year - 1, 12, 31)


def _this(unit: str, today: date) -> Period:
    first = {
        "week": today - timedelta(days=today.weekday()),
        "month": today.replace(day=1),
        "year": today.replace(month=1, day=1),
    }[unit]
    return first, today


def _earlier(found: re.Match[str], today: date, doubts: Doubts) -> Period | None:
    """Up to today; of a month that is more than half over, perhaps its first half."""
    han = found["han"] or ""
    unit = found["unit"] or ("year" if "年" in han else "month" if "月" in han else "week")
    first, last = _this(unit, today)
    if unit == "month" and last.day > 15:
        return doubts.pick("earlier", ((first, last), (first, last.replace(day=15))))
    return first, last


def _last_few(found: re.Match[str], today: date, doubts: Doubts) -> Period | None:
    """上两周 and 上2个月 end today to some, and with the last whole week or month to others."""
    count, unit = 2 if found["fortnight"] else number(found["n"]), found["unit"]
    if not count:
        return None
    if unit in ("天", "日"):
        start, begin, end = today - timedelta(days=count), today - timedelta(days=count), today - _DAY
    elif unit == "月":
        start, begin = add_months(today, -count), add_months(today.replace(day=1), -count)
        end = today.replace(day=1) - _DAY
    else:
        monday = today - timedelta(days=today.weekday())
        start, begin, end = today - timedelta(weeks=count), monday - timedelta(weeks=count), monday - _DAY
    return doubts.pick("last few", ((start, today), (begin, end)))


def _plain(found: re.Match[str], today: date, _: Doubts) -> Period | None:
    if unit := found["unit"]:
        return _this(unit, today)
    year = year_of(found["y"], today)
    return (date(year, 1, 1), min(date(year, 12, 31), today)) if year and year <= today.year else None


def _commencing(found: re.Match[str], today: date, doubts: Doubts) -> Period | None:
    weeks = number(found["n"] or "1")
    start = one_day(found["at"], today, doubts)
    return (start, start + timedelta(days=7 * weeks - 1)) if start and weeks else None


def _week_of(found: re.Match[str], today: date, doubts: Doubts) -> Period | None:
    day = one_day(found["at"], today, doubts)
    monday = day - timedelta(days=day.weekday()) if day else None
    return (monday, monday + timedelta(days=6)) if monday else None


def _of_this_month(found: re.Match[str], today: date, _: Doubts) -> Period | None:
    month = add_months(today.replace(day=1), _STEPS[found["step"]])
    first, last = (make_date(month.year, month.month, int(found[end])) for end in "ab")
    return (first, last) if first and last else None


def _quarter_year(found: re.Match[str], _today: date, _: Doubts) -> Period | None:
    year, month = int(found["y"]), 3 * int(found["q"]) - 2
    return date(year, month, 1), last_of_month(year, month + 2)


def _week_in(found: re.Match[str], today: date, doubts: Doubts) -> Period | None:
    """The first week of a month is from its first Monday to some, and its first seven days to others."""
    if found["at"]:
        read = match_date(f"1 {found['at']}", 0, today=today, order=doubts)
        if read is None or read[0].month is None or found["o"] == "last":
            return None
        year = read[0].year or today.year - (read[0].month > today.month)
        first, count = make_date(year, read[0].month, 1), _ORDINALS[found["o"]]
    else:
        whole = _whole(found, today)
        if whole is None or (whole[1] - whole[0]).days > 31:
            return None
        first, count = whole[0], number(found["n"]) or 1
    if first is None:
        return None
    days = timedelta(days=7 * (count - 1))
    monday = first + timedelta(days=-first.weekday() % 7) + days
    start = doubts.pick("week of the month", (monday, first + days))
    return start, start + timedelta(days=6)


_RULES: tuple[tuple[re.Pattern[str], Rule], ...] = (
    (_DECADE, _decade),
    (_EN_DECADE, _en_decade),
    (_FIRST_OR_LAST, _first_or_last),
    (_EN_FIRST_OR_LAST, _en_first_or_last),
    (_FIRST_MONTH, _first_month),
    (_HALF_MONTH, _half_month),
    (_LAST_HALF, _last_half),
    (_EARLIER, _earlier),
    (_LAST_FEW, _last_few),
    (_PLAIN, _plain),
    (_WEEK_OF, _week_of),
    (_COMMENCING, _commencing),
    (_OF_THIS_MONTH, _of_this_month),
    (_QUARTER_YEAR, _quarter_year),
    (_WEEK_IN, _week_in),
)
