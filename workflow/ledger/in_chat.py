"""A ledger that an admin sends to the bot in private: looked at first, taken in when 导入 is pressed.

Between the two nothing is kept but where the file lies at the chat platform, so a restart forgets nothing and no copy
stays here. Taking in is done in steps, like ``crossbeat import``: one that is cut short is taken up by the same
update, and finds on file what it has written.
"""

from __future__ import annotations

import asyncio
import itertools
import secrets
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from storage.ledger.reading import LedgerReader, LedgerUnreadable
from storage.queries import desk as desk_rows
from workflow.keeping.rekey import LEDGER_SENT
from workflow.kernel.errors import Refused
from workflow.kernel.tx import Tx
from workflow.ledger import layouts, taking
from workflow.ledger.account import Account, account_of
from workflow.ledger.batches import Batch, chunks, prepare
from workflow.ledger.report import Report
from workflow.ledger.rows import Preparer
from workflow.ledger.taking import Importing
from workflow.notices.attachments import FileIn
from workflow.organisation.rights import runs_desk
from workflow.organisation.work import Work
from workflow.record.record import record

#: How the names of ledgers end; what a file is, is told by what is in it.
ENDINGS = frozenset((".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv", ".tsv", ".jsonl", ".ndjson", ".txt"))
MAX_BYTES = 20_000_000  # what Telegram lets a bot fetch (Bot API, getFile)
MAX_ROWS = 20_000  # are taken in within a third of an update's time; more are for the command line
REJECTS = 1_000  # of which the report holds all cells


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerLooked:
    """How a ledger would be taken in. ``number``: by which it is named when it is to be."""

    name: str
    number: int
    account: Account


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerTaken:
    name: str
    import_id: int | None  # None: there was nothing new in it
    account: Account


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerDropped:
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Read:
    reader: LedgerReader
    batches: Sequence[Batch]


def ledger_among(work: Work, files: Sequence[FileIn]) -> FileIn | None:
    """The one of these files that may be a ledger to be taken in: a document of an admin's, in private."""
    if not _by_admin(work):
        return None
    ledgers = (f for f in files if f.kind == "document" and PurePath(f.name).suffix.lower() in ENDINGS)
    return next(ledgers, None)


async def look(work: Work, sent: FileIn) -> LedgerLooked:
    """How an admin's ledger is understood, to be taken in or left. Nothing is changed.

    Raises :class:`Refused` for a file that is no ledger, or too large.
    """
    with _fetched(sent.name) as path:
        await _fetch(work, sent, path)
        read = await _read(work, path, rehearsal=True)
        report, importing = _report(read), Importing(name=sent.name, seen={})
        for batch in read.batches:
            async with work.read() as tx:
                report.add(batch, await taking.write(tx, batch.good, batch.row, importing))
            await asyncio.sleep(0)
        report.finish(read.reader)
    number = secrets.randbelow(10**15)
    kept = {"number": number, "file_id": sent.file_id, "name": sent.name, "size": sent.size}
    async with work.write() as tx:
        _must_be_admin(tx)
        sealed = b64encode(tx.sealer.seal("desk", kept)).decode()
        await desk_rows.put(tx.session, _key(tx), sealed)  # in the place of the one before
        return await tx.conclude(
            LedgerLooked(name=sent.name, number=number, account=account_of(read.reader, report))
        )


async def take(work: Work, number: int) -> LedgerTaken:
    """Takes in the ledger that was looked at, and gives back what became of its rows. Raises :class:`Refused`."""
    sent = await _offered(work, number)
    with _fetched(sent.name) as path:
        await _fetch(work, sent, path)
        read = await _read(work, path, rehearsal=False)
        report, importing = _report(read), Importing(name=sent.name)
        steps = replace(
            work, update_id=None, sender=None, place=None
        )  # the update is not done before its end
        for batch in read.batches:
            async with steps.write() as tx:
                written = await taking.write(tx, batch.good, batch.row, importing)
            report.add(batch, written)
            await asyncio.sleep(0)  # others write too
        report.finish(read.reader)
    report.import_id = importing.import_id
    taken, rejected = report.total("taken"), report.total("rejected")
    async with work.write() as tx:
        _must_be_admin(tx)
        await desk_rows.drop(tx.session, _key(tx))
        await record(
            tx, None, "import", file=sent.name, of=importing.import_id, taken=taken, rejected=rejected
        )
        account = account_of(read.reader, report)
        return await tx.conclude(LedgerTaken(name=sent.name, import_id=importing.import_id, account=account))


