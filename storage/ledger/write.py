"""Ledger files written: JSON lines, CSV, XLSX, complete at the end or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Literal, Self

from storage.ledger.columns import flatten, in_order, label_of
from storage.ledger.items import LedgerUnreadable
from storage.ledger.why import Cause, why

Form = Literal["jsonl", "csv", "xlsx"]
FORMS: Mapping[str, Form] = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".xlsx": "xlsx"}
_SPOOL_BYTES = 8_000_000  # of rows kept in memory before a temporary file takes them


def form_of(path: Path) -> Form:
    """The form that a file's name tells. Raises :class:`LedgerUnreadable`."""
    form = FORMS.get(path.suffix.lower())
    if form is None:
        raise LedgerUnreadable(why(Cause.FORMS, name=path.name))
    return form


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
        if self._form == "csv":
            from storage.ledger.text import write_csv

            write_csv(file, headers, rows)
        else:
            from storage.ledger.xlsx_write import write_xlsx

            write_xlsx(file, columns, headers, rows)
