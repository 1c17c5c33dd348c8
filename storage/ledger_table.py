"""What CSV and XLSX have in common when read: a header, and rows of text cells under it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from storage.ledger import LedgerRow, LedgerUnreadable, RejectedRow
from storage.ledger_columns import column_of, unflatten

#: What a spreadsheet leaves of a long number: 3.20583E+17. Its last digits are lost for good.
_ROUNDED = re.compile(r"\d(\.\d+)?E\+\d\d", re.IGNORECASE)


class Header:
    """The columns of a table. Raises :class:`LedgerUnreadable` when none is known or one stands twice."""

    def __init__(self, cells: Sequence[str], unknown: list[str]) -> None:
        while cells and not cells[-1].strip():
            cells = cells[:-1]
        known = [column_of(cell) for cell in cells]
        if not any(known):
            raise LedgerUnreadable(
                "the first row names no column of a ledger; expected id, type, from_unit, … or 编号, 类型, …"
            )
        self._columns: list[str] = []
        for number, (cell, column) in enumerate(zip(cells, known, strict=True), start=1):
            name = column or cell.strip() or f"column {number}"
            if name in self._columns:
                raise LedgerUnreadable(f"two columns are {name}")
            self._columns.append(name)
            if column is None:
                unknown.append(name)

    def row(self, line: int, cells: Sequence[str]) -> LedgerRow | RejectedRow:
        """The row that these cells are, or why they are none."""
        text = " | ".join(cells)
        extra = [cell for cell in cells[len(self._columns) :] if cell]
        if extra:
            reason = f"{len(cells)} cells under {len(self._columns)} columns"
            return RejectedRow(line=line, reason=reason, text=text)
        # strict is off: cells missing at the end are empty ones
        named = dict(zip(self._columns, cells, strict=False))
        for column, cell in named.items():
            if ".ids." in column and _ROUNDED.fullmatch(cell.strip()):
                reason = f"{column} {cell.strip()} was rounded by a spreadsheet; format the column as text"
                return RejectedRow(line=line, reason=reason, text=text)
        return LedgerRow(line=line, row=unflatten(named))
