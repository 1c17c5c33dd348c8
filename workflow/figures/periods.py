"""Over which time figures are counted: a length up to now, a year, a month; days begin at midnight in the zone of the
unit whose figures they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from matching.dates.when import DurationError, parse_duration
from storage.tables.models import Chat
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.organisation import groups
from workflow.organisation.places import zone_of

LONGEST = timedelta(days=3660)  # that figures are counted over
FIRST_YEAR, LAST_YEAR = 2000, 3000
INSTANT = timedelta(microseconds=1)  # what happens at the end of a time is not in it: up to now, and now
#: What asks for the units below as well, beside a time.
TREE = frozenset({"tree", "below", "含下级", "下级", "辖区", "全辖区"})
#: What asks for a picture of the week, and for one that is dark.
PICTURE = frozenset({"picture", "chart", "图", "图片", "图表"})
DARK = frozenset({"dark", "深色", "暗色"})
_CALENDAR = re.compile(r"(\d{4})\s*年?(?:\s*[-./年]?\s*(\d{1,2})\s*月?)?")


class Sort(StrEnum):
    """What sort of time it is."""

    LENGTH = "length"  # so long, up to now
    YEAR = "year"
    MONTH = "month"


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """``until`` is not in it. ``parts``: where each month of a year, or day of a month, begins, and the end."""

    sort: Sort
    since: datetime
    until: datetime
    zone: ZoneInfo

    @property
    def said(self) -> str:
        """As it is typed: 2026, 2026-11; "" for a length."""
        formats = {Sort.YEAR: "%Y", Sort.MONTH: "%Y-%m"}
        return self.since.astimezone(self.zone).strftime(formats[self.sort]) if self.sort in formats else ""

    @property
    def parts(self) -> tuple[datetime, ...]:
        if self.sort is Sort.YEAR:
            year = self.since.astimezone(self.zone).year
            return (*(datetime(year, month, 1, tzinfo=self.zone) for month in range(1, 13)), self.until)
        return (*self._days(), self.until)

    def _days(self) -> Iterator[datetime]:
        """Midnights: a day on which clocks are put on has 23 hours."""
        local = self.since.astimezone(self.zone)
        while local < self.until:
            yield local
            local = datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), tzinfo=self.zone)


def calendar(text: str, zone: ZoneInfo) -> Period | None:
    """A year (2026, 2026年) or a month (2026-11, 2026年11月); None for what is neither."""
    found = _CALENDAR.fullmatch(text.strip())
    if found is None:
        return None
    year, month = int(found[1]), int(found[2]) if found[2] else None
    if not FIRST_YEAR <= year < LAST_YEAR or not (month is None or 1 <= month <= 12):
        return None
    since = datetime(year, month or 1, 1, tzinfo=zone)
    later = (year + 1, 1) if month in (None, 12) else (year, (month or 1) + 1)
    sort = Sort.YEAR if month is None else Sort.MONTH
    return Period(sort=sort, since=since, until=datetime(*later, 1, tzinfo=zone), zone=zone)


def said_back(text: str) -> Text | str:
    """What was typed for a time, for who typed it: as it is where it has the shape of one, else masked as all that
    people type."""
    return t("plain", text=text) if _CALENDAR.fullmatch(text) else text


def length(text: str, now: datetime, zone: ZoneInfo) -> Period | None:
    """So long, up to now (7d); None for what is no length, or a longer one than :data:`LONGEST`."""
    try:
        span = timedelta(seconds=parse_duration(text).seconds)
    except DurationError:
        return None
    if not timedelta() < span <= LONGEST:
        return None
    return Period(sort=Sort.LENGTH, since=now - span, until=now + INSTANT, zone=zone)


async def zone_of_unit(tx: Tx, unit_id: int) -> ZoneInfo:
    """The zone by whose midnight a unit's days are told: that of its oldest desk, else that of the whole desk. Who asks
    from somewhere else reads the same figures."""
    chat_ids = await groups.groups_of(tx, unit_id)
    chat = await tx.session.get(Chat, chat_ids[0]) if chat_ids else None
    return zone_of(chat, tx.policy)
