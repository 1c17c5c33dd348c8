"""The ledger given out: every request in the form in which ``import`` takes it in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

from matching.identifiers.values import Subject
from storage.ledger.fields import CODES
from storage.queries import files as file_rows
from storage.queries import purging as purging_rows
from storage.queries import requests as rows
from storage.queries import units as unit_rows
from storage.tables.models import Request
from workflow.kernel.body import Body
from workflow.kernel.fields import BY_KEY, TEXTS
from workflow.kernel.numbers import whole_of
from workflow.kernel.own_column import as_column
from workflow.kernel.states import State
from workflow.kernel.tx import Tx
from workflow.organisation import owning, people
from workflow.organisation import units as unit_names
from workflow.organisation.work import Work
from workflow.record.grounds import declined_on
from workflow.record.record import record

BATCH = 500
OUTCOME_WORDS = {"": "", "found": "found", "partly": "partly", "nothing": "nothing found"}


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
            found = await rows.kept(
                tx.session, since=since, until=until, unit_id=unit_id, after=after, limit=BATCH
            )
            units = await unit_rows.names(tx.session)
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
    codes = await _codes(tx, request)
    if body.ledger:
        came = {
            name: answer if name == "answer" and answers else value for name, value in body.ledger.items()
        }
        return came | {
            name: code for name, code in codes.items() if came.get(CODES[name]) and name not in came
        }
    zone = tx.policy.zone
    row: dict[str, Any] = {
        "id": request.number, "type": request.type, "from_unit": units.get(request.from_unit_id or 0, ""),
        "to_unit": units.get(request.to_unit_id or body.withheld_from or 0, ""),
        "subjects": [_subject(s) for s in body.subjects],
    }  # fmt: skip
    if (whole := whole_of(request.number)) is not None:
        row["part_of"] = whole
    optional: dict[str, Any] = {
        **{BY_KEY[name].ledger: body.said(name) for name in TEXTS},
        "period": [d.isoformat() for d in body.period] if body.period else None,
        "urgency": request.urgency if request.urgency != "normal" else None,
    }
    row |= {name: value for name, value in optional.items() if value}
    if body.own:
        row["fields"] = as_column(tx.policy.types.get(request.type), body.own, tx.policy.language)
    row["asked_at"] = request.asked_at.astimezone(zone).isoformat()
    if answers:  # of an open request too: what came so far, or stood before it was opened again
        row["answer"] = answer
    if request.answered_at is not None:
        row["answered_at"] = request.answered_at.astimezone(zone).isoformat()
        row["answer"] = answer
        if not hidden:
            row["outcome"] = OUTCOME_WORDS[request.outcome or ""]
    # Taken back before anybody approved it: read back in, it is still nothing that the other unit has heard of.
    withdrawn = body.withheld_from is not None and request.state == State.CANCELLED
    row["state"] = State.UNAPPROVED if withdrawn else request.state
    if request.state == State.DECLINED and (ground := await declined_on(tx, request)):
        row["decline_ground"] = ground
    return row | codes | await _handling(tx, request)


async def _codes(tx: Tx, request: Request) -> dict[str, str]:
    """By which other systems know its type and its units, where that is configured."""
    units, types = tx.policy.standard_units, tx.policy.standard_types
    found = {"type_code": types.get(request.type)}
    if units:
        known = (await unit_names.current(tx)).by_id
        for side, unit_id in (("from_unit", request.from_unit_id), ("to_unit", request.to_unit_id)):
            unit = known.get(unit_id or 0)
            found[f"{side}_code"] = units.get(unit.code) if unit is not None else None
    return {name: code for name, code in found.items() if code}


async def _handling(tx: Tx, request: Request) -> dict[str, Any]:
    """Who had it in hand and until when it was due; the files by name."""
    zone = tx.policy.zone
    times = {"accepted_at": request.accepted_at, "due": request.due_at, "first_due": request.first_due_at}
    told: dict[str, Any] = {name: at.astimezone(zone).isoformat() for name, at in times.items() if at}
    if told.get("first_due") == told.get("due"):
        told.pop("first_due", None)
    if request.handler_id is not None:
        told["handler"] = await people.name_by_id(tx, request.handler_id)
    if request.rating is not None:
        told["rating"] = str(request.rating)
    files = [
        tx.sealer.unseal("files", f.sealed).get("name")
        for f in await file_rows.of_request(tx.session, request.id)
    ]
    if named := [str(name) for name in files if name]:
        told["files"] = "\n".join(named)
    return told


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
