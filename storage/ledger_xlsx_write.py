"""Workbooks written: every cell as text, so that no number loses digits and no formula runs."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import IO

import xlsxwriter

from storage.ledger_items import LedgerUnfit

MAX_ROWS = 1_048_576  # of a sheet, its header included
MAX_CELL_CHARS = 32_767


def write_xlsx(file: IO[bytes], headers: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Writes one sheet with a bold, frozen header. Raises :class:`LedgerUnfit`."""
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, {"constant_memory": True}) as book:  # rows go to a temporary file
        sheet = book.add_worksheet("ledger")
        bold = book.add_format({"bold": True})
        text = book.add_format({"num_format": "@"})  # typed into later, it stays text
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(len(headers) - 1, 0), 18, text)
        for column, name in enumerate(headers):
            sheet.write_string(0, column, name, bold)
        for line, cells in enumerate(rows, start=1):
            if line >= MAX_ROWS:
                raise LedgerUnfit(f"more than {MAX_ROWS - 1} rows: write jsonl or csv")
            for column, cell in enumerate(cells):
                if len(cell) > MAX_CELL_CHARS:
                    what = f"{headers[column]} of row {line}"
                    raise LedgerUnfit(f"{what} is too long for a cell: write jsonl or csv")
                if cell:
                    sheet.write_string(line, column, cell, text)
    file.write(memory.getbuffer())
