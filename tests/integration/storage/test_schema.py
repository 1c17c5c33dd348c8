from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Row, text, update
from sqlalchemy.exc import IntegrityError

from storage.database.engine import KEY_MARK, KeyChanged, Store
from storage.database.seal import Sealer
from storage.tables import schema
from storage.tables.models import Account, Base, Chat, Desk, LegalHold, Person
from storage.tables.numbers import SPAN
from tests.integration.postgresql import Databases
from tests.integration.storage.seed import COUNTS, count_rows, seed

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def empty_sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'empty.db'}"


@pytest.fixture
def empty_postgresql_url(postgresql_databases: Databases) -> str:
    return postgresql_databases.empty()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"empty_{request.param}_url"))


@pytest.fixture
async def empty(empty_url: str, sealer: Sealer) -> AsyncIterator[Store]:
    opened = Store.open(empty_url, sealer=sealer)
    yield opened
    await opened.close()


def differences(connection: Connection) -> list[object]:
    options = schema.configuration(connection.dialect.name)
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))


async def tables(store: Store) -> set[str]:
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if store.dialect == "sqlite"
        else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    )
    async with store.read() as session:
        return set(await session.scalars(text(query)))


async def migrate(store: Store) -> None:
    """Every step since the first version, as a desk has gone that is as old."""
    async with schema._alone(store) as connection:
        await connection.run_sync(schema._migrate, "upgrade", schema.revisions()[-1])


async def test_a_new_database_gets_the_tables_of_the_models(empty: Store) -> None:
    assert await schema.state(empty) == "empty"
    assert await schema.upgrade(empty)
    assert await schema.state(empty) == "current"
    assert await schema.revision(empty) == schema.revisions()[-1]
    assert await tables(empty) == {*Base.metadata.tables, "alembic_version"}


async def test_the_migrations_make_exactly_the_tables_of_the_models(empty: Store) -> None:
    assert await schema.state(empty) == "empty"
    await migrate(empty)
    assert await schema.state(empty) == "current"
    async with empty.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    assert await tables(empty) == {*Base.metadata.tables, "alembic_version"}


async def test_the_tables_that_tests_use_are_those_that_migrations_make(store: Store) -> None:
    assert await schema.state(store) == "current"
    async with store.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


#: All that a database says of its tables: on PostgreSQL in four parts.
_SAID = {
    "sqlite": ("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2",),
    "postgresql": (
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
        " FROM pg_constraint WHERE conrelid > 0 ORDER BY 1, 2",
        "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2",
        "SELECT table_name, column_name, concat_ws(' ', data_type, character_maximum_length, is_nullable,"
        " column_default) FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2",
        "SELECT sequencename, data_type, concat_ws(' ', start_value, increment_by, max_value, cycle)"
        " FROM pg_sequences ORDER BY 1",
    ),
}


async def _said(store: Store) -> list[tuple[str, str, list[str]]]:
    async with store.read() as session:
        return [part for query in _SAID[store.dialect] for part in _parts(await session.execute(text(query)))]


async def test_a_new_database_says_of_its_tables_what_a_migrated_one_does(empty: Store) -> None:
    """Constraints, indexes with their conditions, defaults, options of the tables, sequences."""
    await migrate(empty)
    migrated = await _said(empty)
    await schema.downgrade(empty, "base")
    await schema.upgrade(empty)
    assert migrated == await _said(empty)


def _parts(rows: Iterable[Row[Any]]) -> list[tuple[str, str, list[str]]]:
    """Definitions as sorted parts: the order of a table's columns and constraints differs and means nothing."""
    return [(sort, name, sorted(_divided(sql or ""))) for sort, name, sql in rows]


def _divided(sql: str) -> Iterator[str]:
    """At the commas of the table's own brackets: a column that was added later stands in the line before. SQLite
    puts the name of a table that was made anew and renamed into quotes."""
    part, depth = "", 0
    for character in " ".join(sql.replace('"', "").split()):
        depth += (character == "(") - (character == ")")
        if (character == "," and depth == 1) or (character in "()" and depth <= 1):
            yield part.strip()
            part = ""
        else:
            part += character
    yield part.strip()


async def test_whoever_opens_an_older_database_is_told_that_it_is_brought_up(empty: Store) -> None:
    with structlog.testing.capture_logs() as logs:
        await schema.upgrade(empty)
    assert [entry["log_level"] for entry in logs] == ["info"], "a new one is nothing to be told of"
    last, before = schema.revisions()[-1], schema.revisions()[-2]
    await schema.downgrade(empty, before)
    with structlog.testing.capture_logs() as logs:
        await schema.upgrade(empty)
    assert logs == [
        {"event": "schema_upgraded", "log_level": "warning", "before": before, "revision": last},
    ]


