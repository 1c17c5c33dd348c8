"""Where people are reached in private."""

from __future__ import annotations

from collections.abc import Iterable

from storage.queries import people as rows
from storage.tables.models import Person
from workflow.kernel.roles import LEADING
from workflow.kernel.tx import Tx


def open_chats(persons: Iterable[Person]) -> list[int]:
    """The private chats of those who have one open with us."""
    return [one.open_chat for one in persons if one.open_chat is not None]


async def liaison_chats(tx: Tx, unit_id: int) -> list[int]:
    """Those of who leads a unit."""
    return open_chats(await rows.with_role(tx.session, unit_id, LEADING))


async def admin_chats(tx: Tx) -> tuple[int, ...]:
    """Those of the admins of the desk."""
    admins = [await rows.by_chat(tx.session, chat_id) for chat_id in sorted(tx.policy.admins)]
    return tuple(open_chats(one for one in admins if one is not None))
