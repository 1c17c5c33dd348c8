"""Which time of day a deadline names: 下午3点半, 18:00前, 1700hrs, half past five, noon, 下班前.

- 上午, morning: 12:00. 中午, noon: 12:00. 下午, afternoon: 18:00. 晚上, evening, tonight: 21:00.
- 早上, 明早, 上班前, first thing: 09:00, when work begins. 凌晨: 06:00. 傍晚: 19:00. 午夜, midnight: the end
  of that day.
- 下班前, end of day, close of business: 18:00.
- 24:00 is the end of that day. 3点 lacks its half of the day, and so do 3:00 and "at 3"; 03:00, 3时 and
  1700hrs do not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from matching.text.numerals import ENGLISH_NUMBER, NUMBER, number
from matching.text.understood import Doubts

#: Minutes after midnight at which a day's work ends: what a date without a time means.
END_OF_WORK = 18 * 60
END_OF_DAY = 24 * 60

PARTS = {
    "dawn": 6 * 60,
    "early": 9 * 60,
    "am": 12 * 60,
    "morning": 12 * 60,
    "noon": 12 * 60,
    "pm": END_OF_WORK,
    "afternoon": END_OF_WORK,
    "dusk": 19 * 60,
    "evening": 21 * 60,
    "late": 23 * 60,
    "midnight": END_OF_DAY,
    "close": END_OF_WORK,
}
_WORDS = (
    (
        r"上班(?:之前|以前|前|时|后)?|first thing(?: in the morning)?|start of (?:business|work|the day)",
        "early",
    ),
    (r"凌晨|清晨|拂晓|early (?:hours )?of the morning", "dawn"),
    (r"早上(?!班)|早晨|早间|一早|一大早|早|early (?:in the )?morning", "early"),
    (r"上午|午前|morning", "morning"),
    (r"am(?![a-z])", "am"),
    (r"(?:12 )?(?:noon|mid[- ]?day)(?:ish)?|中午|正午|午间|lunch ?time", "noon"),
    (r"下午|午后|afternoon", "afternoon"),
    (r"pm(?![a-z])", "pm"),
    (r"傍晚", "dusk"),
    (r"半夜|午夜|(?:12 )?midnight", "midnight"),
    (r"深夜|late (?:at )?(?:night|evening|in the (?:night|evening))", "late"),
    (r"晚上|晚间|夜里|夜间|晚|夜|evening|night(?!s)", "evening"),
    (
        r"下班(?:之前|以前|前|时)?|收工前?|close of (?:business|play|day)|(?:cob|cop|eob|eod)(?![a-z])",
        "close",
    ),
    (r"end of (?:(?:the )?(?:business |working |work )?day|business|play)(?![a-z])", "close"),
)
_PART_WORDS = tuple((re.compile(rf"(?:in the |at |the )?(?:{words})"), part) for words, part in _WORDS)

#: Nobody writes 12h30 for twelve hours and a half.
NO_LENGTH = 10
_HOUR = rf"(?:[0-9]{{1,2}}|{ENGLISH_NUMBER})"
_END = r"(?![0-9a-z:])"
_NOON = r" ?(?P<noon>am|pm)(?![a-z])"
#: Most telling first. Groups: h, m; ``noon`` for am and pm; ``past`` and ``to`` for quarter past five.
_TWELVE = re.compile(
    r"(?P<h>[0-9]{1,2})[:.](?P<m>[0-5][0-9])(?:[:.][0-9]{2})?" + _NOON
    + rf"|(?P<h2>[0-9]{{1,2}})(?P<m2>[0-5][0-9]){_NOON.replace('noon', 'noon2')}"
    + rf"|(?P<h3>{_HOUR})\.?{_NOON.replace('noon', 'noon3')}"
)  # fmt: skip
_DIGITAL = re.compile(
    r"(?:at |@ ?)?(?P<h>[0-9]{1,2}):(?P<m>[0-9]{2})(?::[0-9]{2})?(?![0-9:])(?: ?hrs?(?![a-z]))?"
)
#: 0800 tomorrow, Friday 1700: beside a day four digits are a time as well, where they are no year.
_OF_DAY = r"(?:today|tonight|tomorrow|tmrw|mon|tue|wed|thu|fri|sat|sun)[a-z]*"
_MILITARY = re.compile(
    r"(?P<h>[01][0-9]|2[0-4])(?P<m>[0-5][0-9])"
    rf"(?: ?(?:hrs?|hours?|h)(?![a-z])|(?<!(?:19|20)[0-9]{{2}})(?= (?:on )?{_OF_DAY}(?![a-z]))|"
    r"(?![0-9a-z]|[./-][0-9])(?:(?<=day 0[0-9]{3})|(?<=day 1[0-8][0-9]{2})|"
    r"(?<=tomorrow [0-9]{4})|(?<=tonight [0-9]{4})))"
)
_SPOKEN = re.compile(
    rf"(?P<h>{NUMBER})(?P<unit>点钟?|时(?!候))(?P<rough>多钟?|许)?"
    rf"(?:(?P<half>半)|(?P<q>[一三13])刻|(?P<m>{NUMBER})分?(?:{NUMBER}秒)?|整)?许?"
)
_TWO = re.compile(r"(?P<a>[一二两三四五六七八九])(?P<b>[二三四五六七八九])点钟?")
_PAST = re.compile(
    r"(?:at |@ ?)?(?:(?P<half>half)|(?P<q>(?:a )?quarter)"
    rf"|(?P<m>{_HOUR}(?: min(?:ute)?s?)|[12]?[05]|five|ten|twenty|twenty[- ]five))"
    rf" (?:(?:(?P<past>past|after)|(?P<to>to|before|till)) |(?<=half ))(?:(?P<h>{_HOUR})|(?P<word>noon|midnight))"
    rf"(?P<noon> ?[ap]m)?{_END}(?! ?-?(?:more |working |business |calendar )?(?:day|hour|hr|min|week|month))"
)
_OCLOCK = re.compile(rf"(?:at )?(?P<h>{_HOUR}) ?o'?clock")
_PAIR = re.compile(
    rf"(?:at |@ ?)?(?P<h>{ENGLISH_NUMBER})[ -](?P<m>{ENGLISH_NUMBER})(?: minutes)?(?P<noon> ?[ap]m(?![a-z]))?{_END}"
)
_DOTTED = re.compile(r"(?P<at>at |@ ?|by |before |until )?(?P<h>[0-9]{1,2})\.(?P<m>[0-5][0-9])(?![0-9.])")
_BARE = re.compile(
    rf"(?:at |@ ?)(?P<h>{_HOUR}){_END}(?!\.[0-9])"
    rf"|(?:by |before |until )(?P<h2>{_HOUR}){_END}(?!\.[0-9]| ?[-/]| [a-z]{{3}})"
    rf"|(?P<h3>{_HOUR})(?=,? (?:in the (?:morn|aft|eve|[ap]m)|tomorrow|today|on [0-9]|this (?:morn|aft|eve|night)))"
)
_GLUED = re.compile(r"(?:at |@ ?)(?P<h>[0-9]{1,2}) ?(?P<m>[0-5][0-9])(?![0-9a-z:./])")
#: 15h30 is a time or a length; so is 15h, an hour of the day that is no common length, and 900hrs.
_FRENCH = re.compile(r"(?P<at>at |by |@ ?)?(?P<h>[0-9]{1,2})h(?P<m>[0-5][0-9])(?![0-9a-z])")
_HOUR_OR_LENGTH = re.compile(
    r"(?P<at>at |by |@ ?)?(?:(?P<h>1[3-9]|2[0-3])h|(?P<h3>[3-9])(?P<m>[0-5][0-9]) ?h(?:ou)?rs?)(?![a-z0-9])"
)

Style = Literal["exact", "spoken", "digital", "bare"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """An hour and minute as written.

    ``exact`` names one time of the 24 hours; the others may lack their half of the day: 3点 (``spoken``, by
    day unless said otherwise), 3:00 (``digital``), at 3 (``bare``).
    """

    hour: int
    minute: int
    style: Style
    noon: str = ""  #: am, pm


def match_part(text: str, pos: int) -> tuple[str, int] | None:
    """The part of the day that the words at ``pos`` name, and where they end."""
    for pattern, part in _PART_WORDS:
        if found := pattern.match(text, pos):
            return part, found.end()
    return None


def match_clock(text: str, pos: int, doubts: Doubts) -> tuple[Clock, int] | None:
    """The time of day that starts at ``pos``, and where it ends; None also for 25:00."""
    if found := _TWELVE.match(text, pos):
        return _twelve(found)
    if found := _DIGITAL.match(text, pos):
        style: Style = "exact" if found["h"].startswith("0") or int(found["h"]) > 12 else "digital"
        return _clock(int(found["h"]), int(found["m"]), style, found)
    if found := _TWO.match(text, pos):
        a, b = number(found["a"]) or 0, number(found["b"]) or 0
        return _clock(doubts.pick("hour", (a, b)), 0, "spoken", found) if a < b else None
    if found := _SPOKEN.match(text, pos):
        spoken: Style = "exact" if found["unit"] == "时" else "spoken"
        return _clock(number(found["h"]), _minute(found), spoken, found)
    return _english(text, pos) or _dotted(text, pos, doubts)


def match_clock_like_length(text: str, pos: int, doubts: Doubts) -> tuple[Clock, int] | None:
    """A time of day that looks like a length: 1700hrs, ten minutes to five, 15h30."""
    if found := _MILITARY.match(text, pos):
        return _clock(int(found["h"]), int(found["m"]), "exact", found)
    if found := _PAST.match(text, pos):
        return _past(found)
    if found := _FRENCH.match(text, pos) or _HOUR_OR_LENGTH.match(text, pos):
        hour, minute = int(found["h"] or found["h3"]), found.groupdict().get("m")
        sure = found["at"] or (minute and hour >= NO_LENGTH)
        if hour <= 24 and (sure or doubts.pick("h", ("time", "length")) == "time"):
            return _clock(hour, int(minute or 0), "exact", found)
    return None


def _twelve(found: re.Match[str]) -> tuple[Clock, int] | None:
    hour = number(found["h"] or found["h2"] or found["h3"])
    minute = int(found["m"] or found["m2"] or 0)
    noon = found["noon"] or found["noon2"] or found["noon3"]
    if hour is None or hour > 24 or (hour > 12 and noon == "am"):
        return None
    return _clock(hour, minute, "exact", found, noon)


def _past(found: re.Match[str]) -> tuple[Clock, int] | None:
    """Half past five, quarter to seven."""
    hour = 12 if found["word"] == "noon" else 24 if found["word"] else number(found["h"])
    minute = 30 if found["half"] else 15 if found["q"] else number((found["m"] or "").split(" min")[0])
    if hour is None or minute is None or minute > 59:
        return None
    since = hour % 24 * 60 + (1440 - minute if found["to"] else minute)
    if found["noon"]:
        since = since % 720 + (720 if found["noon"].strip() == "pm" else 0)
    exact = found["word"] or found["noon"]
    return _clock(since // 60 % 24, since % 60, "exact" if exact else "bare", found)


def _english(text: str, pos: int) -> tuple[Clock, int] | None:
    """Seven thirty, at 5, at 730, 5 o'clock."""
    if found := _PAIR.match(text, pos):
        hour, minute = number(found["h"]), number(found["m"])
        if hour is None or minute is None or not 1 <= hour <= 24 or minute < 10:
            return None
        return _clock(
            hour, minute, "exact" if found["noon"] else "bare", found, (found["noon"] or "").strip()
        )
    if found := _GLUED.match(text, pos):
        return _clock(int(found["h"]), int(found["m"]), "digital", found)
    for pattern in (_OCLOCK, _BARE):
        if found := pattern.match(text, pos):
            parts = found.groupdict()
            hour = number(parts["h"] or parts.get("h2") or parts.get("h3") or "")
            return _clock(hour, 0, "bare", found) if hour is None or hour <= 12 else None
    return None


