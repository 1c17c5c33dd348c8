"""A ledger that an admin sends to the bot in private: looked at first, taken in when 导入 is pressed, taken back by a
press as well.

Taking in and taking back are done in steps, like ``crossbeat import``: one that is cut short is taken up by the same
update, and finds on file what it has written.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from storage.ledger.items import HeaderRow
from storage.ledger.reading import LedgerUnreadable
from storage.ledger.why import Cause, Why
from workflow.kernel.errors import Refused
from workflow.kernel.text import Text
from workflow.kernel.tx import Sender, Tx
from workflow.ledger import explaining, layouts, sent, taking
from workflow.ledger import undo as ledger_undo
from workflow.ledger.account import Account, Perhaps, account_of
from workflow.ledger.asked import NoSuchUnit, with_unit
from workflow.ledger.report import Report
from workflow.ledger.sent import Read, Sent
from workflow.ledger.taking import Importing
from workflow.ledger.wording import told
from workflow.notices.attachments import FileIn
from workflow.organisation.rights import runs_desk
from workflow.organisation.work import Work
from workflow.record.record import record

#: How the names of ledgers end; what a file is, is told by what is in it.
ENDINGS = frozenset((".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv", ".tsv", ".jsonl", ".ndjson", ".txt"))
REJECTS = 1_000  # of which the report holds all cells
PROPOSED = 6  # meanings of unknown columns, each a button
NAMED = 10  # rows that stay, in a message
_EXPLAINED = (Cause.NO_HEADER, Cause.NO_TIME_COLUMN)  # away, by a person


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerLooked:
    """How a ledger would be taken in. ``number``: by which it is named when it is to be; ``perhaps``: what its unknown
    columns may hold."""

    name: str
    number: int
    account: Account
    perhaps: tuple[Perhaps, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerUnclear:
    """A ledger whose columns must be explained before anything of it can be read. ``rows``: which may be its header,
    each named by its place among them; line 0 says that there is none."""

    name: str
    number: int
    why: Text
    rows: tuple[HeaderRow, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerTaken:
    name: str
    import_id: int | None  # None: there was nothing new in it
    account: Account


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerDropped:
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerUndone:
    """``stay``: how many have been used or changed since; ``names``: the first of them."""

    import_id: int
    gone: int
    restored: int
    stay: int
    names: tuple[str, ...]


def ledger_among(work: Work, files: Sequence[FileIn]) -> FileIn | None:
    """The one of these files that may be a ledger to be taken in: a document of an admin's, in private."""
    if not _by_admin(work):
        return None
    ledgers = (f for f in files if f.kind == "document" and PurePath(f.name).suffix.lower() in ENDINGS)
    return next(ledgers, None)


async def look(work: Work, file: FileIn) -> LedgerLooked | LedgerUnclear:
    """How an admin's ledger is understood, to be taken in or left. Nothing is changed.

    Raises :class:`Refused` for a file that is no ledger, or too large.
    """
    return await _look(work, Sent(number=0, file=file))


async def explain(work: Work, words: str) -> LedgerLooked | LedgerUnclear:
    """The last ledger looked at again, its columns explained: ``甲=事由``, a line each. Raises :class:`Refused`."""
    before = await sent.kept(work, _admin(work).chat_id)
    if before is None:
        raise Refused("ledger.none_sent")
    given = explaining.columns_in(words)
    if given is None:
        raise Refused("ledger.explain_how")
    try:
        async with work.read() as tx:
            given = await with_unit(tx, given)
    except NoSuchUnit as error:
        raise Refused("ledger.no_unit", name=error.name) from None
    return await _look(work, replace(before, given={**before.given, **given}))


async def choose(work: Work, number: int, place: int) -> LedgerLooked | LedgerUnclear:
    """The ledger looked at again, a column of it understood as was proposed. Raises :class:`Refused`."""
    one = await _offered(work, number)
    if place >= len(one.perhaps):
        raise Refused("error.button_old")
    column, field = one.perhaps[place]
    return await _look(work, replace(one, given={**one.given, column: field}))


async def choose_header(work: Work, number: int, place: int) -> LedgerLooked | LedgerUnclear:
    """The ledger looked at again, with the row for its header that was pointed at. Raises :class:`Refused`."""
    one = await _offered(work, number)
    if place >= len(one.rows):
        raise Refused("error.button_old")
    sheet, line = one.rows[place]
    return await _look(work, replace(one, headers={**one.headers, sheet: line}))


async def _look(work: Work, one: Sent) -> LedgerLooked | LedgerUnclear:
    one, file = replace(one, number=secrets.randbelow(10**15), perhaps=(), rows=()), one.file
    with sent.place_for(file.name) as path:
        await sent.fetch(work, file, path)
        try:
            read = await sent.read(work, path, one, rehearsal=True)
        except LedgerUnreadable as error:
            if not _is_unclear(error.why):
                raise Refused("ledger.unreadable", why=told(error.why)) from None
            return await _unclear(work, one, error)
        report, importing = _report(read), Importing(name=file.name, seen={})
        for batch in read.batches:
            async with work.read() as tx:
                report.add(batch, await taking.write(tx, batch.good, batch.row, importing))
            await asyncio.sleep(0)
        report.finish(read.reader)
    async with work.write() as tx:
        _must_be_admin(tx)
        account = account_of(read.reader, report)
        perhaps = _perhaps(account)
        await sent.keep(tx, replace(one, perhaps=[(p.column, p.field) for p in perhaps]))
        looked = LedgerLooked(name=file.name, number=one.number, account=account, perhaps=perhaps)
        return await tx.conclude(looked)


