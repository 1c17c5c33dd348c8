"""Operations that come to their end: it is said on the day before the last, and they end by themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from workflow.actions.operations import do_end
from workflow.kernel.tx import Tx
from workflow.notices.operations import last_day, notify_group
from workflow.organisation import operations
from workflow.organisation.operations import Operation
from workflow.organisation.work import Work
from workflow.scheduled.each import each

log = structlog.get_logger(__name__)


async def run(work: Work) -> int:
    """One round; how many operations ended, or were said to end."""
    async with work.read(short=True) as tx:
        found = await operations.not_ended(tx)
        for unsound in found.unsound:
            log.error("operation_unsound", operation=unsound)
        over = [one.id for one in found.sound if one.ends_at <= tx.now]
        soon = [one.id for one in found.sound if _is_to_be_told(tx, one)]
    return await each(work, _do_end, over) + await each(work, _do_tell, soon)


async def _do_end(tx: Tx, operation_id: int) -> bool:
    one = await operations.locked(tx, operation_id, over=True)
    if one is None or one.ends_at > tx.now:
        return False
    ended = await do_end(tx, one)
    await notify_group(tx, one, "operation.over_now", tagged=ended.tagged, waiting=ended.waiting)
    return True


async def _do_tell(tx: Tx, operation_id: int) -> bool:
    one = await operations.locked(tx, operation_id)
    if one is None or not _is_to_be_told(tx, one):
        return False
    until = last_day(tx, one.ends_at)
    later = (until + timedelta(days=30)).isoformat()
    await notify_group(tx, one, "operation.ends_soon", until=until, example=f"/operation until {later}")
    await operations.write(tx, one, told_at=tx.now)
    return True


def _is_to_be_told(tx: Tx, one: Operation) -> bool:
    """From the hour of digests on the day before its last one."""
    day = last_day(tx, one.ends_at) - timedelta(days=1)
    since = datetime.combine(day, tx.policy.digest_at, tzinfo=tx.policy.zone)
    return one.told_at is None and since <= tx.now < one.ends_at
