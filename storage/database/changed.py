"""How many rows a statement has changed."""

from __future__ import annotations

from sqlalchemy import CursorResult, Delete, Update
from sqlalchemy.ext.asyncio import AsyncSession


async def changed(session: AsyncSession, statement: Update | Delete) -> int:
    """How many rows a statement has changed. What the session has of them stays as it was."""
    result = await session.execute(statement, execution_options={"synchronize_session": False})
    assert isinstance(result, CursorResult)  # noqa: S101 - for the type checker: DML gives no other
    return result.rowcount
