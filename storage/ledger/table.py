"""Rows under a header: cells become fields, merged cells count for each of their rows, nothing vanishes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from storage.ledger.by_cells import is_day
from storage.ledger.cells import letters, shown, text_of
from storage.ledger.columns import column_of, unflatten
from storage.ledger.ditto import Above, is_ditto
from storage.ledger.fields import JOINED, TIMES
from storage.ledger.find import HeaderFound
from storage.ledger.header import Column
from storage.ledger.items import Cell, LedgerRow, RejectedRow, Sheet, SheetFound, SheetRow, Wrong
from storage.ledger.outcomes import outcome_of, state_among_results
from storage.ledger.why import Cause, Why, why
from storage.ledger.years import YearTold
from storage.tables.words import State

_NOTE = re.compile(
    r"合计|总计|小计|共计|累计|总数|填表|填报|制表|制单|审核|审批|负责人|经办人[:：]|领导|签字|签名|盖章|打印|"
    r"备注[:：]|说明[:：]|注[:：]|注意|日期[:：]|单位[:：(（]|以下(?:空白|无正文)|本表|本页|共\d+|"
    r"total|subtotal|sum\b|signature|signed|prepared by|notes?:",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"[(（【]?(?:示例|例|样例|范例|举例|填写示例|填写样例|example|e\.g\.)[)）】:：]?.{0,8}", re.IGNORECASE
)
#: How an export writes an outcome that nobody has picked.
_UNPICKED = '""'
_A_DATE = re.compile(r"\d{4}|[一二三四五六七八九〇零○]{4}年")


@dataclass(kw_only=True)
class Table:
    """A sheet that is understood: its header and its columns."""

    sheet: Sheet
    place: int  # among the sheets that are read
    header: HeaderFound
    columns: list[Column]
    found: SheetFound
    id_before: str = ""  # of a serial number that begins anew in each sheet
    serials: frozenset[int] = field(default_factory=frozenset)  # columns that count the lines
    tolerated: frozenset[int] = field(default_factory=frozenset)  # columns of nothing but errors
    first: int = 0  # its first column in the sheet
    asked: str = ""  # the unit that rows were put to which name none
    year: YearTold | None = None  # of days that are written without one

    @cached_property
    def _names(self) -> list[tuple[str, ...]]:
        """The header as it may come again: 姓 名 for 姓名."""
        return [tuple("".join(part.split()) for part in name) for name in self.header.names]

    def rows(self) -> Iterator[LedgerRow | RejectedRow]:
        """What stands under the header, in its order; blank rows are counted and not given."""
        merged = _Merged(self.sheet, self.columns)
        wrong_cells: dict[int, int] = {}
        above = Above()
        expected = self.header.last + 1
        for row in self.sheet.rows():
            if row.line <= self.header.last:
                continue
            if not self.sheet.text and row.line > expected:  # rows that no program has written down
                self.found.read += row.line - expected
                self.found.blank += row.line - expected
            expected = row.line + 1
            self.found.read += 1
            self.found.hidden_rows += row.hidden
            if not any(cell not in (None, "") for cell in row.cells):
                self.found.blank += 1  # what is merged into it makes no row of it
                continue
            cells, repeats = merged.filled(row)
            item = self._item(row, cells, repeats, above, wrong_cells)
            if item is None:
                self.found.blank += 1
            else:
                yield item
        self._note(wrong_cells)

    def _note(self, wrong_cells: dict[int, int]) -> None:
        for at, count in wrong_cells.items():
            name = self.columns[at].header if at < len(self.columns) else letters(self.first + at)
            self.found.notes.append(why(Cause.WRONG_CELLS, column=name, count=count))
        if self.found.hidden_rows:
            self.found.notes.append(why(Cause.HIDDEN_ROWS, count=self.found.hidden_rows))

    def _item(
        self, row: SheetRow, cells: Sequence[Cell], repeats: int, above: Above, wrong_cells: dict[int, int]
    ) -> LedgerRow | RejectedRow | None:
        if row.fault:
            above.is_now(None)
            return self._rejected(row, row.fault)
        texts: list[str] = []
        wrong: dict[int, Wrong] = {}  # cells that cost the row
        for at, cell in enumerate(cells):
            known = self.columns[at].field if at < len(self.columns) else None
            text = (
                "" if cell is None or cell == "" else text_of(cell, known, epoch_1904=self.sheet.epoch_1904)
            )
            if isinstance(text, str) and is_ditto(text):
                stands = above.cell(at, text)
                text = text if known is None and isinstance(stands, Wrong) else stands
                repeats = above.repeats + 1 if known == "id" else repeats
            if self.year and known in TIMES and isinstance(text, str) and "月" in text:
                text = self._dated(known, text)
            if isinstance(text, Wrong):
                if known is None or at in self.tolerated:
                    wrong_cells[at] = wrong_cells.get(at, 0) + 1
                    text = text.text if known is None else ""
                else:
                    wrong[at] = text
                    text = text.text
            texts.append(text)
        if not wrong and self._is_blank(texts):
            return None
        no_row = self._why_no_row(texts)
        if no_row is None:
            above.is_now([wrong.get(at, text) for at, text in enumerate(texts)] if wrong else texts, repeats)
        elif no_row.cause is Cause.MANY_CELLS:
            above.is_now(None)
        if wrong:
            return self._rejected(row, self._where(*next(iter(wrong.items())), row.line))
        return self._rejected(row, no_row) if no_row else self._row(row, texts, repeats)

    def _dated(self, field: str, text: str) -> str:
        """A day with the year that the title tells."""
        assert self.year is not None  # noqa: S101 (whoever calls has looked)
        dated = self.year.dated(field, text)
        if dated != text and not any(note.cause is Cause.YEAR_TOLD for note in self.found.notes):
            self.found.notes.append(why(Cause.YEAR_TOLD, year=self.year.year, where=self.year.where))
        return dated

    def _where(self, at: int, wrong: Wrong, line: int) -> Why:
        name = self.columns[at].header
        if self.sheet.text:
            return why(Cause.IN_COLUMN, column=name, why=wrong.why)
        return why(Cause.IN_CELL, column=name, cell=f"{letters(self.first + at)}{line}", why=wrong.why)

    def _is_blank(self, texts: Sequence[str]) -> bool:
        """Nothing but its line's number; the header again, at the head of a printed page; 1, 2, 3 under it."""
        filled = [at for at, text in enumerate(texts) if text and not text.isspace()]
        if not filled:
            return True
        if all(at in self.serials for at in filled) and all(texts[at].strip().isdigit() for at in filled):
            return len(self.columns) > 1
        if len(filled) < 3:
            return False
        names = self._names
        if all(at < len(names) and "".join(texts[at].split()) in names[at] for at in filled):
            return True
        return len(filled) > 3 and [texts[at].strip() for at in filled] == [str(at + 1) for at in filled]

    def _why_no_row(self, texts: Sequence[str]) -> Why | None:
        """What a row is that is none of the ledger; None for one that is."""
        filled = [at for at, text in enumerate(texts) if text and not text.isspace()]
        if not filled:  # a formula without a value is nothing that could be shown
            return None
        begin = [filled[0], next((at for at in filled if at not in self.serials), filled[0])]
        first = [texts[at].strip() for at in begin]  # behind the number of the line too
        if any(map(_EXAMPLE.fullmatch, first)):
            return why(Cause.EXAMPLE)
        asked = [texts[at] for at, c in enumerate(self.columns[: len(texts)]) if c.field == "asked_at"]
        if any(map(_NOTE.match, first)) and not any(_A_DATE.search(text) for text in asked):
            return why(Cause.A_NOTE)
        if len(filled) == 1 and len(self.columns) > 2:
            return why(Cause.ONE_CELL)
        if self.sheet.text and any(text for text in texts[len(self.columns) :]):
            return why(Cause.MANY_CELLS, cells=len(texts), columns=len(self.columns))
        return None

    def _row(self, row: SheetRow, texts: list[str], repeats: int) -> LedgerRow:
        while len(self.columns) < len(texts) and any(texts[len(self.columns) :]):
            beside = Column(
                header=f"column {letters(self.first + len(self.columns))}", field=None
            )  # under no name
            self.columns.append(beside)
            self.found.ignored.append(beside.header)
        made = assembled(self.columns, texts)
        if self.asked and not made.keys() & {"to_unit", "to_unit_code"}:
            made["to_unit"] = self.asked
        if self.id_before and "id" in made:
            made["id"] = f"{self.id_before}-{made['id']}"
        if repeats and "id" in made:
            made["id"] = f"{made['id']}-{repeats + 1}"
        return LedgerRow(
            line=row.line,
            row=made,
            sheet=self.place,
            from_table=True,
            unnumbered="id" not in self.found.columns.values(),
            cells=tuple(map(shown, row.cells)),
        )

    def _rejected(self, row: SheetRow, reason: Why) -> RejectedRow:
        cells = tuple(map(shown, row.cells))
        return RejectedRow(
            line=row.line, reason=reason, text=" | ".join(cells), sheet=self.place, cells=cells
        )


