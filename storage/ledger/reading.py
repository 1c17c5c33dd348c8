"""Ledger files read: earlier requests and answers, as offices and programs keep them, row by row.

Rows are plain dictionaries in the shape of docs/ledger.md. Reading never stops at a bad row: it
comes as a :class:`RejectedRow` with its line and the reason, between the good ones. What a file is, is told by
what is in it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from storage.ledger import by_cells
from storage.ledger import ids as ledger_ids
from storage.ledger.beside import Part, parts_of
from storage.ledger.cells import shown
from storage.ledger.fields import COLUMNS, DISPENSABLE
from storage.ledger.find import (
    LOOK_AT,
    HeaderFound,
    find_header,
    header_at,
    lacks_a_time,
    layout_of,
    perhaps_headers,
    why_no_ledger,
)
from storage.ledger.header import Column, headers_of, named, understand
from storage.ledger.items import (
    HeaderRow,
    LedgerRow,
    LedgerUnfit,
    LedgerUnreadable,
    LeftOut,
    Merge,
    RejectedRow,
    Sheet,
    SheetFound,
    SheetRow,
    Wrong,
)
from storage.ledger.json_lines import MAX_LINE_BYTES, RawLine, jsonl_lines, read_jsonl
from storage.ledger.opening import sheets_of
from storage.ledger.sniff import kind_of
from storage.ledger.spelling import plain
from storage.ledger.table import Table
from storage.ledger.why import Cause, Why, why
from storage.ledger.years import year_told

__all__ = [
    "MAX_LINE_BYTES", "LedgerReader", "LedgerRow", "LedgerUnfit", "LedgerUnreadable", "LeftOut", "RawLine",
    "RejectedRow", "SheetFound", "read_jsonl", "unknown_columns",
]  # fmt: skip

Item = RawLine | LedgerRow | RejectedRow
EVERY_SHEET = ""
EACH_ROW = "="  # before what each row says, in the place of a field
_SAMPLE = 200  # rows by which columns are understood
_KNOWN = frozenset((*COLUMNS, "subjects"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What a person says of a file: ``sheets``: only these; ``given``: header -> field, or ``to_unit`` -> the name of
    the unit that each row was put to which names none, behind :data:`EACH_ROW`; ``headers``: sheet -> the line
    of its header, 0 for none (:data:`EVERY_SHEET`: of each that is not named). ``layouts``: of which one has said
    something before."""

    sheets: Sequence[str] = ()
    given: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, int] = field(default_factory=dict)
    layouts: Collection[str] = ()


