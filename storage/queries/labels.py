"""Queries about what people said of pairs of requests: the same subject, or not."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables.models import MatchLabel


async def about(
    session: AsyncSession, request_id: int, candidate_id: int, person_id: int | None
) -> MatchLabel | None:
    """What somebody said about a pair."""
    return await session.scalar(
        select(MatchLabel).where(
            MatchLabel.request_id == request_id,
            MatchLabel.candidate_id == candidate_id,
            MatchLabel.person_id == person_id,
        )
    )


async def all_of(session: AsyncSession) -> Sequence[MatchLabel]:
    """All that was said, the oldest first."""
    return (await session.scalars(select(MatchLabel).order_by(MatchLabel.id))).all()
