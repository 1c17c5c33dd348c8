"""The ledger taken in: earlier requests and answers, batch after batch, and corrected where the file is right."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any

from matching.text.normalise import VERSION
from storage.ledger.why import Cause, Why, why
from storage.queries import imported
from storage.queries import imports as import_rows
from storage.queries import matching as index_rows
from storage.queries import requests as rows
from storage.queries import units as unit_rows
from storage.tables.models import Answer, Request
from workflow.keeping.purging import lasting_secret
from workflow.kernel.former import FORMER
from workflow.kernel.tx import Tx
from workflow.ledger import giving as ledger
from workflow.ledger.another import OnFile, another, named_in
from workflow.ledger.coded import types_by_code
from workflow.ledger.rows import Prepared, Preparer, sameness
from workflow.organisation import units as unit_names
from workflow.organisation.work import Work
from workflow.record.record import record
from workflow.reuse.reuse import forget, key_hash


async def preparer(work: Work, *, rehearsal: bool = False) -> Preparer:
    """What turns rows into something that can be written to this desk; a ``rehearsal`` changes nothing."""
    async with work.read() if rehearsal else work.write() as tx:
        units = await unit_names.current(tx)
        codes = tx.policy.standard_units
        known = {
            name.casefold(): unit.id
            for unit in units
            for name in (*unit_names.names(unit), *filter(None, (codes.get(unit.code),)))
        }
        return Preparer(
            engine=tx.engine,
            sealer=tx.sealer,
            hashed=key_hash(tx),
            units=known,
            types=types_by_code(tx.policy),
            zone=tx.policy.zone,
            naming=await lasting_secret(tx, make=not rehearsal),
            dialect=tx.session.get_bind().dialect.name,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """A row of a batch that was not written; ``same``: it is on file already, word for word; ``purged``: it was,
    and its content has been deleted since."""

    position: int
    why: Why
    same: bool = False
    purged: bool = False
    correctable: bool = False  # it would be corrected, were that asked for


@dataclass(kw_only=True)
class Importing:
    """An import under way. ``update``: a row that is on file is corrected; ``seen``: the rows of a rehearsal,
    which are written nowhere else."""

    name: str  # of the file
    update: bool = False
    seen: dict[str, bytes] | None = None
    import_id: int | None = None  # from the first row on that it takes or corrects
    #: Ids on file that a row of this file has: with ``update`` all of them, else those of which it says something else.
    _met: set[str] = field(default_factory=set)

    def meets(self, name: str, *, same: bool = False) -> bool:
        """Notes that a row has this id, which is on file, and says the same or something else. Whether it is the first
        that says something else: of several, one would be corrected and the others refused."""
        fresh = name not in self._met
        if self.update or not same:
            self._met.add(name)
        return fresh

    def has_met(self, name: str) -> bool:
        """Whether a row before, which said what is on file, keeps one that says something else from correcting it."""
        return self.update and name in self._met


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """What became of a batch: the rest of it was taken."""

    refused: Sequence[Refusal] = ()
    updated: Sequence[int] = ()  # positions


@dataclass(kw_only=True, slots=True)
class _Sorted:
    fresh: list[Prepared] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


async def write(
    tx: Tx,
    prepared: Sequence[Prepared],
    row: Callable[[int], Mapping[str, Any]],
    importing: Importing | None = None,
) -> Written:
    """Write a batch. ``row`` gives what the file says in a position of it.

    An import that was interrupted is taken up by importing the file again: what is there already is the same.
    What was deleted because its time was over does not come back by an old file. A rehearsal writes nothing.
    """
    importing = importing or Importing(name="")
    sorted_ = await _sort(tx, prepared, row, importing)
    if importing.seen is None:
        if (sorted_.fresh or sorted_.changed) and importing.import_id is None:
            sealed = tx.sealer.seal("imports", {"file": importing.name})
            importing.import_id = await import_rows.begin(tx.session, at=tx.now, sealed=sealed)
        if sorted_.fresh:
            await _insert(tx, sorted_.fresh, importing.import_id or 0)
        if sorted_.changed:
            await _update(tx, {at: prepared[at] for at in sorted_.changed}, row, importing)
    return Written(refused=sorted_.refused, updated=sorted_.changed)


async def _sort(
    tx: Tx, prepared: Sequence[Prepared], row: Callable[[int], Mapping[str, Any]], importing: Importing
) -> _Sorted:
    """What is new, what corrects a row that is on file, and what is refused and why."""
    zone = tx.policy.zone
    known, ours, gone = await _there(tx, prepared, zone, importing.import_id)
    first: dict[str, int] = {}
    found = _Sorted()
    for position, item in enumerate(prepared):
        name = item.external_id
        seen = importing.seen.get(name) if importing.seen is not None else None
        if name in gone:
            found.refused.append(Refusal(position=position, why=why(Cause.DELETED), purged=True))
        elif name in ours:
            same = ours[name] == sameness(row(position), zone)
            found.refused.append(Refusal(position=position, why=why(Cause.OURS, id=name), same=same))
        elif name not in known and seen is None and first.setdefault(name, position) == position:
            found.fresh.append(item)
            if importing.seen is not None:
                importing.seen[name] = sameness(row(position), zone)
        else:
            says = sameness(row(position), zone)
            stands = sameness(row(first[name]), zone) if name in first else seen or known[name].same
            if says == stands:
                found.refused.append(Refusal(position=position, why=why(Cause.ON_FILE), same=True))
                importing.meets(name, same=True)
            elif name in first or seen is not None or known[name].by_this or importing.has_met(name):
                found.refused.append(Refusal(position=position, why=why(Cause.TWICE)))
            elif other := another(item, row(position), known[name], zone):
                found.refused.append(Refusal(position=position, why=other))
            elif importing.update:
                found.changed.append(position)
                first[name] = position
                if importing.seen is not None:
                    importing.seen[name] = says
            else:
                cause = why(Cause.OTHER_ON_FILE)
                first_of_it = importing.meets(name)
                found.refused.append(Refusal(position=position, why=cause, correctable=first_of_it))
    return found


async def _there(
    tx: Tx, prepared: Sequence[Prepared], zone: tzinfo, import_id: int | None
) -> tuple[dict[str, OnFile], dict[str, bytes], set[str]]:
    """Of a batch what is on file as it came, what is this desk's own, and what was here and was deleted."""
    ids = {p.external_id for p in prepared}
    some = await imported.kinds(tx.session, former=FORMER)
    former = {p.former: p.external_id for p in prepared} if some.purged else {}
    there = await imported.on_file(tx.session, itertools.chain(ids, former)) if some.imported else set()
    numbers = await imported.numbered(tx.session, ids) if some.numbered else set()
    known = await _known(tx, sorted(there & ids), zone, import_id)
    ours = await _ours(tx, sorted(numbers), zone)
    gone = {former[name] for name in there & former.keys()} | (numbers - ours.keys())
    return known, ours, gone


