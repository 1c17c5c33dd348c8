"""Statements compiled once for each kind of database, not anew for the database of each test.

SQLAlchemy keeps what it has compiled for an engine under that engine's dialect. The dialects of the tests'
engines are all alike, so they may stand for each other: a third of each test's time.
"""

from __future__ import annotations

from sqlalchemy import URL
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.util import LRUCache

from storage.database import sqlite_driver
from storage.database.engine import Store
from storage.database.seal import Sealer

STATEMENTS = 5_000
_CACHES: dict[type[Dialect], LRUCache] = {}


def share(store: Store) -> Store:
    """The store, whose engines look for compiled statements where those of earlier tests have left theirs."""
    for engine in {store.engine, store._readers, store._short}:
        kind = type(engine.sync_engine.dialect)
        engine.sync_engine._compiled_cache = _CACHES.setdefault(kind, LRUCache(STATEMENTS))
    return store


def share_all() -> None:
    """Of each store that this process and those forked from it open from now on."""
    opened = Store.__init__

    def open_and_share(store: Store, url: URL, *, sealer: Sealer) -> None:
        opened(store, url, sealer=sealer)
        share(store)

    Store.__init__ = open_and_share  # type: ignore[method-assign]


def _alike(dialect: Dialect, other: object) -> bool:
    return type(dialect) is type(other)


def _hash(dialect: Dialect) -> int:
    return hash(type(dialect))


for _kind in (PGDialect_asyncpg, SQLiteDialect_aiosqlite, sqlite_driver.Dialect):
    _kind.__eq__ = _alike  # type: ignore[method-assign, assignment]
    _kind.__hash__ = _hash  # type: ignore[method-assign, assignment]
