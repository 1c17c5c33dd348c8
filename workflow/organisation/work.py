"""One piece of work: an update, a command or a tick, done in one transaction.

``async with work.write() as tx`` gives a :class:`Tx` that carries who acts, when, and under which rules.
Leaving it commits the rows, the events and the outbox lines together and marks the update done; an
exception rolls all of it back. Nothing in it calls a channel.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from matching.compare.engine import Engine
from storage.database.engine import Store
from storage.database.failpoints import failpoint
from storage.queries import inbox as inbox_rows
from workflow.kernel.errors import AlreadyDone
from workflow.kernel.policy import Policy
from workflow.kernel.tx import Place, Reply, Sender, Tx
from workflow.organisation import people
from workflow.record.record import record_rest

#: A platform keeps what a bot has not fetched for a day, a server of one's own and our inbox for as long as they
#: stand: what is older than this was not sent when it says.
OLDEST = timedelta(days=366)


#: What a channel calls a file, and where it is to be put.
Fetch = Callable[[str, Path], Awaitable[None]]


@dataclass(kw_only=True)
class Work:
    store: Store
    policy: Policy
    engine: Engine
    clock: Callable[[], datetime]
    update_id: int | None = None
    arrived: datetime | None = None  # when the update did: what an event says since then was done for it
    sender: Sender | None = None
    place: Place | None = None
    sent: datetime | None = None  # when the message was sent (or edited), as the channel says
    pressed: bool = False  # by a button
    own_words: bool = (
        True  # a message that its sender wrote: not a press, not somebody else's words passed on
    )
    asked: tuple[int, str] | None = None  # the request and the action for which the message gives the words
    also: tuple[int, ...] = ()  # updates that brought the rest of its text, and are done with it
    reply: Reply | None = None  # how the one who acts is answered; None: by what the use case returns
    done: bool = False  # the update is marked done
    wake: Callable[[], None] | None = None  # tells the outbox that there are new lines
    besides: Callable[[Tx], Awaitable[None]] | None = (
        None  # what else the message brings about, in its transaction
    )
    fetch: Fetch | None = None  # brings a file of the channel here, outside of any transaction

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        """A write transaction that also marks the update done.

        Raises :class:`AlreadyDone` when another process has done the update meanwhile.
        """
        async with self.store.write() as session:
            tx = self._tx(session)
            brought_by = None if self.done else self.update_id
            if self.sender is not None:
                tx.actor = await people.arrive(tx, update_id=brought_by, arrived=self.arrived)
            elif brought_by is not None and not await inbox_rows.done(
                session, brought_by, now=tx.now, arrived=self.arrived
            ):
                raise AlreadyDone
            for number in self.also if brought_by is not None else ():
                await inbox_rows.done(session, number, now=tx.now)
            failpoint("work.begun")
            yield tx
            if self.besides is not None and tx.actor is not None:
                besides, self.besides = self.besides, None
                await besides(tx)
            await record_rest(tx)
            await tx.batch.write(session)
            failpoint("work.decided")
        failpoint("work.committed")
        self.done = self.update_id is not None
        if tx.queued and self.wake is not None:
            self.wake()

    @asynccontextmanager
    async def read(self, *, short: bool = False) -> AsyncIterator[Tx]:
        """A read transaction; nothing may be changed in it, and it does not end the update.

        ``short``: of a few look-ups by index, which are faster done at once than handed to a thread.
        """
        async with self.store.read(short=short) as session:
            yield self._tx(session)

    def _tx(self, session: AsyncSession) -> Tx:
        now = self.clock()
        return Tx(
            session=session, store=self.store, policy=self.policy, engine=self.engine, now=now,
            sent=sent_at(self.sent, now), update_id=self.update_id, sender=self.sender, place=self.place,
            pressed=self.pressed, own_words=self.own_words and not self.pressed, reply=self.reply,
        )  # fmt: skip


def sent_at(sent: datetime | None, now: datetime) -> datetime:
    """When something was sent, as far as that can be: never later than now, for the clocks of two machines
    differ; and not so long ago that a clock must have stood wrong. What has no date (a button) was sent now."""
    return sent if sent is not None and now - OLDEST < sent < now else now
