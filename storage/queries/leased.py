"""What the queues have in common: rows that a process takes for a while, works on and finishes.

Which rows are next differs (an update waits for its chat, a line for its turn) and stands with each queue.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from storage.tables.models import InboxUpdate, OutboxLine

Queued = TypeVar("Queued", InboxUpdate, OutboxLine)
#: Nobody works on it.
FREE: dict[str, Any] = {"claimed_by": None, "claimed_until": None}


async def claim_rows(
    session: AsyncSession,
    table: type[Queued],
    key: InstrumentedAttribute[int],
    ids: Sequence[int],
    *,
    holder: str,
    until: datetime,
    **values: Any,
) -> list[Queued]:
    """These rows are the holder's up to a time; after that whoever looks has them again."""
    taken = await session.scalars(
        update(table)
        .where(key.in_(ids))
        .values(claimed_by=holder, claimed_until=until, **values)
        .returning(table)
        .execution_options(synchronize_session=False)
    )
    return list(taken)
