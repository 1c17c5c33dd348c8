"""Who still belongs to a unit is asked when it is time; who is not confirmed in time, and a role that has come to its
end, ends by itself."""

from __future__ import annotations

from storage.queries import people as rows
from storage.tables.models import Unit
from workflow.actions.attesting import do_ask, do_end_role, do_lapse
from workflow.deadlines.deadlines import quiet_until
from workflow.organisation.work import Work


async def run(work: Work) -> int:
    """One round; how many people were asked about, or are not what they were."""
    every, within = work.policy.attest_every, work.policy.attest_within
    async with work.read() as tx:
        over = await rows.roles_over(tx.session, tx.now)
        late = await rows.unconfirmed(tx.session, asked_before=tx.now - within) if every else ()
        # No list of colleagues wakes anybody.
        asking = every is not None and quiet_until(tx.policy, tx.now) is None
        ask = await rows.units_to_ask(tx.session, before=tx.now - every) if every and asking else ()
    done = 0
    for membership_id in over:
        async with work.write() as tx:
            done += await do_end_role(tx, membership_id)
    for membership_id in late:
        async with work.write() as tx:
            done += await do_lapse(tx, membership_id)
    for unit_id in ask:
        async with work.write() as tx:
            unit = await tx.session.get_one(Unit, unit_id)
            done += await do_ask(tx, unit) if unit.retired_at is None else 0
    return done
