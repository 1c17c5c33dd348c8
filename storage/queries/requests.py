"""Queries about requests, and what answers they have. None of them decides who may."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningInsert

from storage.database import prepared
from storage.database.changed import changed
from storage.database.locked import LOCKED
from storage.database.prepared import Prepared
from storage.database.upsert import insert_for
from storage.queries.answers import standing
from storage.queries.drills import NO_DRILL
from storage.queries.parts import IS_PART
from storage.tables.models import Answer, Counter, Request
from storage.tables.numbers import SPAN
from storage.tables.words import WAITING, State

AT_ONCE = 500  # ids in one statement
NOT_FAR = 2000  # rows that are looked through where no index serves


def _count_up(dialect: str) -> ReturningInsert[Any]:
    some = bindparam("some", type_=Integer)
    insert = insert_for(dialect, Counter.__table__)
    counted = insert.values(unit_id=bindparam("unit"), year=bindparam("of_year"), last=some)
    last = Counter.__table__.c.last
    return counted.on_conflict_do_update(
        index_elements=["unit_id", "year"], set_={"last": last + some}
    ).returning(last, Counter.__table__.c.mac)


_COUNT_UP = Prepared(_count_up)
_LAST_ID = Prepared(select(func.coalesce(func.max(Request.__table__.c.id), 0)))
_NEXT_IDS = "SELECT nextval(pg_get_serial_sequence('requests', 'id')) FROM generate_series(1, $1::integer)"
#: The three questions of :func:`reserve` in one: what the post has become before (without a counter), else as many
#: ids as numbers, each with the last of the numbers.
_RESERVE = """
WITH known AS (SELECT number, id FROM requests WHERE origin_key = $1::varchar), counted AS (
    INSERT INTO counters (unit_id, year, last)
    SELECT $2::bigint, $3::integer, $4::integer WHERE NOT EXISTS (SELECT FROM known)
    ON CONFLICT (unit_id, year) DO UPDATE SET last = counters.last + excluded.last RETURNING last, mac
)
SELECT id, NULL::integer AS last, number, NULL::bytea FROM known
UNION ALL
SELECT nextval(pg_get_serial_sequence('requests', 'id')), last, NULL, mac FROM counted, generate_series(1, $4::integer)
ORDER BY 1
"""
_NUMBERS_BY_ORIGIN = Prepared(
    select(Request.__table__.c.number)
    .where(Request.__table__.c.origin_key == bindparam("origin_key"))
    .order_by(Request.__table__.c.id)
)
_COPY, _ORIGIN = Answer.__table__.alias(), Answer.__table__.alias()
#: Made once: an alias is made of every column anew, which took longer than all else that each card asks for.
_SOURCES_OF_ANSWERS = select(Request).where(
    Request.id.in_(
        select(_ORIGIN.c.request_id)
        .join(_COPY, _COPY.c.reused_from_id == _ORIGIN.c.id)
        .where(_COPY.c.request_id == bindparam("request_id"))
    )
)
_BY_ORIGIN = select(Request).where(Request.origin_key == bindparam("origin_key")).order_by(Request.id)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reserved:
    """Ids and running numbers for new requests; or the numbers of those that the post has become before."""

    ids: Sequence[int] = ()
    counters: Sequence[int] = ()
    mac: bytes | None = None  # of the counter, as it was before
    known: Sequence[str] = ()


async def reserve(session: AsyncSession, origin_key: str, unit_id: int, year: int, some: int) -> Reserved:
    """For so many requests that a post of a unit makes in a year. Two at once get others."""
    if session.get_bind().dialect.name == "postgresql":
        found = await prepared.fetch(session, _RESERVE, (origin_key, unit_id, year, some))
        if found and found[0][1] is None:
            return Reserved(known=[number or "" for _, _, number, _ in found])
        ids = [request_id for request_id, *_ in found]
        last, mac = (found[0][1], found[0][3]) if found else (0, None)
        return Reserved(ids=ids, counters=_counters(last, some), mac=mac)
    known = await _NUMBERS_BY_ORIGIN.fetch(session, {"origin_key": origin_key})
    if known:
        return Reserved(known=[number or "" for (number,) in known])
    [(last, mac)] = await _COUNT_UP.fetch(session, {"unit": unit_id, "of_year": year, "some": some})
    return Reserved(ids=await new_ids(session, some), counters=_counters(last, some), mac=mac)


def _counters(last: int, some: int) -> range:
    return range(last - some + 1, last + 1)


async def new_ids(session: AsyncSession, some: int) -> Sequence[int]:
    """So many ids for requests that are written in this transaction."""
    if session.get_bind().dialect.name == "postgresql":
        return [number for (number,) in await prepared.fetch(session, _NEXT_IDS, (some,))]
    first = await _LAST_ID.one(session, {}) + 1  # the only writer there is
    return range(first, first + some)


async def hold(session: AsyncSession, request_id: int) -> Request | None:
    """A request by its id, held by this transaction, and as it stands by then: what was read of it before it was held
    may be another since."""
    return await session.get(Request, request_id, with_for_update=LOCKED, populate_existing=True)


async def by_number(session: AsyncSession, number: str, *, lock: bool = False) -> Request | None:
    query = select(Request).where(Request.number == number)
    if lock:
        query = query.with_for_update(**LOCKED).execution_options(populate_existing=True)
    return await session.scalar(query)


async def newest_of(
    session: AsyncSession,
    units: Sequence[int],
    states: Sequence[str] | None,
    *,
    limit: int = 20,
    far: bool = False,
) -> Sequence[Request]:
    """The newest requests of these units, in one of the states (None: any); ``far``: however far back in
    the table, which may take a while."""
    query = select(Request).where(
        Request.number.is_not(None), or_(Request.from_unit_id.in_(units), Request.to_unit_id.in_(units))
    )
    if not far:
        query = query.where(Request.id > select(func.max(Request.id) - NOT_FAR).scalar_subquery())
    if states is not None:
        query = query.where(Request.state.in_(states))
    return (await session.scalars(query.order_by(Request.id.desc()).limit(limit))).all()


async def with_numbers(
    session: AsyncSession, numbers: Sequence[str], units: Sequence[int], limit: int = 5
) -> Sequence[Request]:
    """Of these numbers, the requests from or to these units; the newest first."""
    return (
        await session.scalars(
            select(Request)
            .where(
                Request.number.in_(numbers),
                or_(Request.from_unit_id.in_(units), Request.to_unit_id.in_(units)),
            )
            .order_by(Request.id.desc())
            .limit(limit)
        )
    ).all()


async def by_origin(session: AsyncSession, origin_key: str) -> Sequence[Request]:
    return (await session.scalars(_BY_ORIGIN, {"origin_key": origin_key})).all()


async def posts_gone(session: AsyncSession, chat_id: int, message_ids: Collection[int]) -> None:
    """The posts that requests were made of, among these messages, are deleted."""
    keys = [f"{chat_id}:{message_id}" for message_id in message_ids]
    await session.execute(update(Request).where(Request.origin_key.in_(keys)).values(message_id=None))


async def last_asked(
    session: AsyncSession, *, asker_id: int, chat_id: int, since: datetime
) -> Request | None:
    """What somebody asked last in a chat, no earlier than a time; not a part that they split off."""
    query = select(Request).where(
        Request.asker_id == asker_id, Request.chat_id == chat_id, Request.asked_at >= since, ~IS_PART
    )
    return await session.scalar(query.order_by(Request.id.desc()).limit(1))


async def last_of_type(
    session: AsyncSession, *, asker_id: int, unit_id: int, type_key: str
) -> Request | None:
    """What somebody asked last of a type for a unit and did not take back, with its content, not confidential;
    not what they split off another's."""
    query = select(Request).where(
        Request.asker_id == asker_id,
        Request.from_unit_id == unit_id,
        Request.type == type_key,
        Request.state != "cancelled",
        Request.purged_at.is_(None),
        Request.confidential.is_(False),
        ~IS_PART,
    )
    return await session.scalar(query.order_by(Request.id.desc()).limit(1))


