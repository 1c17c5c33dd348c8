"""``backup``, ``restore`` and ``move``: the desk's copies, and what is said about them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import ArgumentError

from bot.commands.carrying import carried_over, preparing
from bot.commands.telling import tell_terminal
from bot.runtime.alone import alone
from bot.runtime.failure import Failure
from bot.runtime.opening import (
    about_cipher,
    as_opened,
    confirm_key,
    open_store,
    refuse_missing,
    shown,
    take_its_cipher,
    worded,
)
from bot.runtime.ops import Ops
from bot.settings.file import KEY_VARIABLE
from bot.settings.model import Settings
from storage.copies import backup as copies
from storage.copies import restore as restoring
from storage.copies.move import MoveFailed, MoveRefused
from storage.copies.move import move as move_rows
from storage.database import key_file
from storage.database.address import file_of
from storage.database.engine import Store, normal_url
from storage.queries import desk
from storage.tables import schema
from workflow.keeping.veiling import veil_of
from workflow.kernel.text import t


async def backup(settings: Settings, dest: Path, *, with_key: bool) -> int:
    """A checked copy of the running desk; says what it holds, and whether it can be read without more."""
    refuse_missing(settings)
    store = await open_store(settings, create_key=False)
    key = None if os.environ.get(KEY_VARIABLE) else settings.storage.key_path
    try:
        await _confirm(store, settings)
        made = await copies.backup(store, dest, key_path=key, include_key=with_key)
        async with store.write() as session:
            await desk.put(session, desk.BACKUP, datetime.now(UTC).isoformat())
    except copies.BackupFailed as failure:
        await _tell_ops(settings, store, failure)
        raise Failure(str(failure)) from failure
    finally:
        await store.close()
    rows = sum(made.tables.values())
    tell_terminal(f"{made.path}: {rows} rows, {made.bytes / 2**20:.1f} MiB, schema {made.revision}, checked")
    if made.key_included:
        tell_terminal(
            f"its key lies beside it: {made.key_path}. Whoever has both reads everything: keep them apart"
        )
        if made.months_path is not None:
            tell_terminal(
                f"so do the keys of months: {made.months_path}. A month that is destroyed later opens with this copy: "
                "delete it with the backup"
            )
    else:
        what = "the key" if settings.storage.months_path is None else "the key and of the keys of months"
        tell_terminal(f"without the key: keep a copy of {what} elsewhere, or nothing in it can ever be read")
    return 0


async def _tell_ops(settings: Settings, store: Store, failure: copies.BackupFailed) -> None:
    """Queued for the running bot to send: whoever started the backup may be a timer that nobody reads."""
    opened = as_opened(settings, store, await veil_of(as_opened(settings, store).work()))
    why = str(failure).removeprefix("no backup was made: ")
    ops = Ops(chat_id=opened.policy.ops_chat, make_work=opened.work)
    await ops.tell("backup", t("ops.backup_failed", why=why))


async def restore(settings: Settings, source: Path, *, force: bool, erased_in: Path | None = None) -> int:
    """The database as it was when the backup was made; with its key, where that lies beside and is needed."""
    _restore_key(settings, source)
    store = await open_store(settings, create_key=False)
    await store.close()
    with alone_on(settings.storage.url):
        carried = await carried_over(settings, store.sealer, erased_in)
        prepare = preparing(settings, store.sealer, carried)
        try:
            found = await restoring.restore(
                source, settings.storage.url, sealer=store.sealer, force=force, prepare=prepare
            )
        except restoring.RestoreRefused as refused:
            raise Failure(f"{refused}{_key_of_then(settings)}") from refused
    tell_terminal(
        f"{shown(store)}: {sum(found.tables.values())} rows restored from {source}, schema {found.revision}"
    )
    await _tell_cipher(settings)
    return 0


async def _tell_cipher(settings: Settings) -> None:
    """A copy from before, or from after, the desk was moved to other ciphers."""
    store = await open_store(settings, create_key=False)
    try:
        if (found := await take_its_cipher(store)) != settings.storage.cipher:
            tell_terminal(about_cipher(schema.WrongCipher(found), settings))
    finally:
        await store.close()


def _key_of_then(settings: Settings) -> str:
    """What may help where the key has been changed since the copy was made."""
    kept = key_file.old_beside(settings.storage.key_path)
    return f" (a copy from before crossbeat rekey opens with the key of its time: {kept[0]})" if kept else ""


def _restore_key(settings: Settings, source: Path) -> None:
    if not source.is_file():
        raise Failure(f"{source}: no such file")
    months = settings.storage.months_path
    if months is not None and copies.restore_months(source, months):
        tell_terminal(f"{months}: the keys of months were restored from {copies.months_beside(source)}")
    if os.environ.get(KEY_VARIABLE) or settings.storage.key_path.exists():
        return
    if copies.restore_key(source, settings.storage.key_path):
        tell_terminal(f"{settings.storage.key_path}: the key was restored from {copies.key_beside(source)}")


async def move(settings: Settings, to: str) -> int:
    """The desk copied to another, empty database, each table compared."""
    refuse_missing(settings)
    try:
        normal_url(to)
    except (ArgumentError, ValueError) as error:
        raise Failure(f"--to: {error}") from None
    source = await open_store(settings, create_key=False)
    target = Store.open(to, sealer=source.sealer)
    try:
        with alone_on(settings.storage.url), alone_on(to):
            await _confirm(source, settings)
            moved = await move_rows(source, target, _progress)
    except (MoveFailed, MoveRefused) as refused:
        raise Failure(str(refused)) from refused
    finally:
        await source.close()
        await target.close()
    for name, table in sorted(moved.tables.items()):
        sys.stdout.write(f"{name}\t{table.rows}\t{table.hash}\n")
    tell_terminal(
        f"{moved.rows} rows moved to {shown(target)}; set [storage] url to it. The key stays the same"
    )
    return 0


async def _confirm(store: Store, settings: Settings) -> None:
    """With another key nothing here would fail at once; it would when it is too late."""
    with worded(store):
        if await schema.state(store) != "empty":
            await confirm_key(store, settings)


@contextmanager
def alone_on(url: str) -> Iterator[None]:
    """Nobody else runs on that database meanwhile; on PostgreSQL the leases tell (:mod:`storage.queries.leases`)."""
    path = file_of(url)
    if path is None:
        yield
        return
    with alone(path):
        yield


def _progress(table: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{table}: {done} of {total}    ")
        sys.stderr.flush()
