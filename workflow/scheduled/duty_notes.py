"""Notes that were left for the next on duty, shown when that begins."""

from __future__ import annotations

import structlog

from storage.queries import duty as rows
from workflow.organisation.duty.notes import do_show
from workflow.organisation.work import Work

log = structlog.get_logger(__name__)
AT_ONCE = 100  # notes of one tick


async def run(work: Work) -> int:
    """Show those whose time has come; how many. What fails for one of them is logged, and the others have their
    turn."""
    async with work.read(short=True) as tx:
        due = await rows.notes_due(tx.session, tx.now, AT_ONCE)
    done = 0
    for note_id in due:
        try:
            async with work.write() as tx:
                done += await do_show(tx, note_id)
        except Exception:
            log.exception("duty_note_failed", note=note_id)
    return done
