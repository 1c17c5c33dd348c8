"""In which groups a drill runs: requests that are posted there meanwhile are exercises, and say so by their number."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage.queries import desk
from storage.queries.drills import key_of
from workflow.kernel.memo import Slot
from workflow.kernel.tx import Tx

LONGEST = timedelta(days=1)  # after which what is posted is meant, though nobody has ended the drill
#: Of a chat: whether a drill runs there.
_ON: Slot[int | None, bool] = Slot()


async def since(tx: Tx, chat_id: int | None) -> datetime | None:
    """Since when a drill runs in a group; None where none does."""
    begun = await desk.value(tx.session, key_of(chat_id)) if chat_id is not None else None
    return datetime.fromisoformat(begun) if begun else None


async def is_on(tx: Tx, chat_id: int | None) -> bool:
    """Whether what is posted in a group now is an exercise."""
    known = tx.memo.of(_ON)
    if chat_id not in known:
        known[chat_id] = lasts(tx, await since(tx, chat_id))
    return known[chat_id]


def lasts(tx: Tx, begun: datetime | None) -> bool:
    """Whether a drill that began then still makes exercises of what is posted: one that was forgotten does not."""
    return begun is not None and tx.now - begun < LONGEST


def remember(tx: Tx, chat_id: int, begun: datetime | None) -> None:
    """What is known already of the chat at hand."""
    tx.memo.of(_ON)[chat_id] = lasts(tx, begun)


async def begin(tx: Tx, chat_id: int) -> None:
    await desk.put(tx.session, key_of(chat_id), tx.now.isoformat())
    remember(tx, chat_id, tx.now)


async def end(tx: Tx, chat_id: int) -> None:
    await desk.drop(tx.session, key_of(chat_id))
    remember(tx, chat_id, None)
