"""Back from a backup: into an empty place, or over what is there if forced."""

from __future__ import annotations

import asyncio
import glob
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import structlog
from sqlalchemy.exc import DatabaseError

from storage.copies.backup_check import BackupBroken, Checked, check
from storage.copies.copying import copy_all, is_empty, sums
from storage.database.engine import Store, normal_url
from storage.database.failpoints import failpoint
from storage.database.seal import Sealer, flush_folder
from storage.queries import leases
from storage.tables import schema

log = structlog.get_logger(__name__)


class RestoreRefused(Exception):
    """Nothing was restored and nothing changed; the text says why and what would do."""


#: Called with the address of the copy, at the current schema, before it takes its place.
Prepare = Callable[[str], Awaitable[None]]


async def _as_it_is(_: str) -> None:
    """Nothing is done to the copy."""


async def restore(
    src: Path, dest_url: str, *, sealer: Sealer, force: bool = False, prepare: Prepare = _as_it_is
) -> Checked:
    """Makes the database at ``dest_url`` what it was when the backup ``src`` was made; returns what it holds.

    The backup is checked first, with the key. Something that is there already is replaced only with
    ``force``; a SQLite file is then kept beside as ``NAME.before-restore``. The bot must not run. A backup of
    an older schema becomes a database of the current one. ``prepare`` may change the copy before anybody sees
    it. Raises :class:`RestoreRefused`.
    """
    try:
        found = await asyncio.to_thread(lambda: check(src, sealer, older=True))
    except BackupBroken as exc:
        raise RestoreRefused(f"{src} cannot be restored: {exc}") from exc
    url = normal_url(dest_url)
    if url.get_backend_name() == "sqlite":
        await _to_sqlite(src, Path(str(url.database)), sealer=sealer, force=force, prepare=prepare)
    else:
        await _to_postgresql(src, dest_url, sealer=sealer, force=force, prepare=prepare)
    log.info("restored", source=str(src), revision=found.revision, rows=sum(found.tables.values()))
    return found


async def _to_sqlite(src: Path, dest: Path, *, sealer: Sealer, force: bool, prepare: Prepare) -> None:
    if await asyncio.to_thread(_occupied, dest):
        if not force:
            raise RestoreRefused(f"{dest} exists already; --force replaces it")
        await _refuse_if_running(dest, sealer)
    fresh = dest.with_name(f".{dest.name}.{os.getpid()}.part")
    await asyncio.to_thread(_sweep, dest)
    try:
        await asyncio.to_thread(_copy, src, fresh)
        failpoint("restore.copied")
        await _migrate(f"sqlite:///{fresh}", sealer)
        await prepare(f"sqlite:///{fresh}")
        failpoint("restore.migrated")
        await asyncio.to_thread(_swap, fresh, dest)
        failpoint("restore.swapped")
    except (OSError, sqlite3.Error, DatabaseError) as exc:
        raise RestoreRefused(f"{dest} was not restored: {exc}") from exc
    finally:
        for suffix in ("", "-wal", "-shm"):
            fresh.with_name(fresh.name + suffix).unlink(missing_ok=True)


async def _to_postgresql(src: Path, dest_url: str, *, sealer: Sealer, force: bool, prepare: Prepare) -> None:
    target = Store.open(dest_url, sealer=sealer)
    with tempfile.TemporaryDirectory(prefix="crossbeat-restore-") as directory:
        copy = Path(directory) / "copy.db"  # brought to the current schema before it is read
        await asyncio.to_thread(_copy, src, copy)
        source = Store.open(f"sqlite:///{copy}", sealer=sealer)
        try:
            await schema.upgrade(source)
            await prepare(f"sqlite:///{copy}")
            await _make_room(target, force=force)
            async with source.read() as reading, target.write() as writing:
                sent = await copy_all(reading, writing, lambda *_: None)
                if await sums(writing) != sent:
                    raise RestoreRefused("what arrived differs from the backup; nothing was restored")
        finally:
            await source.close()
            await target.close()


async def _make_room(target: Store, *, force: bool) -> None:
    """Leaves the target with the current tables and no rows."""
    try:
        found = await schema.state(target)
    except schema.NotOurs:
        raise RestoreRefused("the database has tables of another program") from None
    if found != "empty":
        async with target.read() as session:
            if found == "current" and await is_empty(session):
                return
        if not force:
            raise RestoreRefused("the database is not empty; --force replaces what it holds")
        if found == "newer":
            raise RestoreRefused("the database was made by a newer version: restore with that one")
        await _refuse_if_leased(target)
        await schema.downgrade(target, "base")
    await schema.upgrade(target)


async def _refuse_if_running(dest: Path, sealer: Sealer) -> None:
    store = Store.open(f"sqlite:///{dest}", sealer=sealer)
    try:
        if await schema.state(store) == "current":
            await _refuse_if_leased(store)
    except (schema.NotOurs, DatabaseError):
        log.warning("restoring_over_unreadable", path=str(dest))  # what force is for
    finally:
        await store.close()


async def _refuse_if_leased(store: Store) -> None:
    async with store.read() as session:
        holders = await leases.held(session, datetime.now(UTC))
    if holders:
        raise RestoreRefused(
            f"the bot is running ({', '.join(sorted(set(holders.values())))}): stop it first"
        )


async def _migrate(url: str, sealer: Sealer) -> None:
    store = Store.open(url, sealer=sealer)
    try:
        await schema.upgrade(store)
    finally:
        await store.close()


def _occupied(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _copy(src: Path, dest: Path) -> None:
    os.close(os.open(dest, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with src.open("rb") as original, dest.open("wb") as copy:
        shutil.copyfileobj(original, copy)
        copy.flush()
        os.fsync(copy.fileno())


def _swap(fresh: Path, dest: Path) -> None:
    """Puts the restored file in place of what is there, which is kept beside, in one step.

    At no moment is there no database: a service that starts again by itself would begin an empty one. A WAL of
    the old one must not be played into the new one.
    """
    if _occupied(dest):
        with closing(sqlite3.connect(dest)) as old:
            try:
                old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            except sqlite3.DatabaseError as exc:
                log.warning("old_database_damaged", path=str(dest), error=str(exc))
        _keep(dest)
        failpoint("restore.kept")
    for suffix in ("-wal", "-shm"):
        dest.with_name(dest.name + suffix).unlink(missing_ok=True)
    fresh.replace(dest)
    flush_folder(dest.parent)


def _keep(path: Path) -> None:
    """A second name for a file, ``NAME.before-restore``; one that is taken by another file is left alone."""
    for number in count(1):
        kept = path.with_name(f"{path.name}.before-restore{'' if number == 1 else f'-{number}'}")
        if kept.exists():
            if kept.samefile(path):  # by a restore that was killed
                return
            continue
        try:
            os.link(path, kept)
        except OSError:  # a file system without links
            shutil.copy2(path, kept)
        return


def _sweep(dest: Path) -> None:
    """Removes what a restore that was killed has left; we are alone on this database."""
    for path in dest.parent.glob(f".{glob.escape(dest.name)}.*.part*"):
        path.unlink()
