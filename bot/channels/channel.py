"""A channel: a folder beside :mod:`bot.telegram`, and what the outbox asks of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from handlers.views.outgoing import Can, Outgoing


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """Where something is sent; the ids are the channel's own."""

    chat_id: int
    thread_id: int | None = None
    reply_to: int | None = None


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
