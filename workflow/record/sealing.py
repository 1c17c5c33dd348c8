"""The seal of a day: one hash over where every chain ended, signed, so that others can prove it without the key."""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import date, datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from storage.queries import desk, events
from storage.tables.batch import PUT_DESK
from storage.tables.models import DaySeal
from workflow.kernel.memo import Slot
from workflow.kernel.tx import Tx
from workflow.record.chains import GENESIS
from workflow.record.record import heads_hash
from workflow.record.signed import SEALED, SIGNING_KEY, signed

SETTLED = timedelta(minutes=1)  # longer than any transaction
_KEY: Slot[None, Ed25519PrivateKey] = Slot()


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
    seal = DaySeal(day=day, last_event_id=last, prev=prev, hash=await heads_hash(tx, after, last, prev))
    await sign(tx, seal)
    tx.session.add(seal)
    await tx.session.flush()
    tx.batch.add(PUT_DESK, {"key": SEALED, "value": signed(tx.sealer, SEALED, day.isoformat())})
    return seal


async def sign(tx: Tx, seal: DaySeal) -> None:
    """Put the desk's signature under a seal."""
    seal.signature = (await _signing_key(tx, make=True)).sign(statement(seal.day, seal.prev, seal.hash))


def statement(day: date, prev: bytes, hashed: bytes) -> bytes:
    """What is signed of a seal."""
    return f"crossbeat seal v1 {day.isoformat()} {prev.hex()} {hashed.hex()}".encode()


def is_signed(public: Ed25519PublicKey, day: date, prev: bytes, hashed: bytes, signature: bytes) -> bool:
    """Whether the desk whose public key this is has sealed a day so."""
    try:
        public.verify(signature, statement(day, prev, hashed))
    except InvalidSignature:
        return False
    return True


async def is_ours(tx: Tx, seal: DaySeal) -> bool:
    """Whether this desk has signed a seal."""
    try:
        public = (await _signing_key(tx, make=False)).public_key()
    except NoSigningKey:
        return False
    return seal.signature is not None and is_signed(public, seal.day, seal.prev, seal.hash, seal.signature)


async def public_key(tx: Tx) -> str:
    """By which others check what this desk has sealed: 32 bytes as hexadecimal."""
    return (await _signing_key(tx, make=False)).public_key().public_bytes_raw().hex()


class NoSigningKey(Exception):
    """This desk has sealed no day yet, or its signing key is gone."""


async def _signing_key(tx: Tx, *, make: bool) -> Ed25519PrivateKey:
    """The desk's own, which no change of the key changes. Raises :class:`NoSigningKey`."""
    if (known := tx.memo.of(_KEY).get(None)) is not None:
        return known
    kept = await desk.value(tx.session, SIGNING_KEY)
    if kept is None and make:
        plain = b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()
        await desk.put_first(tx.session, SIGNING_KEY, b64encode(tx.sealer.seal("desk", plain)).decode())
        kept = await desk.value(tx.session, SIGNING_KEY)
    if kept is None:
        raise NoSigningKey("the desk has no signing key yet: it seals its first day when that is over")
    private = b64decode(tx.sealer.unseal("desk", b64decode(kept)))
    key = tx.memo.of(_KEY)[None] = Ed25519PrivateKey.from_private_bytes(private)
    return key
