"""What a change of the key leaves: when it was cut short, and of the old key when it was not."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from sqlalchemy import delete, select

from bot.commands import commands, copying, rekeying
from bot.commands.cli import parser
from bot.runtime.failure import Failure
from bot.runtime.opening import ensure_schema, open_store
from bot.settings.model import Settings
from storage.database import key_file
from storage.database.seal import Sealer
from storage.tables.models import Chat, Desk, Person
from storage.tables.renumbering import VEIL
from tests.integration.bot.keyed import (
    OTHER,
    checked,
    finds,
    in_environment,
    key_of,
    no_keys,
    settings,
)

__all__ = ["in_environment", "no_keys", "settings"]  # fixtures


# -- what an interrupted change leaves -----------------------------------------------------------------


async def cut_short(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """The database has the new key, the file has the old one: what a kill between the two leaves."""
    with monkeypatch.context() as patched:
        patched.setattr(key_file, "install", lambda _path: None)
        patched.setattr(rekeying, "_tell", lambda _new: None)
        await rekeying.rekey(settings, yes=True)
    key = key_file.read(key_file.new_beside(settings.storage.key_path))
    assert key is not None and key != key_of(settings)
    return key


async def test_the_next_opening_brings_an_interrupted_change_to_its_end(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = await cut_short(settings, monkeypatch)
    [line] = await checked(settings)
    assert line.startswith("warning: storage.key_file: a change of the key was cut short; the next start")
    assert key_of(settings) != new, "check changes nothing"
    with structlog.testing.capture_logs() as logs:
        assert await finds(settings) == "林小满"
    assert [entry["event"] for entry in logs] == ["key_change_finished"]
    assert key_of(settings) == new
    assert await checked(settings) == []


async def test_a_change_that_is_run_again_is_only_brought_to_its_end(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    new = await cut_short(settings, monkeypatch)
    assert await rekeying.rekey(settings, yes=False) == 0
    assert "which is done now" in capsys.readouterr().err
    assert key_of(settings) == new
    assert await finds(settings) == "林小满"


@pytest.mark.parametrize("content", [OTHER, "half a k", ""], ids=["a key", "torn", "empty"])
async def test_a_new_key_that_nothing_was_sealed_with_is_harmless(settings: Settings, content: str) -> None:
    left, before = key_file.new_beside(settings.storage.key_path), key_of(settings)
    left.write_text(content)
    assert await finds(settings) == "林小满"
    assert key_of(settings) == before and left.exists()
    [line] = await checked(settings)
    assert line.startswith("warning: storage.key_file:") and str(left) in line
    await rekeying.rekey(settings, yes=True)
    assert not left.exists()
    assert await finds(settings) == "林小满"


async def test_a_key_file_that_is_gone_is_replaced_by_the_new_one_that_fits(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = await cut_short(settings, monkeypatch)
    settings.storage.key_path.unlink()
    assert await finds(settings) == "林小满"
    assert key_of(settings) == new


async def test_a_refused_change_leaves_no_new_key(settings: Settings) -> None:
    store = await open_store(settings, create_key=False)
    async with store.write() as session:
        person = (await session.scalars(select(Person))).one()
        person.sealed = person.sealed[:-1] + bytes([person.sealed[-1] ^ 1])
    await store.close()
    before = key_of(settings)
    with pytest.raises(Failure, match=r"people, row 1: .*damaged; nothing was changed"):
        await rekeying.rekey(settings, yes=True)
    assert key_of(settings) == before
    assert not key_file.new_beside(settings.storage.key_path).exists()


# -- with the old key, afterwards ----------------------------------------------------------------------


async def _verify(settings: Settings) -> int:
    return await commands.verify(settings, parser().parse_args(["verify"]))


async def _migrate(settings: Settings) -> int:
    return await commands.migrate(settings, parser().parse_args(["migrate"]))


async def _backup(settings: Settings) -> int:
    return await copying.backup(settings, Path(settings.storage.key_file).with_name("copy.db"), with_key=True)


async def _move(settings: Settings) -> int:
    there = Path(settings.storage.key_file).with_name("there.db")
    return await copying.move(settings, f"sqlite:///{there}")


async def _rekey(settings: Settings) -> int:
    return await rekeying.rekey(settings, yes=True)


@pytest.mark.parametrize("command", [_verify, _migrate, _backup, _move, _rekey])
async def test_the_old_key_opens_nothing_and_every_command_says_where_the_new_one_is(
    settings: Settings, tmp_path: Path, command: Callable[[Settings], Awaitable[int]]
) -> None:
    await rekeying.rekey(settings, yes=True)
    [old] = key_file.old_beside(settings.storage.key_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(old, elsewhere / "a.key")
    shutil.copy(settings.storage.key_path, elsewhere / "a.key.old-2")  # as if it had been changed back
    shutil.copy(old, elsewhere / "a.key.old")
    with_old = Settings(storage={"url": settings.storage.url, "key_file": str(elsewhere / "a.key")})
    with pytest.raises(Failure, match=r"sealed with another key; its key is the one in .*a\.key\.old-2"):
        await command(with_old)
    (elsewhere / "a.key.old-2").unlink()
    with pytest.raises(Failure, match="sealed with another key; put back the key that belongs to it"):
        await command(with_old)
    assert await finds(settings) == "林小满"


async def test_an_older_copy_needs_the_key_of_its_time(settings: Settings, tmp_path: Path) -> None:
    copy, key_path = tmp_path / "copy.db", settings.storage.key_path
    await copying.backup(settings, copy, with_key=False)
    await rekeying.rekey(settings, yes=True)
    with pytest.raises(Failure, match=r"another key.*the key of its time: .*\.key\.old"):
        await copying.restore(settings, copy, force=True)
    [old] = key_file.old_beside(key_path)
    old.replace(key_path)
    await copying.restore(settings, copy, force=True)
    assert await finds(settings) == "林小满"


async def test_a_database_without_a_mark_is_marked_with_the_key_at_hand_first(settings: Settings) -> None:
    store = await open_store(settings, create_key=False)
    async with store.write() as session:
        await session.execute(delete(Desk).where(Desk.key == "key_check"))
    await ensure_schema(store, settings)
    await store.close()
    await rekeying.rekey(settings, yes=True)
    assert await finds(settings) == "林小满"


async def test_what_was_deleted_before_does_not_lie_in_the_file_under_the_old_key(
    settings: Settings, tmp_path: Path
) -> None:
    blob = Sealer(key_of(settings)).seal("people", {"name": "gone", "username": ""})
    with closing(sqlite3.connect(tmp_path / "desk.db")) as database, database:
        database.execute(
            "PRAGMA secure_delete=OFF"
        )  # some builds of SQLite wipe what is deleted, most do not
        database.execute("INSERT INTO desk (key, value) VALUES ('gone', ?)", (blob,))
        database.execute("DELETE FROM desk WHERE key = 'gone'")
    assert blob in (tmp_path / "desk.db").read_bytes()
    await rekeying.rekey(settings, yes=True)
    assert blob not in (tmp_path / "desk.db").read_bytes()


async def test_migrate_says_in_one_line_that_the_veil_is_gone(settings: Settings) -> None:
    await _migrate(settings)
    store = await open_store(settings, create_key=False)
    async with store.write() as session:
        sealed = store.sealer.seal("chats", {"title": "无锡专班"})
        session.add(Chat(id=-1001, kind="group", sealed=sealed, first_seen=datetime.now(UTC), state="active"))
        await session.execute(delete(Desk).where(Desk.key == VEIL))
    await store.close()
    with pytest.raises(Failure, match=r"^the desk's veil was taken away: .* Restore a backup$"):
        await _migrate(settings)
