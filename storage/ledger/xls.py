"""Workbooks of the old Excel (``.xls``) and binary ones (``.xlsb``), by python-calamine.

They have at most 65,536 rows a sheet (``.xls``), so that holding one in memory is no harm. What calamine leaves
out: which days a ``.xls`` counts from where its cells' format is none that calamine takes for a date.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from storage.ledger.items import Cell, LedgerUnreadable, Merge, SheetRow, Wrong
from storage.ledger.why import Cause, Why, why
from storage.ledger.xlsx_cells import MAX_CELL_CHARS, MAX_COLUMNS

MAX_BYTES = 300_000_000
#: The record that says whether a workbook counts from 1904: its number, its length, yes.
_FROM_1904 = b"\x22\x00\x02\x00\x01\x00"
_HEAD = 1_000_000


class Xls:
    """The sheets of a workbook. A context manager. Raises :class:`LedgerUnreadable`."""

    def __init__(self, path: Path) -> None:
        if path.stat().st_size > MAX_BYTES:
            raise LedgerUnreadable(why(Cause.LARGE_XLS, name=path.name))
        self.name = path.name
        with path.open("rb") as file:
            self._from_1904 = path.suffix.lower() != ".xlsb" and _FROM_1904 in file.read(_HEAD)
        try:
            with path.open("rb") as file:  # by the name, calamine would take a renamed workbook for another
                self._book = CalamineWorkbook.from_filelike(file)
        except PasswordError:
            raise LedgerUnreadable(why(Cause.PASSWORD, name=path.name)) from None
        except (CalamineError, OSError) as error:
            raise LedgerUnreadable(why(Cause.DAMAGED, name=path.name, error=str(error))) from None

    def __enter__(self) -> Xls:
        return self

    def __exit__(self, *_failure: object) -> None:
        self._book.close()

    def sheets(self) -> list[XlsSheet]:
        return [
            XlsSheet(
                name=sheet.name,
                hidden=sheet.visible != SheetVisibleEnum.Visible,
                left_out=None if sheet.typ == SheetTypeEnum.WorkSheet else why(Cause.NO_TABLE),
                epoch_1904=self._from_1904,
                book=self._book,
            )
            for sheet in self._book.sheets_metadata
        ]


class XlsSheet:
    """One sheet of a workbook."""

    text = False

    def __init__(
        self, *, name: str, hidden: bool, left_out: Why | None, epoch_1904: bool, book: CalamineWorkbook
    ) -> None:
        self.name = name
        self.hidden = hidden
        self.left_out = left_out
        self.epoch_1904 = epoch_1904
        self._book = book
        self._share = 0.0

    def _sheet(self) -> CalamineSheet:
        try:
            return self._book.get_sheet_by_name(self.name)
        except (CalamineError, OSError) as error:
            raise LedgerUnreadable(why(Cause.DAMAGED_SHEET, sheet=self.name, error=str(error))) from None

    def share(self) -> float:
        return self._share

    def merges(self) -> Sequence[Merge]:
        found = self._sheet().merged_cell_ranges or []
        return [(top + 1, bottom + 1, first, last) for (top, first), (bottom, last) in found]

    def rows(self) -> Iterator[SheetRow]:
        sheet = self._sheet()
        if sheet.start is None:
            return
        _, first = sheet.start
        before: list[Cell] = [None] * first
        for line, cells in enumerate(sheet.iter_rows(), start=1):
            self._share = line / max(sheet.total_height, 1)
            yield SheetRow(line, [*before, *map(_cell, cells)][:MAX_COLUMNS])


def _cell(value: Any) -> Cell:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e18:
        return int(value)
    if isinstance(value, str):
        if len(value) > MAX_CELL_CHARS:
            return Wrong(why(Cause.LONG_CELL, most=MAX_CELL_CHARS))
        return value or None
    return value  # type: ignore[no-any-return]
