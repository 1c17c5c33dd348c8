"""How many events there are, counted on each minute: so that none can be taken away together with the row that would
miss it, before the day's seal covers it.

The count stands in the desk, with a checksum. An earlier copy of it would fit an earlier state of everything; that it
was put back notices the process that wrote the later one.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from storage.queries import desk, events, proof
from workflow.organisation.work import Work
from workflow.record.chains import COUNT
from workflow.record.record import put_signed, record
from workflow.record.sealing import SETTLED
from workflow.record.signed import COUNTED, read_counted, read_signed

log = structlog.get_logger(__name__)

TURN = 0x636F756E  # of PostgreSQL: an older count is not written over a newer one


@dataclass(kw_only=True)
class Counting:
    """``last``: the newest event that this process knows to be counted."""

    last: int = 0

    async def run(self, work: Work) -> str | None:
        """Counts on; what is wrong with the count as it stands, which is then left as it is."""
        async with work.write() as tx:
            await desk.wait_for_turn(tx.session, TURN)
            kept = await desk.value(tx.session, COUNTED)
            if kept is None:
                if self.last or await events.any_of_desk(tx.session, COUNT):
                    return "how many events there are was taken away"
                await record(tx, None, COUNT)
            value = read_signed(tx.sealer, COUNTED, kept) if kept is not None else "0:0"
            if value is None:
                return "how many events there are was set by hand"
            last, many = read_counted(value)
            if last < self.last:
                return "how many events there are was set back to what it was before"
            newest = await events.last_id(tx.session, after=last, before=tx.now - SETTLED)
            if newest is not None:
                many += await proof.count_events(tx.session, after=last, last=newest)
                last = newest
            if newest is not None or kept is None:
                put_signed(tx, COUNTED, f"{last}:{many}")
        self.last = last
        return None
