"""The chain of events itself: what its hashes cover, and how it is gone along to see whether it holds. Pure.

Where the contents of a chain were deleted (:mod:`workflow.keeping.purging`), its hashes stay and can no longer be
recomputed. What vouches for such events is the ``purge`` event behind them: its own content, which its hash
covers, has a hash over all that is left of them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from storage.database.seal import SealBroken, Sealer
from storage.tables.covered import DESK_CHAIN

GENESIS = bytes(32)
PURGE = "purge"
COVER = "cover"  # the records of an older version came under what this one covers
COVER_GROUPS = "cover_groups"  # so did which groups belong to which units
COUNT = "count"  # from here on events are counted
#: The content of an event after a purge. No other event has it: each has a salt.
EMPTIED: dict[str, Any] = {}
_CANONICAL = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False
).encode


class Entry(Protocol):
    """What is looked at of a row of ``events``."""

    @property
    def chain(self) -> Any: ...
    @property
    def seq(self) -> Any: ...
    @property
    def at(self) -> Any: ...
    @property
    def actor_id(self) -> Any: ...
    @property
    def unit_id(self) -> Any: ...
    @property
    def action(self) -> Any: ...
    @property
    def sealed(self) -> Any: ...
    @property
    def prev(self) -> Any: ...
    @property
    def hash(self) -> Any: ...
    @property
    def update_id(self) -> Any: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """The first event that does not fit its chain."""

    chain: int
    seq: int
    why: str


def digest(
    prev: bytes,
    *,
    chain: int,
    seq: int,
    at: datetime,
    actor_id: int | None,
    unit_id: int | None,
    action: str,
    detail: dict[str, Any],
) -> bytes:
    """SHA-256 over the previous hash and the event's canonical JSON. ``detail`` has a sealed salt,
    without which a short personal number could be guessed from its hash."""
    body = [chain, seq, _moment(at), actor_id, unit_id, action, detail]
    return hashlib.sha256(prev + _CANONICAL(body).encode()).digest()


def keyed(salt: str, form: bytes) -> str:
    """The hash of what was said, under the salt of the event that says so: sealed with it, and good under any key
    that the desk is given later."""
    return hashlib.blake2b(form, key=salt.encode(), digest_size=16).hexdigest()


def left_of(events: Iterable[Entry]) -> str:
    """SHA-256 over what a purge leaves of these events of one chain: who did what when, and their hashes.

    Without it whoever can write to the database could put another name to an emptied event: its own hash
    covers the name together with the content that is gone.
    """
    hashed = hashlib.sha256()
    for event in events:
        line = [
            event.seq,
            _moment(event.at),
            event.actor_id,
            event.unit_id,
            event.action,
            event.hash.hex(),
        ]
        hashed.update(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    return hashed.hexdigest()


def _moment(at: datetime) -> str:
    return (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat(timespec="microseconds")


#: What an event says of something: its salt, and the hash under it (None: it is gone).
Claim = tuple[str, str | None]


@dataclass(kw_only=True)
class Told:
    """What the events of a chain say in the end: where it ends, how its request stands, what was said of it."""

    chain: int
    seq: int = 0
    head: bytes = GENESIS
    holds: Claim | None = None
    said: dict[str, Claim] = field(default_factory=dict)
    answers: set[int] = field(default_factory=set)  # all that any event names
    counted: bool = False  # of the desk's: whether events are
    imports: dict[int, int] = field(default_factory=dict)  # of the desk's: how many requests came by each

    def hear(self, event: Entry, detail: dict[str, Any]) -> None:
        """One event more, with its content."""
        salt = str(detail.get("salt", ""))
        if event.chain == DESK_CHAIN:
            self._count_import(event.action, detail)
            self.counted |= event.action == COUNT
            if event.action == COVER:
                self.said.clear()  # it says all of it
        elif event.action == PURGE or "holds" not in detail:
            # What was said is gone; or an older version wrote it, which does not say what it changed.
            self.said.clear()
        if event.chain != DESK_CHAIN:
            if isinstance(answer := detail.get("answer"), int):
                self.answers.add(answer)
            self.holds = (salt, detail["holds"]) if "holds" in detail else None
        for name, hashed in detail.get("said", {}).items():
            self.said[name] = (salt, hashed)

    def _count_import(self, action: str, detail: dict[str, Any]) -> None:
        of = detail.get("of")
        if not isinstance(of, int):
            return
        if action == "import" and isinstance(taken := detail.get("taken"), int):
            self.imports[of] = self.imports.get(of, 0) + taken
        elif action == "import_undone" and of in self.imports:
            self.imports[of] -= detail["counts"]["gone"]


@dataclass(kw_only=True)
class Walk:
    """Goes along events in order of chain and sequence number, and names the first that does not fit."""

    sealer: Sealer
    chain: int = -1
    seq: int = 0
    head: bytes = GENESIS
    sound: int = 0  # events that are known to be as they were written
    _passed: list[Entry] = field(default_factory=list)  # of this chain
    _emptied: int = 0  # the first event of this chain whose content is gone and for which nothing vouches yet
    _open: int = 0  # events from there on
    _told: Told | None = None
    _finished: list[Told] = field(default_factory=list)

    def take_finished(self) -> list[Told]:
        """What the chains say that ended since this was asked last."""
        finished, self._finished = self._finished, []
        return finished

    def step(self, event: Entry) -> Fault | None:
        """The next event; what is wrong with it, or with the chain that ended before it."""
        if event.chain != self.chain:
            if (fault := self.end()) is not None:
                return fault
            self.chain, self.seq, self.head, self._passed = event.chain, 0, GENESIS, []
            self._told = Told(chain=event.chain)
        why = self._why(event)
        if why is not None:
            return Fault(chain=event.chain, seq=self.seq + 1, why=why)
        self.seq, self.head = event.seq, event.hash
        if event.chain != DESK_CHAIN:  # which is never purged, and long
            self._passed.append(event)
        self._open += 1
        if not self._emptied:
            self.sound, self._open = self.sound + self._open, 0
        return None

    def end(self) -> Fault | None:
        """No more events in this chain: whether something vouches for those whose content is gone."""
        if self._emptied:
            return Fault(
                chain=self.chain,
                seq=self._emptied,
                why="its content is gone, and no purge says that it was deleted",
            )
        if self._told is not None:
            self._told.seq, self._told.head = self.seq, self.head
            self._finished.append(self._told)
            self._told = None
        return None

    def _why(self, event: Entry) -> str | None:
        if event.seq != self.seq + 1:
            return f"event {self.seq + 1} is missing"
        if event.prev != self.head:
            return "does not follow the event before it"
        try:
            detail = self.sealer.unseal("events", event.sealed)
        except SealBroken as error:
            return f"cannot be unsealed ({error})"
        if detail == EMPTIED and event.chain != DESK_CHAIN:
            self._emptied = self._emptied or event.seq
            return None
        expected = digest(
            self.head, chain=event.chain, seq=event.seq, at=event.at, actor_id=event.actor_id,
            unit_id=event.unit_id, action=event.action, detail=detail,
        )  # fmt: skip
        if event.hash != expected or event.update_id != detail.get("update"):
            return "its content was changed"
        if self._told is not None:
            self._told.hear(event, detail)
        return self._vouched(event, detail) if event.action == PURGE and self._emptied else None

    def _vouched(self, event: Entry, detail: dict[str, Any]) -> str | None:
        if detail.get("left") != left_of(self._passed):
            return "what it left of the events before it was changed"
        self._emptied = 0
        return None
