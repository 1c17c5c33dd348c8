"""A desk opened: its key, its database at the right schema, its rules. What every command starts from."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from bot.clock import Clock
from bot.failure import Failure
from bot.settings import Settings
from bot.settings_file import KEY_VARIABLE
from matching.engine import Engine
from storage import schema
from storage.engine import Store
from storage.seal import KeyBroken, KeyMissing, Sealer, load_key
from workflow import setup
from workflow.policy import Policy
from workflow.work import Work


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


def open_store(settings: Settings, *, create_key: bool) -> Store:
    """The desk's database, not connected to yet. Raises :class:`Failure` when its key is not there.

    With ``create_key`` a key is made for a database that is not there yet, never for one that is: a new key
    in the place of a lost one would open nothing, and hide that the old one is missing.
    """
    create = create_key and not _holds_something(settings.storage.url)
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
    return Store.open(settings.storage.url, sealer=Sealer(key))


def _holds_something(url: str) -> bool:
    """Whether a SQLite database is there; of PostgreSQL nothing is known before it is asked."""
    parts = make_url(url)
    if parts.get_backend_name() != "sqlite" or not parts.database:
        return False
    path = Path(parts.database)
    return path.exists() and path.stat().st_size > 0


async def ensure_schema(store: Store) -> None:
    """Brings SQLite to the current schema; on PostgreSQL that is an administrator's decision.

    Raises :class:`Failure` when the database cannot be used as it is.
    """
    try:
        state = await schema.state(store)
        if state == "newer":
            raise Failure("the database was made by a newer crossbeat; upgrade this one")
        if state != "current" and store.dialect == "postgresql":
            what = "has no tables yet" if state == "empty" else "has an older schema"
            raise Failure(f"the database {what}; run: crossbeat migrate")
        await schema.upgrade(store)
        await schema.check_key(store)
    except schema.NotOurs as error:
        raise Failure(f"{shown(store)} is not a database of ours: {error}") from None
    except schema.WrongKey as error:
        raise Failure(f"{error}; put back the key file that belongs to it") from None
    except (DBAPIError, OSError) as error:
        raise Failure(f"the database {shown(store)} cannot be used: {_first_line(error)}") from None


@asynccontextmanager
async def opened(settings: Settings, *, sync: bool = True) -> AsyncIterator[Opened]:
    """The desk, for the time of the block. With ``sync`` the units of the configuration are in the tables."""
    store = open_store(settings, create_key=True)
    try:
        await ensure_schema(store)
        desk = as_opened(settings, store)
        if sync:
            await setup.sync(desk.work(), settings.unit_specs(), settings.chat_specs())
        yield desk
    finally:
        await store.close()


def as_opened(settings: Settings, store: Store) -> Opened:
    """The desk whose tables are known to be there."""
    policy = settings.policy()
    return Opened(
        settings=settings, store=store, policy=policy, engine=Engine(policy.types), clock=clock_of(settings)
    )


def shown(store: Store) -> str:
    """The database's address, without its password."""
    return store.url.render_as_string(hide_password=True)


def _first_line(error: Exception) -> str:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    text = str(cause).strip() or type(cause).__name__
    return text.splitlines()[0]
