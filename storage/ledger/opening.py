"""The sheets of a file of any kind; a text file has one, and the sign that divides it is found first."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Literal

from storage.ledger.find import LOOK_AT, HeaderFound
from storage.ledger.items import Sheet, SheetRow
from storage.ledger.text import DIVIDERS, TextSheet, guessed_encoding

FindHeader = Callable[[Sequence[SheetRow]], HeaderFound | None]


def sheets_of(
    path: Path, kind: Literal["text", "ods", "xlsx", "xls", "xlsb"], find: FindHeader, opened: ExitStack
) -> Sequence[Sheet]:
    """The sheets of a file of that kind, which ``opened`` closes. ``find``: what its header is among the first rows
    of a text file. Raises :class:`storage.ledger.items.LedgerUnreadable`."""
    if kind == "text":
        return [_text(path, find)]
    if kind == "ods":
        from storage.ledger.ods import Ods

        return opened.enter_context(Ods(path)).sheets()
    if kind == "xlsx":
        from storage.ledger.xlsx import Workbook

        return opened.enter_context(Workbook(path)).sheets()
    from storage.ledger.xls import Xls

    return opened.enter_context(Xls(path)).sheets()


def _text(path: Path, find: FindHeader) -> Sheet:
    """The table of a text file, divided by the sign under which most columns are known."""
    sheet = plain = TextSheet(path)
    for encoding in (sheet.encoding, None):
        if encoding is None:
            guess = guessed_encoding(path) if sheet.encoding == "gb18030" else None
            if guess is None:
                break
            sheet = TextSheet(path, encoding=guess)
        best = 0
        told = sheet.sep()
        for divider in (told,) if told else DIVIDERS:
            rows = _first_rows(sheet, divider)
            header = find(rows)
            if header is not None and (known := _columns(header, rows)) > best:
                best, sheet.divider = known, divider
                sheet.width = next((len(row.cells) for row in rows if row.line == header.last), 0)
        if best:
            return sheet
    plain.divider = plain.sep() or max(DIVIDERS, key=lambda divider: _wide(_first_rows(plain, divider)))
    return plain


def _first_rows(sheet: TextSheet, divider: str) -> list[SheetRow]:
    tried = TextSheet(sheet.path, encoding=sheet.encoding)
    tried.divider = divider
    return list(itertools.islice(tried.rows(), LOOK_AT))


def _columns(header: HeaderFound, rows: Sequence[SheetRow]) -> int:
    """How many columns speak for the sign that divides them."""
    if header.first:
        return sum(map(any, header.names)) if header.told else header.known
    return _wide(rows)


def _wide(rows: Sequence[SheetRow]) -> int:
    """How many cells most rows have."""
    widths = sorted(len(row.cells) for row in rows)
    return widths[len(widths) // 2] if widths else 0
