"""An open transaction: who acts, when, where and under which rules; and what it decides to send.

Leaving :meth:`workflow.organisation.work.Work.write` commits the rows, the events and the outbox lines together.
Nothing in it calls a channel.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from matching.compare.engine import Engine
from storage.database.engine import Store
from storage.database.seal import Sealer
from storage.queries import outbox as outbox_rows
from storage.tables.batch import Batch
from storage.tables.words import TO, Lane, LineKind, PostPurpose
from workflow.kernel.memo import Memo
from workflow.kernel.policy import Policy
from workflow.kernel.text import Button, Text, to_json

#: A line of the outbox as it is unless told otherwise.
LINE: dict[str, Any] = {
    "lane": Lane.TALK, "thread_id": None, "reply_to": None, "request_id": None, "draft_id": None,
    "purpose": PostPurpose.NOTICE, "not_before": None, "coalesce_key": None,
}  # fmt: skip
SAID = "said"  # in what is sealed of a line that was sent: it is not said again
THEN = "then"  # in what is sealed of a line: the line that follows once it was done (:func:`follows`)
NOWHERE = 0  # the number of no chat: nobody reads there, so nothing of an answer is shown


@dataclass(frozen=True, kw_only=True, slots=True)
class Sender:
    """Who an update comes from, as the channel says. ``native_id``: their account there, by which they are known."""

    channel: str
    native_id: str
    name: str
    chat_id: int | None = None  # their private chat with us, where the channel tells it by the account
    username: str = ""
    language: str = ""  # the client's, a hint only
    is_bot: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where it happened. ``chat_id`` is a number of ours, whatever the channel calls the chat
    (:mod:`storage.tables.numbers`); ``thread_id`` only for a message of a forum topic."""

    chat_id: int
    kind: str  # private, group, supergroup, channel
    title: str = ""
    thread_id: int | None = None
    message_id: int | None = None
    forum: bool = False
    public: bool = False  # a group that anybody may find and read

    @property
    def private(self) -> bool:
        return self.kind == "private"


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A membership as rights look at it."""

    unit_id: int
    code: str
    role: str
    below: frozenset[int] = frozenset()  # the units under it, at any depth
    newcomer: bool = False  # nobody of the unit has confirmed them yet
    window: frozenset[int] = frozenset()  # the units under it whose one window its desk is


@dataclass(frozen=True, kw_only=True, slots=True)
class Deputy:
    """A unit for which somebody's own (``by``) stands in now, and since when."""

    unit_id: int
    since: datetime
    by: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    person_id: int
    chat_id: int | None  # their private chat with us
    name: str
    standings: tuple[Standing, ...] = ()
    pending: tuple[Standing, ...] = ()  # wait for a liaison's approval
    admin: bool = False
    language: str | None = None
    private_ok: bool = False
    deputises: tuple[Deputy, ...] = ()  # of units whose new requests their own handles

    def role_in(self, unit_id: int | None) -> str | None:
        """The role in a unit, or None for an outsider."""
        return next((s.role for s in self.standings if s.unit_id == unit_id), None)

    def settled_in(self, unit_id: int | None) -> bool:
        """Whether they belong to a unit by more than having written in its group."""
        return any(s.unit_id == unit_id and not s.newcomer for s in self.standings)

    @property
    def newcomer(self) -> bool:
        """Whether nobody has confirmed them in any unit yet."""
        return bool(self.standings) and all(s.newcomer for s in self.standings)

    @property
    def units(self) -> frozenset[int]:
        return frozenset(s.unit_id for s in self.standings)


#: How a surface answers the one who acted, with what their use case returns: called in its transaction, so that
#: an answer is queued if and only if what it tells of was done.
Reply = Callable[["Tx", object], Awaitable[None]]
Result = TypeVar("Result")