def _dotted(text: str, pos: int, doubts: Doubts) -> tuple[Clock, int] | None:
    """18.00 and at 6.45, which are no dates; "by 5.30" may be one."""
    found = _DOTTED.match(text, pos)
    if found is None:
        return None
    hour, minute, before = int(found["h"]), int(found["m"]), (found["at"] or "").strip()
    if before not in ("at", "@") and 1 <= hour <= 12 and 1 <= minute <= 31:
        weekday = _after_weekday(text, pos)
        if not (before or weekday) or doubts.pick("dotted", ("time", "date")) == "date":
            return None
    return _clock(hour, minute, "digital" if hour <= 12 else "exact", found)


_WEEKDAY_BEFORE = re.compile(r"(?:mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)(?:day|nesday|rsday|urday)?,? $")


def _after_weekday(text: str, pos: int) -> bool:
    """Whether an English weekday stands right before ``pos``: Friday 5.30."""
    return _WEEKDAY_BEFORE.search(text[max(0, pos - 12) : pos]) is not None


def _clock(
    hour: int | None, minute: int | None, style: Style, found: re.Match[str], noon: str = ""
) -> tuple[Clock, int] | None:
    if hour is None or minute is None or hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    if hour == 0 or hour > 12:
        style = "exact"
    return Clock(hour=hour, minute=minute, style=style, noon=noon), found.end()


