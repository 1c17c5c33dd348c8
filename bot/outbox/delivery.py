"""Delivers a line: renders it, makes the calls, mends what can be mended, and says what became of it.

Nothing is sent inside a transaction. A crash between the call and the mark sends a line a second time when its
lease is over, once.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.channels.channel import Address
from bot.channels.registry import Channels, Entry
from bot.channels.trouble import NotSent, Trouble
from bot.outbox import parts
from bot.outbox.fitting import fitted
from bot.outbox.rows import Sent, keep_pause, keep_sent
from bot.runtime import limits
from bot.runtime.described import described
from bot.runtime.incidents import incident_number
from handlers.views.outgoing import Can, Delete, Edit, EditButtons, Files, Outgoing, React
from storage.database.engine import Store
from storage.database.failpoints import failpoint
from storage.queries import outbox as rows
from storage.tables.models import OutboxLine
from storage.tables.words import LineKind
from web.meters import Meters
from workflow.organisation.work import Work

log = structlog.get_logger(__name__)

Render = Callable[[OutboxLine, Work, Can], Awaitable[Sequence[Outgoing]]]
#: Told of a chat that cannot be reached (line, why) and of a group that moved (old, new): see faults.
Unreachable = Callable[[OutboxLine, str], Awaitable[None]]
Moved = Callable[[int, int], Awaitable[None]]


class TokenRefused(Exception):
    """The platform does not know us (any more): nothing can be sent or received."""


@dataclass(kw_only=True)
class Faults:
    """What is done about troubles that concern more than the line at hand."""

    unreachable: Unreachable
    moved: Moved
    no_topic: Callable[[OutboxLine], Awaitable[None]]
    given_up: Callable[[OutboxLine, str], Awaitable[None]]  # with the incident number
    not_deleted: Callable[[OutboxLine], Awaitable[None]]
    token_refused: Callable[[], None]


class Delivery:
    """What is done with a line that was claimed; it knows what has gone of it when it comes back."""

    def __init__(
        self,
        *,
        channels: Channels,
        store: Store,
        render: Render,
        make_work: Callable[[], Work],
        clock: Callable[[], datetime],
        faults: Faults,
        meters: Meters,
    ) -> None:
        self._channels, self._store, self._render, self._make_work = channels, store, render, make_work
        self._clock, self._faults, self._meters = clock, faults, meters
        self._partly: dict[int, list[Sent]] = {}  # by line: parts sent before a later one failed
        self._apart: dict[int, list[Sent]] = {}  # by line: files of a refused album that went singly
        self._setbacks: defaultdict[int, int] = defaultdict(int)  # by chat: troubles in a row
        self._last_success = float("-inf")

    async def deliver(self, line: OutboxLine, entry: Entry) -> None:
        """Sends a line of a chat of this channel, and marks it sent; or puts it back, or gives it up. Raises
        :class:`TokenRefused`; what of ours fails is for :meth:`failed`."""
        started = time.perf_counter()
        can = entry.can
        rendered = await self._render(line, self._make_work(), can)
        fit = [fitted(out, can, card=line.kind == LineKind.CARD) for out in rendered]
        calls = [call for out in fit if out is not None for call in entry.sender.calls(out)]
        if calls:
            due_since = max(line.created_at, line.not_before or line.created_at)
            self._meters.wait.observe(max(0.0, (self._clock() - due_since).total_seconds()))
        sent = self._partly.setdefault(line.id, [])
        native_id = await self._channels.native_of(line.chat_id)
        failpoint("outbox.rendered")
        for number, out in enumerate(calls[len(sent) :], start=len(sent)):
            to = Address(
                chat_id=line.chat_id,
                native_id=native_id,
                thread_id=line.thread_id if can.threads else None,
                reply_to=None if number or not can.threads else line.reply_to,
            )
            result = await self._call(line, entry, out, to)
            if result is None:
                return
            sent.append(result)
        failpoint("outbox.sent")
        await keep_sent(self._store, line, sent, self._clock())
        failpoint("outbox.marked")
        self._forget(line)
        self._meters.sent[line.lane] += sum(len(part.message_ids) for part in sent)
        log.info(
            "sent", line=line.id, kind=line.kind, chat=line.chat_id, request=line.request_id, lane=line.lane,
            ms=round((time.perf_counter() - started) * 1000, 1),
        )  # fmt: skip

    async def _call(self, line: OutboxLine, entry: Entry, out: Outgoing, to: Address) -> Sent | None:
        """One call and the mending of it; None when the line waits or is given up."""
        if line.id in self._apart and isinstance(out, Files) and len(out.files) > 1:
            return await self._one_by_one(line, entry, out, to)
        plain = False
        for _ in range(len(Trouble)):  # each mending is done once at most
            try:
                begun, ids = await self._within_budget(entry, out, to, plain=plain)
            except NotSent as error:
                if error.what is Trouble.WAIT:
                    await self._refused(line, entry, error.seconds)
                    return None
                if error.what is Trouble.MOVED:
                    await self._faults.moved(line.chat_id, error.moved_to)
                    await self._put_back(line)
                    return None
                match await self._mend(line, entry, out, to, error, plain=plain):
                    case (out, to, plain):
                        continue
                    case done:
                        return done
            self._meters.send.observe(time.perf_counter() - begun)
            self._last_success = time.monotonic()
            self._setbacks.pop(line.chat_id, None)
            return Sent(out=out, message_ids=tuple(ids))
        raise RuntimeError("a line was mended without end")

    async def _mend(
        self, line: OutboxLine, entry: Entry, out: Outgoing, to: Address, error: NotSent, *, plain: bool
    ) -> tuple[Outgoing, Address, bool] | Sent | None:
        """The call to make instead, what counts as sent, or None when the line waits or is given up."""
        if isinstance(out, React) and error.refused:
            # The chat allows none, or the message is gone: what it says stands on the card and in the record.
            log.info("reaction_refused", line=line.id, chat=line.chat_id, request=line.request_id)
            return Sent(out=out, message_ids=())
        if isinstance(out, Delete) and error.refused:
            return await self._not_deleted(line, out, error)
        what = error.what
        self._meters.send_failures[what.name.lower()] += 1
        match what:
            case Trouble.SAME:
                ids = (out.message_id,) if isinstance(out, Edit | EditButtons) else ()
                return Sent(out=out, message_ids=ids)
            case Trouble.NO_MESSAGE if line.kind != LineKind.CARD:
                log.info("edited_message_gone", line=line.id, chat=line.chat_id, request=line.request_id)
                return Sent(out=out, message_ids=())
            case Trouble.NO_TOKEN:
                raise TokenRefused from error
            case Trouble.NO_TOPIC if to.thread_id is not None:
                await self._faults.no_topic(line)
            case Trouble.NEVER if isinstance(out, Files) and len(out.files) > 1:
                return await self._one_by_one(line, entry, out, to)
            case Trouble.MARKUP if not plain:
                log.error("markup_refused", line=line.id, kind=line.kind, incident=incident_number())
        instead = parts.instead(what, out, to, plain=plain)
        if instead is None:
            await self._not_now(line, entry, what, error.cause)
        return instead

    async def _not_deleted(self, line: OutboxLine, out: Delete, error: NotSent) -> Sent:
        """Gone already, or too old, or no right to: it stays, and nothing else of the chat waits for it."""
        if error.what is Trouble.NO_MESSAGE:
            return Sent(out=out, message_ids=out.message_ids)
        why = described(error.cause)
        log.warning("deletion_refused", line=line.id, chat=line.chat_id, request=line.request_id, why=why)
        await self._faults.not_deleted(line)
        return Sent(out=out, message_ids=())

    async def _one_by_one(self, line: OutboxLine, entry: Entry, album: Files, to: Address) -> Sent | None:
        """The files of a refused album, each by itself, so that one of them does not keep the others back."""
        sent = self._apart.setdefault(line.id, [])
        for out in parts.one_by_one(album)[len(sent) :]:
            one = await self._call(line, entry, out, to)
            if one is None:
                return None
            sent.append(one)
        self._apart.pop(line.id, None)
        return Sent(out=album, message_ids=tuple(number for one in sent for number in one.message_ids))

    async def _not_now(self, line: OutboxLine, entry: Entry, what: Trouble, error: Exception) -> None:
        if what is Trouble.AGAIN:
            await self._again(line, entry, error)
        elif what is Trouble.UNREACHABLE:
            self._forget(line)
            await self._faults.unreachable(line, described(error))
        else:
            await self._give_up(line, error)

    async def _within_budget(
        self, entry: Entry, out: Outgoing, to: Address, *, plain: bool
    ) -> tuple[float, Sequence[int]]:
        """When the call began, and the ids of its messages."""
        pace, messages = entry.pace, entry.sender.weight(out)
        while (seconds := pace.wait(to.chat_id, messages)) > 0:  # noqa: ASYNC110 - another may spend it
            await asyncio.sleep(seconds)
        pace.spend(to.chat_id, messages)
        try:
            return time.perf_counter(), await entry.sender.send(out, to, plain=plain)
        finally:
            pace.settle(to.chat_id, messages)

    async def _refused(self, line: OutboxLine, entry: Entry, retry_after: int) -> None:
        """429: the chat pauses as long as it is told, over restarts too; the bot too when it repeats."""
        self._meters.refusals += 1
        seconds = retry_after + random.uniform(0.05, 0.5)  # noqa: S311 - not all chats at the same moment
        whole_bot = entry.pace.pause(line.chat_id, seconds)
        log.warning("told_to_wait", chat=line.chat_id, seconds=retry_after, whole_bot=whole_bot)
        now = self._clock()
        await keep_pause(self._store, line, until=now + timedelta(seconds=seconds), now=now)

    async def _again(self, line: OutboxLine, entry: Entry, error: Exception) -> None:
        """The network or the platform failed: the chat waits a little, and keeps its order.

        No line is lost to an outage: it counts against the line only while others go through, for then
        the line itself is the cause.
        """
        self._setbacks[line.chat_id] += 1
        seconds = min(
            limits.BACKOFF_MOST_SECONDS,
            limits.BACKOFF_FIRST_SECONDS * 2 ** (self._setbacks[line.chat_id] - 1),
        )
        entry.pace.pause_quietly(line.chat_id, seconds)
        others_pass = time.monotonic() - self._last_success < limits.OTHERS_PASS_SECONDS
        if others_pass and line.attempts + 1 >= limits.SEND_TRIES:
            await self._give_up(line, error)
            return
        log.warning(
            "send_failed", line=line.id, chat=line.chat_id, seconds=seconds, error=type(error).__name__
        )
        await self._put_back(line, error=type(error).__name__, counts=others_pass)

    async def failed(self, line: OutboxLine, entry: Entry, error: Exception) -> None:
        """Something of ours failed: rendering, or the database. What it shows may be another then."""
        self._forget(line)
        incident = incident_number()
        log.error(
            "line_failed",
            line=line.id,
            kind=line.kind,
            request=line.request_id,
            incident=incident,
            exc_info=error,
        )
        try:
            if line.attempts + 1 >= limits.HANDLE_TRIES:
                await self._give_up(line, error, incident)
            else:
                entry.pace.pause_quietly(line.chat_id, limits.BACKOFF_FIRST_SECONDS)
                await self._put_back(line, error=type(error).__name__, counts=True)
        except Exception:  # the database is away: the line comes back when its lease is over
            log.exception("outbox_unwritable", line=line.id, incident=incident)

    async def _give_up(self, line: OutboxLine, error: Exception, incident: str | None = None) -> None:
        incident = incident or incident_number()
        self._forget(line)
        log.error(
            "line_given_up",
            line=line.id,
            kind=line.kind,
            chat=line.chat_id,
            error=described(error),
            incident=incident,
        )
        async with self._store.write() as session:
            await rows.failed(session, line.id, now=self._clock(), error=f"{incident} {type(error).__name__}")
        await self._faults.given_up(line, incident)

    def _forget(self, line: OutboxLine) -> None:
        """Nothing of a line is left to be sent."""
        self._partly.pop(line.id, None)
        self._apart.pop(line.id, None)

    async def _put_back(self, line: OutboxLine, *, error: str | None = None, counts: bool = False) -> None:
        # Due at once: the governor holds the chat back. A later time would let the next line overtake.
        async with self._store.write() as session:
            await rows.postpone(session, line.id, until=self._clock(), error=error, counts_as_attempt=counts)
