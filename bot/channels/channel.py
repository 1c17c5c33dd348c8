"""A channel: a folder beside :mod:`bot.telegram`, and what the outbox asks of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from handlers.incoming import ButtonPress, Incoming
from handlers.router import Toast
from handlers.views.outgoing import Can, Outgoing
from workflow.kernel.tx import Place

Raw = dict[str, Any]  # what a channel received, as it came


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """Where something is sent. ``chat_id`` is ours, by which the pace counts; the other ids are the channel's own."""

    chat_id: int
    native_id: str
    thread_id: int | None = None
    reply_to: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Whole:
    """What was received with the text of what goes on with it, and the numbers of those."""

    raw: Raw
    also: tuple[int, ...] = ()
    goes_on: bool = False  # another piece may follow


#: Our number of a chat, by its id in the channel and its kind.
NumberOf = Callable[[str, str], Awaitable[int]]


class Unreadable(Exception):
    """It will never be understood, however often it is tried."""


class Receiver(Protocol):
    """What is received goes through one of these: the inbox keeps it raw, and looks into none of it."""

    def number_of(self, raw: Raw) -> int | None:
        """Its own number (of 52 bits, growing), by which a repeat is known; None for what has none."""
        ...

    def lane_of(self, raw: Raw) -> int:
        """A number of the chat whose order must be kept, else of the person; 0 where there is neither."""
        ...

    async def place_of(self, raw: Raw, number_of: NumberOf) -> Place | None:
        """Where somebody waits for an answer. None for what nobody waits for."""
        ...

    def whole(self, raw: Raw, following: Iterable[tuple[int, Raw]]) -> Whole:
        """A text that was cut into several messages, with its pieces among those that follow in its chat."""
        ...

    async def read(self, raw: Raw, number_of: NumberOf) -> Incoming | None:
        """What it brings, its chats by numbers of ours; None for a kind that nothing here waits for. Raises
        :class:`Unreadable`."""
        ...

    async def fetch(self, file_id: str, path: Path) -> None:
        """Brings a file that somebody sent to this machine."""
        ...

    async def acknowledge(self, press: ButtonPress, toast: Toast) -> None:
        """Tells who pressed a button what became of it. Never fails: they may have gone."""
        ...


class Pace(Protocol):
    """How fast a channel lets us send: a budget for each chat and one for all."""

    def wait(self, chat_id: int, messages: int = 1) -> float:
        """Seconds until so many messages to a chat are within every budget; 0.0 for now."""
        ...

    def wait_for_any(self) -> float:
        """The same for any chat."""
        ...

    def spend(self, chat_id: int, messages: int = 1) -> None:
        """Messages are on their way."""
        ...

    def settle(self, chat_id: int, messages: int = 1, *, ago: float = 0.0) -> None:
        """They have arrived, so many seconds ago, or we do not know."""
        ...

    def pause(self, chat_id: int, seconds: float) -> bool:
        """The platform refused a message for so long; True when all chats pause with this one."""
        ...

    def pause_quietly(self, chat_id: int, seconds: float) -> None:
        """Leaves a chat alone for so long, for reasons of ours."""
        ...

    def resting(self) -> dict[int, float]:
        """The chats that may not be sent to now, and for how many seconds."""
        ...

    def room(self) -> int:
        """How many messages may go now, to all chats together."""
        ...


class Channel(Protocol):
    """What is sent goes through one of these."""

    @property
    def can(self) -> Can: ...

    def calls(self, out: Outgoing) -> Sequence[Outgoing]:
        """What one thing takes, each of them one call: a long text in parts, files in albums."""
        ...

    def weight(self, out: Outgoing) -> int:
        """How many messages a call is to the limits of sending; 0 for none."""
        ...

    async def send(self, out: Outgoing, to: Address, *, plain: bool = False) -> Sequence[int]:
        """Makes a call; the ids of its messages in the chat. ``plain``: without any markup.

        Raises :class:`bot.channels.trouble.NotSent`.
        """
        ...
