"""The cells of an XLSX sheet, as they come out of its XML, and the strings that its sheets share."""

from __future__ import annotations

import re
import tempfile
import zipfile
from array import array
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import IO, Any

from storage.ledger.items import Cell, LedgerUnreadable, SheetRow, Wrong
from storage.ledger.why import Cause, Why, why
from storage.ledger.xml import DANGEROUS, fed, local, parser

MAX_CELL_CHARS = 32_767  # Excel's own limit
MAX_COLUMNS = 1024
MAX_STRINGS = 30_000_000
IN_MEMORY_BYTES = 24_000_000  # of shared strings; more go to a file that has no name
_BLOCK = 512  # strings that are read back together
_BLOCKS = 256
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"([A-Za-z]{1,3})(\d+)")
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 (a cell has no zone)
_UNCALCULATED = Wrong(why(Cause.FORMULA))
_TOO_LONG = Wrong(why(Cause.LONG_CELL, most=MAX_CELL_CHARS))


@dataclass(frozen=True, kw_only=True)
class Book:
    """What the sheets of a workbook have in common."""

    epoch_1904: bool
    dates: frozenset[int]  # styles whose numbers are dates
    strings: SharedStrings


class SharedStrings:
    """The texts that cells refer to by number. Beyond some megabytes they lie in a file, or a million rows of
    different texts would need half a gigabyte."""

    def __init__(self, packed: zipfile.ZipFile, part: str) -> None:
        self._zip, self._part = packed, part
        self._read = False
        self._kept: list[str] = []
        self._file: IO[bytes] | None = None
        self._ends = array("Q", [0])
        self._blocks: OrderedDict[int, list[str]] = OrderedDict()

    def __getitem__(self, number: int) -> str:
        if not self._read:
            self._read_all()
        if self._file is None:
            return self._kept[number]
        block = self._blocks.get(number // _BLOCK)
        if block is None:
            block = self._load(number // _BLOCK)
        else:
            self._blocks.move_to_end(number // _BLOCK)
        return block[number % _BLOCK]

    def _load(self, at: int) -> list[str]:
        file = self._file
        assert file is not None  # noqa: S101 (asked for only then)
        ends = self._ends[at * _BLOCK : (at + 1) * _BLOCK + 1]
        file.seek(ends[0])
        raw = file.read(ends[-1] - ends[0])
        block = [raw[a - ends[0] : b - ends[0]].decode() for a, b in pairwise(ends)]
        self._blocks[at] = block
        if len(self._blocks) > _BLOCKS:
            self._blocks.popitem(last=False)
        return block

    def _read_all(self) -> None:
        self._read = True
        if not self._part:
            return
        size = 0
        try:
            with self._zip.open(self._part) as file:
                for text in _strings(file):
                    size += len(text)
                    self._add(text, spill=size > IN_MEMORY_BYTES)
        except DANGEROUS as error:
            raise LedgerUnreadable(why(Cause.DAMAGED, name=self._part, error=str(error))) from None
        if self._file is not None:
            self._kept.clear()

    def _add(self, text: str, *, spill: bool) -> None:
        if not spill:
            self._kept.append(text)
            return
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 (unlinked; it goes with us)
            kept, self._kept = self._kept, []
            for one in kept:
                self._add(one, spill=True)
        raw = text.encode("utf-8", "replace")
        self._file.write(raw)
        self._ends.append(self._ends[-1] + len(raw))
        if len(self._ends) > MAX_STRINGS:
            raise LedgerUnreadable(why(Cause.MANY_TEXTS))


def _strings(file: IO[bytes]) -> Iterator[str]:
    """The texts of the part in their order: of rich text all runs, of ruby the text alone."""
    done: list[str] = []
    pieces: list[str] = []
    state = {"in": False, "ruby": False, "size": 0}

    def start(name: str, _attributes: dict[str, str]) -> None:
        name = local(name)
        if name == "si":
            pieces.clear()
            state["size"] = 0
        elif name == "t":
            state["in"] = True
        elif name == "rPh":
            state["ruby"] = True

    def end(name: str) -> None:
        name = local(name)
        if name == "t":
            state["in"] = False
        elif name == "rPh":
            state["ruby"] = False
        elif name == "si":
            done.append(unescaped("".join(pieces)))

    def text(piece: str) -> None:
        if state["in"] and not state["ruby"] and state["size"] <= MAX_CELL_CHARS:
            pieces.append(piece)
            state["size"] += len(piece)

    made = parser()
    made.StartElementHandler, made.EndElementHandler, made.CharacterDataHandler = start, end, text
    for _ in fed(made, file):
        yield from done
        done.clear()


def unescaped(text: str) -> str:
    """The text with its characters that XML cannot hold (``_x000D_``)."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def read_rows(file: IO[bytes], book: Book) -> Iterator[SheetRow]:
    """The rows of a sheet that stand in its file, in their order."""
    reading = _Reading(book)
    made = parser()
    made.StartElementHandler = reading.start
    made.EndElementHandler = reading.end
    made.CharacterDataHandler = reading.text
    for _ in fed(made, file):
        yield from reading.done
        reading.done.clear()


class _Reading:
    """What is known of the row and the cell under way. Called for every element: as little as can be."""

    def __init__(self, book: Book) -> None:
        self.done: list[SheetRow] = []
        self._book = book
        self._line = 0
        self._hidden = False
        self._fault: Why | None = None
        self._cells: list[Cell] = []
        self._column = -1
        self._type = ""
        self._style = ""
        self._pieces: list[str] = []
        self._size = 0
        self._taking = False
        self._ruby = False
        self._formula = False
        self._valued = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if ":" in name:
            name = local(name)
        if name == "c":
            self._begin_cell(attributes)
        elif name in ("v", "t"):
            self._taking = not self._ruby
            self._valued = True
        elif name == "f":
            self._formula = True
        elif name == "row":
            number = attributes.get("r", "")
            self._line = int(number) if number.isdigit() else self._line + 1
            self._hidden = attributes.get("hidden", "0") in ("1", "true", "on")
            self._cells, self._column, self._fault = [], -1, None
        elif name == "rPh":
            self._ruby = True

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        reference = _REFERENCE.match(attributes.get("r", ""))
        self._column = _column(reference[1]) if reference else self._column + 1
        self._type = attributes.get("t", "n")
        self._style = attributes.get("s", "0")
        self._pieces = []
        self._size = 0
        self._formula = self._valued = False

    def text(self, piece: str) -> None:
        if self._taking:
            self._size += len(piece)
            if self._size <= MAX_CELL_CHARS:
                self._pieces.append(piece)

    def end(self, name: str) -> None:
        if ":" in name:
            name = local(name)
        if name in ("v", "t"):
            self._taking = False
        elif name == "c":
            self._end_cell()
        elif name == "row":
            self.done.append(SheetRow(self._line, self._cells, self._hidden, self._fault))
        elif name == "rPh":
            self._ruby = False

    def _end_cell(self) -> None:
        if not self._valued and not self._formula:
            return
        column = self._column
        if column >= MAX_COLUMNS:
            self._fault = why(Cause.FAR_CELLS, most=MAX_COLUMNS)
            return
        cells = self._cells
        if column > len(cells):
            cells.extend([None] * (column - len(cells)))
        value = self._value()
        if column < len(cells):
            cells[column] = value
        else:
            cells.append(value)

    def _value(self) -> Cell:  # noqa: PLR0911 (one for each sort)
        text = self._pieces[0] if len(self._pieces) == 1 else "".join(self._pieces)
        kind = self._type
        if self._size > MAX_CELL_CHARS:
            return _TOO_LONG
        if kind == "s":
            return self._book.strings[int(text)] if text else None
        if kind in ("inlineStr", "str"):
            return unescaped(text)
        if not text:
            return _UNCALCULATED if self._formula else None
        if kind == "n":
            return _number(text, is_date=self._is_date(), epoch_1904=self._book.epoch_1904)
        if kind == "b":
            return text.strip() in ("1", "true")
        if kind == "e":
            return Wrong(why(Cause.ERROR, error=text), text)
        return _iso(text) if kind == "d" else text

    def _is_date(self) -> bool:
        return self._style.isdigit() and int(self._style) in self._book.dates


def _column(letters: str) -> int:
    if len(letters) == 1:
        return ord(letters) - 65 if letters.isupper() else ord(letters) - 97
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def _number(text: str, *, is_date: bool, epoch_1904: bool) -> Cell:
    try:
        value: int | float = int(text) if text.isdigit() and len(text) < 400 else float(text)
    except ValueError:
        return text
    return (serial_date(value, epoch_1904=epoch_1904) or value) if is_date else value


def serial_date(value: float, *, epoch_1904: bool) -> datetime | date | time | None:
    """The moment that a spreadsheet counts so, to the second; None for what it does not count."""
    if not 0 <= value < 2_958_466:  # the year 10000
        return None
    if value < 1:
        seconds = round(value * 86_400) % 86_400
        return time(seconds // 3600, seconds // 60 % 60, seconds % 60)
    if value < 60 and not epoch_1904:
        value += 1  # Excel has a 29 February 1900
    start = _EPOCH_1904 if epoch_1904 else _EPOCH
    moment = start + timedelta(seconds=round(value * 86_400))
    return moment if moment.time() != time() else moment.date()


def _iso(text: str) -> Any:
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        return text
    return read.date() if len(text.strip()) == len("2024-03-01") else read
