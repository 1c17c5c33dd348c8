"""An alert as it stands: what it says, to which units, and who of each has seen it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from storage.queries import desk, sound
from storage.tables.alerts import Alert as Row
from storage.tables.words import PostPurpose
from workflow.kernel.masked import hide
from workflow.kernel.tx import Tx


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """Who of a unit has said that it has seen it, and when."""

    by: int
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """``stage``: how often it was said again. ``corrected``: since when it says what it says."""

    id: int
    unit_id: int
    person_id: int
    at: datetime
    text: str
    units: Mapping[int, Seen | None]
    urgent: bool = False
    stage: int = 0
    corrected: datetime | None = None
    withdrawn: datetime | None = None
    next_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def waiting(self) -> tuple[int, ...]:
        """The units of which nobody has said that they have seen it."""
        return tuple(unit for unit, seen in self.units.items() if seen is None)

    @property
    def masked(self) -> str:
        """As a group reads it."""
        return hide(self.text, ())

    @property
    def open(self) -> bool:
        return self.withdrawn is None

    def seen_by(self, unit_id: int, *, by: int, at: datetime) -> Alert:
        return replace(self, units={**self.units, unit_id: Seen(by=by, at=at)})

    def purpose(self, unit_id: int) -> str:
        """Of the messages in which it stands for a unit; 0: for who sent it."""
        return f"{PostPurpose.ALERT}:{self.id}:{unit_id}"

    def plain(self) -> dict[str, Any]:
        """What is sealed of it."""
        return {
            "text": self.text,
            "urgent": self.urgent,
            "units": [[u, s.by, s.at.isoformat()] if s else [u, None, None] for u, s in self.units.items()],
            "stage": self.stage,
            "corrected": self.corrected and self.corrected.isoformat(),
            "withdrawn": self.withdrawn and self.withdrawn.isoformat(),
        }


def named(purpose: str) -> tuple[int, int] | None:
    """The alert and the unit of a message's purpose; None for any other message."""
    match purpose.split(":"):
        case [PostPurpose.ALERT, alert, unit] if alert.isdigit() and unit.isdigit():
            return int(alert), int(unit)
    return None


def _of(tx: Tx, row: Row) -> Alert:
    plain = tx.sealer.unseal("alerts", row.sealed)
    return Alert(
        id=row.id,
        unit_id=row.unit_id,
        person_id=row.person_id,
        at=row.at,
        text=plain["text"],
        urgent=plain["urgent"],
        units={
            unit: Seen(by=by, at=datetime.fromisoformat(at)) if by is not None else None
            for unit, by, at in plain["units"]
        },
        stage=plain["stage"],
        corrected=_at(plain["corrected"]),
        withdrawn=_at(plain["withdrawn"]),
        next_at=row.next_at,
        ended_at=row.ended_at,
    )


def _at(kept: str | None) -> datetime | None:
    return datetime.fromisoformat(kept) if kept is not None else None


async def locked(tx: Tx, alert_id: int) -> Alert | None:
    """One that is kept and as we wrote it, that of two who change it at once one waits for the other."""
    row = await tx.session.get(Row, alert_id, with_for_update=True, populate_existing=True)
    return _of(tx, row) if row is not None and sound.is_sound(tx.sealer, row) else None


async def write(tx: Tx, one: Alert) -> Alert:
    """The row as the value has it, new or changed; with its number."""
    row = (
        await tx.session.get_one(Row, one.id)
        if one.id
        else Row(id=await desk.next_number(tx.session, Row.id))
    )
    row.unit_id, row.person_id, row.at = one.unit_id, one.person_id, one.at
    row.next_at, row.ended_at = one.next_at, one.ended_at
    row.sealed = tx.sealer.seal("alerts", one.plain())
    await sound.put(tx.session, tx.sealer, row)
    return replace(one, id=row.id)
