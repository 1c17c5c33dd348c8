"""What the clock calls; each looks into the tables for what is due, so a missed tick loses nothing."""

from __future__ import annotations

from workflow import digests as digest_rows
from workflow import reminders as reminder_rows
from workflow import retention
from workflow.work import Work


async def reminders(work: Work) -> int:
    return await reminder_rows.run(work)


async def digests(work: Work) -> int:
    return await digest_rows.run(work)


async def housekeeping(work: Work) -> None:
    await retention.run(work)
