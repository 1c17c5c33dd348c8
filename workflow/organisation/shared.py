"""What a unit has shared for a time: what it says, and whose people find it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.queries import desk, sound
from storage.queries import shared as rows
from storage.tables.shared import SharedNote as Row
from workflow.kernel.masked import harmless, hide
from workflow.kernel.tx import Tx
from workflow.organisation import groups, operations, units

MOST = 2000  # that are looked through


class Reach(StrEnum):
    """To whom something is shared."""

    UNIT = "unit"  # the unit's own people
    TREE = "tree"  # and those of all units below
    OPERATION = "operation"  # those of the units of an operation, while that stands
    ALLIANCE = "alliance"  # those of the units of an agreement of the configuration


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """``which``: the operation's number, or the agreement's name."""

    id: int
    unit_id: int
    person_id: int
    at: datetime
    until: datetime
    text: str
    reach: Reach
    which: str = ""

    @property
    def names_somebody(self) -> bool:
        """It says more than a group may read: it is read in private, for a purpose."""
        return not harmless(self.text)

    @property
    def masked(self) -> str:
        return hide(self.text, ())


async def readers(tx: Tx, note: Note) -> frozenset[int]:
    """The units whose people find it now."""
    known = await units.current(tx)
    own = frozenset({note.unit_id})
    match note.reach:
        case Reach.TREE:
            return own | known.below(note.unit_id)
        case Reach.OPERATION:
            joint = await operations.by_id(tx, int(note.which))
            return own | frozenset(joint.members if joint is not None else ())
        case Reach.ALLIANCE:
            codes = {code for one in tx.policy.sharing if one.name == note.which for code in one.units}
            return own | {unit.id for unit in known if unit.code in codes}
    return own


async def may_read(tx: Tx, note: Note) -> bool:
    """Whether the actor finds it, and everybody else who reads along where they ask."""
    theirs = {unit for unit in tx.who.units if tx.who.settled_in(unit)}
    found = await readers(tx, note)
    if not theirs & found:
        return False
    if tx.alone:
        return True
    here = await groups.readers_of(tx, tx.where.chat_id)
    return bool(here) and here <= found


def _of(tx: Tx, row: Row) -> Note:
    plain = tx.sealer.unseal("shared_notes", row.sealed)
    return Note(
        id=row.id,
        unit_id=row.unit_id,
        person_id=row.person_id,
        at=row.at,
        until=row.until,
        text=plain["text"],
        reach=Reach(plain["scope"][0]),
        which=plain["scope"][1],
    )


async def standing(tx: Tx) -> list[Note]:
    """What holds now and is as we wrote it."""
    found = await rows.standing(tx.session, tx.now, limit=MOST)
    return [_of(tx, row) for row in found if sound.is_sound(tx.sealer, row)]


async def by_id(tx: Tx, note_id: int) -> Note | None:
    """One that holds now."""
    row = await tx.session.get(Row, note_id, with_for_update=True)
    if row is None or row.until <= tx.now or not sound.is_sound(tx.sealer, row):
        return None
    return _of(tx, row)


async def write(tx: Tx, note: Note) -> int:
    """A new one; its number."""
    number = await desk.next_number(tx.session, Row.id)
    row = Row(id=number, unit_id=note.unit_id, person_id=note.person_id, at=note.at, until=note.until)
    row.sealed = tx.sealer.seal("shared_notes", {"text": note.text, "scope": [note.reach, note.which]})
    await sound.put(tx.session, tx.sealer, row)
    return row.id
