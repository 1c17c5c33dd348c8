"""What holds a reminder back: the hours of its rung, and whoever was reminded and has put it off or has seen it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from storage.queries import marks
from storage.tables.marks import ReminderMark
from storage.tables.models import Chat, Reminder, Request
from storage.tables.words import Marked, ReminderKind
from workflow.deadlines import reached
from workflow.deadlines.deadlines import AGAIN, quiet_until, working_from
from workflow.deadlines.kinds import ABOVE, KINDS, RUNGS
from workflow.kernel.ladder import Held
from workflow.kernel.states import State
from workflow.kernel.tx import Tx
from workflow.notices.telling import sides
from workflow.organisation.places import zone_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Holds:
    """Of a request whose reminders are due. ``zone``: of where they are read."""

    flash: bool  # comes at any hour
    zone: ZoneInfo | None
    own: datetime | None  # so long waits what would come to the side that owes the next step
    above: datetime | None  # and what would go to the units above

    @classmethod
    async def of(cls, tx: Tx, request: Request, said: Sequence[ReminderMark]) -> Holds:
        """``said``: what people have said to reminders of the request."""
        by_own, by_above = reached.by_side(request, said)
        seen = [m for m in (*by_own, *by_above) if m.what == Marked.ACKNOWLEDGED]
        own, above = marks.until(by_own, tx.now), marks.until(seen, tx.now)
        if request.urgency == "flash":
            return cls(flash=True, zone=None, own=own, above=above)
        both = await sides(tx, request)
        chats = both.asking if request.state == State.RETURNED else both.asked
        chat = await tx.session.get(Chat, chats[0]) if chats else None
        return cls(flash=False, zone=zone_of(chat, tx.policy), own=own, above=above)

    def let_through(self, tx: Tx, rows: Iterable[Reminder]) -> list[Reminder]:
        """Those that may come now; the others wait from now on until they may."""
        free = []
        for row in rows:
            until = self._until(tx, row)
            if until is None:
                free.append(row)
            else:
                row.due_at = until
        return free

    def _until(self, tx: Tx, row: Reminder) -> datetime | None:
        said = (
            self.above
            if row.kind in ABOVE and row.note != AGAIN
            else self.own
            if row.kind not in ABOVE
            else None
        )
        return said or (None if self.flash else self._hours(tx, row))

    def _hours(self, tx: Tx, row: Reminder) -> datetime | None:
        kind = ReminderKind(row.kind)
        rung = tx.policy.rungs.get(KINDS[kind].to) if kind in RUNGS.values() else None
        match rung.held if rung is not None else Held.QUIET:
            case Held.QUIET:
                return quiet_until(tx.policy, tx.now, self.zone)
            case Held.OFF:
                return working_from(tx.policy, tx.now, self.zone)
            case Held.NEVER:
                return None
