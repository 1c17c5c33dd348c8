"""Which of a table's columns is the id of its rows, told by all rows of all sheets where several may be it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from storage.ledger.cells import shown
from storage.ledger.find import TELLS, HeaderFound
from storage.ledger.header import ID_RANK, headers_of, named
from storage.ledger.items import Sheet

#: A slip in one row of a hundred makes no serial number of an id.
_SLIPS = 100
_FEWEST = 3  # cells of a row that is none of the remarks below a table


@dataclass(slots=True)
class _Seen:
    """The values of one column so far."""

    rank: int
    values: set[int] = field(default_factory=set)
    rows: int = 0
    bad: int = 0  # rows without a value, or with one that was there before
    serial: bool = True  # 1, 2, 3, …

    def add(self, text: str) -> None:
        self.rows += 1
        if not text or hash(text) in self.values:
            self.bad += 1
        self.values.add(hash(text))
        self.serial = self.serial and text.isdigit() and len(text) < 7

    def order(self) -> tuple[int, bool, int]:
        is_slip = not self.serial and self.bad * _SLIPS <= self.rows
        return (0 if is_slip else self.bad, self.serial, self.rank)


def candidates(header: HeaderFound) -> dict[str, int]:
    """The columns that may be the id, by name: their places."""
    headers = headers_of(header.names)
    return {
        headers[at]: at
        for at, name in enumerate(header.names)
        if name[0] or name[1]
        if named(*name) in ID_RANK
    }


def choose(tables: Sequence[tuple[Sheet, HeaderFound]]) -> list[str]:
    """For each table the name of the column that is its id; "" where there is no choice.

    All rows are read for it, but only where a sheet has several columns that may be it.
    """
    if all(len(candidates(header)) < 2 for _, header in tables):
        return ["" for _ in tables]
    seen: dict[str, _Seen] = {}
    for sheet, header in tables:
        for name, text in _values(sheet, header):
            seen.setdefault(name, _Seen(rank=_rank(header, name))).add(text)
    chosen = []
    for _, header in tables:
        places = candidates(header)
        known = [name for name in places if name in seen]
        best = min(known, key=lambda name: (*seen[name].order(), places[name]), default="")
        chosen.append(best if len(places) > 1 else "")
    return chosen


def _rank(header: HeaderFound, name: str) -> int:
    return ID_RANK[named(*header.names[candidates(header)[name]]) or "serial"]


def _values(sheet: Sheet, header: HeaderFound) -> Iterator[tuple[str, str]]:
    """What stands under each column that may be the id, row by row."""
    places = candidates(header)
    times = [at for at, name in enumerate(header.names) if named(*name) in TELLS]
    for row in sheet.rows():
        if row.line <= header.last or row.fault:
            continue
        filled = [at for at, cell in enumerate(row.cells) if cell not in (None, "")]
        if len(filled) < _FEWEST or (times and not any(at in filled for at in times)):
            continue
        for name, at in places.items():
            yield name, shown(row.cells[at]).strip() if at < len(row.cells) else ""
