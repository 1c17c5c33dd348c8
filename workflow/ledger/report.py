"""What became of a file's rows, sheet by sheet, and the rejected rows themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from storage.ledger.reading import LedgerReader, RejectedRow
from workflow.ledger.batches import Batch
from workflow.ledger.taking import Written

REMEMBERED = 20  # rejected rows, unless more are asked for
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
    correctable: int = 0  # of the rejected: would be corrected, were that asked for
    doubtful: int = 0  # of those taken or updated: with numbers that nobody can have

    def line(self) -> str:
        return f"{self.read} read = " + " + ".join(f"{getattr(self, word)} {word}" for word in WORDS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubted:
    """A row that was taken with numbers whose check digit or length is wrong, and the kinds of these."""

    sheet: str
    line: int
    kinds: tuple[str, ...]

    def json(self) -> dict[str, Any]:
        return {"sheet": self.sheet, "line": self.line, "kinds": list(self.kinds)}


@dataclass(kw_only=True)
class Report:
    """Counts by sheet, and the rejected rows as they come: all to ``rejects``, the first are remembered."""

    rejects: Callable[[Mapping[str, Any]], object] | None = None
    by_sheet: dict[int, Counts] = field(default_factory=dict)
    first: list[tuple[str, RejectedRow]] = field(default_factory=list)
    doubted: list[Doubted] = field(default_factory=list)  # the first of them
    import_id: int | None = None
    names: Sequence[str] = ()  # of the sheets
    remembered: int = REMEMBERED

    def of(self, sheet: int) -> Counts:
        return self.by_sheet.setdefault(sheet, Counts())

    def total(self, word: str) -> int:
        return sum(getattr(counts, word) for counts in self.by_sheet.values())

    def reject(self, row: RejectedRow) -> None:
        self.of(row.sheet).rejected += 1
        name = self._name(row.sheet)
        if len(self.first) < self.remembered:
            self.first.append((name, row))
        if self.rejects is not None:
            self.rejects(told_of(name, row))

    def add(self, batch: Batch, written: Written) -> None:
        """A batch has been dealt with."""
        rejected = list(batch.rejected)
        gone = {refusal.position for refusal in written.refused} | set(written.updated)
        for refusal in written.refused:
            counts = self.of(batch.sheet(refusal.position))
            if refusal.same or refusal.purged:
                counts.unchanged += 1
                counts.deleted += refusal.purged
            else:
                counts.correctable += refusal.correctable
                rejected.append(batch.refused(refusal.position, refusal.why))
        taken = Counter(batch.sheet(at) for at in range(len(batch.good)) if at not in gone)
        for sheet, count in taken.items():
            self.of(sheet).taken += count
        for position in written.updated:
            self.of(batch.sheet(position)).updated += 1
        refused = gone.difference(written.updated)
        for position, good in enumerate(batch.good):
            if good.doubts and position not in refused:
                self._doubt(batch, position, good.doubts)
        for row in sorted(rejected, key=lambda row: (row.sheet, row.line)):
            self.reject(row)

    def _doubt(self, batch: Batch, position: int, kinds: tuple[str, ...]) -> None:
        place = batch.sheet(position)
        self.of(place).doubtful += 1
        if len(self.doubted) < self.remembered:
            self.doubted.append(Doubted(sheet=self._name(place), line=batch.line(position), kinds=kinds))

    def _name(self, place: int) -> str:
        return self.names[place] if place < len(self.names) else ""

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
    """What ``--report`` holds, its reasons not worded yet."""
    sheets = []
    for place, sheet in enumerate(reader.sheets):
        counts = report.of(place)
        told: dict[str, Any] = {"name": sheet.name, "header_row": sheet.header_row, "read": counts.read}
        told |= {word: getattr(counts, word) for word in WORDS}
        told["doubtful"] = counts.doubtful
        told |= {"columns": sheet.columns, "ignored": sheet.ignored, "notes": sheet.notes}
        sheets.append(told)
    left_out = [{"name": sheet.name, "why": sheet.why} for sheet in reader.left_out]
    doubtful = [row.json() for row in report.doubted]
    return {"import": report.import_id, "sheets": sheets, "left_out": left_out, "doubtful": doubtful}


def told_of(sheet: str, row: RejectedRow) -> dict[str, Any]:
    """A rejected row as it is given out: where it stands, why it is none, and its raw cells."""
    cells = list(row.cells) or [row.text]
    return {"sheet": sheet, "line": row.line, "reason": row.reason, "cells": cells}
