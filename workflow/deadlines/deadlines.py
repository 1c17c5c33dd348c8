"""Legal clocks as data: when an answer is due, and which reminders a request has from now on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from storage.queries import reminders as reminder_rows
from storage.tables.batch import ADD_REMINDER
from storage.tables.models import Reminder, Request
from storage.tables.words import ReminderState
from workflow.deadlines.kinds import ABOVE, RUNGS, Clocked
from workflow.deadlines.plan import NOBODY, Step, plan, planned_at
from workflow.kernel.actions import ACTIONS, Action
from workflow.kernel.body import Body
from workflow.kernel.numbers import is_drill
from workflow.kernel.policy import Policy
from workflow.kernel.tx import Tx

BEFORE_TRANSFER = "before the transfer"
AGAIN = "put off"  # of a row that waits: its stage was said, and whoever heard it wants to hear it again then
AT_ONCE = "at once"  # and of one that comes before its time, for the rung below it has reached nobody
#: A stage has had its turn.
SAID = (ReminderState.SENT, ReminderState.SKIPPED)


#: When people are there to accept something: what a Chinese office keeps.
WORKDAY = (time(8, 30), time(17, 30))
MOST_DAYS = 15  # that are looked through for the next working time; longer than any holiday


def accept_by(
    policy: Policy, since: datetime, due_at: datetime, *, urgency: str, now: datetime | None = None
) -> datetime:
    """By when somebody must have accepted: a share of the time that there is to answer, and never in the past.

    Nobody is asked to accept at night or on a day off what is not a flash: then it is the next working time, or,
    where the answer is due before that, the end of the last one.
    """
    by = since + (due_at - since) * policy.accept_share
    earliest = since if now is None else max(now, since)
    if now is not None and by <= now:
        by = now + (due_at - now) * policy.accept_share
    return by if urgency == "flash" else _in_working_time(policy, by, earliest, due_at)


def is_working_time(policy: Policy, at: datetime) -> bool:
    """Whether people are there at a moment to accept something."""
    local = at.astimezone(policy.zone)
    begin, end = WORKDAY
    return policy.calendar.is_working(local.date()) and begin <= local.time() <= end


def _in_working_time(policy: Policy, by: datetime, earliest: datetime, due_at: datetime) -> datetime:
    if is_working_time(policy, by):
        return by
    local = by.astimezone(policy.zone)
    begin, end = WORKDAY
    for ahead in range(MOST_DAYS):
        day = local.date() + timedelta(days=ahead)
        opens = datetime.combine(day, begin, tzinfo=policy.zone)
        if policy.calendar.is_working(day) and opens >= by:
            if opens < due_at:
                return opens.astimezone(UTC)
            break
    for back in range(MOST_DAYS):
        day = local.date() - timedelta(days=back)
        closes = datetime.combine(day, end, tzinfo=policy.zone)
        if policy.calendar.is_working(day) and earliest < closes <= by:
            return closes.astimezone(UTC)
    return by


def working_from(policy: Policy, now: datetime, zone: ZoneInfo | None = None) -> datetime | None:
    """When people are next there (in ``zone``); None where they are now, or for longer than any holiday are not."""
    local = now.astimezone(zone or policy.zone)
    begin, end = WORKDAY
    for ahead in range(MOST_DAYS):
        day = local.date() + timedelta(days=ahead)
        if not policy.calendar.is_working(day):
            continue
        if not ahead and begin <= local.time() < end:
            return None
        opens = datetime.combine(day, begin, tzinfo=local.tzinfo)
        if opens > local:
            return opens.astimezone(UTC)
    return None


def done_at(tx: Tx, request: Request) -> datetime:
    """When something was done in time or late: when the message was sent that did it, which may have waited to be
    read; but not before the request was asked, and taken, as our record has it."""
    return max(tx.sent, request.asked_at, request.accepted_at or request.asked_at)


def due_after_pause(due: datetime | None, returned_at: datetime | None, now: datetime) -> datetime | None:
    """The deadline of a request that its asker has completed: the clock stood still meanwhile.

    One that was overdue when it was returned stays so.
    """
    if due is None or returned_at is None or due <= returned_at:
        return due
    return due + (now - returned_at)


def first_due(request: Clocked, action: Action, values: dict[str, Any]) -> dict[str, Any]:
    """The columns that an action changes, with the time first set to answer: whatever moves the deadline moves
    it too, except what the asked unit adds to its own time."""
    due = values.get("due_at", request.due_at)
    if ACTIONS[action].more_time or "first_due_at" in values or due == request.due_at:
        return values
    return values | {"first_due_at": due}


def quiet_until(policy: Policy, now: datetime, zone: ZoneInfo | None = None) -> datetime | None:
    """The end of the quiet hours that hold now (in ``zone``), or None outside of them."""
    if policy.quiet is None:
        return None
    start, end = policy.quiet
    local = now.astimezone(zone or policy.zone)
    at = local.time()
    inside = start <= at < end if start < end else at >= start or at < end
    if not inside:
        return None
    day = local.date() if at < end else local.date() + timedelta(days=1)
    until = datetime.combine(day, end, tzinfo=local.tzinfo).astimezone(UTC)
    if until > now:
        return until
    return datetime.combine(day, end.replace(fold=1), tzinfo=local.tzinfo).astimezone(UTC)  # clocks went back


@dataclass(frozen=True, kw_only=True, slots=True)
class _Clock:
    """A request as its reminders count."""

    state: str
    asked_at: datetime
    due_at: datetime | None
    accept_by: datetime | None


def clock_of(tx: Tx, request: Request) -> Clocked:
    """The time to answer of a request that had to be approved began when it went out, not when it was asked: a share
    of that time is a share of what the asked unit has had."""
    out = Body.of(request, tx.sealer).went_out if request.purged_at is None else None
    if out is None:
        return request
    begun = max(out.at, request.asked_at)
    return _Clock(state=request.state, asked_at=begun, due_at=request.due_at, accept_by=request.accept_by)


def plan_new(tx: Tx, request: Request) -> None:
    """The reminders of a request that has none yet."""
    steps = _of_real(request, plan(request, tx.policy, now=tx.now))
    tx.batch.add(ADD_REMINDER, *[_row(request, step) for step in steps])


def _of_real(request: Request, steps: list[Step]) -> list[Step]:
    """What is planned of a request: a drill is the two units' own affair, and no unit above hears of it."""
    return [step for step in steps if step.kind not in ABOVE] if is_drill(request.number) else steps


