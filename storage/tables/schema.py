"""Brings a database to the tables that this version needs, and says how far one is.

Alembic is imported only when there is something to migrate: it costs 80 ms of every start otherwise.
"""

from __future__ import annotations

import base64
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib import resources
from typing import Any, Literal

import structlog
from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    func,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database.ciphers import Cipher
from storage.database.engine import KEY_MARK, Store
from storage.database.failpoints import failpoint
from storage.database.seal import SealBroken, Sealer, cipher_of
from storage.tables.left import leave_holds, leave_memberships
from storage.tables.models import Base, Chat, Desk, LegalHold
from storage.tables.monthly import MONTHS, compare, leave_months
from storage.tables.renumbering import VEIL, VEIL_BEFORE, opened_veil, renumber

log = structlog.get_logger(__name__)

State = Literal["empty", "older", "current", "newer"]

_VERSION_TABLE = "alembic_version"
_ADVISORY_LOCK = 0x63_72_6F_73_73  # "cross": only one process migrates a PostgreSQL database
_KEY_CHECK_TEXT = "the key of this desk"
_HELD = "0016"  # the revision from which on requests are held
_BELONGING = "0019"  # from which on it is asked whether somebody still belongs, and roles may have an end
_MONTHLY = "0022"  # the first of the versions that know keys of months
_VEILED = "0018"  # the revision from which on people's numbers stand under a veil


class NotOurs(Exception):
    """The database has tables, but no revision of ours: another program's, or a broken copy."""


class HoldsStand(Exception):
    """An older version knows of no legal holds, and would delete what is held."""

    def __init__(self, standing: int) -> None:
        super().__init__(
            f"{standing} legal holds stand, of which that version knows nothing: release them first (/release_hold); "
            "nothing was changed"
        )
        self.standing = standing


class BrokenReferences(Exception):
    """After a migration, rows refer to rows that are not there; nothing was changed."""


class WrongKey(Exception):
    """This database was sealed with another key than the one at hand."""


class WrongCipher(Exception):
    """The key is right, but the desk is kept under other ciphers than those at hand."""

    def __init__(self, found: Cipher) -> None:
        super().__init__(f"this database is kept under {found}")
        self.found = found


def revisions() -> list[str]:
    """All revisions this version knows, oldest first; the last is the one it needs."""
    names = (entry.name for entry in resources.files("storage.migrations.versions").iterdir())
    return sorted(name[:4] for name in names if name[:4].isdigit() and name.endswith(".py"))


async def state(store: Store) -> State:
    """Whether the database has no tables, an older schema, the one we need, or a newer version's.

    Raises :class:`NotOurs`.
    """
    async with store.read() as session:
        connection = await session.connection()
        return await connection.run_sync(_state)


async def revision(store: Store) -> str | None:
    """The database's revision; None when it has none."""
    async with store.read() as session:
        connection = await session.connection()
        return await connection.run_sync(_revision)


async def upgrade(store: Store) -> bool:
    """Brings the database to the current schema; False when it was there already.

    One without tables gets them as the models say, which takes a tenth of the time that every step since the
    first version does. All of it or nothing, in one transaction. Of two processes one migrates and the other
    waits for it. Raises :class:`NotOurs`, :class:`BrokenReferences`; does nothing to a newer schema.
    """
    if await state(store) in ("current", "newer"):
        return False
    async with _alone(store) as connection:
        found = await connection.run_sync(_state)
        if found == "current":
            return False
        failpoint("schema.upgrading")
        before = await connection.run_sync(_revision)
        if found == "empty":
            await connection.run_sync(make_tables)
        else:
            await connection.run_sync(_migrate, "upgrade", revisions()[-1])
        failpoint("schema.upgraded")
    # Whoever only wanted to read is told that the older version can no longer open it.
    say = log.info if found == "empty" else log.warning
    say("schema_upgraded", revision=revisions()[-1], before=before)
    return True


async def downgrade(store: Store, rev: str) -> None:
    """Goes back to an earlier revision (``base``: no tables). What it does not know is lost, but for what
    memberships say of confirmations and ends, and holds that have ended: they are put back as the desk is brought up
    and opened again. Raises :class:`HoldsStand`."""
    async with _alone(store) as connection:
        found = await connection.run_sync(_revision) or ""
        if "base" != rev < _MONTHLY:
            await leave_months(connection, store.sealer)
        if found >= _HELD and (rev == "base" or rev < _HELD):
            await _refuse_held(connection)
            if rev != "base":
                await leave_holds(connection, store.sealer)
        if found >= _BELONGING and "base" != rev < _BELONGING:
            await leave_memberships(connection, store.sealer)
        if "base" != rev < _VEILED:
            await _unveil(connection, store.sealer)
        await connection.run_sync(_migrate, "downgrade", rev)
    log.warning("schema_downgraded", revision=rev)


async def _refuse_held(connection: AsyncConnection) -> None:
    standing = select(func.count()).select_from(LegalHold).where(LegalHold.released_at.is_(None))
    if held := await connection.scalar(standing):
        raise HoldsStand(held)


