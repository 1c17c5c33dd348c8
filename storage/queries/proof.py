"""All that the record is compared with, read in the order of ids, as the driver gives it: a desk has millions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Integer, bindparam, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.prepared import Prepared
from storage.tables.checksums import FACTS
from storage.tables.covered import BELONGS, BOUND, DUTY, SAID, duty_named
from storage.tables.models import Account, Base, Chat, ChatUnit, Counter, Event, Membership, Person, Request

_EVENT = ("chain", "seq", "at", "actor_id", "unit_id", "action", "sealed", "prev", "hash", "update_id")


class EventRow(NamedTuple):
    """A row of ``events``."""

    chain: int
    seq: int
    at: datetime
    actor_id: int | None
    unit_id: int | None
    action: str
    sealed: bytes
    prev: bytes
    hash: bytes
    update_id: int | None


class RequestRow(NamedTuple):
    """What the record covers of a row of ``requests``; ``facts``: :data:`storage.tables.checksums.FACTS`."""

    id: int
    import_id: int | None
    event_seq: int
    event_head: bytes | None
    sealed: bytes
    mac: bytes | None
    facts: Sequence[Any]

    def fact(self, name: str) -> Any:
        return self.facts[FACTS.index(name)]


class SaidRow(NamedTuple):
    """A row of what was said of a request; ``columns``: those of :data:`storage.tables.covered.SAID`."""

    table: str
    id: int
    request_id: int
    sealed: bytes
    mac: bytes | None
    columns: Sequence[Any]


_EVENTS = Prepared(
    select(*(Event.__table__.c[name] for name in _EVENT))
    .where(
        tuple_(Event.__table__.c.chain, Event.__table__.c.seq) > tuple_(bindparam("of"), bindparam("after"))
    )
    .order_by(Event.__table__.c.chain, Event.__table__.c.seq)
    .limit(bindparam("most", type_=Integer))
)
_OF_REQUEST = ("id", "import_id", "event_seq", "event_head", "sealed", "mac")
_REQUESTS = Prepared(
    select(*(Request.__table__.c[name] for name in (*_OF_REQUEST, *FACTS)))
    .where(Request.__table__.c.id > bindparam("after"), Request.__table__.c.id <= bindparam("last"))
    .order_by(Request.__table__.c.id)
    .limit(bindparam("most", type_=Integer))
)


def _said(model: type[Base], columns: Sequence[str]) -> Prepared:
    table = model.metadata.tables[model.__tablename__]
    return Prepared(
        select(*(table.c[name] for name in ("id", "request_id", "sealed", "mac", *columns)))
        .where(table.c.request_id >= bindparam("first"), table.c.request_id <= bindparam("last"))
        .order_by(table.c.request_id, table.c.id)
    )


_SAID: Mapping[str, Prepared] = {
    model.__tablename__: _said(model, columns) for model, columns in SAID.items()
}


async def following(session: AsyncSession, chain: int, seq: int, *, limit: int) -> list[EventRow]:
    """The next events after a place in a chain, chain by chain in order."""
    values = {"of": chain, "after": seq, "most": limit}
    return [EventRow._make(row) for row in await _EVENTS.fetch(session, values)]


async def requests(session: AsyncSession, *, after: int, last: int, limit: int) -> list[RequestRow]:
    """The next requests after an id, up to another."""
    rows = await _REQUESTS.fetch(session, {"after": after, "last": last, "most": limit})
    split = len(_OF_REQUEST)
    return [RequestRow._make((*row[:split], row[split:])) for row in rows]


async def said(session: AsyncSession, *, first: int, last: int) -> Iterator[SaidRow]:
    """All that was said of the requests with these ids."""
    found: list[SaidRow] = []
    for table, query in _SAID.items():
        rows = await query.fetch(session, {"first": first, "last": last})
        found += [SaidRow._make((table, *row[:4], row[4:])) for row in rows]
    return iter(found)


async def count_events(session: AsyncSession, *, after: int, last: int) -> int:
    """How many there are after an id, up to another."""
    counted = select(func.count()).select_from(Event).where(Event.id > after, Event.id <= last)
    return await session.scalar(counted) or 0


async def memberships(session: AsyncSession) -> dict[int, Sequence[Any]]:
    """All that ever were: id -> :data:`storage.tables.covered.BELONGS`."""
    rows = await session.execute(select(Membership.id, *(getattr(Membership, name) for name in BELONGS)))
    return {row[0]: tuple(row[1:]) for row in rows}


async def duty(session: AsyncSession) -> dict[str, Sequence[Any]]:
    """All that is there about duty: how the record calls a row -> its columns of :data:`DUTY`."""
    found: dict[str, Sequence[Any]] = {}
    for model, (key, columns) in DUTY.items():
        query = select(*(getattr(model, name) for name in (*key, *columns)))
        for row in await session.execute(query):
            found[duty_named(model, row[: len(key)])] = row[len(key) :]
    return found


async def bindings(session: AsyncSession) -> dict[tuple[int, int], tuple[str, Sequence[Any]]]:
    """Which groups belong to which units: chat and unit -> the chat's kind, :data:`storage.tables.covered.BOUND`."""
    columns = (getattr(ChatUnit, name) for name in BOUND)
    query = select(ChatUnit.chat_id, ChatUnit.unit_id, Chat.kind, *columns)
    rows = await session.execute(query.join(Chat, Chat.id == ChatUnit.chat_id).order_by(Chat.id))
    return {(row[0], row[1]): (row[2], tuple(row[3:])) for row in rows}


