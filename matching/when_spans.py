"""Lengths of time in a deadline: 三天, 一个半小时, 48h, 3个工作日, two weeks, half a day."""

from __future__ import annotations

import re
from dataclasses import dataclass

from matching.numerals import ENGLISH, NUMBER, number

_SECOND_UNITS = {"week": 604_800, "day": 86_400, "hour": 3_600, "quarter": 900, "minute": 60, "second": 1}
_LATER = r"(?=之?内|以内|之?后|以后)"
_UNITS = (
    (r"个?(?:工作日|工作天)|wds?|(?:working|business|work) ?-?days?", "workday"),
    (r"个?(?:小时|钟头)|h(?:ou)?rs?|hours?|h", "hour"),
    (r"分钟|分|min(?:ute)?s?|m", "minute"),
    (r"刻钟", "quarter"),
    (r"秒钟?|sec(?:ond)?s?|s", "second"),
    (rf"个?(?:自然日|昼夜|天)|日{_LATER}|(?:calendar )?days?|d", "day"),
    (r"个?(?:周|星期|礼拜)(?![一二三四五六日天末])|weeks?|wks?|w", "week"),
    (r"个月|months?|mos?", "month"),
    (r"年(?=之?内|以内|之?后|以后|$)|years?|yrs?", "year"),
)
_UNIT = "|".join(f"(?P<{name}>{pattern})" for pattern, name in _UNITS)
_ENGLISH = "|".join(sorted(ENGLISH, key=len, reverse=True))
_COUNTED = re.compile(
    rf"(?:(?P<decimal>[0-9]{{1,4}}\.[0-9]{{1,2}})|(?P<count>{NUMBER}|(?:{_ENGLISH})(?![a-z])))"
    rf"(?P<half>个半|半)? ?-?(?:{_UNIT})(?P<more>半)?(?![a-z])"
)
_HALF = re.compile(rf"(?:半个?|half (?:an? )?)(?:{_UNIT})(?![a-z])")


@dataclass(frozen=True, kw_only=True, slots=True)
class Length:
    """One counted length; months are apart, because they are of no fixed length."""

    seconds: int = 0
    working_days: int = 0
    months: int = 0
    whole_days: bool = False  #: days, weeks or months, so that a time of day may follow


def match_span(text: str, pos: int) -> tuple[Length, int] | None:
    """The length that starts at ``pos``, and where it ends; None if none does, or it cannot be halved."""
    if found := _COUNTED.match(text, pos):
        parts = found.groupdict()
        count = float(parts["decimal"]) if parts["decimal"] else number(parts["count"] or "")
        if count is None:
            return None
        if parts["half"] or parts["more"]:
            count += 0.5
    elif found := _HALF.match(text, pos):
        parts, count = found.groupdict(), 0.5
    else:
        return None
    unit = next(name for _, name in _UNITS if parts[name])
    length = _length(count, unit)
    return (length, found.end()) if length else None


def _length(count: float, unit: str) -> Length | None:
    whole = count == int(count)
    if unit in _SECOND_UNITS:
        return Length(seconds=int(count * _SECOND_UNITS[unit]), whole_days=whole and unit in ("day", "week"))
    if unit == "month" and count == 0.5:
        return Length(seconds=15 * 86_400, whole_days=True)
    months = count * 12 if unit == "year" else count
    if months != int(months):
        return None
    if unit == "workday":
        return Length(working_days=int(count))
    return Length(months=int(months), whole_days=True)
