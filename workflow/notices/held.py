"""What is said of legal holds, and to whom: to who looks after the unit that placed one, in private."""

from __future__ import annotations

from storage.queries import holds
from storage.tables.models import Request
from workflow.kernel.actions import Right
from workflow.kernel.tx import Actor, Tx
from workflow.notices.cards_view import HoldLine
from workflow.organisation import people, rights, units


async def holds_seen(tx: Tx, request: Request, reader: Actor | None) -> tuple[HoldLine, ...]:
    """The holds under which a request is, those that a reader may know of; nothing for a group."""
    if reader is None or rights.may(reader, Right.HOLD, request) is not None:
        return ()
    whole = rights.may(reader, Right.FULL, request) is None
    lines = []
    for one in await holds.standing(tx.session, request.id):
        if one.person_id != reader.person_id and not rights.sees_hold(reader, one.unit_id):
            continue
        lines.append(
            HoldLine(
                unit=await units.name_of(tx, one.unit_id),
                name=await people.name_by_id(tx, one.person_id) if one.person_id else "",
                at=one.at,
                why=tx.sealer.unseal("legal_holds", one.sealed)["text"] if whole else "",
            )
        )
    return tuple(lines)
