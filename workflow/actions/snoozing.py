"""Whoever was reminded of a request wants to be reminded again later: once a stage, a day at the most, on record.

It holds back what would come to them meanwhile, and nothing that goes to the units above: nobody puts off that it is
heard of there.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta

from matching.text.span import DurationError, parse_duration
from matching.text.understood import Read
from storage.tables.marks import ReminderMark
from storage.tables.models import Reminder, Request
from storage.tables.words import Marked
from workflow.deadlines import reached
from workflow.deadlines.deadlines import AGAIN
from workflow.deadlines.times import Written, read_deadline
from workflow.kernel.actions import Action
from workflow.kernel.errors import Refused
from workflow.kernel.examples import numbered
from workflow.kernel.results import LaterToChoose, PutOff
from workflow.kernel.tx import Tx
from workflow.notices.due_lists import redraw_here
from workflow.organisation.work import Work
from workflow.request.requests import Ref, access_request, do_action

EXAMPLE = "/snooze KS26-0042 2h"
MOST = timedelta(hours=24)
LENGTHS = ("1h", "2h")  # that there is a button for, besides the morning
MORNING = "morning"
BEGINS = time(9)  # as 明早 is read wherever else it is written


async def choose(work: Work, ref: Ref) -> LaterToChoose:
    """The 稍后 button: how long."""
    async with work.write() as tx:
        request = await access_request(tx, ref, Action.SNOOZE, example=EXAMPLE)
        await _heard(tx, request)
        return await tx.conclude(
            LaterToChoose(
                request_id=request.id,
                number=request.number or "",
                lengths=LENGTHS,
                morning=(morning := _morning(tx)),
                today=_day(tx, morning) == _day(tx, tx.now),
            )
        )


async def snooze(work: Work, ref: Ref, words: str) -> PutOff:
    """``/snooze N 2h``: the reminder that the actor has had comes again then."""
    async with work.write() as tx:
        request = await access_request(tx, ref, Action.SNOOZE, example=EXAMPLE)
        heard = await _heard(tx, request)
        until = _until(tx, request, words)
        said = {"kind": heard.kind, "stage": heard.stage, "until": until}
        await do_action(tx, request, Action.SNOOZE, detail=said)
        reached.keep(tx, request, heard, what=Marked.SNOOZED, until=until)
        tx.session.add(
            Reminder(request_id=request.id, kind=heard.kind, stage=heard.stage, due_at=until, note=AGAIN)
        )
        await tx.session.flush()
        await redraw_here(tx, request)
        return await tx.conclude(PutOff(request_id=request.id, number=request.number or "", until=until))


async def _heard(tx: Tx, request: Request) -> ReminderMark:
    """The reminder that may be put off. Raises :class:`Refused` for one that was, and where there is none."""
    heard, said = await reached.heard_by(tx, request)
    before = next((mark for mark in said if mark.what == Marked.SNOOZED), None)
    if before is not None:
        raise Refused("error.snooze_twice", number=request.number, until=before.until)
    return heard


def _until(tx: Tx, request: Request, words: str) -> datetime:
    """When it comes again. Raises :class:`Refused` for what is no time, for several, and for one too far ahead."""
    example = numbered(EXAMPLE, request.number)
    if not words.strip():
        raise Refused("error.snooze_when", number=request.number, example=example)
    if words.strip().lower() == MORNING:
        return _morning(tx)
    with suppress(DurationError):  # 23h is a length here, and no hour of the day
        return _near(tx, request, tx.now + parse_duration(words).timedelta())
    read = read_deadline(Written(text=words.strip(), sent=tx.sent, now=tx.now), policy=tx.policy)
    if not isinstance(read, Read):
        raise Refused("error.snooze_unreadable", given=words.strip(), example=example)
    return _near(tx, request, read.value.astimezone(UTC))


def _near(tx: Tx, request: Request, at: datetime) -> datetime:
    """The time, if it is ahead and no further than it may be. Raises :class:`Refused`."""
    example = numbered(EXAMPLE, request.number)
    if at <= tx.now:
        raise Refused("error.snooze_when", number=request.number, example=example)
    if at - tx.now > MOST:
        raise Refused("error.snooze_long", number=request.number, until=at, most=MOST, example=example)
    return at


def _day(tx: Tx, at: datetime) -> date:
    return at.astimezone(tx.policy.zone).date()


def _morning(tx: Tx) -> datetime:
    """When the next one begins."""
    local = tx.now.astimezone(tx.policy.zone)
    at = datetime.combine(local.date(), BEGINS, tzinfo=local.tzinfo)
    return (at if at > local else at + timedelta(days=1)).astimezone(UTC)
