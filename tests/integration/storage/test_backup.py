from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.copies import backup as backups
from storage.copies.backup import BackupFailed, backup, key_beside, restore_key
from storage.copies.backup_check import BackupBroken, check
from storage.copies.copying import TableSum, sums
from storage.copies.rekey import sealed_tables
from storage.copies.restore import RestoreRefused, restore
from storage.database.engine import Store
from storage.database.seal import Sealer, format_key, load_key
from storage.queries import leases
from storage.tables import schema
from storage.tables.models import InboxUpdate, Unit
from tests.conftest import TEST_KEY
from tests.integration.postgresql import Databases
from tests.integration.storage.seed import COUNTS, ROWS, count_rows, seed
from tests.quick import some


@pytest.fixture
async def seeded(store: Store) -> Store:
    await seed(store)
    return store


@pytest.fixture
async def made(seeded: Store, tmp_path: Path) -> Path:
    """A backup of a seeded desk."""
    return (await backup(seeded, tmp_path / "desk.backup", key_path=None)).path


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a place where nothing is yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('place')}/restored.db"
    databases: Databases = request.getfixturevalue("postgresql_databases")
    return databases.empty()


async def hashes(url_or_store: str | Store, sealer: Sealer) -> dict[str, TableSum]:
    if isinstance(url_or_store, Store):
        async with url_or_store.read() as session:
            return await sums(session)
    opened = Store.open(url_or_store, sealer=sealer)
    found = await hashes(opened, sealer)
    await opened.close()
    return found


def content(path: Path) -> bytes:
    return path.read_bytes()


def names(directory: Path, part: str) -> list[str]:
    return [path.name for path in directory.iterdir() if part in path.name]


async def test_a_backup_holds_every_row_and_says_what_it_holds(
    seeded: Store, tmp_path: Path, sealer: Sealer
) -> None:
    done = await backup(seeded, tmp_path / "desk.backup", key_path=None)
    assert dict(done.tables) == COUNTS
    assert (done.revision, done.key_included) == (schema.revisions()[-1], False)
    assert done.bytes == done.path.stat().st_size
    assert stat.S_IMODE(done.path.stat().st_mode) == 0o600
    found = check(done.path, sealer)
    assert found.unsealed == len([*sealed_tables()]) * ROWS
    assert await hashes(f"sqlite:///{done.path}", sealer) == await hashes(seeded, sealer)


async def test_a_backup_is_one_file_with_nothing_left_beside(seeded: Store, tmp_path: Path) -> None:
    directory = tmp_path / "backups"
    directory.mkdir()
    await backup(seeded, directory / "desk.backup", key_path=None)
    assert [path.name for path in directory.iterdir()] == ["desk.backup"]


async def test_a_backup_made_while_the_bot_writes_is_consistent(
    seeded: Store, tmp_path: Path, sealer: Sealer, now: datetime
) -> None:
    stop = asyncio.Event()

    async def keep_writing() -> int:
        number = 1000
        while not stop.is_set():
            number += 1
            async with seeded.write() as session:  # always both or neither
                session.add(Unit(id=number, code=str(number), name="x", aliases=[]))
                session.add(
                    InboxUpdate(update_id=number, lane=0, sealed=sealer.seal("inbox", 1), received_at=now)
                )
        return number - 1000

    writing = asyncio.create_task(keep_writing())
    done = await backup(seeded, tmp_path / "desk.backup", key_path=None)
    stop.set()
    written = await writing
    assert 0 <= done.tables["units"] - ROWS <= written
    assert done.tables["units"] == done.tables["inbox"]


async def test_the_key_is_included_only_when_asked_and_stays_private(seeded: Store, tmp_path: Path) -> None:
    key_path = tmp_path / "crossbeat.key"
    key_path.write_text(format_key(TEST_KEY))
    done = await backup(seeded, tmp_path / "desk.backup", key_path=key_path, include_key=True)
    assert done.key_included
    assert done.key_path == key_beside(done.path)
    assert stat.S_IMODE(done.key_path.stat().st_mode) == 0o600
    key_path.unlink()
    assert restore_key(done.path, key_path)
    assert load_key(key_path, env=None, create=False) == TEST_KEY
    with pytest.raises(FileExistsError):
        restore_key(done.path, key_path)
    assert not restore_key(tmp_path / "another.backup", tmp_path / "another.key")


async def test_a_key_that_is_not_the_copy_s_is_not_put_beside_it(seeded: Store, tmp_path: Path) -> None:
    """It was changed while the copy was made: the two would look as if they belonged together."""
    key_path = tmp_path / "crossbeat.key"
    load_key(key_path, env=None, create=True)
    with pytest.raises(BackupFailed, match="was changed meanwhile"):
        await backup(seeded, tmp_path / "desk.backup", key_path=key_path, include_key=True)
    assert not any("desk.backup" in name for name in os.listdir(tmp_path))


