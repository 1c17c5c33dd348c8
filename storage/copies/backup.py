"""A consistent copy of a running desk in one SQLite file, verified after writing; and the way back.

Whatever the engine, a backup is a SQLite file with the tables of its schema. Personal data in it is sealed as
in the database: without the key file it cannot be read, with it beside, whoever finds both reads all.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy import func, select

from storage.copies.backup_check import BackupBroken, check
from storage.copies.copying import copy_all, tables
from storage.database import key_file
from storage.database import months as month_keys
from storage.database.engine import Store
from storage.database.failpoints import failpoint
from storage.database.seal import flush_folder
from storage.tables import schema

log = structlog.get_logger(__name__)

LEFT_SECONDS = 86_400.0
_PART = re.compile(r"\..+\.\d+\.part(-journal|-wal|-shm)?")
#: Tables whose rows are never deleted: what a copy holds of them lies between the counts before and after.
_KEPT = ("events", "requests", "answers", "comments", "people", "units")


class BackupFailed(Exception):
    """There is no backup; the text says why. Nothing is left at the destination."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Backup:
    path: Path
    bytes: int
    revision: str
    tables: Mapping[str, int]  # rows of each
    key_path: Path | None  # the copy of the key; None: the key is not in this backup
    months_path: Path | None = (
        None  # and that of the keys of months; None: it is not in it, or the desk has none
    )

    @property
    def key_included(self) -> bool:
        return self.key_path is not None


async def backup(store: Store, dest: Path, *, key_path: Path | None, include_key: bool = False) -> Backup:
    """Writes a copy of the database to ``dest`` while the bot runs, checks it, and only then lets it appear.

    The key file is copied to ``DEST.key`` first if asked, so that no backup stands without the key that it was
    promised; the keys of months to ``DEST.months``. A process killed meanwhile leaves no backup. Raises
    :class:`BackupFailed`.
    """
    key_copy = key_beside(dest) if include_key else None
    keyring = month_keys.keyring_of(store.sealer)
    months_copy = months_beside(dest) if include_key and keyring is not None else None
    await asyncio.to_thread(_refuse, dest, key_copy, key_path)
    await asyncio.to_thread(_sweep, dest.parent)
    fresh = dest.with_name(f".{dest.name}.{os.getpid()}.part")
    try:
        before = await _count(store)
        await (_dump_sqlite if store.dialect == "sqlite" else _dump_postgresql)(store, fresh)
        failpoint("backup.dumped")
        found = await asyncio.to_thread(check, fresh, store.sealer)
        failpoint("backup.checked")
        after = await _count(store)
        for name in _KEPT:
            if not before[name] <= found.tables[name] <= after[name]:
                raise BackupBroken(f"{found.tables[name]} rows of {name} instead of {before[name]}")
        if found.revision != await schema.revision(store):
            raise BackupBroken(f"schema {found.revision} is not the database's")
        if key_copy is not None and key_path is not None and not key_copy.exists():
            await asyncio.to_thread(_copy_key, key_path, key_copy)
        if key_copy is not None and not store.sealer.has(key_file.read(key_copy)):
            key_copy.unlink()
            raise BackupBroken("the key was changed meanwhile: make it again")
        if months_copy is not None and keyring is not None:
            await asyncio.to_thread(_copy_months, keyring, months_copy)
        failpoint("backup.keyed")
        size = await asyncio.to_thread(_put_in_place, fresh, dest)
        failpoint("backup.placed")
    except (BackupBroken, sqlite3.Error, OSError) as exc:
        raise BackupFailed(f"no backup was made: {exc}") from exc
    finally:
        for path in (fresh, fresh.with_name(f"{fresh.name}-journal"), fresh.with_name(f"{fresh.name}-wal")):
            path.unlink(missing_ok=True)
    log.info("backup_made", path=str(dest), key_included=include_key)
    return Backup(
        path=dest, bytes=size, revision=found.revision, tables=found.tables, key_path=key_copy,
        months_path=months_copy,
    )  # fmt: skip


def key_beside(path: Path) -> Path:
    """Where a backup's copy of the key is, if it has one."""
    return path.with_name(f"{path.name}.key")


def months_beside(path: Path) -> Path:
    """Where a backup's copy of the keys of months is, if it has one."""
    return path.with_name(f"{path.name}.months")