async def _unveil(connection: AsyncConnection, sealer: Sealer) -> None:
    """Older versions know people by their own numbers, and groups by titles in clear."""
    if not await connection.run_sync(lambda sync: _revision(sync) or "") >= _VEILED:
        return
    kept = await connection.scalar(select(Desk.value).where(Desk.key == VEIL))
    if kept is None:
        return
    await renumber(connection, sealer, opened_veil(sealer, kept).theirs)
    for chat_id, sealed in (await connection.execute(select(Chat.id, Chat.sealed))).all():
        title = sealer.unseal("chats", sealed)["title"] if sealed is not None else ""
        await connection.execute(update(Chat).where(Chat.id == chat_id).values(title_before=title))
    await connection.execute(update(Desk).where(Desk.key == VEIL).values(key=VEIL_BEFORE))


async def check_key(store: Store) -> None:
    """Makes sure that the store's key is the one that this database was sealed with.

    The first call marks the database with the key and the ciphers at hand. Raises :class:`WrongKey`, and
    :class:`WrongCipher`: values would open, but what is looked for by a keyed hash would not be found; for the keys of
    months as :func:`storage.tables.monthly.compare`.
    """
    async with store.read() as session:
        mark = await session.get(Desk, KEY_MARK)
        months = await session.scalar(select(Desk.value).where(Desk.key == MONTHS))
    if mark is None:
        async with store.write() as session:
            mark = await session.get(Desk, KEY_MARK)
            if mark is None:
                mark = Desk(key=KEY_MARK, value=mark_of(store.sealer))
                session.add(mark)
    if not opens(store.sealer, mark.value):
        raise WrongKey("this database was sealed with another key")
    if (found := cipher_of_mark(mark.value)) != store.sealer.cipher:
        raise WrongCipher(found)
    compare(store.sealer, store.sealer.months.id if store.sealer.months is not None else None, months)
    store.key_mark = mark.value


async def key_mark(store: Store) -> str | None:
    """The database's mark of its key; None where it has no tables, or no mark yet."""
    if await state(store) == "empty":
        return None
    async with store.read() as session:
        mark = await session.get(Desk, KEY_MARK)
    return mark.value if mark is not None else None


def mark_of(sealer: Sealer) -> str:
    """A mark by which a database says that it is sealed with this key."""
    return base64.b64encode(sealer.seal("desk", _KEY_CHECK_TEXT)).decode()


def opens(sealer: Sealer, mark: str) -> bool:
    """Whether the key opens what is sealed in the database with that mark."""
    try:
        sealer.unseal("desk", base64.b64decode(mark))
    except (SealBroken, ValueError):  # ValueError: no base64 any more
        return False
    return True


def cipher_of_mark(mark: str) -> Cipher:
    """Under which ciphers a database with that mark is kept; to be asked of a mark that opens."""
    found = cipher_of(base64.b64decode(mark))
    assert found is not None  # noqa: S101 - for the type checker: it has been opened
    return found


def make_tables(connection: Connection) -> None:
    """All tables as the models have them: the same as the migrations make, which a test holds."""
    Base.metadata.create_all(connection, checkfirst=False)
    _stamp(connection)


def _stamp(connection: Connection) -> None:
    """Marks a database whose tables were made from the models as being at the current revision."""
    table = Table(
        _VERSION_TABLE,
        MetaData(),
        Column("version_num", String(32), nullable=False),
        PrimaryKeyConstraint("version_num", name=f"{_VERSION_TABLE}_pkc"),
    )
    table.create(connection, checkfirst=True)  # it stays where one has gone down to no tables
    connection.execute(table.insert(), {"version_num": revisions()[-1]})


def configuration(dialect: str) -> dict[str, Any]:
    """The options of Alembic's ``MigrationContext`` that our migrations are written and compared with."""
    return {
        "target_metadata": Base.metadata,
        "render_as_batch": dialect == "sqlite",
        "transactional_ddl": True,
        "compare_type": True,
    }


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_VERSION_TABLE):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {_VERSION_TABLE}"))  # noqa: S608 - a constant
    return found.scalar_one_or_none()


def _state(connection: Connection) -> State:
    found, known = _revision(connection), revisions()
    if found is None:
        if set(inspect(connection).get_table_names()) - {_VERSION_TABLE}:
            raise NotOurs("the database has tables, but no revision of ours")
        return "empty"
    if found not in known:
        return "newer"
    return "current" if found == known[-1] else "older"


def _migrate(connection: Connection, command: str, rev: str) -> None:
    from alembic import command as commands
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("path_separator", "os")
    run: Callable[..., None] = getattr(commands, command)
    run(config, rev)


@asynccontextmanager
async def _alone(store: Store) -> AsyncIterator[AsyncConnection]:
    """A connection in a transaction that no other process migrates in, committed at the end."""
    async with store.exclusive() as connection:
        if store.dialect == "postgresql":
            async with connection.begin():
                await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
                yield connection
            return
        raw = (await connection.get_raw_connection()).driver_connection
        assert isinstance(raw, sqlite3.Connection)  # noqa: S101 - for the type checker
        # Batch operations drop and rename tables; inside a transaction this pragma does nothing.
        raw.execute("PRAGMA foreign_keys=OFF")
        try:
            async with connection.begin():
                yield connection
                broken = raw.execute("PRAGMA foreign_key_check").fetchall()
                if broken:
                    tables = ", ".join(sorted({str(row[0]) for row in broken}))
                    raise BrokenReferences(
                        f"{len(broken)} broken references in {tables}; nothing was changed"
                    )
        finally:
            raw.execute("PRAGMA foreign_keys=ON")
