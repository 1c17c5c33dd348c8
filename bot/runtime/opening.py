"""A desk opened: its key, its database at the right schema, its rules. What every command starts from."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy.exc import DBAPIError

from bot.runtime.clock import Clock
from bot.runtime.failure import Failure
from bot.settings.file import KEY_VARIABLE, NEW_KEY_VARIABLE
from bot.settings.model import Settings
from bot.settings.policy import chats_of, policy_of, units_of
from matching.compare.engine import Engine
from storage.database import key_file
from storage.database import months as month_keys
from storage.database.address import file_of
from storage.database.ciphers import Cipher, CipherMissing
from storage.database.engine import KeyChanged, Store
from storage.database.months import Keyring, KeyringBroken
from storage.database.seal import KeyBroken, KeyMissing, Sealer, load_key, parse_key
from storage.tables import schema
from storage.tables.monthly import MonthsMissing, OtherMonths
from storage.tables.veil import CLEAR, Veil
from workflow.keeping import covering, months, veiling
from workflow.kernel.policy import Policy
from workflow.organisation import setup
from workflow.organisation.work import Work

log = structlog.get_logger(__name__)


@dataclass(kw_only=True)
class Opened:
    """An open desk. ``work()`` is how anything is done in it."""

    settings: Settings
    store: Store
    policy: Policy
    engine: Engine
    clock: Clock

    def work(self) -> Work:
        """A piece of work that no update caused."""
        return Work(store=self.store, policy=self.policy, engine=self.engine, clock=self.clock)


def clock_of(settings: Settings) -> Clock:
    """The desk's clock, movable where ``[sandbox] clock`` says so."""
    return Clock(Path(settings.sandbox.clock) if settings.sandbox.clock else None)


def seconds_of(settings: Settings) -> Callable[[], float]:
    """The desk's clock, in seconds since 1970."""
    if not settings.sandbox.clock:
        return time.time
    clock = clock_of(settings)
    return lambda: clock().timestamp()


async def open_store(settings: Settings, *, create_key: bool, settle: bool = True) -> Store:
    """The desk's database, not connected to yet. Raises :class:`Failure` when its key is not there, or this
    machine does not know the ciphers of the configuration.

    A change of the key that was cut short after the database had taken it is brought to its end first, unless
    told not to ``settle``. With ``create_key`` a key is made for a database that is not there yet, never for
    one that is: a new key in the place of a lost one would open nothing, and hide that the old one is missing.
    """
    if settle:
        await finish_rekey(settings)
    create = create_key and not holds_something(settings.storage.url)
    try:
        key = load_key(settings.storage.key_path, env=os.environ.get(KEY_VARIABLE), create=create)
    except KeyMissing as error:
        hint = f"put it back, or name it in [storage] key_file or {KEY_VARIABLE}"
        raise Failure(f"{error}: without it nothing in the database can be read; {hint}") from None
    except KeyBroken as error:
        raise Failure(f"the desk's key cannot be used: {error}") from None
    except OSError as error:
        path = settings.storage.key_path
        raise Failure(f"the key file {path} cannot be read or made: {error.strerror}") from None
    try:
        sealer = Sealer(key, settings.storage.cipher)
    except CipherMissing as error:
        raise Failure(f"[storage] cipher: {error}") from None
    sealer = sealer.with_months(months_of(settings, sealer, settle=settle))
    return Store.open(settings.storage.url, sealer=sealer)


def months_of(settings: Settings, sealer: Sealer, *, settle: bool) -> Keyring | None:
    """The desk's keys of months; None where it has none, or not yet. Raises :class:`Failure`."""
    path = settings.storage.months_path
    if path is None:
        return None
    try:
        return month_keys.load(path, sealer, settle=settle, clock=seconds_of(settings))
    except KeyringBroken as error:
        raise Failure(f"[storage] months: {error}; nothing was changed") from None
    except OSError as error:
        raise Failure(f"[storage] months: {path} cannot be read: {error.strerror}") from None


