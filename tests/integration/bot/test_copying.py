"""Backup, restore and move as an administrator runs them."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from bot.commands import copying
from bot.runtime.alone import alone
from bot.runtime.failure import Failure
from bot.runtime.opening import opened
from bot.settings.model import Settings
from storage.tables.models import Unit


def desk(folder: Path) -> Settings:
    folder.mkdir(exist_ok=True)
    return Settings(
        storage={"url": f"sqlite+aiosqlite:///{folder / 'desk.db'}"},
        units=[{"code": "KS", "name": "昆山市公安局"}],
    )


async def units(settings: Settings) -> list[str]:
    async with opened(settings, sync=False) as found, found.store.read() as session:
        return list(await session.scalars(select(Unit.code)))


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    made = desk(tmp_path / "a")
    async with opened(made, make=True):
        pass
    return made


async def test_a_copy_with_its_key_brings_the_desk_back_on_another_machine(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy"
    assert await copying.backup(settings, copy, with_key=True) == 0
    assert "checked" in capsys.readouterr().err
    other = desk(tmp_path / "b")
    assert await copying.restore(other, copy, force=False) == 0
    assert await units(other) == ["KS"]
    assert other.storage.key_path.read_text() == settings.storage.key_path.read_text()


async def test_a_copy_without_its_key_says_so_and_cannot_be_restored_alone(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy"
    await copying.backup(settings, copy, with_key=False)
    assert "without the key" in capsys.readouterr().err
    with pytest.raises(Failure, match="no key file"):
        await copying.restore(desk(tmp_path / "b"), copy, force=False)


async def test_restoring_over_a_desk_needs_force(settings: Settings, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    await copying.backup(settings, copy, with_key=False)
    with pytest.raises(Failure, match="exists already; --force"):
        await copying.restore(settings, copy, force=False)
    assert await copying.restore(settings, copy, force=True) == 0
    assert await units(settings) == ["KS"]


async def test_nothing_is_restored_or_moved_under_a_running_bot(settings: Settings, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    await copying.backup(settings, copy, with_key=False)
    with alone(tmp_path / "a" / "desk.db"):
        with pytest.raises(Failure, match="another crossbeat runs"):
            await copying.restore(settings, copy, force=True)
        with pytest.raises(Failure, match="another crossbeat runs"):
            await copying.move(settings, f"sqlite:///{tmp_path / 'moved.db'}")


async def test_a_target_that_holds_something_is_said_in_words(settings: Settings, tmp_path: Path) -> None:
    target = f"sqlite:///{tmp_path / 'moved.db'}"
    assert await copying.move(settings, target) == 0
    with pytest.raises(Failure, match=r"^the target is not empty$"):
        await copying.move(settings, target)


@pytest.mark.postgresql
async def test_a_desk_moves_to_postgresql_and_back_with_equal_hashes(
    settings: Settings, postgresql_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await copying.move(settings, postgresql_url) == 0
    there = capsys.readouterr().out
    key = {"url": postgresql_url, "key_file": str(settings.storage.key_path)}
    assert await copying.move(Settings(storage=key), f"sqlite:///{tmp_path / 'back.db'}") == 0
    assert capsys.readouterr().out == there
    assert "units\t1\t" in there


async def test_an_address_that_is_none_is_refused(settings: Settings) -> None:
    with pytest.raises(Failure, match="--to"):
        await copying.move(settings, "mysql://x/y")


async def test_there_must_be_a_database_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="there is no database"):
        await copying.backup(desk(tmp_path / "none"), tmp_path / "copy", with_key=False)
    assert list((tmp_path / "none").iterdir()) == []
