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
    process is to end, which waits for no more than a piece. One that was cut short, however, is taken up again from
    its beginning: it counts when it has come to its end."""
    if not await _due(work):
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
            # The turn ends with this transaction, also when the process is killed. Another may have looked meanwhile.
            if not await desk.take_turn(tx.session, TURN) or not await _due(work):
                return None
            sound, broken = await verify(tx, batch=BATCH, rest=rest)
            await _sign(work, tx.now)
    except Stopped:
        log.info("record_not_verified", why="the process ends")
        return None
    if broken is None:
        log.info("record_verified", events=sound, seconds=round(time.monotonic() - started, 1))
    else:
        log.error("record_broken", chain=broken.chain, seq=broken.seq, why=broken.why, sound=sound)
    return broken


async def _due(work: Work) -> bool:
    async with work.read(short=True) as tx:
        return _is_due(tx, await desk.value(tx.session, VERIFIED))


async def _sign(work: Work, begun: datetime) -> None:
    async with work.write() as tx:
        put_signed(tx, VERIFIED, begun.isoformat())


def _is_due(tx: Tx, kept: str | None) -> bool:
    value = read_signed(tx.sealer, VERIFIED, kept) if kept is not None else None
    now = tx.now.astimezone(tx.policy.zone)
    if (
        value is None or (before := datetime.fromisoformat(value)) > now
    ):  # never, or somebody wants it put off
        return True
    return now.time() >= AT and before < datetime.combine(now.date(), AT, now.tzinfo)
