"""What a workbook of figures holds, before it is written (:mod:`storage.ledger.sheets_write`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Cell = str | int | float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """One table under a title, with notes below it. ``total``: the last row sums up the others."""

    name: str
    title: str
    headers: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    total: bool = False
    notes: Sequence[str] = ()
