"""How often somebody has done a thing lately: one row each, with a count and the end of its window."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.upsert import insert_into
from storage.tables.models import Desk

_PREFIX = "limit:"


class Spent(StrEnum):
    """What became of one more."""

    WITHIN = "within"
    FIRST_BEYOND = "first beyond"  # from now on there is silence for a window
    BEYOND = "beyond"


async def spend(session: AsyncSession, about: str, *, most: int, at: datetime, window: timedelta) -> Spent:
    """Count one more of ``about`` (≤ 58 characters) at ``at``, of which ``most`` are within the limit in a window.

    What is older than the window is counted no more: it comes from a queue that stood still.
    """
    key = f"{_PREFIX}{about}"
    row = await session.get(Desk, key, with_for_update=True)
    if row is None:
        fresh = insert_into(session, Desk).values(key=key, value="0", until=at + window)
        await session.execute(fresh.on_conflict_do_nothing(index_elements=["key"]))
        row = await session.get_one(Desk, key, with_for_update=True)
    until = row.until or at
    if at < until - window:
        return Spent.WITHIN
    count = 1 if at >= until else int(row.value) + 1
    row.value = str(count)
    if count == 1 or count == most + 1:
        row.until = at + window
    await session.flush()
    return Spent.WITHIN if count <= most else Spent.FIRST_BEYOND if count == most + 1 else Spent.BEYOND
