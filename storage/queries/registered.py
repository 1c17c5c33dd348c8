"""Who asked a request at first, as the record says: it may have been handed to another since. SQL, no decisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage.tables.models import Event, Request

REGISTERED = "register"  # the first event of a request
OF_A_SPLIT = "part:"  # how the origin of a part begins, which nobody posted
_POSTED = Request.origin_key.not_like(f"{OF_A_SPLIT}%")


async def posts_asked(
    session: AsyncSession, *, asker_id: int | None, urgency: str, since: datetime
) -> frozenset[str | None]:
    """The posts that somebody registered, by their origin, that have become requests of this urgency since a time;
    whoever has them in hand by now."""
    asked = select(Request.origin_key).where(
        _registered_by(asker_id), _POSTED, Request.urgency == urgency, Request.asked_at > since
    )
    return frozenset(await session.scalars(asked))


def _registered_by(person_id: int | None) -> ColumnElement[bool]:
    """Of a request: this person asked it at first, as the record says. It may have been handed to another since."""
    first = aliased(Event)
    return exists().where(first.chain == Request.id, first.action == REGISTERED, first.actor_id == person_id)


async def registrant(session: AsyncSession, request_id: int) -> int | None:
    """Who asked a request at first, whoever has it in hand by now."""
    registered = select(Event.actor_id).where(Event.chain == request_id, Event.action == REGISTERED)
    return await session.scalar(registered.order_by(Event.seq).limit(1))


async def changes_to_asked(
    session: AsyncSession, *, asker_id: int | None, since: datetime, actions: Sequence[str]
) -> Sequence[tuple[str | None, bytes]]:
    """Of the requests that somebody has registered since a time: (origin, what the event says, sealed) of each
    change."""
    found = await session.execute(
        select(Request.origin_key, Event.sealed)
        .join(Event, Event.chain == Request.id)
        .where(_registered_by(asker_id), _POSTED, Request.asked_at > since, Event.action.in_(actions))
    )
    return [(origin, sealed) for origin, sealed in found]