async def replan(tx: Tx, request: Request, *, moved: bool = False) -> None:
    """Make the request's waiting reminders those of the plan; what was sent stays, and what is held back
    over the quiet hours stays as long as it still fits.

    ``moved``: to another unit, above which others stand: escalation begins with the nearest of those.
    """
    rows, clock = await reminder_rows.of_request(tx.session, request.id), clock_of(tx, request)
    for row in rows if moved else ():
        if row.kind in ABOVE and row.state != ReminderState.WAITING:
            row.note = BEFORE_TRANSFER
    of_this_deadline = [
        row
        for row in rows
        if request.due_at is not None and row.due_at >= request.due_at and row.note != BEFORE_TRANSFER
    ]
    done: dict[str, int] = {}
    for row in of_this_deadline:
        if row.state != ReminderState.WAITING:
            done[row.kind] = max(row.stage, done.get(row.kind, -1))
    steps = _of_real(request, plan(clock, tx.policy, now=tx.now, done=done))
    wanted = {(step.kind, step.stage): step.due_at for step in steps}
    ended = {row.kind for row in of_this_deadline if row.note in NOBODY}
    wanted = {key: at for key, at in wanted.items() if key[0] not in ended}
    for row in of_this_deadline:  # said before its time, for the rung below it reached nobody
        if row.state in SAID and row.due_at < wanted.get((row.kind, row.stage), row.due_at):
            del wanted[row.kind, row.stage]
    for row in rows:
        key = (row.kind, row.stage)
        if wanted.get(key) == row.due_at or (
            row.state == ReminderState.WAITING and _comes(clock, row, tx, moved)
        ):
            wanted.pop(key, None)
        elif row.state == ReminderState.WAITING:
            await tx.session.delete(row)
    await tx.session.flush()
    await _add(tx, request, [Step(kind=k, stage=s, due_at=at) for (k, s), at in wanted.items()])


def _comes(request: Clocked, row: Reminder, tx: Tx, moved: bool) -> bool:
    """Whether a row whose time has come waits all the same and is not lost: no tick has looked since, its time fell
    into the quiet hours, or whoever was reminded has put it off."""
    if moved and row.kind in ABOVE:
        return False
    planned = planned_at(request, tx.policy, row.kind, row.stage)
    if planned is not None and row.note in (AGAIN, AT_ONCE) and row.kind in RUNGS.values():
        planned = request.due_at
    return planned is not None and planned <= tx.now


async def _add(tx: Tx, request: Request, steps: list[Step]) -> None:
    await ADD_REMINDER.write(tx.session, [_row(request, step) for step in steps])


def _row(request: Request, step: Step) -> dict[str, Any]:
    return {
        "request_id": request.id,
        "kind": step.kind,
        "stage": step.stage,
        "due_at": step.due_at,
        "state": ReminderState.WAITING,
    }
