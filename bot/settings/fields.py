"""How single values of the configuration are read: durations, shares, hours, codes, addresses."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, PlainSerializer

from matching.text.span import Span, parse_duration

CODE = re.compile(r"[A-Z0-9]{1,10}")
_SHARE = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*%")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")

#: By when the first notice goes out: a share of the time to answer, or a time before it ends.
Before = float | timedelta


def longer_than_nothing(value: Span) -> Span:
    if not (value.seconds or value.working_days):
        raise ValueError("must be longer than nothing")
    return value


def span_or_none(value: Any) -> Any:
    """A time to answer; "" for none."""
    return None if value in ("", None) else span(value)


def span(value: Any) -> Span:
    """A length of time, working days allowed. Raises ``ValueError`` saying what would be right."""
    if isinstance(value, Span):
        return value
    if not isinstance(value, str):
        raise ValueError(f'{value!r} is no duration: write it as text, such as "8h" or "3wd"')
    return parse_duration(value)


def duration(value: Any) -> timedelta:
    """A length of time without working days."""
    if isinstance(value, timedelta):
        return value
    found = span(value)
    if found.working_days:
        raise ValueError(f"{value!r} counts working days, which is not possible here: write 3d, not 3wd")
    return found.timedelta()


def positive(value: timedelta) -> timedelta:
    if not value:
        raise ValueError("must be longer than nothing")
    return value


def duration_or_never(value: Any) -> timedelta | None:
    """A length of time; nothing for an empty text."""
    return None if value is None or (isinstance(value, str) and not value.strip()) else duration(value)


NEVER = "never"


def kept(value: Any) -> timedelta | str:
    """How long something is kept: a length of time, ``never`` deleted, or "" where nothing is said of it alone."""
    text = value.strip() if isinstance(value, str) else value
    return text if text in ("", NEVER) else duration(value)


def before(value: Any) -> Before:
    """``25%`` as 0.25, or a duration."""
    if isinstance(value, str) and (share := _SHARE.fullmatch(value.strip())):
        found = float(share[1]) / 100
        if not 0 < found < 1:
            raise ValueError(f"{value!r} is no share: between 1% and 99%")
        return found
    return value if isinstance(value, float) else duration(value)


def after(value: Any) -> float | timedelta:
    """How late something is: a duration, or ``25%`` of the time that there was as 0.25; 100% and more are possible."""
    if isinstance(value, str) and (share := _SHARE.fullmatch(value.strip())):
        return float(share[1]) / 100
    return value if isinstance(value, float) else duration(value)


def clock_time(value: Any) -> time:
    """``08:30`` as a time of day."""
    if isinstance(value, time):
        return value
    if not isinstance(value, str) or not (found := _CLOCK.fullmatch(value.strip())):
        raise ValueError(f'{value!r} is no time of day: write it as "08:30"')
    return time(int(found[1]), int(found[2]))


def clock_time_or_never(value: Any) -> time | None:
    """``08:30`` as a time of day; nothing for an empty text."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    return clock_time(value)


def hours(value: Any) -> tuple[time, time] | None:
    """``22:00-07:00`` as from and until; nothing for an empty text."""
    if value is None or isinstance(value, tuple):
        return value
    if not isinstance(value, str):
        raise ValueError('write it as "22:00-07:00", or "" for none')
    if not value.strip():
        return None
    ends = re.split(r"\s*[-–—]\s*", value.strip())
    if len(ends) != 2:
        raise ValueError(f'{value!r} are no hours: write them as "22:00-07:00", or "" for none')
    begin, end = clock_time(ends[0]), clock_time(ends[1])
    if begin == end:
        raise ValueError(f"{value!r} begins and ends at the same time")
    return begin, end


def zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{value!r} is no time zone: write it as Asia/Shanghai") from None
    return value


def code(value: str) -> str:
    """A unit's code: it becomes part of every number, and of commands such as ``/r_KS26_0042``."""
    if not CODE.fullmatch(value):
        raise ValueError(f"{value!r} is no code: 1 to 10 capital letters and digits, such as KS")
    return value


def listen(value: str) -> str:
    """``host:port``; an IPv6 host in brackets."""
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal() or not 0 <= int(port) <= 65535:
        raise ValueError(f'{value!r} is no address to listen on: write it as "127.0.0.1:8643"')
    return value


def http_url(value: str) -> str:
    if value and not re.match(r"https?://[^/\s]+", value):
        raise ValueError(f"{value!r} is no address: write it with https://")
    return value.rstrip("/")


def items(value: Any) -> Any:
    """A list; out of an environment variable as JSON, or as values divided by commas."""
    if not isinstance(value, str):
        return value
    if value.strip().startswith("["):
        return tables(value)
    return [part.strip() for part in value.split(",") if part.strip()]


def tables(value: Any) -> Any:
    """A list of tables; out of an environment variable as JSON."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise ValueError(f"is not JSON: {error}") from None


def worded_options(value: Any) -> Any:
    """Options of which one is chosen: each as its labels by language, or as one word that holds for both."""
    value = tables(value)
    if not isinstance(value, list | tuple):
        return value
    return [{"zh": one, "en": one} if isinstance(one, str) else one for one in value]


def _text(write: Callable[[Any], str]) -> PlainSerializer:
    return PlainSerializer(write, return_type=str)


Duration = Annotated[timedelta, BeforeValidator(duration)]
PositiveDuration = Annotated[timedelta, BeforeValidator(duration), AfterValidator(positive)]
DurationOrNever = Annotated[timedelta | None, BeforeValidator(duration_or_never)]
Kept = Annotated[Literal["", "never"] | timedelta, BeforeValidator(kept)]
SpanField = Annotated[Span, BeforeValidator(span), _text(Span.format)]
SpanOrNone = Annotated[
    Span | None, BeforeValidator(span_or_none), _text(lambda value: value.format() if value else "")
]
BeforeField = Annotated[Before, BeforeValidator(before)]
TimeOfDay = Annotated[time, BeforeValidator(clock_time)]
TimeOfDayOrNever = Annotated[time | None, BeforeValidator(clock_time_or_never)]
Hours = Annotated[tuple[time, time] | None, BeforeValidator(hours)]
Zone = Annotated[str, AfterValidator(zone)]
Code = Annotated[str, AfterValidator(code)]
Listen = Annotated[str, AfterValidator(listen)]
HttpUrl = Annotated[str, AfterValidator(http_url)]
Texts = Annotated[tuple[str, ...], BeforeValidator(items)]
Ints = Annotated[tuple[int, ...], BeforeValidator(items)]
Dates = Annotated[tuple[date, ...], BeforeValidator(items)]
Durations = Annotated[tuple[Duration, ...], BeforeValidator(items)]
Afters = Annotated[tuple[Annotated[float | timedelta, BeforeValidator(after)], ...], BeforeValidator(items)]
Befores = Annotated[tuple[BeforeField, ...], BeforeValidator(items)]
