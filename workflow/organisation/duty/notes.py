"""What whoever is on duty leaves for the next: kept sealed, and shown to them in private when their duty begins."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage.queries import duty as rows
from storage.tables.duty import DutyNote
from storage.tables.models import Person, Unit
from workflow.kernel.errors import Refused
from workflow.kernel.text import t
from workflow.kernel.tx import Sender, Tx
from workflow.organisation import groups, people, units
from workflow.organisation.duty import present
from workflow.organisation.duty.results import DutyDone
from workflow.organisation.people import unit_at_hand
from workflow.organisation.work import Work
from workflow.record.record import record

EXAMPLE = "/duty note …"
MOST = 20  # notes of a unit that wait
LATER = timedelta(days=1)  # after which it is tried again, where nobody is on duty in the coming week
KEPT = timedelta(days=30)  # what nobody could be shown until then is gone


async def leave_note(work: Work, words: str, *, code: str = "", user: Sender | None = None) -> DutyDone:
    """``/duty note …``: for whoever is on duty next."""
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "duty_note", code)
        if not words.strip():
            raise Refused("error.duty_note", example=EXAMPLE)
        if len(await rows.notes_waiting(tx.session, unit.id)) >= MOST:
            raise Refused("error.duty_notes", most=MOST, example="/duty")
        due = await _next(tx, unit.id, but_not=tx.who.person_id)
        if due is None:
            raise Refused("error.duty_no_next", unit=unit.name, example="/duty set @user Mon-Fri 08:30-17:30")
        sealed = tx.sealer.seal("duty_notes", {"text": words.strip(), "of": _of(unit.id, tx.now)})
        tx.session.add(
            DutyNote(unit_id=unit.id, person_id=tx.who.person_id, at=tx.now, due_at=due[0], sealed=sealed)
        )
        await tx.session.flush()
        await record(tx, None, "duty", what="note", unit=unit.code)
        name = await people.name_by_id(tx, due[1])
        return await tx.conclude(DutyDone(what="note", unit=unit.name, names=(name,), at=due[0]))


def _of(unit_id: int, at: datetime) -> list[object]:
    """In which row a note belongs."""
    return [unit_id, at.isoformat()]


async def _next(tx: Tx, unit_id: int, *, but_not: int) -> tuple[datetime, int] | None:
    """When the duty of somebody else begins, and whose."""
    _, found = await present.week_of(tx, unit_id)
    later = [one for one in found if one.person not in (None, but_not) and one.begins > tx.now]
    return (later[0].begins, later[0].person) if later and later[0].person is not None else None


async def do_show(tx: Tx, note_id: int) -> bool:
    """Shows a note to who is on duty now, and takes it away. Where that is nobody but who left it, or they have
    no chat open with us, it waits for the next. False where it was shown meanwhile, or still waits."""
    note = await rows.note(tx.session, note_id)
    if note is None or note.due_at is None or note.due_at > tx.now:
        return False
    there = await present.on_duty(tx, note.unit_id)
    unit = await units.by_id(tx, note.unit_id)
    if unit is None or tx.now - note.at > KEPT:
        await tx.session.delete(note)
        await record(tx, None, "duty", what="note_lost", unit=unit.code if unit is not None else None)
        return False
    reached = there is not None and there.person.id != note.person_id and there.person.open_chat is not None
    if there is None or not reached:
        if there is not None and there.person.id != note.person_id:
            await _ask_to_open(tx, unit, there.person)
        due = await _next(tx, note.unit_id, but_not=there.person.id if there is not None else note.person_id)
        note.due_at = due[0] if due is not None else tx.now + LATER
        await tx.session.flush()
        return False
    said = tx.sealer.unseal("duty_notes", note.sealed)
    if said.get("of") != _of(note.unit_id, note.at):  # it was put into this row by hand: it is for other eyes
        await tx.session.delete(note)
        await record(tx, None, "duty", what="note_lost", unit=unit.code)
        return False
    by = await people.name_by_id(tx, note.person_id)
    await tx.say(
        t("duty.note", unit=unit.name, by=by, at=note.at, text=said["text"]),
        chat_id=there.person.open_chat or 0,
    )
    await tx.session.delete(note)
    await tx.session.flush()
    await record(tx, None, "duty", what="note_shown", unit=unit.code, person=there.person.id)
    return True


async def _ask_to_open(tx: Tx, unit: Unit, person: Person) -> None:
    """The unit's desk: that there is something for somebody who has no chat open with us; never what."""
    who = t("mention", name=people.name_of(tx, person), id=person.chat_id)
    for desk in (await groups.groups_of(tx, unit.id))[:1]:
        await tx.say(t("duty.note_waits", who=who, bot=tx.policy.bot_username), chat_id=desk)
