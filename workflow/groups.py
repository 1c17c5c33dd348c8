"""Which groups belong to which units; read once in a transaction."""

from __future__ import annotations

from collections.abc import Sequence

from storage import chats as rows
from storage.models import Request, Unit
from workflow.work import Tx


async def units_of(tx: Tx, chat_id: int) -> Sequence[Unit]:
    """The units of a group; several where they share it."""
    key = ("units_of", chat_id)
    if key not in tx.memo:
        tx.memo[key] = await rows.units_of(tx.session, chat_id)
    found: Sequence[Unit] = tx.memo[key]
    return found


async def groups_of(tx: Tx, unit_id: int | None) -> tuple[int, ...]:
    """The groups of a unit that can be reached, the oldest first."""
    if unit_id is None:
        return ()
    key = ("groups_of", unit_id)
    if key not in tx.memo:
        tx.memo[key] = tuple(chat.id for chat in await rows.of_unit(tx.session, unit_id))
    found: tuple[int, ...] = tx.memo[key]
    return found


async def concerns(tx: Tx, request: Request) -> bool:
    """Whether this chat may hear of a request: a private one, or a group of one of its two units.

    What somebody may see, the others in the group in which they ask may not.
    """
    if tx.where.private:
        return True
    here = {unit.id for unit in await units_of(tx, tx.where.chat_id)}
    return request.from_unit_id in here or request.to_unit_id in here


def forget(tx: Tx) -> None:
    """After a change of groups or units: read anew."""
    tx.memo.clear()
