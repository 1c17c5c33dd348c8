"""Due reminders, claimed and sent once: nothing goes overdue in silence.

A row that is due is looked at again before anything is said: the request may have been answered meanwhile.
A tick makes one message for each chat, whatever it has to hear (:mod:`workflow.notices.due_lists`); after downtime too,
and each request once in it. A step that reaches nobody is skipped at once, recorded, and named in the digest.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from storage.database.failpoints import failpoint
from storage.queries import marks
from storage.queries import reminders as rows
from storage.tables.marks import ReminderMark
from storage.tables.models import Reminder, Request
from storage.tables.words import ReminderKind, ReminderState
from workflow.actions.approving import do_lapse
from workflow.deadlines.deadlines import AGAIN, quiet_until
from workflow.deadlines.kinds import KINDS, RUNGS
from workflow.deadlines.plan import NOBODY, next_step
from workflow.kernel.ladder import Stage
from workflow.kernel.states import WAITING, State
from workflow.kernel.tx import Tx
from workflow.notices import due_lists
from workflow.notices.approvals import notify_reminded
from workflow.notices.telling import show
from workflow.organisation.work import Work
from workflow.record.record import record
from workflow.scheduled import rungs
from workflow.scheduled.holds import Holds

BATCH = 100  # requests looked at in one transaction: a write lock of some tens of milliseconds
#: Where there are more, a list waits so long for what the next transactions add to it.
HOLD = timedelta(seconds=30)
NOT_NOW = (ReminderState.DROPPED, "it is taken")


async def run(work: Work) -> int:
    """Send all that is due now. How many notices were decided."""
    sent, held = 0, set[str]()
    while await _any_due(work):
        async with work.write() as tx:
            requests = await rows.claim(tx.session, tx.now, BATCH)
            failpoint("reminders.claimed")
            said = await marks.said(tx.session, [request.id for request in requests])
            for request in requests:
                due = await rows.due_of(tx.session, request.id, tx.now)
                sent += await _remind(tx, request, due, said.get(request.id, ()))
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


async def _remind(tx: Tx, request: Request, due: Sequence[Reminder], said: Sequence[ReminderMark]) -> int:
    if request.state == State.PENDING:
        return await _approvers(tx, request, due)
    if request.state not in WAITING or request.due_at is None:
        return _finish(tx, due, ReminderState.DROPPED, "the request no longer waits")
    _finish(tx, [row for row in due if not _stands(tx, request, row)], *NOT_NOW)
    holds = await Holds.of(tx, request, said)
    again = frozenset(row.id for row in due if row.note == AGAIN)
    waiting = [row for row in due if row.state == ReminderState.WAITING]
    done: list[Reminder] = []
    sent = 0
    for stage in Stage:  # what reaches nobody on one rung comes on the next, in its turn
        now = holds.let_through(tx, [row for row in waiting if KINDS[ReminderKind(row.kind)].to is stage])
        last = _last(tx, now)
        late = any(KINDS[ReminderKind(r.kind)].asker_too and r.stage == 0 and r.id not in again for r in now)
        for row in last:
            reached = await rungs.say(tx, request, row, first_late=late)
            sent += reached
            following = None if reached else await rungs.following(tx, request, row)
            if following is not None and following not in waiting:
                waiting.append(following)
        done += now
    await tx.session.flush()
    for row in done:
        if row.id not in again:
            await _plan_next(tx, request, row)
    if done:
        await show(tx, request)
    return sent


def _stands(tx: Tx, request: Request, row: Reminder) -> bool:
    """Whether a reminder still fits how the request stands, and the ladder as it is configured now."""
    kind = ReminderKind(row.kind)
    if request.state not in KINDS[kind].states:
        return False
    return kind not in RUNGS.values() or KINDS[kind].to in tx.policy.rungs


def _last(tx: Tx, now: list[Reminder]) -> list[Reminder]:
    """Of what is due for the same readers: the latest. Each escalation is for others, one unit higher."""
    above = [row for row in now if KINDS[ReminderKind(row.kind)].climbs]
    order = list(KINDS)
    rest = sorted(
        (row for row in now if row not in above), key=lambda r: (order.index(ReminderKind(r.kind)), r.stage)
    )
    _finish(tx, rest[:-1], ReminderState.DROPPED, "a later stage was due too")
    return [*rest[-1:], *above]


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


def _finish(tx: Tx, due: Sequence[Reminder], state: ReminderState, note: str | None = None) -> int:
    for row in due:
        row.state, row.done_at, row.note = state, tx.now, note
    return 0


async def _plan_next(tx: Tx, request: Request, row: Reminder) -> None:
    """After a step of a kind that repeats: the next one, unless one waits already."""
    step = next_step(request, tx.policy, row.kind, row.stage, now=tx.now)
    if row.state == ReminderState.WAITING or step is None or row.note in NOBODY:
        return
    await tx.session.flush()
    if not await rows.waits(tx.session, request.id, step.kind):
        tx.session.add(Reminder(request_id=request.id, kind=step.kind, stage=step.stage, due_at=step.due_at))
        await tx.session.flush()