@dataclass(kw_only=True)
class Tx:
    """An open transaction with everything that a use case needs."""

    session: AsyncSession
    store: Store
    policy: Policy
    engine: Engine
    now: datetime  # of this process: for the record
    sent: datetime  # when was written or pressed what is worked on: limits count from it
    sender: Sender | None
    place: Place | None
    actor: Actor | None = None
    update_id: int | None = None  # of the inbox, that causes it
    pressed: bool = False  # a button, whose toast is the answer; else a message, which gets one
    own_words: bool = (
        True  # a message of the person's own: who writes one in a unit's group may be of the unit
    )
    reply: Reply | None = None  # a chat answers by a message; who calls without one reads what is returned
    batch: Batch = field(default_factory=Batch)  # what is written when it ends
    queued: int = 0
    told: set[int] = field(default_factory=set)  # chats that are said something
    memo: Memo = field(default_factory=Memo)  # what was read and does not change in here

    @property
    def sealer(self) -> Sealer:
        return self.store.sealer

    @property
    def who(self) -> Actor:
        """The actor of an update; an error where there is none (a tick)."""
        if self.actor is None:
            raise RuntimeError("this work has no actor")
        return self.actor

    @property
    def where(self) -> Place:
        if self.place is None:
            raise RuntimeError("this work has no place")
        return self.place

    @property
    def alone(self) -> bool:
        """Whether the actor alone reads what is answered: in private, and where nobody asks from a chat."""
        return self.place is None or self.place.private

    @property
    def chat_id(self) -> int | None:
        """The chat at hand, if any."""
        return self.place.chat_id if self.place is not None else None

    @property
    def reads_in(self) -> int:
        """The chat by whose readers is decided what an answer may show: the one at hand, else the private one of
        who acts, who alone reads what is returned."""
        return self.place.chat_id if self.place is not None else self.who.chat_id or NOWHERE

    async def conclude(self, result: Result) -> Result:
        """What the use case returns; who acted is answered with it, where the surface they act through does so."""
        if self.reply is not None:
            await self.reply(self, result)
        return result

    async def say(
        self,
        text: Text,
        *,
        chat_id: int | None = None,
        thread_id: int | None = None,
        reply_to: int | None = None,
        buttons: Sequence[Sequence[Button]] = (),
        ask: bool = False,
        lane: Lane = Lane.TALK,
        request_id: int | None = None,
        draft_id: int | None = None,
        purpose: str = PostPurpose.NOTICE,
        not_before: datetime | None = None,
        once: str | None = None,
    ) -> None:
        """Queue a message. Without ``chat_id``: an answer to the message at hand, in its topic.

        ``ask`` makes the reader's client open a reply to it (ForceReply); ``once`` is a key under which
        a second line, while the first is still queued, is the same line.
        """
        if chat_id is None:
            chat_id, thread_id = self.where.chat_id, self.where.thread_id
            reply_to = reply_to if reply_to is not None else self.where.message_id
        self.told.add(chat_id)
        payload = {
            "text": text.json(),
            "buttons": [[button.json() for button in row] for row in buttons],
            "ask": ask,
        }
        await self.queue(
            LineKind.SAY, chat_id=chat_id, thread_id=thread_id, reply_to=reply_to, payload=payload, lane=lane,
            request_id=request_id, draft_id=draft_id, purpose=purpose, not_before=not_before,
            coalesce_key=once,
        )  # fmt: skip

    async def give(self, name: str, content: dict[str, Any], *, caption: Text) -> None:
        """Queue JSON as a file, to the one person whose private chat this is. Texts in it (:meth:`Text.json`) are
        worded in their language."""
        payload = {"name": name, "content": content, "caption": caption}
        await self.queue(
            LineKind.DOCUMENT, chat_id=self.where.chat_id, reply_to=self.where.message_id, payload=payload
        )

    async def react(
        self, emoji: str, *, chat_id: int, message_id: int | None, request_id: int | None = None
    ) -> None:
        """Queue a reaction of the bot on somebody's message: it says no more than that it was taken.

        A chat may allow none; so never the only trace of anything.
        """
        if message_id is not None and message_id > 0:
            payload = {"message_id": message_id, "emoji": emoji}
            await self.queue(LineKind.REACT, chat_id=chat_id, payload=payload, request_id=request_id)

    async def queue(
        self, kind: LineKind, *, chat_id: int, payload: dict[str, Any] | None = None, **columns: Any
    ) -> None:
        """Queue a line of any kind for the outbox; what it means is in ``handlers/views/lines.py``.

        The chat is sealed with it: what was decided for one person is said to nobody else, whatever becomes of the row.
        """
        key = columns.get("coalesce_key")
        line = LINE | columns | {"kind": kind, "chat_id": chat_id, "created_at": self.now}
        line["sealed"] = self.sealer.seal("outbox", to_plain(payload or {}) | {TO: chat_id})
        self.batch.add(outbox_rows.ADD if key is None else outbox_rows.ADD_OR_TOUCH, line)
        self.queued += 1


def to_plain(payload: dict[str, Any]) -> dict[str, Any]:
    """JSON-ready: texts, times and durations in it become their JSON form."""
    return {
        key: value if isinstance(value, dict | list | bool) else to_json(value)
        for key, value in payload.items()
    }


def follows(kind: LineKind, *, chat_id: int, payload: dict[str, Any], **columns: Any) -> dict[str, Any]:
    """A line as another holds it (:data:`THEN`): it is queued when files were passed on or messages deleted by that
    one, in the transaction that says so, and never where they were not."""
    return {"kind": kind, "chat_id": chat_id, "payload": to_plain(payload), **columns}