async def number_of(session: AsyncSession, request_id: int) -> str | None:
    return await session.scalar(select(Request.number).where(Request.id == request_id))


async def by_external_id(session: AsyncSession, external_id: str) -> Request | None:
    """The request that a ledger calls so."""
    return await session.scalar(select(Request).where(Request.external_id == external_id))


async def to_unit_by_origin(session: AsyncSession, origin_key: str, unit_id: int) -> Request | None:
    """What the same post asks of a unit."""
    return await session.scalar(
        select(Request).where(Request.origin_key == origin_key, Request.to_unit_id == unit_id)
    )


async def change(session: AsyncSession, request: Request, *, before: str, **values: Any) -> bool:
    """Change a request that is still in ``before`` and unchanged since it was read; False where it is not.

    The guard is in SQL, so that of two people who press at once only one can win.
    """
    as_read = (Request.id == request.id, Request.state == before, Request.version == request.version)
    statement = update(Request).where(*as_read).values(version=Request.version + 1, **values)
    if await changed(session, statement) != 1:
        return False
    await session.refresh(request)
    return True


async def answers(session: AsyncSession, request_id: int) -> Sequence[Answer]:
    """Those that stand: an answer that was put right is in none of them (:mod:`storage.queries.answers`)."""
    return [one.answer for one in await standing(session, request_id)]


async def sources_of_answers(session: AsyncSession, request_id: int) -> Sequence[Request]:
    """The requests whose answers were given to this one, each once."""
    return (await session.scalars(_SOURCES_OF_ANSWERS, {"request_id": request_id})).all()


