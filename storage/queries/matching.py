"""The match index: keyed hashes to requests, and the packed, sealed text that candidates are compared by."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Executable, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import prepared
from storage.database.changed import changed
from storage.database.prepared import Prepared
from storage.database.upsert import insert_for
from storage.tables.models import MatchKey, MatchRecord, Request

#: How many of a key's newest requests are looked at. Crowded keys (a common name) would grow with the desk.
NEWEST_PER_KEY = 40
#: How many candidates are unsealed and compared at the most.
CANDIDATES = 200
#: Keys looked up in one statement: SQLite joins at most 500 selects.
KEYS_AT_ONCE = 100

_ONE_KEY = (
    "SELECT request_id FROM (SELECT request_id FROM match_keys WHERE key = {key} "
    "ORDER BY request_id DESC LIMIT {newest})"
)


def _put_record(dialect: str) -> Executable:
    insert = insert_for(dialect, MatchRecord.__table__)
    return insert.on_conflict_do_update(
        index_elements=["request_id"], set_={"sealed": insert.excluded.sealed}
    )


_PUT_RECORD = Prepared(_put_record, once=("request_id",))
_PUT_KEY = Prepared(lambda dialect: insert_for(dialect, MatchKey.__table__).on_conflict_do_nothing())
#: The same as ``_PUT_RECORD`` and ``_PUT_KEY`` in each driver's own words.
_PUT_RECORDS = {
    dialect: f"INSERT INTO match_records (request_id, sealed) VALUES ({signs}) "  # noqa: S608 - constants
    "ON CONFLICT (request_id) DO UPDATE SET sealed = excluded.sealed"
    for dialect, signs in (("sqlite", "?, ?"), ("postgresql", "$1, $2"))
}
_PUT_KEYS = {
    "sqlite": "INSERT INTO match_keys (key, request_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
    "postgresql": "INSERT INTO match_keys (key, request_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
}


async def put_new(session: AsyncSession, rows: Sequence[tuple[int, Collection[int], bytes]]) -> None:
    """Index many requests that have no keys yet (or the same record anew), in two statements.

    A ledger brings seven keys a row: all goes to the driver as it is, which takes a third of the time.
    """
    if not rows:
        return
    dialect = session.get_bind().dialect.name
    await prepared.write(
        session, _PUT_RECORDS[dialect], [(request_id, sealed) for request_id, _, sealed in rows]
    )
    pairs = [(key, request_id) for request_id, keys, _ in rows for key in set(keys)]
    pairs.sort(key=itemgetter(0))  # as they lie in the index
    await put_keys(session, pairs)


async def put_keys(session: AsyncSession, pairs: Sequence[tuple[int, int]]) -> None:
    """Adds pairs of key and request to the index, as the driver takes them."""
    await prepared.write(session, _PUT_KEYS[session.get_bind().dialect.name], pairs)


def insertions(
    rows: Sequence[tuple[int, Collection[int], bytes]],
) -> Iterator[tuple[Prepared, list[dict[str, Any]]]]:
    """The statements that index requests, with their rows, to be written with others of a transaction."""
    yield _PUT_RECORD, _records(rows)
    yield (
        _PUT_KEY,
        [{"key": key, "request_id": request_id} for request_id, keys, _ in rows for key in set(keys)],
    )


def _records(rows: Sequence[tuple[int, Collection[int], bytes]]) -> list[dict[str, Any]]:
    return [{"request_id": request_id, "sealed": sealed} for request_id, _, sealed in rows]


async def record_of(session: AsyncSession, request_id: int) -> bytes | None:
    """The sealed record of an indexed request."""
    return await session.scalar(select(MatchRecord.sealed).where(MatchRecord.request_id == request_id))


async def remove(session: AsyncSession, request_id: int, keys: Collection[int]) -> int:
    """Take a request's record and these keys of it out of the index; how many keys there were."""
    gone = 0
    if keys:
        its_own = (MatchKey.key.in_(sorted(keys)), MatchKey.request_id == request_id)
        gone = await changed(session, delete(MatchKey).where(*its_own))
    await session.execute(delete(MatchRecord).where(MatchRecord.request_id == request_id))
    return gone


async def reseal(session: AsyncSession, request_id: int, sealed: bytes) -> None:
    """The record alone, when nothing that its keys are made of has changed (an answer came)."""
    row = await session.get(MatchRecord, request_id)
    if row is not None:
        row.sealed = sealed


async def candidates(
    session: AsyncSession, keys: Sequence[int], *, but_not: int | None = None
) -> list[tuple[int, bytes]]:
    """Requests that share a key, each with its sealed record: those that share most keys first.

    One round trip for a hundred keys. Of each key only the :data:`NEWEST_PER_KEY` newest, in all
    :data:`CANDIDATES`.
    """
    if len(keys) <= KEYS_AT_ONCE:
        return await _candidates(session, keys, but_not or 0) if keys else []
    shared: dict[int, tuple[int, bytes]] = {}
    for start in range(0, len(keys), KEYS_AT_ONCE):
        for request_id, sealed in await _candidates(
            session, keys[start : start + KEYS_AT_ONCE], but_not or 0
        ):
            shared[request_id] = (shared.get(request_id, (0, b""))[0] + 1, sealed)
    best = sorted(shared, key=lambda request_id: (shared[request_id][0], request_id), reverse=True)
    return [(request_id, shared[request_id][1]) for request_id in best[:CANDIDATES]]


async def _candidates(session: AsyncSession, keys: Sequence[int], but_not: int) -> list[tuple[int, bytes]]:
    statement = _look_up(session.get_bind().dialect.name, len(keys))
    rows = await prepared.fetch(session, statement, (*keys, but_not))
    return [(int(request_id), bytes(sealed)) for request_id, sealed in rows]


@lru_cache(maxsize=2 * KEYS_AT_ONCE)
def _look_up(dialect: str, keys: int) -> str:
    """The look-up of so many keys, and of all but one request, in the driver's own words: it runs for every post."""
    signs = ["?" if dialect == "sqlite" else f"${n}" for n in range(1, keys + 2)]
    union = " UNION ALL ".join(
        _ONE_KEY.format(key=sign, newest=NEWEST_PER_KEY) + (f" AS t{n}" if dialect != "sqlite" else "")
        for n, sign in enumerate(signs[:-1])
    )
    return (
        f"SELECT r.request_id, r.sealed FROM (SELECT request_id, count(*) AS shared FROM ({union}) AS u "  # noqa: S608
        f"GROUP BY request_id ORDER BY shared DESC, request_id DESC LIMIT {CANDIDATES}) AS c "
        f"JOIN match_records r ON r.request_id = c.request_id WHERE r.request_id <> {signs[-1]} "
        "ORDER BY c.shared DESC, r.request_id DESC"
    )


async def count_outdated(session: AsyncSession, version: int) -> int:
    """How many requests have keys of another version of the normaliser."""
    count = select(func.count()).select_from(Request).where(Request.key_version != version)
    return await session.scalar(count) or 0


async def outdated(session: AsyncSession, version: int, *, after: int, limit: int) -> Sequence[Request]:
    """The next of them after an id."""
    which = (Request.id > after, Request.key_version != version)
    return (await session.scalars(select(Request).where(*which).order_by(Request.id).limit(limit))).all()


async def outdate_all(session: AsyncSession) -> None:
    """Let the keys of every request be of no version."""
    await session.execute(update(Request).values(key_version=0))
