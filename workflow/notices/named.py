"""For whom a request is that nobody has taken: one person of the asked unit, whom its card names."""

from __future__ import annotations

from storage.queries import figures
from storage.queries import people as people_rows
from storage.tables.models import Person, Request
from storage.tables.words import Role
from workflow.kernel.actions import Side
from workflow.kernel.states import State
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.notices.telling import mention_of, on_duty_for
from workflow.organisation import people
from workflow.organisation.duty.deputies import deputies_of

#: Where their name rings; elsewhere it is a name.
RINGS = (Side.ASKED, Side.BOTH)


async def named(tx: Tx, request: Request, side: Side) -> Text | None:
    """Who is on duty now; else the handler with the least in hand; None where the unit has neither: whoever takes it.

    A card is drawn when it is sent, so it names whoever is there by then, by night as well.
    """
    if request.state != State.OPEN or request.to_unit_id is None or request.handler_id is not None:
        return None
    there = await on_duty_for(tx, request)
    person = there.person if there is not None else await _least(tx, request)
    if person is None:
        return None
    who = mention_of(tx, person) if side in RINGS else t("plain", text=people.name_of(tx, person))
    return t("card.named_duty" if there is not None else "card.named_load", who=who)


async def _least(tx: Tx, request: Request) -> Person | None:
    """Of several who have the same in hand, requests that come together go to one after the other."""
    for unit_id in (*await deputies_of(tx, request), request.to_unit_id or 0):
        handlers = await people_rows.with_role(tx.session, unit_id, (Role.HANDLER,))
        if handlers:
            break
    else:
        return None
    in_hand = await figures.in_hand(tx.session, unit_id)
    least = min(in_hand.get(person.id, 0) for person in handlers)
    free = [person for person in handlers if in_hand.get(person.id, 0) == least]
    return free[request.id % len(free)]
