"""Which time of day a deadline names: 下午3点半, 18:00前, noon, 6pm, 下班前.

- 上午, morning: 12:00. 中午, noon: 12:00. 下午, afternoon: 18:00. 晚上, evening, tonight: 21:00.
- 早上, 明早: 09:00, when work begins. 凌晨: 06:00. 傍晚: 19:00. 午夜, midnight: the end of that day.
- 下班前, end of day, close of business: 18:00.
- 24:00 is the end of that day. 1点 to 6点 without a part of the day are in the
  afternoon; 3:00 and 3时 are not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from matching.numerals import NUMBER, number

#: Minutes after midnight at which a day's work ends: what a date without a time means.
END_OF_WORK = 18 * 60
END_OF_DAY = 24 * 60

_PARTS = {
    "dawn": 6 * 60,
    "early": 9 * 60,
    "morning": 12 * 60,
    "noon": 12 * 60,
    "afternoon": END_OF_WORK,
    "dusk": 19 * 60,
    "evening": 21 * 60,
    "midnight": END_OF_DAY,
    "close": END_OF_WORK,
}
_WORDS = (
    (r"凌晨|清晨|拂晓", "dawn"),
    (r"早上|早晨|早间|一早|早", "early"),
    (r"上午|午前|early (?:in the )?morning|morning|am(?![a-z])|a\.m\.?", "morning"),
    (r"中午|正午|午间|noon|midday|lunch ?time", "noon"),
    (r"下午|午后|afternoon|pm(?![a-z])|p\.m\.?", "afternoon"),
    (r"傍晚", "dusk"),
    (r"半夜|午夜|midnight", "midnight"),
    (r"晚上|晚间|夜里|夜间|深夜|晚|夜|evening|night", "evening"),
    (r"下班(?:之前|以前|前|时)?|close of (?:business|play)|cob(?![a-z])|eod(?![a-z])", "close"),
    (r"(?:the )?end of (?:the )?(?:business |working |work )?day(?![a-z])", "close"),
)
_PART_WORDS = tuple((re.compile(rf"(?:in the |at )?(?:{words})"), part) for words, part in _WORDS)

_SPOKEN = re.compile(
    rf"(?P<h>{NUMBER})(?P<unit>点钟?|时(?!候))(?:(?P<half>半)|(?P<q>[一三1３3])刻|(?P<m>{NUMBER})分?|整)?"
    r"|(?P<eh>[0-9]{1,2}) ?o'?clock"
)
_DIGITAL = re.compile(r"(?P<h>[0-9]{1,2}):(?P<m>[0-9]{2})(?::[0-9]{2})?(?![0-9:])(?: ?hrs?(?![a-z]))?")
_HOURS = re.compile(r"(?P<h>[0-9]{2})(?P<m>[0-9]{2}) ?h(?:ou)?rs?(?![a-z])")
_BARE = re.compile(
    r"(?P<h>[0-9]{1,2})(?= ?(?:am|pm|a\.m|p\.m)(?![a-z]))|(?P<n>[0-9]{1,2})(?= in the (?:morn|aft|eve))"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """An hour and minute as written; ``spoken`` (3点, not 3:00 or 3时) may lack its half of the day."""

    hour: int
    minute: int
    spoken: bool


def match_part(text: str, pos: int) -> tuple[str, int] | None:
    """The part of the day that the words at ``pos`` name, and where they end."""
    for pattern, part in _PART_WORDS:
        if found := pattern.match(text, pos):
            return part, found.end()
    return None


def match_clock(text: str, pos: int) -> tuple[Clock, int] | None:
    """The time of day that starts at ``pos``, and where it ends; None also for 25:00."""
    for pattern in (_DIGITAL, _SPOKEN, _HOURS, _BARE):
        if found := pattern.match(text, pos):
            break
    else:
        return None
    parts = found.groupdict()
    hour = number(next(h for key in ("h", "eh", "n") if (h := parts.get(key))))
    minute = _minute(parts)
    if hour is None or minute is None or hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    spoken = pattern is _BARE or (pattern is _SPOKEN and parts["unit"] != "时")
    return Clock(hour=hour, minute=minute, spoken=spoken), found.end()


def _minute(parts: dict[str, str | None]) -> int | None:
    if parts.get("half"):
        return 30
    if quarters := parts.get("q"):
        return 15 * (number(quarters) or 0)
    return number(parts.get("m") or "0")


def minutes(part: str | None, clock: Clock | None) -> int | None:
    """Minutes after midnight, 1440 and more on the next day; None when neither is given."""
    if clock is None:
        return None if part is None else _PARTS[part]
    hour = clock.hour
    if part is not None and hour <= 12:
        hour = _in_part(hour, part)
    elif part is None and clock.spoken and 1 <= hour <= 6:
        hour += 12
    return hour * 60 + clock.minute


def _in_part(hour: int, part: str) -> int:
    """The hour of 24 that an hour of twelve is in that part of the day: 晚上12点 is 24, 12 am is 0."""
    if part in ("afternoon", "dusk", "close"):
        return hour if hour == 12 else hour + 12
    if part in ("evening", "midnight"):
        # 晚上12点 ends the day, 晚上1点 is already the next one.
        return hour + 24 if hour <= 4 else 24 if hour == 12 else hour + 12
    if part == "noon":
        return hour + 12 if 1 <= hour <= 3 else hour
    return 0 if hour == 12 and part in ("dawn", "morning") else hour
