"""Which groups belong to which units; read once in a transaction."""

from __future__ import annotations

from collections.abc import Sequence

from storage import chats as rows
from storage.models import Request, Unit
from workflow import units
from workflow.work import Tx


async def units_of(tx: Tx, chat_id: int) -> Sequence[Unit]:
    """The units of a group; several where they share it."""
    known = await units.current(tx)
    return [known.by_id[unit_id] for unit_id in await _bound(tx, chat_id) if unit_id in known.by_id]


async def _bound(tx: Tx, chat_id: int) -> tuple[int, ...]:
    key = ("bound", chat_id)
    if key not in tx.memo:
        tx.memo[key] = tuple(await rows.unit_ids_of(tx.session, chat_id))
    found: tuple[int, ...] = tx.memo[key]
    return found


def remember(tx: Tx, chat_id: int, unit_ids: Sequence[int], *, reachable: bool) -> None:
    """What is known already of the chat at hand."""
    tx.memo["bound", chat_id] = tuple(unit_ids)
    if reachable:
        tx.memo["reachable", chat_id] = True


async def is_of(tx: Tx, chat_id: int, unit_id: int | None) -> bool:
    """Whether a group is one of a unit's that can be reached."""
    if tx.memo.get(("reachable", chat_id)):
        return unit_id in await _bound(tx, chat_id)
    return chat_id in await groups_of(tx, unit_id)


async def groups_of(tx: Tx, unit_id: int | None) -> tuple[int, ...]:
    """The groups of a unit that can be reached, the oldest first."""
    if unit_id is None:
        return ()
    key = ("groups_of", unit_id)
    if key not in tx.memo:
        tx.memo[key] = tuple(await rows.ids_of_unit(tx.session, unit_id))
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
    """After a change of groups: read anew."""
    for key in [key for key in tx.memo if key[0] in ("bound", "reachable", "groups_of")]:
        del tx.memo[key]