async def test_a_key_that_is_in_no_file_cannot_be_included(seeded: Store, tmp_path: Path) -> None:
    with pytest.raises(BackupFailed, match="not in a file"):
        await backup(seeded, tmp_path / "desk.backup", key_path=None, include_key=True)
    assert not (tmp_path / "desk.backup").exists()


async def test_a_backup_never_replaces_a_file(seeded: Store, made: Path, tmp_path: Path) -> None:
    before = content(made)
    with pytest.raises(BackupFailed, match="exists already"):
        await backup(seeded, made, key_path=None)
    assert content(made) == before


async def test_what_killed_backups_left_goes_a_day_later(seeded: Store, tmp_path: Path) -> None:
    old, new, other = (tmp_path / name for name in (".a.db.7.part", ".b.db.8.part", ".notes.part"))
    for path in (old, new, other):
        path.touch()
    for path in (old, other):
        os.utime(path, (1.0, 1.0))
    await backup(seeded, tmp_path / "copy.db", key_path=None)
    assert {name for name in os.listdir(tmp_path) if name.endswith(".part")} == {new.name, other.name}


async def test_a_place_that_cannot_be_written_fails_loudly(seeded: Store, tmp_path: Path) -> None:
    with pytest.raises(BackupFailed, match="no backup was made"):
        await backup(seeded, tmp_path / "missing" / "desk.backup", key_path=None)


async def test_a_key_that_does_not_open_the_rows_fails_the_backup(
    seeded: Store, database_url: str, tmp_path: Path
) -> None:
    other = Store.open(database_url, sealer=Sealer(bytes(32)))
    with pytest.raises(BackupFailed, match="another key"):
        await backup(other, tmp_path / "desk.backup", key_path=None)
    await other.close()
    assert names(tmp_path, "desk") == []


