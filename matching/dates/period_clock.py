"""Hours within one day: 昨日18时至22时, 26 Nov 18:00-22:00. A period has days, so they are read over; what runs past
midnight, or may, stays as it is and is asked."""

from __future__ import annotations

import re

_HAN = "零两一二三四五六七八九十"
_PART = r"(?:凌晨|清晨|早上|早晨|早|上午|中午|下午|傍晚|晚上|晚|夜里|夜间|夜)"
_EARLY = ("凌晨", "清晨", "早")
_MINUTES = rf"[:：][0-9]{{2}}(?::[0-9]{{2}})?|[时点](?:半|整|[0-9{_HAN}]{{1,3}}分?)?"


def _clock(n: int) -> str:
    hour = rf"(?P<part{n}>{_PART})?(?P<h{n}>[0-9]{{1,2}}|[{_HAN}]{{1,3}})"
    return rf"(?:{hour}(?:{_MINUTES}|(?:[:.][0-9]{{2}})? ?(?P<half{n}>[ap]m)))"


_FIRST, _SECOND = _clock(1), _clock(2)
_TO = r" ?(?:至|到|-+|—+|–+|~+|〜|～|(?:to|until|till|and)(?![a-z])) ?"
_HOURS = re.compile(rf"(?:,| |(?<=[0-9])t|from |between |at )*{_FIRST}{_TO}{_SECOND}(?:许|左右|期间|之间)?$")
_HOURS_FIRST = re.compile(rf"^(?:from |between |at )?{_FIRST}{_TO}{_SECOND}(?:,| on| of)* ")
#: 2-5pm: the first hour is of the same half of the day, or before it.
_HALF_AFTER = rf"(?P<h1>[0-9]{{1,2}}){_TO}(?P<h2>[0-9]{{1,2}})(?:[:.][0-9]{{2}})? ?(?P<half2>[ap]m)"
_BARE_HOURS = re.compile(rf"(?:,| )+(?:from |between |at )*{_HALF_AFTER}$")
_BARE_HOURS_FIRST = re.compile(rf"^(?:from |between |at )?{_HALF_AFTER}(?:,| on| of)* ")
_WHOLE_DAY = re.compile(r"(?<=[日号])(?:当天|当日|全天|整天|一天|一整天)$")
_ENDS_AS_DAY = re.compile(
    r"(?:[日号天]|[昨前今]晚|[0-9]{4}|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ber|ry|ch|ril|ne|ly|st|day|\d)\.?$"
)


def within_days(text: str) -> str:
    """A plain text without the hours of a day at its end, or in front of it; as it is where they are none."""
    text = _WHOLE_DAY.sub("", text)
    for pattern in (_BARE_HOURS, _BARE_HOURS_FIRST):
        bare = pattern.search(text)
        if (
            bare
            and int(bare["h1"]) <= 12
            and (day := (text[: bare.start()] + text[bare.end() :]).strip(" ,"))
        ):
            return day if _ENDS_AS_DAY.search(day) else text
    found = _HOURS.search(text)
    day = text[: found.start()].rstrip(" ,") if found else ""
    if found is None or not day or not _ENDS_AS_DAY.search(day):
        found = _HOURS_FIRST.match(text)
        day = text[found.end() :] if found else ""
    if found is None or not day:
        return text
    return day if _same_day(found) else text


def _same_day(found: re.Match[str]) -> bool:
    """Whether the hours end on the day on which they begin; what runs past midnight, or may, is left to be asked."""
    early = found["part2"] in _EARLY or found["half2"] == "am"
    if (
        early
        and (found["part1"] not in _EARLY)
        and found["half1"] != "am"
        and (found["part1"] or found["half1"])
    ):
        return False
    if found["part2"] or found["half2"]:
        return True
    first, second = found["h1"], found["h2"]
    return first.isascii() and second.isascii() and int(first) < int(second)
