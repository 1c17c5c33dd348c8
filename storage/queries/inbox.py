"""Updates that have arrived and wait for handling: stored before they are confirmed to their channel."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Update,
    bindparam,
    delete,
    func,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.changed import changed
from storage.database.engine import SEALER
from storage.database.prepared import Prepared
from storage.database.upsert import insert_into
from storage.queries.leased import FREE, claim_rows
from storage.tables.models import Base, Event, InboxUpdate
from storage.tables.types import UtcDateTime

NO_LANE = 0  # of updates that wait for no other


@dataclass(frozen=True, kw_only=True, slots=True)
class InboxCounts:
    waiting: int
    aside: int
    oldest: datetime | None  # when the oldest waiting update arrived


async def store_updates(session: AsyncSession, rows: Sequence[tuple[int, int, bytes]], now: datetime) -> int:
    """Keeps ``(update_id, lane, sealed)`` rows; returns how many were new. A known update is a no-op."""
    if not rows:
        return 0
    table = Base.metadata.tables["inbox"]
    insert = insert_into(session, table).on_conflict_do_nothing(index_elements=["update_id"])
    statement = insert.returning(table.c.update_id)
    values = [
        {"update_id": update_id, "lane": lane, "sealed": sealed, "received_at": now}
        for update_id, lane, sealed in rows
    ]
    return len((await session.execute(statement, values)).all())


# A jump from lane to lane in the index: a thousand updates of one lane cost no more than one. The states are
# literals because SQLite uses a partial index only for what it can read in the statement.
_LANES = """
WITH RECURSIVE lanes (lane) AS (
    SELECT min(lane) FROM inbox WHERE state = 'new' AND lane <> 0
    UNION ALL
    SELECT (SELECT min(next.lane) FROM inbox AS next
            WHERE next.state = 'new' AND next.lane <> 0 AND next.lane > lanes.lane)
    FROM lanes WHERE lanes.lane IS NOT NULL
), oldest (update_id) AS (
    SELECT (SELECT min(mine.update_id) FROM inbox AS mine
            WHERE mine.state = 'new' AND mine.lane = lanes.lane)
    FROM lanes WHERE lanes.lane IS NOT NULL
), free (update_id) AS (
    SELECT update_id FROM inbox
    WHERE state = 'new' AND lane = 0
      AND (claimed_until IS NULL OR claimed_until < :now) AND (not_before IS NULL OR not_before <= :now)
      AND update_id NOT IN :in_hand
    ORDER BY update_id LIMIT :limit
)"""
_NEXT = """
SELECT i.update_id FROM inbox AS i
WHERE i.update_id IN (SELECT update_id FROM oldest UNION ALL SELECT update_id FROM free) AND i.state = 'new'
  AND (i.claimed_until IS NULL OR i.claimed_until < :now) AND (i.not_before IS NULL OR i.not_before <= :now)
  AND i.update_id NOT IN :in_hand
ORDER BY i.update_id LIMIT :limit
"""
_NOW = bindparam("now", type_=UtcDateTime)
#: SQLite, whose writer is alone, looks and then takes.
_READY = text(_LANES + _NEXT).bindparams(_NOW, bindparam("in_hand", expanding=True, type_=BigInteger))
#: PostgreSQL does both in one trip, and does not wait for the disk: what is lost of it is free again.
_TAKE = (
    text(
        f"""{_LANES}, ready (update_id) AS ({_NEXT} FOR UPDATE OF i SKIP LOCKED)
