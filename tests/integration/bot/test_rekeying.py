"""``crossbeat rekey`` as an administrator runs it: what it asks, refuses, says, and where the keys are afterwards."""

from __future__ import annotations

import io
import os
import shutil
import stat
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.commands import commands, copying, rekeying
from bot.commands.cli import parser
from bot.runtime.alone import alone
from bot.runtime.failure import Failure
from bot.runtime.opening import opened
from bot.settings.model import Settings
from storage.database import key_file, seal
from storage.database.ciphers import SUITES, Cipher, CipherMissing, Suite
from storage.tables.models import Event
from tests.integration.bot.keyed import (
    NEW,
    OLD,
    OTHER,
    checked,
    finds,
    in_environment,
    key_of,
    no_keys,
    settings,
)

__all__ = ["in_environment", "no_keys", "settings"]  # fixtures

pytestmark = pytest.mark.engines


# -- the key in a file ---------------------------------------------------------------------------------


async def test_the_new_key_takes_the_file_s_place_and_the_old_one_is_kept(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    path, before = settings.storage.key_path, key_of(settings)
    assert await rekeying.rekey(settings, yes=True) == 0
    said = capsys.readouterr().err
    assert key_of(settings) != before
    [old] = key_file.old_beside(path)
    assert key_file.read(old) == before and str(old) in said and "backups made so far" in said
    assert {stat.S_IMODE(each.stat().st_mode) for each in (path, old)} == {0o600}
    assert not key_file.new_beside(path).exists()
    assert await finds(settings) == "林小满"
    assert await checked(settings) == []
    async with opened(settings, sync=False) as desk, desk.store.read() as session:
        actions = await session.scalars(select(Event.action).where(Event.chain == 0).order_by(Event.seq))
        assert list(actions)[-1] == "rekey"
    assert await commands.verify(settings, parser().parse_args(["verify"])) == 0


async def test_each_change_keeps_the_key_before_it(settings: Settings) -> None:
    keys = [key_of(settings)]
    for _ in range(3):
        await rekeying.rekey(settings, yes=True)
        keys.insert(0, key_of(settings))
    kept = [key_file.read(old) for old in key_file.old_beside(settings.storage.key_path)]
    assert [keys[0], *kept] == keys
    assert len(set(keys)) == 4


async def test_a_key_file_that_is_a_link_stays_one(settings: Settings, tmp_path: Path) -> None:
    path = settings.storage.key_path
    safe = tmp_path / "safe"
    safe.mkdir()
    shutil.move(path, safe / "the.key")
    path.symlink_to(safe / "the.key")
    await rekeying.rekey(settings, yes=True)
    assert path.is_symlink() and {each.name for each in safe.iterdir()} == {"the.key", "the.key.old"}
    assert await finds(settings) == "林小满"


async def test_the_new_key_is_for_those_whom_the_old_one_was_for(settings: Settings) -> None:
    """A service that reads the file by its group's right would not start again."""
    settings.storage.key_path.chmod(0o640)
    await rekeying.rekey(settings, yes=True)
    assert stat.S_IMODE(settings.storage.key_path.stat().st_mode) == 0o640


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
async def test_an_administrator_s_key_belongs_to_the_service(settings: Settings) -> None:
    os.chown(settings.storage.key_path, 65534, 65534)
    await rekeying.rekey(settings, yes=True)
    found = settings.storage.key_path.stat()
    assert (found.st_uid, found.st_gid) == (65534, 65534)


async def test_a_file_system_without_links_keeps_a_copy(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError

    before = key_of(settings)
    monkeypatch.setattr(os, "link", no_links)
    await rekeying.rekey(settings, yes=True)
    [old] = key_file.old_beside(settings.storage.key_path)
    assert key_file.read(old) == before and stat.S_IMODE(old.stat().st_mode) == 0o600
    assert await finds(settings) == "林小满"


async def test_a_folder_that_takes_no_file_is_said_before_anything_changes(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(key_file, "write_new", full)
    before = key_of(settings)
    with pytest.raises(Failure, match=r"cannot be written .* No space left on device; nothing was changed"):
        await rekeying.rekey(settings, yes=True)
    assert key_of(settings) == before
    assert await finds(settings) == "林小满"


async def test_a_key_that_cannot_take_its_place_is_named_and_does_so_later(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    before = key_of(settings)
    with monkeypatch.context() as patched:
        patched.setattr(key_file, "install", refuse)
        with pytest.raises(Failure, match=r"everything is sealed with the new key, but .*\.new"):
            await rekeying.rekey(settings, yes=True)
        with pytest.raises(Failure, match=r"the desk's key is in .*\.new, and cannot take its place"):
            await finds(settings)
    assert key_of(settings) == before
    assert await finds(settings) == "林小满"
    assert key_of(settings) != before


# -- the key in the environment ------------------------------------------------------------------------


async def test_the_key_of_the_environment_is_changed_to_the_new_one_there(
    in_environment: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CROSSBEAT_NEW_KEY", NEW)
    assert await rekeying.rekey(in_environment, yes=True) == 0
    assert "put the value of CROSSBEAT_NEW_KEY into CROSSBEAT_KEY" in capsys.readouterr().err
    with pytest.raises(Failure, match="its key is the one in CROSSBEAT_NEW_KEY: put that into CROSSBEAT_KEY"):
        await finds(in_environment)
    assert await rekeying.rekey(in_environment, yes=False) == 0, "run again, it has nothing to do"
    assert "was changed already" in capsys.readouterr().err
    monkeypatch.setenv("CROSSBEAT_KEY", NEW)
    assert await finds(in_environment) == "林小满"
    assert "warning: CROSSBEAT_NEW_KEY: is set" in "\n".join(await checked(in_environment))
    monkeypatch.delenv("CROSSBEAT_NEW_KEY")
    assert await checked(in_environment) == []
    assert not list(in_environment.storage.key_path.parent.glob("*.key*"))


@pytest.mark.parametrize(
    ("new", "words"),
    [(None, "must be in CROSSBEAT_NEW_KEY: make one with: openssl"), ("", "must be in CROSSBEAT_NEW_KEY"),
     (OLD, "CROSSBEAT_NEW_KEY is the present key"), ("c2hvcnQ=", "CROSSBEAT_NEW_KEY: a key has 32 bytes"),
     ("no key at all!", "CROSSBEAT_NEW_KEY: the key is neither base64 nor hexadecimal")],
    ids=["missing", "empty", "equal", "short", "nonsense"],
)  # fmt: skip
async def test_a_new_key_that_is_none_is_refused(
    in_environment: Settings, new: str | None, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if new is not None:
        monkeypatch.setenv("CROSSBEAT_NEW_KEY", new)
    with pytest.raises(Failure, match=words):
        await rekeying.rekey(in_environment, yes=True)
    monkeypatch.delenv("CROSSBEAT_NEW_KEY", raising=False)
    assert await finds(in_environment) == "林小满"


async def test_with_a_wrong_present_key_nothing_is_changed(
    in_environment: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSBEAT_KEY", OTHER)
    monkeypatch.setenv("CROSSBEAT_NEW_KEY", NEW)
    with pytest.raises(Failure, match="sealed with another key; put back"):
        await rekeying.rekey(in_environment, yes=True)
    monkeypatch.setenv("CROSSBEAT_KEY", OLD)
    assert await finds(in_environment) == "林小满"


async def test_a_new_key_of_the_environment_goes_into_the_file_where_the_key_is_in_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSBEAT_NEW_KEY", NEW)
    await rekeying.rekey(settings, yes=True)
    assert key_of(settings) == b"n" * 32
    assert await finds(settings) == "林小满"


# -- asking, and refusing ------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("typed", "goes_on"),
    [("y\n", True), ("Yes\n", True), ("\n", False), ("no\n", False), ("", False)],
    ids=["y", "Yes", "nothing", "no", "end"],
)
async def test_it_asks_and_goes_on_only_when_told(
    settings: Settings, typed: str, goes_on: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = key_of(settings)
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    if goes_on:
        assert await rekeying.rekey(settings, yes=False) == 0
    else:
        with pytest.raises(Failure, match="nothing was changed"):
            await rekeying.rekey(settings, yes=False)
    assert (key_of(settings) != before) == goes_on
    assert not key_file.new_beside(settings.storage.key_path).exists()


async def test_without_a_terminal_it_wants_to_be_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    with pytest.raises(Failure, match="no terminal to ask on: --yes goes ahead"):
        await rekeying.rekey(settings, yes=False)


async def test_nothing_is_changed_under_a_running_bot(settings: Settings, tmp_path: Path) -> None:
    before = key_of(settings)
    with alone(tmp_path / "desk.db"), pytest.raises(Failure, match="another crossbeat runs"):
        await rekeying.rekey(settings, yes=True)
    assert key_of(settings) == before


async def test_there_must_be_a_database(tmp_path: Path) -> None:
    nothing = Settings(storage={"url": f"sqlite+aiosqlite:///{tmp_path / 'none.db'}"})
    with pytest.raises(Failure, match="there is no database"):
        await rekeying.rekey(nothing, yes=True)


# -- other ciphers -------------------------------------------------------------------------------------


def under(settings: Settings, cipher: Cipher) -> Settings:
    """The same configuration with ``[storage] cipher``."""
    storage = settings.storage.model_copy(update={"cipher": cipher})
    return settings.model_copy(update={"storage": storage})


async def test_a_desk_moves_to_other_ciphers_and_is_opened_under_them_alone(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "before.db"
    await copying.backup(settings, copy, with_key=True)
    assert await rekeying.rekey(settings, yes=True, cipher=Cipher.SM4) == 0
    said = capsys.readouterr().err
    assert "under sm4" in said and 'now set [storage] cipher = "sm4"' in said
    how = r'kept under sm4, and \[storage\] cipher is "aes": set it to "sm4", or move .* rekey --cipher aes'
    with pytest.raises(Failure, match=how):
        await finds(settings)
    [finding] = await checked(settings)
    assert "storage.cipher" in finding and 'set it to "sm4"' in finding
    now = under(settings, Cipher.SM4)
    assert await finds(now) == "林小满"
    assert await checked(now) == []
    assert await commands.verify(now, parser().parse_args(["verify"])) == 0

    # Without --cipher a new key leaves the ciphers as they are, whatever the configuration says.
    assert await rekeying.rekey(settings, yes=True) == 0
    assert await finds(now) == "林小满"

    # A copy from before is under the ciphers, and the key, of its time: said, and mended as it says.
    shutil.copy(key_file.old_beside(settings.storage.key_path)[-1], settings.storage.key_path)
    capsys.readouterr()
    assert await copying.restore(now, copy, force=True) == 0
    assert 'kept under aes, and [storage] cipher is "sm4"' in capsys.readouterr().err
    assert await finds(settings) == "林小满"
    assert await rekeying.rekey(now, yes=True, cipher=Cipher.SM4) == 0
    assert await finds(now) == "林小满"


async def test_a_machine_without_the_ciphers_is_told_before_anything_changes(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(cipher: Cipher) -> Suite:
        if cipher is Cipher.SM4:
            raise CipherMissing("the OpenSSL of this machine does not know the ciphers of sm4")
        return SUITES[cipher]

    monkeypatch.setattr(seal, "suite_of", missing)
    before = key_of(settings)
    with pytest.raises(Failure, match=r"--cipher: the OpenSSL .* nothing was changed"):
        await rekeying.rekey(settings, yes=True, cipher=Cipher.SM4)
    assert key_of(settings) == before and await finds(settings) == "林小满"
    with pytest.raises(Failure, match=r"\[storage\] cipher: the OpenSSL"):
        await finds(under(settings, Cipher.SM4))
