"""Data that is no longer needed is deleted for good: what a request said, once its time is over.

What stays is that it was: number, type, units, times, state, outcome, who did what when. Its record is proved
first, since nobody could prove it afterwards, and stays provable (:mod:`workflow.record.chains`).
"""

from __future__ import annotations

import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

import structlog

from storage.database.failpoints import failpoint
from storage.queries import desk, holds
from storage.queries import purging as rows
from storage.queries.purging import Counts
from storage.tables import covered
from storage.tables.models import Event, LegalHold, Request
from workflow.kernel.body import Body
from workflow.kernel.former import former_id
from workflow.kernel.standing import name_of
from workflow.kernel.tx import Tx
from workflow.organisation.work import Work
from workflow.record.chains import EMPTIED, PURGE, Walk, keyed, left_of
from workflow.record.record import record
from workflow.request.drafts import DraftBody
from workflow.reuse.reuse import forget

log = structlog.get_logger(__name__)

BATCH = 25  # requests in one transaction: the writer is free again after some tens of milliseconds
BATCHES_A_TICK = 8
BY_ITSELF = "purge_after"
FORMER_SECRET = "former_secret"  # noqa: S105 - the name of a sealed value of the desk
SECRET_BYTES = 32
_IS_POST = re.compile(r"-?\d+:-?\d+")  # of where a request came from


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
    await desk.put_first(tx.session, FORMER_SECRET, sealed_secret(tx, secrets.token_bytes(SECRET_BYTES)))
    secret = await former_secret(tx)
    assert secret is not None  # noqa: S101 - for the type checker: there is one now
    return secret


def sealed_secret(tx: Tx, secret: bytes) -> str:
    """As it stands among the values of the desk."""
    return b64encode(tx.sealer.seal("desk", b64encode(secret).decode())).decode()


@dataclass(frozen=True, kw_only=True, slots=True)
class Purged:
    """What one batch did; ``broken``: requests that were left as they are, since their record does not hold;
    ``held``: those that a hold keeps which came meanwhile."""

    counts: Counts
    broken: tuple[int, ...] = ()
    held: tuple[int, ...] = ()

    @property
    def looked_at(self) -> int:
        return self.counts.requests + len(self.broken) + len(self.held)


async def count(work: Work, before: datetime, types: Collection[str] | None = None) -> Counts:
    """What would be deleted of requests that ended before a time, of some ``types`` or of all."""
    async with work.read() as tx:
        return await rows.count(tx.session, before, types)


async def names(work: Work, ids: Sequence[int]) -> list[str]:
    """What people call these requests."""
    async with work.read() as tx:
        return [name_of(await tx.session.get_one(Request, request_id)) for request_id in ids]


async def begin(
    work: Work, *, before: datetime, counted: Counts, types: Collection[str] | None = None
) -> None:
    """Somebody purges from the command line: said in the desk's record before it is done."""
    of: dict[str, Any] = {} if types is None else {"types": " ".join(sorted(types))}
    async with work.write() as tx:
        await record(tx, None, PURGE, by="command line", before=before, requests=counted.requests, **of)


async def run(
    work: Callable[[], Work],
    *,
    before: datetime,
    types: Collection[str] | None = None,
    progress: Callable[[int], None],
) -> Purged:
    """Purge every request that ended before a time, batch by batch, while the bot may run.

    What is done is done: an interrupted run is taken up by the next one.
    """
    async with work().read() as tx:
        ended = {key: before for key in await rows.types(tx.session) if types is None or key in types}
    done, broken = Counts(), set[int]()
    while True:
        async with work().write() as tx:
            purged = await some(tx, ended, by="command line", but_not=broken)
            failpoint("purge.written")
        failpoint("purge.committed")
        if not purged.looked_at:
            return Purged(counts=done, broken=tuple(sorted(broken)))
        done += purged.counts
        broken |= set(purged.broken)
        progress(done.requests)


async def tick(work: Work) -> int:
    """What is due by the desk's own rules, a few batches of it; the rest comes with the next tick. How many."""
    policy = work.policy
    if policy.purge_after is None and not any(policy.keep_for.values()):
        return 0
    async with work.read(short=True) as tx:
        times = {key: policy.kept_for(key) for key in await rows.types(tx.session)}
        ended = {key: tx.now - after for key, after in times.items() if after is not None}
    done, broken = 0, set[int]()
    for _ in range(BATCHES_A_TICK):
        async with work.write() as tx:
            purged = await some(tx, ended, by=BY_ITSELF, but_not=broken)
        done += purged.counts.requests
        broken |= set(purged.broken)
        if purged.looked_at < BATCH:
            break
    if broken:
        log.warning("purge_left_broken_records", requests=sorted(broken))
    return done


