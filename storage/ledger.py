"""Ledger files: earlier requests and answers as JSON lines, CSV or XLSX, read and written row by row.

Rows are plain dictionaries in the shape of the command line's contract. Reading never stops at a bad row: it
comes as a :class:`RejectedRow` with its line and the reason, between the good ones.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Literal, Self

from pydantic_core import from_json

from storage.ledger_columns import COLUMNS, flatten, in_order, label_of

Form = Literal["jsonl", "csv", "xlsx"]
FORMS: Mapping[str, Form] = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".xlsx": "xlsx"}

MAX_LINE_BYTES = 10_000_000
_KNOWN = frozenset((*COLUMNS, "subjects"))
_SPOOL_BYTES = 8_000_000  # of rows kept in memory before a temporary file takes them


class LedgerUnreadable(Exception):
    """The file as a whole cannot be read as a ledger; the text says why and what would do."""


class LedgerUnfit(Exception):
    """A row does not fit the form that is written; the text says which row and which form would do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerRow:
    line: int  # of the file, from 1
    row: dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class RejectedRow:
    line: int
    reason: str  # for a person
    text: str  # the row as it stands in the file


def form_of(path: Path) -> Form:
    """The form that a file's name tells. Raises :class:`LedgerUnreadable`."""
    form = FORMS.get(path.suffix.lower())
    if form is None:
        raise LedgerUnreadable(f"{path.name}: a ledger is a .jsonl, .csv or .xlsx file")
    return form


@dataclass(frozen=True, kw_only=True, slots=True)
class RawLine:
    """A line of JSON as it stands in the file: reading it is left to whoever has the time."""

    line: int
    raw: bytes

    def read(self) -> LedgerRow | RejectedRow:
        """The row that the line holds, or why it holds none."""
        text = self.raw.decode(errors="replace").strip()
        try:
            row = _parsed(self.raw)
        except UnicodeDecodeError:
            return RejectedRow(line=self.line, reason="not UTF-8", text=text)
        except UnicodeEncodeError:
            return RejectedRow(line=self.line, reason="holds half a character (a lone surrogate)", text=text)
        except RecursionError:
            return RejectedRow(line=self.line, reason="nested too deeply", text=text)
        except ValueError as exc:
            return RejectedRow(line=self.line, reason=f"not JSON: {exc}", text=text)
        if not isinstance(row, dict):
            return RejectedRow(line=self.line, reason="not a JSON object", text=text)
        return LedgerRow(line=self.line, row=row)


class LedgerReader:
    """Iterates over a file's rows; ``unknown`` names the columns met so far that are not the ledger's.

    Unknown columns stay in the rows. Raises :class:`LedgerUnreadable` at the first row if the whole file is
    at fault, ``OSError`` if it cannot be opened.
    """

    def __init__(self, path: Path, form: Form | None = None) -> None:
        self.unknown: list[str] = []
        self._path = path
        self._form = form or form_of(path)

    def __iter__(self) -> Iterator[LedgerRow | RejectedRow]:
        for item in self.unread():
            row = item.read() if isinstance(item, RawLine) else item
            if isinstance(row, LedgerRow):
                self.met(unknown_columns(row.row))
            yield row

    def unread(self) -> Iterator[RawLine | LedgerRow | RejectedRow]:
        """The rows, where they are lines of JSON not read yet. Whoever reads them tells what was :meth:`met`."""
        if self._form == "csv":
            from storage.ledger_csv import read_csv

            return read_csv(self._path, self.unknown)
        if self._form == "xlsx":
            from storage.ledger_xlsx import read_xlsx

            return read_xlsx(self._path, self.unknown)
        return _lines_of(self._path)

    def met(self, unknown: Iterable[str]) -> None:
        self.unknown.extend(name for name in unknown if name not in self.unknown)


def unknown_columns(row: Mapping[str, Any]) -> list[str]:
    """The row's columns that are not the ledger's."""
    return [] if row.keys() <= _KNOWN else [name for name in row if name not in _KNOWN]


def _lines_of(path: Path) -> Iterator[RawLine | RejectedRow]:
    with path.open("rb") as file:
        yield from jsonl_lines(file)


