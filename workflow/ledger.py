"""The ledger: earlier requests and answers taken in, and everything given back in the same form."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import insert, select

from matching.normalise import VERSION
from matching.packing import pack
from matching.values import Record, Subject
from storage import matching as index_rows
from storage import requests as rows
from storage.models import REQUEST_STATES, Base, Request, Unit
from workflow import units as unit_names
from workflow.body import Body, comparable
from workflow.record import record
from workflow.reuse import key_secret
from workflow.work import Tx, Work

BATCH = 500
OUTCOMES = {
    "found": "found",
    "partly": "partly",
    "nothing found": "nothing",
    "nothing": "nothing",
    "": "found",
}
OUTCOME_WORDS = {"found": "found", "partly": "partly", "nothing": "nothing found"}
KNOWN = frozenset({
    "id", "type", "from_unit", "to_unit", "subjects", "case", "period", "reason", "basis", "note", "urgency",
    "asked_at", "answered_at", "answer", "outcome", "state",
})  # fmt: skip


class RowRejected(ValueError):
    """Why a row cannot be taken in; the text is for people."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """A row ready to be written: everything that needs no database is done."""

    external_id: str
    type: str
    state: str
    from_unit_id: int | None
    to_unit_id: int | None
    asked_at: datetime
    answered_at: datetime | None
    outcome: str | None
    answer: str | None
    body: Body
    compared: Record


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What preparing rows needs of the desk."""

    units: Mapping[str, int]  # folded name, alias or code -> unit id
    zone: Any


async def rules(work: Work) -> Rules:
    async with work.read() as tx:
        known = {
            name.casefold(): unit.id
            for unit in await unit_names.current(tx)
            for name in unit_names.names(unit)
        }
        return Rules(units=known, zone=tx.policy.zone)


def prepare(row: Mapping[str, Any], desk: Rules, engine: Any) -> Prepared:
    """A row checked and understood. Raises :class:`RowRejected`."""
    external_id = str(row.get("id") or "").strip()
    if not external_id:
        raise RowRejected("no id")
    if len(external_id) > 128:
        raise RowRejected("id longer than 128 characters")
    asked = moment(row.get("asked_at"), "asked_at", desk.zone)
    answered = moment(row.get("answered_at"), "answered_at", desk.zone)
    if asked is None:
        raise RowRejected("asked_at is missing; 2026-03-01T09:00:00+08:00 would work")
    if answered is not None and answered < asked:
        raise RowRejected("answered_at is before asked_at")
    answer = row.get("answer")
    if answered is not None and not isinstance(answer, str):
        raise RowRejected("answered_at without an answer")
    state = str(row.get("state") or ("answered" if answered else "open"))
    if state not in REQUEST_STATES:
        raise RowRejected(f"state {state[:40]!r} is not one of {', '.join(REQUEST_STATES)}")
    if (state == "answered") != (answered is not None) and state in ("open", "accepted", "answered"):
        raise RowRejected(f"state {state} does not go with {'an' if answered else 'no'} answered_at")
    outcome = str(row.get("outcome") or "").strip().lower().replace("_", " ")
    if outcome not in OUTCOMES:
        raise RowRejected(f"outcome {outcome[:40]!r} is not found, partly or nothing found")
    compared: Record = engine.record_from_row(dict(row))
    return Prepared(
        external_id=external_id,
        type=compared.type or str(row.get("type") or "")[:64],
        state=state,
        from_unit_id=_unit(row.get("from_unit"), desk),
        to_unit_id=_unit(row.get("to_unit"), desk),
        asked_at=asked,
        answered_at=answered,
        outcome=OUTCOMES[outcome] if answered else None,
        answer=answer if answered else None,
        body=_body(row, compared),
        compared=compared,
    )


def _unit(name: Any, desk: Rules) -> int | None:
    """The unit of ours that a row names; None for one that we do not know, whose name stays in the row."""
    return desk.units.get(str(name or "").casefold())


def _body(row: Mapping[str, Any], compared: Record) -> Body:
    return Body(
        subjects=compared.subjects,
        case=compared.case,
        period=compared.period,
        reason=str(row.get("reason") or ""),
        basis=str(row.get("basis") or ""),
        note=str(row.get("note") or ""),
        # The answer lies sealed in its own table; its place among the fields is kept.
        ledger={name: None if name == "answer" else value for name, value in row.items()},
    )


def moment(value: Any, name: str, zone: Any) -> datetime | None:
    """An aware time; a date is its midnight, a time without offset the desk's. Raises :class:`RowRejected`."""
    if value in (None, ""):
        return None
    if isinstance(value, datetime):
        read = value
    elif isinstance(value, date):
        read = datetime.combine(value, time())
    else:
        try:
            read = datetime.fromisoformat(str(value).strip())
        except ValueError:
            raise RowRejected(
                f"{name} {str(value)[:40]!r} is no time; 2026-03-01T09:00:00+08:00 would work"
            ) from None
    return read if read.tzinfo else read.replace(tzinfo=zone)


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """A row of a batch that was not written; ``same``: it is on file already, word for word."""

    position: int
    why: str
    same: bool = False


