"""What is typed behind ``/duty``: whom, on which days. Raises :class:`Refused` with a call that would work."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

from matching.dates.period import read_period
from matching.dates.when import read_due
from matching.text.understood import Read
from storage.queries import people as people_rows
from storage.tables.models import Person, Unit
from storage.tables.words import MembershipState
from workflow.kernel.errors import Refused
from workflow.kernel.roles import HANDLING
from workflow.kernel.tx import Sender, Tx
from workflow.organisation import people

LONGEST = 300  # characters behind the command
_YEAR = re.compile(r"\d{4}")
_WHO = re.compile(r"[@＠][A-Za-z0-9_]{1,40}|(?<![\d:./-])\d{5,15}(?![\d:./-])")

SET = "/duty set @user Mon-Fri 08:30-17:30"
TURNS = "/duty set @a @b by week Mon-Sun 08:00-08:00"
OFF = "/duty off @user 12-01..12-03"
SWAP = "/duty swap @a @b 12-01"
EMPTY = "/duty none 22:00-08:00"


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """People, and what else was written."""

    who: tuple[str, ...]
    rest: str


def said(words: str, user: Sender | None) -> Said:
    """``user``: somebody who was mentioned without a username, or replied to."""
    text = unicodedata.normalize("NFKC", words)
    who = tuple(dict.fromkeys(found.group() for found in _WHO.finditer(text)))
    rest = " ".join(_WHO.sub(" ", text).split())
    if not who and user is not None and not user.is_bot:
        rest = rest.replace(user.name, " ").strip() if user.name else rest
        who = (user.native_id,)
    return Said(who=who, rest=rest)


async def handler_named(tx: Tx, unit: Unit, who: str) -> Person:
    """Somebody who handles requests in the unit, and so can be on duty there."""
    person = await people.find(tx, who)
    if person is None:
        raise Refused("error.person_unknown", given=people.as_called(who))
    one = await people_rows.membership(tx.session, person.id, unit.id)
    if one is None or one.state != MembershipState.ACTIVE or one.newcomer or one.role not in HANDLING:
        name = people.name_of(tx, person)
        example = f"/role {who if who.startswith('@') else '@user'} handler"
        raise Refused("error.duty_handler", name=name, unit=unit.name, example=example)
    return person


def days_named(text: str, *, now: datetime, example: str) -> tuple[date, date]:
    """The first and the last of some days, which lie ahead; ``now``: in the unit's zone."""
    if not text:
        raise Refused("error.duty_days", example=example)
    found = _one_day(text, now) or _days(text, now.date())
    if found is None:
        raise Refused("error.duty_days_unread", given=text, example=example)
    if found[0] < now.date():
        raise Refused("error.duty_past", given=text, example=example)
    return found


def _one_day(text: str, now: datetime) -> tuple[date, date] | None:
    if text in ("今天", "今日", "today"):
        return now.date(), now.date()
    read = read_due(text, now=now, is_date=True)
    if not isinstance(read, Read) or read.value.at is None:
        return None
    day = read.value.at.astimezone(now.tzinfo).date()
    return day, day


def _days(text: str, today: date) -> tuple[date, date] | None:
    """Days without a year lie ahead, where what a request asks about lies behind."""
    read = read_period(text, today=today)
    if not isinstance(read, Read):
        return None
    first, last = read.value
    if not _YEAR.search(text):
        while last < today:
            try:
                first, last = first.replace(year=first.year + 1), last.replace(year=last.year + 1)
            except ValueError:  # 29 February
                return None
    return first, last
