"""Spreadsheets of LibreOffice and WPS (``.ods``), row by row.

A reader of our own for the reasons of :mod:`storage.ledger.xlsx`: python-calamine gives no merged cells of these
files at all, and no formula without its value.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from storage.ledger.items import Cell, LedgerUnreadable, Merge, SheetRow, Wrong
from storage.ledger.why import Cause, Why, why
from storage.ledger.xlsx import MAX_MERGES, MAX_UNPACKED_BYTES
from storage.ledger.xlsx_cells import MAX_CELL_CHARS, MAX_COLUMNS
from storage.ledger.xml import DANGEROUS, fed, local, parser

_CONTENT = "content.xml"
_MANY = 1000  # the same row so often is the empty rest of a sheet
_UNCALCULATED = Wrong(why(Cause.FORMULA))
_TOO_LONG = Wrong(why(Cause.LONG_CELL, most=MAX_CELL_CHARS))


class Ods:
    """The sheets of a spreadsheet. A context manager. Raises :class:`LedgerUnreadable`."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        try:
            self._zip = zipfile.ZipFile(path)
            size = self._zip.getinfo(_CONTENT).file_size
        except (zipfile.BadZipFile, KeyError, OSError) as error:
            raise LedgerUnreadable(why(Cause.DAMAGED, name=path.name, error=str(error))) from None
        if size > MAX_UNPACKED_BYTES:
            raise LedgerUnreadable(why(Cause.UNPACKS, name=path.name))

    def __enter__(self) -> Ods:
        return self

    def __exit__(self, *_failure: object) -> None:
        self._zip.close()

    def sheets(self) -> list[OdsSheet]:
        names = [name for name, _ in _tables(self._zip, None)]
        return [OdsSheet(name=name, at=at, packed=self._zip) for at, name in enumerate(names)]


class OdsSheet:
    """One sheet of a spreadsheet."""

    hidden = False
    left_out: Why | None = None
    epoch_1904 = False  # dates are written as dates
    text = False

    def __init__(self, *, name: str, at: int, packed: zipfile.ZipFile) -> None:
        self.name = name
        self._at = at
        self._zip = packed
        self._read = 0

    def share(self) -> float:
        return self._read / max(self._zip.getinfo(_CONTENT).file_size, 1)

    def merges(self) -> Sequence[Merge]:
        return self._merges

    @cached_property
    def _merges(self) -> Sequence[Merge]:
        found: list[Merge] = []
        for _, reading in _tables(self._zip, self._at):
            if reading is not None:
                found += reading.merges
                reading.merges.clear()
                reading.done.clear()
                if len(found) > MAX_MERGES:
                    raise LedgerUnreadable(why(Cause.MANY_MERGES, sheet=self.name))
        return found

    def rows(self) -> Iterator[SheetRow]:
        for _, reading in _tables(self._zip, self._at):
            if reading is not None:
                self._read = reading.read
                yield from reading.done
                reading.done.clear()
                reading.merges.clear()


def _tables(packed: zipfile.ZipFile, wanted: int | None) -> Iterator[tuple[str, _Reading | None]]:
    """The names of all tables, or what is read of one of them, again and again while it is read."""
    reading = _Reading(wanted)
    made = parser()
    made.StartElementHandler = reading.start
    made.EndElementHandler = reading.end
    made.CharacterDataHandler = reading.text
    try:
        with packed.open(_CONTENT) as file:
            for _ in fed(made, file):
                if wanted is not None:
                    reading.read = file.tell()
                    yield "", reading
                    if reading.table > wanted:
                        return
                else:
                    yield from ((name, None) for name in reading.names)
                    reading.names.clear()
    except DANGEROUS as error:
        raise LedgerUnreadable(why(Cause.DAMAGED, name=_CONTENT, error=str(error))) from None


