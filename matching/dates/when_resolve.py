"""From the words of a deadline to the moment that they mean, seen from when they were written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from matching.dates.dates import add_months
from matching.dates.when_clock import END_OF_DAY, END_OF_WORK, Clock, minutes
from matching.dates.when_days import Days
from matching.dates.when_halves import half_unknown
from matching.dates.when_values import Due, again, wall_time
from matching.dates.when_words import Asked, Words, scan
from matching.text.span import Span
from matching.text.understood import Doubts, NotRead

#: Further ahead than this, a deadline is taken for a slip.
FARTHEST = timedelta(days=366)
#: As many working days as a year can have.
MOST_WORKING_DAYS = 262


Meaning = Due | NotRead[Due]
UNREADABLE: NotRead[Due] = NotRead(code="unreadable")


def meaning(asked: Asked, doubts: Doubts) -> Meaning:
    """One thing that a text can mean."""
    words = scan(asked, doubts)
    if words is None:
        return UNREADABLE
    if words.lengths:
        return _of_length(words, asked, doubts)
    if words.since or not (words.days or words.parts or words.clock):
        return UNREADABLE  # what begins then is not due then
    day = _agreed(words.days) if words.days else None
    if words.days and day is None:
        return _clash(words, asked, doubts)
    return _of_day(day, words, asked, doubts)


def checked(at: datetime, now: datetime, near: tuple[datetime, ...] = ()) -> Meaning:
    """The moment as a deadline: ahead, and no further than a year. ``near``: what it may be instead."""
    if at <= now:
        ahead = [Due(at=one) for one in near if now < one <= now + FARTHEST]
        return NotRead(code="past", value=Due(at=at), near=tuple(ahead[:1]))
    if at - now > FARTHEST:
        return NotRead(code="far", value=Due(at=at))
    return Due(at=at)


def _agreed(found: list[Days]) -> Days | None:
    """The days that all wordings allow, as in 12月1日（周二）; None when they contradict each other."""
    agreed, *others = found
    for other in others:
        for days, name in ((agreed, other), (other, agreed)):
            if name.weekday and days.week:
                start = days.days[0] - timedelta(days=days.days[0].weekday())
                agreed = Days(days=(start + timedelta(days=name.days[0].weekday()),))
                break
            if name.weekday:
                kept = tuple(day for day in days.days if day.weekday() == name.days[0].weekday())
                agreed = Days(days=kept, weekday=days.weekday, every=days.every)
                break
        else:
            kept = tuple(day for day in agreed.days if day in other.days)
            agreed = Days(days=kept, every=agreed.every and other.every)
        if not agreed.days:
            return None
    return agreed


def _clash(words: Words, asked: Asked, doubts: Doubts) -> Meaning:
    """12月1日（周三）, which is a Tuesday: one of the two is a slip, and nobody knows which."""
    near = [_of_day(days, words, asked, doubts) for days in words.days]
    dues = dict.fromkeys(one for one in near if isinstance(one, Due))
    return NotRead(code="clash", near=tuple(sorted(dues, key=lambda due: due.at or asked.now)))


def _of_length(words: Words, asked: Asked, doubts: Doubts) -> Meaning:
    now = asked.now
    seconds = sum(length.seconds for length in words.lengths)
    working_days = sum(length.working_days for length in words.lengths)
    months = sum(length.months for length in words.lengths)
    whole = all(length.whole_days for length in words.lengths)
    timed = bool(words.parts or words.clock)
    if not words.since and all(day.days == (now.date(),) for day in words.days):
        words.days = []  # today within two hours
    if (working_days and (months or timed or words.days)) or (
        (words.days or timed) and not whole and not working_days
    ):
        return UNREADABLE
    if seconds > FARTHEST.total_seconds() or working_days > MOST_WORKING_DAYS or months > 12:
        return NotRead(code="far")
    if words.days:
        return _since_day(words, asked, doubts, seconds, months)
    if working_days:
        return Due(span=Span(working_days=working_days, seconds=seconds))
    if timed:
        day = add_months(now.date(), months) + timedelta(seconds=seconds)
        return _of_day(Days(days=(day,)), words, asked, doubts)
    start = datetime.combine(add_months(now.date(), months), now.time(), tzinfo=now.tzinfo)
    at = (start.astimezone(UTC) + timedelta(seconds=seconds)).astimezone(now.tzinfo)
    found = checked(at, now)
    return Due(at=at, span=Span(seconds=seconds)) if isinstance(found, Due) and not months else found


def _since_day(words: Words, asked: Asked, doubts: Doubts, seconds: int, months: int) -> Meaning:
    """Two days from Tuesday; 明天起3天, whose first day is tomorrow to some."""
    base = _agreed(words.days)
    if not words.since or base is None:
        return UNREADABLE
    ahead = [day for day in base.days if day >= asked.today] or base.days
    day = add_months(ahead[0], months) + timedelta(seconds=seconds)
    if words.inclusive:
        day -= timedelta(days=doubts.pick("counting", (1, 0)))
    return _of_day(Days(days=(day,)), words, asked, doubts)


def _of_day(day: Days | None, words: Words, asked: Asked, doubts: Doubts) -> Meaning:
    """A time on a day; without a day, the next time that the clock shows it."""
    now, today = asked.now, asked.today
    days = day.days if day else (today, today + timedelta(days=1))
    if abs(days[0].year - today.year) > 10:  # also keeps clear of the ends of the calendar
        return NotRead(code="far" if days[0] > today else "past")
    parts = tuple(dict.fromkeys(words.parts))
    minute = _odd(parts, words.clock, doubts) or minutes(parts, words.clock)
    if minute is None:
        timed = words.parts or words.clock  # and contradicts itself
        return UNREADABLE if timed else _end_of_day(day or Days(days=days), asked, doubts)
    if words.clock and not parts and words.clock.style != "exact" and 1 <= words.clock.hour < 12:
        at = half_unknown(day, words.clock, asked, doubts)
        return at if isinstance(at, NotRead) else checked(at, now)
    at_end = _at_an_end(day, parts, minute, asked, doubts)
    if isinstance(at_end, datetime):
        return checked(at_end, now)
    moments = [wall_time(one, at_end, now) for one in days]
    return _first_ahead(day, moments, asked, doubts)


def _at_an_end(
    day: Days | None, parts: tuple[str, ...], minute: int, asked: Asked, doubts: Doubts
) -> datetime | int:
    """What a time at the end of a day means, where that is not what it says; else the minute as it was."""
    now, today = asked.now, asked.today
    if minute == 0 and day and day.days[0] == today:  # 今天零点 is the coming midnight
        only = len(day.days) == 1
        if only or doubts.pick("midnight", ("today", "later")) == "today":
            return wall_time(today, END_OF_DAY, now)
    if parts == ("midnight",) and minute == END_OF_DAY and day and day.days[0] != today:
        return doubts.pick("midnight", (0, END_OF_DAY))
    if day is None and parts == ("close",) and wall_time(today, minute, now) <= now:
        # Said after work: what is left of today, or tomorrow's end of work.
        rest = wall_time(today, END_OF_DAY - 1, now)
        return doubts.pick("close", (rest, wall_time(today + timedelta(days=1), minute, now)))
    return minute


def _odd(parts: tuple[str, ...], clock: Clock | None, doubts: Doubts) -> int | None:
    """Minutes after midnight of "tonight at 2", which to some is the next day, and of "this afternoon at 12"."""
    if clock is None or clock.style == "spoken" or clock.noon == "pm":
        return None
    hour = clock.hour
    if ("evening" in parts or "late" in parts) and 1 <= hour <= 4:
        early = hour + 12 if clock.style == "bare" else hour
        return doubts.pick("night", (early, hour + 24)) * 60 + clock.minute
    if "afternoon" in parts and hour == 12 and clock.style == "bare":
        return doubts.pick("night", (12, 24)) * 60 + clock.minute
    return None


def _end_of_day(day: Days, asked: Asked, doubts: Doubts) -> Meaning:
    """A day without a time: its end of work; what is left of today where that has passed."""
    now, today = asked.now, asked.today
    moments = [wall_time(one, END_OF_WORK, now) for one in day.days]
    if day.days[0] == today and moments[0] <= now:
        rest = wall_time(today, END_OF_DAY - 1, now)
        if len(day.days) == 1:
            return checked(rest, now)
        if day.weekday or day.every == "month":
            return checked(doubts.pick("today", (rest, moments[1])), now)
    return _first_ahead(day, moments, asked, doubts)


def _first_ahead(day: Days | None, moments: list[datetime], asked: Asked, doubts: Doubts) -> Meaning:
    ahead = [moment for moment in moments if moment > asked.now]
    if day and ahead and moments[0] not in ahead and moments[0].date() == asked.today:
        doubts.unsure |= day.weekday or day.every == "month"  # 周五9:00 on a Friday at ten
    return checked((ahead or moments)[0], asked.now, again(day, moments[0]) if day else ())
