"""The desk's key changed: all that the old one sealed or hashed follows, in one transaction, or nothing does.

Values are sealed anew byte by byte as they were, so that no event's hash changes. Keyed hashes are made anew from
what they were made of: a username from its profile, the keys of the match index from the comparable record.
People stand under another veil afterwards: the secret of the one before was known to whoever had the key.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, Table
from sqlalchemy.exc import DBAPIError

from matching.compare.engine import Engine
from matching.compare.packing import FormError, unpack
from storage.copies import rekey as rows
from storage.database.engine import KEY_MARK
from storage.database.failpoints import failpoint
from storage.database.seal import SealBroken, Sealer
from storage.queries import desk, leases, proof, replicas
from storage.queries import matching as index_rows
from storage.tables.covered import (
    DESK_CHAIN,
    SIGNED,
    account_mac,
    counter_mac,
    person_mac,
    signing,
    username_key,
)
from storage.tables.left import HOLDS_LEFT, LEFT
from storage.tables.monthly import JOB, MONTHS, Mark
from storage.tables.renumbering import LEDGER, VEIL, VEIL_BEFORE
from storage.tables.schema import opens
from workflow.keeping import veiling
from workflow.keeping.purging import FORMER_SECRET
from workflow.kernel.tx import Tx
from workflow.notices.consents import FAMILY as CONSENTS
from workflow.organisation.work import Work
from workflow.record.record import record, record_rest
from workflow.record.signed import SIGNED_VALUES, SIGNING_KEY, read_signed, signed
from workflow.reuse.reuse import hash_of

#: Columns with keyed hashes, which are made anew here. A test compares them with the models.
KEYED = frozenset({("people", "username_key"), ("match_keys", "key")})
#: Values of the desk that are sealed, in base64; the mark of the key is one of them.
SEALED_VALUES = frozenset({KEY_MARK, FORMER_SECRET, SIGNING_KEY, VEIL, VEIL_BEFORE, LEFT, HOLDS_LEFT})
#: How the keys of the others begin: a ledger that an admin has sent and not yet had taken in; how units have decided
#: about their answers.
LEDGER_SENT = LEDGER
SEALED_FAMILIES = (LEDGER_SENT, CONSENTS)


class RekeyRefused(Exception):
    """The key was not changed, and nothing else either; the text says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """From which key to which."""

    old: Sealer
    new: Sealer
    engine: Engine

    def sealed(self, place: str, row: Any, blob: bytes, *, lasting: bool = False) -> tuple[bytes, bytes]:
        """The plain bytes of a row's value, and the same sealed with the new key; ``lasting``: the desk's, in any
        table. Raises :class:`RekeyRefused`."""
        try:
            plain = self.old.unseal_bytes(place, blob)
        except SealBroken as broken:
            raise RekeyRefused(
                f"{place}, row {row}: {broken}, it is damaged; nothing was changed. Bring that row "
                "back from a backup first"
            ) from broken
        return plain, self.new.seal_bytes(place, plain, lasting=lasting)

    def again(
        self, mac: bytes | None, of: Callable[[Sealer, bytes], bytes], before: bytes, sealed: bytes
    ) -> bytes | None:
        """The checksum of a row whose value is sealed anew. One that did not fit fits no better afterwards."""
        return of(self.new, sealed) if mac == of(self.old, before) else mac

    def value(self, key: str, kept: str) -> str:
        """A value of the desk that has a checksum, with its new one; one that did not fit as it was."""
        value = read_signed(self.old, key, kept)
        return kept if value is None else signed(self.new, key, value)


async def run(work: Work, new: Sealer, *, ready: Callable[[], None], progress: Callable[[int], None]) -> int:
    """Seals everything with ``new``; how many values that were.

    ``ready`` is called when nobody else can write any more and the present key is known to fit, before the
    first value is changed: it must put the new key in a safe place. ``progress`` hears how many values are
    done. Raises :class:`RekeyRefused`.
    """
    change = Change(old=work.store.sealer, new=new, engine=work.engine)
    work.store.guarded = False  # it is we who change it
    try:
        async with work.write() as tx:
            await _take(tx)
            failpoint("rekey.begun")
            ready()
            failpoint("rekey.written")
            done = await _all(tx, change, progress)
            failpoint("rekey.resealed")
    finally:
        work.store.guarded = True  # what is written with the old key from now on is refused
    failpoint("rekey.committed")
    return done


async def _all(tx: Tx, change: Change, progress: Callable[[int], None]) -> int:
    veiled = await veiling.renew(tx, change.new.cipher)
    failpoint("rekey.veiled")
    await record(tx, None, "rekey", cipher=change.new.cipher, people=veiled)
    await record_rest(tx)
    await tx.batch.write(tx.session)  # now, with the old key: sealed anew below like all the others
    await rows.clear_match_keys(tx.session)
    await _take_months(tx, change.new)
    done = 0
    for table in rows.sealed_tables():
        done = await _reseal(tx, table, change, done=done, progress=progress)
    for value in await desk.rows_of(tx.session, SEALED_VALUES, beginning=SEALED_FAMILIES):
        _, sealed = change.sealed("desk", value.key, b64decode(value.value))
        value.value = b64encode(sealed).decode()
    for channel, native_id, person_id, mac in await proof.accounts(tx.session):
        if mac == account_mac(change.old, channel, native_id, person_id):
            anew = account_mac(change.new, channel, native_id, person_id)
            await proof.put_account_mac(tx.session, channel, native_id, anew)
    for unit_id, year, last, mac in await proof.counters(tx.session):
        if mac == counter_mac(change.old, unit_id, year, last):
            anew = counter_mac(change.new, unit_id, year, last)
            await proof.put_counter_mac(tx.session, unit_id, year, anew)
    for value in await desk.rows_of(tx.session, SIGNED_VALUES):
        value.value = change.value(value.key, value.value)
    await tx.session.flush()
    return done


