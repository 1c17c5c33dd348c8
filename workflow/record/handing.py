"""The record of a request on a sheet of its own: whoever has the desk's public key proves it without the desk.

It holds the events with their content, what they cover as it stands now, and of each day on which one was sealed the
ends of all chains that the seal is over: numbers of rows and hashes, which tell nothing of other requests.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from storage.queries import events, proof
from storage.tables import checksums, covered
from storage.tables.models import Request
from workflow.kernel.tx import Tx
from workflow.record.chains import EMPTIED, GENESIS, PURGE, Told, digest, keyed, left_of
from workflow.record.sealing import is_signed

FORM = 1  # of the sheet


class SheetBroken(Exception):
    """The sheet does not prove what it says; the text names the first thing that does not fit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Proved:
    """What a sheet proves: how many events, how many of them under a signed seal, and up to which day."""

    number: str
    events: int
    sealed: int
    day: date | None


async def sheet(tx: Tx, request: Request) -> dict[str, Any]:
    """The record of a request, as JSON has it. It holds what was said in clear."""
    chain = await events.of_chain(tx.session, request.id)
    facts = covered.values_of(request, checksums.FACTS)
    forms = {"request": covered.holds_form(tx.sealer, facts, request.sealed).decode()}
    for row in await proof.said(tx.session, first=request.id, last=request.id):
        form = covered.said_form(tx.sealer, row.table, row.request_id, row.columns, row.sealed)
        forms[f"{row.table}:{row.id}"] = form.decode()
    return {
        "crossbeat_record": FORM,
        "number": request.number or request.external_id,
        "chain": request.id,
        "events": [
            {
                "seq": event.seq, "at": event.at.isoformat(), "actor_id": event.actor_id, "unit_id": event.unit_id,
                "action": event.action, "hash": event.hash.hex(),
                "detail": tx.sealer.unseal("events", event.sealed),
            }
            for event in chain
        ],
        "forms": forms,
        "seals": await _seals(tx, request.id),
    }  # fmt: skip


async def _seals(tx: Tx, chain: int) -> list[dict[str, Any]]:
    found, after = [], 0
    for seal in await events.seals(tx.session):
        heads = await events.heads(tx.session, after=after, last=seal.last_event_id)
        after = seal.last_event_id
        if seal.signature is not None and any(number == chain for number, _ in heads):
            found.append({
                "day": seal.day.isoformat(), "prev": seal.prev.hex(), "signature": seal.signature.hex(),
                "heads": [[number, head.hex()] for number, head in heads],
            })  # fmt: skip
    return found


def prove(sheet: Mapping[str, Any], public_key: str) -> Proved:
    """What a sheet proves to whoever knows the desk's public key. Raises :class:`SheetBroken`."""
    try:
        if sheet["crossbeat_record"] != FORM:
            raise SheetBroken("it has a form that this version does not know")
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        hashes = _chain(sheet)
        day, sealed = None, 0
        for seal in sheet["seals"]:
            day, sealed = _seal(seal, public, sheet["chain"], hashes)
        return Proved(number=str(sheet["number"]), events=len(hashes), sealed=sealed, day=day)
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise SheetBroken(f"it is no whole record, or the key is no public key ({wrong})") from wrong


def _chain(sheet: Mapping[str, Any]) -> list[bytes]:
    """The hashes of its events, which follow each other and cover what they say."""
    told, prev, emptied = Told(chain=sheet["chain"]), GENESIS, 0
    passed: list[SimpleNamespace] = []
    for seq, one in enumerate(sheet["events"], 1):
        event = SimpleNamespace(**one | {
            "chain": sheet["chain"], "at": datetime.fromisoformat(one["at"]), "hash": bytes.fromhex(one["hash"]),
            "sealed": b"", "prev": prev,
        })  # fmt: skip
        if event.seq != seq:
            raise SheetBroken(f"event {seq} is missing")
        if event.detail == EMPTIED:
            emptied = emptied or seq
        elif event.hash != digest(
            prev, chain=event.chain, seq=seq, at=event.at, actor_id=event.actor_id, unit_id=event.unit_id,
            action=event.action, detail=event.detail,
        ):  # fmt: skip
            raise SheetBroken(f"event {seq} was changed")
        else:
            if event.action == PURGE and emptied:
                if event.detail.get("left") != left_of(passed):
                    raise SheetBroken(f"what event {seq} left of those before it was changed")
                emptied = 0
            told.hear(event, event.detail)
        passed.append(event)
        prev = event.hash
    if emptied:
        raise SheetBroken(f"the content of event {emptied} is gone, and no purge says that it was deleted")
    _covered(told, sheet["forms"])
    return [event.hash for event in passed]


def _covered(told: Told, forms: Mapping[str, str]) -> None:
    """What the events cover says what it said when they were written."""
    claims = dict(told.said)
    if told.holds is not None:
        claims["request"] = told.holds
    for name, (salt, hashed) in claims.items():
        if hashed is not None and (name not in forms or keyed(salt, forms[name].encode()) != hashed):
            raise SheetBroken(f"{name} says another thing than the record")


def _seal(
    seal: Mapping[str, Any], public: Ed25519PublicKey, chain: int, hashes: list[bytes]
) -> tuple[date, int]:
    """The day of a seal, and how many of the events lie under it."""
    prev, day = bytes.fromhex(seal["prev"]), date.fromisoformat(seal["day"])
    hashed, ours = hashlib.sha256(prev), b""
    for number, text in seal["heads"]:
        head = bytes.fromhex(text)
        hashed.update(number.to_bytes(8, "big", signed=True) + head)
        ours = head if number == chain else ours
    if not is_signed(public, day, prev, hashed.digest(), bytes.fromhex(seal["signature"])):
        raise SheetBroken(f"the seal of {day} is not signed by this desk")
    if ours not in hashes:
        raise SheetBroken(f"the record that was sealed on {day} went on otherwise")
    return day, hashes.index(ours) + 1