def read_jsonl(file: IO[bytes]) -> Iterator[LedgerRow | RejectedRow]:
    """The rows of a stream of JSON lines; empty lines are nothing."""
    for item in jsonl_lines(file):
        yield item.read() if isinstance(item, RawLine) else item


def jsonl_lines(file: IO[bytes]) -> Iterator[RawLine | RejectedRow]:
    """The lines of a stream that are not empty; one that is too long is rejected unread."""
    number = 0
    while raw := file.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(raw) > MAX_LINE_BYTES:
            while raw and not raw.endswith(b"\n"):
                raw = file.readline(MAX_LINE_BYTES)
            yield RejectedRow(line=number, reason=f"longer than {MAX_LINE_BYTES} bytes", text="")
            continue
        if number == 1:
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        if raw.strip():
            yield RawLine(line=number, raw=raw)


def _parsed(raw: bytes) -> Any:
    """What a line of JSON says. Raises ``ValueError``, also for a name that stands twice in an object."""
    if not any(sign in raw for sign in _NEEDS_CARE):
        try:
            value = from_json(raw, allow_inf_nan=False)
        except ValueError:
            value = None  # the slow way tells what is wrong
        if value is not None and raw.count(b'":') == _names_in(value):
            return value
    raw.decode()
    value = json.loads(raw, object_pairs_hook=_object, parse_constant=_no_constant)
    json.dumps(value, ensure_ascii=False).encode()  # half a character pair cannot be kept
    return value


#: With an escape, or a space after a quotation mark, names could not be counted by the sign that follows them.
_NEEDS_CARE = (b"\\", b'" ', b'"\t', b'"\r')


def _names_in(value: Any) -> int:
    """How many names the objects of a JSON value have: fewer than were written if one stood there twice."""
    if isinstance(value, dict):
        return len(value) + sum(map(_names_in, value.values()))
    return sum(map(_names_in, value)) if isinstance(value, list) else 0


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice!r} stands in it twice")
    return made


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


class LedgerWriter:
    """Writes rows to a file or an open binary stream; a context manager.

    A file appears complete at the end, or not at all. ``chinese`` writes the headers of CSV and XLSX in
    Chinese. Raises :class:`LedgerUnfit` at the end when a row does not fit the form.
    """

    def __init__(self, target: Path | IO[bytes], form: Form, *, chinese: bool = False) -> None:
        self.rows = 0
        self._target = target
        self._form = form
        self._chinese = chinese
        self._columns: set[str] = set()
        # The columns of a table are known after its last row only. Unlinked, or in memory: it holds names.
        self._spool: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES)  # noqa: SIM115

    def write(self, row: Mapping[str, Any]) -> None:
        """Takes one row."""
        kept: Mapping[str, Any] = row
        if self._form != "jsonl":
            kept = flatten(row)
            self._columns.update(kept)
        self._spool.write(json.dumps(kept, ensure_ascii=False).encode() + b"\n")
        self.rows += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, failure: type[BaseException] | None, _exc: BaseException | None, _trace: TracebackType | None
    ) -> None:
        with self._spool:
            if failure is None:
                self._spool.seek(0)
                self._finish()

    def _finish(self) -> None:
        if not isinstance(self._target, Path):
            self._fill(self._target)
            return
        handle, name = tempfile.mkstemp(dir=self._target.parent, prefix=f".{self._target.name}.")
        fresh = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                self._fill(file)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._target)
        except BaseException:
            fresh.unlink()
            raise

    def _fill(self, file: IO[bytes]) -> None:
        if self._form == "jsonl":
            while chunk := self._spool.read(1 << 20):
                file.write(chunk)
            return
        columns = in_order(self._columns) or ["id"]
        headers = [label_of(column) if self._chinese else column for column in columns]
        rows = ([cells.get(column, "") for column in columns] for cells in map(json.loads, self._spool))
        write: Callable[..., None]
        if self._form == "csv":
            from storage.ledger_csv import write_csv as write
        else:
            from storage.ledger_xlsx import write_xlsx as write
        write(file, headers, rows)
