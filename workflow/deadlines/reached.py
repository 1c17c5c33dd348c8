"""Whom a reminder has reached, and what they have said to it: kept beside the reminders, for ``/why`` and for what is
put off.

A stage is that of a kind of reminder, for one deadline, in the eyes of one unit: a deadline that has moved, or another
unit, begins anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from storage.queries import marks as mark_rows
from storage.tables.batch import ADD_MARK
from storage.tables.marks import ReminderMark
from storage.tables.models import Reminder, Request
from storage.tables.words import Marked, ReminderKind, State
from workflow.deadlines.kinds import ABOVE, KINDS
from workflow.kernel.errors import Refused
from workflow.kernel.ladder import Stage
from workflow.kernel.tx import Tx
from workflow.organisation import rights


def note(
    tx: Tx, request: Request, row: Reminder, *, unit_id: int | None, person_id: int | None = None
) -> None:
    """Keep that a reminder goes to a unit's group, or to one of its people alone."""
    said = _mark(request, row.kind, row.stage, unit_id, what=Marked.REACHED, at=tx.now)
    tx.batch.add(ADD_MARK, said | {"person_id": person_id})


def keep(
    tx: Tx, request: Request, heard: ReminderMark, *, what: Marked, until: datetime | None = None
) -> None:
    """Keep what the actor says to a stage that they have heard."""
    said = _mark(request, heard.kind, heard.stage, heard.unit_id, what=what, at=tx.now)
    tx.batch.add(ADD_MARK, said | {"person_id": tx.who.person_id, "until": until})


def _mark(
    request: Request, kind: str, stage: int, unit_id: int | None, *, what: Marked, at: datetime
) -> dict[str, object]:
    return {
        "request_id": request.id, "kind": kind, "stage": stage, "due_at": request.due_at, "unit_id": unit_id,
        "person_id": None, "what": what, "at": at, "until": None,
    }  # fmt: skip


async def heard_by(tx: Tx, request: Request) -> tuple[ReminderMark, Sequence[ReminderMark]]:
    """The newest stage that the actor was reminded by, of the deadline as it stands; and what was said to that stage so
    far. Raises :class:`Refused` where there is none."""
    marks = [
        mark for mark in await mark_rows.of_request(tx.session, request.id) if mark.due_at == request.due_at
    ]
    heard = next((m for m in reversed(marks) if m.what == Marked.REACHED and _hears(tx, request, m)), None)
    if heard is None:
        raise Refused("error.unreminded", number=request.number)
    return heard, [m for m in marks if m.what != Marked.REACHED and stage_of(m) == stage_of(heard)]


def stage_of(mark: ReminderMark) -> tuple[str, int, int | None]:
    """Of which stage a mark is, in whose eyes."""
    return mark.kind, mark.stage, mark.unit_id


def _hears(tx: Tx, request: Request, mark: ReminderMark) -> bool:
    """Whether the actor is one of those whom a reminder has reached, as things stand now."""
    actor, to = tx.who, KINDS[ReminderKind(mark.kind)].to
    if to in (Stage.HANDLER, Stage.LIAISON):
        return mark.person_id == actor.person_id and actor.role_in(mark.unit_id) is not None
    if to is not Stage.DESK:
        return rights.looks_after(actor, mark.unit_id)
    if request.state == State.RETURNED:
        asks = rights.is_asker(actor, request) or rights.leads(actor, request.from_unit_id)
        return mark.unit_id == request.from_unit_id and asks
    return mark.unit_id == request.to_unit_id and rights.works_for_asked(actor, request)


def by_side(
    request: Request, marks: Sequence[ReminderMark]
) -> tuple[Sequence[ReminderMark], Sequence[ReminderMark]]:
    """Of what was said to reminders of a request for the deadline as it stands: what the side that owes the next step
    has said, and what the units above have."""
    owes = request.from_unit_id if request.state == State.RETURNED else request.to_unit_id
    now = [m for m in marks if m.due_at == request.due_at]
    return (
        [m for m in now if m.kind not in ABOVE and m.unit_id == owes],
        [m for m in now if m.kind in ABOVE],
    )