async def test_a_current_database_is_left_alone(empty: Store) -> None:
    await schema.upgrade(empty)
    assert not await schema.upgrade(empty)


@pytest.mark.parametrize("made", [schema.upgrade, migrate], ids=["new", "migrated"])
async def test_up_and_down_keeps_every_row_and_reference(
    empty: Store, made: Callable[[Store], Awaitable[object]]
) -> None:
    await made(empty)
    await seed(empty)
    await _release(empty)
    for rev in reversed(schema.revisions()[:-1]):
        await schema.downgrade(empty, rev)
        assert await schema.state(empty) == "older"
    oldest = await tables(empty)  # what an older version has no table for is lost with it
    await schema.upgrade(empty)
    kept = {name: rows if name in oldest else 0 for name, rows in COUNTS.items()}
    kept["accounts"] = 5  # of seven people, two of whom were known by no number that an older version has
    kept["involved"] = 10  # of five requests of the desk's own, who asks and who is asked
    kept["desk"] += 2  # what is put back of memberships and of holds when the desk is opened
    assert await count_rows(empty) == kept


async def test_a_group_of_several_units_becomes_a_shared_one_unless_it_is_a_units_only_one(
    empty: Store,
) -> None:
    await schema.upgrade(empty)
    await schema.downgrade(empty, "0004")
    async with empty.write() as session:
        for unit in (1, 2, 3):
            await session.execute(
                text("INSERT INTO units (id, code, name, aliases, kind) VALUES (:u, :c, :c, '[]', 'police')"),
                {"u": unit, "c": f"U{unit}"},
            )
        for chat, state in ((-1, "active"), (-2, "active"), (-3, "unreachable")):
            await session.execute(
                text(
                    "INSERT INTO chats (id, kind, title, forum, state, first_seen)"
                    " VALUES (:id, 'group', '', :no, :state, '2026-03-01 01:00:00+00:00')"
                ),
                {"id": chat, "no": False, "state": state},
            )
        for chat, unit in ((-1, 1), (-1, 2), (-1, 3), (-2, 1), (-3, 2)):
            await session.execute(
                text(
                    "INSERT INTO chat_units (chat_id, unit_id, since)"
                    " VALUES (:chat, :unit, '2026-03-01 01:00:00+00:00')"
                ),
                {"chat": chat, "unit": unit},
            )
    await schema.upgrade(empty)
    async with empty.read() as session:
        found = await session.execute(text("SELECT chat_id, unit_id, purpose FROM chat_units ORDER BY 1, 2"))
        purposes = {(chat, unit): purpose for chat, unit, purpose in found}
    assert purposes == {
        (-3, 2): "desk", (-2, 1): "desk", (-1, 1): "shared", (-1, 2): "desk", (-1, 3): "desk",
    }  # fmt: skip


async def test_what_waits_for_approval_never_goes_out_by_an_older_version_and_drafts_that_waited_wait_no_more(
    empty: Store,
) -> None:
    await schema.upgrade(empty)
    await seed(empty)
    await _release(empty)
    changes = (
        "UPDATE requests SET state = 'pending', to_unit_id = NULL, closed_at = NULL WHERE id = 1",
        "UPDATE requests SET state = 'unapproved', to_unit_id = NULL WHERE id = 2",
        "UPDATE memberships SET role = 'approver' WHERE id = 1",
        "UPDATE reminders SET kind = 'approve' WHERE id = 1",
    )
    async with empty.write() as session:
        for change in changes:
            await session.execute(text(change))
    await schema.downgrade(empty, "0014")
    states = (
        "SELECT id, state, closed_at IS NOT NULL, to_unit_id IS NULL FROM requests WHERE id < 3 ORDER BY 1"
    )
    assert await _all(empty, states) == [(1, "cancelled", True, True), (2, "cancelled", True, True)]
    assert await _all(empty, "SELECT role FROM memberships WHERE id = 1") == [("officer",)]
    assert await _all(empty, "SELECT count(*) FROM reminders WHERE kind = 'approve'") == [(0,)]
    with pytest.raises(IntegrityError):
        async with empty.write() as session:
            await session.execute(text("UPDATE requests SET state = 'pending' WHERE id = 3"))
    async with empty.write() as session:
        await session.execute(text("UPDATE drafts SET state = 'held', kind = 'flash' WHERE id = 1"))
    await schema.upgrade(empty)
    assert await _all(empty, "SELECT state, kind FROM drafts WHERE id = 1") == [("open", "request")]


