"""Tables that stand side by side in one sheet, each under a header of its own: letters in, and letters out.

Read as one, two requests would be one row, and the answer of the one that of the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from storage.ledger.cells import letters
from storage.ledger.find import HeaderFound, Names
from storage.ledger.header import ID_RANK, named
from storage.ledger.items import Merge, Sheet, SheetRow

_ASKED = frozenset(("asked_at", "accepted_at", "some_day"))
_SHARED = 3  # columns of one meaning in both, before they are two tables


class Part:
    """The columns of a sheet from ``first`` to before ``end``, as a sheet of its own."""

    def __init__(self, sheet: Sheet, first: int, end: int | None) -> None:
        self.sheet = sheet
        self.first, self.end = first, end
        self.name = f"{sheet.name}!{letters(first)}" if first else sheet.name
        self.hidden, self.left_out = sheet.hidden, sheet.left_out
        self.epoch_1904, self.text = sheet.epoch_1904, sheet.text

    def share(self) -> float:
        return self.sheet.share()

    def merges(self) -> Sequence[Merge]:
        end = self.end or 1 << 20
        inside = [merge for merge in self.sheet.merges() if self.first <= merge[2] and merge[3] < end]
        return [(top, bottom, a - self.first, b - self.first) for top, bottom, a, b in inside]

    def rows(self) -> Iterator[SheetRow]:
        for row in self.sheet.rows():
            yield self.of(row)

    def of(self, row: SheetRow) -> SheetRow:
        """A row of the sheet, as far as it is this table's."""
        return row._replace(cells=row.cells[self.first : self.end])


def parts_of(sheet: Sheet, header: HeaderFound) -> list[tuple[Part, HeaderFound]]:
    """The tables under this header, where they are several; else nothing."""
    starts = _starts(header.names) if header.first else [0]
    if len(starts) == 1:
        return []
    found = []
    for first, end in zip(starts, [*starts[1:], None], strict=True):
        names = header.names[first:end]
        found.append((Part(sheet, first, end), replace(header, names=names, known=len(_fields(names)))))
    return found


def _starts(names: Sequence[Names]) -> list[int]:
    """The first column of each table: behind an empty one, or where the first name comes again."""
    begin = next((name for name in names if any(name)), ("", ""))
    starts = [0]
    for at in range(1, len(names)):
        may_begin = any(names[at]) and (not any(names[at - 1]) or names[at] == begin)
        if may_begin and _are_two(_fields(names[starts[-1] : at]), _fields(names[at:])):
            starts.append(at)
    return starts


def _are_two(left: set[str], right: set[str]) -> bool:
    """Whether both say when was asked, and about whom or under which number."""
    shared = left & right
    tells = any(field in ID_RANK or field.startswith("subjects.") for field in shared)
    return bool(left & _ASKED and right & _ASKED) and tells and len(shared) >= _SHARED


def _fields(names: Sequence[Names]) -> set[str]:
    return {field for field in (named(*name) for name in names if any(name)) if field}
