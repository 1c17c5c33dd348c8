"""Spans of time as they stand in the configuration: ``90s``, ``15m``, ``8h``, ``3d``, ``2w``, ``3wd``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_PART = re.compile(r"([0-9]{1,9})\s*(wd|[wdhms])")
_WHOLE = re.compile(r"(?:[0-9]{1,9}\s*(?:wd|[wdhms])\s*)+")
#: Longer than any limit that a request can have; keeps every later sum inside ``datetime``.
MAX_SECONDS = 100 * 366 * 86_400
MAX_WORKING_DAYS = 10_000


class DurationError(ValueError):
    """The text is no duration; the message says what would be one."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text!r} is no duration: write a number and a unit, such as 90s, 15m, 8h, 3d, 2w, "
            "or 3wd for working days"
        )
        self.text = text


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Span:
    """A length of time: calendar seconds, working days, or both (the working days count first)."""

    working_days: int = 0
    seconds: int = 0

    def format(self) -> str:
        """The text that :func:`parse_duration` reads back as an equal span, e.g. ``1d12h`` or ``3wd``."""
        parts = [f"{self.working_days}wd"] if self.working_days else []
        left = self.seconds
        for unit, size in _SECONDS.items():
            # Weeks only when they come out even: "8d" says more than "1w1d".
            if unit == "w" and left % size:
                continue
            count, left = divmod(left, size)
            if count:
                parts.append(f"{count}{unit}")
        return "".join(parts) or "0m"

    def timedelta(self) -> timedelta:
        """The calendar part of the span."""
        return timedelta(seconds=self.seconds)


def parse_duration(text: str) -> Span:
    """Read ``90s``, ``15m``, ``8h``, ``3d``, ``2w``, ``3wd`` (working days), or several in a row (``1d12h``).

    Raises :class:`DurationError`, whose message says what would be right.
    """
    folded = text.strip().lower()
    if not _WHOLE.fullmatch(folded):
        raise DurationError(text)
    seconds = working_days = 0
    for count, unit in _PART.findall(folded):
        if unit == "wd":
            working_days += int(count)
        else:
            seconds += int(count) * _SECONDS[unit]
    if seconds > MAX_SECONDS or working_days > MAX_WORKING_DAYS:
        raise DurationError(text)
    return Span(seconds=seconds, working_days=working_days)