async def waiting(
    session: AsyncSession,
    *,
    to_unit: int | None = None,
    from_unit: int | None = None,
    asker: int | None = None,
    handler: int | None = None,
    overdue_at: datetime | None = None,
    limit: int = 50,
    after: int | None = None,
) -> Sequence[Request]:
    """Open requests of the desk's own that fit all that is given, the most pressing first; with ``after``, the ones
    that follow that id, in the order of their ids."""
    query = select(Request).where(Request.number.is_not(None), Request.state.in_(WAITING))
    if to_unit is not None:
        query = query.where(Request.to_unit_id == to_unit)
    if from_unit is not None:
        query = query.where(Request.from_unit_id == from_unit)
    if asker is not None:
        query = query.where(Request.asker_id == asker)
    if handler is not None:
        query = query.where(Request.handler_id == handler)
    if overdue_at is not None:
        query = query.where(Request.due_at < overdue_at)
    if after is not None:
        query = query.where(Request.id > after).order_by(Request.id)
    return (await session.scalars(query.order_by(Request.due_at, Request.id).limit(limit))).all()


async def pending(
    session: AsyncSession, *, from_unit: int | None = None, asker: int | None = None, limit: int = 50
) -> Sequence[Request]:
    """What waits for approval, of a unit or of somebody; what lapses first before the others."""
    query = select(Request).where(Request.number.is_not(None), Request.state == State.PENDING)
    if from_unit is not None:
        query = query.where(Request.from_unit_id == from_unit)
    if asker is not None:
        query = query.where(Request.asker_id == asker)
    return (await session.scalars(query.order_by(Request.accept_by, Request.id).limit(limit))).all()


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where a request lies, without what it says."""

    id: int
    state: str
    due_at: datetime | None
    from_unit_id: int | None
    to_unit_id: int | None
    asker_id: int | None
    asked_at: datetime
    handler_id: int | None
    chat_id: int | None
    confidential: bool


async def standings(session: AsyncSession, ids: Sequence[int]) -> dict[int, Standing]:
    """Of these requests, those that are there."""
    columns = [getattr(Request, field.name) for field in fields(Standing)]
    found: dict[int, Standing] = {}
    for start in range(0, len(ids), AT_ONCE):
        rows = await session.execute(select(*columns).where(Request.id.in_(ids[start : start + AT_ONCE])))
        found |= {row.id: Standing(**row._mapping) for row in rows}
    return found


async def answered_of(session: AsyncSession, asker: int, limit: int = 20) -> Sequence[Request]:
    """Answered ones that wait for their asker to close them."""
    return (
        await session.scalars(
            select(Request)
            .where(Request.asker_id == asker, Request.state == State.ANSWERED)
            .order_by(Request.answered_at.desc())
            .limit(limit)
        )
    ).all()


async def state_counts(session: AsyncSession) -> dict[str, int]:
    """State -> how many of the desk's own requests are in it."""
    counted = select(Request.state, func.count()).where(Request.number.is_not(None)).group_by(Request.state)
    return {state: int(count) for state, count in await session.execute(counted)}


async def to_close(session: AsyncSession, *, before: datetime, limit: int) -> Sequence[Request]:
    """What was answered here before a time and is not closed, locked. ``ix_requests_autoclose`` has these alone:
    a ledger of a million answers must not be read through each minute."""
    due = closing(before).limit(limit).with_for_update(skip_locked=True, **LOCKED)
    return (await session.scalars(due)).all()


def closing(before: datetime) -> Select[Request]:
    return select(Request).where(
        Request.state == State.ANSWERED, Request.answered_at < before, Request.number.is_not(None)
    )


async def kept(
    session: AsyncSession,
    *,
    since: datetime | None,
    until: datetime | None,
    unit_id: int | None,
    after: tuple[datetime, int] | None,
    limit: int,
) -> Sequence[Request]:
    """The next requests that have their content, in order of being asked, but those of drills: in a time, from or to
    a unit;
    ``after``: (when it was asked, id) of the last one of the batch before."""
    query = select(Request).where(Request.purged_at.is_(None), NO_DRILL)
    query = query.order_by(Request.asked_at, Request.id).limit(limit)
    if after is not None:
        query = query.where(
            (Request.asked_at > after[0]) | ((Request.asked_at == after[0]) & (Request.id > after[1]))
        )
    if since is not None:
        query = query.where(Request.asked_at >= since)
    if until is not None:
        query = query.where(Request.asked_at < until)
    if unit_id is not None:
        query = query.where((Request.from_unit_id == unit_id) | (Request.to_unit_id == unit_id))
    return (await session.scalars(query)).all()


async def names(session: AsyncSession, ids: Collection[int]) -> dict[int, str]:
    """What people call the requests with these ids: by number, or by the ledger's id."""
    if not ids:
        return {}
    query = select(Request.id, Request.number, Request.external_id).where(Request.id.in_(ids))
    return {
        request_id: number or external or str(request_id)
        for request_id, number, external in await session.execute(query)
    }


async def posted_in_private(session: AsyncSession, *, after: int, limit: int) -> Sequence[Request]:
    """The next requests after an id that were posted in a private chat of the first channel, to be changed."""
    private = (Request.chat_id > 0, Request.chat_id < SPAN, Request.origin_key.is_not(None))
    query = select(Request).where(Request.id > after, *private).order_by(Request.id).limit(limit)
    return (await session.scalars(query)).all()