def refuse_missing(settings: Settings) -> None:
    """Raises :class:`Failure` where no SQLite database is yet: an empty one, just made, would look like a sound
    desk in which nothing has happened. PostgreSQL is asked by :func:`ensure_schema`."""
    path = file_of(settings.storage.url)
    if path is not None and not holds_something(settings.storage.url):
        raise Failure(
            f"there is no database at {path.absolute()}; name the desk's with --config or [storage] url "
            "(crossbeat run, import, migrate and restore make a new one)"
        )


def holds_something(url: str) -> bool:
    """Whether a SQLite database is there; of PostgreSQL nothing is known before it is asked."""
    path = file_of(url)
    return path is not None and path.exists() and path.stat().st_size > 0


async def finish_rekey(settings: Settings) -> bool:
    """Puts the new key in its place where ``crossbeat rekey`` was killed before it could.

    Only when the database says that it is sealed with it. A new key that it does not know was left by one that
    was killed earlier: it opens nothing, harms nothing, and the next change replaces it.
    """
    path = settings.storage.key_path
    if not await new_key_fits(settings):
        return False
    try:
        key_file.install(path)
    except OSError as error:
        new = key_file.new_beside(path)
        raise Failure(f"the desk's key is in {new}, and cannot take its place: {error.strerror}") from None
    log.warning("key_change_finished", path=str(path))
    return True


async def new_key_fits(settings: Settings) -> bool:
    """Whether a new key lies beside the key file and is the one that opens the database."""
    new = key_file.new_beside(settings.storage.key_path)
    if os.environ.get(KEY_VARIABLE) or not new.exists():
        return False
    key = key_file.read(new)
    return key is not None and await opens(settings, key)


async def opens(settings: Settings, key: bytes) -> bool:
    """Whether the database was sealed with this key; False where there is none yet. Raises :class:`Failure`."""
    url = settings.storage.url
    if file_of(url) is not None and not holds_something(url):
        return False
    sealer = Sealer(key)
    store = Store.open(url, sealer=sealer)
    try:
        with worded(store):
            mark = await schema.key_mark(store)
    finally:
        await store.close()
    return mark is not None and schema.opens(sealer, mark)


async def which_key(settings: Settings) -> str:
    """Where the key is that opens the database, in words; what to do where we do not know it."""
    new = os.environ.get(NEW_KEY_VARIABLE)
    path = settings.storage.key_path
    try:
        if new and await opens(settings, parse_key(new)):
            return f"its key is the one in {NEW_KEY_VARIABLE}: put that into {KEY_VARIABLE}, or into {path}"
    except KeyBroken:
        return f"what is in {NEW_KEY_VARIABLE} is no key"
    for kept in [path, key_file.new_beside(path), *key_file.old_beside(path)]:
        key = key_file.read(kept)
        if key is not None and await opens(settings, key):
            return f"its key is the one in {kept}"
    return "put back the key that belongs to it (after crossbeat rekey: the new one)"


async def ensure_schema(store: Store, settings: Settings) -> Veil:
    """Brings SQLite to the current schema; on PostgreSQL that is an administrator's decision. Gives back the desk's
    veil.

    Raises :class:`Failure` when the database cannot be used as it is.
    """
    with worded(store):
        state = await schema.state(store)
        if state == "newer":
            raise Failure("the database was made by a newer crossbeat; upgrade this one")
        if state != "current" and store.dialect == "postgresql":
            what = "has no tables yet" if state == "empty" else "has an older schema"
            raise Failure(f"the database {what}; run: crossbeat migrate")
        await schema.upgrade(store)
        await confirm_key(store, settings)
        work = as_opened(settings, store).work()
        await covering.cover(work)
        try:
            veil = await veiling.settle(work)
        except veiling.VeilGone as gone:
            raise Failure(str(gone)) from None
        await keep_months(store, settings)
        return veil


