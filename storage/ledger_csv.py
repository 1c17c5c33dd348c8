"""Ledger rows in CSV: UTF-8 with a mark when written, so that Excel shows it; GBK too when read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

from storage.ledger import MAX_LINE_BYTES, LedgerRow, LedgerUnreadable, RejectedRow
from storage.ledger_table import Header

_DELIMITERS = (",", "\t", ";")  # Excel writes what the country's settings say


def read_csv(path: Path, unknown: list[str]) -> Iterator[LedgerRow | RejectedRow]:
    """The rows of a CSV file; names of columns that we do not know are added to ``unknown``."""
    with path.open(encoding=_encoding(path), newline="") as file:
        first = file.readline()
        file.seek(0)
        csv.field_size_limit(MAX_LINE_BYTES)
        rows = csv.reader(file, delimiter=max(_DELIMITERS, key=first.count), strict=True)
        header: Header | None = None
        while True:
            line = rows.line_num + 1
            try:
                cells = next(rows)
            except StopIteration:
                break
            except csv.Error as exc:
                yield RejectedRow(line=line, reason=f"not CSV: {exc}", text="")
                continue
            if not any(cells):
                continue
            if header is None:
                header = Header(cells, unknown)
            else:
                yield header.row(line, cells)
        if header is None:
            raise LedgerUnreadable(f"{path.name} is empty")


def write_csv(file: IO[bytes], headers: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Writes a table in the form that Excel opens by a double click."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(headers)
    writer.writerows(rows)
    text.detach()  # the stream is the caller's to close


def _encoding(path: Path) -> str:
    """UTF-8 with or without a mark, UTF-16 with one, else GB18030 (a superset of GBK).

    Raises :class:`LedgerUnreadable` when the bytes are none of them.
    """
    with path.open("rb") as raw:
        mark = raw.read(2)
    if mark in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            with path.open(encoding=encoding) as file:
                while file.read(1 << 20):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise LedgerUnreadable(f"{path.name} is neither UTF-8 nor GBK text")
