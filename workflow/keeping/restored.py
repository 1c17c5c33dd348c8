"""What a restored backup must be told of what was decided after it was made: what was erased, and what is under hold.

A backup brings back what was erased since. The desk's own chain holds which requests these were, as keyed hashes
(:mod:`workflow.keeping.erasing`): they are erased in the copy before anybody opens it.
"""

from __future__ import annotations

import secrets
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from storage.database.locked import LOCKED
from storage.queries import holdings as rows
from storage.queries import holds
from storage.tables.models import LegalHold, Person, Request, Unit
from workflow.keeping import covering
from workflow.keeping.erasing import ERASED, facts_of, known_as, note_erased
from workflow.keeping.purging import SECRET_BYTES, Purged, do_purge
from workflow.kernel.standing import name_of
from workflow.kernel.tx import Tx
from workflow.organisation.work import Work
from workflow.record.record import record
from workflow.request.drafts import DraftBody

READ, BATCH = 1000, 25


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldThen:
    """A hold that stood in the database that is replaced; ``name``: of its request, hashed."""

    name: str
    person_id: int | None
    unit_id: int | None
    at: datetime
    why: str


@dataclass(frozen=True, kw_only=True)
class Carried:
    """What is taken over. ``erased``: key of the hashes -> name of a request -> the order's reference; ``newest``:
    when the last of them was erased."""

    erased: Mapping[bytes, Mapping[str, str]] = field(default_factory=dict)
    newest: datetime | None = None
    key: bytes = b""
    held: Sequence[HeldThen] = ()

    def __bool__(self) -> bool:
        return bool(self.erased or self.held)


@dataclass(frozen=True, kw_only=True, slots=True)
class Again:
    """What was done to a copy; ``broken``: left as they are, since their record does not hold."""

    erased: int = 0
    held: int = 0
    broken: Sequence[str] = ()


async def carried(work: Work) -> Carried:
    """What this desk tells a copy of itself from before."""
    async with work.read() as tx:
        events = await rows.done_by_desk(tx.session, ERASED)
        erased: dict[bytes, dict[str, str]] = {}
        for event in events:
            detail = tx.sealer.unseal("events", event.sealed)
            listed = erased.setdefault(b64decode(detail["key"]), {})
            listed.update(dict.fromkeys(detail["erased"], str(detail["order"])))
        key = secrets.token_bytes(SECRET_BYTES)
        held = [await _held_then(tx, one, key) for one in await rows.standing_holds(tx.session)]
        newest = max((event.at for event in events), default=None)
        return Carried(erased=erased, newest=newest, key=key, held=held)


async def _held_then(tx: Tx, hold: LegalHold, key: bytes) -> HeldThen:
    request = await tx.session.get_one(Request, hold.request_id)
    why = tx.sealer.unseal("legal_holds", hold.sealed)["text"]
    name = known_as(key, facts_of(request))
    return HeldThen(name=name, person_id=hold.person_id, unit_id=hold.unit_id, at=hold.at, why=why)


async def again(work: Callable[[], Work], what: Carried) -> Again:
    """Erases in a copy what was erased since it was made, and puts under hold what has been held since. To be done
    before anybody sees the copy; a second time it does nothing."""
    await covering.cover(work())
    known = await carried(work())
    async with work().write() as tx:
        await _take_lists(tx, what, known)
        if what.newest is not None:
            await rows.drop_finished(tx.session, before=what.newest, emptied=DraftBody().seal(tx))
    done, after = Again(), 0
    while True:
        async with work().read() as tx:
            found = await rows.following(tx.session, after, limit=READ)
        if not found:
            return done
        after = found[-1].id
        done = await _erase(work, found, what, done)
        async with work().write() as tx:
            named = {known_as(what.key, one): one for one in found} if what.held else {}
            held = [await _hold(tx, named[one.name], one) for one in what.held if one.name in named]
        done = Again(erased=done.erased, held=done.held + sum(held), broken=done.broken)


async def _take_lists(tx: Tx, what: Carried, known: Carried) -> None:
    """The next restore finds them in this database."""
    for key, listed in what.erased.items():
        new = {name: order for name, order in listed.items() if name not in known.erased.get(key, {})}
        for order in sorted(set(new.values())):
            names = [name for name in new if new[name] == order]
            await note_erased(tx, key, order, names, by="restore")


async def _erase(work: Callable[[], Work], found: Sequence[rows.Named], what: Carried, done: Again) -> Again:
    orders: dict[int, str] = {}
    for key, listed in what.erased.items():
        for one in found:
            if (order := listed.get(known_as(key, one))) is not None:
                orders[one.id] = order
    erased, broken = done.erased, list(done.broken)
    for order, those in groupby(sorted(orders, key=lambda one: (orders[one], one)), key=orders.__getitem__):
        ids = list(those)
        for start in range(0, len(ids), BATCH):
            async with work().write() as tx:
                purged = await _erase_batch(tx, ids[start : start + BATCH], order)
                erased += purged.counts.requests
                broken += [name_of(await tx.session.get_one(Request, one)) for one in purged.broken]
    return Again(erased=erased, held=done.held, broken=broken)


async def _erase_batch(tx: Tx, ids: Sequence[int], order: str) -> Purged:
    going = [await tx.session.get_one(Request, one, with_for_update=LOCKED) for one in ids]
    for request in going:
        for hold in await holds.standing(tx.session, request.id):
            hold.released_at = tx.now  # it was, or nothing would have been erased
    await tx.session.flush()
    return await do_purge(tx, going, by="restore", order=order)


async def _hold(tx: Tx, one: rows.Named, then: HeldThen) -> int:
    standing = await holds.standing(tx.session, one.id)
    if any(hold.person_id == then.person_id and hold.at == then.at for hold in standing):
        return 0
    request = await tx.session.get_one(Request, one.id, with_for_update=LOCKED)
    known_person = then.person_id is not None and await tx.session.get(Person, then.person_id) is not None
    known_unit = then.unit_id is not None and await tx.session.get(Unit, then.unit_id) is not None
    hold = LegalHold(
        request_id=one.id,
        person_id=then.person_id if known_person else None,
        unit_id=then.unit_id if known_unit else None,
        at=then.at,
        sealed=tx.sealer.seal("legal_holds", {"text": then.why}),
    )
    tx.session.add(hold)
    await tx.session.flush()
    await record(tx, request, "holds_again")
    return 1
