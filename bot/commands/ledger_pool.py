"""Ledger rows prepared for writing, in this process or in others, batch after batch in the file's order."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.runtime import processes
from storage.ledger.reading import LedgerRow, RawLine, RejectedRow, unknown_columns
from workflow.ledger.giving import BATCH
from workflow.ledger.rows import Prepared, Preparer, RowRejected

Item = RawLine | LedgerRow | RejectedRow


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

    def refused(self, position: int, why: str) -> RejectedRow:
        """A good one that cannot be taken all the same."""
        return rejected(self._row(position), why)

    def _row(self, position: int) -> LedgerRow:
        item = self.items[self.places[position]]
        read = item.read() if isinstance(item, RawLine) else item
        assert isinstance(read, LedgerRow)  # noqa: S101 (it was one when it was prepared)
        return read


async def joined(batches: AsyncIterator[Batch], *, rows: Callable[[], int]) -> AsyncIterator[Batch]:
    """The batches, as many together as have at least so many rows."""
    waiting: list[Batch] = []
    async for batch in batches:
        waiting.append(batch)
        if sum(len(one.items) for one in waiting) >= rows():
            yield _one_of(waiting)
            waiting = []
    if waiting:
        yield _one_of(waiting)


def _one_of(batches: list[Batch]) -> Batch:
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


async def prepared(items: Iterable[Item], preparer: Preparer, *, helpers: int) -> AsyncIterator[Batch]:
    """Batches of at most :data:`workflow.ledger.giving.BATCH` rows. ``helpers`` processes beside this one; 0: none."""
    if helpers == 0:
        for chunk in _chunks(items):
            batch = _prepare(chunk, preparer)
            batch.items, batch.preparer = chunk, preparer
            yield batch
        return
    under_way: deque[list[Item]] = deque()  # lines cross to a helper, and need not come back
    chunks = _noted(_chunks(items), under_way)
    shared = processes.in_order(_work, chunks, processes=helpers, begin=_begin, given=(preparer,))
    async for batch in shared:
        batch.items, batch.preparer = under_way.popleft(), preparer
        yield batch


def _noted(chunks: Iterable[list[Item]], under_way: deque[list[Item]]) -> Iterator[list[Item]]:
    for chunk in chunks:
        under_way.append(chunk)
        yield chunk


def rejected(item: LedgerRow, why: str) -> RejectedRow:
    """A row that was read but cannot be taken."""
    text = " | ".join(item.cells) or json.dumps(item.row, ensure_ascii=False, default=str)
    return RejectedRow(line=item.line, reason=why, text=text, sheet=item.sheet, cells=item.cells)


def kept(item: LedgerRow, preparer: Preparer) -> dict[str, Any]:
    """A row as the desk keeps it. Raises :class:`RowRejected`."""
    return preparer.kept(item.row, from_table=item.from_table, unnumbered=item.unnumbered)


def _chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    chunk: list[Item] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == BATCH:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _prepare(chunk: list[Item], preparer: Preparer) -> Batch:
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
            batch.rejected.append(rejected(row, str(error)))
        else:
            batch.places.append(place)
    return batch


#: The preparer of a helping process, given to it once.
_HERE: list[Preparer] = []


def _begin(preparer: Preparer) -> None:
    _HERE.append(preparer)


def _work(chunk: list[Item]) -> Batch:
    return _prepare(chunk, _HERE[0])
