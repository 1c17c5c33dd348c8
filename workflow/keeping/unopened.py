"""A restored backup in which months do not open any more: their keys were destroyed since it was made.

What lay under them is gone for good. Requests of which any part is gone become what a purge leaves, so that nothing
stumbles over them and their record says so; what else does not open is taken away.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from sqlalchemy import Table

from storage.copies import months as rows
from storage.database.locked import LOCKED
from storage.database.months import Keyring, keyring_of
from storage.database.seal import month_name, month_of
from storage.queries import purging
from storage.tables.models import Event, Request
from storage.tables.monthly import monthly_tables
from storage.tables.words import DraftState
from workflow.deadlines.deadlines import replan
from workflow.keeping.erasing import ended_at
from workflow.keeping.purging import empty_content, lasting_secret
from workflow.kernel.body import Body
from workflow.kernel.former import former_id
from workflow.kernel.states import State
from workflow.kernel.tx import Tx
from workflow.organisation.work import Work
from workflow.record.chains import PURGE, left_of
from workflow.record.record import record
from workflow.request.drafts import DraftBody
from workflow.reuse.reuse import index_new, indexable

LOOK, BATCH = 2000, 25
#: Tables whose rows belong to requests and to their record, with the columns that say to which.
OF_REQUESTS = {
    "requests": "id", "answers": "request_id", "comments": "request_id", "files": "request_id", "events": "chain",
}  # fmt: skip
INDEX = "match_records"


class Behind(Exception):
    """Months do not open because the keyring at hand is an older copy: nothing must be taken away for that."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unopened:
    """What did not open: the names of the months, how many requests, and how many other rows were taken away."""

    months: Sequence[str] = ()
    requests: int = 0
    others: int = 0


@dataclass(kw_only=True)
class _Seen:
    months: set[bytes] = field(default_factory=set)
    requests: set[int] = field(default_factory=set)
    indexed: set[int] = field(default_factory=set)  # those whose record of the match index does not open
    others: int = 0


async def empty_unopened(work: Callable[[], Work]) -> Unopened:
    """Makes a copy of a desk one in which everything opens. To be done before anybody sees it; a second time it does
    nothing. Raises :class:`Behind`."""
    keyring = keyring_of(work().store.sealer)
    if keyring is None:
        return Unopened()
    seen = _Seen()
    for table in monthly_tables():
        await _along(work, table, keyring, seen)
    names = sorted(map(month_name, seen.months))
    for batch in _batches(seen.requests):
        async with work().write() as tx:
            await _empty(tx, batch, " ".join(names))
    for batch in _batches(seen.indexed - seen.requests):
        async with work().write() as tx:
            await _index(tx, batch)
    if seen.months:
        async with work().write() as tx:
            await rows.drop_keys_of_none(tx.session)
    return Unopened(months=names, requests=len(seen.requests), others=seen.others)


def _batches(ids: Collection[int]) -> list[list[int]]:
    ordered = sorted(ids)
    return [ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH)]


async def _along(work: Callable[[], Work], table: Table, keyring: Keyring, seen: _Seen) -> None:
    """Notes what of a table does not open; what belongs to no request is taken away at once."""
    after: int | None = None
    there = frozenset(keyring.months)
    while True:
        async with work().write() as tx:
            found = await rows.beginnings(tx.session, table, after, LOOK)
            due = {one: month for one, start in found if (month := month_of(start)) and month not in there}
            if behind := [month_name(month) for month in set(due.values()) if keyring.behind(month)]:
                raise Behind(
                    f"{keyring.path} is an older copy: it has no key of {', '.join(sorted(behind))} yet"
                )
            seen.months |= set(due.values())
            if table.name == INDEX:
                seen.indexed |= set(due)
            elif due:
                column = OF_REQUESTS.get(table.name, "")
                seen.requests |= set(await rows.whose(tx.session, table, list(due), column))
                seen.others += await _take_away(tx, table.name, list(due))
        if len(found) < LOOK:
            return
        after = found[-1][0]


async def _take_away(tx: Tx, table: str, ids: Collection[int]) -> int:
    if table == "drafts":
        emptied = DraftBody().seal(tx)
        return await rows.empty_drafts(tx.session, ids, state=DraftState.FORGOTTEN, emptied=emptied)
    if table == "files":
        return await rows.drop(tx.session, table, ids, loose=True)
    return 0 if table in OF_REQUESTS else await rows.drop(tx.session, table, ids)


async def _index(tx: Tx, ids: Sequence[int]) -> None:
    """The request opens, what is compared of it did not."""
    await rows.drop(tx.session, INDEX, ids)
    for one in ids:
        request = await tx.session.get_one(Request, one, with_for_update=LOCKED)
        if indexable(request):
            await index_new(tx, request, Body.of(request, tx.sealer))


async def _empty(tx: Tx, ids: Sequence[int], months: str) -> None:
    """As :func:`workflow.keeping.purging.do_purge` does it; but the record cannot be proved first, for its content is
    what does not open: the hashes of its events stay, and vouch for one another."""
    requests = [await tx.session.get_one(Request, one, with_for_update=LOCKED) for one in ids]
    chains: dict[int, list[Event]] = {
        int(chain): list(events)
        for chain, events in groupby(await purging.chains(tx.session, ids), key=lambda event: event.chain)
    }
    imported = any(request.external_id is not None for request in requests)
    secret = await lasting_secret(tx, make=True) if imported else b""
    await rows.drop_sources(tx.session, ids)
    await empty_content(tx, requests)
    await rows.drop(tx.session, INDEX, ids)
    for request in requests:
        events = chains.get(request.id, [])
        request.sealed = Body().seal(tx.sealer)
        request.purged_at = request.purged_at or tx.now
        request.version += 1
        if request.external_id is not None:
            request.external_id = former_id(secret, request.external_id)
        if request.number is not None and ended_at(request) is None:  # nobody could go on with it
            request.state, request.closed_at = State.CANCELLED, tx.now
        await record(
            tx, request, PURGE, by="restore", months=months, events=len(events), left=left_of(events)
        )
        await replan(tx, request)