async def some(
    tx: Tx, ended: Mapping[str, datetime], *, by: str, but_not: Collection[int] = (), limit: int = BATCH
) -> Purged:
    """Purge the oldest of what ended before the time of its type; all of it in this transaction."""
    due = await rows.due(tx.session, ended, limit, but_not=but_not)
    return await do_purge(tx, due, ended, by=by) if due else Purged(counts=Counts())


async def do_purge(
    tx: Tx, due: Sequence[Request], ended: Mapping[str, datetime] | None = None, /, **said: Any
) -> Purged:
    """Purge these requests, which are locked, but for those that are held. ``said``: by whom, for what reason;
    ``ended``: since they were over before that time of their type."""
    # Asked once more: a hold that was placed while these were being locked is not seen by what chose them.
    placed = await holds.of_requests(tx.session, [request.id for request in due])
    held = await holds.held(tx.session, [request.id for request in due])
    due = [request for request in due if request.id not in held]
    chains = {chain: list(events) for chain, events in groupby(
        await rows.chains(tx.session, [request.id for request in due]), key=lambda event: int(event.chain)
    )}  # fmt: skip
    imported = any(request.external_id is not None for request in due)
    secret = await lasting_secret(tx, make=True) if imported else b""
    whole = [request for request in due if _holds(tx, request, chains.get(request.id, []), placed)]
    counts = await empty_content(tx, whole)
    for request in whole:
        counts += Counts(match_keys=await forget(tx, request))
    for request in whole:
        events = chains.get(request.id, [])
        _empty_row(tx, request, secret)
        why = said if ended is None else {**said, "before": ended[request.type]}
        await record(tx, request, "purge", **why, events=len(events), left=left_of(events))
    broken = tuple(request.id for request in due if request not in whole)
    return Purged(counts=replace(counts, requests=len(whole)), broken=broken, held=tuple(held))


def _holds(tx: Tx, request: Request, events: Iterable[Event], placed: Sequence[LegalHold]) -> bool:
    """Whether the record of a request is whole, and no hold was taken away by hand. A purge of a broken one would do
    away with the proof."""
    walk = Walk(sealer=tx.sealer)
    sound = all(walk.step(event) is None for event in events) and walk.end() is None
    forms = {_called(one): _form(tx, one) for one in placed if one.request_id == request.id}
    for told in walk.take_finished():
        claims = {
            name: claim for name, claim in told.said.items() if name.startswith(f"{LegalHold.__tablename__}:")
        }
        sound = sound and claims.keys() == forms.keys()
        sound = sound and all(keyed(salt, forms[name]) == hashed for name, (salt, hashed) in claims.items())
    return sound and (walk.seq, walk.head if walk.seq else None) == (request.event_seq, request.event_head)


def _called(hold: LegalHold) -> str:
    return f"{LegalHold.__tablename__}:{hold.id}"


def _form(tx: Tx, hold: LegalHold) -> bytes:
    columns = covered.values_of(hold, covered.SAID[LegalHold])
    return covered.said_form(tx.sealer, LegalHold.__tablename__, hold.request_id, columns, hold.sealed)


async def empty_content(tx: Tx, requests: Collection[Request]) -> Counts:
    """Takes away what was said of these requests and about them; not what they say themselves."""
    ids = [request.id for request in requests]
    posts = {post for request in requests if (post := _post(request)) is not None}
    await rows.empty_drafts(tx.session, posts, emptied=DraftBody().seal(tx))
    answer = tx.sealer.seal("answers", {"text": ""})
    counts = await rows.empty(tx.session, ids, answer=answer, event=tx.sealer.seal("events", EMPTIED))
    await rows.note_answers(tx.session, ids, plain=tx.sealer.unseal_bytes("answers", answer))
    return counts


def _post(request: Request) -> tuple[int, int] | None:
    """The chat and the message that it was asked in; None for what no message asked: a call, a part."""
    chat, _, message = (request.origin_key or "").partition(":")
    return (int(chat), int(message)) if _IS_POST.fullmatch(request.origin_key or "") else None


def _empty_row(tx: Tx, request: Request, secret: bytes) -> None:
    was = Body.of(request, tx.sealer)  # whose business it was, it stays
    left = Body(
        withheld_from=was.withheld_from, went_out=was.went_out, tagged=was.tagged, watching=was.watching
    )
    request.sealed = left.seal(tx.sealer)
    request.purged_at = tx.now
    request.version += 1
    if request.external_id is not None:
        request.external_id = former_id(secret, request.external_id)
