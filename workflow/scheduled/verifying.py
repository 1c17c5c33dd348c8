"""The record compared with itself and with the rows once a day, at night, without anybody asking for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from datetime import time as time_of_day

import structlog

from storage.queries import desk
from workflow.kernel.tx import Tx
from workflow.organisation.work import Work
from workflow.record.record import put_signed
from workflow.record.signed import VERIFIED, read_signed
from workflow.record.verifying import Broken, Stopped, verify

log = structlog.get_logger(__name__)

AT = time_of_day(3)  # of the desk's own day
BATCH = 200  # events that are looked at without a break: some ten milliseconds
REST = 1.0  # a break is so many times as long as what went before it
TURN = 0x76657269  # of PostgreSQL; any number that nothing else of ours uses


async def run(work: Work, *, goes_on: Callable[[], bool]) -> Broken | None:
    """The first thing that does not fit, where it is time to look and something does not. ``goes_on``: false when the
    process is to end, which waits for no more than a piece."""
    if not await _begin(work):
        return None
    started, last = time.monotonic(), time.monotonic()

    async def rest() -> None:
        nonlocal last
        if not goes_on():
            raise Stopped
        await asyncio.sleep((time.monotonic() - last) * REST)
        last = time.monotonic()

    try:
        async with work.read() as tx:
            sound, broken = await verify(tx, batch=BATCH, rest=rest)
    except Stopped:
        log.info("record_not_verified", why="the process ends")
        return None
    if broken is None:
        log.info("record_verified", events=sound, seconds=round(time.monotonic() - started, 1))
    else:
        log.error("record_broken", chain=broken.chain, seq=broken.seq, why=broken.why, sound=sound)
    return broken


async def _begin(work: Work) -> bool:
    """Whether it is time, and no other process has begun."""
    async with work.read(short=True) as tx:
        if not _is_due(tx, await desk.value(tx.session, VERIFIED)):
            return False
    async with work.write() as tx:
        await desk.wait_for_turn(tx.session, TURN)
        kept = await desk.value(tx.session, VERIFIED)
        if not _is_due(tx, kept):
            return False
        put_signed(tx, VERIFIED, tx.now.isoformat())
        return True


def _is_due(tx: Tx, kept: str | None) -> bool:
    value = read_signed(tx.sealer, VERIFIED, kept) if kept is not None else None
    now = tx.now.astimezone(tx.policy.zone)
    if (
        value is None or (before := datetime.fromisoformat(value)) > now
    ):  # never, or somebody wants it put off
        return True
    return now.time() >= AT and before < datetime.combine(now.date(), AT, now.tzinfo)