async def test_accounts_and_chats_take_over_the_numbers_of_an_older_version_and_give_them_back(
    empty: Store,
) -> None:
    """Also those of another channel, of which an older version knows nothing."""
    await schema.upgrade(empty)
    await schema.downgrade(empty, "0011")
    person = (
        "INSERT INTO people (id, telegram_id, sealed, private_ok, first_seen)"
        " VALUES (:id, :it, :sealed, :ok, '2026-03-01 01:00:00+00:00')"
    )
    chat = (
        "INSERT INTO chats (id, kind, title, forum, state, first_seen)"
        " VALUES (:id, 'group', '', :no, 'active', '2026-03-01 01:00:00+00:00')"
    )
    numbers, ids = {1: 11, 2: 5_000_000_021}, (-100_123, 11)
    async with empty.write() as session:
        for number, theirs in numbers.items():
            row = {"id": number, "it": theirs, "sealed": b"x", "ok": True}
            await session.execute(text(person), row)
        for number in ids:
            await session.execute(text(chat), {"id": number, "no": False})
    await schema.upgrade(empty)
    theirs = await _all(empty, "SELECT person_id, channel, native_id FROM accounts ORDER BY 1")
    assert theirs == [(1, "telegram", "11"), (2, "telegram", "5000000021")]
    assert await _all(empty, "SELECT id, chat_id FROM people ORDER BY 1") == sorted(numbers.items())
    named = [(-100_123, "telegram", "-100123"), (11, "telegram", "11")]
    assert await _all(empty, "SELECT id, channel, native_id FROM chats ORDER BY 1") == named
    async with empty.write() as session:
        session.add(Chat(id=SPAN, channel="lines", native_id="ks", kind="group", first_seen=NOW))
        for number, private in ((3, SPAN + 1), (4, None)):
            session.add(Person(id=number, chat_id=private, sealed=b"x", first_seen=NOW))
            await session.flush()
            session.add(Account(channel="lines", native_id=f"p{number}", person_id=number))
    await schema.downgrade(empty, "0011")
    told = {**numbers, 3: SPAN + 1, 4: -SPAN - 4}
    assert await _all(empty, "SELECT id, telegram_id FROM people ORDER BY 1") == sorted(told.items())
    assert await _all(empty, "SELECT id FROM chats ORDER BY 1") == [(-100_123,), (11,), (SPAN,)]
    await schema.upgrade(empty)
    assert await _all(empty, "SELECT person_id, channel, native_id FROM accounts ORDER BY 1") == theirs
    private = {**numbers, 3: SPAN + 1, 4: None}
    assert await _all(empty, "SELECT id, chat_id FROM people ORDER BY 1") == sorted(private.items())
    named.append((SPAN, "lost", str(SPAN)))
    assert await _all(empty, "SELECT id, channel, native_id FROM chats ORDER BY 1") == named


async def _keep(store: Store, chat: Chat) -> None:
    async with store.write() as session:
        session.add(chat)


async def _release(store: Store) -> None:
    """No hold stands any more: with one nothing goes back to a version that knows of none."""
    async with store.write() as session:
        await session.execute(update(LegalHold).values(released_at=NOW))


@pytest.mark.parametrize("revision", ["0015", "base"])
async def test_a_hold_does_not_vanish_by_a_downgrade(empty: Store, revision: str) -> None:
    await schema.upgrade(empty)
    await seed(empty)
    standing = await _all(empty, "SELECT count(*) FROM legal_holds WHERE released_at IS NULL")
    await schema.downgrade(empty, "0016")
    with pytest.raises(schema.HoldsStand, match=f"^{standing[0][0]} legal holds stand.*/release_hold"):
        await schema.downgrade(empty, revision)
    assert await schema.revision(empty) == "0016", "nothing was changed"
    assert await _all(empty, "SELECT count(*) FROM legal_holds WHERE released_at IS NULL") == standing
    await _release(empty)
    await schema.downgrade(empty, revision)


async def _all(store: Store, query: str) -> list[tuple[Any, ...]]:
    async with store.read() as session:
        return [tuple(row) for row in await session.execute(text(query))]


async def test_a_chat_has_a_number_of_its_channel(empty: Store) -> None:
    await schema.upgrade(empty)
    for channel, number in (("telegram", SPAN), ("telegram", -SPAN), ("lines", SPAN - 1)):
        with pytest.raises(IntegrityError):
            await _keep(empty, Chat(id=number, channel=channel, native_id="x", kind="group", first_seen=NOW))


async def test_down_to_nothing_leaves_no_table_and_up_again_works(empty: Store) -> None:
    await schema.upgrade(empty)
    await seed(empty)
    await _release(empty)
    await schema.downgrade(empty, "base")
    assert await schema.state(empty) == "empty"
    assert await tables(empty) - {"alembic_version"} == set()
    assert await schema.upgrade(empty)
    assert set((await count_rows(empty)).values()) == {0}