UPDATE inbox SET claimed_by = :holder, claimed_until = :until
FROM ready, (SELECT set_config('synchronous_commit', 'off', true)) AS at_once
WHERE inbox.update_id = ready.update_id
RETURNING {", ".join(f"inbox.{column.name}" for column in InboxUpdate.__table__.columns)}
""".replace("NOT IN :in_hand", "<> ALL(:in_hand)")  # noqa: S608 - put together from our own constants
    )
    .bindparams(_NOW, bindparam("until", type_=UtcDateTime), bindparam("in_hand", type_=ARRAY(BigInteger)))
    .columns(*InboxUpdate.__table__.columns)
)
_TAKEN = select(InboxUpdate).from_statement(_TAKE).execution_options(populate_existing=True)


async def claim(
    session: AsyncSession,
    *,
    holder: str,
    now: datetime,
    limit: int,
    lease: timedelta,
    in_hand: Collection[int] = (),
) -> list[InboxUpdate]:
    """Takes up to ``limit`` waiting updates for ``lease``, oldest first; none of those ``in_hand``.

    Of a lane only its oldest waiting update is handed out, so a chat's messages stay in order even across
    processes; lane 0 has no order. What a dead holder had comes back when its lease is over.
    """
    asked = {"now": now, "limit": limit, "in_hand": list(in_hand)}
    if session.get_bind().dialect.name == "postgresql":
        taken: Sequence[InboxUpdate] = (
            await session.scalars(_TAKEN, {**asked, "holder": holder, "until": now + lease})
        ).all()
    else:
        ready = (await session.scalars(_READY, asked)).all()
        if not ready:
            return []
        taken = await claim_rows(
            session, InboxUpdate, InboxUpdate.update_id, ready, holder=holder, until=now + lease
        )
    return sorted(taken, key=lambda row: row.update_id)


_INBOX, _EVENTS = InboxUpdate.__table__, Event.__table__
_TOLD = select(_EVENTS.c.id).where(
    _EVENTS.c.update_id == bindparam("of_update", type_=BigInteger),
    _EVENTS.c.at >= bindparam("arrived", type_=UtcDateTime),
)
#: Marks an update handled that was not; to be run, or joined to what is asked first of all. What it said goes: who
#: puts the row back to new finds nothing to be done again. Where it is put back as it was, an event tells of it.
MARK_DONE: Update = (
    update(_INBOX)  # type: ignore[arg-type]
    .where(
        _INBOX.c.update_id == bindparam("of_update", type_=BigInteger),
        _INBOX.c.state == "new",
        ~_TOLD.exists(),
    )
    .values(
        state="done", done_at=bindparam("done_now"), claimed_by=None, claimed_until=None, sealed=bindparam("gone")
    )
)  # fmt: skip
_MARK_DONE = Prepared(MARK_DONE)


def to_mark(
    session: AsyncSession, update_id: int, *, now: datetime, arrived: datetime | None
) -> dict[str, Any]:
    """The values of :data:`MARK_DONE`."""
    gone = session.info[SEALER].seal("inbox", None)
    return {"of_update": update_id, "done_now": now, "arrived": arrived, "gone": gone}


async def done(
    session: AsyncSession, update_id: int, *, now: datetime, arrived: datetime | None = None
) -> bool:
    """Marks an update handled; False when it was already, also where that can only be told from an event since it
    ``arrived``. A number may be given out again after years: then the event is the older."""
    return await _MARK_DONE.change(session, to_mark(session, update_id, now=now, arrived=arrived)) == 1


async def waits(session: AsyncSession, update_id: int) -> bool:
    """Whether an update is still said to be new."""
    state = await session.scalar(select(InboxUpdate.state).where(InboxUpdate.update_id == update_id))
    return state == "new"


async def following(
    session: AsyncSession, lane: int, update_id: int, limit: int = 20
) -> Sequence[InboxUpdate]:
    """The next waiting updates of a lane after one, in their order."""
    if lane == NO_LANE:
        return ()
    return (
        await session.scalars(
            select(InboxUpdate)
            .where(
                InboxUpdate.state == literal_column("'new'"),
                InboxUpdate.lane == lane,
                InboxUpdate.update_id > update_id,
            )
            .order_by(InboxUpdate.update_id)
            .limit(limit)
        )
    ).all()


async def set_aside(session: AsyncSession, update_id: int, *, now: datetime, incident: str) -> bool:
    """Takes an update that keeps failing out of its lane's way; False when it was finished already."""
    return await _finish(session, update_id, state="aside", done_at=now, incident=incident)


async def failed_once(session: AsyncSession, update_id: int, *, not_before: datetime, incident: str) -> int:
    """Gives an update back to wait until ``not_before``; returns how often it has failed (0: finished)."""
    attempts = await session.scalar(
        update(InboxUpdate)
        .where(InboxUpdate.update_id == update_id, InboxUpdate.state == "new")
        .values(
            attempts=InboxUpdate.attempts + 1,
            not_before=not_before,
            incident=incident,
            **FREE,
        )
        .returning(InboxUpdate.attempts)
        .execution_options(synchronize_session=False)
    )
    return attempts or 0


async def release(session: AsyncSession, *, holder: str) -> int:
    """Gives back all that ``holder`` has claimed and not finished (at a proper stop); returns how many."""
    held = (InboxUpdate.state == "new", InboxUpdate.claimed_by == holder)
    return await changed(session, update(InboxUpdate).where(*held).values(**FREE))


async def counts(session: AsyncSession) -> InboxCounts:
    """How many updates wait or lie aside, and since when the oldest waits."""
    waiting, oldest = (
        await session.execute(
            select(func.count(), func.min(InboxUpdate.received_at)).where(
                InboxUpdate.state == literal_column("'new'")
            )
        )
    ).one()
    aside = await session.scalar(select(func.count()).where(*_finished("aside")))
    return InboxCounts(waiting=waiting, aside=aside or 0, oldest=oldest)


async def prune(
    session: AsyncSession, *, before: datetime, state: Literal["done", "aside"] = "done", limit: int = 1000
) -> int:
    """Deletes up to ``limit`` updates handled (or set aside) that arrived before a time; returns how many.

    A channel may deliver an update again within 24 hours: keep what is younger.
    """
    old = (
        select(InboxUpdate.update_id)
        .where(*_finished(state), InboxUpdate.received_at < before)
        .order_by(InboxUpdate.received_at)
        .limit(limit)
    )
    return await changed(session, delete(InboxUpdate).where(InboxUpdate.update_id.in_(old.scalar_subquery())))


def _finished(state: str) -> tuple[ColumnElement[bool], ...]:
    """The second condition names the partial index; SQLite does not see that it follows from the first."""
    return (InboxUpdate.state == state, InboxUpdate.state != literal_column("'new'"))


async def _finish(session: AsyncSession, update_id: int, **values: Any) -> bool:
    waiting = (InboxUpdate.update_id == update_id, InboxUpdate.state == "new")
    return await changed(session, update(InboxUpdate).where(*waiting).values(**FREE, **values)) == 1
