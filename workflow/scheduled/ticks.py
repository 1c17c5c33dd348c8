"""What the clock calls; each looks into the tables for what is due, so a missed tick loses nothing."""

from __future__ import annotations

from workflow.organisation.work import Work
from workflow.scheduled import digests as digest_rows
from workflow.scheduled import reminders as reminder_rows
from workflow.scheduled import retention


async def reminders(work: Work) -> int:
    return await reminder_rows.run(work)


async def digests(work: Work) -> int:
    return await digest_rows.run(work)


async def housekeeping(work: Work) -> None:
    await retention.run(work)
