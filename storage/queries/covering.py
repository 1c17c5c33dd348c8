"""What an older version wrote and no checksum covers yet."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables.covered import BELONGS, DESK_CHAIN, canonical, note
from storage.tables.models import Membership


async def note_memberships(session: AsyncSession) -> int:
    """All memberships go into the next event of the desk's own chain; how many."""
    found = (
        await session.execute(select(Membership.id, *(getattr(Membership, name) for name in BELONGS)))
    ).all()
    for number, *values in found:
        note(session, DESK_CHAIN, f"memberships:{number}", canonical(values))
    return len(found)
