"""The ledger: earlier requests and answers taken in, and everything given back in the same form."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from matching.normalise import VERSION
from matching.values import Subject
from storage import matching as index_rows
from storage import purging as purging_rows
from storage import requests as rows
from storage.models import Answer, Base, Request, Unit
from storage.prepared import insert_into_table
from workflow import owning
from workflow import units as unit_names
from workflow.body import Body
from workflow.ledger_rows import Prepared, Preparer, sameness
from workflow.purging import former_id, former_secret
from workflow.record import record
from workflow.reuse import key_secret
from workflow.work import Tx, Work

BATCH = 500
OUTCOME_WORDS = {"": "", "found": "found", "partly": "partly", "nothing": "nothing found"}


async def preparer(work: Work) -> Preparer:
    """What turns rows into something that can be written to this desk."""
    async with work.read() as tx:
        known = {
            name.casefold(): unit.id
            for unit in await unit_names.current(tx)
            for name in unit_names.names(unit)
        }
        return Preparer(
            engine=tx.engine, sealer=tx.sealer, secret=key_secret(tx), units=known, zone=tx.policy.zone
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """A row of a batch that was not written; ``same``: it is on file already, word for word; ``purged``: it was,
    and its content has been deleted since."""

    position: int
    why: str
    same: bool = False
    purged: bool = False


async def write(
    tx: Tx, prepared: Sequence[Prepared], row: Callable[[int], Mapping[str, Any]]
) -> list[Refusal]:
    """Write a batch; gives back those that were not, because their id is on file already.

    ``row`` gives what the file says in a position of the batch. An import that was interrupted is taken up by
    importing the file again: what is there already is the same. What was deleted because its time was over does
    not come back by an old file.
    """
    wanted = [p.external_id for p in prepared]
    known, gone = await _known(tx, wanted), await _purged(tx, wanted)
    first: dict[str, int] = {}
    refused: list[Refusal] = []
    fresh: list[Prepared] = []
    for position, item in enumerate(prepared):
        name = item.external_id
        if name in gone:
            why = "was here, and its content was deleted"
            refused.append(Refusal(position=position, why=why, purged=True))
        elif name not in known and first.setdefault(name, position) == position:
            fresh.append(item)
        elif sameness(row(position)) == (known.get(name) or sameness(row(first[name]))):
            refused.append(Refusal(position=position, why="on file already", same=True))
        else:
            refused.append(Refusal(position=position, why="another row with this id is on file"))
    if fresh:
        await _insert(tx, fresh)
    return refused


async def _known(tx: Tx, wanted: Sequence[str]) -> dict[str, bytes]:
    """Of these ids those on file, with what an equal row would be known by: its fields and its answer."""
    found = await tx.session.execute(
        select(Request.external_id, Request.sealed, Answer.sealed)
        .join(Answer, Answer.request_id == Request.id, isouter=True)
        .where(Request.external_id.in_(wanted))
    )
    known: dict[str, bytes] = {}
    for name, sealed, answer in found:
        row = tx.sealer.unseal("requests", sealed)["ledger"]
        if answer is not None:
            row["answer"] = tx.sealer.unseal("answers", answer)["text"]
        known[str(name)] = sameness(row)
    return known


async def _purged(tx: Tx, wanted: Sequence[str]) -> set[str]:
    """Of these ids those of requests whose content was deleted: of imported ones, and of our own, by number."""
    secret = await former_secret(tx)
    former = {former_id(secret, name): name for name in wanted} if secret else {}
    imported = await tx.session.scalars(select(Request.external_id).where(Request.external_id.in_(former)))
    ours = await tx.session.scalars(
        select(Request.number).where(Request.number.in_(wanted), Request.purged_at.is_not(None))
    )
    return {former[name or ""] for name in imported} | {number or "" for number in ours}


async def _insert(tx: Tx, fresh: Sequence[Prepared]) -> None:
    pairs = list(zip(await rows.new_ids(tx.session, len(fresh)), fresh, strict=True))
    tables = Base.metadata.tables
    await insert_into_table(tables["requests"]).write(
        tx.session, [{"id": number, **_row(p)} for number, p in pairs]
    )
    answers = [
        {
            "request_id": request_id,
            "unit_id": p.to_unit_id,
            "at": p.answered_at,
            "outcome": p.outcome,
            "partial": False,
            "sealed": p.answer,
        }
        for request_id, p in pairs
        if p.answer is not None
    ]
    await insert_into_table(tables["answers"]).write(tx.session, answers)
    index = [(request_id, p.keys, p.record) for request_id, p in pairs if p.keys]
    if index:
        await index_rows.put_new(tx.session, index)


def _row(p: Prepared) -> dict[str, Any]:
    """The columns of an imported request; it has no number, no clock and no chat."""
    return {
        "external_id": p.external_id,
        "type": p.type,
        "state": p.state,
        "urgency": "normal",
        "from_unit_id": p.from_unit_id,
        "to_unit_id": p.to_unit_id,
        "asked_at": p.asked_at,
        "answered_at": p.answered_at,
        "outcome": p.outcome,
        "sealed": p.body,
        "due_fixed": False,
        "partial": False,
        "version": 0,
        "event_seq": 0,
        "key_version": VERSION,
    }


async def note_import(work: Work, *, name: str, taken: int, rejected: int) -> None:
    async with work.write() as tx:
        await record(tx, None, "import", file=name, taken=taken, rejected=rejected)


async def note_export(work: Work, *, since: datetime | None, until: datetime | None) -> None:
    """The whole ledger is read out of the desk, outside of any chat."""
    async with work.write() as tx:
        await record(tx, None, "export", by="command line", since=since, until=until)


async def rows_out(
    work: Work, *, since: datetime | None, until: datetime | None, unit_id: int | None = None
) -> AsyncIterator[dict[str, Any]]:
    """Every request as a ledger row, in order of being asked; in batches, so that memory stays bounded. One whose
    content was deleted has nothing that a ledger could hold, and is left out."""
    after: tuple[datetime, int] | None = None
    while True:
        async with work.read() as tx:
            query = select(Request).where(Request.purged_at.is_(None))
            query = query.order_by(Request.asked_at, Request.id).limit(BATCH)
            if after is not None:
                query = query.where(
                    (Request.asked_at > after[0]) | ((Request.asked_at == after[0]) & (Request.id > after[1]))
                )
            if since is not None:
                query = query.where(Request.asked_at >= since)
            if until is not None:
                query = query.where(Request.asked_at < until)
            if unit_id is not None:
                query = query.where((Request.from_unit_id == unit_id) | (Request.to_unit_id == unit_id))
            found = (await tx.session.scalars(query)).all()
            units = {u.id: u.name for u in (await tx.session.scalars(select(Unit))).all()}
            batch = [await row_of(tx, request, units, reader=unit_id) for request in found]
        for row in batch:
            yield row
        if len(found) < BATCH:
            return
        after = (found[-1].asked_at, found[-1].id)


async def left_out(work: Work, *, since: datetime | None, until: datetime | None) -> int:
    """How many requests of that time an export leaves out."""
    async with work.read() as tx:
        return await purging_rows.purged(tx.session, since, until)


async def row_of(
    tx: Tx, request: Request, units: Mapping[int, str], *, reader: int | None = None
) -> dict[str, Any]:
    """A request as ``import`` would read it; one that was imported as it came in. ``reader``: the unit whose
    ledger it is, which may not have every answer; None for the desk's own."""
    body = Body.of(request, tx.sealer)
    answers = await rows.answers(tx.session, request.id)
    hidden = False
    if reader is not None:
        readable = owning.shown_in([reader], request, answers)
        hidden, answers = len(readable) < len(answers), readable
    answer = "\n".join(str(tx.sealer.unseal("answers", a.sealed)["text"]) for a in answers)
    if body.ledger:
        return {
            name: answer if name == "answer" and answers else value for name, value in body.ledger.items()
        }
    zone = tx.policy.zone
    row: dict[str, Any] = {
        "id": request.number, "type": request.type, "from_unit": units.get(request.from_unit_id or 0, ""),
        "to_unit": units.get(request.to_unit_id or 0, ""), "subjects": [_subject(s) for s in body.subjects],
    }  # fmt: skip
    optional: dict[str, Any] = {
        "case": body.case,
        "period": [d.isoformat() for d in body.period] if body.period else None,
        "reason": body.reason,
        "basis": body.basis,
        "note": body.note,
        "contact": body.contact,
        "urgency": request.urgency if request.urgency != "normal" else None,
    }
    row |= {name: value for name, value in optional.items() if value}
    row["asked_at"] = request.asked_at.astimezone(zone).isoformat()
    if request.answered_at is not None:
        row["answered_at"] = request.answered_at.astimezone(zone).isoformat()
        row["answer"] = answer
        if not hidden:
            row["outcome"] = OUTCOME_WORDS[request.outcome or ""]
    row["state"] = request.state
    return row


def _subject(subject: Subject) -> dict[str, Any]:
    plain: dict[str, Any] = {"kind": subject.kind}
    if subject.name:
        plain["name"] = subject.name
    ids: dict[str, str] = {}
    for identifier in subject.ids:
        ids[identifier.kind] = (
            f"{ids[identifier.kind]};{identifier.value}" if identifier.kind in ids else identifier.value
        )
    return plain | ({"ids": ids} if ids else {})
