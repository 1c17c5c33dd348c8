"""The numbers of people and of their private chats, changed wherever a table names them: under the desk's veil when a
desk of an older version is opened first, and back when it is given to one.

A post in private is named in ``requests.origin_key`` too, which the record covers: whoever changes that must record it
(:mod:`workflow.keeping.veiling`).
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import BigInteger, Column, MetaData, Table, cast, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from storage.database.ciphers import Cipher
from storage.database.seal import Sealer
from storage.tables.covered import account_mac, person_mac
from storage.tables.models import Account, Base, Chat, Desk, OutboxLine, Person
from storage.tables.numbers import FIRST, SPAN
from storage.tables.veil import Veil
from storage.tables.words import TO

VEIL = "veil"  # the value of the desk that holds its secret, sealed
#: The same while an older version has the desk, which knows nothing of it: the desk comes under the same veil again,
#: for what the record covers still names private chats as they were under it.
VEIL_BEFORE = "veil_before"
LEDGER = "ledger:"  # how values of the desk begin that are kept for a private chat
_WAITING = ("queued", "sending")
#: Where a group's number stands and nobody's own.
_OF_GROUPS = frozenset({
    ("chat_units", "chat_id"), ("chat_topics", "chat_id"), ("chats", "moved_to"), ("operations", "chat_id"),
})  # fmt: skip
_NAMES = frozenset({"chat_id", "moved_to", "lane"})
_MAP = Table(
    "renumbered",
    MetaData(),
    Column("old", BigInteger, primary_key=True, autoincrement=False),
    Column("new", BigInteger, nullable=False),
    prefixes=["TEMPORARY"],
)


def columns() -> list[tuple[Table, Column[Any]]]:
    """All that names chats. People have a checksum over it, and are changed one by one."""
    found = [
        (table, column)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name in _NAMES and isinstance(column.type, BigInteger) and table.name != "people"
    ]
    named = [one for one in found if (one[0].name, one[1].name) not in _OF_GROUPS]
    return [(Base.metadata.tables["chats"], Base.metadata.tables["chats"].c.id), *named]


def sealed_veil(sealer: Sealer, secret: bytes, cipher: Cipher) -> str:
    """The value under :data:`VEIL`."""
    plain = {"secret": b64encode(secret).decode(), "cipher": str(cipher)}
    return b64encode(sealer.seal("desk", plain)).decode()


def opened_veil(sealer: Sealer, kept: str) -> Veil:
    """What stands under :data:`VEIL`. Raises :class:`storage.database.seal.SealBroken`."""
    plain = sealer.unseal("desk", b64decode(kept))
    return Veil(b64decode(plain["secret"]), Cipher(plain["cipher"]))


async def renumber(
    connection: AsyncConnection, sealer: Sealer, change: Callable[[int], int]
) -> Mapping[int, int]:
    """Every number of somebody's in the first channel as ``change`` has it; which has become which."""
    people = (await connection.execute(select(Person.id, Person.chat_id, Person.sealed, Person.mac))).all()
    accounts = (
        await connection.execute(
            select(Account.native_id, Account.person_id, Account.mac).where(Account.channel == FIRST)
        )
    ).all()
    old = {row.chat_id for row in people} | {int(row.native_id) for row in accounts}
    for _, column in columns():
        old |= set(await connection.scalars(select(column).where(column > 0, column < SPAN).distinct()))
    made = {number: change(number) for number in old if number is not None and 0 < number < SPAN}
    if not made:
        return made
    await connection.run_sync(_MAP.create)
    await connection.execute(_MAP.insert(), [{"old": number, "new": new} for number, new in made.items()])
    for table, column in columns():
        new = select(_MAP.c.new).where(_MAP.c.old == column).scalar_subquery()
        which = (column > 0, column < SPAN)
        await connection.execute(update(table).where(*which).values({column.name: new}))
    await connection.run_sync(_MAP.drop)
    await connection.execute(
        update(Chat)
        .where(Chat.channel == FIRST, Chat.id > 0)
        .values(native_id=cast(Chat.id, Chat.native_id.type))
    )
    for row in people:
        if row.chat_id in made:
            await _person(connection, sealer, row, made[row.chat_id])
    for account in accounts:
        await _account(connection, sealer, account, made[int(account.native_id)])
    await _lines(connection, sealer, made)
    await _ledgers(connection, made)
    return made


