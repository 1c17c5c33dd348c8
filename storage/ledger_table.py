"""What spreadsheets and text files have in common when read: columns, and rows of text cells under them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from storage.ledger import LedgerRow, LedgerUnreadable, RejectedRow
from storage.ledger_columns import unflatten
from storage.ledger_header import JOINED, Column, understand
from storage.ledger_outcomes import outcome_of, state_of

#: What a spreadsheet leaves of a long number: 3.20583E+17. Its last digits are lost for good.
_ROUNDED = re.compile(r"\d(\.\d+)?E\+?\d\d", re.IGNORECASE)


class Header:
    """The columns of a table. Raises :class:`LedgerUnreadable` when none is known."""

    def __init__(self, cells: Sequence[str], unknown: list[str]) -> None:
        while cells and not cells[-1].strip():
            cells = cells[:-1]
        self._columns: list[Column] = understand([(cell, "") for cell in cells])
        if not any(column.field for column in self._columns):
            raise LedgerUnreadable(
                "the first row names no column of a ledger; expected id, type, from_unit, … or 编号, 类型, …"
            )
        unknown.extend(column.header for column in self._columns if column.field is None)

    def row(self, line: int, cells: Sequence[str]) -> LedgerRow | RejectedRow:
        """The row that these cells are, or why they are none."""
        text = " | ".join(cells)
        extra = [cell for cell in cells[len(self._columns) :] if cell]
        if extra:
            reason = f"{len(cells)} cells under {len(self._columns)} columns"
            return RejectedRow(line=line, reason=reason, text=text)
        # strict is off: cells missing at the end are empty ones
        for column, cell in zip(self._columns, cells, strict=False):
            if _ROUNDED.fullmatch(cell.strip()):
                reason = (
                    f"{column.header} {cell.strip()} was rounded by a spreadsheet; format the column as text"
                )
                return RejectedRow(line=line, reason=reason, text=text)
        return LedgerRow(line=line, row=assembled(self._columns, cells))


def assembled(columns: Sequence[Column], cells: Sequence[str]) -> dict[str, Any]:
    """The row whose cells stand under these columns; several of one field are joined in their order."""
    named: dict[str, str] = {}
    for column, cell in zip(columns, cells, strict=False):
        if cell == "":
            continue
        field = column.field or column.header
        if column.told:
            field = _told(cell, named)
        if field not in named:
            named[field] = cell
        elif cell not in named[field].split(divider := JOINED.get(field, "；")):
            named[field] = f"{named[field]}{divider}{cell}"
    return unflatten(named)


def _told(cell: str, named: dict[str, str]) -> str:
    """Whether a cell under 结果, 办理情况 is an outcome, a state or the answer."""
    if outcome_of(cell) is not None and "outcome" not in named:
        return "outcome"
    return "state" if state_of(cell) is not None and "state" not in named else "answer"
