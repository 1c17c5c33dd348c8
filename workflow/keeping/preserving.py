"""By order nothing of what is held about somebody is deleted: a legal hold on each request, imported ones too, which
nobody reaches from a chat. It ends by order, or, for a request with a number, by an admin."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from storage.database.locked import LOCKED
from storage.queries import holds as rows
from storage.tables.models import LegalHold, Request
from workflow.keeping.holdings import BATCH, Found
from workflow.kernel.tx import Tx
from workflow.organisation.work import Work
from workflow.record.record import record


async def hold(work: Callable[[], Work], found: Found, *, order: str, why: str) -> int:
    """Puts each of these requests under hold that has its content and is under none by order yet; how many. Also what
    only may be meant: it is kept, not given out."""

    async def place(tx: Tx, request: Request) -> int:
        if request.purged_at is not None or await _by_order(tx, request):
            return 0
        sealed = tx.sealer.seal("legal_holds", {"text": why})
        placed = LegalHold(request_id=request.id, at=tx.now, sealed=sealed)
        tx.session.add(placed)
        await tx.session.flush()
        await record(tx, request, "hold", hold=placed.id, order=order)
        return 1

    return await _each(work, found, place)


async def release(work: Callable[[], Work], found: Found, *, order: str) -> int:
    """Ends the holds that were placed by order; those of people stand. How many."""

    async def end(tx: Tx, request: Request) -> int:
        placed = await _by_order(tx, request)
        for one in placed:
            one.released_at = tx.now
            await tx.session.flush()
            await record(tx, request, "release_hold", hold=one.id, order=order)
        return len(placed)

    return await _each(work, found, end)


async def _by_order(tx: Tx, request: Request) -> list[LegalHold]:
    """The holds of a request that stand and are nobody's."""
    return [one for one in await rows.standing(tx.session, request.id) if one.person_id is None]


async def _each(work: Callable[[], Work], found: Found, do: Callable[[Tx, Request], Awaitable[int]]) -> int:
    """What was done to the requests, batch by batch."""
    ids, done = list(found.requests), 0
    for start in range(0, len(ids), BATCH):
        async with work().write() as tx:
            for request_id in ids[start : start + BATCH]:
                request = await tx.session.get(Request, request_id, with_for_update=LOCKED)
                done += await do(tx, request) if request is not None else 0
    return done