class _Merged:
    """Cells that are merged downwards: their value is that of each of their rows."""

    def __init__(self, sheet: Sheet, columns: Sequence[Column]) -> None:
        self._starts: dict[int, list[tuple[int, int]]] = {}
        for top, bottom, first, _ in sheet.merges():
            if bottom > top:
                self._starts.setdefault(top, []).append((first, bottom))
        self._open: dict[int, tuple[int, int, Cell]] = {}  # column -> first row, last row, value
        self._id = next((at for at, column in enumerate(columns) if column.field == "id"), -1)

    def filled(self, row: SheetRow) -> tuple[Sequence[Cell], int]:
        """The row's cells with what is merged into it, and how many rows of the same id there were before it."""
        if not self._starts:
            return row.cells, 0
        for first, bottom in self._starts.get(row.line, ()):
            value = row.cells[first] if first < len(row.cells) else None
            self._open[first] = (row.line, bottom, value)
        cells = list(row.cells)
        repeats = 0
        for at, (top, bottom, value) in list(self._open.items()):
            if row.line > bottom:
                del self._open[at]
            elif row.line > top and value not in (None, ""):
                if at >= len(cells):
                    cells += [None] * (at + 1 - len(cells))
                cells[at] = value  # what a program has left beneath it nobody sees
                repeats = row.line - top if at == self._id else repeats
        return cells, repeats