def restore_months(src: Path, path: Path) -> bool:
    """Puts the keys of months of a backup in their place; False when the backup has none, or there are some already."""
    if path.exists() or not months_beside(src).is_file():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    _copy_key(months_beside(src), path)
    return True


def _copy_months(keyring: month_keys.Keyring, dest: Path) -> None:
    """As they are now: one that is there is of a backup cut short, or of one that was taken away."""
    dest.unlink(missing_ok=True)
    _copy_key(keyring.path, dest)


def restore_key(src: Path, key_path: Path) -> bool:
    """Puts the key of a backup in its place; False when the backup has none. Never over another key.

    Raises ``FileExistsError``.
    """
    if not key_beside(src).is_file():
        return False
    if key_path.exists():
        raise FileExistsError(f"{key_path} exists already")
    _copy_key(key_beside(src), key_path)
    return True


def _refuse(dest: Path, key_copy: Path | None, key_path: Path | None) -> None:
    if dest.exists():
        raise BackupFailed(f"{dest} exists already")
    if not dest.absolute().parent.is_dir():
        raise BackupFailed(
            f"no backup was made: there is no folder {dest.absolute().parent}; make it first, or name another"
        )
    if key_copy is None:
        return
    if key_path is None or not key_path.is_file():
        raise BackupFailed("the key is not in a file that could be included")
    if key_copy.exists() and key_copy.read_bytes() != key_path.read_bytes():  # ours: of a backup cut short
        raise BackupFailed(f"{key_copy} exists already")


def _sweep(folder: Path) -> None:
    """Removes what backups that were killed have left in the folder, a day later: none takes as long."""
    for path in folder.glob(".*.part*"):
        with suppress(OSError):
            if _PART.fullmatch(path.name) and path.stat().st_mtime < time.time() - LEFT_SECONDS:
                path.unlink()
                log.info("leftover_removed", path=str(path))


async def _count(store: Store) -> dict[str, int]:
    async with store.read() as session:
        return {
            table.name: await session.scalar(select(func.count()).select_from(table)) or 0
            for table in tables()
            if table.name in _KEPT
        }


async def _dump_sqlite(store: Store, fresh: Path) -> None:
    source = store.url.database
    assert source is not None  # noqa: S101 - normal_url refuses a URL without one

    def dump() -> None:
        with closing(sqlite3.connect(source, timeout=10)) as connection:
            connection.execute("VACUUM INTO ?", (str(fresh),))  # one snapshot, hindering no writer

    await asyncio.to_thread(_private, fresh)
    await asyncio.to_thread(dump)


async def _dump_postgresql(store: Store, fresh: Path) -> None:
    if await schema.state(store) != "current":
        raise BackupBroken("the database has another schema: run crossbeat migrate first")
    await asyncio.to_thread(_private, fresh)
    copy = Store.open(f"sqlite:///{fresh}", sealer=store.sealer)
    try:
        await schema.upgrade(copy)
        async with store.read() as reading, copy.write() as writing:
            await copy_all(reading, writing, lambda *_: None)
    finally:
        await copy.close()

    def fold_wal() -> None:
        with closing(sqlite3.connect(fresh)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it

    await asyncio.to_thread(fold_wal)


def _private(path: Path) -> None:
    """An empty file that only its owner reads."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _put_in_place(fresh: Path, dest: Path) -> int:
    """Makes the copy appear, on the disk and not only in its cache; returns its size in bytes."""
    with fresh.open("rb+") as file:
        os.fsync(file.fileno())
    fresh.rename(dest)
    flush_folder(dest.parent)
    return dest.stat().st_size


def _copy_key(source: Path, dest: Path) -> None:
    """The whole of it or nothing: half a key would look like the wrong one. ``dest`` is not there yet."""
    fresh = dest.with_name(f".{dest.name}.{os.getpid()}.part")
    _private(fresh)
    try:
        with source.open("rb") as original, fresh.open("wb") as copy:
            shutil.copyfileobj(original, copy)
            copy.flush()
            os.fsync(copy.fileno())
        fresh.rename(dest)
    finally:
        fresh.unlink(missing_ok=True)
    flush_folder(dest.parent)
