"""A unit stands in for another no more: what its people have in hand for it waits at its desk again."""

from __future__ import annotations

from storage.queries import duty as rows
from storage.queries import people as people_rows
from storage.tables.models import Unit
from storage.tables.words import MembershipState
from workflow.actions.leaving import give_back
from workflow.kernel.tx import Tx
from workflow.notices.standing_over import notify_stand_in_over
from workflow.record.record import record


async def do_end_stand_in(tx: Tx, stand_in_id: int) -> bool:
    """False where it was done meanwhile."""
    over = await rows.stand_in(tx.session, stand_in_id)
    if over is None or over.until > tx.now:
        return False
    unit = await tx.session.get_one(Unit, over.unit_id)
    back: list[str] = []
    if over.other_unit_id is not None:
        for person_id in await rows.handlers_of(tx.session, unit.id):
            one = await people_rows.membership(tx.session, person_id, unit.id)
            if one is None or one.state != MembershipState.ACTIVE:
                back += await give_back(tx, person_id, unit.id)
    await tx.session.delete(over)
    await tx.session.flush()
    await record(tx, None, "duty", what="stand_in_over", unit=unit.code, numbers=back)
    await notify_stand_in_over(tx, unit, back)
    return True
