"""The channels that this process serves, by name; which of them a number of ours is of, and how it calls a chat."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.channels.channel import Channel, Pace, Receiver
from handlers.views.outgoing import Can
from storage.database.engine import Store
from storage.queries import chats as rows
from storage.tables.numbers import SPAN, is_first, numbers_of
from storage.tables.veil import CLEAR, Veil


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A channel. ``place``: of its numbers, see :mod:`storage.tables.numbers`; once taken, never another's."""

    name: str
    place: int
    receiver: Receiver
    sender: Channel
    pace: Pace

    @property
    def can(self) -> Can:
        return self.sender.can

    @property
    def numbers(self) -> range:
        return numbers_of(self.place)

    def ours(self, number: int) -> int:
        """A number that the channel counts by (of an update, of a lane) among those of its place."""
        return self.numbers.start + number % SPAN if self.place else number


class Channels:
    """Raises :class:`ValueError` for two that have a name or a place in common."""

    def __init__(
        self, *entries: Entry, store: Store, clock: Callable[[], datetime], veil: Veil = CLEAR
    ) -> None:
        self._veil = veil
        self._by_name = {entry.name: entry for entry in entries}
        self._by_place = {entry.place: entry for entry in entries}
        if not len(self._by_name) == len(self._by_place) == len(entries):
            raise ValueError("two channels have one name, or one place")
        self._store, self._clock = store, clock
        self._numbers: dict[tuple[str, str], int] = {}  # given once and kept, so never out of date
        self._native: dict[int, str] = {}

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._by_name.values())

    def __getitem__(self, name: str) -> Entry:
        return self._by_name[name]

    def of(self, number: int) -> Entry | None:
        """The channel of a chat, a lane or an update; None for one that this process does not serve."""
        return next((entry for entry in self._by_place.values() if number in entry.numbers), None)

    async def number_of(self, entry: Entry, native_id: str, kind: str) -> int:
        """Our number of a chat, given to it when it is first met. ``kind``: private, group."""
        key = entry.name, native_id
        if key not in self._numbers:
            async with self._store.write() as session:
                self._numbers[key] = await rows.number_of(
                    session, *key, kind=kind, numbers=entry.numbers, at=self._clock()
                )
        return self._numbers[key]

    async def native_of(self, chat_id: int) -> str:
        """How its channel calls a chat; in the first channel that is our number, without the veil."""
        if is_first(chat_id):
            return str(self._veil.theirs(chat_id))
        if chat_id not in self._native:
            async with self._store.read(short=True) as session:
                self._native[chat_id] = await rows.native_of(session, chat_id)
        return self._native[chat_id]
