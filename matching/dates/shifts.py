"""Days of the week and hours as people write them for duty: ``Mon-Fri 08:30-17:30``, 周一至周五 8:30-17:30, 工作日."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

#: Bits of days: Monday is the lowest; then days that are worked, and days that are not, by the calendar.
WORKDAYS, DAYS_OFF = 1 << 7, 1 << 8
MON_FRI, WEEKEND, EVERY_DAY = 0b0011111, 0b1100000, 0b1111111
A_DAY = 1440  # minutes
_NOON = 12

_ENGLISH = {name: place for place, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
_HAN = {**{name: place for place, name in enumerate("一二三四五六日")}, "天": 6, "末": -1}
_WORDS: dict[str, int] = {
    "工作日": WORKDAYS, "上班日": WORKDAYS, "workdays": WORKDAYS, "workday": WORKDAYS, "working days": WORKDAYS,
    "节假日": DAYS_OFF, "休息日": DAYS_OFF, "非工作日": DAYS_OFF, "假日": DAYS_OFF, "days off": DAYS_OFF,
    "holidays": DAYS_OFF, "平日": MON_FRI, "weekdays": MON_FRI, "周末": WEEKEND, "双休日": WEEKEND,
    "weekends": WEEKEND, "weekend": WEEKEND, "每天": EVERY_DAY, "每日": EVERY_DAY, "天天": EVERY_DAY,
    "daily": EVERY_DAY, "every day": EVERY_DAY, "everyday": EVERY_DAY,
}  # fmt: skip
#: Blanks are one each where this is looked for.
_TO = r" ?(?:-|–|—|~|至|到|\bto\b) ?"
_ONE = (
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday|s|rs|r|nes)?s?"
    r"|(?:周|星期|礼拜)[一二三四五六日天])"
)
_MORE = rf"(?:{_ONE}|[一二三四五六日天](?![月日号]))"
_DAYS = re.compile(rf"(?<![a-z0-9]){_ONE}(?:(?:{_TO}| ?[,、和/] ?| ){_MORE})*(?![a-z])")
_TOKEN = re.compile(rf"{_ONE}|[一二三四五六日天]|{_TO}")
_NAMED = re.compile("|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True)))
_TIME = (
    r"(?:(?P<{0}h>[01]?\d|2[0-4])\s*(?:[:.](?P<{0}m>[0-5]\d)|[点时](?:(?P<{0}half>半)|(?P<{0}min>[0-5]?\d)分?)?"
    r"|(?=\s*[ap]m))\s*(?P<{0}ap>am|pm)?)"
)
_NEXT = r"(?:次日|翌日|第二天|隔天|next day\s*)?\s*"
_HOURS = re.compile(r"(?<![\d:.])" + _TIME.format("a") + _TO + _NEXT + _TIME.format("b") + r"(?![\d:])")
_ALL_DAY = re.compile(r"全天|24\s*小时|24\s*h\b|all day|round the clock")


@dataclass(frozen=True, kw_only=True, slots=True)
class Shifts:
    """What was read. ``days``, ``hours``: None where nothing was said of them; hours are minutes from midnight, and
    equal for a whole day. ``rest``: what is left of the text."""

    days: int | None
    hours: tuple[int, int] | None
    rest: str


def read_shifts(text: str) -> Shifts:
    """Days and hours in a text, wherever they stand in it."""
    text = " ".join(unicodedata.normalize("NFKC", text).split())
    hours: tuple[int, int] | None = None
    low = text.lower()
    if (found := _HOURS.search(low)) is not None:
        hours = (_minute(found, "a") % A_DAY, _minute(found, "b") % A_DAY)
    elif (found := _ALL_DAY.search(low)) is not None:
        hours = (0, 0)
    if found is not None:
        text = f"{text[: found.start()]} {text[found.end() :]}"
    days: int | None = None
    for pattern in (_NAMED, _DAYS):
        while (found := pattern.search(text.lower())) is not None:
            days = (days or 0) | (_WORDS.get(found.group()) or _of_days(found.group()))
            text = " ".join(f"{text[: found.start()]} {text[found.end() :]}".split())
    return Shifts(days=days, hours=hours, rest=" ".join(text.strip(" ,，、;；").split()))


def _minute(found: re.Match[str], side: str) -> int:
    hour, minute = int(found[f"{side}h"]), int(found[f"{side}m"] or found[f"{side}min"] or 0)
    if found[f"{side}half"]:
        minute = 30
    if found[f"{side}ap"] and hour <= _NOON:
        hour = hour % _NOON + (_NOON if found[f"{side}ap"] == "pm" else 0)
    return hour * 60 + minute


def _of_days(text: str) -> int:
    """The bits of a list of days and ranges of days; a range may run over Sunday."""
    bits, before, ranging = 0, 0, False
    for token in _TOKEN.finditer(text):
        word = token.group().strip()
        place = _place(word)
        if place is None:
            ranging = True
            continue
        last = before if ranging else place
        while ranging and last != place:
            bits |= 1 << last
            last = (last + 1) % 7
        bits |= 1 << place
        before, ranging = place, False
    return bits


def _place(word: str) -> int | None:
    if word[-1] in _HAN:
        return _HAN[word[-1]]
    return _ENGLISH.get(word[:3])