def _minute(found: re.Match[str]) -> int | None:
    if found["half"]:
        return 30
    if quarters := found["q"]:
        return 15 * (number(quarters) or 0)
    return number(found["m"] or "0")


def minutes(parts: tuple[str, ...], clock: Clock | None) -> int | None:
    """Minutes after midnight, 1440 and more on the next day; None when neither is given, or they contradict
    each other. Parts that stand beside each other (8pm in the evening) must mean the same."""
    if clock is None:
        if "midnight" in parts:  # midnight tonight
            parts = tuple(part for part in parts if part not in ("evening", "late"))
        meant = {PARTS[part] for part in parts}
        return meant.pop() if len(meant) == 1 else None
    said = (*parts, clock.noon) if clock.noon else parts
    hours = {_in_part(clock.hour, part) for part in said} or {clock.hour}
    return hours.pop() * 60 + clock.minute if len(hours) == 1 else None


def _in_part(hour: int, part: str) -> int:
    """The hour of 24 that an hour of twelve is in that part of the day: 晚上12点 is 24, 12 am is 0."""
    if hour > 12:
        return hour
    if part in ("afternoon", "dusk", "close", "pm"):
        return hour if hour == 12 else hour + 12
    if part in ("evening", "late", "midnight"):
        # 晚上12点 ends the day, 晚上1点 is already the next one.
        return hour + 24 if hour <= 4 else 24 if hour == 12 else hour + 12
    if part == "noon":
        return hour + 12 if 1 <= hour <= 3 else hour
    return 0 if hour == 12 and part in ("dawn", "morning", "am", "early") else hour
