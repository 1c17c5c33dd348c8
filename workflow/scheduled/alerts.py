"""Alerts that are said again to units which have not seen them; and, when that is over, whom to call there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from storage.queries import alerts as rows
from storage.queries import shared
from workflow.deadlines.deadlines import quiet_until
from workflow.kernel.tx import Tx
from workflow.notices.alerts import draw_anew, name_the_silent, send
from workflow.organisation import alerts
from workflow.organisation.work import Work
from workflow.record.record import record
from workflow.scheduled.each import each

KEPT = timedelta(days=180)  # after its end


async def run(work: Work) -> int:
    """One round; how many were said again, or are said no more."""
    async with work.read(short=True) as tx:
        due = await rows.due(tx.session, tx.now)
    async with work.write() as tx:
        await rows.prune(tx.session, before=tx.now - KEPT)
        await shared.prune(tx.session, before=tx.now)
    return await each(work, _do_again, due)


async def _do_again(tx: Tx, alert_id: int) -> bool:
    one = await alerts.locked(tx, alert_id)
    if one is None or one.next_at is None or one.next_at > tx.now:
        return False
    quiet = quiet_until(tx.policy, tx.now)
    if quiet is not None and not one.urgent:
        await alerts.write(tx, replace(one, next_at=quiet))
        return False
    again = tx.policy.alert_again
    if one.stage < len(again):
        wait = again[min(one.stage + 1, len(again) - 1)]
        one = await alerts.write(tx, replace(one, stage=one.stage + 1, next_at=tx.now + wait))
        await send(tx, one, one.waiting, again=one.stage)
    else:
        one = await alerts.write(tx, replace(one, next_at=None, ended_at=tx.now))
        await record(tx, None, "alert_silent", alert=one.id, units=list(one.waiting))
        await name_the_silent(tx, one)
        await draw_anew(tx, one)
    return True
