"""What holds a reminder back: the hours of its rung, and whoever was reminded and has put it off."""

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
from workflow.deadlines.deadlines import quiet_until, working_from
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
    put_off: datetime | None  # by the side that owes the next step: what would come to it waits until then

    @classmethod
    async def of(cls, tx: Tx, request: Request, said: Sequence[ReminderMark]) -> Holds:
        """``said``: what people have said to reminders of the request."""
        off = [m for m in reached.of_side(request, said) if m.what == Marked.SNOOZED]
        put_off, flash = marks.until(off, tx.now), request.urgency == "flash"
        if flash:
            return cls(flash=True, zone=None, put_off=put_off)
        both = await sides(tx, request)
        chats = both.asking if request.state == State.RETURNED else both.asked
        chat = await tx.session.get(Chat, chats[0]) if chats else None
        return cls(flash=False, zone=zone_of(chat, tx.policy), put_off=put_off)

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
        if self.put_off is not None and row.kind not in ABOVE:
            return self.put_off
        return None if self.flash else self._hours(tx, row)

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
