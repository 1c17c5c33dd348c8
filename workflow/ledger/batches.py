"""Rows of a ledger checked and made ready for writing, so many at a time. No database, no process but this one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from storage.ledger.reading import LedgerRow, RawLine, RejectedRow, unknown_columns
from storage.ledger.why import Why
from workflow.ledger.rows import Prepared, Preparer, RowRejected

Item = RawLine | LedgerRow | RejectedRow
BATCH = 500  # rows that are made ready together


@dataclass(kw_only=True)
class Batch:
    """Rows of a file that belong together in one transaction."""

    good: list[Prepared] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    unknown: dict[str, None] = field(default_factory=dict)  #: columns that are not the ledger's
    places: list[int] = field(default_factory=list)  #: of the good ones among the items
    items: list[Item] = field(default_factory=list)

    preparer: Preparer | None = None

    def row(self, position: int) -> dict[str, Any]:
        """What the file says in the row of a good one, as it is kept."""
        assert self.preparer is not None  # noqa: S101 (it has prepared the row)
        return kept(self._row(position), self.preparer)

    def sheet(self, position: int) -> int:
        """The place of the sheet that a good one came from."""
        item = self.items[self.places[position]]
        return item.sheet if isinstance(item, LedgerRow) else 0

    def line(self, position: int) -> int:
        """Where a good one stands in its file or sheet."""
        return self.items[self.places[position]].line

    def refused(self, position: int, why: Why) -> RejectedRow:
        """A good one that cannot be taken all the same."""
        return rejected(self._row(position), why)

    def _row(self, position: int) -> LedgerRow:
        item = self.items[self.places[position]]
        read = item.read() if isinstance(item, RawLine) else item
        assert isinstance(read, LedgerRow)  # noqa: S101 (it was one when it was prepared)
        return read


def joined(batches: Sequence[Batch]) -> Batch:
    """Batches as one, in their order."""
    if len(batches) == 1:
        return batches[0]
    whole = Batch(preparer=batches[0].preparer)
    for batch in batches:
        whole.places += [len(whole.items) + place for place in batch.places]
        whole.good += batch.good
        whole.rejected += batch.rejected
        whole.unknown |= batch.unknown
        whole.items += batch.items
    return whole


def rejected(item: LedgerRow, why: Why) -> RejectedRow:
    """A row that was read but cannot be taken."""
    text = " | ".join(item.cells) or json.dumps(item.row, ensure_ascii=False, default=str)
    return RejectedRow(line=item.line, reason=why, text=text, sheet=item.sheet, cells=item.cells)


def kept(item: LedgerRow, preparer: Preparer) -> dict[str, Any]:
    """A row as the desk keeps it. Raises :class:`RowRejected`."""
    return preparer.kept(item.row, from_table=item.from_table, unnumbered=item.unnumbered)


def chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    """The items, :data:`BATCH` at a time."""
    chunk: list[Item] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == BATCH:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def prepare(chunk: list[Item], preparer: Preparer) -> Batch:
    """A chunk of items made ready. What is asked of the batch later needs its ``items`` and its ``preparer``."""
    batch = Batch()
    for place, item in enumerate(chunk):
        row = item.read() if isinstance(item, RawLine) else item
        if isinstance(row, RejectedRow):
            batch.rejected.append(row)
            continue
        if not row.from_table:
            batch.unknown |= dict.fromkeys(unknown_columns(row.row))
        try:
            batch.good.append(preparer.prepare(kept(row, preparer)))
        except RowRejected as error:
            batch.rejected.append(rejected(row, error.why))
        else:
            batch.places.append(place)
    return batch