async def keep_months(store: Store, settings: Settings) -> None:
    """From now on the desk is kept under keys of months, if the configuration says so and it is not yet. They are made
    only for a database that has none. Raises :class:`Failure`."""
    path = settings.storage.months_path
    if path is None:
        return
    try:
        if store.sealer.months is None:  # or :func:`confirm_key` had not let us come here
            keyring = month_keys.made(path, store.sealer, clock=seconds_of(settings))
            with suppress(FileExistsError):  # another process was faster
                month_keys.create(keyring, like=settings.storage.key_path)
            store.sealer = store.sealer.with_months(months_of(settings, store.sealer, settle=True))
        await months.adopt(as_opened(settings, store).work())
    except (OtherMonths, KeyringBroken) as error:
        raise Failure(f"[storage] months: {error}") from None
    except OSError as error:
        raise Failure(f"[storage] months: {path} cannot be made: {error.strerror}") from None


async def confirm_key(store: Store, settings: Settings) -> None:
    """Makes sure that the key fits. Raises :class:`Failure`, which says where the right one is, if we know."""
    try:
        await schema.check_key(store)
    except schema.WrongKey as error:
        raise Failure(f"{error}; {await which_key(settings)}") from None
    except schema.WrongCipher as error:
        raise Failure(about_cipher(error, settings)) from None
    except (MonthsMissing, OtherMonths) as error:
        raise Failure(about_months(error, settings)) from None


def about_months(error: Exception, settings: Settings) -> str:
    """What to do where the keys of months are not those of the database."""
    path = settings.storage.months_path
    where = f"put it back at {path}" if path is not None else "name it in [storage] months"
    return f"{error}: without it what people wrote cannot be read; {where}. No new one is made"


def about_cipher(error: schema.WrongCipher, settings: Settings) -> str:
    """What to do where the configuration names other ciphers than the desk is kept under."""
    named = settings.storage.cipher
    return (
        f'{error}, and [storage] cipher is "{named}": set it to "{error.found}", or move the desk with: '
        f"crossbeat rekey --cipher {named}"
    )


async def take_its_cipher(store: Store) -> Cipher:
    """Has a store seal and hash as its database is kept, whatever the configuration says; which ciphers that is."""
    mark = await schema.key_mark(store)
    if mark is not None and schema.opens(store.sealer, mark):
        store.sealer = store.sealer.under(schema.cipher_of_mark(mark))
    return store.sealer.cipher


@contextmanager
def worded(store: Store) -> Iterator[None]:
    """What can be wrong with a database, as the one line that a person reads."""
    try:
        yield
    except schema.NotOurs as error:
        raise Failure(f"{shown(store)} is not a database of ours: {error}") from None
    except (KeyChanged, CipherMissing) as error:
        raise Failure(str(error)) from None
    except (DBAPIError, OSError) as error:
        raise Failure(f"the database {shown(store)} cannot be used: {_first_line(error)}") from None


@asynccontextmanager
async def opened(settings: Settings, *, sync: bool = True, make: bool = False) -> AsyncIterator[Opened]:
    """The desk, for the time of the block. With ``sync`` the units of the configuration are in the tables.

    Where there is none yet, raises :class:`Failure` and makes nothing, unless told to ``make`` one.
    """
    if not make:
        refuse_missing(settings)
    store = await open_store(settings, create_key=make)
    try:
        desk = as_opened(settings, store, await ensure_schema(store, settings))
        if sync:
            await setup.sync(desk.work(), units_of(settings), chats_of(settings))
        yield desk
    except KeyChanged as error:
        raise Failure(str(error)) from None
    finally:
        await store.close()


def as_opened(settings: Settings, store: Store, veil: Veil = CLEAR) -> Opened:
    """The desk whose tables are known to be there."""
    policy = policy_of(settings, veil=veil)
    return Opened(
        settings=settings,
        store=store,
        policy=policy,
        engine=Engine(policy.types, zone=policy.zone),
        clock=clock_of(settings),
    )


def shown(store: Store) -> str:
    """The database's address, without its password."""
    return store.url.render_as_string(hide_password=True)


def _first_line(error: Exception) -> str:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    text = str(cause).strip() or type(cause).__name__
    return text.splitlines()[0]
