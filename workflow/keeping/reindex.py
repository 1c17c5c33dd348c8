"""The match index made anew: after a change of the normaliser, or all of it, while the bot runs.

Every request remembers the version of the normaliser that its keys were made with, so an interrupted run is
taken up where it stopped, and a second run finds nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from matching.compare.engine import Engine
from matching.compare.packing import pack
from matching.identifiers.identifiers import identify
from matching.identifiers.values import Record
from matching.text.normalise import VERSION
from storage.queries import matching as index_rows
from storage.tables.models import Request
from workflow.kernel.body import Body, comparable
from workflow.kernel.tx import Tx
from workflow.organisation.work import Work
from workflow.reuse.reuse import forget, indexable, key_hash

BATCH = 200  # requests in one transaction: the writer is free again after some tens of milliseconds


async def outdated(work: Work) -> int:
    """How many requests have keys of another version of the normaliser."""
    async with work.read() as tx:
        return await index_rows.count_outdated(tx.session, VERSION)


async def run(work: Callable[[], Work], *, everything: bool = False, progress: Callable[[int], None]) -> int:
    """Index anew what is outdated, or ``everything``. How many requests were looked at."""
    if everything:
        async with work().write() as tx:
            await index_rows.outdate_all(tx.session)
    done = last = 0
    while True:
        async with work().write() as tx:
            found = await index_rows.outdated(tx.session, VERSION, after=last, limit=BATCH)
            for request in found:
                await _one(tx, request)
        if not found:
            return done
        done, last = done + len(found), found[-1].id
        progress(done)


async def _one(tx: Tx, request: Request) -> None:
    request.key_version = VERSION
    await forget(tx, request)
    if indexable(request):
        compared = recompared(request, Body.of(request, tx.sealer), tx.engine)
        sealed = tx.sealer.seal_bytes("match_records", pack(compared))
        keys = tx.engine.keys(compared, key_hash(tx))
        await index_rows.put_new(tx.session, [(request.id, keys, sealed)])


def recompared(request: Request, body: Body, engine: Engine) -> Record:
    """What is compared of a request, read again from what was written, not from what an older version read."""
    compared = comparable(request, body)
    if body.ledger:
        read = engine.record_from_row(body.ledger)
        return replace(compared, subjects=read.subjects, case=read.case, period=read.period)
    subjects = tuple(
        replace(subject, ids=tuple(identify(i.kind, i.raw or i.value) for i in subject.ids))
        for subject in body.subjects
    )
    return replace(compared, subjects=subjects)
