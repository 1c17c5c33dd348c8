from __future__ import annotations

import asyncio
import sqlite3
import stat
from pathlib import Path

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import DBAPIError

from bot.runtime.limits import HANDLED_AT_ONCE
from storage.database.engine import SQLITE_READERS, Store
from storage.database.seal import Sealer
from storage.tables.models import Desk


async def add(store: Store, key: str, value: str = "1") -> None:
    async with store.write() as session:
        session.add(Desk(key=key, value=value))


async def keys(store: Store) -> list[str]:
    async with store.read() as session:
        return list(await session.scalars(select(Desk.key).order_by(Desk.key)))


async def test_what_was_written_is_read_by_the_next_session(store: Store) -> None:
    await add(store, "a")
    assert await keys(store) == ["a"]


async def test_a_failing_block_leaves_nothing_behind(store: Store) -> None:
    async def fail() -> None:
        async with store.write() as session:
            session.add(Desk(key="a", value="1"))
            await session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert await keys(store) == []
    await add(store, "b")
    assert await keys(store) == ["b"]


async def test_an_error_of_the_database_does_not_tell_what_was_written(store: Store) -> None:
    with pytest.raises(DBAPIError) as raised:
        async with store.write() as session:
            await session.execute(text("INSERT INTO nowhere VALUES (:name)"), {"name": "John Smith"})
    assert "John" not in str(raised.value)
    with pytest.raises(DBAPIError) as raised:
        async with store.read() as session:
            await session.execute(text("SELECT * FROM nowhere WHERE name = :name"), {"name": "John Smith"})
    assert "John" not in str(raised.value)


async def test_ten_read_modify_writes_at_once_lose_no_update(store: Store) -> None:
    await add(store, "n", "0")

    async def one_more() -> None:
        async with store.write() as session:
            row = await session.scalar(select(Desk).where(Desk.key == "n").with_for_update())
            assert row is not None
            await asyncio.sleep(0)
            row.value = str(int(row.value) + 1)

    await asyncio.gather(*(one_more() for _ in range(10)))
    async with store.read() as session:
        assert await session.scalar(select(Desk.value)) == "10"


async def test_two_processes_write_in_turns(store: Store, second_store: Store) -> None:
    await asyncio.gather(
        *(add(store, f"a{n}") for n in range(20)), *(add(second_store, f"b{n}") for n in range(20))
    )
    assert len(await keys(store)) == 40


@pytest.mark.parametrize("short", [False, True])
async def test_a_read_session_sees_one_snapshot(store: Store, short: bool) -> None:
    await add(store, "a")
    async with store.read(short=short) as session:
        assert await session.scalar(select(func.count()).select_from(Desk)) == 1
        await add(store, "b")
        assert await session.scalar(select(func.count()).select_from(Desk)) == 1
    assert await keys(store) == ["a", "b"]


@pytest.mark.parametrize("short", [False, True])
async def test_a_read_session_refuses_to_write(store: Store, short: bool) -> None:
    with pytest.raises(DBAPIError):
        async with store.read(short=short) as session:
            await session.execute(text("INSERT INTO desk (key, value) VALUES ('a', '1')"))
    assert await keys(store) == []


async def test_a_cancelled_read_frees_its_connection(store: Store) -> None:
    endless = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        if store.dialect == "sqlite"
        else "SELECT pg_sleep(3600)"
    )

    async def look() -> None:
        async with store.read() as session:
            await session.execute(text(endless))

    for _ in range(SQLITE_READERS + 1):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(look(), 0.05)
    assert await keys(store) == []


async def test_a_cancelled_write_is_undone_and_the_next_one_goes_on(store: Store) -> None:
    inside = asyncio.Event()

    async def endless() -> None:
        async with store.write() as session:
            session.add(Desk(key="a", value="1"))
            await session.flush()
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(endless())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await add(store, "b")
    assert await keys(store) == ["b"]


@pytest.mark.postgresql
async def test_as_many_connections_as_updates_are_handled_at_once_are_kept(
    postgresql_url: str, sealer: Sealer
) -> None:
    store = Store.open(postgresql_url, sealer=sealer)
    made: list[object] = []
    event.listen(store.engine.sync_engine, "connect", lambda *_: made.append(1))
    there = asyncio.Barrier(HANDLED_AT_ONCE)

    async def write() -> None:
        async with store.write() as session:
            await session.scalar(select(1))
            await there.wait()

    for _ in range(3):
        await asyncio.gather(*(write() for _ in range(HANDLED_AT_ONCE)))
    await store.close()
    assert len(made) == HANDLED_AT_ONCE


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "sqlite+aiosqlite:///:memory:"])
def test_other_databases_are_refused_by_name(url: str, sealer: object) -> None:
    with pytest.raises(ValueError, match="SQLite"):
        Store.open(url, sealer=sealer)  # type: ignore[arg-type]


def _modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


async def test_a_new_file_is_for_its_owner_alone(tmp_path: Path, sealer: Sealer) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'new.db'}", sealer=sealer)
    async with store.read() as session:
        await session.execute(text("SELECT 1"))
    async with store.write() as session:
        await session.execute(text("CREATE TABLE some (one INTEGER)"))
    modes = _modes(tmp_path)
    await store.close()
    assert "new.db-wal" in modes
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize("how", ["read", "write"])
async def test_a_file_that_another_is_turning_to_wal_is_opened_when_it_is_done(
    tmp_path: Path, sealer: Sealer, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """That fails at once, whatever the timeout; three processes that start on a new file meet in it."""
    tried: list[str] = []

    class Busy(sqlite3.Connection):
        def executescript(self, script: str, /) -> sqlite3.Cursor:
            tried.append(script)
            if len(tried) < 3:
                busy = sqlite3.OperationalError("database is locked")
                busy.sqlite_errorcode = sqlite3.SQLITE_BUSY
                raise busy
            return super().executescript(script)

    opened = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path, **options: opened(path, factory=Busy, **options))
    store = Store.open(f"sqlite+aiosqlite:///{tmp_path}/new.db", sealer=sealer)
    async with store.read() if how == "read" else store.write() as session:
        assert (await session.execute(text("SELECT 1"))).scalar() == 1
    assert len(tried) >= 3
    await store.close()
