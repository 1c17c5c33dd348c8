"""All that the desk holds about a person or a number: every sealed value of every table is opened and looked at.

The match index would be faster, and would leave out what is written in answers, comments, drafts, queues and in
what corrections left in the record.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table

from storage.copies import rekey as sealed_rows
from storage.database.locked import LOCKED
from storage.database.seal import SealBroken
from storage.queries import holdings as rows
from storage.tables.models import Answer, Comment, Event, File, LegalHold, Request
from workflow.keeping.meant import Meant, texts
from workflow.keeping.purging import lasting_secret
from workflow.kernel.standing import name_of
from workflow.kernel.tx import Tx
from workflow.organisation import people, units
from workflow.organisation.work import Work
from workflow.record.record import record

BATCH = 50
LOOKED_UP = "holdings"  # the event that says so
DERIVED = frozenset({"match_records"})  # made from the requests, and gone with them
#: By which column the rows of a table name their request; rows of the other tables stand by themselves.
OF_REQUEST: Mapping[str, str] = {
    "requests": "id", "answers": "request_id", "comments": "request_id", "files": "request_id",
    "legal_holds": "request_id", "events": "chain", "offers": "request_id",
}  # fmt: skip
#: What the others are called in what is given out.
CALLED: Mapping[str, str] = {
    "drafts": "draft", "inbox": "update", "outbox": "message", "misread": "misread", "people": "member",
    "alerts": "alert",
    "shared_notes": "note",
    "imports": "import", "layouts": "layout", "events": "event of the desk", "files": "file",
    "duty_notes": "note for the next on duty",
}  # fmt: skip
_OF_RECORD = frozenset({"salt", "holds", "said", "left"})  # hashes: nothing that was said


@dataclass(frozen=True, kw_only=True, slots=True)
class Loose:
    """A row that belongs to no request."""

    table: str
    id: int
    plain: Any


@dataclass(frozen=True, kw_only=True)
class Found:
    """Where something is written: ids of requests, in order, whether surely about whom is meant; and other rows."""

    requests: dict[int, bool] = field(default_factory=dict)
    loose: list[Loose] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)  # rows that cannot be opened: what they say nobody knows


async def find(work: Work, meant: Meant, *, progress: Callable[[int], None]) -> Found:
    """Goes through every sealed value. ``progress`` hears how many were looked at. Takes as long as unsealing them:
    about a minute of processor for a million."""
    found, done = Found(), 0
    async with work.read() as tx:
        for table in sealed_rows.sealed_tables():
            if table.name in DERIVED:
                continue
            named = OF_REQUEST.get(table.name)
            async for batch in sealed_rows.batches(tx.session, table, *([named] if named else [])):
                for row in batch:
                    _look(tx, found, table, row, meant)
                done += len(batch)
                progress(done)
    ordered = sorted(found.requests.items())
    return Found(requests=dict(ordered), loose=found.loose, damaged=found.damaged)


def _look(tx: Tx, found: Found, table: Table, row: Any, meant: Meant) -> None:
    try:
        plain = tx.sealer.unseal(table.name, row.sealed)
    except SealBroken:
        found.damaged.append(f"{table.name} {row[0]}")
        return
    written = "\n".join(texts(plain))
    sure = meant.surely_in(written)
    if not sure and not meant.perhaps_in(written) and not _masked(table, plain, meant):
        return
    named = OF_REQUEST.get(table.name)
    of = getattr(row, named) if named else None
    if of:
        found.requests[of] = found.requests.get(of, False) or sure
    elif sure or not meant.numbers:
        found.loose.append(Loose(table=table.name, id=row[0], plain=plain))


def _opened(tx: Tx, table: str, sealed: bytes) -> Any:
    """What a value says; None where it cannot be opened."""
    try:
        return tx.sealer.unseal(table, sealed)
    except SealBroken:
        return None


def _masked(table: Table, plain: Any, meant: Meant) -> bool:
    return table.name == "requests" and meant.perhaps_masked_in(plain["subjects"])


async def note(work: Work, meant: Meant, found: Found, *, order: str, what: str) -> None:
    """That somebody was looked up, and on whose order, stands in the record of the desk and of every request: who was
    asked about as a hash, for what is erased must not stay in what says so."""
    async with work.write() as tx:
        secret = await lasting_secret(tx, make=True)
        who = [hashed(secret, f"{one.kind}:{one.value}") for one in meant.numbers]
        who = who or [hashed(secret, meant.name)]
        told: dict[str, Any] = {"by": "command line", "order": order, "what": what}
        await record(tx, None, LOOKED_UP, **told, who=who, requests=len(found.requests))
    ids = list(found.requests)
    for start in range(0, len(ids), BATCH):
        async with work.write() as tx:
            for request_id in ids[start : start + BATCH]:
                request = await tx.session.get(Request, request_id, with_for_update=LOCKED)
                if request is not None:
                    await record(tx, request, "holdings", **told)


def hashed(secret: bytes, text: str) -> str:
    """What tells that two lists name the same, and nothing else to whoever lacks the desk's key."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=secret, digest_size=16).hexdigest()


async def given_out(work: Work, found: Found) -> AsyncIterator[dict[str, Any]]:
    """All of it as values that JSON has: each request with its answers, comments, files and record, then the rest."""
    for request_id, sure in found.requests.items():
        async with work.read() as tx:
            request = await tx.session.get(Request, request_id)
            if request is not None:
                for value in await _request(tx, request, sure):
                    yield value
    for one in found.loose:
        yield {"kind": CALLED.get(one.table, one.table), "id": one.id, "said": one.plain}


async def _request(tx: Tx, request: Request, sure: bool) -> list[dict[str, Any]]:
    own = await rows.of_request(tx.session, request.id)
    first = {
        "kind": "request", "number": name_of(request), "sure": sure, "type": request.type,
        "state": request.state, "outcome": request.outcome,
        "from_unit": await units.name_of(tx, request.from_unit_id),
        "to_unit": await units.name_of(tx, request.to_unit_id),
        "asker": await _name(tx, request.asker_id), "handler": await _name(tx, request.handler_id),
        "asked_at": _at(request.asked_at), "answered_at": _at(request.answered_at), "closed_at": _at(request.closed_at),
        "said": _opened(tx, "requests", request.sealed),
    }  # fmt: skip
    return [first, *[await _of_request(tx, request, row) for row in own]]


async def _of_request(
    tx: Tx, request: Request, row: Answer | Comment | File | LegalHold | Event
) -> dict[str, Any]:
    said = _opened(tx, row.__tablename__, row.sealed)
    value = {"of": name_of(request), "at": _at(row.at)}
    if isinstance(row, Event):
        kept = {name: one for name, one in (said or {}).items() if name not in _OF_RECORD}
        unit = await units.name_of(tx, row.unit_id)
        return {
            "kind": "event",
            **value,
            "action": row.action,
            "by": await _name(tx, row.actor_id),
            "unit": unit,
            "said": kept,
        }
    value |= {
        "kind": {"legal_holds": "hold"}.get(row.__tablename__, row.__tablename__.removesuffix("s")),
        "said": said,
    }
    if isinstance(row, Answer):
        value |= {
            "unit": await units.name_of(tx, row.unit_id),
            "outcome": row.outcome,
            "withdrawn_at": _at(row.withdrawn_at),
        }
    return value if isinstance(row, File) else value | {"by": await _name(tx, row.person_id)}


async def _name(tx: Tx, person_id: int | None) -> str:
    return await people.name_by_id(tx, person_id) if person_id else ""


def _at(moment: Any) -> str | None:
    return moment.isoformat() if moment is not None else None