async def _unclear(work: Work, one: Sent, error: LedgerUnreadable) -> LedgerUnclear:
    """What must be explained before anything can be read; which row is the header is asked."""
    rows = error.rows[:PROPOSED]
    async with work.write() as tx:
        _must_be_admin(tx)
        await sent.keep(tx, replace(one, rows=[(sheet, line) for sheet, line, _ in rows]))
        unclear = LedgerUnclear(name=one.file.name, number=one.number, why=told(error.why), rows=rows)
        return await tx.conclude(unclear)


def _is_unclear(why: Why) -> bool:
    """Whether explaining a column would help."""
    if why.cause is Cause.NO_LEDGERS:
        return any(_is_unclear(sheet.params["why"]) for sheet in why.params["sheets"])
    return (why.params["why"] if why.cause is Cause.NO_LEDGER else why).cause in _EXPLAINED


async def take_in(work: Work, number: int, *, update: bool = False) -> LedgerTaken:
    """Takes in the ledger that was looked at, and gives back what became of its rows. ``update``: rows on file are
    corrected. Raises :class:`Refused`."""
    one = await _offered(work, number)
    name = one.file.name
    with sent.place_for(name) as path:
        await sent.fetch(work, one.file, path)
        try:
            read = await sent.read(work, path, one, rehearsal=False)
        except LedgerUnreadable as error:
            raise Refused("ledger.unreadable", why=told(error.why)) from None
        report, importing = _report(read), Importing(name=name, update=update)
        steps = sent.in_steps(work)
        for batch in read.batches:
            async with steps.write() as tx:
                written = await taking.write(tx, batch.good, batch.row, importing)
            report.add(batch, written)
            await asyncio.sleep(0)  # others write too
        report.finish(read.reader)
    report.import_id = importing.import_id
    counts: dict[str, Any] = {word: report.total(word) for word in ("taken", "updated", "rejected")}
    async with work.write() as tx:
        _must_be_admin(tx)
        await sent.forget(tx)
        await record(tx, None, "import", file=name, of=importing.import_id, **counts)
        if one.given and importing.import_id is not None:
            await layouts.remember(tx, read.reader.layouts(), one.given, import_id=importing.import_id)
        account = account_of(read.reader, report)
        return await tx.conclude(LedgerTaken(name=name, import_id=importing.import_id, account=account))


async def drop(work: Work, number: int) -> LedgerDropped:
    """Forgets the ledger that was looked at. Raises :class:`Refused`."""
    one = await _offered(work, number)
    async with work.write() as tx:
        _must_be_admin(tx)
        await sent.forget(tx)
        return await tx.conclude(LedgerDropped(name=one.file.name))


async def take_back(work: Work, import_id: int) -> LedgerUndone:
    """Takes an import back: rows that nothing has used since go. Raises :class:`Refused`."""
    _admin(work)
    steps = sent.in_steps(work)
    preparer = await taking.preparer(steps)
    try:
        done = await ledger_undo.undo(lambda: steps, import_id, preparer, progress=lambda _: None)
    except ledger_undo.NoSuchImport:
        raise Refused("ledger.undone_before", number=import_id) from None
    async with work.write() as tx:
        _must_be_admin(tx)
        return await tx.conclude(
            LedgerUndone(
                import_id=import_id,
                gone=done.gone,
                restored=done.restored,
                stay=len(done.stay),
                names=tuple(done.stay[:NAMED]),
            )
        )


def _by_admin(work: Work) -> bool:
    """An admin, in private. Looked at before anything is fetched, and again where something is written."""
    if work.sender is None or work.place is None or not work.place.private:
        return False
    return runs_desk(work.policy, work.sender.chat_id)


def _admin(work: Work) -> Sender:
    if work.sender is None or not _by_admin(work):
        raise Refused("ledger.admins_only")
    return work.sender


def _must_be_admin(tx: Tx) -> None:
    if not tx.who.admin or not tx.where.private:
        raise Refused("ledger.admins_only")


async def _offered(work: Work, number: int) -> Sent:
    """The ledger that a button is about: the last one that this admin has sent."""
    one = await sent.kept(work, _admin(work).chat_id)
    if one is None or one.number != number:
        raise Refused("error.button_old")
    return one


def _perhaps(account: Account) -> tuple[Perhaps, ...]:
    """What is proposed of all sheets, each meaning of a name once."""
    found = {(one.column, one.field): one for sheet in account.sheets for one in sheet.perhaps}
    return tuple(found.values())[:PROPOSED]


def _report(read: Read) -> Report:
    return Report(names=[sheet.name for sheet in read.reader.sheets], remembered=REJECTS)