async def _known(tx: Tx, wanted: Sequence[str], zone: tzinfo, import_id: int | None) -> dict[str, OnFile]:
    """Of these ids those on file."""
    known = {}
    for one in await import_rows.on_file(tx.session, wanted, import_id=import_id):
        kept = _as_kept(tx, one.sealed, one.answer)
        known[one.external_id] = OnFile(sameness(kept, zone), one.asked_at, one.by_this, named_in(kept))
    return known


def _as_kept(tx: Tx, sealed: bytes, answer: bytes | None) -> dict[str, Any]:
    row: dict[str, Any] = tx.sealer.unseal("requests", sealed)["ledger"]
    if answer is not None:
        row["answer"] = tx.sealer.unseal("answers", answer)["text"]
    return row


async def _ours(tx: Tx, wanted: Sequence[str], zone: tzinfo) -> dict[str, bytes]:
    """Of these ids those that are numbers of this desk's own requests, as its ledger has them."""
    found = await import_rows.with_numbers(tx.session, wanted)
    if not found:
        return {}
    units = await unit_rows.names(tx.session)
    return {str(request.number): sameness(await ledger.row_of(tx, request, units), zone) for request in found}


async def _insert(tx: Tx, fresh: Sequence[Prepared], import_id: int) -> None:
    ids = await rows.new_ids(tx.session, len(fresh))
    pairs = list(zip(ids, fresh, strict=True))
    await imported.add_requests(tx.session, import_id, [(number, p.row) for number, p in pairs])
    answered = [(number, p.answer_row) for number, p in pairs if p.answer_row is not None]
    await imported.add_answers(tx.session, answered)
    await index_rows.put_new(tx.session, [(number, p.keys, p.record) for number, p in pairs if p.keys])
    await import_rows.extend(tx.session, import_id, first=min(ids), last=max(ids))


def _columns(p: Prepared) -> dict[str, Any]:
    """What the row of a file says of a request."""
    return {
        "type": p.type,
        "state": p.state,
        "from_unit_id": p.from_unit_id,
        "to_unit_id": p.to_unit_id,
        "asked_at": p.asked_at,
        "answered_at": p.answered_at,
        "outcome": p.outcome,
        "sealed": p.body,
        "key_version": VERSION,
    }


def _answer(request_id: int, p: Prepared) -> dict[str, Any]:
    return {
        "request_id": request_id,
        "unit_id": p.to_unit_id,
        "at": p.answered_at,
        "outcome": p.outcome,
        "partial": False,
        "sealed": p.answer,
    }


async def _update(
    tx: Tx, changed: Mapping[int, Prepared], row: Callable[[int], Mapping[str, Any]], importing: Importing
) -> None:
    """Rows on file corrected; what they said before stands in their record, by which it can be put back."""
    found = await import_rows.to_correct(tx.session, [p.external_id for p in changed.values()])
    noted = []
    for p in changed.values():
        request = found[p.external_id]
        before = await replace(tx, request, p)
        await record(tx, request, "import", of=importing.import_id, before=before)
        noted.append({"import_id": importing.import_id, "request_id": request.id, "seq": request.event_seq})
    await tx.session.flush()
    await import_rows.note_changes(tx.session, noted)


async def replace(tx: Tx, request: Request, p: Prepared) -> dict[str, Any]:
    """An imported request says from now on what the row says; gives back the row that it was."""
    answers = await rows.answers(tx.session, request.id)
    standing = answers[-1] if answers else None
    before = _as_kept(tx, request.sealed, standing.sealed if standing else None)
    await forget(tx, request)
    for name, value in _columns(p).items():
        setattr(request, name, value)
    request.version += 1
    if p.answer is None:
        for answer in answers:
            await tx.session.delete(answer)
    elif standing is None:
        tx.session.add(Answer(**_answer(request.id, p)))
    else:
        standing.at, standing.outcome, standing.sealed = p.answered_at, p.outcome, p.answer
    await tx.session.flush()
    await index_rows.put_new(tx.session, [(request.id, p.keys, p.record)] if p.keys else [])
    return before


async def note_import(
    work: Work, *, name: str, taken: int, updated: int, rejected: int, import_id: int | None
) -> None:
    async with work.write() as tx:
        await record(
            tx, None, "import", file=name, of=import_id, taken=taken, updated=updated, rejected=rejected
        )
