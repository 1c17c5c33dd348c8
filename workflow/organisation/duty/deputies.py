"""Units that stand in for another: its new requests are theirs to handle meanwhile, and no others of it.

Not what is confidential, nor what the unit that stands in asks itself; and nothing any more once the time is over.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from storage.queries import duty as rows
from workflow.kernel.memo import Slot
from workflow.kernel.roles import HANDLING
from workflow.kernel.tx import Deputy, Tx

#: Unit -> the units that stand in for it now, and since when.
_STANDING: Slot[int, tuple[tuple[int, datetime], ...]] = Slot()
#: That no unit stands in for any other: nothing is looked for then.
_NONE: Slot[None, bool] = Slot()


class Asked(Protocol):
    """What is looked at of a request."""

    @property
    def from_unit_id(self) -> int | None: ...
    @property
    def to_unit_id(self) -> int | None: ...
    @property
    def asked_at(self) -> datetime: ...
    @property
    def confidential(self) -> bool: ...


async def deputies_of(tx: Tx, request: Asked) -> tuple[int, ...]:
    """The units that stand in for the asked one for this request."""
    if request.to_unit_id is None or request.confidential or _is_none(tx):
        return ()
    known = tx.memo.of(_STANDING)
    if request.to_unit_id not in known:
        found = await rows.standing_units(tx.session, request.to_unit_id, tx.now)
        known[request.to_unit_id] = tuple((unit.id, one.since) for unit, one in found)
    return tuple(
        unit_id
        for unit_id, since in known[request.to_unit_id]
        if since <= request.asked_at and unit_id != request.from_unit_id
    )


async def deputises(tx: Tx, person_id: int, roles: Iterable[str]) -> tuple[Deputy, ...]:
    """For which units somebody's own stand in now. ``roles``: theirs; who handles nothing is not looked for."""
    if HANDLING.isdisjoint(roles) or _is_none(tx):
        return ()
    found = await rows.stands_for(tx.session, person_id, tx.now, HANDLING)
    return tuple(Deputy(unit_id=unit, since=since, by=by) for unit, since, by in found)


def _is_none(tx: Tx) -> bool:
    return tx.memo.of(_NONE).get(None, False)


def remember_none(tx: Tx) -> None:
    """What is known already: no unit stands in for another."""
    tx.memo.of(_NONE)[None] = True


def forget(tx: Tx) -> None:
    """After a change: read anew."""
    tx.memo.of(_STANDING).clear()
    tx.memo.of(_NONE).clear()
