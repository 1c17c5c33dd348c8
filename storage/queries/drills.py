"""Requests of drills: known by their number (:mod:`workflow.kernel.numbers`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables.models import Request

IS_DRILL = Request.number.like("%DRILL__-%")
#: A row of a ledger has no number, and is none.
NO_DRILL = or_(Request.number.is_(None), ~IS_DRILL)


def key_of(chat_id: int | None) -> str:
    """Under which key of the desk it stands since when one runs in a group."""
    return f"drill:{chat_id}"


async def of_chat(session: AsyncSession, chat_id: int, since: datetime) -> Sequence[Request]:
    """Those that were posted in a group since then, to be changed; in the order in which they were. A post is told by
    the second in which it was sent, which may be the one in which the drill began."""
    begun = since.replace(microsecond=0)
    query = select(Request).where(Request.chat_id == chat_id, Request.asked_at >= begun, IS_DRILL)
    return (await session.scalars(query.order_by(Request.id).with_for_update())).all()