class LedgerReader:
    """A file's rows, and what is known of its sheets: ``sheets`` fill while the rows are read.

    A context manager; also iterates over all rows by itself. Unknown columns stay in the rows. Raises
    :class:`LedgerUnreadable` if the whole file is at fault, ``OSError`` if it cannot be opened.
    """

    def __init__(self, path: Path, reading: Reading | None = None) -> None:
        self.sheets: list[SheetFound] = []
        self.left_out: list[LeftOut] = []
        self.path = path
        self._at: tuple[int, Sheet] | None = None  # the sheet that is being read
        self._position = 0
        self._reading = reading or Reading()
        self._open = ExitStack()
        self._found: list[tuple[Sheet, HeaderFound, list[SheetRow]]] | None = None
        self._header_rows: list[HeaderRow] = []  # that may be headers
        self._tables: list[Table] = []
        self._json = False

    def __enter__(self) -> Self:
        self.look()
        return self

    def __exit__(
        self, failure: type[BaseException] | None, _exc: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._open.close()

    def __iter__(self) -> Iterator[LedgerRow | RejectedRow]:
        with self:
            for item in self.unread():
                row = item.read() if isinstance(item, RawLine) else item
                if isinstance(row, LedgerRow):
                    self.met(unknown_columns(row.row))
                yield row

    @property
    def unknown(self) -> list[str]:
        """The columns met so far that are not the ledger's."""
        return list(dict.fromkeys(name for sheet in self.sheets for name in sheet.ignored))

    def look(self) -> None:
        """Finds the sheets and their headers."""
        if self._found is not None:
            return
        kind = kind_of(self.path)
        self._found = []
        if kind == "json":
            self._json = True
            self.sheets.append(SheetFound(name=self.path.name))
            return
        opened = sheets_of(self.path, kind, lambda rows: self._header(self.path.name, rows), self._open)
        sheets = list(self._wanted(opened))
        for sheet in sheets:
            self._look_at(sheet)
        dated = [table for table in self._found if not why_no_ledger(table[1], self._given())]
        if dated:  # beside them a list of people or a statistic is no ledger
            for sheet, header, _ in self._found:
                if no_ledger := why_no_ledger(header, self._given()):
                    self.left_out.append(LeftOut(name=sheet.name, why=no_ledger))
            self._found = dated
        if not self._found:
            raise LedgerUnreadable(self._nothing(), rows=self._header_rows)

    def _given(self) -> tuple[str, ...]:
        return tuple(_of_columns(self._reading.given))

    def layouts(self) -> list[str]:
        """What each sheet that is read is known by: a hash of its header. Without one nothing can be known again."""
        return [layout_of(header) for _, header, _ in self._found or () if header.first]

    def unread(self) -> Iterator[Item]:
        """The rows, where they are lines of JSON not read yet. Whoever reads them tells what was :meth:`met`."""
        self.look()
        if self._json:
            return self._json_lines()
        if not self._tables:
            self.understand()
        return self._rows()

    def met(self, unknown: Iterable[str]) -> None:
        """Names of lines of JSON that are not the ledger's."""
        if self._json:
            known = self.sheets[0].ignored
            known.extend(name for name in unknown if name not in known)

    def share(self) -> float:
        """How much of the file has been read, from 0 to 1."""
        if self._json:
            return self._position / max(self.path.stat().st_size, 1)
        if self._at is None:
            return 0.0
        place, sheet = self._at
        return (place + sheet.share()) / len(self._tables)

    def _rows(self) -> Iterator[Item]:
        for place, table in enumerate(self._tables):
            self._at = (place, table.sheet)
            yield from table.rows()

    # -- lines of JSON -----------------------------------------------------------------------------------

    def _json_lines(self) -> Iterator[Item]:
        [found] = self.sheets
        with self.path.open("rb") as file:
            for item in jsonl_lines(file):
                if item is None:
                    found.blank += 1
                found.read += 1
                self._position = file.tell()
                if item is not None:
                    yield item

    # -- tables ------------------------------------------------------------------------------------------

    def _header(
        self, name: str, rows: Sequence[SheetRow], merges: Sequence[Merge] = ()
    ) -> HeaderFound | None:
        """The header of a sheet: where a person says, else where it is found."""
        line = self._said_line(name)
        if line is not None:
            return header_at(rows, merges, line)
        return find_header(rows, merges, self._given(), self._reading.layouts) if rows else None

    def _said_line(self, name: str) -> int | None:
        said = self._reading.headers
        return said.get(name, said.get(EVERY_SHEET))

    def _wanted(self, sheets: Sequence[Sheet]) -> Iterator[Sheet]:
        wanted = self._reading.sheets
        names = [sheet.name for sheet in sheets]
        missing = [name for name in wanted if name not in names]
        if missing:
            raise LedgerUnreadable(
                why(Cause.NO_SHEET, name=self.path.name, sheet=missing[0], sheets=", ".join(names))
            )
        for sheet in sheets:
            if wanted and sheet.name not in wanted:
                self.left_out.append(LeftOut(name=sheet.name, why=why(Cause.NOT_ASKED_FOR)))
            elif sheet.left_out:
                self.left_out.append(LeftOut(name=sheet.name, why=sheet.left_out))
            else:
                yield sheet

    def _look_at(self, sheet: Sheet) -> None:
        assert self._found is not None  # noqa: S101 (it is being filled)
        try:
            rows = list(itertools.islice(sheet.rows(), LOOK_AT + _SAMPLE))
            header = self._header(sheet.name, rows, sheet.merges())
        except LedgerUnreadable as error:
            self.left_out.append(LeftOut(name=sheet.name, why=error.why))
            return
        filled = any(cell not in (None, "") for row in rows for cell in row.cells)
        self._header_rows += [(sheet.name, line, names) for line, names in perhaps_headers(rows)]
        if header is None:
            line = self._said_line(sheet.name)
            no_ledger = why_no_ledger(None) if line is None else why(Cause.NO_ROW, line=line)
            no_ledger = no_ledger if filled else why(Cause.EMPTY_SHEET)
            assert no_ledger is not None  # noqa: S101 (without a header there is always a reason)
            self.left_out.append(LeftOut(name=sheet.name, why=no_ledger))
            return
        below = [row for row in rows if row.line > header.last][:_SAMPLE]
        beside = parts_of(sheet, header)
        self._found += [(part, of_it, [part.of(row) for row in below]) for part, of_it in beside]
        if not beside:
            self._found.append((sheet, header, below))

    def _nothing(self) -> Why:
        """Why no sheet is read, in one line."""
        name = self.path.name
        if len(self.left_out) == 1:
            return why(Cause.NO_LEDGER, name=name, why=self.left_out[0].why, advice=why(Cause.WORKS))
        if all(sheet.why.cause is Cause.EMPTY_SHEET for sheet in self.left_out):
            return why(Cause.EMPTY_FILE, name=name)
        whys = [why(Cause.SHEET, sheet=sheet.name, why=sheet.why) for sheet in self.left_out[:5]]
        return why(Cause.NO_LEDGERS, name=name, sheets=whys)

    def understand(
        self,
        *,
        is_type: Callable[[str], bool] | None = None,
        remembered: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        """How the columns are understood. ``is_type``: whether a word names a type of request; ``remembered``:
        layout -> header -> field, as an earlier file with that header was explained."""
        found = self._found or []
        ids = ledger_ids.choose([(sheet, header) for sheet, header, _ in found])
        met: set[str] = set()
        for (sheet, header, below), id_header in zip(found, ids, strict=True):
            said = {**(remembered or {}).get(layout_of(header), {}), **self._reading.given}
            given = _of_columns(said)
            asked = "" if said.get("to_unit") in (None, given.get("to_unit")) else said["to_unit"][1:]
            met.update(plain(name) for name in headers_of(header.names))
            cells = [[shown(cell) for cell in row.cells] for row in below]
            columns = understand(header.names, cells, is_type=is_type, given=given, id_header=id_header)
            place = len(self.sheets)
            report = SheetFound(name=sheet.name, header_row=header.first or None)
            report.columns = {c.header: c.field for c in columns if c.field is not None}
            report.ignored = [
                c.header
                for c, name in zip(columns, header.names, strict=True)
                if c.field is None and any(name)
            ]
            report.perhaps = _perhaps(columns, cells, given)
            if isinstance(sheet, Part):
                report.notes.append(why(Cause.BESIDE))
            if sheet.hidden:
                report.notes.append(why(Cause.HIDDEN_SHEET))
            if given:
                told = ", ".join(f"{name} = {field}" for name, field in given.items())
                report.notes.append(why(Cause.AS_TOLD, columns=told))
            if asked:
                report.notes.append(why(Cause.ALL_ASKED, unit=asked))
            if "asked_at" not in report.columns.values():
                report.notes.append(lacks_a_time(header))
            if not asked and not {"to_unit", "to_unit_code"} & set(report.columns.values()):
                report.notes.append(why(Cause.NO_UNIT_ASKED))
            if "id" not in report.columns.values():
                report.notes.append(why(Cause.NO_NUMBER))
            self.sheets.append(report)
            self._tables.append(
                Table(
                    sheet=sheet, place=place, header=header, columns=columns, found=report,
                    serials=frozenset(at for at, name in enumerate(header.names) if named(*name) == "serial"),
                    tolerated=_tolerated(columns, below),
                    first=sheet.first if isinstance(sheet, Part) else 0,
                    asked=asked,
                    year=year_told(_titles(sheet, header), sheet.name, self.path.stem),
                )
            )  # fmt: skip
        wanted = self._given() if found else self._reading.given  # lines of JSON say it themselves
        missing = [name for name in wanted if plain(name) not in met]
        if missing:
            raise LedgerUnreadable(why(Cause.NO_COLUMN, name=self.path.name, column=missing[0]))
        self._tell_serials_apart()

    def _tell_serials_apart(self) -> None:
        """A serial number that begins anew in each sheet is an id together with the sheet's name."""
        values: list[set[str]] = []
        counted: list[Table] = []
        for table, (_, _, below) in zip(self._tables, self._found or (), strict=True):
            told = set(_under(table, "id", below))
            if told and all(value.isdigit() and len(value) < 7 for value in told):
                values.append(told)
                counted.append(table)
        if any(a & b for a, b in itertools.combinations(values, 2)):
            for table in counted:
                table.id_before = table.sheet.name
                table.found.notes.append(why(Cause.SERIALS_BEGIN_ANEW))


def _of_columns(given: Mapping[str, str]) -> dict[str, str]:
    """What was said of columns, without what each row says."""
    return {name: field for name, field in given.items() if not field.startswith(EACH_ROW)}


def _titles(sheet: Sheet, header: HeaderFound) -> list[str]:
    """What stands above the header."""
    above = itertools.takewhile(lambda row: row.line < header.first, sheet.rows())
    return [text for row in above for cell in row.cells if (text := shown(cell).strip())]


def _perhaps(
    columns: Sequence[Column], cells: Sequence[Sequence[str]], given: Mapping[str, str]
) -> list[tuple[str, str]]:
    """What columns may hold that neither their names nor a person has told."""
    told = {plain(name) for name in given}
    upright = [[row[at] if at < len(row) else "" for row in cells] for at in range(len(columns))]
    found = by_cells.proposed([c.header for c in columns], [c.field for c in columns], upright)
    return [(header, field) for header, field in found if plain(header) not in told]


def _under(table: Table, wanted: str, below: Sequence[SheetRow]) -> Iterator[str]:
    """What stands under the column of a field, in rows that say when was asked: a total has no day."""
    places = {column.field: at for at, column in enumerate(table.columns) if column.field is not None}
    at, asked = places.get(wanted), places.get("asked_at")
    if at is None:
        return
    for row in below:
        cells = [shown(cell).strip() for cell in row.cells]
        if at < len(cells) and cells[at] and (asked is None or "".join(cells[asked : asked + 1])):
            yield cells[at]


def _tolerated(columns: Sequence[Any], below: Sequence[SheetRow]) -> frozenset[int]:
    """Columns that a row can do without, and in which nothing stands but errors."""
    found = set()
    for at, column in enumerate(columns):
        cells = [row.cells[at] for row in below if at < len(row.cells) and row.cells[at] not in (None, "")]
        if column.field in DISPENSABLE and cells and all(isinstance(cell, Wrong) for cell in cells):
            found.add(at)
    return frozenset(found)


def unknown_columns(row: Mapping[str, Any]) -> list[str]:
    """The row's columns that are not the ledger's."""
    return [] if row.keys() <= _KNOWN else [name for name in row if name not in _KNOWN]
