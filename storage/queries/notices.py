"""What was told lately to those who run the desk: once about each thing, by whichever process."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.upsert import insert_into
from storage.tables.models import Desk

_PREFIX = "told:"


async def note(session: AsyncSession, about: str, *, now: datetime, lasts: timedelta) -> int:
    """Notes that ``about`` is being told; how many things were told in the last ``lasts``, this one included.

    0 when the same was told in that time already.
    """
    ours = Desk.key.startswith(_PREFIX, autoescape=True)
    await session.execute(delete(Desk).where(ours, Desk.until < now))
    new = await session.scalar(
        insert_into(session, Desk)
        .values(key=f"{_PREFIX}{about}"[:64], value="", until=now + lasts)
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(Desk.key)
    )
    if new is None:
        return 0
    return await session.scalar(select(func.count()).select_from(Desk).where(ours)) or 0
