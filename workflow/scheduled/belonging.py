"""Who still belongs to a unit is asked when it is time; who is not confirmed in time, and a role that has come to its
end, ends by itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import structlog

from storage.queries import desk
from storage.queries import people as rows
from storage.tables.models import Unit
from workflow.actions.attest_lists import do_ask, do_ask_again
from workflow.actions.attesting import do_end_role, do_lapse
from workflow.deadlines.deadlines import quiet_until
from workflow.kernel.roles import LEADING
from workflow.kernel.tx import Tx
from workflow.organisation.work import Work
from workflow.record.record import put_signed
from workflow.record.signed import ATTENDED, REMINDED, read_signed

log = structlog.get_logger(__name__)

GAP = timedelta(hours=1)  # in which the desk may be away without anybody being asked anew
KEEP = timedelta(minutes=10)  # how often it is noted that it is there


async def run(work: Work) -> int:
    """One round; how many people were asked about, or are not what they were."""
    every, within = work.policy.attest_every, work.policy.attest_within
    if every is not None:
        await _attend(work)
    async with work.read() as tx:
        over = await rows.roles_over(tx.session, tx.now)
        # Who leads ends last: whom they were to confirm was asked of somebody who was there.
        before = tx.now - within
        late = await rows.unconfirmed(tx.session, asked_before=before, last=LEADING) if every else ()
    done = await _each(work, do_end_role, over) + await _each(work, do_lapse, late)
    async with work.read() as tx:
        # No list of colleagues wakes anybody.
        asking = every is not None and quiet_until(tx.policy, tx.now) is None
        ask = await rows.units_to_ask(tx.session, before=tx.now - every) if every and asking else ()
    for unit_id in ask:
        async with work.write() as tx:
            unit = await tx.session.get_one(Unit, unit_id)
            done += await do_ask(tx, unit) if unit.retired_at is None else 0
    return done + (await _ask_again(work) if asking else 0)


async def _each(work: Work, do: Callable[[Tx, int], Awaitable[bool]], memberships: Sequence[int]) -> int:
    """How many it was done to. What fails for one of them is logged, and the others have their turn."""
    done = 0
    for membership_id in memberships:
        try:
            async with work.write() as tx:
                done += await do(tx, membership_id)
        except Exception:
            log.exception("belonging_failed", membership=membership_id, step=do.__name__)
    return done


async def _ask_again(work: Work) -> int:
    """Half the time is over and nobody has answered: it is asked once more, and then not again."""
    done = 0
    while True:
        async with work.read() as tx:
            seen = _seen(tx, REMINDED, await desk.value(tx.session, REMINDED))
            half = tx.now - work.policy.attest_within / 2
            if await rows.asked_next(tx.session, after=seen, until=half) is None:
                return done
        async with work.write() as tx:
            seen = _seen(tx, REMINDED, await desk.value(tx.session, REMINDED))
            found = await rows.asked_next(tx.session, after=seen, until=half)
            if found is None:  # another process has
                continue
            asked_at, unit_ids = found
            for unit_id in unit_ids:
                done += await do_ask_again(tx, unit_id, asked_at)
            put_signed(tx, REMINDED, asked_at.isoformat())


async def _attend(work: Work) -> None:
    """While the desk was away, or before its copy was restored, nobody could confirm anybody: what was asked before is
    asked anew."""
    async with work.read() as tx:
        seen = _seen(tx, ATTENDED, await desk.value(tx.session, ATTENDED))
        if seen is not None and timedelta() <= tx.now - seen < KEEP:
            return
    async with work.write() as tx:
        seen = _seen(tx, ATTENDED, await desk.value(tx.session, ATTENDED))
        if seen is None or not timedelta() <= tx.now - seen <= GAP:
            for membership in await rows.asked_about(tx.session):
                membership.asked_at = None
        put_signed(tx, ATTENDED, tx.now.isoformat())


def _seen(tx: Tx, key: str, kept: str | None) -> datetime | None:
    """None where it was never noted, or somebody set it by hand."""
    value = read_signed(tx.sealer, key, kept) if kept is not None else None
    return datetime.fromisoformat(value) if value is not None else None