async def test_rows_lost_on_the_way_fail_the_backup(
    seeded: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "_dump_sqlite" if seeded.dialect == "sqlite" else "_dump_postgresql"
    real = getattr(backups, name)

    async def lossy(store: Store, fresh: Path) -> None:
        await real(store, fresh)
        with closing(sqlite3.connect(fresh)) as connection, connection:
            connection.execute("DELETE FROM events WHERE id = 3")

    monkeypatch.setattr(backups, name, lossy)
    with pytest.raises(BackupFailed, match="6 rows of events instead of 7"):
        await backup(seeded, tmp_path / "desk.backup", key_path=None)
    assert not (tmp_path / "desk.backup").exists()


def cut(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def scribble(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 20] = b"\xa5" * 4096 * 17
    path.write_bytes(content)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def other_file(path: Path) -> None:
    path.write_bytes(b"not a database at all" * 1000)


def dangling(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM people WHERE id = 2")


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


def tampered(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE answers SET sealed = zeroblob(50) WHERE id = 2")


@pytest.mark.parametrize("damage", [cut, scribble, empty, other_file, dangling, newer, tampered, Path.unlink])
async def test_a_damaged_backup_is_recognised_and_not_restored(
    made: Path, sealer: Sealer, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    damage(made)
    with pytest.raises(BackupBroken):
        check(made, sealer)
    dest = tmp_path / "restored.db"
    with pytest.raises(RestoreRefused, match="cannot be restored"):
        await restore(made, f"sqlite:///{dest}", sealer=sealer)
    assert not dest.exists()


async def test_a_restored_desk_equals_the_one_that_was_backed_up(
    seeded: Store, made: Path, place: str, sealer: Sealer
) -> None:
    found = await restore(made, place, sealer=sealer)
    assert dict(found.tables) == COUNTS
    assert await hashes(place, sealer) == await hashes(seeded, sealer)
    restored = Store.open(place, sealer=sealer)
    async with restored.write() as session:
        session.add(Unit(code="NEW", name="new", aliases=[]))
    assert (await count_rows(restored))["units"] == ROWS + 1
    await restored.close()


@pytest.mark.parametrize("revision", some(schema.revisions()[:-1], every=6))
async def test_a_backup_of_any_older_version_is_checked_and_restored(
    sqlite_url: str, tmp_path: Path, sealer: Sealer, revision: str
) -> None:
    older = Store.open(sqlite_url, sealer=sealer)
    await schema.downgrade(older, revision)
    made = await backup(older, tmp_path / "older.backup", key_path=None)
    await older.close()
    assert made.revision == check(made.path, sealer).revision == revision
    place = f"sqlite:///{tmp_path / 'restored.db'}"
    await restore(made.path, place, sealer=sealer)
    restored = Store.open(place, sealer=sealer)
    assert await schema.state(restored) == "current"
    await restored.close()


async def test_what_is_there_is_replaced_only_by_force(made: Path, place: str, sealer: Sealer) -> None:
    there = Store.open(place, sealer=sealer)
    await schema.upgrade(there)
    async with there.write() as session:
        session.add(Unit(code="OLD", name="old", aliases=[]))
    with pytest.raises(RestoreRefused, match="--force"):
        await restore(made, place, sealer=sealer)
    assert (await count_rows(there))["units"] == 1
    await there.close()
    await restore(made, place, sealer=sealer, force=True)
    restored = Store.open(place, sealer=sealer)
    assert await count_rows(restored) == COUNTS
    await restored.close()


async def test_a_forced_restore_keeps_the_old_sqlite_file_beside(
    made: Path, sealer: Sealer, tmp_path: Path
) -> None:
    dest = tmp_path / "live.db"
    there = Store.open(f"sqlite:///{dest}", sealer=sealer)
    await schema.upgrade(there)
    async with there.write() as session:
        session.add(Unit(code="OLD", name="old", aliases=[]))
    await there.close()
    await restore(made, f"sqlite:///{dest}", sealer=sealer, force=True)
    await restore(made, f"sqlite:///{dest}", sealer=sealer, force=True)
    with closing(sqlite3.connect(tmp_path / "live.db.before-restore")) as old:
        assert old.execute("SELECT code FROM units").fetchall() == [("OLD",)]
    with closing(sqlite3.connect(tmp_path / "live.db.before-restore-2")) as restored:
        assert restored.execute("SELECT code FROM units").fetchall() != [("OLD",)], "each is kept"


async def test_a_wal_left_by_a_crash_is_not_played_into_the_restored_file(
    made: Path, sealer: Sealer, tmp_path: Path
) -> None:
    dest = tmp_path / "live.db"
    crashed = tmp_path / "crashed.db"
    there = Store.open(f"sqlite:///{crashed}", sealer=sealer)
    await schema.upgrade(there)
    async with there.write() as session:
        session.add(Unit(code="OLD", name="old", aliases=[]))
    for suffix in ("", "-wal"):  # as a killed process leaves them
        shutil.copyfile(f"{crashed}{suffix}", f"{dest}{suffix}")
    await there.close()
    assert (tmp_path / "live.db-wal").stat().st_size > 0
    await restore(made, f"sqlite:///{dest}", sealer=sealer, force=True)
    restored = Store.open(f"sqlite:///{dest}", sealer=sealer)
    assert await count_rows(restored) == COUNTS
    await restored.close()
    with closing(sqlite3.connect(tmp_path / "live.db.before-restore")) as old:
        assert old.execute("SELECT code FROM units").fetchall() == [("OLD",)]


async def test_a_damaged_database_can_be_replaced_by_force(
    made: Path, sealer: Sealer, tmp_path: Path
) -> None:
    dest = tmp_path / "live.db"
    dest.write_bytes(b"not a database at all" * 1000)
    with pytest.raises(RestoreRefused, match="--force"):
        await restore(made, f"sqlite:///{dest}", sealer=sealer)
    await restore(made, f"sqlite:///{dest}", sealer=sealer, force=True)
    restored = Store.open(f"sqlite:///{dest}", sealer=sealer)
    assert await count_rows(restored) == COUNTS
    await restored.close()


async def test_a_running_bot_is_not_restored_over_even_by_force(
    made: Path, place: str, sealer: Sealer
) -> None:
    there = Store.open(place, sealer=sealer)
    await schema.upgrade(there)
    async with there.write() as session:
        await leases.acquire(session, "poller", "bot-1", datetime.now(UTC), timedelta(minutes=1))
    with pytest.raises(RestoreRefused, match="running"):
        await restore(made, place, sealer=sealer, force=True)
    assert (await count_rows(there))["desk"] == 1
    await there.close()


async def test_a_backup_of_another_desk_s_key_is_refused(made: Path, place: str) -> None:
    with pytest.raises(RestoreRefused, match="another key"):
        await restore(made, place, sealer=Sealer(bytes(32)))


async def test_another_program_s_database_is_never_emptied(made: Path, place: str, sealer: Sealer) -> None:
    there = Store.open(place, sealer=sealer)
    async with there.engine.begin() as connection:
        await connection.execute(text("CREATE TABLE theirs (id INTEGER)"))
    dialect = there.dialect
    await there.close()
    if dialect == "sqlite":
        with pytest.raises(RestoreRefused, match="--force"):
            await restore(made, place, sealer=sealer)
    else:
        with pytest.raises(RestoreRefused, match="another program"):
            await restore(made, place, sealer=sealer, force=True)


async def test_a_folder_that_is_not_there_is_named(store: Store, tmp_path: Path) -> None:
    with pytest.raises(BackupFailed, match=r"no folder .*missing"):
        await backup(store, tmp_path / "missing" / "desk.db", key_path=None)
    assert not (tmp_path / "missing").exists()