async def drop(work: Work, number: int) -> LedgerDropped:
    """Forgets the ledger that was looked at. Raises :class:`Refused`."""
    sent = await _offered(work, number)
    async with work.write() as tx:
        _must_be_admin(tx)
        await desk_rows.drop(tx.session, _key(tx))
        return await tx.conclude(LedgerDropped(name=sent.name))


def _by_admin(work: Work) -> bool:
    """An admin, in private. Looked at before anything is fetched, and again where something is written."""
    if work.sender is None or work.place is None or not work.place.private:
        return False
    return runs_desk(work.policy, work.sender.telegram_id)


def _must_be_admin(tx: Tx) -> None:
    if not tx.who.admin or not tx.where.private:
        raise Refused("ledger.admins_only")


def _key(tx: Tx) -> str:
    """One ledger at a time for each admin."""
    return f"{LEDGER_SENT}{tx.who.telegram_id}"


async def _offered(work: Work, number: int) -> FileIn:
    """The ledger that a button is about: the last one that this admin has sent."""
    if work.sender is None or not _by_admin(work):
        raise Refused("ledger.admins_only")
    async with work.read(short=True) as tx:
        kept = await desk_rows.value(tx.session, f"{LEDGER_SENT}{work.sender.telegram_id}")
        plain = tx.sealer.unseal("desk", b64decode(kept)) if kept else {}
    if plain.get("number") != number:
        raise Refused("error.button_old")
    return FileIn(
        kind="document", file_id=plain["file_id"], unique_id="", name=plain["name"], size=plain["size"]
    )


# -- the file ------------------------------------------------------------------------------------------------


@contextmanager
def _fetched(name: str) -> Iterator[Path]:
    """Where a file may lie while it is read, in a folder for its owner alone."""
    with tempfile.TemporaryDirectory(prefix="crossbeat-") as folder:
        yield Path(folder) / f"ledger{PurePath(name).suffix.lower()}"


async def _fetch(work: Work, sent: FileIn, path: Path) -> None:
    if work.fetch is None:
        raise RuntimeError("this work has no channel to fetch files from")
    if (sent.size or 0) > MAX_BYTES:
        raise Refused("ledger.too_large", name=sent.name, limit=MAX_BYTES // 1_000_000)
    await work.fetch(sent.file_id, path)


async def _read(work: Work, path: Path, *, rehearsal: bool) -> _Read:
    """The whole file, read and made ready beside the event loop. Raises :class:`Refused`."""
    preparer = await taking.preparer(
        replace(work, update_id=None, sender=None, place=None), rehearsal=rehearsal
    )
    reader = LedgerReader(path)
    try:
        await asyncio.to_thread(reader.look)
        async with work.read() as tx:
            known = {layout: await layouts.remembered(tx, layout) for layout in reader.layouts()}
        return await asyncio.to_thread(_prepared, reader, preparer, known)
    except LedgerUnreadable as error:
        raise Refused("ledger.unreadable", why=str(error)) from None


def _prepared(reader: LedgerReader, preparer: Preparer, known: Mapping[str, Mapping[str, str]]) -> _Read:
    found = []
    with reader:
        reader.understand(is_type=lambda word: bool(preparer.engine.resolve_type(word)), remembered=known)
        for chunk in chunks(itertools.islice(reader.unread(), MAX_ROWS + 1)):
            batch = prepare(chunk, preparer)
            batch.items, batch.preparer = chunk, preparer
            reader.met(batch.unknown)
            found.append(batch)
    if sum(len(batch.items) for batch in found) > MAX_ROWS:
        raise Refused("ledger.too_many", limit=MAX_ROWS)
    return _Read(reader=reader, batches=found)


def _report(read: _Read) -> Report:
    return Report(names=[sheet.name for sheet in read.reader.sheets], remembered=REJECTS)
