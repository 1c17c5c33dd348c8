"""``crossbeat import`` and ``export``: the ledger over files."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from bot import ledger_pool
from bot.failure import Failure
from bot.opening import Opened, opened
from bot.settings import Settings
from storage.failpoints import reach
from storage.ledger import (
    LedgerReader,
    LedgerUnfit,
    LedgerUnreadable,
    LedgerWriter,
    RejectedRow,
    form_of,
)
from workflow import ledger
from workflow.ledger_rows import RowRejected, moment
from workflow.work import Tx

SHOWN_REJECTS = 20  # on stderr; --rejects takes all
SMALL_FILE = 2_000_000  # bytes; some thousands of rows


@dataclass(kw_only=True)
class Report:
    """What became of a file's rows."""

    taken: int = 0
    known: int = 0
    purged: int = 0  # were here before, and their content was deleted
    rejected: list[RejectedRow] = field(default_factory=list)
    keep: int | None = SHOWN_REJECTS  # how many rejected rows are remembered
    count: int = 0

    def reject(self, row: RejectedRow) -> None:
        self.count += 1
        if self.keep is None or len(self.rejected) < self.keep:
            self.rejected.append(row)


async def import_(settings: Settings, args: argparse.Namespace) -> int:
    """Take a ledger in: row by row with a report, or all or nothing with ``--atomic``."""
    path = _existing(args.file)
    _must_be_writable(args.rejects)
    async with opened(settings) as desk:
        report = Report(keep=None if args.rejects else SHOWN_REJECTS)
        try:
            reader = LedgerReader(path)
            if args.atomic:
                await _import_atomic(desk, reader, report, path)
            else:
                await _import_rows(desk, reader, report, path)
        except LedgerUnreadable as error:
            raise Failure(str(error)) from None
        await ledger.note_import(desk.work(), name=path.name, taken=report.taken, rejected=report.count)
    if args.rejects:
        _write_rejects(args.rejects, report.rejected)
    _tell(path, reader, report)
    return 1 if args.atomic and report.count else 0


async def _import_rows(desk: Opened, reader: LedgerReader, report: Report, path: Path) -> None:
    prepare = await ledger.preparer(desk.work())
    with progress(None, path.name) as step:
        async for batch in ledger_pool.prepared(reader.unread(), prepare, helpers=helpers_for(path)):
            async with desk.work().write() as tx:
                await _write(tx, batch, report)
                reach("import.written")
            reach("import.committed")
            reader.met(batch.unknown)
            step(report.taken + report.known + report.purged + report.count)


async def _import_atomic(desk: Opened, reader: LedgerReader, report: Report, path: Path) -> None:
    """All rows in one transaction, which is rolled back when any is refused."""
    prepare = await ledger.preparer(desk.work())
    try:
        async with desk.work().write() as tx:
            async for batch in ledger_pool.prepared(reader.unread(), prepare, helpers=helpers_for(path)):
                await _write(tx, batch, report)
                reader.met(batch.unknown)
            if report.count:
                raise _RolledBack
    except _RolledBack:
        report.taken = report.known = report.purged = 0


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise Failure(f"{path}: no such file")
    return path


def _must_be_writable(path: Path | None) -> None:
    """Before the work, not after it: a file can be written there. Raises :class:`Failure`."""
    if path is None:
        return
    if path.is_dir():
        raise Failure(f"{path}: is a directory")
    if not path.parent.is_dir():
        raise Failure(f"{path}: there is no directory {path.parent}")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise Failure(f"{path}: cannot be written")


def helpers_for(path: Path) -> int:
    """How many processes prepare rows beside the one that writes: none for what is done in a second, else one
    for each core: preparing takes longer than writing, which waits for the disk now and then."""
    if path.stat().st_size < SMALL_FILE:
        return 0
    return os.cpu_count() or 1


class _RolledBack(Exception):
    """Leaves the transaction of an atomic import that met a bad row."""


async def _write(tx: Tx, batch: ledger_pool.Batch, report: Report) -> None:
    for row in batch.rejected:
        report.reject(row)
    if not batch.good:
        return
    refused = await ledger.write(tx, batch.good, batch.row)
    for refusal in refused:
        if refusal.purged:
            report.purged += 1
        elif refusal.same:
            report.known += 1
        else:
            report.reject(batch.refused(refusal.position, refusal.why))
    report.taken += len(batch.good) - len(refused)


def _write_rejects(path: Path, rejected: list[RejectedRow]) -> None:
    """To a new file that only its owner reads: rejected rows are personal too."""
    with open(path, "w", encoding="utf-8", opener=_private) as file:
        for row in sorted(rejected, key=lambda r: r.line):
            file.write(
                json.dumps({"line": row.line, "reason": row.reason, "row": row.text}, ensure_ascii=False)
                + "\n"
            )


def _private(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)


def _tell(path: Path, reader: LedgerReader, report: Report) -> None:
    for row in report.rejected[:SHOWN_REJECTS]:
        sys.stderr.write(f"{path.name}:{row.line}: {row.reason}\n")
    if report.count > SHOWN_REJECTS:
        sys.stderr.write(f"… and {report.count - SHOWN_REJECTS} more; --rejects FILE takes them all\n")
    if reader.unknown:
        sys.stderr.write(
            f"columns that are not the ledger's, kept with their rows: {', '.join(reader.unknown)}\n"
        )
    known = f", {report.known} on file already" if report.known else ""
    purged = f", {report.purged} left out since their content was deleted here" if report.purged else ""
    sys.stderr.write(f"{report.taken} taken{known}{purged}, {report.count} rejected\n")


async def export(settings: Settings, args: argparse.Namespace) -> int:
    """The whole ledger in order of being asked; the form by ``--format`` or the file's name."""
    target: Path | None = args.output
    _must_be_writable(target)
    try:
        form = args.format or (form_of(target) if target else "jsonl")
        async with opened(settings) as desk:
            zone = desk.policy.zone
            since = _moment(args.since, "--since", zone)
            until = _moment(args.until, "--until", zone)
            out: Path | IO[bytes] = target or sys.stdout.buffer
            await ledger.note_export(desk.work(), since=since, until=until)
            with LedgerWriter(out, form) as writer, progress(None, "export") as step:
                async for row in ledger.rows_out(desk.work(), since=since, until=until):
                    writer.write(row)
                    step(writer.rows)
            gone = await ledger.left_out(desk.work(), since=since, until=until)
    except (LedgerUnreadable, LedgerUnfit) as error:
        raise Failure(str(error)) from None
    left_out = f", {gone} left out whose content was deleted" if gone else ""
    sys.stderr.write(f"{writer.rows} rows{left_out}\n")
    return 0


def _moment(text: str | None, name: str, zone: Any) -> datetime | None:
    try:
        return moment(text, name, zone)
    except RowRejected as error:
        raise Failure(str(error)) from None


@contextmanager
def progress(total: int | None, words: str) -> Iterator[Any]:
    """A bar on a terminal, nothing elsewhere. Called with how many rows are done."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(words, total=total)
        yield lambda done: bar.update(task, completed=done)
