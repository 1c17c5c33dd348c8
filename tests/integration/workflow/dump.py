"""All rows of all tables, to compare what was before with what is after."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from storage.database.engine import Store
from storage.tables.models import Base

#: What a refusal leaves behind: that it was said, and who came by.
TOLD = frozenset({"outbox", "posts", "inbox", "people", "accounts", "chats"})


async def dump(store: Store, *, but: frozenset[str] = TOLD) -> dict[str, list[tuple[Any, ...]]]:
    """Table -> its rows in order."""
    rows: dict[str, list[tuple[Any, ...]]] = {}
    async with store.read() as session:
        for table in Base.metadata.sorted_tables:
            if table.name not in but:
                found = await session.execute(select(table).order_by(*table.primary_key.columns))
                rows[table.name] = [tuple(row) for row in found]
    return rows


def changed(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """The tables that differ."""
    return {name for name in before if before[name] != after[name]}