async def _take_months(tx: Tx, new: Sealer) -> None:
    """The keys of months are others too: all is sealed anew under this month's, and nothing is left to be moved."""
    for key in (MONTHS, JOB):
        await desk.drop(tx.session, key)
    if new.months is not None:
        await desk.put(tx.session, MONTHS, Mark(id=new.months.id).sealed(new))


async def _take(tx: Tx) -> None:
    """The database for ourselves, with the key at hand as the one that opens it. Raises :class:`RekeyRefused`."""
    # Before the tables are locked too: a bot at work and we would wait for each other.
    await _refuse_if_running(tx)
    try:
        await rows.stop_writers(tx.session)
    except DBAPIError as error:
        raise RekeyRefused(
            f"something else is at work on the database ({error.orig}): stop it first"
        ) from error
    await _refuse_if_running(tx)  # a bot that has started meanwhile; later ones wait, and find another key
    mark = await desk.value(tx.session, KEY_MARK)
    if mark is None or not opens(tx.sealer, mark):
        raise RekeyRefused("this database was sealed with another key; nothing was changed")


async def _refuse_if_running(tx: Tx) -> None:
    """On SQLite the lock beside the file tells whether the bot runs: its last sign of life outlasts a kill."""
    if tx.store.dialect != "postgresql":
        return
    now = datetime.now(UTC)
    running = {*(await leases.held(tx.session, now)).values(), *await replicas.present(tx.session, now)}
    if running:
        raise RekeyRefused(f"the bot is running ({', '.join(sorted(running))}): stop it first")


async def _reseal(tx: Tx, table: Table, change: Change, *, done: int, progress: Callable[[int], None]) -> int:
    also = ["username_key", "mac"] if table.name == "people" else ["mac"] if table.name in SIGNED else []
    besides = ("chain",) if table.name == "events" else SIGNED.get(table.name, ())
    async for batch in rows.batches(tx.session, table, *also, *besides):
        if table.name == "people":
            written = [_person(table, row, change) for row in batch]
        elif table.name in SIGNED:
            written = [_signed(table.name, row, change) for row in batch]
        elif table.name == "match_records":
            written = await _indexed(tx, table, batch, change)
        elif table.name == "events":
            written = [
                (change.sealed(table.name, row[0], row.sealed, lasting=row.chain == DESK_CHAIN)[1], row[0])
                for row in batch
            ]
        else:
            written = [(change.sealed(table.name, row[0], row.sealed)[1], row[0]) for row in batch]
        await rows.put(tx.session, table, ["sealed", *also], written)
        done += len(batch)
        progress(done)
        failpoint("rekey.batch")
    return done


def _person(table: Table, row: Row[Any], change: Change) -> tuple[Any, ...]:
    """A profile with its username's hash; none where the name has passed on to somebody else."""
    _, sealed = change.sealed(table.name, row[0], row.sealed)
    key = None
    if row.username_key is not None:
        key = username_key(change.new, change.old.unseal(table.name, row.sealed).get("username", ""))
    mac = change.again(
        row.mac, lambda one, blob: person_mac(one, row.id, row.chat_id, blob), row.sealed, sealed
    )
    return sealed, key, mac, row[0]


def _signed(table: str, row: Row[Any], change: Change) -> tuple[Any, ...]:
    """A sealed value with its row's checksum."""
    values: Sequence[Any] = row
    row_id, before, mac = values[:3]
    _, sealed = change.sealed(table, row_id, before)
    return sealed, change.again(mac, signing(table, row_id, values[3:]), before, sealed), row_id


async def _indexed(tx: Tx, table: Table, batch: Sequence[Row[Any]], change: Change) -> list[tuple[Any, ...]]:
    """The records of the match index, with their keys. Keys that led to no record are gone thereby."""
    hashed = hash_of(change.new)
    written: list[tuple[Any, ...]] = []
    keys: list[tuple[int, int]] = []
    for row in batch:
        plain, sealed = change.sealed(table.name, row[0], row.sealed)
        try:
            compared = unpack(plain)
        except FormError as wrong:
            raise RekeyRefused(
                f"{table.name}, row {row[0]}: {wrong}; nothing was changed. Run crossbeat reindex --all first"
            ) from wrong
        written.append((sealed, row[0]))
        keys += [(key, row[0]) for key in set(change.engine.keys(compared, hashed))]
    await index_rows.put_keys(tx.session, keys)
    return written
