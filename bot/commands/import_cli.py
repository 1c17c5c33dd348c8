"""``crossbeat import``: a ledger taken in from a file, rehearsed, corrected or taken back."""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.commands import ledger_pool
from bot.commands.import_report import tell, write_report, writer_of
from bot.commands.ledger_cli import existing, helpers_for, progress
from bot.commands.telling import tell_terminal
from bot.commands.wording import reader_of, say, words
from bot.runtime.failure import Failure
from bot.runtime.opening import Opened, opened
from bot.runtime.private_file import must_be_writable, private_file
from bot.settings.model import Settings
from storage.database.address import file_of
from storage.database.failpoints import failpoint
from storage.ledger.fields import COLUMNS
from storage.ledger.reading import EVERY_SHEET, LedgerReader, LedgerUnreadable, Reading
from storage.queries import replicas
from workflow.ledger import layouts as ledger_layouts
from workflow.ledger import taking as ledger_taking
from workflow.ledger import undo as ledger_undo
from workflow.ledger.asked import NoSuchUnit, with_unit
from workflow.ledger.batches import Batch
from workflow.ledger.explaining import SHORT, meant
from workflow.ledger.report import Report
from workflow.ledger.rows import Preparer, RowRejected
from workflow.ledger.taking import Importing

MOST_DIGITS = 8  # of the number of a row
SHOWN_ROWS = 3  # of a preview, of each sheet
ROWS_ALONE, ROWS_BESIDE_A_BOT = 6_000, 500  # in one transaction


async def import_(settings: Settings, args: argparse.Namespace) -> int:
    """Take a ledger in: row by row with a report, or all or nothing with ``--atomic``."""
    if args.undo is not None:
        return await _undo(settings, args.undo)
    language = settings.locale.language
    path = existing(args.file, language)
    given = _mapped(args.map or (), language)
    headers = _header_rows(args.header or (), language)
    must_be_writable(args.rejects)
    must_be_writable(args.report)
    with ExitStack() as files:
        rejects = files.enter_context(private_file(args.rejects)) if args.rejects else None
        report = Report(rejects=writer_of(rejects, language) if rejects else None)
        async with _desk(settings, rehearsal=args.dry_run) as desk:
            given = await _with_unit(desk, given, language)
            try:
                said = Reading(sheets=args.sheet or (), given=given, headers=headers)
                reader = await _looked_at(desk, path, said)
                with reader:
                    importing = Importing(
                        name=path.name, update=args.update, seen={} if args.dry_run else None
                    )
                    await _run(desk, reader, importing, report, args)
            except LedgerUnreadable as error:
                raise Failure(words(error.why, language)) from None
            report.finish(reader)
            if not args.dry_run:
                await _note(desk, reader, importing, report, given)
    if args.report:
        write_report(args.report, report, reader, language)
    tell(path, report, reader, language)
    return report.exit_code()


@asynccontextmanager
async def _desk(settings: Settings, *, rehearsal: bool) -> AsyncIterator[Opened]:
    """The desk; for a rehearsal as it is, or, where there is none yet, one that is gone afterwards."""
    if not rehearsal or _is_there(settings):
        async with opened(settings, sync=not rehearsal, make=not rehearsal) as desk:
            yield desk
        return
    with tempfile.TemporaryDirectory(prefix="crossbeat-") as folder:
        storage = settings.storage.model_copy(
            update={
                "url": f"sqlite+aiosqlite:///{folder}/rehearsal.db",
                "key_file": str(Path(folder) / "rehearsal.key"),
                "months": "",
            }
        )
        async with opened(settings.model_copy(update={"storage": storage}), make=True) as desk:
            yield desk


def _is_there(settings: Settings) -> bool:
    """Whether there is a database; one that is not in a file is asked later."""
    path = file_of(settings.storage.url)
    return path is None or (path.exists() and path.stat().st_size > 0)


