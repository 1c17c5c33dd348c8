"""Whether a unit has anybody who would see a request and may take it; and, where it has none, which unit above has."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from storage.database.engine import Store
from storage.queries import people as people_rows
from storage.queries import requests as rows
from storage.tables.models import Request, Unit
from workflow.kernel.roles import HANDLING
from workflow.kernel.tx import Tx
from workflow.organisation import groups, units
from workflow.organisation.duty.deputies import deputies_of

#: Of each open database: when a unit was last seen to have somebody. Posts ask this each time, and it changes seldom.
_SEEN: WeakKeyDictionary[Store, dict[int, datetime]] = WeakKeyDictionary()
SEEN_FOR = timedelta(minutes=10)


async def has_people(tx: Tx, request: Request, unit: Unit) -> bool:
    """Whether a unit has anybody who may accept what it is asked, or another that stands in for it. That somebody is
    there is believed for ten minutes."""
    seen = _SEEN.setdefault(tx.store, {})
    at = seen.get(unit.id)
    if at is not None and timedelta() <= tx.now - at < SEEN_FOR:
        return True
    found = bool(await people_rows.with_role(tx.session, unit.id, HANDLING))
    if found:
        seen[unit.id] = tx.now
    return found or bool(await deputies_of(tx, request))


async def can_take(tx: Tx, request: Request, unit: Unit) -> bool:
    """Whether somebody of a unit would see a request, and may accept it."""
    reached = await groups.groups_of(tx, unit.id) or await groups.shared_by(tx, request.from_unit_id, unit.id)
    return bool(reached) and bool(await people_rows.with_role(tx.session, unit.id, HANDLING))


async def above(tx: Tx, request: Request, unit: Unit, but_not: Collection[int] = ()) -> list[Unit]:
    """The units above that can take a request, nearest first; not the one that asks, nor one that the same post asked
    already."""
    never = {*but_not, request.from_unit_id}
    return [
        one
        for one in await units.superiors(tx, unit.id)
        if one.id not in never and not await has_twin(tx, request, one) and await can_take(tx, request, one)
    ]


async def has_twin(tx: Tx, request: Request, unit: Unit) -> bool:
    """Whether the post that made a request asked this unit as well."""
    if request.origin_key is None:
        return False
    twin = await rows.to_unit_by_origin(tx.session, request.origin_key, unit.id)
    return twin is not None and twin.id != request.id
