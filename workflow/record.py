"""The record: an append-only chain of events for each request, and one for the desk itself.

Every event's hash covers the one before it, so that a change or a deletion shows; the day's heads are
sealed in one hash (:func:`seal_day`) that leaves the database with the supervisors' digest.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from storage.models import DaySeal, Event, Request
from storage.seal import SealBroken, Sealer
from workflow.text import to_json
from workflow.work import Tx

GENESIS = bytes(32)
DESK_CHAIN = 0


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
    body = [
        chain,
        seq,
        at.astimezone(UTC).isoformat(timespec="microseconds"),
        actor_id,
        unit_id,
        action,
        detail,
    ]
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(prev + text.encode()).digest()


async def record(tx: Tx, request: Request | None, action: str, /, **detail: Any) -> None:
    """Append an event to a request's chain, or to the desk's own where there is no request."""
    if request is not None:
        chain, seq, prev = request.id, request.event_seq + 1, request.event_head or GENESIS
    else:
        last = await tx.session.scalar(
            select(Event).where(Event.chain == DESK_CHAIN).order_by(Event.seq.desc()).limit(1)
        )
        chain, seq, prev = DESK_CHAIN, (last.seq if last else 0) + 1, last.hash if last else GENESIS
    actor_id = tx.actor.person_id if tx.actor else None
    unit_id = next(iter(sorted(tx.actor.units)), None) if tx.actor else None
    plain = {name: to_json(value) if not isinstance(value, dict) else value for name, value in detail.items()}
    plain["salt"] = secrets.token_hex(8)
    hashed = digest(
        prev, chain=chain, seq=seq, at=tx.now, actor_id=actor_id, unit_id=unit_id, action=action, detail=plain
    )
    tx.session.add(
        Event(
            chain=chain,
            seq=seq,
            at=tx.now,
            actor_id=actor_id,
            unit_id=unit_id,
            action=action,
            sealed=tx.sealer.seal("events", plain),
            prev=prev,
            hash=hashed,
        )  # fmt: skip
    )
    if request is not None:
        request.event_seq, request.event_head = seq, hashed
    await tx.session.flush()


@dataclass(frozen=True, kw_only=True, slots=True)
class Broken:
    """The first event that does not fit its chain."""

    chain: int
    seq: int
    number: str | None
    why: str


async def verify(tx: Tx, *, batch: int = 1000) -> tuple[int, Broken | None]:
    """Recompute every chain: how many events were checked, and the first broken one, if any."""
    checked = 0
    heads: dict[int, tuple[int, bytes]] = {}
    chain = -1
    seq, head = 0, GENESIS
    after: tuple[int, int] = (-1, 0)
    while True:
        events = (
            await tx.session.scalars(
                select(Event)
                .where((Event.chain > after[0]) | ((Event.chain == after[0]) & (Event.seq > after[1])))
                .order_by(Event.chain, Event.seq)
                .limit(batch)
                .execution_options(populate_existing=False)
            )
        ).all()
        if not events:
            break
        for event in events:
            if event.chain != chain:
                chain, seq, head = event.chain, 0, GENESIS
            why = _fault(event, seq + 1, head, tx.sealer)
            if why:
                number = await tx.session.scalar(select(Request.number).where(Request.id == event.chain))
                return checked, Broken(chain=event.chain, seq=event.seq, number=number, why=why)
            seq, head, checked = event.seq, event.hash, checked + 1
            heads[chain] = (seq, head)
            after = (event.chain, event.seq)
        tx.session.expunge_all()
    return checked, await _missing_tail(tx, heads) or await _broken_seal(tx)


def _fault(event: Event, seq: int, prev: bytes, sealer: Sealer) -> str | None:
    if event.seq != seq:
        return f"event {seq} is missing"
    if event.prev != prev:
        return "does not follow the event before it"
    try:
        detail = sealer.unseal("events", event.sealed)
    except SealBroken as error:
        return f"cannot be unsealed ({error})"
    expected = digest(
        prev, chain=event.chain, seq=event.seq, at=event.at, actor_id=event.actor_id, unit_id=event.unit_id,
        action=event.action, detail=detail,
    )  # fmt: skip
    return None if event.hash == expected else "its content was changed"


async def _missing_tail(tx: Tx, heads: dict[int, tuple[int, bytes]]) -> Broken | None:
    """A chain whose last events were cut off still has its old head on the request."""
    rows = await tx.session.execute(
        select(Request.id, Request.number, Request.event_seq, Request.event_head).where(Request.event_seq > 0)
    )
    for request_id, number, seq, head in rows:
        if heads.get(request_id) != (seq, head):
            return Broken(chain=request_id, seq=seq, number=number, why="the end of its chain is missing")
    return None


async def _heads_hash(tx: Tx, last_event_id: int, prev: bytes) -> bytes:
    """One hash over the newest hash of every chain up to an event."""
    newest = (
        select(func.max(Event.id)).where(Event.id <= last_event_id).group_by(Event.chain).scalar_subquery()
    )
    rows = await tx.session.execute(
        select(Event.chain, Event.hash).where(Event.id.in_(newest)).order_by(Event.chain)
    )
    hashed = hashlib.sha256(prev)
    for chain, head in rows:
        hashed.update(chain.to_bytes(8, "big", signed=True) + head)
    return hashed.digest()


async def seal_day(tx: Tx, day: date) -> DaySeal | None:
    """Seal a local day that is over; None when it is sealed already or nothing happened."""
    if await tx.session.get(DaySeal, day) is not None:
        return None
    end = datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=tx.policy.zone)
    last = await tx.session.scalar(select(func.max(Event.id)).where(Event.at < end))
    before = await tx.session.scalar(select(DaySeal).order_by(DaySeal.day.desc()).limit(1))
    if last is None or (before is not None and before.last_event_id >= last):
        return None
    prev = before.hash if before else GENESIS
    seal = DaySeal(day=day, last_event_id=last, prev=prev, hash=await _heads_hash(tx, last, prev))
    tx.session.add(seal)
    await tx.session.flush()
    return seal


async def _broken_seal(tx: Tx) -> Broken | None:
    prev = GENESIS
    for seal in (await tx.session.scalars(select(DaySeal).order_by(DaySeal.day))).all():
        if seal.prev != prev or seal.hash != await _heads_hash(tx, seal.last_event_id, prev):
            return Broken(chain=DESK_CHAIN, seq=0, number=None, why=f"the seal of {seal.day} does not fit")
        prev = seal.hash
    return None
