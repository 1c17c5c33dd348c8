"""Ledger rows prepared for writing, in this process or in others, batch after batch in the file's order."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field

from bot import processes
from storage.ledger import LedgerRow, RejectedRow
from workflow.ledger import BATCH
from workflow.ledger_rows import Prepared, Preparer, RowRejected

Item = LedgerRow | RejectedRow


@dataclass(kw_only=True)
class Batch:
    """Rows of a file that belong together in one transaction."""

    good: list[tuple[LedgerRow, Prepared]] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)


async def prepared(items: Iterable[Item], preparer: Preparer, *, helpers: int) -> AsyncIterator[Batch]:
    """Batches of at most :data:`workflow.ledger.BATCH` rows. ``helpers`` processes beside this one; 0: none."""
    if helpers == 0:
        for chunk in _chunks(items):
            yield _prepare(chunk, preparer)
        return
    shared = processes.in_order(_work, _chunks(items), processes=helpers, begin=_begin, given=(preparer,))
    async for batch in shared:
        yield batch


def rejected(item: LedgerRow, why: str) -> RejectedRow:
    """A row that was read but cannot be taken."""
    return RejectedRow(line=item.line, reason=why, text=json.dumps(item.row, ensure_ascii=False, default=str))


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
    for item in chunk:
        if isinstance(item, RejectedRow):
            batch.rejected.append(item)
            continue
        try:
            batch.good.append((item, preparer.prepare(item.row)))
        except RowRejected as error:
            batch.rejected.append(rejected(item, str(error)))
    return batch


#: The preparer of a helping process, given to it once.
_HERE: list[Preparer] = []


def _begin(preparer: Preparer) -> None:
    _HERE.append(preparer)


def _work(chunk: list[Item]) -> Batch:
    return _prepare(chunk, _HERE[0])
