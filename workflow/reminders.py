"""Due reminders, claimed and sent once: nothing goes overdue in silence.

A row that is due is looked at again before anything is said: the request may have been answered meanwhile.
After downtime one notice goes out for each request, not every missed one. A step that reaches nobody is
skipped at once, recorded, and named in the digest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import exists, select

from storage import chats as chat_rows
from storage.models import Reminder, Request, Unit
from workflow import units
from workflow.deadlines import next_repeat, quiet_until
from workflow.lifecycle import holders
from workflow.record import record
from workflow.requests import link, show, tell
from workflow.states import WAITING
from workflow.text import Text, t
from workflow.work import LANE_URGENT, Tx, Work

BATCH = 100  # requests looked at in one transaction: a write lock of some tens of milliseconds
#: Of several due for one request, the later in this order is the one that is said.
_ORDER = {"before": 0, "accept": 1, "after": 2}


async def run(work: Work) -> int:
    """Send all that is due now. How many notices were decided."""
    sent = 0
    while await _any_due(work):
        async with work.write() as tx:
            rows = await _claim(tx)
            for request_id, due in rows.items():
                sent += await _remind(tx, request_id, due)
    return sent


async def _any_due(work: Work) -> bool:
    """A look without the write lock: with nothing due, a tick costs one index probe."""
    async with work.read() as tx:
        return bool(
            await tx.session.scalar(
                select(exists().where(Reminder.state == "waiting", Reminder.due_at <= tx.now))
            )
        )


async def _claim(tx: Tx) -> dict[int, list[Reminder]]:
    found = (
        await tx.session.scalars(
            select(Reminder)
            .where(Reminder.state == "waiting", Reminder.due_at <= tx.now)
            .order_by(Reminder.due_at, Reminder.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
    ).all()
    by_request: dict[int, list[Reminder]] = defaultdict(list)
    for row in found:
        by_request[row.request_id].append(row)
    return by_request


async def _remind(tx: Tx, request_id: int, due: list[Reminder]) -> int:
    request = await tx.session.get(Request, request_id, with_for_update=True)
    if request is None or request.state not in WAITING or request.due_at is None:
        return _finish(tx, due, "dropped", "the request no longer waits")
    held_until = quiet_until(tx.policy, tx.now) if request.urgency != "flash" else None
    if held_until is not None:
        for row in due:
            row.due_at = held_until
        await tx.session.flush()
        return 0
    if request.state != "open":
        _finish(tx, [r for r in due if r.kind == "accept"], "dropped", "somebody has it")
    said = 0
    ordinary = sorted(
        (r for r in due if r.kind in _ORDER and r.state == "waiting"), key=lambda r: (_ORDER[r.kind], r.stage)
    )
    if ordinary:
        _finish(tx, ordinary[:-1], "dropped", "a later stage was due too")
        said += await _say(tx, request, ordinary[-1])
    for row in [r for r in due if r.kind == "escalate"]:
        said += await _escalate(tx, request, row)
    for row in due:
        await _plan_next(tx, request, row)
    await show(tx, request)
    return said


def _finish(tx: Tx, rows: Sequence[Reminder], state: str, note: str | None = None) -> int:
    for row in rows:
        row.state, row.done_at, row.note = state, tx.now, note
    return 0


async def _plan_next(tx: Tx, request: Request, row: Reminder) -> None:
    if row.state == "waiting" or request.due_at is None:
        return
    step = next_repeat(tx.policy, row.kind, row.stage, due=request.due_at, now=tx.now)
    if step is None or (row.kind == "escalate" and row.note == "no unit above"):
        return
    planned = await tx.session.scalar(
        select(Reminder.id)
        .where(Reminder.request_id == request.id, Reminder.kind == step.kind, Reminder.state == "waiting")
        .limit(1)
    )
    if planned is None:
        tx.session.add(Reminder(request_id=request.id, kind=step.kind, stage=step.stage, due_at=step.due_at))
        await tx.session.flush()


async def _say(tx: Tx, request: Request, row: Reminder) -> int:
    """Remind who owes the next step: the asked unit, or the asker of a returned request."""
    to_asker = request.state == "returned"
    chats = (
        [request.chat_id]
        if to_asker
        else [c.id for c in await chat_rows.of_unit(tx.session, request.to_unit_id or 0)]
    )
    chats = [c for c in chats if c is not None]
    if not chats:
        await _skip(tx, request, row, "no group")
        return 0
    await tell(tx, request, await _words(tx, request, row, to_asker=to_asker), chats)
    if row.kind == "after" and row.stage == 0 and not to_asker and request.chat_id not in chats:
        unit = await tx.session.get(Unit, request.to_unit_id) if request.to_unit_id else None
        await tell(
            tx,
            request,
            t(
                "reminder.overdue_asker",
                number=request.number,
                unit=unit.name if unit else "",
                due=request.due_at,
            ),
            [request.chat_id],
        )
    _finish(tx, [row], "sent")
    await record(tx, request, "remind", kind=row.kind, stage=row.stage, chats=chats)
    return 1


async def _words(tx: Tx, request: Request, row: Reminder, *, to_asker: bool) -> Text:
    due = request.due_at or tx.now
    key = (
        "returned"
        if to_asker
        else {"accept": "accept", "before": "before"}.get(row.kind, "after" if due < tx.now else "due")
    )
    return t(
        f"reminder.{key}", number=request.number, due=due, late=max(tx.now - due, due - due), left=max(due - tx.now, due - due),
        who=[] if to_asker else await holders(tx, request), link=link(request.number or ""),
    )  # fmt: skip


async def _skip(tx: Tx, request: Request, row: Reminder, why: str) -> None:
    _finish(tx, [row], "skipped", why)
    await record(tx, request, "unreached", kind=row.kind, stage=row.stage, why=why)


async def _escalate(tx: Tx, request: Request, row: Reminder) -> int:
    """The superior unit's group hears of it; each further stage one unit higher."""
    above = await units.superiors(tx, request.to_unit_id or 0)
    if row.stage >= len(above):
        await _skip(tx, request, row, "no unit above")
        return 0
    chats = [c.id for c in await chat_rows.of_unit(tx.session, above[row.stage].id)]
    if not chats:
        await _skip(tx, request, row, f"no group of {above[row.stage].code}"[:64])
        return 0
    asked = await tx.session.get_one(Unit, request.to_unit_id)
    from_unit = await tx.session.get(Unit, request.from_unit_id) if request.from_unit_id else None
    due = request.due_at or tx.now
    told = t(
        "escalated", number=request.number, unit=asked.name, from_unit=from_unit.name if from_unit else "", due=due,
        late=tx.now - due, who=await holders(tx, request), state=t(f"state.{request.state}"),
    )  # fmt: skip
    await tell(tx, request, told, chats, lane=LANE_URGENT)
    _finish(tx, [row], "sent")
    await record(tx, request, "escalate", stage=row.stage, unit=above[row.stage].code, chats=chats)
    return 1
