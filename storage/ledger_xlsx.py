"""Ledger rows in XLSX: every cell written as text, so that no number loses digits and no formula runs."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any

import openpyxl
import xlsxwriter
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from storage.ledger import LedgerRow, LedgerUnfit, LedgerUnreadable, RejectedRow
from storage.ledger_table import Header

MAX_ROWS = 1_048_576  # of a sheet, its header included
MAX_CELL_CHARS = 32_767
MAX_UNPACKED_BYTES = 2_000_000_000  # a small file that unpacks to more is an attack, not a ledger
_EXACT_DIGITS = 15  # a spreadsheet's numbers keep so many
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def read_xlsx(path: Path, unknown: list[str]) -> Iterator[LedgerRow | RejectedRow]:
    """The rows of the first sheet; names of columns that we do not know are added to ``unknown``."""
    with path.open("rb") as file:
        book = _open(path.name, file)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # some programs write wrong ones
        header: Header | None = None
        for line, cells in enumerate(sheet.iter_rows(), start=1):
            texts, fault = _texts(cells, line)
            if not any(texts) and not fault:
                continue
            if header is None:
                header = Header(texts, unknown)
            elif fault:
                yield RejectedRow(line=line, reason=fault, text=" | ".join(texts))
            else:
                yield header.row(line, texts)
        if header is None:
            raise LedgerUnreadable(f"{path.name} is empty")


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


def _open(name: str, file: IO[bytes]) -> Any:
    try:
        with zipfile.ZipFile(file) as packed:
            if sum(part.file_size for part in packed.infolist()) > MAX_UNPACKED_BYTES:
                raise LedgerUnreadable(f"{name} unpacks to more than a ledger holds")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions that we do not look at
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError) as exc:
        raise LedgerUnreadable(f"{name} is no XLSX file") from exc
    if not book.worksheets:
        raise LedgerUnreadable(f"{name} has no sheet")
    return book


def _texts(cells: Iterable[Any], line: int) -> tuple[list[str], str]:
    """The cells as text, and what is wrong with one of them ("" if nothing)."""
    texts, fault = [], ""
    for column, cell in enumerate(cells, start=1):
        value = cell.value
        where = f"cell {get_column_letter(column)}{line}"
        if cell.data_type == "e":
            fault = fault or f"{where} holds the error {value}"
        elif (
            isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= 10**_EXACT_DIGITS
        ):
            fault = fault or (
                f"{where} holds a number of more than {_EXACT_DIGITS} digits, which a spreadsheet rounds;"
                " format the column as text"
            )
        texts.append(_text(value))
    return texts, fault


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), str(value))
