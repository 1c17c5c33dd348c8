"""Operations of several units, as they stand now: which units take part, whose word that is, until when.

A group of one is nobody's desk. It sees, masked as every card, what its units have tagged with the operation, and
nothing else of theirs (:func:`workflow.organisation.groups.sides_of`). One that is over is none any more, whether the
clock has said so or not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from matching.words.choose_words import squeeze
from storage.queries import desk, sound
from storage.queries import operations as rows
from storage.tables.operations import Operation as Row
from workflow.kernel.memo import Slot
from workflow.kernel.tx import Tx


class Part(StrEnum):
    """What a unit is to an operation."""

    MEMBER = "member"
    ASKED = "asked"  # nobody of it has said that it takes part
    DECLINED = "declined"
    LEFT = "left"


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """What a unit is to an operation, by whose word."""

    part: Part
    by: int | None
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation:
    """One that stands. ``began``: what was posted in its group before is none of its business."""

    id: int
    chat_id: int
    name: str
    began: datetime
    ends_at: datetime  # the end of its last day
    told_at: datetime | None = None  # when it was said that it is about to end
    units: Mapping[int, Word]

    @property
    def members(self) -> tuple[int, ...]:
        """The units that take part, in the order in which they were named."""
        return self.which(Part.MEMBER)

    @property
    def asked(self) -> tuple[int, ...]:
        return self.which(Part.ASKED)

    def which(self, part: Part) -> tuple[int, ...]:
        return tuple(unit for unit, word in self.units.items() if word.part is part)

    def said(self, unit_id: int, part: Part, *, by: int | None, at: datetime) -> Operation:
        """The same, with another word about a unit."""
        return replace(self, units={**self.units, unit_id: Word(part=part, by=by, at=at)})

    def plain(self) -> dict[str, Any]:
        """What is sealed of it."""
        units = [[unit, word.part, word.by, word.at.isoformat()] for unit, word in self.units.items()]
        return {"name": self.name, "units": units}


def _of(tx: Tx, row: Row) -> Operation:
    plain = tx.sealer.unseal("operations", row.sealed)
    return Operation(
        id=row.id,
        chat_id=row.chat_id,
        name=plain["name"],
        began=row.at,
        ends_at=row.ends_at,
        told_at=row.told_at,
        units={
            unit: Word(part=Part(part), by=by, at=datetime.fromisoformat(at))
            for unit, part, by, at in plain["units"]
        },
    )


#: All that nobody has ended, once for the transaction.
_STANDING: Slot[None, tuple[Operation, ...]] = Slot()


@dataclass(frozen=True, kw_only=True, slots=True)
class NotEnded:
    """Operations that nobody has ended; ``unsound``: rows that were changed by hand, which open nothing."""

    sound: tuple[Operation, ...]
    unsound: tuple[int, ...]


async def not_ended(tx: Tx) -> NotEnded:
    """Those that are over by themselves as well."""
    found = await rows.standing(tx.session)
    ours = [row for row in found if sound.is_sound(tx.sealer, row)]
    return NotEnded(
        sound=tuple(_of(tx, row) for row in ours), unsound=tuple(row.id for row in found if row not in ours)
    )


async def standing(tx: Tx) -> tuple[Operation, ...]:
    """All that stand now."""
    known = tx.memo.of(_STANDING)
    if None not in known:
        known[None] = tuple(one for one in (await not_ended(tx)).sound if one.ends_at > tx.now)
    return known[None]


def forget(tx: Tx) -> None:
    """After a change: read anew."""
    tx.memo.of(_STANDING).clear()


async def in_chat(tx: Tx, chat_id: int) -> Operation | None:
    """The operation whose group a chat is."""
    return next((one for one in await standing(tx) if one.chat_id == chat_id), None)


async def by_id(tx: Tx, operation_id: int | None) -> Operation | None:
    """One that stands; None for every other."""
    if operation_id is None:
        return None
    return next((one for one in await standing(tx) if one.id == operation_id), None)


async def of_unit(tx: Tx, unit_id: int | None) -> tuple[Operation, ...]:
    """Those in which a unit takes part."""
    return tuple(one for one in await standing(tx) if unit_id in one.members)


async def meant(tx: Tx, unit_id: int | None, name: str) -> Operation | None:
    """The one that a unit means by a name: of those in which it takes part, and written as they are called."""
    called = squeeze(name)
    return next((one for one in await of_unit(tx, unit_id) if squeeze(one.name) == called), None)


async def begin(tx: Tx, one: Operation) -> Operation:
    """Write a new one; as it stands, with its number."""
    row = Row(
        id=await desk.next_number(tx.session, Row.id),
        chat_id=one.chat_id,
        at=one.began,
        ends_at=one.ends_at,
        sealed=tx.sealer.seal("operations", one.plain()),
    )
    await sound.put(tx.session, tx.sealer, row)
    forget(tx)
    return replace(one, id=row.id)


async def locked(tx: Tx, operation_id: int, *, over: bool = False) -> Operation | None:
    """One that stands, that of two who change it at once one waits for the other. ``over``: one that is over by itself
    and was not ended yet as well."""
    row = await tx.session.get(Row, operation_id, with_for_update=True, populate_existing=True)
    if row is None or row.ended_at is not None or not sound.is_sound(tx.sealer, row):
        return None
    return _of(tx, row) if over or row.ends_at > tx.now else None


async def write(
    tx: Tx, one: Operation, *, told_at: datetime | None = None, ended_at: datetime | None = None
) -> None:
    """The row as the value has it. ``told_at``: its end was announced; a later end is announced anew."""
    row = await tx.session.get_one(Row, one.id)
    row.told_at = told_at if row.ends_at == one.ends_at else None
    row.ends_at, row.ended_at = one.ends_at, ended_at
    row.sealed = tx.sealer.seal("operations", one.plain())
    await sound.put(tx.session, tx.sealer, row)
    forget(tx)
