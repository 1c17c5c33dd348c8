"""Workbooks of figures written: numbers as numbers, words as text, so that no formula runs; made to be printed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import IO, Any

import xlsxwriter

from storage.ledger.sheets import Cell, Sheet

A4 = 9  # of XlsxWriter's papers
_FIRST, _REST = 30, 14  # characters that a column shows
_MOST = 60
_HEAD, _LINE, _TEXT = "#1F3A5F", "#C9D3DF", "#5B6B7C"


def write_sheets(file: IO[bytes], sheets: Sequence[Sheet]) -> None:
    """Writes one sheet after the other."""
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, {"in_memory": True}) as book:
        looks = {
            "title": book.add_format({"bold": True, "font_size": 14, "font_color": _HEAD}),
            "head": book.add_format({
                "bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": _HEAD, "font_color": "white",
                "border": 1, "border_color": _LINE,
            }),
            "note": book.add_format({"italic": True, "font_color": _TEXT, "text_wrap": True, "valign": "top"}),
        }  # fmt: skip
        cells = {"border": 1, "border_color": _LINE}
        for bold in (False, True):
            looks[f"text{bold}"] = book.add_format(
                cells | {"bold": bold, "num_format": "@", "text_wrap": True}
            )
            looks[f"int{bold}"] = book.add_format(cells | {"bold": bold, "num_format": "#,##0"})
            looks[f"float{bold}"] = book.add_format(cells | {"bold": bold, "num_format": "#,##0.0"})
        for sheet in sheets:
            _write(book.add_worksheet(sheet.name), sheet, looks)
    file.write(memory.getbuffer())


def _write(page: Any, sheet: Sheet, looks: dict[str, Any]) -> None:
    page.set_paper(A4)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(2)
    page.freeze_panes(3, 1)
    page.hide_gridlines(2)
    page.write_string(0, 0, sheet.title, looks["title"])
    for column, header in enumerate(sheet.headers):
        page.set_column(column, column, _width(sheet, column))
        page.write_string(2, column, header, looks["head"])
    for number, row in enumerate(sheet.rows):
        bold = sheet.total and number == len(sheet.rows) - 1
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                page.write_string(number + 3, column, cell, looks[f"text{bold}"])
            elif cell is None:
                page.write_blank(number + 3, column, None, looks[f"text{bold}"])
            else:
                page.write_number(number + 3, column, cell, looks[f"{type(cell).__name__}{bold}"])
    last = max(len(sheet.headers) - 1, 1)
    for number, note in enumerate(sheet.notes, start=len(sheet.rows) + 4):
        page.merge_range(number, 0, number, last, "", looks["note"])
        page.write_string(number, 0, note, looks["note"])
        page.set_row(number, 15 * (1 + _shown(note) // (_FIRST + _REST * last)))


def _width(sheet: Sheet, column: int) -> int:
    """As wide as its longest words, within bounds; headers break over lines."""
    longest = max((_shown(row[column]) for row in sheet.rows if isinstance(row[column], str)), default=0)
    return min(max(longest + 2, _FIRST if column == 0 else _REST), _MOST)


def _shown(cell: Cell) -> int:
    """So many characters of Latin script a text is as wide as."""
    return sum(1 + (ord(char) > 0x2E7F) for char in str(cell or ""))