async def _looked_at(desk: Opened, path: Path, reading: Reading) -> LedgerReader:
    """The file with its sheets and headers, and how such headers were understood before."""
    engine = desk.engine
    async with desk.work().read() as tx:
        explained = await ledger_layouts.explained(tx)
    reader = LedgerReader(path, replace(reading, layouts=explained))
    reader.look()
    async with desk.work().read() as tx:
        known = {layout: await ledger_layouts.remembered(tx, layout) for layout in reader.layouts()}
    reader.understand(is_type=lambda word: bool(engine.resolve_type(word)), remembered=known)
    return reader


async def _run(
    desk: Opened, reader: LedgerReader, importing: Importing, report: Report, args: argparse.Namespace
) -> None:
    report.names = [sheet.name for sheet in reader.sheets]
    if args.dry_run:
        await _rehearse(desk, reader, importing, report)
    elif args.atomic:
        await _import_atomic(desk, reader, importing, report)
    else:
        await _import_rows(desk, reader, importing, report)
    report.import_id = importing.import_id


async def _batches(prepare: Preparer, reader: LedgerReader, path: Path) -> AsyncIterator[Batch]:
    """Rows ready to be written, with a bar on a terminal."""
    with progress(1000, path.name) as step:
        async for batch in ledger_pool.prepared(reader.unread(), prepare, helpers=helpers_for(path)):
            yield batch
            reader.met(batch.unknown)
            step(round(1000 * reader.share()))


async def _import_rows(desk: Opened, reader: LedgerReader, importing: Importing, report: Report) -> None:
    """Batch after batch; while one is written the next is made ready."""
    prepare = await ledger_taking.preparer(desk.work())
    at_once = await _rows_at_once(desk)
    gc.disable()  # rows refer to each other in no circle: what holds them is looked through between two batches

    async def write(batch: Batch) -> None:
        nonlocal at_once
        async with desk.work().write() as tx:
            written = await ledger_taking.write(tx, batch.good, batch.row, importing)
            failpoint("import.written")
        failpoint("import.committed")
        report.add(batch, written)
        at_once = await _rows_at_once(desk)
        gc.collect()

    under_way: asyncio.Task[None] | None = None
    try:
        batches = _batches(prepare, reader, reader.path)
        async for batch in ledger_pool.joined(batches, rows=lambda: at_once):
            if under_way is not None:
                await under_way
            under_way = asyncio.create_task(write(batch))
    finally:  # what is being written ends well, even where the file does not
        if under_way is not None:
            await under_way
        gc.enable()


async def _rows_at_once(desk: Opened) -> int:
    """How many rows a transaction has. Many: their keys lie all over the index, and what several of them change
    is written once. Few while a bot runs here, whose own writing waits for them."""
    async with desk.store.read() as session:
        running = await replicas.present(session, datetime.now(UTC))
    return ROWS_BESIDE_A_BOT if running else ROWS_ALONE


async def _import_atomic(desk: Opened, reader: LedgerReader, importing: Importing, report: Report) -> None:
    """All rows in one transaction, which is rolled back when any is refused."""
    prepare = await ledger_taking.preparer(desk.work())
    try:
        async with desk.work().write() as tx:
            batches = _batches(prepare, reader, reader.path)
            async for batch in ledger_pool.joined(batches, rows=lambda: ROWS_ALONE):
                report.add(batch, await ledger_taking.write(tx, batch.good, batch.row, importing))
            if report.total("rejected"):
                raise _RolledBack
    except _RolledBack:
        importing.import_id = None
        report.nothing_written()


class _RolledBack(Exception):
    """Leaves the transaction of an atomic import that met a bad row."""


