"""What was done to a unit: what it was and became, since when, by whom and why, as the record has it."""

from __future__ import annotations

from typing import Any

from storage.queries import events
from storage.tables.models import Event, Person
from workflow.kernel.masked import hide
from workflow.kernel.tx import Tx
from workflow.lookup.unit_views import UnitAct, UnitHistory
from workflow.organisation import people
from workflow.organisation.people import unit_at_hand
from workflow.organisation.reshaping import ACTS
from workflow.organisation.work import Work

MOST = 20  # of the newest that are shown
MOST_READ = 5_000  # of all units' that are looked through


async def history(work: Work, code: str = "") -> UnitHistory:
    """``/unit history KS``."""
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "unit", code)
        lines = []
        for event in await events.of_desk(tx.session, ACTS, limit=MOST_READ):
            plain = tx.sealer.unseal("events", event.sealed)
            if plain.get("unit") == unit.code:
                lines.append(await _act(tx, event, plain))
            if len(lines) == MOST:
                break
        return await tx.conclude(UnitHistory(unit=unit.name, acts=tuple(reversed(lines))))


async def _act(tx: Tx, event: Event, plain: dict[str, Any]) -> UnitAct:
    person = await tx.session.get(Person, event.actor_id) if event.actor_id is not None else None
    was, now = plain.get("was") or {}, plain.get("now") or {}
    why = plain.get("why") or ""
    return UnitAct(
        what=event.action,
        at=event.at,
        was=_said(was),
        now=_said(now),
        by=people.name_of(tx, person) if person is not None else None,
        why=why if tx.alone else hide(why, ()),
    )


def _said(values: dict[str, Any]) -> tuple[str, ...]:
    """The one thing that an event says of a unit: its name, other names, what it stands under, who took over."""
    for name in ("into", "name", "aliases", "under"):
        if name in values:
            value = values[name]
            return tuple(value) if isinstance(value, list) else (str(value or "—"),)
    return ()
