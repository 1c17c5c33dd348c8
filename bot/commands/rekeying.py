"""``crossbeat rekey``: the desk gets a new key, and everything that the old one sealed follows.

At every moment one of the two keys opens the whole desk, and is on the disk: see docs/adr/0011.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot.commands.copying import alone_on
from bot.commands.ledger_cli import progress
from bot.commands.telling import tell_terminal
from bot.runtime.failure import Failure
from bot.runtime.opening import (
    Opened,
    as_opened,
    ensure_schema,
    finish_rekey,
    new_key_fits,
    open_store,
    opens,
    refuse_missing,
    seconds_of,
    shown,
    take_its_cipher,
    worded,
)
from bot.settings.file import KEY_VARIABLE, NEW_KEY_VARIABLE
from bot.settings.model import Settings
from storage.copies import rekey as rows
from storage.database import key_file
from storage.database import months as month_keys
from storage.database.ciphers import Cipher, CipherMissing
from storage.database.failpoints import failpoint
from storage.database.months import Keyring
from storage.database.seal import KEY_BYTES, KeyBroken, Sealer, parse_key
from workflow.keeping import rekey as change

HOW_TO_MAKE_ONE = f"make one with: openssl rand -base64 {KEY_BYTES}"


@dataclass(frozen=True, kw_only=True, slots=True)
class _NewKey:
    """The key to be, and where it will be found."""

    key: bytes
    path: Path | None  # the key file; None: the environment has it
    months: Keyring | None = None  # new keys of months, sealed with it

    def make_safe(self) -> None:
        """On the disk before the first value is sealed with it. What is in the environment has its place."""
        try:
            if self.path is not None:
                key_file.write_new(self.path, self.key)
            if self.months is not None:
                month_keys.write_new(self.months)
        except OSError as error:
            raise Failure(
                f"the new key cannot be written beside {error.filename}: {error.strerror}; nothing was changed"
            ) from None

    def install(self) -> None:
        if self.months is not None:
            try:
                month_keys.install(self.months.path)
            except OSError as error:
                raise Failure(
                    f"everything is sealed anew, but {month_keys.new_beside(self.months.path)} cannot take "
                    f"the place of {self.months.path}: {error.strerror}; the next command tries it again"
                ) from None
        if self.path is None:
            return
        try:
            key_file.install(self.path)
        except OSError as error:
            raise Failure(
                f"everything is sealed with the new key, but {key_file.new_beside(self.path)} cannot take the "
                f"place of {self.path}: {error.strerror}; the next command tries it again"
            ) from None

    def drop(self) -> None:
        if self.months is not None:
            month_keys.discard_new(self.months.path)
        if self.path is not None:
            key_file.discard_new(self.path)


async def rekey(settings: Settings, *, yes: bool, cipher: Cipher | None = None) -> int:
    """Asks, changes the key, says where the new one is and what the old one is still needed for.

    With ``cipher`` all is sealed and hashed with those ciphers from then on; else they stay what they are.
    """
    refuse_missing(settings)
    with alone_on(settings.storage.url):
        if await _done_before(settings):
            return 0
        new = _new_key(settings)
        async with _desk(settings) as desk:
            if desk.store.sealer.has(new.key):
                raise Failure(f"{NEW_KEY_VARIABLE} is the present key: {HOW_TO_MAKE_ONE}")
            sealer = _sealer(new, cipher or desk.store.sealer.cipher)
            if (path := settings.storage.months_path) is not None:
                new = replace(new, months=month_keys.made(path, sealer, clock=seconds_of(settings)))
                sealer = sealer.with_months(new.months)
            if not yes:
                _ask(desk, sealer.cipher)
            began = time.monotonic()
            done = await _change(desk, new, sealer)
            new.install()
            failpoint("rekey.installed")
            tell_terminal(
                f"{shown(desk.store)}: {done} values sealed with the new key under {sealer.cipher}, "
                f"{time.monotonic() - began:.1f} s"
            )
            await _tidy(desk)
    _tell(new)
    if sealer.cipher != settings.storage.cipher:
        tell_terminal(f'now set [storage] cipher = "{sealer.cipher}": else this desk is not opened')
    return 0


def _sealer(new: _NewKey, cipher: Cipher) -> Sealer:
    try:
        return Sealer(new.key, cipher)
    except CipherMissing as error:
        raise Failure(f"--cipher: {error}; nothing was changed") from None


async def _done_before(settings: Settings) -> bool:
    """Whether all that was left of an earlier change was to put the key in its place, which is done now."""
    new = os.environ.get(NEW_KEY_VARIABLE)
    if os.environ.get(KEY_VARIABLE):
        if not new or not await opens(settings, _parsed(new)) or await _present_opens(settings):
            return False
        tell_terminal(f"the key was changed already: put the value of {NEW_KEY_VARIABLE} into {KEY_VARIABLE}")
        return True
    if not await new_key_fits(settings) or not await finish_rekey(settings):
        return False
    tell_terminal(
        f"an earlier change of the key was complete but for its last step, which is done now: the new key is in "
        f"{settings.storage.key_path}. To change it once more, run this again"
    )
    return True


async def _present_opens(settings: Settings) -> bool:
    try:
        return await opens(settings, parse_key(os.environ[KEY_VARIABLE]))
    except KeyBroken:
        return False


def _new_key(settings: Settings) -> _NewKey:
    given = os.environ.get(NEW_KEY_VARIABLE)
    in_file = not os.environ.get(KEY_VARIABLE)
    if not given and not in_file:
        raise Failure(
            f"the key is in {KEY_VARIABLE}, so the new one must be in {NEW_KEY_VARIABLE}: {HOW_TO_MAKE_ONE}"
        )
    key = _parsed(given) if given else os.urandom(KEY_BYTES)
    return _NewKey(key=key, path=settings.storage.key_path if in_file else None)


def _parsed(text: str) -> bytes:
    try:
        return parse_key(text)
    except KeyBroken as error:
        raise Failure(f"{NEW_KEY_VARIABLE}: {error}; {HOW_TO_MAKE_ONE}") from None


@asynccontextmanager
async def _desk(settings: Settings) -> AsyncIterator[Opened]:
    store = await open_store(settings, create_key=False)
    try:
        with worded(store):
            await take_its_cipher(store)
        yield as_opened(settings, store, await ensure_schema(store, settings))
    finally:
        await store.close()


def _ask(desk: Opened, cipher: Cipher) -> None:
    if not sys.stdin.isatty():
        raise Failure(
            "it asks before it changes the key, and there is no terminal to ask on: --yes goes ahead"
        )
    sys.stderr.write(
        f"{shown(desk.store)} gets a new key, and everything in it is sealed anew under {cipher}.\n"
        "Backups made so far open with the present key alone, which is kept. Go on? [y/N] "
    )
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise Failure("nothing was changed")


async def _change(desk: Opened, new: _NewKey, sealer: Sealer) -> int:
    written = False

    def ready() -> None:
        nonlocal written
        new.make_safe()
        written = True

    try:
        async with desk.store.read() as session:
            total = await rows.count_rows(session) + 1  # and the event that says so
        with worded(desk.store), progress(total, "values sealed anew") as step:
            return await change.run(desk.work(), sealer, ready=ready, progress=step)
    except change.RekeyRefused as refused:
        if written:  # by us, and rolled back. After any other failure the next start asks the database
            new.drop()
        raise Failure(str(refused)) from refused


async def _tidy(desk: Opened) -> None:
    """What was deleted long ago may still lie in the file, sealed with the old key."""
    if desk.store.dialect != "sqlite":
        return
    try:
        await asyncio.to_thread(rows.tidy, Path(str(desk.store.url.database)))
    except sqlite3.Error as error:
        tell_terminal(
            f"the file could not be written anew ({error}): what was deleted earlier may still lie in it, sealed "
            "with the old key; run this again, or VACUUM it, when there is room"
        )


def _tell(new: _NewKey) -> None:
    if new.months is not None:
        tell_terminal(
            f"the keys of months are new too: copy {new.months.path} as well. The backups made so far open with the "
            "file that was there before, which is kept beside it, and the old key"
        )
    if new.path is None:
        tell_terminal(
            f"now put the value of {NEW_KEY_VARIABLE} into {KEY_VARIABLE}, here and for every replica."
        )
        tell_terminal(
            "The old value opens the backups made so far and nothing else: keep it as long as them, apart"
        )
        return
    tell_terminal(
        f"the new key is in {new.path}: copy it to its safe place now, and to other machines of this desk"
    )
    tell_terminal(
        f"the old one is in {key_file.old_beside(new.path)[0]}: the backups made so far open with it alone."
    )
    tell_terminal("Keep it apart from them, and delete it here and there when the last of them is gone")
