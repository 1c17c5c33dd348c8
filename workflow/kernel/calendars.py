"""Working days: what a limit counted in working days comes to.

The configuration's own days come first, then ``chinesecalendar`` for China (it knows the make-up workdays
that the State Council orders, year by year), then ``holidays``, then weekends alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING

from matching.dates.when_feasts import fixed_feasts, next_day
from matching.text.span import Span

if TYPE_CHECKING:
    from holidays import HolidayBase

_SATURDAY = 5
#: A run of days off longer than this is a mistake in the configuration, not a holiday.
LONGEST_BREAK = 60


class CalendarError(ValueError):
    """A calendar that cannot be used: a country that is not known, or one without working days."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """Which days are worked in a country (``CN``, or with its region ``DE-BY``; ``""``: weekends only).

    ``holidays`` and ``workdays`` are the configuration's own days; they win over every library.
    """

    country: str = ""
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()

    def is_known(self) -> bool:
        """Whether there is such a country (and region); ask once, before the calendar is used."""
        if not self.country:
            return True
        try:
            _holidays_of(self.country)
        except CalendarError:
            return False
        return True

    def covers(self, year: int) -> bool:
        """Whether the days of that year are known, make-up workdays included, and not only guessed.

        False calls for the year's days in the configuration: any own day in that year counts as that.
        """
        if not self.country or any(day.year == year for day in self.holidays | self.workdays):
            return True
        if self.country == "CN":
            return _ordered_in_china(date(year, 1, 1)) is not None
        known = _holidays_of(self.country)
        return known.start_year <= year <= known.end_year

    def is_working(self, day: date) -> bool:
        """Whether people work on that day. Raises :class:`CalendarError` for an unknown country."""
        if day in self.workdays:
            return True
        if day in self.holidays:
            return False
        if not self.country:
            return day.weekday() < _SATURDAY
        if self.country == "CN" and (ordered := _ordered_in_china(day)) is not None:
            return ordered
        return bool(_holidays_of(self.country).is_working_day(day))

    def feast(self, name: str, today: date) -> date | None:
        """The first day of the coming holiday of that English name (``spring festival``); None for one that
        this country does not have."""
        if not self.country:
            return fixed_feasts(name, today)
        return next_day(
            today,
            [day for year in (today.year, today.year + 1) for day in _feast_in(self.country, name, year)],
        )

    def add(self, start: datetime, span: Span, zone: tzinfo) -> datetime:
        """The moment ``span`` after ``start``, in ``zone``.

        Seconds are calendar seconds. Working days come first: the n-th working day after the day of
        ``start`` in that zone, at the same local time. Raises :class:`CalendarError` when there is none.
        """
        local = start.astimezone(zone)
        if span.working_days:
            day = self._nth_working_day(local.date(), span.working_days)
            local = datetime.combine(day, local.time(), tzinfo=zone)
        # Through UTC, so that a local time left out by a change of clocks becomes one that exists.
        return (local.astimezone(UTC) + timedelta(seconds=span.seconds)).astimezone(zone)

    def _nth_working_day(self, day: date, count: int) -> date:
        off = 0
        while count:
            day += timedelta(days=1)
            if self.is_working(day):
                count, off = count - 1, 0
            elif (off := off + 1) > LONGEST_BREAK:
                raise CalendarError(
                    f"no working day in the {LONGEST_BREAK} days up to {day}: check [calendar]"
                )
        return day


@lru_cache(maxsize=1024)  # each post asks about the same few days
def _ordered_in_china(day: date) -> bool | None:
    """Whether China works on that day by the year's order; None for a year without one (2027 and later)."""
    import chinese_calendar  # at first use: it is not needed to start

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None


@lru_cache(maxsize=64)
def _feast_in(country: str, name: str, year: int) -> tuple[date, ...]:
    """The first day of a holiday in a year, by its English name; of a desk in China also the ones of a fixed day
    that are no days off."""
    import holidays

    code, _, region = country.partition("-")
    try:
        known = holidays.country_holidays(code, subdiv=region or None, years=year, language="en_US")
    except (NotImplementedError, ValueError):  # no such country, or not in this language
        known = _holidays_of(country)
    days = sorted(
        day
        for day, called in known.items()
        if day.year == year
        and any(
            one.strip().lower().startswith(name) or f"({name})" in one.lower() for one in called.split(";")
        )
    )
    return tuple(days[:1])


@lru_cache(maxsize=8)
def _holidays_of(country: str) -> HolidayBase:
    import holidays  # at first use: 40 ms that a start does not need

    code, _, region = country.partition("-")
    try:
        return holidays.country_holidays(code, subdiv=region or None)
    except NotImplementedError as error:
        raise CalendarError(
            f"no calendar for {country!r}: write an ISO code such as CN, or leave it empty"
        ) from error