class _Reading:
    """What is known of the row and the cell under way."""

    def __init__(self, wanted: int | None) -> None:
        self.names: list[str] = []
        self.done: list[SheetRow] = []
        self.merges: list[Merge] = []
        self.table = -1  # how many have begun, less one
        self.read = 0  # bytes
        self._wanted = wanted
        self._depth = 0  # of tables within tables
        self._line = 0
        self._cells: list[Cell] = []
        self._hidden = False
        self._rows = 1
        self._cell: dict[str, str] = {}
        self._pieces: list[str] = []
        self._size = 0
        self._in_cell = self._taking = False
        self._remark = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = local(name)
        if name == "table":
            self._depth += 1
            if self._depth == 1:
                self.table += 1
                self._line = 0
                self.names.append({local(k): v for k, v in attributes.items()}.get("name", ""))
            return
        if self.table != self._wanted or self._depth != 1:
            return
        if name == "annotation":
            self._remark += 1
        if self._remark:
            return
        if name == "table-row":
            plain = {local(key): value for key, value in attributes.items()}
            self._rows = _count(plain.get("number-rows-repeated"))
            self._hidden = plain.get("visibility", "visible") != "visible"
            self._cells = []
            self._line += 1
        elif name in ("table-cell", "covered-table-cell"):
            self._cell = {key: value for key, value in attributes.items() if not key.startswith("style:")}
            self._pieces, self._size, self._in_cell = [], 0, True
        elif name == "p":
            self._taking = self._in_cell
            if self._pieces:
                self._pieces.append("\n")
        elif name == "s" and self._taking:
            self._pieces.append(" " * min(_count(attributes.get("text:c")), 100))
        elif name in ("line-break", "tab") and self._taking:
            self._pieces.append("\n" if name == "line-break" else "\t")

    def text(self, piece: str) -> None:
        if self._taking and not self._remark:
            self._size += len(piece)
            if self._size <= MAX_CELL_CHARS:
                self._pieces.append(piece)

    def end(self, name: str) -> None:
        name = local(name)
        if name == "table":
            self._depth -= 1
            if self._depth == 0 and self.table == self._wanted:
                self.table += 1  # done; nothing of the following ones is taken
            return
        if self.table != self._wanted or self._depth != 1:
            return
        if name == "annotation":
            self._remark -= 1
        elif self._remark:
            return
        elif name == "p":
            self._taking = False
        elif name in ("table-cell", "covered-table-cell"):
            self._end_cell()
        elif name == "table-row":
            self._end_row()

    def _end_cell(self) -> None:
        self._in_cell = False
        plain = {local(key): value for key, value in self._cell.items()}
        value = self._value(plain)
        wide, tall = _count(plain.get("number-columns-spanned")), _count(plain.get("number-rows-spanned"))
        at = len(self._cells)
        if wide > 1 or tall > 1:
            self.merges.append((self._line, self._line + tall - 1, at, at + wide - 1))
        times = _count(plain.get("number-columns-repeated"))
        if value in (None, "") and times > _MANY:
            return  # the empty rest of a row
        room = max(0, MAX_COLUMNS - at)
        self._cells.extend([value] * min(times, room))

    def _value(self, plain: dict[str, str]) -> Cell:  # noqa: PLR0911 (one for each sort)
        kind = plain.get("value-type", "")
        text = "".join(self._pieces)
        if self._size > MAX_CELL_CHARS:
            return _TOO_LONG
        if "formula" in plain and not kind and not text:
            return _UNCALCULATED
        if text.startswith("Err:") or kind == "error":
            return Wrong(why(Cause.ERROR, error=text), text)
        if kind in ("float", "currency", "percentage"):
            try:
                number = float(plain.get("value", ""))
            except ValueError:
                return text
            return int(number) if number.is_integer() and abs(number) < 1e18 else number
        if kind == "date":
            return _moment(plain.get("date-value", "")) or text
        if kind == "boolean":
            return plain.get("boolean-value") == "true"
        return text or plain.get("string-value", text)

    def _end_row(self) -> None:
        cells = self._cells
        while cells and cells[-1] in (None, ""):
            cells.pop()
        if not cells and self._rows > 1:
            self._line += self._rows - 1  # between rows that hold something their numbers tell
            return
        for again in range(min(self._rows, _MANY)):
            self.done.append(SheetRow(self._line + again, cells, self._hidden))
        self._line += self._rows - 1


def _count(text: str | None) -> int:
    return int(text) if text and text.isdigit() and 0 < int(text) < 10_000_000 else 1


def _moment(text: str) -> datetime | date | None:
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if "T" in text else read.date()
