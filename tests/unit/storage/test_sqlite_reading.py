"""The threads that read never speak to an event loop that has closed."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DatabaseError

from storage.database import sqlite_reading


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Threads take the order to end, and whatever follows, only once this is set."""
    released = threading.Event()

    class Held(SimpleQueue[Any]):
        def get(self, *args: Any, **kwargs: Any) -> Any:
            taken = super().get(*args, **kwargs)
            if taken[0] is None or getattr(taken[1], "__name__", "") == "close_and_stop":
                released.wait()
            return taken

    monkeypatch.setattr(aiosqlite.core, "SimpleQueue", Held)
    return released


def readers() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if "_connection_worker_thread" in one.name]


async def read_one(path: Path) -> None:
    engine = sqlite_reading.engine(make_url(f"sqlite+aiosqlite:///{path}"), ["journal_mode"], connections=1)
    try:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT count(*) FROM sqlite_master"))
    finally:
        await engine.dispose()


def test_a_thread_that_ends_after_its_loop_ends_quietly(tmp_path: Path, held: threading.Event) -> None:
    path = tmp_path / "desk.db"
    path.write_bytes(b"something else altogether" * 100)
    with pytest.raises(DatabaseError):
        asyncio.run(read_one(path))
    threads = readers()
    assert threads
    held.set()
    for thread in threads:
        thread.join()  # an exception in it would fail the test: warnings are errors


def test_who_stops_waiting_for_a_connection_leaves_none_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening, go_on = threading.Event(), threading.Event()

    def hesitate(path: str) -> None:
        opening.set()
        go_on.wait()

    monkeypatch.setattr(sqlite_reading, "make_private", hesitate)

    async def give_up() -> None:
        reading = asyncio.ensure_future(read_one(tmp_path / "desk.db"))
        await asyncio.to_thread(opening.wait)
        reading.cancel()
        asyncio.get_running_loop().call_soon(go_on.set)
        with pytest.raises(asyncio.CancelledError):
            await reading

    asyncio.run(give_up())
    for thread in readers():
        thread.join()
