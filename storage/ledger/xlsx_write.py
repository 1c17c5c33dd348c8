"""Workbooks written: every cell as text, so that no number loses digits and no formula runs."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from typing import IO, Any

import xlsxwriter

from storage.ledger.fields import PROSE, SHORT
from storage.ledger.items import LedgerUnfit
from storage.ledger.why import Cause, why

MAX_ROWS = 1_048_576  # of a sheet, its header included
MAX_CELL_CHARS = 32_767


#: Characters that a column shows, by what its name says; the others show few.
_WIDE, _NARROW, _USUAL = 44, 10, 18
_YEAR = re.compile(r"(\d{4})-")
_NO_YEAR = "ledger"


def write_xlsx(
    file: IO[bytes], columns: Sequence[str], headers: Sequence[str], rows: Iterable[Sequence[str]]
) -> None:
    """Writes a sheet for each year of asking, with a bold, frozen header. Raises :class:`LedgerUnfit`."""
    memory = io.BytesIO()
    asked = columns.index("asked_at") if "asked_at" in columns else None
    with xlsxwriter.Workbook(memory, {"constant_memory": True}) as book:  # rows go to temporary files
        bold = book.add_format({"bold": True})
        text = book.add_format({"num_format": "@"})  # typed into later, it stays text
        sheets: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for number, cells in enumerate(rows, start=1):
            found = _YEAR.match(cells[asked]) if asked is not None else None
            year = found[1] if found else _NO_YEAR
            if year not in sheets:
                sheets[year] = _sheet(book.add_worksheet(year), columns, headers, bold, text)
            line = lines[year] = lines.get(year, 0) + 1
            if line >= MAX_ROWS:
                raise LedgerUnfit(why(Cause.LONG_SHEET, most=MAX_ROWS - 1, year=year))
            for column, cell in enumerate(cells):
                if len(cell) > MAX_CELL_CHARS:
                    raise LedgerUnfit(why(Cause.LONG_FOR_A_CELL, column=headers[column], row=number))
                if cell:
                    sheets[year].write_string(line, column, cell, text)
        if not sheets:
            _sheet(book.add_worksheet(_NO_YEAR), columns, headers, bold, text)
    file.write(memory.getbuffer())


def _sheet(sheet: Any, columns: Sequence[str], headers: Sequence[str], bold: Any, text: Any) -> Any:
    sheet.freeze_panes(1, 0)
    for at, (column, header) in enumerate(zip(columns, headers, strict=True)):
        width = _WIDE if column in PROSE else _NARROW if column in SHORT else _USUAL
        sheet.set_column(at, at, width, text)
        sheet.write_string(0, at, header, bold)
    return sheet
