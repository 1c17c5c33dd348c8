"""``crossbeat verify``: the record recomputed and compared with all that it covers."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from datetime import date

from bot.runtime.failure import Failure
from bot.runtime.opening import opened
from bot.settings.model import Settings
from storage.queries import events
from workflow.keeping.covering import covered_since
from workflow.kernel.tx import Tx
from workflow.record.verifying import verify as verify_all

_SEAL = re.compile(r"[0-9a-fA-F]{64}")


async def verify(settings: Settings, *, seal: Sequence[str] | None) -> int:
    """Says how many events are sound and since when the record covers rows too, or the first thing that is not;
    ``seal``: a day and what stands in a digest of it, to be compared. Raises :class:`Failure`."""
    asked = _asked(seal) if seal is not None else None
    async with opened(settings, sync=False) as desk, desk.work().read() as tx:
        checked, broken = await verify_all(tx)
        if broken is not None:
            where = broken.number or ("the desk" if broken.chain == 0 else f"chain {broken.chain}")
            sys.stdout.write(
                f"broken: {where}, event {broken.seq}: {broken.why} ({checked} events are sound)\n"
            )
            return 1
        since = await covered_since(tx)
        from_then = (
            f"; rows are covered since {since.astimezone(desk.policy.zone):%Y-%m-%d %H:%M}" if since else ""
        )
        sys.stdout.write(f"{checked} events, all sound{from_then}\n")
        return 0 if asked is None else await _compare(tx, *asked)


def _asked(seal: Sequence[str]) -> tuple[date, str]:
    try:
        day = date.fromisoformat(seal[0])
    except ValueError:
        raise Failure(f"--seal: {seal[0]!r} is no date: write it as 2026-12-01") from None
    if not _SEAL.fullmatch(seal[1]):
        raise Failure("--seal: a seal has 64 hexadecimal digits, as it stands in the digest")
    return day, seal[1].lower()


async def _compare(tx: Tx, day: date, said: str) -> int:
    kept = await events.seal_of(tx.session, day)
    if kept is None:
        sys.stdout.write(f"broken: no seal of {day} is here, and a digest has one\n")
        return 1
    if kept.hash.hex() != said:
        sys.stdout.write(
            f"broken: the record of {day} is another than the digest's: here its seal is {kept.hash.hex()}\n"
        )
        return 1
    sys.stdout.write(f"the seal of {day} is the digest's\n")
    return 0