class PersonRow(NamedTuple):
    """Of a row of ``people``."""

    id: int
    chat_id: int | None
    sealed: bytes
    username_key: int | None
    mac: bytes | None


async def people(session: AsyncSession) -> Sequence[PersonRow]:
    """Everybody."""
    columns = (getattr(Person, name) for name in PersonRow._fields)
    return [PersonRow(*row) for row in await session.execute(select(*columns).order_by(Person.id))]


async def any_covered(session: AsyncSession) -> bool:
    """Whether some row has a checksum, which none has on a desk of an older version."""
    for column in (Request.mac, Person.mac, Account.mac, Counter.mac):
        if await session.scalar(select(column).where(column.is_not(None)).limit(1)) is not None:
            return True
    return False


async def accounts(session: AsyncSession) -> Sequence[tuple[str, str, int, bytes | None]]:
    """All of them: channel, id in it, whose, the checksum."""
    found = await session.execute(select(Account.channel, Account.native_id, Account.person_id, Account.mac))
    return [(row[0], row[1], row[2], row[3]) for row in found]


async def put_account_mac(session: AsyncSession, channel: str, native_id: str, mac: bytes) -> None:
    """The checksum of an account from now on."""
    mine = (Account.channel == channel, Account.native_id == native_id)
    await session.execute(
        update(Account).where(*mine).values(mac=mac), execution_options={"synchronize_session": False}
    )


async def counters(session: AsyncSession) -> Sequence[tuple[int, int, int, bytes | None]]:
    """All of them: unit, year, the last number that was given out, the checksum."""
    found = await session.execute(select(Counter.unit_id, Counter.year, Counter.last, Counter.mac))
    return [(row[0], row[1], row[2], row[3]) for row in found]


async def put_counter_mac(session: AsyncSession, unit_id: int, year: int, mac: bytes) -> None:
    """The checksum of a counter from now on."""
    mine = (Counter.unit_id == unit_id, Counter.year == year)
    await session.execute(
        update(Counter).where(*mine).values(mac=mac), execution_options={"synchronize_session": False}
    )


async def imported(session: AsyncSession) -> dict[int, int]:
    """How many requests came by each import and are there."""
    counted = (
        select(Request.import_id, func.count())
        .where(Request.import_id.is_not(None))
        .group_by(Request.import_id)
    )
    return {int(import_id): count for import_id, count in await session.execute(counted) if import_id}
