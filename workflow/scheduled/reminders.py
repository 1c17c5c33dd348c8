"""Due reminders, claimed and sent once: nothing goes overdue in silence.

A row that is due is looked at again before anything is said: the request may have been answered meanwhile.
A tick makes one message for each chat, whatever it has to hear (:mod:`workflow.notices.due_lists`); after downtime too,
and each request once in it. A step that reaches nobody is skipped at once, recorded, and named in the digest.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from storage.database.failpoints import failpoint
from storage.queries import reminders as rows
from storage.tables.models import Chat, Reminder, Request
from storage.tables.words import Lane, ReminderKind, ReminderState
from workflow.actions.approving import do_lapse
from workflow.deadlines.deadlines import quiet_until
from workflow.deadlines.kinds import KINDS, TURN
from workflow.deadlines.plan import NOBODY_ABOVE, next_step
from workflow.kernel.actions import Section
from workflow.kernel.states import WAITING, State
from workflow.kernel.tx import Tx
from workflow.notices import due_lists
from workflow.notices.approvals import notify_reminded
from workflow.notices.telling import lane_of, show, sides
from workflow.organisation import groups, units
from workflow.organisation.places import zone_of
from workflow.organisation.work import Work
from workflow.record.record import record

BATCH = 100  # requests looked at in one transaction: a write lock of some tens of milliseconds
#: Where there are more, a list waits so long for what the next transactions add to it.
HOLD = timedelta(seconds=30)


async def run(work: Work) -> int:
    """Send all that is due now. How many notices were decided."""
    sent, held = 0, set[str]()
    while await _any_due(work):
        async with work.write() as tx:
            requests = await rows.claim(tx.session, tx.now, BATCH)
            failpoint("reminders.claimed")
            for request in requests:
                sent += await _remind(tx, request, await rows.due_of(tx.session, request.id, tx.now))
            full = len(requests) == BATCH
            keys = await due_lists.flush(tx, not_before=tx.now + HOLD if full or held else None)
            held.update(keys if full or held else ())
            failpoint("reminders.decided")
        failpoint("reminders.committed")
        if not requests:  # another replica is at it
            break
    if held:
        async with work.write() as tx:
            await due_lists.release(tx, held)
    return sent


async def _any_due(work: Work) -> bool:
    """A look without the write lock: with nothing due, a tick costs one index probe."""
    async with work.read() as tx:
        return await rows.any_due(tx.session, tx.now)


async def _remind(tx: Tx, request: Request, due: Sequence[Reminder]) -> int:
    if request.state == State.PENDING:
        return await _approvers(tx, request, due)
    if request.state not in WAITING or request.due_at is None:
        return _finish(tx, due, ReminderState.DROPPED, "the request no longer waits")
    held_until = await _held_until(tx, request)
    if held_until is not None:
        for row in due:
            row.due_at = held_until
        await tx.session.flush()
        return 0
    _finish(tx, [r for r in due if _over(request, r)], ReminderState.DROPPED, "it is taken")
    said = 0
    ordinary = [r for r in due if r.kind in TURN and r.state == ReminderState.WAITING]
    if ordinary:
        ordinary.sort(key=lambda r: (TURN.index(ReminderKind(r.kind)), r.stage))
        _finish(tx, ordinary[:-1], ReminderState.DROPPED, "a later stage was due too")
        first_late = any(KINDS[ReminderKind(r.kind)].asker_too and r.stage == 0 for r in ordinary)
        said += await _say(tx, request, ordinary[-1], first_late=first_late)
    for row in due:
        if KINDS[ReminderKind(row.kind)].above:
            said += await _escalate(tx, request, row)
    for row in due:
        await _plan_next(tx, request, row)
    await show(tx, request)
    return said


async def _approvers(tx: Tx, request: Request, due: Sequence[Reminder]) -> int:
    """Remind those who may approve a request; where nobody has in time, it lapses, at whatever hour."""
    if request.accept_by is None or request.accept_by <= tx.now:
        _finish(tx, due, ReminderState.DROPPED, "it lapsed")
        await tx.session.flush()
        await do_lapse(tx, request)
        return 1
    until = None if request.urgency == "flash" else quiet_until(tx.policy, tx.now)
    if until is not None and until < request.accept_by:
        for row in due:
            row.due_at = until
        await tx.session.flush()
        return 0
    row = max(due, key=lambda one: one.stage)
    _finish(tx, [one for one in due if one is not row], ReminderState.DROPPED, "a later stage was due too")
    chats = await notify_reminded(tx, request)
    if not chats:
        _finish(tx, [row], ReminderState.SKIPPED, "no approver")
        await record(tx, request, "unreached", kind=row.kind, stage=row.stage, why="no approver")
        return 0
    _finish(tx, [row], ReminderState.SENT)
    await record(tx, request, "remind", kind=row.kind, stage=row.stage, chats=chats)
    return 1


def _over(request: Request, row: Reminder) -> bool:
    """Whether a reminder of whose turn it is has come too late for how the request stands."""
    return row.kind in TURN and request.state not in KINDS[ReminderKind(row.kind)].states


async def _held_until(tx: Tx, request: Request) -> datetime | None:
    """The end of the quiet hours where the request's reminders are read; a flash is never held back."""
    if request.urgency == "flash" or tx.policy.quiet is None:
        return None
    both = await sides(tx, request)
    chats = both.asking if request.state == State.RETURNED else both.asked
    chat = await tx.session.get(Chat, chats[0]) if chats else None
    return quiet_until(tx.policy, tx.now, zone_of(chat, tx.policy))


