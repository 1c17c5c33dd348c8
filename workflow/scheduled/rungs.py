"""The rungs of the ladder: who hears on each, and what comes when one of them is out of reach.

A step that reaches nobody is skipped at once to the next, recorded, and named in the digest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from storage.queries import reminders as rows
from storage.tables.models import Person, Reminder, Request, Unit
from storage.tables.words import Lane, ReminderKind, ReminderState
from workflow.deadlines import reached
from workflow.deadlines.deadlines import AT_ONCE, BEFORE_TRANSFER
from workflow.deadlines.kinds import KINDS, RUNGS
from workflow.deadlines.plan import NOBODY_ABOVE, NOBODY_COMMON
from workflow.kernel.actions import Section
from workflow.kernel.ladder import Stage
from workflow.kernel.states import State
from workflow.kernel.tx import Tx
from workflow.notices import due_lists
from workflow.notices.telling import first_of, lane_of, liaisons_of, sides
from workflow.organisation import groups, units
from workflow.record.record import record


async def say(tx: Tx, request: Request, row: Reminder, *, first_late: bool) -> int:
    """Say it to those of its rung; 1, or 0 where none of them can be reached. ``first_late``: the asker hears, too."""
    match KINDS[ReminderKind(row.kind)].to:
        case Stage.HANDLER:
            first = await first_of(tx, request)
            return await _alone(tx, request, row, [] if first is None else [_Alone.of(first)])
        case Stage.LIAISON:
            found = [_Alone.of(person) for person in await liaisons_of(tx, request)]
            return await _alone(tx, request, row, found)
        case Stage.DESK:
            return await _desk(tx, request, row, first_late=first_late)
        case Stage.SUPERIOR:
            return await _escalate(tx, request, row)
        case Stage.COMMON:
            return await _common(tx, request, row)


async def following(tx: Tx, request: Request, row: Reminder) -> Reminder | None:
    """The next rung's reminder, which comes now, for this one has reached nobody; None where that rung has had its
    turn, or there is none."""
    all_ = [
        r for r in await rows.of_request(tx.session, request.id)
        if request.due_at is not None and r.due_at >= request.due_at and r.note != BEFORE_TRANSFER
    ]  # fmt: skip
    for kind in _above(tx, request, row):
        own = [r for r in all_ if r.kind == kind]
        if any(r.state == ReminderState.SENT for r in own):
            return None
        waits = [r for r in own if r.state == ReminderState.WAITING]
        if own and not waits:  # it has reached nobody before this
            continue
        if waits:
            found = min(waits, key=lambda r: r.stage)
            found.due_at, found.note = tx.now, AT_ONCE
        else:
            found = Reminder(
                request_id=request.id,
                kind=kind,
                stage=0,
                due_at=tx.now,
                state=ReminderState.WAITING,
                note=AT_ONCE,
            )
            tx.session.add(found)
        await tx.session.flush()
        return found
    return None


def _above(tx: Tx, request: Request, row: Reminder) -> list[ReminderKind]:
    """The kinds of the rungs above a reminder's; none for what comes before a request is late."""
    order = [RUNGS[stage] for stage in tx.policy.rungs]
    kind = ReminderKind(row.kind)
    if kind not in order:
        return []
    return [one for one in order[order.index(kind) + 1 :] if request.state in KINDS[one].states]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Alone:
    """Somebody who may be told alone."""

    person_id: int
    chat_id: int | None

    @classmethod
    def of(cls, person: Person) -> _Alone:
        return cls(person_id=person.id, chat_id=person.open_chat)


async def _alone(tx: Tx, request: Request, row: Reminder, people: Iterable[_Alone]) -> int:
    """To people of the asked unit, each in private; who has no chat open with us is not reached."""
    chats = []
    for person in people:
        if person.chat_id is not None:
            due_lists.note(tx, person.chat_id, request, Section.OWED, lane=lane_of(request))
            reached.note(tx, request, row, unit_id=request.to_unit_id, person_id=person.person_id)
            chats.append(person.chat_id)
    return await _sent(tx, request, row, chats, why=f"no {KINDS[ReminderKind(row.kind)].to} to be told alone")


