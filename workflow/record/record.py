"""The record: an append-only chain of events for each request, and one for the desk itself.

Every event's hash covers the one before it, so that a change or a deletion shows; the day's heads are
sealed in one hash (:mod:`workflow.record.sealing`) that leaves the database with the supervisors' digest. What the
hashes cover, and how a chain stays provable whose contents were deleted: :mod:`workflow.record.chains`.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from typing import Any

from storage.queries import desk, events
from storage.tables import checksums, covered
from storage.tables.batch import ADD_EVENT, PUT_DESK, SIGN_COUNTER
from storage.tables.covered import DESK_CHAIN
from storage.tables.models import Request
from workflow.kernel.actions import ACTIONS
from workflow.kernel.memo import Slot
from workflow.kernel.text import to_json
from workflow.kernel.tx import Actor, Tx
from workflow.record.chains import GENESIS, digest, keyed
from workflow.record.signed import BY_HAND, DESK_HEAD, read_signed, signed

_DESK_HEAD: Slot[None, tuple[int, bytes]] = Slot()
_BY_HAND: Slot[str, bool] = Slot()  # values that were found not to be ours
#: What the asked unit does to a request.
OF_ASKED: frozenset[str] = frozenset(action for action, row in ACTIONS.items() if row.by_asked)
DESK_LOCK = 0x63726F7373  # of PostgreSQL; any number that nothing else of ours uses


async def record(
    tx: Tx, request: Request | None, action: str, /, *, actor: Actor | None = None, **detail: Any
) -> int:
    """Append an event to a request's chain, or to the desk's own where there is no request; its place in the chain.

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
    if tx.update_id is not None:
        plain["update"] = tx.update_id
    plain |= await _covered(tx, request, chain)
    hashed = digest(
        prev, chain=chain, seq=seq, at=tx.now, actor_id=actor_id, unit_id=unit_id, action=action, detail=plain
    )
    event = {
        "chain": chain, "seq": seq, "at": tx.now, "actor_id": actor_id, "unit_id": unit_id, "action": action,
        "sealed": tx.sealer.seal("events", plain, lasting=request is None), "prev": prev, "hash": hashed,
        "update_id": tx.update_id,
    }  # fmt: skip
    tx.batch.add(ADD_EVENT, event)
    if request is not None:
        request.event_seq, request.event_head = seq, hashed
    else:
        tx.memo.of(_DESK_HEAD)[None] = (seq, hashed)
        put_signed(tx, DESK_HEAD, f"{seq}:{hashed.hex()}", sound=DESK_HEAD not in tx.memo.of(_BY_HAND))
    return seq


async def _covered(tx: Tx, request: Request | None, chain: int) -> dict[str, Any]:
    """What every event says besides its own: how the request stands now, and what was said anew since the event
    before, as hashes keyed with its salt."""
    if covered.unwritten(tx.session):
        await tx.session.flush()  # now: what it says goes into this event
    salt = secrets.token_hex(8)
    plain: dict[str, Any] = {"salt": salt}
    if request is not None:
        facts = covered.values_of(request, checksums.FACTS)
        plain["holds"] = keyed(salt, covered.holds_form(tx.sealer, facts, request.sealed))
    if noted := covered.take_noted(tx.session, chain):
        plain["said"] = {name: None if form is None else keyed(salt, form) for name, form in noted.items()}
    return plain


async def record_rest(tx: Tx) -> None:
    """What was said anew by the end of a transaction and stands in no event yet gets one."""
    if covered.unwritten(tx.session):
        await tx.session.flush()
    for chain in covered.noted(tx.session):
        if chain == DESK_CHAIN:
            await record(tx, None, "member")
        elif (request := await tx.session.get(Request, chain)) is not None:
            await record(tx, request, "file")


def note_counter(tx: Tx, unit_id: int, year: int, numbers: Sequence[int], *, mac: bytes | None) -> None:
    """These numbers more are given out to a unit in a year: no request can disappear together with its number.
    ``mac``: the checksum of the counter as it was before; where it did not fit, none does from now on."""
    before = numbers[0] - 1
    sound = mac == covered.counter_mac(tx.sealer, unit_id, year, before) if before else mac is None
    made = covered.counter_mac(tx.sealer, unit_id, year, numbers[-1]) if sound else covered.UNFIT
    row = {"unit_id": unit_id, "year": year, "last": numbers[-1], "mac": made}
    tx.batch.add(SIGN_COUNTER, row)


def put_signed(tx: Tx, key: str, value: str, *, sound: bool = True) -> None:
    """A value of the desk with its checksum; without it where the one before was set by hand (not ``sound``), which
    must not be signed away."""
    text = signed(tx.sealer, key, value) if sound else f"{value}:{BY_HAND}"
    tx.batch.add(PUT_DESK, {"key": key, "value": text})


def _unit_of(actor: Actor, request: Request | None, action: str, detail: dict[str, Any]) -> int | None:
    """For which of their units somebody acts: the one on whose side of the request the act is done."""
    sides: list[int | None] = []
    if request is not None:
        sides = [request.from_unit_id, request.to_unit_id]
        if (
            action in OF_ASKED
        ):  # a transfer is the act of the unit that had it; an answer is its giver's for good
            sides = [detail.get("from", detail.get("giver", request.to_unit_id)), *sides]
    return next((unit for unit in sides if unit in actor.units), min(actor.units, default=None))


async def _end_of_desk_chain(tx: Tx) -> tuple[int, bytes]:
    """(next sequence number, last hash). One writer at a time: SQLite has only one, PostgreSQL waits here."""
    if (end := tx.memo.of(_DESK_HEAD).get(None)) is not None:
        return end[0] + 1, end[1]
    await desk.wait_for_turn(tx.session, DESK_LOCK)
    kept = await desk.value(tx.session, DESK_HEAD)
    if kept is None:
        return 1, GENESIS
    seq, head, *_ = kept.split(":")
    if read_signed(tx.sealer, DESK_HEAD, kept) is None:
        tx.memo.of(_BY_HAND)[DESK_HEAD] = True
    return int(seq) + 1, bytes.fromhex(head)


async def heads_hash(tx: Tx, after: int, last: int, prev: bytes) -> bytes:
    """One hash over the newest hash of every chain that has events after one id, up to another."""
    hashed = hashlib.sha256(prev)
    for chain, head in await events.heads(tx.session, after=after, last=last):
        hashed.update(chain.to_bytes(8, "big", signed=True) + head)
    return hashed.digest()
