"""What the clock calls; each looks into the tables for what is due, so a missed tick loses nothing."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from storage.tables.covered import DESK_CHAIN
from workflow.organisation.work import Work
from workflow.record.verifying import Broken
from workflow.scheduled import alerts, belonging, closing, duty_over, retention, watches
from workflow.scheduled import digests as digest_rows
from workflow.scheduled import reminders as reminder_rows
from workflow.scheduled import verifying as verify_rows
from workflow.scheduled.counting import Counting

log = structlog.get_logger(__name__)


async def reminders(work: Work) -> int:
    return await reminder_rows.run(work)


async def digests(work: Work) -> int:
    """Those of groups, and what supervisors are told of; how many messages."""
    return await digest_rows.run(work) + await watches.run(work)


async def the_record(work: Work, counting: Counting, *, goes_on: Callable[[], bool]) -> Broken | None:
    """Events are counted on; once a day all is verified. What does not hold, if anything."""
    if (why := await counting.run(work)) is not None:
        log.error("record_broken", chain=DESK_CHAIN, seq=0, why=why)
        return Broken(chain=DESK_CHAIN, seq=0, number=None, why=why)
    return await verify_rows.run(work, goes_on=goes_on)


async def housekeeping(work: Work) -> None:
    """Each has its turn, whatever becomes of the other; the first error is raised at the end."""
    failed: list[Exception] = []
    for part in (retention.run, belonging.run, closing.run, alerts.run, duty_over.run):
        try:
            await part(work)
        except Exception as error:
            log.exception("housekeeping_failed", part=part.__module__)
            failed.append(error)
    if failed:
        raise failed[0]