async def write(tx: Tx, prepared: Sequence[Prepared]) -> list[Refusal]:
    """Write a batch; gives back those that were not, because their id is on file already.

    An import that was interrupted is taken up by importing the file again: what is there already is the same.
    """
    found = await tx.session.execute(
        select(Request.external_id, Request.sealed).where(
            Request.external_id.in_([p.external_id for p in prepared])
        )
    )
    known = {external_id: tx.sealer.unseal("requests", sealed)["ledger"] for external_id, sealed in found}
    refused = []
    fresh: list[Prepared] = []
    for position, item in enumerate(prepared):
        if item.external_id not in known:
            known[item.external_id] = item.body.ledger
            fresh.append(item)
        elif known[item.external_id] == item.body.ledger:
            refused.append(Refusal(position=position, why="on file already", same=True))
        else:
            refused.append(Refusal(position=position, why="another row with this id is on file"))
    if fresh:
        await _insert(tx, fresh)
    return refused


async def _insert(tx: Tx, fresh: Sequence[Prepared]) -> None:
    found = await tx.session.scalars(
        insert(Request).returning(Request.id, sort_by_parameter_order=True), [_row(tx, p) for p in fresh]
    )
    pairs = list(zip(found.all(), fresh, strict=True))
    answers = [
        {
            "request_id": request_id,
            "unit_id": p.to_unit_id,
            "at": p.answered_at,
            "outcome": p.outcome,
            "partial": False,
            "sealed": tx.sealer.seal("answers", {"text": p.answer}),
        }
        for request_id, p in pairs
        if p.answer is not None
    ]
    if answers:
        await tx.session.execute(insert(Base.metadata.tables["answers"]), answers)
    secret = key_secret(tx)
    index = [
        (
            request_id,
            tx.engine.keys(p.compared, secret),
            tx.sealer.seal_bytes("match_records", pack(replace(p.compared, id=str(request_id)))),
        )
        for request_id, p in pairs
        if p.state not in ("cancelled", "declined")
    ]
    if index:
        await index_rows.put_new(tx.session, index)


def _row(tx: Tx, p: Prepared) -> dict[str, Any]:
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
        "sealed": p.body.seal(tx.sealer),
        "due_fixed": False,
        "partial": False,
        "version": 0,
        "event_seq": 0,
        "key_version": VERSION,
    }


async def note_import(work: Work, *, name: str, taken: int, rejected: int) -> None:
    async with work.write() as tx:
        await record(tx, None, "import", file=name, taken=taken, rejected=rejected)


async def rows_out(
    work: Work, *, since: datetime | None, until: datetime | None, unit_id: int | None = None
) -> AsyncIterator[dict[str, Any]]:
    """Every request as a ledger row, in order of being asked; in batches, so that memory stays bounded."""
    after: tuple[datetime, int] | None = None
    while True:
        async with work.read() as tx:
            query = select(Request).order_by(Request.asked_at, Request.id).limit(BATCH)
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
            batch = [await row_of(tx, request, units) for request in found]
        for row in batch:
            yield row
        if len(found) < BATCH:
            return
        after = (found[-1].asked_at, found[-1].id)


async def row_of(tx: Tx, request: Request, units: Mapping[int, str]) -> dict[str, Any]:
    """A request as ``import`` would read it; one that was imported as it came in."""
    body = Body.of(request, tx.sealer)
    answers = await rows.answers(tx.session, request.id)
    answer = "\n".join(str(tx.sealer.unseal("answers", a.sealed)["text"]) for a in answers)
    if body.ledger:
        return {name: answer if name == "answer" and answers else value for name, value in body.ledger.items()}
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
        "urgency": request.urgency if request.urgency != "normal" else None,
    }
    row |= {name: value for name, value in optional.items() if value}
    row["asked_at"] = request.asked_at.astimezone(zone).isoformat()
    if request.answered_at is not None:
        row["answered_at"] = request.answered_at.astimezone(zone).isoformat()
        row["answer"] = answer
        row["outcome"] = OUTCOME_WORDS.get(request.outcome or "found", "found")
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


def unknown_columns(row: Mapping[str, Any]) -> Iterable[str]:
    return sorted(set(row) - KNOWN)


async def reindex_one(tx: Tx, request: Request) -> None:
    """Match keys of one request made anew, for a changed normaliser or key."""
    compared = comparable(request, Body.of(request, tx.sealer))
    sealed = tx.sealer.seal_bytes("match_records", pack(compared))
    await index_rows.put(tx.session, request.id, tx.engine.keys(compared, key_secret(tx)), sealed)
    request.key_version = VERSION
