"""What an older version wrote and no checksum covers yet."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables.covered import BELONGS, BOUND, DESK_CHAIN, binding, canonical, note
from storage.tables.models import ChatUnit, Membership


async def note_memberships(session: AsyncSession) -> int:
    """All memberships go into the next event of the desk's own chain; how many."""
    found = (
        await session.execute(select(Membership.id, *(getattr(Membership, name) for name in BELONGS)))
    ).all()
    for number, *values in found:
        note(session, DESK_CHAIN, f"memberships:{number}", canonical(values))
    return len(found)


async def note_bindings(session: AsyncSession) -> int:
    """Which groups belong to which units goes into the next event of the desk's own chain; how many."""
    columns = (getattr(ChatUnit, name) for name in BOUND)
    found = (await session.execute(select(ChatUnit.chat_id, ChatUnit.unit_id, *columns))).all()
    for chat_id, unit_id, *values in found:
        note(session, DESK_CHAIN, binding(chat_id, unit_id), canonical(values))
    return len(found)
