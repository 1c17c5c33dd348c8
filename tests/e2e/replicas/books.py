"""What the tables say at the end: the judge of what was lost and what was doubled."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select

from storage.database.engine import Store
from storage.database.seal import Sealer, load_key
from storage.tables.models import Event, InboxUpdate, OutboxLine, Reminder, Request
from tests.e2e.replicas.fleet import Fleet
from tests.patience import ENOUGH


@dataclass(frozen=True, kw_only=True)
class Books:
    numbers: list[str]
    """Of all requests, in the order in which they were registered."""
    updates: dict[str, int]
    """How many of each state: new, done, aside."""
    lines: dict[str, int]
    """How many of each state: queued, sending, sent, failed."""
    reminders: list[tuple[int, str, int]]
    """(request, kind, stage) of what was said."""
    events: Counter[str]


async def settled(fleet: Fleet, *, within: float = ENOUGH) -> Books:
    """The books as soon as nothing waits any more. Raises ``TimeoutError``."""
    async with asyncio.timeout(within):
        while True:
            books = await read(fleet)
            if books.updates.keys() <= {"done", "aside"} and books.lines.keys() <= {"sent", "failed"}:
                return books


async def read(fleet: Fleet) -> Books:
    key = load_key(fleet.folder / "crossbeat.key", env=None, create=False)
    store = Store.open(fleet.url, sealer=Sealer(key))
    try:
        async with store.read() as session:
            numbers = await session.scalars(
                select(Request.number).where(Request.number.is_not(None)).order_by(Request.id)
            )
            updates = await session.execute(
                select(InboxUpdate.state, func.count()).group_by(InboxUpdate.state)
            )
            lines = await session.execute(select(OutboxLine.state, func.count()).group_by(OutboxLine.state))
            said = await session.execute(
                select(Reminder.request_id, Reminder.kind, Reminder.stage).where(Reminder.state == "sent")
            )
            events = await session.scalars(select(Event.action))
            return Books(
                numbers=[number for number in numbers if number is not None],
                updates=dict(updates.all()),
                lines=dict(lines.all()),
                reminders=[(request, kind, stage) for request, kind, stage in said],
                events=Counter(events),
            )
    finally:
        await store.close()
