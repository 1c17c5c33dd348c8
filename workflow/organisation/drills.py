"""In which groups a drill runs: requests that are posted there meanwhile are exercises, and say so by their number."""

from __future__ import annotations

from datetime import datetime

from storage.queries import desk
from workflow.kernel.tx import Tx


async def since(tx: Tx, chat_id: int | None) -> datetime | None:
    """Since when a drill runs in a group; None where none does."""
    begun = await desk.value(tx.session, _key(chat_id)) if chat_id is not None else None
    return datetime.fromisoformat(begun) if begun else None


async def is_on(tx: Tx, chat_id: int | None) -> bool:
    return await since(tx, chat_id) is not None


async def begin(tx: Tx, chat_id: int) -> None:
    await desk.put(tx.session, _key(chat_id), tx.now.isoformat())


async def end(tx: Tx, chat_id: int) -> None:
    await desk.drop(tx.session, _key(chat_id))


def _key(chat_id: int) -> str:
    return f"drill:{chat_id}"
