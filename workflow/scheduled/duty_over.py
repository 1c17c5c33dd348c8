"""What the clock sees to of duty: notes for the next, shown when that begins; stand-ins whose time is over."""

from __future__ import annotations

from storage.queries import duty as rows
from workflow.actions.standing_over import do_end_stand_in
from workflow.organisation.duty.notes import do_show
from workflow.organisation.work import Work
from workflow.scheduled.each import each

AT_ONCE = 100  # of each in one tick


async def run(work: Work) -> int:
    """How many notes were shown, and stand-ins ended."""
    async with work.read(short=True) as tx:
        notes = await rows.notes_due(tx.session, tx.now, AT_ONCE)
        over = await rows.stand_ins_over(tx.session, tx.now, AT_ONCE)
    return await each(work, do_show, notes) + await each(work, do_end_stand_in, over)
