"""Queries about units."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Unit


async def current(session: AsyncSession) -> Sequence[Unit]:
    """All units of the configuration."""
    return (await session.scalars(select(Unit).where(Unit.retired_at.is_(None)).order_by(Unit.id))).all()


async def by_code(session: AsyncSession, code: str) -> Unit | None:
    return await session.scalar(select(Unit).where(Unit.code == code.upper(), Unit.retired_at.is_(None)))
