"""Every scene begins with the same people in their units: made once for each engine, then copied."""

from __future__ import annotations

import asyncio
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from storage.database.engine import Store
from storage.database.seal import Sealer
from tests import once
from tests.integration import postgresql
from tests.integration.workflow.scene import Scene, scene_of

FURNISHED = "furnished"


def _furnish(url: str, sealer: Sealer) -> None:
    """Units, groups and people into an empty database."""

    async def furnish() -> None:
        store = Store.open(url, sealer=sealer)
        try:
            await scene_of(store).prepare()
        finally:
            await store.close()

    with ThreadPoolExecutor(1) as thread:  # a loop of its own: the test's belongs to this thread
        thread.submit(asyncio.run, furnish()).result()


@pytest.fixture(scope="session")
def furnished_file(sqlite_template: Path, sealer: Sealer) -> Path:
    def make(folder: Path) -> None:
        shutil.copyfile(sqlite_template, folder / "furnished.db")
        _furnish(f"sqlite+aiosqlite:///{folder / 'furnished.db'}", sealer)

    return once.once("furnished-sqlite", make) / "furnished.db"


@pytest.fixture(scope="session")
def furnished_database(postgresql_databases: postgresql.Databases, sealer: Sealer) -> str:
    def make(_folder: Path) -> None:
        _furnish(postgresql_databases.new(name=FURNISHED), sealer)

    once.once("furnished-postgresql", make)
    return FURNISHED


@pytest.fixture
def sqlite_url(furnished_file: Path, tmp_path: Path) -> str:
    path = tmp_path / "crossbeat.db"
    shutil.copyfile(furnished_file, path)
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
def postgresql_url(postgresql_databases: postgresql.Databases, furnished_database: str) -> str:
    return postgresql_databases.like(furnished_database)


@pytest.fixture
async def store(store: Store) -> Store:
    """The store of every test, which here waits for no disk: that commits are durable is tested elsewhere."""
    if store.wal is not None:
        store.wal.durable = _at_once  # type: ignore[method-assign]
    return store


async def _at_once() -> None:
    """Instead of a flush."""


@pytest.fixture
def scene(request: pytest.FixtureRequest, store: Store, now: datetime) -> Scene:
    """Wuxi, Kunshan (below Suzhou) and Changzhou, with people, at nine on a Tuesday morning."""
    return replace(scene_of(store), now=now, as_ever="monkeypatch" not in request.fixturenames)
