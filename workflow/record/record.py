"""The record: an append-only chain of events for each request, and one for the desk itself.

Every event's hash covers the one before it, so that a change or a deletion shows; the day's heads are
sealed in one hash (:func:`seal_day`) that leaves the database with the supervisors' digest. What the hashes
cover, and how a chain stays provable whose contents were deleted: :mod:`workflow.record.chains`.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from storage.queries import desk, events, requests
from storage.tables.batch import ADD_EVENT, PUT_DESK
from storage.tables.models import DaySeal, Request
from workflow.kernel.actions import ACTIONS
from workflow.kernel.memo import Slot
from workflow.kernel.text import to_json
from workflow.kernel.tx import Actor, Tx
from workflow.record.chains import DESK_CHAIN, GENESIS, Fault, Walk, digest

SETTLED = timedelta(minutes=1)  # longer than any transaction
DESK_HEAD = "record_head"  # the desk's value: where its own chain ends
_DESK_HEAD: Slot[None, tuple[int, bytes]] = Slot()
#: What the asked unit does to a request.
OF_ASKED: frozenset[str] = frozenset(action for action, row in ACTIONS.items() if row.by_asked)
DESK_LOCK = 0x63726F7373  # of PostgreSQL; any number that nothing else of ours uses


async def record(
    tx: Tx, request: Request | None, action: str, /, *, actor: Actor | None = None, **detail: Any
) -> None:
    """Append an event to a request's chain, or to the desk's own where there is no request.

    ``actor``: whose act it is, where that is not the one who acts here. The request's row must be locked by
    this transaction, or new.
    """
    if request is not None:
        chain, seq, prev = request.id, request.event_seq + 1, request.event_head or GENESIS
    else:
        chain, seq, prev = DESK_CHAIN, *await _end_of_desk_chain(tx)
    actor = actor or tx.actor
    actor_id = actor.person_id if actor else None
    unit_id = _unit_of(actor, request, action, detail) if actor else None
    plain = {name: value if isinstance(value, dict) else to_json(value) for name, value in detail.items()}
    plain["salt"] = secrets.token_hex(8)
    hashed = digest(
        prev, chain=chain, seq=seq, at=tx.now, actor_id=actor_id, unit_id=unit_id, action=action, detail=plain
    )
    event = {
        "chain": chain, "seq": seq, "at": tx.now, "actor_id": actor_id, "unit_id": unit_id, "action": action,
        "sealed": tx.sealer.seal("events", plain), "prev": prev, "hash": hashed,
    }  # fmt: skip
    tx.batch.add(ADD_EVENT, event)
    if request is not None:
        request.event_seq, request.event_head = seq, hashed
    else:
        tx.memo.of(_DESK_HEAD)[None] = (seq, hashed)
        tx.batch.add(PUT_DESK, {"key": DESK_HEAD, "value": f"{seq}:{hashed.hex()}"})


def _unit_of(actor: Actor, request: Request | None, action: str, detail: dict[str, Any]) -> int | None:
    """For which of their units somebody acts: the one on whose side of the request the act is done."""
    sides: list[int | None] = []
    if request is not None:
        sides = [request.from_unit_id, request.to_unit_id]
        if action in OF_ASKED:  # a transfer is the act of the unit that had it
            sides = [detail.get("from", request.to_unit_id), *sides]
    return next((unit for unit in sides if unit in actor.units), min(actor.units, default=None))


async def _end_of_desk_chain(tx: Tx) -> tuple[int, bytes]:
    """(next sequence number, last hash). One writer at a time: SQLite has only one, PostgreSQL waits here."""
    if (end := tx.memo.of(_DESK_HEAD).get(None)) is not None:
        return end[0] + 1, end[1]
    await desk.wait_for_turn(tx.session, DESK_LOCK)
    kept = await _desk_head(tx)
    return (kept[0] + 1, kept[1]) if kept else (1, GENESIS)


async def _desk_head(tx: Tx) -> tuple[int, bytes] | None:
    """(sequence number, hash) of the newest event of the desk's own chain; None before the first."""
    kept = await desk.value(tx.session, DESK_HEAD)
    if kept is None:
        return None
    seq, _, head = kept.partition(":")
    return int(seq), bytes.fromhex(head)


@dataclass(frozen=True, kw_only=True, slots=True)
class Broken:
    """The first event that does not fit its chain."""

    chain: int
    seq: int
    number: str | None
    why: str


async def verify(tx: Tx, *, batch: int = 1000) -> tuple[int, Broken | None]:
    """Recompute every chain: how many events are sound, and the first broken one, if any."""
    walk = Walk(sealer=tx.sealer)
    while found := await events.following(tx.session, walk.chain, walk.seq, limit=batch):
        for event in found:
            if (fault := walk.step(event)) is not None:
                return walk.sound, await _named(tx, fault)
        tx.session.expunge_all()
    if (fault := walk.end()) is not None:
        return walk.sound, await _named(tx, fault)
    return walk.sound, await _missing_tail(tx) or await _broken_seal(tx)


async def _named(tx: Tx, fault: Fault) -> Broken:
    number = await requests.number_of(tx.session, fault.chain)
    return Broken(chain=fault.chain, seq=fault.seq, number=number, why=fault.why)


async def _missing_tail(tx: Tx) -> Broken | None:
    """A chain whose last events were cut off still has its old head on the request, the desk's in its values."""
    kept = await _desk_head(tx)
    if kept != await events.end_of(tx.session, DESK_CHAIN):
        seq = kept[0] if kept else 0
        return Broken(chain=DESK_CHAIN, seq=seq, number=None, why="the end of its chain is missing")
    cut = await events.first_cut_off(tx.session)
    if cut is None:
        return None
    return Broken(chain=cut.request_id, seq=cut.seq, number=cut.number, why="the end of its chain is missing")


async def _heads_hash(tx: Tx, after: int, last: int, prev: bytes) -> bytes:
    """One hash over the newest hash of every chain that has events after one id, up to another."""
    hashed = hashlib.sha256(prev)
    for chain, head in await events.heads(tx.session, after=after, last=last):
        hashed.update(chain.to_bytes(8, "big", signed=True) + head)
    return hashed.digest()


async def seal_day(tx: Tx, day: date) -> DaySeal | None:
    """Seal a day of the desk, or the newest that is over; None when it is sealed already or nothing happened.

    A group's day may end before the desk's does. What is still being written as a day ends is waited for: an
    event that came into a sealed day would break its seal.
    """
    over = (tx.now - SETTLED).astimezone(tx.policy.zone).date() - timedelta(days=1)
    day = min(day, over)
    end = datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=tx.policy.zone)
    before = await events.newest_seal(tx.session)
    if before is not None and before.day >= day:
        return None
    after, prev = (before.last_event_id, before.hash) if before else (0, GENESIS)
    last = await events.last_id(tx.session, after=after, before=end)
    if last is None:
        return None
    seal = DaySeal(day=day, last_event_id=last, prev=prev, hash=await _heads_hash(tx, after, last, prev))
    tx.session.add(seal)
    await tx.session.flush()
    return seal


async def _broken_seal(tx: Tx) -> Broken | None:
    after, prev = 0, GENESIS
    for seal in await events.seals(tx.session):
        if seal.prev != prev or seal.hash != await _heads_hash(tx, after, seal.last_event_id, prev):
            return Broken(chain=DESK_CHAIN, seq=0, number=None, why=f"the seal of {seal.day} does not fit")
        after, prev = seal.last_event_id, seal.hash
    return None