def assembled(columns: Sequence[Column], cells: Sequence[str]) -> dict[str, Any]:
    """The row whose cells stand under these columns; several of one field are joined in their order."""
    named: dict[str, str] = {}
    told = ""
    for column, cell in zip(columns, cells, strict=False):
        if cell == "":
            continue
        name = column.field or column.header
        if column.told:
            name = _told(cell, column.told, named)
            told = told or ("" if name == "answered_at" else cell)
        text = cell
        if name == "state" and cell == State.PENDING and (column.told or column_of(column.header) != "state"):
            text = State.OPEN  # of another's column it is no word for an approval
        if name not in named:
            named[name] = text
        elif text not in named[name].split(divider := JOINED.get(name, "；")):
            named[name] = f"{named[name]}{divider}{text}"
    if told and "answered_at" in named:
        named.setdefault("answer", told)  # 查实 under 结果 is all that was answered
    return unflatten(named)


def _told(cell: str, may_be: Sequence[str], named: Mapping[str, str]) -> str:
    """What a cell under 结果, 办理情况, 回函 is, of what it may be: an outcome, a state, a day, or the answer."""
    if "outcome" in may_be and "outcome" not in named and (cell == _UNPICKED or outcome_of(cell) is not None):
        return "outcome"
    if "answered_at" in may_be and "answered_at" not in named and is_day(cell):
        return "answered_at"
    if "state" in may_be and "state" not in named and state_among_results(cell) is not None:
        return "state"
    return "answer"
