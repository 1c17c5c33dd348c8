"""An hour that lacks its half of the day: 5点, 3:30, at 9. By day rather than by night; else it is asked."""

from __future__ import annotations

from datetime import datetime, timedelta

from matching.dates.when_clock import Clock
from matching.dates.when_days import Days
from matching.dates.when_values import Due, again, wall_time
from matching.dates.when_words import Asked
from matching.text.understood import Doubts, NotRead

HALF_A_DAY = 12 * 60  # minutes
#: Until this hour nobody works: 5点 is in the afternoon, unless it is written at night.
NIGHT_UNTIL = 6


def half_unknown(day: Days | None, clock: Clock, asked: Asked, doubts: Doubts) -> datetime | NotRead[Due]:
    """An hour that may be of the morning or of the evening: what is ahead, by day rather than by night."""
    now, today = asked.now, asked.today
    written = clock.hour * 60 + clock.minute
    halves = (written, written + HALF_A_DAY)
    if day is not None and day.days[0] != today:
        return _on_another_day(day, clock, halves, asked, doubts)
    ahead = [at for minute in halves if (at := wall_time(today, minute, now)) > now]
    if len(ahead) == 2:
        return doubts.pick("half", ahead) if _by_night(halves) else ahead[0]
    if day is not None:
        return _today(day, clock, halves, asked, doubts)
    tomorrow = [wall_time(today + timedelta(days=1), minute, now) for minute in halves]
    if ahead:
        return ahead[0] if _by_night(halves) else doubts.pick("half", [ahead[0], tomorrow[0]])
    return doubts.pick("half", tomorrow) if _by_night(halves) else tomorrow[0]


def _by_night(halves: tuple[int, int]) -> bool:
    return halves[0] <= NIGHT_UNTIL * 60 + 59


def _today(
    day: Days, clock: Clock, halves: tuple[int, int], asked: Asked, doubts: Doubts
) -> datetime | NotRead[Due]:
    """An hour of today whose morning is over: this evening, or, of 周五9点 on a Friday, the next Friday."""
    now, today = asked.now, asked.today
    evening = wall_time(today, halves[1], now)
    later = Days(days=day.days[1:], whole=day.whole)
    if later.days and (evening <= now or doubts.pick("today", ("today", "later")) == "later"):
        return _on_another_day(later, clock, halves, asked, doubts)
    if evening > now:
        doubts.unsure |= clock.style == "digital"  # 今天9:00 at ten is a slip, or tonight
        return evening
    tomorrow = wall_time(today + timedelta(days=1), halves[0], now)
    return NotRead(code="past", value=Due(at=wall_time(today, halves[0], now)), near=(Due(at=tomorrow),))


def _on_another_day(
    day: Days, clock: Clock, halves: tuple[int, int], asked: Asked, doubts: Doubts
) -> datetime | NotRead[Due]:
    if not _by_night(halves):
        minute = halves[0]
    elif clock.style == "spoken":
        minute = halves[1]
    elif day.whole:  # 2026-12-01 3:00 is written by a program, or by somebody who writes like one
        minute = halves[0]
    else:
        minute = doubts.pick("half", halves)
    moments = [wall_time(one, minute, asked.now) for one in day.days]
    ahead = [moment for moment in moments if moment > asked.now]
    if ahead:
        return ahead[0]
    near = [Due(at=one) for one in again(day, moments[0]) if one > asked.now]
    return NotRead(code="past", value=Due(at=moments[0]), near=tuple(near[:1]))