async def _rehearse(desk: Opened, reader: LedgerReader, importing: Importing, report: Report) -> None:
    """What an import would do, shown; nothing is changed."""
    shown: dict[int, list[dict[str, Any]]] = {}
    prepare = await ledger_taking.preparer(desk.work(), rehearsal=True)
    async for batch in _batches(prepare, reader, reader.path):
        async with desk.work().read() as tx:
            report.add(batch, await ledger_taking.write(tx, batch.good, batch.row, importing))
        for position in range(len(batch.good)):
            rows = shown.setdefault(batch.sheet(position), [])
            if len(rows) >= SHOWN_ROWS:
                break
            rows.append(batch.row(position))
    language = desk.policy.language
    for place, sheet in enumerate(reader.sheets):
        _print(say(language, "import.sheet", name=sheet.name, row=sheet.header_row))
        for header, field in sheet.columns.items():
            _print(f"  {header} → {field}")
        looks = dict(reversed(sheet.perhaps))
        for header in sheet.ignored:
            like = looks.get(header)
            key = "import.perhaps" if like else "import.kept"
            _print(f"  {header} → {say(language, key, column=header, field=like)}")
        for row in shown.get(place, ()):
            _print(f"  {json.dumps(row, ensure_ascii=False, default=str)}")
    _print(say(language, "import.rehearsed"))


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")


async def _note(
    desk: Opened, reader: LedgerReader, importing: Importing, report: Report, given: Mapping[str, str]
) -> None:
    """The record of the desk, and how the columns were explained, for the next such file."""
    counts = {word: report.total(word) for word in ("taken", "updated", "rejected")}
    await ledger_taking.note_import(
        desk.work(), name=reader.path.name, import_id=importing.import_id, **counts
    )
    if given and importing.import_id is not None:
        async with desk.work().write() as tx:
            await ledger_layouts.remember(tx, reader.layouts(), given, import_id=importing.import_id)


async def _undo(settings: Settings, import_id: int) -> int:
    language = settings.locale.language
    async with opened(settings) as desk:
        preparer = await ledger_taking.preparer(desk.work())
        try:
            with progress(None, say(language, "import.progress_undo", number=import_id)) as step:
                done = await ledger_undo.undo(desk.work, import_id, preparer, progress=step)
        except ledger_undo.NoSuchImport as error:
            raise Failure(reader_of(language).plain(error.text)) from None
        except RowRejected as error:  # what was kept by an older version
            why = words(error.why, language)
            raise Failure(say(language, "import.cannot_restore", why=why)) from None
    for name in done.stay:
        tell_terminal(say(language, "import.stays", name=name))
    told = {"gone": done.gone, "restored": done.restored or None, "stay": len(done.stay)}
    tell_terminal(say(language, "import.undone", number=import_id, **told))
    if done.stay:
        return 3 if done.gone or done.restored else 1
    return 0


def _mapped(pairs: Sequence[str], language: str) -> dict[str, str]:
    """What ``--map "column=field"`` says. Raises :class:`Failure` for a field that there is not."""
    given: dict[str, str] = {}
    for pair in pairs:
        column, equals, word = pair.rpartition("=")
        if not equals or not column.strip():
            raise Failure(say(language, "import.map_how", pair=repr(pair)))
        said = meant(column, word)
        if said is None:
            fields = ", ".join((*COLUMNS, *SHORT))
            told = say(language, "import.map_field", pair=repr(pair), field=word.strip(), fields=fields)
            raise Failure(told)
        given |= dict([said])
    return given


async def _with_unit(desk: Opened, given: dict[str, str], language: str) -> dict[str, str]:
    """The same with the whole name of the unit that was asked. Raises :class:`Failure` for one that is not known."""
    try:
        async with desk.work().read() as tx:
            return await with_unit(tx, given)
    except NoSuchUnit as error:
        raise Failure(say(language, "import.no_unit", name=error.name)) from None


def _header_rows(said: Sequence[str], language: str) -> dict[str, int]:
    """What ``--header ROW`` or ``--header SHEET=ROW`` says. Raises :class:`Failure` for what is no number of a row."""
    rows = {}
    for one in said:
        sheet, _, row = one.rpartition("=")
        if not (row.isascii() and row.isdigit() and len(row) < MOST_DIGITS):
            raise Failure(say(language, "import.header_how", said=repr(one)))
        rows[sheet or EVERY_SHEET] = int(row)
    return rows