async def renumber_in(
    session: AsyncSession, sealer: Sealer, change: Callable[[int], int]
) -> Mapping[int, int]:
    """The same in a transaction that is under way."""
    return await renumber(await session.connection(), sealer, change)


async def _person(connection: AsyncConnection, sealer: Sealer, row: Any, new: int) -> None:
    """A checksum that did not fit fits no better afterwards."""
    sound = row.mac == person_mac(sealer, row.id, row.chat_id, row.sealed)
    mac = person_mac(sealer, row.id, new, row.sealed) if sound else row.mac
    await connection.execute(update(Person).where(Person.id == row.id).values(chat_id=new, mac=mac))


async def _account(connection: AsyncConnection, sealer: Sealer, row: Any, new: int) -> None:
    sound = row.mac == account_mac(sealer, FIRST, row.native_id, row.person_id)
    mac = account_mac(sealer, FIRST, str(new), row.person_id) if sound else row.mac
    mine = (Account.channel == FIRST, Account.native_id == row.native_id)
    await connection.execute(update(Account).where(*mine).values(native_id=str(new), mac=mac))


async def _lines(connection: AsyncConnection, sealer: Sealer, made: Mapping[int, int]) -> None:
    """What waits says for whom it is, and names who is to be rung. A key by which two lines are one names chats too;
    those of lines that are gone out serve nobody any more."""
    gone = OutboxLine.state.not_in(_WAITING)
    await connection.execute(update(OutboxLine).where(gone).values(coalesce_key=None))
    lines = select(OutboxLine.id, OutboxLine.sealed, OutboxLine.coalesce_key).where(
        OutboxLine.state.in_(_WAITING)
    )
    for line in (await connection.execute(lines)).all():
        plain = sealer.unseal("outbox", line.sealed)
        values: dict[str, Any] = {}
        anew = _mentions(plain, made)
        if plain.get(TO) in made:
            anew[TO] = made[plain[TO]]
        if anew != plain:
            values["sealed"] = sealer.seal("outbox", anew)
        if line.coalesce_key:
            values["coalesce_key"] = _key(line.coalesce_key, made)
        if values:
            await connection.execute(update(OutboxLine).where(OutboxLine.id == line.id).values(**values))


def _mentions(value: Any, made: Mapping[int, int]) -> Any:
    """The same, with those whom its texts mention under their new numbers."""
    match value:
        case {"t": "mention", "p": {"id": int(number)}}:
            return value | {"p": value["p"] | {"id": made.get(number, number)}}
        case dict():
            return {name: _mentions(one, made) for name, one in value.items()}
        case list():
            return [_mentions(one, made) for one in value]
    return value


def _key(key: str, made: Mapping[int, int]) -> str:
    """The chat stands last in it."""
    before, colon, last = key.rpartition(":")
    return f"{before}{colon}{made[int(last)]}" if last.isdigit() and int(last) in made else key


async def _ledgers(connection: AsyncConnection, made: Mapping[int, int]) -> None:
    of_chats = select(Desk.key, Desk.value).where(Desk.key.startswith(LEDGER, autoescape=True))
    for key, value in (await connection.execute(of_chats)).all():
        number = key.removeprefix(LEDGER)
        if number.isdigit() and int(number) in made:
            await connection.execute(delete(Desk).where(Desk.key == key))
            renamed = {"key": f"{LEDGER}{made[int(number)]}", "value": value}
            await connection.execute(Base.metadata.tables["desk"].insert(), renamed)
