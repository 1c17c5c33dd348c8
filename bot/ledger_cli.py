"""``crossbeat import``, ``export`` and ``match``: the ledger over files, the engine in bulk."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from bot.failure import Failure
from bot.opening import Opened, opened
from bot.settings import Settings
from storage.ledger import (
    LedgerReader,
    LedgerRow,
    LedgerUnfit,
    LedgerUnreadable,
    LedgerWriter,
    RejectedRow,
    form_of,
    read_jsonl,
)
from workflow import bulk, ledger
from workflow.ledger import Prepared, RowRejected, Rules

SHOWN_REJECTS = 20  # on stderr; --rejects takes all


@dataclass(kw_only=True)
class Report:
    """What became of a file's rows."""

    taken: int = 0
    known: int = 0
    rejected: list[RejectedRow] = field(default_factory=list)
    keep: int | None = SHOWN_REJECTS  # how many rejected rows are remembered
    count: int = 0

    def reject(self, row: RejectedRow) -> None:
        self.count += 1
        if self.keep is None or len(self.rejected) < self.keep:
            self.rejected.append(row)


async def import_(settings: Settings, args: argparse.Namespace) -> int:
    """Take a ledger in: row by row with a report, or all or nothing with ``--atomic``."""
    path: Path = args.file
    if not path.is_file():
        raise Failure(f"{path}: no such file")
    async with opened(settings) as desk:
        report = Report(keep=None if args.rejects else SHOWN_REJECTS)
        try:
            reader = LedgerReader(path)
            if args.atomic:
                await _import_atomic(desk, reader, report)
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
    rules = await ledger.rules(desk.work())
    batch: list[tuple[LedgerRow, Prepared]] = []
    with progress(path.stat().st_size, f"{path.name}") as step:
        for item in reader:
            step(item.line)
            made = _prepared(item, rules, desk, report)
            if made is not None:
                batch.append(made)
            if len(batch) >= ledger.BATCH:
                await _write(desk, batch, report)
                batch.clear()
        await _write(desk, batch, report)


async def _import_atomic(desk: Opened, reader: LedgerReader, report: Report) -> None:
    """All rows in one transaction, which is rolled back when any is refused."""
    rules = await ledger.rules(desk.work())
    try:
        async with desk.work().write() as tx:
            batch: list[tuple[LedgerRow, Prepared]] = []
            for item in reader:
                made = _prepared(item, rules, desk, report)
                if made is not None:
                    batch.append(made)
                if len(batch) >= ledger.BATCH:
                    _count(batch, await ledger.write(tx, [p for _, p in batch]), report)
                    batch.clear()
            _count(batch, await ledger.write(tx, [p for _, p in batch]), report)
            if report.count:
                raise _RolledBack
    except _RolledBack:
        report.taken = report.known = 0


class _RolledBack(Exception):
    """Leaves the transaction of an atomic import that met a bad row."""


def _prepared(
    item: LedgerRow | RejectedRow, rules: Rules, desk: Opened, report: Report
) -> tuple[LedgerRow, Prepared] | None:
    if isinstance(item, RejectedRow):
        report.reject(item)
        return None
    try:
        return item, ledger.prepare(item.row, rules, desk.engine)
    except RowRejected as error:
        report.reject(_rejected(item, str(error)))
        return None


def _rejected(item: LedgerRow, why: str) -> RejectedRow:
    return RejectedRow(line=item.line, reason=why, text=json.dumps(item.row, ensure_ascii=False, default=str))


async def _write(desk: Opened, batch: list[tuple[LedgerRow, Prepared]], report: Report) -> None:
    if batch:
        async with desk.work().write() as tx:
            refused = await ledger.write(tx, [prepared for _, prepared in batch])
        _count(batch, refused, report)


def _count(batch: list[tuple[LedgerRow, Prepared]], refused: list[ledger.Refusal], report: Report) -> None:
    for refusal in refused:
        if refusal.same:
            report.known += 1
        else:
            report.reject(_rejected(batch[refusal.position][0], refusal.why))
    report.taken += len(batch) - len(refused)


def _write_rejects(path: Path, rejected: list[RejectedRow]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for row in sorted(rejected, key=lambda r: r.line):
            file.write(
                json.dumps({"line": row.line, "reason": row.reason, "row": row.text}, ensure_ascii=False)
                + "\n"
            )


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
    sys.stderr.write(f"{report.taken} taken{known}, {report.count} rejected\n")


async def export(settings: Settings, args: argparse.Namespace) -> int:
    """The whole ledger in order of being asked; the form by ``--format`` or the file's name."""
    target: Path | None = args.output
    try:
        form = args.format or (form_of(target) if target else "jsonl")
        async with opened(settings) as desk:
            zone = desk.policy.zone
            since = _moment(args.since, "--since", zone)
            until = _moment(args.until, "--until", zone)
            out: Path | IO[bytes] = target or sys.stdout.buffer
            with LedgerWriter(out, form) as writer, progress(None, "export") as step:
                async for row in ledger.rows_out(desk.work(), since=since, until=until):
                    writer.write(row)
                    step(writer.rows)
    except (LedgerUnreadable, LedgerUnfit) as error:
        raise Failure(str(error)) from None
    sys.stderr.write(f"{writer.rows} rows\n")
    return 0


def _moment(text: str | None, name: str, zone: Any) -> datetime | None:
    try:
        return ledger.moment(text, name, zone)
    except RowRejected as error:
        raise Failure(str(error)) from None


async def match(settings: Settings, args: argparse.Namespace) -> int:
    """One query a line in, one result a line out."""
    if args.evaluate:
        return _evaluate(settings, args.evaluate)
    async with opened(settings) as desk:
        as_of = _moment(args.as_of, "--as-of", desk.policy.zone) or desk.clock()
        async for line in _match_lines(desk, args, as_of):
            sys.stdout.write(line + "\n")
        sys.stdout.flush()
    return 0


async def _match_lines(desk: Opened, args: argparse.Namespace, as_of: datetime) -> AsyncIterator[str]:
    async with desk.work().read() as tx:
        for item in _queries(args.file):
            if isinstance(item, RejectedRow):
                sys.stderr.write(f"line {item.line}: {item.reason}\n")
                continue
            query_id = str(item.row.get("id") or item.line)
            began = time.perf_counter()
            found = await bulk.match_row(tx, item.row, as_of=as_of)
            ms = round((time.perf_counter() - began) * 1000, 3)
            result: dict[str, Any] = {"query": query_id, "matches": [m.json() for m in found], "ms": ms}
            if args.explain:
                result["explain"] = await bulk.explain_row(tx, item.row, as_of=as_of)
            yield json.dumps(result, ensure_ascii=False)


def _queries(source: str) -> Iterator[LedgerRow | RejectedRow]:
    if source == "-":
        yield from read_jsonl(sys.stdin.buffer)
        return
    path = Path(source)
    if not path.is_file():
        raise Failure(f"{path}: no such file")
    with path.open("rb") as file:
        yield from read_jsonl(file)


def _evaluate(settings: Settings, path: Path) -> int:
    """Precision, recall and calibration of this configuration on labelled pairs."""
    from matching.evaluate import evaluate

    if not path.is_file():
        raise Failure(f"{path}: no such file")
    rules = settings.policy().types
    with path.open("rb") as file:
        rows = [item.row for item in read_jsonl(file) if isinstance(item, LedgerRow)]
    sys.stdout.write(str(evaluate(rows, rules)) + "\n")
    return 0


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
        task = bar.add_task(words, total=None)
        yield lambda done: bar.update(task, completed=done)