def _finish(tx: Tx, due: Sequence[Reminder], state: ReminderState, note: str | None = None) -> int:
    for row in due:
        row.state, row.done_at, row.note = state, tx.now, note
    return 0


async def _plan_next(tx: Tx, request: Request, row: Reminder) -> None:
    """After a step of a kind that repeats: the next one, unless one waits already."""
    step = next_step(request, tx.policy, row.kind, row.stage, now=tx.now)
    if row.state == ReminderState.WAITING or step is None or row.note == NOBODY_ABOVE:
        return
    await tx.session.flush()
    if not await rows.waits(tx.session, request.id, step.kind):
        tx.session.add(Reminder(request_id=request.id, kind=step.kind, stage=step.stage, due_at=step.due_at))
        await tx.session.flush()


async def _say(tx: Tx, request: Request, row: Reminder, *, first_late: bool) -> int:
    """Remind who owes the next step: the asked unit, or the asker of a returned request."""
    to_asker = request.state == State.RETURNED
    both = await sides(tx, request)
    chats = both.asking if to_asker else both.asked
    if first_late and not to_asker:
        for chat in both.asking:
            if chat not in both.asked:
                due_lists.note(tx, chat, request, Section.ASKED, lane=lane_of(request))
    if not chats:
        _finish(tx, [row], ReminderState.SKIPPED, "no group")
        await record(tx, request, "unreached", kind=row.kind, stage=row.stage, why="no group")
        return 0
    for chat in chats:
        due_lists.note(
            tx, chat, request, Section.RETURNED if to_asker else Section.OWED, lane=lane_of(request)
        )
    _finish(tx, [row], ReminderState.SENT)
    await record(tx, request, "remind", kind=row.kind, stage=row.stage, chats=list(chats))
    return 1


async def _escalate(tx: Tx, request: Request, row: Reminder) -> int:
    """The superior unit's desk hears of it; each further stage one unit higher.

    A unit without a desk is passed over at once, recorded, and named in the digest.
    """
    above = await units.superiors(tx, request.to_unit_id or 0)
    while row.stage < len(above):
        unit = above[row.stage]
        chats = await groups.groups_of(tx, unit.id)
        if chats:
            for chat in chats:
                due_lists.note(tx, chat, request, Section.ABOVE, lane=Lane.URGENT)
            _finish(tx, [row], ReminderState.SENT)
            await record(tx, request, "escalate", stage=row.stage, unit=unit.code, chats=list(chats))
            return 1
        why = f"no group of {unit.code}"
        await record(tx, request, "passed_over", stage=row.stage, unit=unit.code, why=why)
        passed = Reminder(
            request_id=request.id,
            kind=ReminderKind.UNREACHED,
            stage=row.stage,
            due_at=tx.now,
            state=ReminderState.SKIPPED,
            done_at=tx.now,
            note=why,
        )
        tx.session.add(passed)
        row.stage += 1
        await tx.session.flush()
    _finish(tx, [row], ReminderState.SKIPPED, NOBODY_ABOVE)
    await record(tx, request, "nobody_above", stage=row.stage)
    return 0
