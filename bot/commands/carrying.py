"""What a restored copy is told of what was decided since it was made (:mod:`workflow.keeping.restored`)."""

from __future__ import annotations

import glob
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from bot.commands.telling import tell_terminal
from bot.runtime.failure import Failure
from bot.runtime.opening import as_opened, holds_something, take_its_cipher
from bot.settings.model import Settings
from storage.database import key_file
from storage.database import months as month_keys
from storage.database.address import file_of
from storage.database.engine import Store
from storage.database.months import Keyring, KeyringBroken
from storage.database.seal import Sealer
from storage.tables import schema
from workflow.keeping import restored, unopened
from workflow.keeping.restored import Carried

_UNREAD = (
    "what was erased, and put under hold, since the backup was made is not known: {why}. If another database or a "
    "newer backup knows it: crossbeat restore SRC --force --erased-in FILE"
)
_OLDER = (
    "the database that would be replaced has an older schema, and knows what was erased and put under hold since the "
    "backup: nothing was restored. First run: crossbeat migrate"
)
_KNOWN_SINCE = "0016"  # the revision before which no version knew of erasures by order and holds


async def carried_over(settings: Settings, sealer: Sealer, newer: Path | None) -> list[Carried]:
    """What the database that is to be replaced knows, and the one named besides. Raises :class:`Failure` for that one,
    and for the first where it knows of erasures in tables of an older version: a database that cannot be read is what
    somebody restores over."""
    found = []
    if file_of(settings.storage.url) is None or holds_something(settings.storage.url):
        found.append(await _of_replaced(settings, sealer))
    if newer is not None:
        found.append(await _of_copy(settings, sealer, newer))
    return [one for one in found if one]


async def _of_replaced(settings: Settings, sealer: Sealer) -> Carried:
    for one in _sealers(settings, sealer):
        store = Store.open(settings.storage.url, sealer=one)
        try:
            state = await schema.state(store)
            if state == "empty" or (state == "older" and (await schema.revision(store) or "") < _KNOWN_SINCE):
                return Carried()
            mark = await schema.key_mark(store)
            known = mark is not None and schema.opens(one, mark)
            if state == "older" and known:
                raise Failure(_OLDER)
            if state == "current" and known:
                await take_its_cipher(store)
                return await restored.carried(as_opened(settings, store).work())
        except Failure:
            raise
        except Exception as error:
            tell_terminal(_UNREAD.format(why=f"the database cannot be read ({type(error).__name__})"))
            return Carried()
        finally:
            await store.close()
    tell_terminal(_UNREAD.format(why="the database is under another key, or of a newer version"))
    return Carried()


def _sealers(settings: Settings, sealer: Sealer) -> list[Sealer]:
    """The key at hand, and those that lie beside it under a name that begins with its: an old backup is restored with
    the key of its time, and whoever put that in place has kept the present one somewhere near."""
    path = settings.storage.key_path
    beside = sorted(path.parent.glob(f"{glob.escape(path.name)}*")) if path.parent.is_dir() else []
    keys = [key_file.read(one) for one in beside if one.is_file()]
    found = [sealer, *(Sealer(key) for key in keys if key is not None and not sealer.has(key))]
    return [_with_months(settings, one) for one in found]


def _with_months(settings: Settings, sealer: Sealer) -> Sealer:
    """With the keys of months that lie beside under such a name and that its key opens, if there are any."""
    path = settings.storage.months_path
    if path is None or sealer.months is not None or not path.parent.is_dir():
        return sealer
    for one in sorted(path.parent.glob(f"{glob.escape(path.name)}*")):
        with suppress(KeyringBroken, OSError):
            return sealer.with_months(Keyring(one, month_keys.read(one, sealer), sealer))
    return sealer


async def _of_copy(settings: Settings, sealer: Sealer, path: Path) -> Carried:
    """Of another backup, of any version: looked at in a copy, so that nothing is written beside it."""
    with tempfile.TemporaryDirectory(prefix="crossbeat-restore-") as folder:
        copy = Path(folder) / "copy.db"
        try:
            shutil.copyfile(path, copy)
        except OSError as error:
            raise Failure(f"{path}: {error.strerror}") from None
        copy.chmod(0o600)
        for one in _sealers(settings, sealer):
            store = Store.open(f"sqlite:///{copy}", sealer=one)
            try:
                await schema.upgrade(store)
                mark = await schema.key_mark(store)
                if mark is not None and schema.opens(one, mark):
                    await take_its_cipher(store)
                    return await restored.carried(as_opened(settings, store).work())
            except Exception as error:
                raise Failure(
                    f"{path}: it cannot be read as a database of ours ({type(error).__name__})"
                ) from error
            finally:
                await store.close()
    raise Failure(f"{path}: it was sealed with another key")


def preparing(settings: Settings, sealer: Sealer, what: list[Carried]) -> Callable[[str], Awaitable[None]]:
    """Tells it to the copy, before that takes its place."""

    async def prepare(url: str) -> None:
        if not what and sealer.months is None:
            return
        store = Store.open(url, sealer=sealer)
        try:
            await take_its_cipher(store)
            try:
                _tell_unopened(await unopened.empty_unopened(as_opened(settings, store).work))
            except unopened.Behind as behind:
                raise Failure(
                    f"nothing was restored: {behind}; put the newest copy of that file in its place"
                ) from None
            for one in what:
                done = await restored.again(as_opened(settings, store).work, one)
                _tell(done)
        finally:
            await store.close()

    return prepare


def _tell_unopened(done: unopened.Unopened) -> None:
    if done.months:
        tell_terminal(
            f"the keys of {', '.join(done.months)} were destroyed since the backup: {done.requests} requests have no "
            f"content any more, as after a purge, and {done.others} other rows are gone"
        )


def _tell(done: restored.Again) -> None:
    if done.erased:
        tell_terminal(f"{done.erased} requests that were erased by order since the backup were erased again")
    if done.held:
        tell_terminal(f"{done.held} legal holds that have been placed since stand again")
    if done.broken:
        tell_terminal(
            f"{len(done.broken)} requests that were erased since are back, for their record does not hold: "
            f"{', '.join(done.broken)}"
        )
