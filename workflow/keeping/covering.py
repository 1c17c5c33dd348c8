"""What an older version wrote comes under what the record covers now, once, and the record says from when.

From then on whoever changes it is found out. What was done to it before no checksum tells: that is for the seals of
days, which supervisors have in their digests, and for the chains, which were there before.
"""

from __future__ import annotations

from datetime import datetime

import structlog

from storage.copies import rekey as rows
from storage.database.failpoints import failpoint
from storage.database.seal import SealBroken
from storage.queries import covering, desk, events, proof
from storage.tables.covered import DESK_CHAIN, GROUP, SIGNED, account_mac, counter_mac, signing
from storage.tables.left import HOLDS_LEFT, LEFT
from workflow.keeping.recalling import recall, recall_holds, recall_memberships
from workflow.kernel.tx import Tx
from workflow.organisation.work import Work
from workflow.record.chains import COVER, COVER_GROUPS, Told
from workflow.record.record import put_signed, record
from workflow.record.sealing import sign
from workflow.record.signed import COVERED, DESK_HEAD, GROUPS, ONCE, SEALED, read_signed, signed

log = structlog.get_logger(__name__)

TURN = 0x636F7665  # of PostgreSQL: two replicas do not cover a desk at the same time


async def covered_since(tx: Tx) -> datetime | None:
    """From when on the record covers everything; None where that was never written, or was set by hand."""
    kept = await desk.value(tx.session, COVERED)
    value = read_signed(tx.sealer, COVERED, kept) if kept is not None else None
    return datetime.fromisoformat(value) if value is not None else None


async def cover(work: Work) -> int:
    """Gives every row its checksum and every seal its signature where no version did yet; how many rows. All of it
    in one transaction: a kill leaves a desk that is covered, or is not."""
    async with work.read(short=True) as tx:
        marked = all([await _marked(tx, mark) for mark in (COVERED, GROUPS, ONCE)])
        if marked and not any([await _marked(tx, left) for left in (LEFT, HOLDS_LEFT)]):
            return 0
    async with work.write() as tx:
        await desk.wait_for_turn(tx.session, TURN)
        await recall_holds(tx)
        await recall_memberships(tx)  # before anything says anew how they stand
        if await _marked(tx, COVERED):  # by an earlier version, or another process was faster
            await _once(tx, rows=False)
            return await _groups(tx)
        if await proof.any_covered(
            tx.session
        ):  # it was before: nothing that was changed since is signed anew
            log.error("record_mark_missing")
            return 0
        await _once(tx, rows=True)  # it may have been covered once, and been an older version's since
        done = await _rows(tx)
        for seal in await events.seals(tx.session):
            await sign(tx, seal)
        newest = await events.newest_seal(tx.session)
        if newest is not None:
            put_signed(tx, SEALED, newest.day.isoformat())
        for unit_id, year, last, _ in await proof.counters(tx.session):
            await proof.put_counter_mac(
                tx.session, unit_id, year, counter_mac(tx.sealer, unit_id, year, last)
            )
        await _desk(tx, done)
        put_signed(tx, COVERED, tx.now.isoformat())
        put_signed(tx, GROUPS, tx.now.isoformat())
        failpoint("cover.written")
    if done:
        log.info("record_covers", rows=done)
    return done


async def _marked(tx: Tx, key: str) -> bool:
    return await desk.value(tx.session, key) is not None


async def _once(tx: Tx, *, rows: bool) -> None:
    """Who takes this mark away has only put back what the record says."""
    if not await _marked(tx, ONCE):
        await recall(tx, rows=rows)
        put_signed(tx, ONCE, tx.now.isoformat())


async def _groups(tx: Tx) -> int:
    """Brings under the record which groups belong to which units, where it covers all else already; how many."""
    if await _marked(tx, GROUPS):
        return 0
    if await _groups_said(tx):  # they were covered before: what was slipped in since is not
        log.error("record_mark_missing")
        return 0
    done = await covering.note_bindings(tx.session)
    await record(tx, None, COVER_GROUPS, groups=done)
    put_signed(tx, GROUPS, tx.now.isoformat())
    return done


async def _groups_said(tx: Tx) -> bool:
    """Whether the desk's chain says of any group to which unit it belongs; asked once in the life of a desk."""
    told = Told(chain=DESK_CHAIN)
    for event in await events.of_chain(tx.session, DESK_CHAIN):
        try:
            told.hear(event, tx.sealer.unseal("events", event.sealed))
        except SealBroken:  # which verify names; nothing is signed on top of it
            return True
    return any(name.startswith(GROUP) for name in told.said)


async def _desk(tx: Tx, done: int) -> None:
    """The desk's own chain, which a desk that is new has not begun."""
    members = await covering.note_memberships(tx.session)
    await covering.note_bindings(tx.session)
    kept = await desk.value(tx.session, DESK_HEAD)
    if kept is not None:
        head = ":".join(kept.split(":")[:2])  # as older versions wrote it
        await desk.put(tx.session, DESK_HEAD, signed(tx.sealer, DESK_HEAD, head))
    if done or members or kept is not None:
        await record(tx, None, COVER, rows=done, memberships=members)


async def _rows(tx: Tx) -> int:
    done = 0
    for table in rows.sealed_tables():
        if table.name not in SIGNED:
            continue
        async for batch in rows.batches(tx.session, table, *SIGNED[table.name]):
            written = [(signing(table.name, row[0], row[2:])(tx.sealer, row.sealed), row[0]) for row in batch]
            await rows.put(tx.session, table, ["mac"], written)
            done += len(batch)
    for channel, native_id, person_id, _ in await proof.accounts(tx.session):
        mac = account_mac(tx.sealer, channel, native_id, person_id)
        await proof.put_account_mac(tx.session, channel, native_id, mac)
    return done
