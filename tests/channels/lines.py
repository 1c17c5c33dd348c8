"""A second channel: rooms in which people write lines of text. No buttons, no edits, no files, no threads.

Its ids are its own: a room is known by its name, a private one by another than the person who sits in it.
What comes in is ``{"n": 3, "room": "ks", "by": "gu", "line": "…"}``; ``"to": 7`` where it answers line 7 of the room.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot.channels.channel import Address, NumberOf, Raw, Unreadable, Whole
from bot.channels.registry import Entry
from bot.channels.trouble import NotSent, Trouble
from handlers.incoming import ButtonPress, Incoming, Left, Posted, Replied
from handlers.router import Toast
from handlers.views.outgoing import Can, Outgoing, Say
from workflow.kernel.tx import Place, Sender

CAN = Can(
    buttons=False, edits=False, reactions=False, threads=False, files=False, deletes=False, text_max=600
)
NAME, PLACE = "lines", 1
US = "desk"


def person(name: str) -> Sender:
    """Somebody who writes: nothing of their account says which room is theirs."""
    return Sender(channel=NAME, native_id=name, name=name)


def entry(lines: Lines) -> Entry:
    return Entry(name=NAME, place=PLACE, receiver=lines, sender=Sending(lines), pace=AtOnce())


@dataclass(kw_only=True)
class Room:
    private: bool
    lines: dict[int, tuple[str, str]] = field(default_factory=dict)  # number: who, what

    def add(self, by: str, text: str) -> int:
        number = len(self.lines) + 1
        self.lines[number] = by, text
        return number

    def said(self) -> list[str]:
        """What the desk wrote."""
        return [text for by, text in self.lines.values() if by == US]


@dataclass(kw_only=True)
class Lines:
    """The platform, and both faces of its channel."""

    now: datetime
    rooms: dict[str, Room] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)  # rooms that the desk was thrown out of
    calls: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))  # by what was asked of us
    can: Can = CAN
    _numbers: int = 0

    # -- for the test -----------------------------------------------------------------------------------

    def opens(self, name: str, *, private: bool = False) -> Room:
        self.rooms[name] = Room(private=private)
        return self.rooms[name]

    def writes(self, by: str, line: str, *, room: str, to: int | None = None) -> Raw:
        """Somebody writes; what the desk receives of it."""
        self._numbers += 1
        at = self.rooms[room].add(by, line)
        return {"n": self._numbers, "room": room, "by": by, "line": line, "at": at, "to": to}

    # -- Receiver ---------------------------------------------------------------------------------------

    def number_of(self, raw: Raw) -> int | None:
        return raw.get("n")

    def lane_of(self, raw: Raw) -> int:
        return 1 + list(self.rooms).index(raw["room"])

    async def place_of(self, raw: Raw, number_of: NumberOf) -> Place | None:
        room = self.rooms.get(raw.get("room", ""))
        if room is None:
            return None
        kind = "private" if room.private else "group"
        return Place(
            chat_id=await number_of(raw["room"], kind), kind=kind, title=raw["room"], message_id=raw.get("at")
        )

    def whole(self, raw: Raw, _following: Iterable[tuple[int, Raw]]) -> Whole:
        return Whole(raw=raw)

    async def read(self, raw: Raw, number_of: NumberOf) -> Incoming | None:
        place = await self.place_of(raw, number_of)
        if place is None or not isinstance(raw.get("line"), str):
            raise Unreadable
        who = person(raw["by"])
        if raw["line"] == "*leaves*":
            return Left(place=place, who=who, sent=self.now)
        reply = None
        if raw["to"] is not None:
            by, text = self.rooms[raw["room"]].lines[raw["to"]]
            reply = Replied(message_id=raw["to"], ours=by == US, text=text)
        return Posted(place=place, sender=who, sent=self.now, text=raw["line"], reply=reply)

    async def acknowledge(self, _press: ButtonPress, _toast: Toast) -> None:
        raise AssertionError("there are no buttons here")

    async def fetch(self, _file_id: str, _path: Path) -> None:
        raise AssertionError("there are no files here")

    # -- Channel ----------------------------------------------------------------------------------------

    def calls_of(self, text: str) -> list[str]:
        return [text[start : start + CAN.text_max] for start in range(0, len(text), CAN.text_max)]

    async def send(self, out: Outgoing, to: Address, *, plain: bool = False) -> list[int]:
        assert isinstance(out, Say), f"asked for {type(out).__name__}, which lines cannot do"
        assert not out.rows and to.thread_id is None and to.reply_to is None
        room = self.rooms[to.native_id]
        if to.native_id in self.gone:
            raise NotSent(Trouble.UNREACHABLE, ConnectionRefusedError())
        return [room.add(US, part) for part in self.calls_of(out.text.plain)]


class Sending:
    """The other face: what is sent."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self.can = lines.can

    def calls(self, out: Outgoing) -> list[Outgoing]:
        return [out]

    def weight(self, _out: Outgoing) -> int:
        return 1

    async def send(self, out: Outgoing, to: Address, *, plain: bool = False) -> list[int]:
        return await self._lines.send(out, to, plain=plain)


class AtOnce:
    """A pace without limits."""

    def __init__(self) -> None:
        self._paused: dict[int, float] = {}

    def wait(self, _chat_id: int, _messages: int = 1) -> float:
        return 0.0

    def wait_for_any(self) -> float:
        return 0.0

    def spend(self, _chat_id: int, _messages: int = 1) -> None: ...

    def settle(self, _chat_id: int, _messages: int = 1, *, ago: float = 0.0) -> None: ...

    def pause(self, _chat_id: int, _seconds: float) -> bool:
        return False

    def pause_quietly(self, _chat_id: int, _seconds: float) -> None: ...

    def resting(self) -> dict[int, float]:
        return {}

    def room(self) -> int:
        return 30