async def _desk(tx: Tx, request: Request, row: Reminder, *, first_late: bool) -> int:
    """Who owes the next step: the asked unit, or the asker of a returned request."""
    to_asker = request.state == State.RETURNED
    both = await sides(tx, request)
    chats = both.asking if to_asker else both.asked
    if first_late and not to_asker:
        for chat in both.asking:
            if chat not in both.asked:
                due_lists.note(tx, chat, request, Section.ASKED, lane=lane_of(request))
    for chat in chats:
        section = Section.RETURNED if to_asker else Section.OWED
        due_lists.note(tx, chat, request, section, lane=lane_of(request))
    if chats:
        owes = request.from_unit_id if to_asker else request.to_unit_id
        reached.note(tx, request, row, unit_id=owes)
    return await _sent(tx, request, row, chats, why="no group")


async def _sent(tx: Tx, request: Request, row: Reminder, chats: Iterable[int], *, why: str) -> int:
    """Whether it was said in any chat, with that in the record."""
    told = list(chats)
    if not told:
        _finish(tx, row, ReminderState.SKIPPED, why)
        await record(tx, request, "unreached", kind=row.kind, stage=row.stage, why=why)
        return 0
    _finish(tx, row, ReminderState.SENT)
    await record(tx, request, "remind", kind=row.kind, stage=row.stage, chats=told)
    return 1


async def _escalate(tx: Tx, request: Request, row: Reminder) -> int:
    """The superior unit's desk hears of it; each further stage one unit higher.

    A unit without a desk is passed over at once, recorded, and named in the digest; so is that there is no unit above.
    """
    above = await units.superiors(tx, request.to_unit_id or 0)
    while row.stage < len(above):
        unit = above[row.stage]
        if await _above_hears(tx, request, row, unit):
            return 1
        await _passed_over(tx, request, row, why=f"no group of {unit.code}", unit=unit)
        row.stage += 1
        await tx.session.flush()
    _finish(tx, row, ReminderState.SKIPPED, NOBODY_ABOVE)
    await record(tx, request, "nobody_above", stage=row.stage)
    if not above and Stage.COMMON in tx.policy.rungs:
        await _name(tx, request, row, NOBODY_ABOVE)
    return 0


async def _common(tx: Tx, request: Request, row: Reminder) -> int:
    """The desk of the nearest unit above both hears of it."""
    unit, without = await groups.common_desk(tx, request)
    for passed in without:
        await record(
            tx, request, "passed_over", stage=row.stage, unit=passed.code, why=f"no group of {passed.code}"
        )
    if unit is not None and await _above_hears(tx, request, row, unit):
        return 1
    _finish(tx, row, ReminderState.SKIPPED, NOBODY_COMMON)
    await record(tx, request, "unreached", kind=row.kind, stage=row.stage, why=NOBODY_COMMON)
    return 0


async def _above_hears(tx: Tx, request: Request, row: Reminder, unit: Unit) -> bool:
    """Whether the desk of a unit above can be told, and is."""
    chats = await groups.groups_of(tx, unit.id)
    for chat in chats:
        due_lists.note(tx, chat, request, Section.ABOVE, lane=Lane.URGENT)
    if chats:
        _finish(tx, row, ReminderState.SENT)
        reached.note(tx, request, row, unit_id=unit.id)
        await record(tx, request, "escalate", stage=row.stage, unit=unit.code, chats=list(chats))
    return bool(chats)


async def _passed_over(tx: Tx, request: Request, row: Reminder, *, why: str, unit: Unit) -> None:
    await record(tx, request, "passed_over", stage=row.stage, unit=unit.code, why=why)
    await _name(tx, request, row, why)


async def _name(tx: Tx, request: Request, row: Reminder, why: str) -> None:
    """For the digest: a stage was passed over."""
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
    await tx.session.flush()


def _finish(tx: Tx, row: Reminder, state: ReminderState, note: str | None = None) -> None:
    row.state, row.done_at, row.note = state, tx.now, note
