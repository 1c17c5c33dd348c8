"""What the readers of ledger files hand on: sheets with rows of cells, and what is made of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple, Protocol

from storage.ledger.why import Why

#: A row that may be a header whose names are not known: its sheet, its line, what stands in it.
HeaderRow = tuple[str, int, tuple[str, ...]]


class LedgerUnreadable(Exception):
    """The file as a whole cannot be read as a ledger; ``why`` says what it is and what would do; ``rows``: which of
    its rows may be the header."""

    def __init__(self, why: Why, *, rows: Sequence[HeaderRow] = ()) -> None:
        super().__init__(why)
        self.why = why
        self.rows = tuple(rows)


class LedgerUnfit(Exception):
    """A row does not fit the form that is written; ``why`` says which row and which form would do."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Wrong:
    """A cell whose value is not there: an error, a formula that nobody calculated, a text without end."""

    why: Why  # it holds the error #REF!
    text: str = ""  # as far as it can be shown


#: A cell as it stands in the file; None and "" are empty. A number is a date where its column has dates.
Cell = str | int | float | bool | datetime | date | time | timedelta | Wrong | None


class SheetRow(NamedTuple):
    """A row as it stands in the file. ``line`` counts from 1."""

    line: int
    cells: Sequence[Cell]
    hidden: bool = False
    fault: Why | None = None  # why nothing in it can be trusted


#: First row, last row, first column, last column, of cells that are one; counted from 1 and from 0.
Merge = tuple[int, int, int, int]


class Sheet(Protocol):
    """A table of a file that may be read several times."""

    name: str
    hidden: bool
    left_out: Why | None  # why it is none to be read
    epoch_1904: bool
    text: bool  # out of a text file: its cells have no type

    def share(self) -> float: ...  # how much of it has been read, from 0 to 1
    def merges(self) -> Sequence[Merge]: ...
    def rows(self) -> Iterator[SheetRow]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerRow:
    """A row of the ledger. ``from_table``: its values are as people and spreadsheets write them."""

    line: int  # of the file or its sheet, from 1
    row: dict[str, Any]
    sheet: int = 0  # its place among the sheets that are read
    from_table: bool = False
    unnumbered: bool = False  # its table has no column for an id
    cells: tuple[str, ...] = ()  # as they stand in the file, where that is a table


@dataclass(frozen=True, kw_only=True, slots=True)
class RejectedRow:
    line: int
    reason: Why
    text: str  # the row as it stands in the file
    sheet: int = 0
    cells: tuple[str, ...] = ()


@dataclass(kw_only=True, slots=True)
class SheetFound:
    """A sheet that is read: where its header is, how its columns are understood, and how many rows it has.

    The counts grow while it is read.
    """

    name: str
    header_row: int | None = None
    columns: dict[str, str] = field(default_factory=dict)  # header -> field
    ignored: list[str] = field(
        default_factory=list
    )  # headers of what is not the ledger's; kept with the rows
    perhaps: list[tuple[str, str]] = field(default_factory=list)  # an ignored header, and what it may hold
    notes: list[Why] = field(default_factory=list)  # what else a person should know
    read: int = 0
    blank: int = 0
    hidden_rows: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOut:
    """A sheet that is not read, and why."""

    name: str
    why: Why
