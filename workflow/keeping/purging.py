"""Data that is no longer needed is deleted for good: what a request said, once its time is over.

What stays is that it was: number, type, units, times, state, outcome, who did what when. Its record is proved
first, since nobody could prove it afterwards, and stays provable (:mod:`workflow.record.chains`).
"""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

import structlog

from storage.database.failpoints import failpoint
from storage.queries import desk
from storage.queries import purging as rows
from storage.queries.purging import Counts
from storage.tables.models import Event, Request
from workflow.kernel.body import Body
from workflow.kernel.former import former_id
from workflow.kernel.standing import name_of
from workflow.kernel.tx import Tx
from workflow.organisation.work import Work
from workflow.record.chains import EMPTIED, PURGE, Walk, left_of
from workflow.record.record import record
from workflow.request.drafts import DraftBody
from workflow.reuse.reuse import forget

log = structlog.get_logger(__name__)

BATCH = 25  # requests in one transaction: the writer is free again after some tens of milliseconds
BATCHES_A_TICK = 8
BY_ITSELF = "purge_after"
FORMER_SECRET = "former_secret"  # noqa: S105 - the name of a sealed value of the desk
SECRET_BYTES = 32


async def former_secret(tx: Tx) -> bytes | None:
    """What the ids of purged rows are hashed with; None where none was purged yet.

    Not the desk's key, which may change (:mod:`workflow.keeping.rekey`): the ids themselves are gone by then.
    """
    kept = await desk.value(tx.session, FORMER_SECRET)
    return None if kept is None else b64decode(tx.sealer.unseal("desk", b64decode(kept)))


async def lasting_secret(tx: Tx, *, make: bool) -> bytes:
    """What outlives a change of the key, for names that must stay the same: made where there is none and
    ``make`` says so, else good for this once."""
    known = await former_secret(tx)
    return known or (await _make_former_secret(tx) if make else secrets.token_bytes(SECRET_BYTES))


async def _make_former_secret(tx: Tx) -> bytes:
    made = b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    value = b64encode(tx.sealer.seal("desk", made)).decode()
    await desk.put_first(tx.session, FORMER_SECRET, value)
    secret = await former_secret(tx)
    assert secret is not None  # noqa: S101 - for the type checker: there is one now
    return secret


@dataclass(frozen=True, kw_only=True, slots=True)
class Purged:
    """What one batch did; ``broken``: requests that were left as they are, since their record does not hold."""

    counts: Counts
    broken: tuple[int, ...] = ()

    @property
    def looked_at(self) -> int:
        return self.counts.requests + len(self.broken)


async def count(work: Work, before: datetime) -> Counts:
    """What would be deleted of requests that ended before a time."""
    async with work.read() as tx:
        return await rows.count(tx.session, before)


async def names(work: Work, ids: Sequence[int]) -> list[str]:
    """What people call these requests."""
    async with work.read() as tx:
        return [name_of(await tx.session.get_one(Request, request_id)) for request_id in ids]


async def begin(work: Work, *, before: datetime, counted: Counts) -> None:
    """Somebody purges from the command line: said in the desk's record before it is done."""
    async with work.write() as tx:
        await record(tx, None, PURGE, by="command line", before=before, requests=counted.requests)


async def run(work: Callable[[], Work], *, before: datetime, progress: Callable[[int], None]) -> Purged:
    """Purge every request that ended before a time, batch by batch, while the bot may run.

    What is done is done: an interrupted run is taken up by the next one.
    """
    done, broken = Counts(), set[int]()
    while True:
        async with work().write() as tx:
            purged = await some(tx, before=before, by="command line", but_not=broken)
            failpoint("purge.written")
        failpoint("purge.committed")
        if not purged.looked_at:
            return Purged(counts=done, broken=tuple(sorted(broken)))
        done += purged.counts
        broken |= set(purged.broken)
        progress(done.requests)


async def tick(work: Work) -> int:
    """What is due by the desk's own rule, a few batches of it; the rest comes with the next tick. How many."""
    after = work.policy.purge_after
    if after is None:
        return 0
    done, broken = 0, set[int]()
    for _ in range(BATCHES_A_TICK):
        async with work.write() as tx:
            purged = await some(tx, before=tx.now - after, by=BY_ITSELF, but_not=broken)
        done += purged.counts.requests
        broken |= set(purged.broken)
        if purged.looked_at < BATCH:
            break
    if broken:
        log.warning("purge_left_broken_records", requests=sorted(broken))
    return done


async def some(
    tx: Tx, *, before: datetime, by: str, but_not: Collection[int] = (), limit: int = BATCH
) -> Purged:
    """Purge the oldest of what ended before a time; all of it in this transaction."""
    due = await rows.due(tx.session, before, limit, but_not=but_not)
    if not due:
        return Purged(counts=Counts())
    chains = {chain: list(events) for chain, events in groupby(
        await rows.chains(tx.session, [request.id for request in due]), key=lambda event: int(event.chain)
    )}  # fmt: skip
    imported = any(request.external_id is not None for request in due)
    secret = await lasting_secret(tx, make=True) if imported else b""
    whole = [request for request in due if _holds(tx, request, chains.get(request.id, []))]
    counts = await _empty(tx, whole)
    for request in whole:
        counts += Counts(match_keys=await forget(tx, request))
    for request in whole:
        events = chains.get(request.id, [])
        _empty_row(tx, request, secret)
        await record(tx, request, "purge", by=by, before=before, events=len(events), left=left_of(events))
    broken = tuple(request.id for request in due if request not in whole)
    return Purged(counts=replace(counts, requests=len(whole)), broken=broken)


def _holds(tx: Tx, request: Request, events: Iterable[Event]) -> bool:
    """Whether the record of a request is whole. A purge of a broken one would do away with the proof."""
    walk = Walk(sealer=tx.sealer)
    sound = all(walk.step(event) is None for event in events) and walk.end() is None
    return sound and (walk.seq, walk.head if walk.seq else None) == (request.event_seq, request.event_head)


async def _empty(tx: Tx, requests: Collection[Request]) -> Counts:
    ids = [request.id for request in requests]
    posts = {post for request in requests if (post := _post(request)) is not None}
    await rows.empty_drafts(tx.session, posts, emptied=DraftBody().seal(tx))
    answer = tx.sealer.seal("answers", {"text": ""})
    counts = await rows.empty(tx.session, ids, answer=answer, event=tx.sealer.seal("events", EMPTIED))
    await rows.note_answers(tx.session, ids, plain=tx.sealer.unseal_bytes("answers", answer))
    return counts


def _post(request: Request) -> tuple[int, int] | None:
    """The chat and the message that it was asked in."""
    if request.origin_key is None:
        return None
    chat, _, message = request.origin_key.partition(":")
    return int(chat), int(message)


def _empty_row(tx: Tx, request: Request, secret: bytes) -> None:
    was = Body.of(request, tx.sealer)  # whose business it was, it stays
    request.sealed = Body(withheld_from=was.withheld_from, went_out=was.went_out).seal(tx.sealer)
    request.purged_at = tx.now
    request.version += 1
    if request.external_id is not None:
        request.external_id = former_id(secret, request.external_id)
