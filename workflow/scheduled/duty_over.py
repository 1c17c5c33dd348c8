"""What the clock sees to of duty: notes for the next, shown when that begins; stand-ins whose time is over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import structlog

from storage.queries import duty as rows
from workflow.actions.standing_over import do_end_stand_in
from workflow.kernel.tx import Tx
from workflow.organisation.duty.notes import do_show
from workflow.organisation.work import Work

log = structlog.get_logger(__name__)
AT_ONCE = 100  # of each in one tick


async def run(work: Work) -> int:
    """How many notes were shown, and stand-ins ended."""
    async with work.read(short=True) as tx:
        notes = await rows.notes_due(tx.session, tx.now, AT_ONCE)
        over = await rows.stand_ins_over(tx.session, tx.now, AT_ONCE)
    return await _each(work, do_show, notes) + await _each(work, do_end_stand_in, over)


async def _each(work: Work, do: Callable[[Tx, int], Awaitable[bool]], ids: Sequence[int]) -> int:
    """What fails for one of them is logged, and the others have their turn."""
    done = 0
    for one in ids:
        try:
            async with work.write() as tx:
                done += await do(tx, one)
        except Exception:
            log.exception("duty_failed", row=one, step=do.__name__)
    return done