async def test_a_newer_schema_is_recognised_and_not_touched(empty: Store) -> None:
    await schema.upgrade(empty)
    async with empty.write() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert await schema.state(empty) == "newer"
    assert not await schema.upgrade(empty)
    assert await schema.revision(empty) == "9999"


async def test_another_program_s_database_is_refused(empty: Store) -> None:
    async with empty.engine.begin() as connection:
        await connection.execute(text("CREATE TABLE theirs (id INTEGER)"))
    with pytest.raises(schema.NotOurs):
        await schema.upgrade(empty)
    assert await tables(empty) == {"theirs"}


async def test_broken_references_undo_a_migration(empty: Store) -> None:
    if empty.dialect == "postgresql":
        pytest.skip("PostgreSQL never lets references break")
    await schema.upgrade(empty)
    async with empty.engine.connect() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("INSERT INTO counters (unit_id, year, last) VALUES (99, 2026, 1)")
        raw.execute("UPDATE alembic_version SET version_num = '0000'")
        raw.execute("PRAGMA foreign_keys=ON")
    with pytest.raises(schema.BrokenReferences, match="counters"):
        async with schema._alone(empty) as begun:
            await begun.execute(text("DELETE FROM alembic_version"))
    assert await schema.revision(empty) == "0000"
    async with empty.read() as session:
        assert await session.scalar(text("PRAGMA foreign_keys")) == 1


async def test_of_two_stores_migrating_at_once_one_does_and_one_waits(
    empty: Store, empty_url: str, sealer: Sealer
) -> None:
    other = Store.open(empty_url, sealer=sealer)
    did = await asyncio.gather(schema.upgrade(empty), schema.upgrade(other))
    assert sorted(did) == [False, True]
    assert await schema.state(other) == "current"
    await other.close()


_MIGRATE = """
import asyncio, sys
from storage.tables import schema
from storage.database.engine import Store
from storage.database.seal import Sealer

async def main():
    store = Store.open(sys.argv[1], sealer=Sealer(bytes(32)))
    print(await schema.upgrade(store))
    await store.close()

asyncio.run(main())
"""


def test_of_three_processes_migrating_at_once_one_does_and_all_end_well(empty_url: str) -> None:
    running = [
        subprocess.Popen([sys.executable, "-c", _MIGRATE, empty_url], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    said = sorted(process.communicate()[0].splitlines()[-1] for process in running)
    assert [process.returncode for process in running] == [0, 0, 0]
    assert said == ["False", "False", "True"]


def test_alembic_knows_the_same_revisions_in_the_same_order() -> None:
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("path_separator", "os")
    walked = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert walked[::-1] == schema.revisions()


def test_alembic_is_imported_for_an_older_database_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    run = [sys.executable, "-c", _MIGRATE + "\nprint('alembic' in sys.modules)", url]

    def upgraded() -> list[str]:
        return subprocess.run(run, capture_output=True, text=True, check=True).stdout.split()[-2:]

    assert upgraded() == ["True", "False"]
    assert upgraded() == ["False", "False"]
    go_back = _MIGRATE.replace("print(await schema.upgrade(store))", "await schema.downgrade(store, '0014')")
    subprocess.run([sys.executable, "-c", go_back, url], check=True)
    assert upgraded() == ["True", "True"]


async def test_another_key_is_noticed_before_anything_is_read(store: Store, database_url: str) -> None:
    await schema.check_key(store)
    await schema.check_key(store)
    other = Store.open(database_url, sealer=Sealer(bytes(32)))
    with pytest.raises(schema.WrongKey):
        await schema.check_key(other)
    await other.close()


async def test_a_write_keeps_nothing_when_the_database_has_got_another_key(
    store: Store, second_store: Store
) -> None:
    await schema.check_key(store)
    await schema.check_key(second_store)
    async with store.write() as session:
        session.add(Desk(key="before", value="kept"))
    async with second_store.write() as session:
        mark = await session.get_one(Desk, KEY_MARK)
        mark.value = schema.mark_of(Sealer(bytes(32)))
        second_store.guarded = False  # as whoever changes the key
    with pytest.raises(KeyChanged):
        async with store.write() as session:
            session.add(Desk(key="after", value="lost"))
    async with store.read() as session:
        assert await session.get(Desk, "before") is not None
        assert await session.get(Desk, "after") is None


@pytest.mark.parametrize("mark", ["", "no base64!", "QUJD"])
def test_a_mark_that_is_none_opens_with_no_key(sealer: Sealer, mark: str) -> None:
    assert not schema.opens(sealer, mark)
    assert schema.opens(sealer, schema.mark_of(sealer))
