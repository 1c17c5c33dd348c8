"""Ledger rows prepared for writing, in this process or in others, batch after batch in the file's order."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator

from bot.runtime import processes
from workflow.ledger import batches as ready
from workflow.ledger.batches import Batch, Item
from workflow.ledger.rows import Preparer


async def joined(batches: AsyncIterator[Batch], *, rows: Callable[[], int]) -> AsyncIterator[Batch]:
    """The batches, as many together as have at least so many rows."""
    waiting: list[Batch] = []
    async for batch in batches:
        waiting.append(batch)
        if sum(len(one.items) for one in waiting) >= rows():
            yield ready.joined(waiting)
            waiting = []
    if waiting:
        yield ready.joined(waiting)


async def prepared(items: Iterable[Item], preparer: Preparer, *, helpers: int) -> AsyncIterator[Batch]:
    """Batches of at most :data:`workflow.ledger.batches.BATCH` rows. ``helpers`` processes beside this one; 0: none."""
    if helpers == 0:
        for chunk in ready.chunks(items):
            batch = ready.prepare(chunk, preparer)
            batch.items, batch.preparer = chunk, preparer
            yield batch
        return
    under_way: deque[list[Item]] = deque()  # lines cross to a helper, and need not come back
    chunks = _noted(ready.chunks(items), under_way)
    shared = processes.in_order(_work, chunks, processes=helpers, begin=_begin, given=(preparer,))
    async for batch in shared:
        batch.items, batch.preparer = under_way.popleft(), preparer
        yield batch


def _noted(chunks: Iterable[list[Item]], under_way: deque[list[Item]]) -> Iterator[list[Item]]:
    for chunk in chunks:
        under_way.append(chunk)
        yield chunk


#: The preparer of a helping process, given to it once.
_HERE: list[Preparer] = []


def _begin(preparer: Preparer) -> None:
    _HERE.append(preparer)


def _work(chunk: list[Item]) -> Batch:
    return ready.prepare(chunk, _HERE[0])
