"""What SQLite confirmed survives power loss. The power is cut here by taking, of the log, only what had been
flushed to the disk at that moment; the database file itself is flushed by SQLite when it copies the log back.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from storage.database import wal
from storage.database.engine import Store
from storage.database.seal import Sealer
from storage.database.wal import FlushFailed
from storage.tables.models import Desk

pytestmark = pytest.mark.skipif(not wal.GROUP_COMMIT, reason="here SQLite flushes each commit itself")


class Disk:
    """What would be left of the log if the power went now."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.log = b""
        self.failing = False
        self.flushes = 0

    def fdatasync(self, descriptor: int) -> None:
        if self.failing:
            raise OSError(5, "Input/output error")
        self.flushes += 1
        self.log = os.pread(descriptor, os.fstat(descriptor).st_size, 0)

    def after_power_loss(self) -> set[str]:
        """The keys that a restart would find."""
        left = self.path.with_name("left.db")
        left.write_bytes(self.path.read_bytes())
        left.with_name("left.db-wal").write_bytes(self.log)
        with closing(sqlite3.connect(left)) as connection:
            keys = {key for (key,) in connection.execute("SELECT key FROM desk")}
        left.unlink()
        return keys


@pytest.fixture
async def sqlite_store(sqlite_url: str, sealer: Sealer) -> AsyncIterator[Store]:
    opened = Store.open(sqlite_url, sealer=sealer)
    yield opened
    await opened.close()


@pytest.fixture
def disk(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> Disk:
    watched = Disk(Path(str(sqlite_store.url.database)))
    monkeypatch.setattr(os, "fdatasync", watched.fdatasync)
    return watched


async def add(store: Store, key: str) -> None:
    async with store.write() as session:
        session.add(Desk(key=key, value="1"))


async def test_whatever_is_confirmed_is_on_the_disk(sqlite_store: Store, disk: Disk) -> None:
    for number in range(10):
        await add(sqlite_store, str(number))
        assert disk.after_power_loss() == {str(n) for n in range(number + 1)}


async def test_many_writers_share_flushes_and_none_is_confirmed_early(
    sqlite_store: Store, disk: Disk
) -> None:
    async def write(key: str) -> None:
        await add(sqlite_store, key)
        assert key in disk.after_power_loss()

    await asyncio.gather(*(write(str(number)) for number in range(100)))
    assert disk.flushes < 50


async def test_finding_a_row_that_is_not_on_the_disk_yet_waits_for_it(
    sqlite_store: Store, disk: Disk
) -> None:
    """An update delivered twice must not be confirmed because of a row that a power loss could still take."""

    async def write() -> None:
        await add(sqlite_store, "a")

    async def find() -> None:
        async with sqlite_store.write() as session:
            assert await session.get(Desk, "a") is not None
        assert disk.after_power_loss() == {"a"}

    await asyncio.gather(write(), find())


async def test_a_claim_waits_for_no_disk_and_is_there_once_something_after_it_is(
    sqlite_store: Store, disk: Disk
) -> None:
    async with sqlite_store.write(lasting=False) as session:
        session.add(Desk(key="claim", value="1"))
    assert (disk.flushes, disk.after_power_loss()) == (0, set())
    await add(sqlite_store, "after")
    assert disk.after_power_loss() == {"claim", "after"}


async def test_a_commit_while_a_flush_runs_waits_for_the_next_one(sqlite_store: Store, disk: Disk) -> None:
    await asyncio.gather(*(add(sqlite_store, str(number)) for number in range(5)))
    assert sqlite_store.wal is not None
    assert sqlite_store.wal.flushes > 1
    assert len(disk.after_power_loss()) == 5


async def test_a_disk_that_fails_once_is_never_trusted_again(sqlite_store: Store, disk: Disk) -> None:
    told: list[str] = []
    assert sqlite_store.wal is not None
    sqlite_store.wal.on_failure = lambda: told.append("the process must end")
    await add(sqlite_store, "a")
    disk.failing = True
    with pytest.raises(FlushFailed):
        await add(sqlite_store, "b")
    assert told
    disk.failing = False
    with pytest.raises(FlushFailed):
        await add(sqlite_store, "c")


async def test_the_log_is_copied_back_and_begun_anew_under_steady_writing(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wal, "CHECKPOINT_ROWS", 20)
    path = Path(f"{sqlite_store.url.database}-wal")
    sizes = []
    for round_ in range(20):
        await asyncio.gather(*(add(sqlite_store, f"{round_}-{number}") for number in range(20)))
        sizes.append(size(path))
    assert max(sizes[10:]) <= max(sizes[:10]) * 2
    with closing(sqlite3.connect(str(sqlite_store.url.database))) as connection:
        assert connection.execute("SELECT count(*) FROM desk").fetchone() == (400,)


async def test_a_long_log_that_a_killed_process_left_is_copied_back(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(50):
        await add(sqlite_store, str(number))
    path, left = Path(str(sqlite_store.url.database)), tmp_path / "left.db"
    for suffix in ("", "-wal"):
        shutil.copy(f"{path}{suffix}", f"{left}{suffix}")
    monkeypatch.setattr(wal, "LEFT_BYTES", size(Path(f"{left}-wal")))
    after = Store.open(f"sqlite:///{left}", sealer=sqlite_store.sealer)
    await add(after, "first")
    while after.wal is None or after.wal._checkpoint is not None:  # noqa: ASYNC110 - until it is copied
        await asyncio.sleep(0.001)
    await add(after, "second")
    with closing(sqlite3.connect(left)) as connection:
        _, frames, _ = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        assert connection.execute("SELECT count(*) FROM desk").fetchone() == (52,)
    await after.close()
    assert 0 < frames < 10


def beside(path: Path) -> list[str]:
    return sorted(other.name for other in path.parent.iterdir())


def size(path: Path) -> int:
    return path.stat().st_size


async def test_a_log_deleted_and_made_again_is_flushed_again(sqlite_store: Store, disk: Disk) -> None:
    await add(sqlite_store, "a")
    await sqlite_store.engine.dispose()  # the last connection deletes the log
    await sqlite_store._readers.dispose()
    await sqlite_store._short.dispose()
    await add(sqlite_store, "b")
    assert disk.after_power_loss() == {"a", "b"}


async def test_a_closed_store_leaves_one_file(sqlite_store: Store) -> None:
    await add(sqlite_store, "a")
    await sqlite_store.close()
    path = Path(str(sqlite_store.url.database))
    assert beside(path) == ["crossbeat.db"]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT key FROM desk").fetchall() == [("a",)]
