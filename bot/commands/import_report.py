"""What became of a file's rows: for the person on stderr, as JSON, and the rejected rows themselves."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from bot.commands import ledger_pool
from bot.runtime.private_file import private_file
from storage.ledger.reading import LedgerReader, RejectedRow
from workflow.ledger.taking import Written

SHOWN_REJECTS = 20  # on stderr; --rejects takes all
_SHOWN_NAMES = 12  # columns that are not the ledger's, in one line
WORDS = ("taken", "updated", "unchanged", "rejected", "blank")


@dataclass(kw_only=True)
class Counts:
    """Of one sheet. ``read = taken + updated + unchanged + rejected + blank``."""

    read: int = 0
    taken: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    blank: int = 0
    deleted: int = 0  # of the unchanged: were here before, and their content was deleted

    def line(self) -> str:
        return f"{self.read} read = " + " + ".join(f"{getattr(self, word)} {word}" for word in WORDS)


@dataclass(kw_only=True)
class Report:
    """Counts by sheet, and the rejected rows as they come: all to ``rejects``, the first are remembered."""

    rejects: IO[str] | None = None
    by_sheet: dict[int, Counts] = field(default_factory=dict)
    first: list[tuple[str, RejectedRow]] = field(default_factory=list)
    import_id: int | None = None
    names: Sequence[str] = ()  # of the sheets

    def of(self, sheet: int) -> Counts:
        return self.by_sheet.setdefault(sheet, Counts())

    def total(self, word: str) -> int:
        return sum(getattr(counts, word) for counts in self.by_sheet.values())

    def reject(self, row: RejectedRow) -> None:
        self.of(row.sheet).rejected += 1
        name = self.names[row.sheet] if row.sheet < len(self.names) else ""
        if len(self.first) < SHOWN_REJECTS:
            self.first.append((name, row))
        if self.rejects is not None:
            cells = list(row.cells) or [row.text]
            told = {"sheet": name, "line": row.line, "reason": row.reason, "cells": cells}
            self.rejects.write(json.dumps(told, ensure_ascii=False) + "\n")

    def add(self, batch: ledger_pool.Batch, written: Written) -> None:
        """A batch has been dealt with."""
        rejected = list(batch.rejected)
        gone = {refusal.position for refusal in written.refused} | set(written.updated)
        for refusal in written.refused:
            counts = self.of(batch.sheet(refusal.position))
            if refusal.same or refusal.purged:
                counts.unchanged += 1
                counts.deleted += refusal.purged
            else:
                rejected.append(batch.refused(refusal.position, refusal.why))
        for position in range(len(batch.good)):
            if position not in gone:
                self.of(batch.sheet(position)).taken += 1
        for position in written.updated:
            self.of(batch.sheet(position)).updated += 1
        for row in sorted(rejected, key=lambda row: (row.sheet, row.line)):
            self.reject(row)

    def nothing_written(self) -> None:
        """All was taken back at the end: what would have been taken was not."""
        for counts in self.by_sheet.values():
            counts.rejected += counts.taken + counts.updated
            counts.taken = counts.updated = 0

    def finish(self, reader: LedgerReader) -> None:
        """The whole file has been read."""
        for place, sheet in enumerate(reader.sheets):
            counts = self.of(place)
            counts.read, counts.blank = sheet.read, sheet.blank

    def exit_code(self) -> int:
        """0: all taken; 3: some were not; 1: nothing was."""
        if not sum(self.total(word) for word in ("taken", "updated", "unchanged")):
            return 1
        return 3 if self.total("rejected") else 0


def as_json(report: Report, reader: LedgerReader) -> dict[str, Any]:
    """What ``--report`` holds."""
    sheets = []
    for place, sheet in enumerate(reader.sheets):
        counts = report.of(place)
        told: dict[str, Any] = {"name": sheet.name, "header_row": sheet.header_row, "read": counts.read}
        told |= {word: getattr(counts, word) for word in WORDS}
        told |= {"columns": sheet.columns, "ignored": sheet.ignored, "notes": sheet.notes}
        sheets.append(told)
    left_out = [{"name": sheet.name, "why": sheet.why} for sheet in reader.left_out]
    return {"import": report.import_id, "sheets": sheets, "left_out": left_out}


def write_report(path: Path, report: Report, reader: LedgerReader) -> None:
    with private_file(path) as file:
        json.dump(as_json(report, reader), file, ensure_ascii=False, indent=1)
        file.write("\n")


def tell(path: Path, report: Report, reader: LedgerReader) -> None:
    """The account in words; the last line says of all rows where they went."""
    several = len(reader.sheets) > 1
    for name, row in report.first:
        where = f"{path.name}:{name}:{row.line}" if several else f"{path.name}:{row.line}"
        _say(f"{where}: {row.reason}")
    more = report.total("rejected") - len(report.first)
    if more > 0:
        _say(f"… and {more} more; --rejects FILE takes them all")
    for sheet in reader.sheets:
        begin = f"{sheet.name}: " if several else ""
        if sheet.ignored:
            shown = ", ".join(sheet.ignored[:_SHOWN_NAMES])
            rest = len(sheet.ignored) - _SHOWN_NAMES
            shown += f" and {rest} more" if rest > 0 else ""
            _say(f"{begin}columns that are not the ledger's, kept with their rows: {shown}")
        for note in sheet.notes:
            _say(f"{begin}{note}")
    for left in reader.left_out:
        _say(f"left out: sheet {left.name}: {left.why}")
    if deleted := report.total("deleted"):
        _say(f"{deleted} left out since their content was deleted here")
    if report.import_id is not None:
        _say(f"import {report.import_id}; crossbeat import --undo {report.import_id} takes it back")
    lines = [(sheet.name, report.of(place)) for place, sheet in enumerate(reader.sheets)]
    for name, counts in lines if several else ():
        _say(f"{name}: {counts.line()}")
    words = ("read", *WORDS)
    _say(Counts(**{word: sum(getattr(counts, word) for _, counts in lines) for word in words}).line())


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
