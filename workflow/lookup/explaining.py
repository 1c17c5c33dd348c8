"""``/why N``: each time of a request, line by line: by which rule it is due, what moved that, who is reminded when.

What moved a deadline stands in the request's record, so it is told as it was; by which rule is told from the rules of
today, and where they give another time, it is said that it was by those of then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from storage.queries import events as event_rows
from storage.queries import marks as mark_rows
from storage.queries import reminders as reminder_rows
from storage.tables.marks import ReminderMark
from storage.tables.models import Event, Person, Reminder, Request
from storage.tables.words import Marked, ReminderKind, ReminderState
from workflow.deadlines import reached
from workflow.deadlines.clocks import Allowed, Terms, allowed, due_for, terms_of
from workflow.deadlines.deadlines import clock_of, is_working_time
from workflow.deadlines.kinds import KINDS
from workflow.deadlines.plan import NOBODY_ABOVE
from workflow.kernel.actions import Action, Right
from workflow.kernel.body import Body
from workflow.kernel.labels import type_label
from workflow.kernel.ladder import Stage
from workflow.kernel.states import WITH_ASKED, State
from workflow.kernel.text import Text, from_json, t
from workflow.kernel.tx import Tx
from workflow.lookup.time_views import DueBy, DueMoved, DueTimes, Reminded
from workflow.organisation import owning, people, units
from workflow.organisation.work import Work
from workflow.request.requests import Ref, access_request

EXAMPLE = "/why KS26-0042"
REGISTER = "register"
MOST_OFF = 6  # days off that are named


async def why(work: Work, ref: Ref) -> DueTimes:
    """For whoever may see the request: its times say nothing of whom it is about."""
    async with work.write() as tx:
        request = await access_request(tx, ref, Right.SEE, example=EXAMPLE)
        return await tx.conclude(await _why(tx, request))


async def _why(tx: Tx, request: Request) -> DueTimes:
    moved = await _moved(tx, request)
    reminders = await reminder_rows.of_request(tx.session, request.id)
    marks = await mark_rows.of_request(tx.session, request.id)
    counted = clock_of(tx, request)
    done = request.answered_at
    measured = done or (tx.now if request.state in WITH_ASKED else None)
    first = request.first_due_at or request.due_at
    return DueTimes(
        number=request.number or "",
        state=request.state,
        due=request.due_at,
        first_due=first,
        answered_at=done,
        late=measured - first if measured is not None and first is not None and measured > first else None,
        left=request.due_at - tx.now
        if request.due_at is not None and request.state in WITH_ASKED and request.due_at > tx.now
        else None,
        stands_still=request.state == State.RETURNED,
        moved=tuple(moved),
        accept_by=request.accept_by if request.state == State.OPEN else None,
        accept_share=tx.policy.accept_share,
        any_hour=request.urgency == "flash" or not _by_day(tx, request),
        accepted_at=request.accepted_at,
        approve_by=request.accept_by if request.state == State.PENDING else None,
        reminders=tuple([await _reminded(tx, row, counted.due_at, marks)
                         for row in sorted(reminders, key=lambda r: (r.done_at or r.due_at, r.id))
                         if row.state != ReminderState.DROPPED]),
        quiet=tx.policy.quiet if request.urgency != "flash" else None,
    )  # fmt: skip


def _by_day(tx: Tx, request: Request) -> bool:
    """Whether it is to be accepted in working time; not where there is none before it is due."""
    return request.accept_by is not None and is_working_time(tx.policy, request.accept_by)


async def _reminded(tx: Tx, row: Reminder, due: datetime | None, marks: Sequence[ReminderMark]) -> Reminded:
    kind = ReminderKind(row.kind)
    told = [
        m
        for m in marks
        if m.what == Marked.REACHED and (m.kind, m.stage, m.at) == (kind, row.stage, row.done_at)
    ]
    said = [m for one in told for m in _said_to(one, marks)]
    off = next((m for m in said if m.what == Marked.SNOOZED), None)
    return Reminded(
        at=row.done_at or row.due_at,
        done=row.state == ReminderState.SENT,
        nobody=row.note == NOBODY_ABOVE,
        unreached=row.state == ReminderState.SKIPPED and row.note != NOBODY_ABOVE,
        to=KINDS[kind].to if kind in KINDS else Stage.SUPERIOR,
        before=kind in (ReminderKind.APPROVE, ReminderKind.ACCEPT) or (due is not None and row.due_at < due),
        reached=tuple([await _called(tx, m) for m in told]),
        seen=tuple([await _called(tx, m) for m in said if m.what == Marked.ACKNOWLEDGED]),
        later=await _called(tx, off) if off is not None else None,
        until=off.until if off is not None else None,
    )


def _said_to(told: ReminderMark, marks: Sequence[ReminderMark]) -> list[ReminderMark]:
    """What was said to a reminder before its stage came once more."""
    of_stage = [m for m in marks if (reached.stage_of(m), m.due_at) == (reached.stage_of(told), told.due_at)]
    again = min((m.at for m in of_stage if m.what == Marked.REACHED and m.at > told.at), default=None)
    return [
        m
        for m in of_stage
        if m.what != Marked.REACHED and m.at >= told.at and (again is None or m.at < again)
    ]


async def _called(tx: Tx, mark: ReminderMark) -> str:
    """Who heard or said it: a person, else the unit."""
    person = await tx.session.get(Person, mark.person_id) if mark.person_id is not None else None
    return people.name_of(tx, person) if person is not None else await units.name_of(tx, mark.unit_id) or "—"


async def _moved(tx: Tx, request: Request) -> list[DueMoved]:
    """What the record says of the deadline, in order; where it says less than there is, how it stands at the end."""
    if request.purged_at is not None:
        return []
    body, found = Body.of(request, tx.sealer), []
    last: datetime | None = None
    returned_at: datetime | None = None
    for event in await event_rows.of_chain(tx.session, request.id):
        if not owning.tells(event, request, body, tx.who):
            continue
        said = tx.sealer.unseal("events", event.sealed)
        if event.action == Action.RETURN:
            returned_at = event.at
        due = _moment(said.get("due"))
        if due is None or due == last:
            continue
        found.append(await _one(tx, request, event, said, due, returned_at=returned_at))
        last = due
    if request.due_at is not None and request.due_at != last:
        found.append(DueMoved(at=None, action="", due=request.due_at, by=None))
    return found


async def _one(
    tx: Tx,
    request: Request,
    event: Event,
    said: Mapping[str, Any],
    due: datetime,
    *,
    returned_at: datetime | None,
) -> DueMoved:
    before = _moment(said.get("due_before"))
    if before is not None and returned_at is not None and due - before == event.at - returned_at:
        return DueMoved(at=event.at, action=event.action, due=due, by=DueBy.PAUSE, paused=due - before)
    if event.action == Action.DELAY:
        return DueMoved(at=event.at, action=event.action, due=due, by=DueBy.GIVEN, before=before)
    terms = await terms_of(tx, request, type_=said.get("type"), urgency=said.get("urgency"))
    since, rule = _counted(tx, terms, due, (request.asked_at, event.at), fixed=bool(said.get("fixed")))
    if rule is None:
        by = DueBy.WRITTEN if said.get("fixed") else DueBy.THEN
        by = DueBy.SPLIT if said.get("part_of") is not None else by
        return DueMoved(at=event.at, action=event.action, due=due, by=by, before=before)
    off = _off(tx, since, due) if rule.span.working_days else []
    return DueMoved(
        at=event.at,
        action=event.action,
        due=due,
        by=DueBy(rule.by),
        before=before,
        since=since if since != event.at or event.action == REGISTER else None,
        span=rule.span,
        urgency=terms.urgency,
        type=_label(tx, terms.type),
        off=tuple(off[:MOST_OFF]),
        more_off=max(0, len(off) - MOST_OFF),
    )


def _counted(
    tx: Tx, terms: Terms, due: datetime, moments: tuple[datetime, ...], *, fixed: bool
) -> tuple[datetime, Allowed | None]:
    """From when and by which rule of today a deadline is what it is; None for the rule where by none."""
    for since in () if fixed else moments:
        if due_for(tx.policy, terms, since) == due:
            return since, allowed(tx.policy, terms, since)
    return moments[-1], None


def _off(tx: Tx, since: datetime, due: datetime) -> list[date]:
    """The days between that do not count."""
    zone, calendar = tx.policy.zone, tx.policy.calendar
    day, last = since.astimezone(zone).date() + timedelta(days=1), due.astimezone(zone).date()
    days = [day + timedelta(days=n) for n in range((last - day).days)]
    return [one for one in days if not calendar.is_working(one)]


def _label(tx: Tx, type_: str) -> Text:
    rule = tx.policy.types.get(type_)
    return type_label(rule) if rule else t("plain", text=type_)


def _moment(said: Any) -> datetime | None:
    return read if isinstance(read := from_json(said), datetime) else None
