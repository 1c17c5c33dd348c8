"""Lengths of time in a deadline: 三天, 一个半小时, 48h, 3-5天, an hour and a half, two weeks.

What may be either of two lengths (三五天, 3 to 5 days) is left to a :class:`Doubts`. A length with a word for
the past on it (3天前, 前3天) may speak of what has been: it is unsure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from matching.text.numerals import ENGLISH_NUMBER, NUMBER, number
from matching.text.understood import Doubts

_SECOND_UNITS = {"week": 604_800, "day": 86_400, "hour": 3_600, "quarter": 900, "minute": 60, "second": 1}
_SECOND_UNITS |= {"fortnight": 1_209_600}
_LATER = r"(?=之?内|以内|之?后|以后)"
_UNITS = (
    (r"个?(?:工作日|工作天)|wds?|(?:working|business|work|week) ?-?days?", "workday"),
    (r"个?(?:小时|钟头|钟(?!头))|h(?:ou)?rs?|hours?|h", "hour"),
    (r"分钟|分(?!之)|min(?:ute)?s?|m", "minute"),
    (r"刻钟", "quarter"),
    (r"秒钟?|sec(?:ond)?s?|s", "second"),
    (rf"个?(?:自然日|昼夜|天)|日{_LATER}|(?:calendar )?days?|d", "day"),
    (r"个?(?:周|星期|礼拜)(?![一二三四五六日天末])|weeks?|wks?|w", "week"),
    (r"fortnights?", "fortnight"),
    (r"个月|(?<=个半)月|months?|mths?|mos?", "month"),
    (r"年(?=之?内|以内|之?后|以后|$)|years?|yrs?", "year"),
)
_UNIT = "(?:" + "|".join(f"(?P<{name}>{pattern})" for pattern, name in _UNITS) + ")(?![a-z])"
_COUNT = rf"(?:[0-9]{{1,4}}|{NUMBER}|{ENGLISH_NUMBER})"
_OF = r"(?: ?-?(?:more |further |additional |full |whole |coming |upcoming |straight )?)"
_COUNTED = re.compile(
    rf"(?:(?P<decimal>[0-9]{{1,4}}[.,][0-9]{{1,2}})|(?P<count>{_COUNT}))"
    rf"(?:(?P<half>个半|半| and (?:an? |one )?half(?: an?)?)"
    rf"| and(?P<quarters> (?:an?|one|two|three))? quarters?(?: of)?(?: an?)?)?"
    rf"{_OF}{_UNIT}(?P<more>半| and (?:an? |one )?half)?(?![a-z])"
)
_PART = re.compile(
    rf"(?:(?P<half>半个?|half (?:an? |of an? )?|1/2 ?)|(?P<three>three[ -]quarters? of an? |3/4 ?)"
    rf"|(?P<one>(?:a |one )?quarter of an? |1/4 ?))(?:{_UNIT}|(?P<han>日))"
)
_BETWEEN = r"(?: ?(?:-|~|到|至|或者?|、) ?| to | or |-to-)"
_RANGE = re.compile(rf"(?P<a>{_COUNT}){_BETWEEN}(?P<b>{_COUNT}){_OF}{_UNIT}")
_EITHER = re.compile(
    rf"(?P<a>[一二两三四五六七八])(?P<b>[二三四五六七八九])(?=个|天|日内|小时|分钟|周)(?:{_UNIT})"
)
#: Minutes without their word: 15h30, 1 hour thirty.
_MINUTES_GLUED = re.compile(r"(?P<h>[0-9]{1,2})h(?P<m>[0-5][0-9])(?![0-9a-z])")
_MINUTES_AFTER = re.compile(rf"(?: and)? (?P<m>[1-5][0-9]|{ENGLISH_NUMBER})$")
#: Words for the past before a length (前3天, 之前3小时), and after it (3天前, two days ago).
_PAST_BEFORE = re.compile(r"(?:之前|以前|前|上(?!半))(?:的)?")
_PAST_AFTER = re.compile(r" ?(?:之前|以前|前)")
_AGO = re.compile(r" ?(?:ago|earlier|back)(?![a-z])")
#: What says that a length lies ahead: 未来48小时, next 4 days, 3 days from now.
_AHEAD = re.compile(
    r"(?:在?未来|今后|往后|往后推|接下来|随后|之后|以后|此后|后|下(?!半年)|还剩下?|剩余|剩下?|还有|再给|再)(?:的)?(?=[0-9零〇一二两三四五六七八九十百半几]"
    r"|个半)|(?:the )?(?:next|coming|following|upcoming|another)(?= (?:[0-9]|"
    rf"{ENGLISH_NUMBER}|hour|minute))"
)
_LONE = re.compile(
    r"(?:the )?next (?P<unit>hour|minute)(?![a-z])|(?P<han>个半小时)"
    r"|(?P<workday>下个?工作日|(?:the )?next (?:working|business) day(?![a-z]))"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Length:
    """One counted length; months are apart, because they are of no fixed length."""

    seconds: int = 0
    working_days: int = 0
    months: int = 0
    whole_days: bool = False  #: days, weeks or months, so that a time of day may follow


def match_span(text: str, pos: int, doubts: Doubts) -> tuple[Length, int] | None:
    """The length that starts at ``pos``, and where it ends; None if none does, or it cannot be halved."""
    if lone := _LONE.match(text, pos):
        if lone["workday"]:
            return Length(working_days=1), lone.end()
        seconds = 5400 if lone["han"] else _SECOND_UNITS[lone["unit"]]
        return Length(seconds=seconds), lone.end()
    past = _PAST_BEFORE.match(text, pos)
    if past and past.end() == len(text):
        return None
    ahead = _AHEAD.match(text, pos)
    prefix = past or ahead
    start = prefix.end() if prefix else pos
    if ahead and text[start : start + 1] == " ":
        start += 1
    if (found := _length_at(text, start, doubts)) is None:
        return None
    length, end = found
    if past or _PAST_AFTER.match(text, end):
        doubts.unsure = True
    return (length, end) if not _AGO.match(text, end) else None


def _length_at(text: str, pos: int, doubts: Doubts) -> tuple[Length, int] | None:
    if glued := _MINUTES_GLUED.match(text, pos):
        return Length(seconds=int(glued["h"]) * 3600 + int(glued["m"]) * 60), glued.end()
    for pattern in (_RANGE, _EITHER):
        if (found := pattern.match(text, pos)) and (a := number(found["a"])) and (b := number(found["b"])):
            return _made(doubts.pick("range", (a, b)), found) if a < b else None
    if found := _COUNTED.match(text, pos):
        return _counted(text, found)
    if found := _PART.match(text, pos):
        half_a_day = Length(seconds=43_200), found.end()
        return (
            half_a_day
            if found["han"]
            else _made(0.5 if found["half"] else 0.75 if found["three"] else 0.25, found)
        )
    return None


def _counted(text: str, found: re.Match[str]) -> tuple[Length, int] | None:
    written = found["decimal"]
    count = float(written.replace(",", ".")) if written else number(found["count"])
    if count is None:
        return None
    count += 0.5 if found["half"] or found["more"] else 0
    if " quarter" in found[0]:
        count += (number((found["quarters"] or " a").strip()) or 1) / 4
    return _with_minutes(text, _made(count, found), found)


def _with_minutes(
    text: str, made: tuple[Length, int] | None, found: re.Match[str]
) -> tuple[Length, int] | None:
    """1 hour thirty: what follows at the end of the text are minutes."""
    after = _MINUTES_AFTER.match(text, made[1]) if made and found["hour"] else None
    minutes = number(after["m"]) if after else None
    if made is None or after is None or minutes is None or not 5 <= minutes < 60:
        return made
    return Length(seconds=made[0].seconds + minutes * 60), after.end()


def _made(count: float, found: re.Match[str]) -> tuple[Length, int] | None:
    if found["second"] == "second" and count > 1 and found[0][0].isalpha():
        return None  # the twenty-second
    unit = next(name for _, name in _UNITS if found[name])
    length = _length(count, unit)
    return (length, found.end()) if length else None


def _length(count: float, unit: str) -> Length | None:
    whole = count == int(count)
    if unit in _SECOND_UNITS:
        whole_days = whole and unit in ("day", "week", "fortnight")
        return Length(seconds=int(count * _SECOND_UNITS[unit]), whole_days=whole_days)
    months = count * 12 if unit == "year" else count
    if unit == "month" and count % 1 == 0.5:
        return Length(months=int(count), seconds=15 * 86_400, whole_days=True)
    if months != int(months):
        return None
    if unit == "workday":
        return Length(working_days=int(count))
    return Length(months=int(months), whole_days=True)
