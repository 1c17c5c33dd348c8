"""A fresh database for each test, on both engines."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from storage.database.engine import Store
from storage.database.seal import Sealer
from storage.tables.schema import make_tables
from tests import once
from tests.integration import compiled, postgresql


def _make_template(folder: Path) -> None:
    engine = create_engine(f"sqlite:///{folder / 'template.db'}")
    with engine.begin() as connection:
        make_tables(connection)
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template() -> Path:
    """A SQLite file with all tables and no rows; copied for each test."""
    return once.once("sqlite", _make_template) / "template.db"


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a SQLite file with all tables and no rows."""
    path = tmp_path / "crossbeat.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
def postgresql_url(postgresql_databases: postgresql.Databases) -> str:
    """The URL of a PostgreSQL database with all tables and no rows."""
    return postgresql_databases.like()


_BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(params=_BOTH)
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a database with all tables and no rows, on SQLite and on PostgreSQL."""
    url: Any = request.getfixturevalue(f"{request.param}_url")
    return str(url)


@pytest.fixture
async def store(database_url: str, sealer: Sealer) -> AsyncIterator[Store]:
    """An open store with all tables and no rows, on SQLite and on PostgreSQL."""
    opened = compiled.share(Store.open(database_url, sealer=sealer))
    yield opened
    await opened.close()


@pytest.fixture
async def second_store(store: Store, database_url: str, sealer: Sealer) -> AsyncIterator[Store]:
    """The same database as ``store``, as another process would open it."""
    opened = compiled.share(Store.open(database_url, sealer=sealer))
    yield opened
    await opened.close()
