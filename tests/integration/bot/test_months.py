"""The keys of months from the command line: made once, never anew beside a database that has some; copied with a
backup; listed, destroyed and changed; taken along by a change of the desk's key."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.commands import copying, months_cli, rekeying
from bot.commands.cli import parser
from bot.commands.commands import COMMANDS
from bot.runtime.failure import Failure
from bot.runtime.opening import open_store, opened
from bot.settings.model import Settings
from storage.copies import months as rows
from storage.database import key_file
from storage.database import months as files
from storage.database.months import Keyring, keyring_of
from storage.database.seal import month_name, month_of
from storage.queries import replicas
from storage.tables.models import Misread
from storage.tables.words import MisreadKind
from tests.integration.bot.keyed import checked, finds, furnish, in_environment, key_of, no_keys
from workflow.keeping import months

__all__ = ["in_environment", "no_keys"]  # fixtures

SECRET = "陈望舒之问"


@pytest.fixture
async def settings(no_keys: None, tmp_path: Path) -> Settings:
    made = Settings(
        storage={"url": f"sqlite+aiosqlite:///{tmp_path / 'desk.db'}", "months": "crossbeat.months"},
        units=[{"code": "KS", "name": "昆山市公安局"}],
    )
    await furnish(made)
    await writes(made)
    await settled(made)
    return made


async def writes(settings: Settings) -> None:
    """Something of a person's own words, in a table that belongs to a month."""
    async with opened(settings, sync=False) as desk, desk.work().write() as tx:
        sealed = tx.sealer.seal("misread", {"word": SECRET, "read": "", "made": ""})
        tx.session.add(Misread(kind=next(iter(MisreadKind)), at=tx.now, sealed=sealed))


async def settled(settings: Settings) -> None:
    async with opened(settings, sync=False) as desk:
        while await months.step(desk.work()) is months.Stage.MOVED:
            pass


async def reads(settings: Settings) -> list[str]:
    async with opened(settings, sync=False) as desk, desk.work().read() as tx:
        found = await tx.session.stream_scalars(Misread.__table__.select().with_only_columns(Misread.sealed))
        return [tx.sealer.unseal("misread", sealed)["word"] async for sealed in found]


def path_of(settings: Settings) -> Path:
    path = settings.storage.months_path
    assert path is not None
    return path


async def names(settings: Settings) -> list[str]:
    async with opened(settings, sync=False) as desk:
        found = keyring_of(desk.store.sealer)
        assert found is not None
        return [month_name(month) for month in found.months]


def but(settings: Settings, **storage: str) -> Settings:
    """The same desk, with other words in ``[storage]``."""
    return settings.model_copy(update={"storage": settings.storage.model_copy(update=storage)})


def aged(settings: Settings, days: int = 62) -> tuple[Settings, str]:
    """The desk so many days later; which month it was."""
    clock = path_of(settings).with_name("clock")
    clock.write_text(str(timedelta(days=days).total_seconds()))
    moved = settings.sandbox.model_copy(update={"clock": str(clock)})
    return settings.model_copy(update={"sandbox": moved}), f"{datetime.now(UTC):%Y-%m}"


async def command(settings: Settings, *words: str) -> int:
    args = parser().parse_args(list(words))
    return await COMMANDS[args.command](settings, args)


async def test_they_lie_beside_the_desk_s_key_made_at_the_first_start(settings: Settings) -> None:
    path = path_of(settings)
    assert path.parent == settings.storage.key_path.parent
    assert path.stat().st_mode & 0o777 == 0o600
    assert await reads(settings) == [SECRET]
    assert await checked(settings) == []


async def test_a_desk_that_names_none_has_none(no_keys: None, tmp_path: Path) -> None:
    made = Settings(storage={"url": f"sqlite+aiosqlite:///{tmp_path / 'desk.db'}"})
    await furnish(made)
    await writes(made)
    async with opened(made, sync=False) as desk, desk.work().read() as tx:
        assert keyring_of(tx.sealer) is None
        assert {month_of(beginning) for beginning in await rows.lying_under(tx.session)} == {None}
    with pytest.raises(Failure, match="keeps no keys of months"):
        await command(made, "months")
    with pytest.raises(Failure, match="keeps no keys of months"):
        await command(made, "rekey", "--online", "--yes")


@pytest.mark.parametrize("how", ["gone", "unnamed", "another", "damaged"])
async def test_without_them_the_desk_does_not_start_and_makes_no_new_ones(
    settings: Settings, how: str, tmp_path: Path
) -> None:
    path = path_of(settings)
    content = path.read_bytes()
    if how == "gone":
        path.unlink()
    elif how == "unnamed":
        settings = but(settings, months="")
    elif how == "another":
        store = await open_store(settings, create_key=False)
        path.unlink()
        files.create(files.made(path, store.sealer.with_months(None)), like=path)
        await store.close()
    else:
        path.write_bytes(content[:-200])
    before = sorted(one.name for one in path.parent.iterdir())
    said = {
        "gone": r"their file is not there: .*put it back at .*crossbeat\.months\. No new one is made",
        "unnamed": r"name it in \[storage\] months",
        "another": "of another desk, or of another time",
        "damaged": "is damaged",
    }[how]
    for _ in range(2):
        with pytest.raises(Failure, match=said):
            await reads(settings)
    [line] = await checked(settings)
    assert line.startswith("error: storage.months: ")
    left = sorted(
        one.name for one in path.parent.iterdir() if "-wal" not in one.name and "-shm" not in one.name
    )
    assert left == [one for one in before if "-wal" not in one and "-shm" not in one]
    if how in ("gone", "damaged"):
        path.write_bytes(content)
        path.chmod(0o600)
    if how == "unnamed":
        settings = but(settings, months="crossbeat.months")
    if how != "another":
        assert await reads(settings) == [SECRET]


async def test_check_says_when_they_run_out_and_who_can_read_them(settings: Settings) -> None:
    path_of(settings).chmod(0o644)
    settings, _ = aged(settings, days=31 * 15)
    lines = await checked(settings)
    assert [line.split(": ")[1] for line in lines] == ["storage.months", "storage.months"]
    assert any("run crossbeat months extend" in line for line in lines)
    assert any("can be read by others" in line for line in lines)
    path_of(settings).chmod(0o600)
    assert await command(settings, "months", "extend") == 0
    assert await checked(settings) == []


async def test_check_of_a_desk_that_is_to_have_them(settings: Settings, tmp_path: Path) -> None:
    key = str(tmp_path / "other.key")
    bare = Settings(storage={"url": f"sqlite+aiosqlite:///{tmp_path / 'other.db'}", "key_file": key})
    await furnish(bare)
    other = but(bare, months=str(tmp_path / "apart" / "other.months"))
    [line] = await checked(other)
    assert "the next start makes" in line and "back it up apart" in line
    assert not path_of(other).exists(), "check changes nothing"
    assert await finds(other) == "林小满"
    assert path_of(other).exists()


async def test_a_backup_has_them_only_with_the_key_and_comes_back_with_them(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare, whole = tmp_path / "bare.db", tmp_path / "whole.db"
    await copying.backup(settings, bare, with_key=False)
    assert "the keys of months elsewhere" in capsys.readouterr().err
    assert not (tmp_path / "bare.db.months").exists()
    await copying.backup(settings, whole, with_key=True)
    assert "so do the keys of months" in capsys.readouterr().err
    assert (tmp_path / "whole.db.months").stat().st_mode & 0o777 == 0o600
    path_of(settings).unlink()
    settings.storage.key_path.unlink()
    with pytest.raises(Failure):
        await copying.restore(settings, bare, force=True)
    assert await copying.restore(settings, whole, force=True) == 0
    assert await reads(settings) == [SECRET]


async def test_a_backup_without_its_keys_of_months_is_not_restored(
    settings: Settings, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    await copying.backup(settings, copy, with_key=False)
    path_of(settings).rename(tmp_path / "elsewhere")
    with pytest.raises(Failure, match=r"cannot be restored: .*their file is not there"):
        await copying.restore(settings, copy, force=True)
    (tmp_path / "elsewhere").rename(path_of(settings))
    assert await copying.restore(settings, copy, force=True) == 0
    assert await reads(settings) == [SECRET]


async def test_a_month_is_listed_and_destroyed_and_a_backup_from_before_does_not_have_it(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy.db"
    await copying.backup(settings, copy, with_key=False)
    settings, then = aged(settings)
    capsys.readouterr()
    assert await command(settings, "months") == 0
    listed = capsys.readouterr().out.splitlines()
    assert f"{then}\t1\tkey" in listed
    with pytest.raises(Failure, match="add --yes"):
        await command(settings, "months", "retire", then)
    assert await command(settings, "months", "retire", then, "--yes") == 0
    told = capsys.readouterr().err
    assert "1 values sealed anew" in told and "make a backup now" in told
    assert then not in await names(settings)
    assert await reads(settings) == [SECRET]
    with pytest.raises(Failure, match=f"no key of {then}"):
        await command(settings, "months", "retire", then, "--yes")
    assert await copying.restore(settings, copy, force=True) == 0
    told = capsys.readouterr().err
    assert f"the keys of {then} were destroyed since the backup" in told
    assert await reads(settings) == []
    assert await checked(settings) == []


async def test_a_restore_with_an_older_copy_of_them_takes_nothing_away(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(months, "SETTLE", timedelta())
    shutil.copy(path_of(settings), tmp_path / "older")
    assert await command(settings, "rekey", "--online", "--yes") == 0
    newer = path_of(settings).read_bytes()
    copy = tmp_path / "copy.db"
    await copying.backup(settings, copy, with_key=False)
    shutil.copy(tmp_path / "older", path_of(settings))
    with pytest.raises(Failure, match=r"nothing was restored: .* is an older copy"):
        await copying.restore(settings, copy, force=True)
    path_of(settings).write_bytes(newer)
    assert await copying.restore(settings, copy, force=True) == 0
    assert await reads(settings) == [SECRET]


async def test_new_keys_for_everything_without_the_desk_s(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(months, "SETTLE", timedelta())
    key, before = key_of(settings), await names(settings)
    assert await command(settings, "rekey", "--online", "--yes") == 0
    told = capsys.readouterr().err
    assert "the desk's key stays as it was" in told and "crossbeat rekey" in told
    assert key_of(settings) == key
    assert await names(settings) == [f"{name}.1" for name in before]
    assert await reads(settings) == [SECRET]
    with pytest.raises(Failure, match="leave --online away"):
        await command(settings, "rekey", "--online", "--yes", "--cipher", "sm4")


async def test_a_new_key_of_the_desk_brings_new_ones_and_keeps_the_old_beside(
    settings: Settings, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    await copying.backup(settings, copy, with_key=False)
    before = path_of(settings).read_bytes()
    assert await rekeying.rekey(settings, yes=True) == 0
    assert path_of(settings).read_bytes() != before
    [old] = files.old_beside(path_of(settings))
    assert old.read_bytes() == before
    assert await reads(settings) == [SECRET]
    assert await checked(settings) == []
    # A copy from before comes back with the key and the keys of months of its time.
    [old_key] = key_file.old_beside(settings.storage.key_path)
    settings.storage.key_path.rename(tmp_path / "desk.key.present")
    path_of(settings).rename(tmp_path / "present.months")
    old_key.rename(settings.storage.key_path)
    old.rename(path_of(settings))
    assert await copying.restore(settings, copy, force=True) == 0
    assert await reads(settings) == [SECRET]


@pytest.mark.parametrize("lost", ["both", "months"])
async def test_a_change_that_is_cut_short_is_brought_to_its_end(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(files, "install", lambda _path: None)
        if lost == "both":
            patched.setattr(key_file, "install", lambda _path: None)
            patched.setattr(rekeying, "_tell", lambda _new: None)
        await rekeying.rekey(settings, yes=True)
    assert files.new_beside(path_of(settings)).exists()
    assert await reads(settings) == [SECRET]
    assert not files.new_beside(path_of(settings)).exists()
    assert await checked(settings) == []


async def test_the_key_in_the_environment(in_environment: Settings, tmp_path: Path) -> None:
    desk = but(in_environment, months=str(tmp_path / "apart.months"))
    await writes(desk)
    await settled(desk)
    assert await reads(desk) == [SECRET]
    path_of(desk).unlink()
    with pytest.raises(Failure, match="No new one is made"):
        await reads(desk)


@pytest.mark.postgresql
async def test_a_replica_with_a_copy_of_the_file_stops_new_keys(
    no_keys: None, postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Settings(
        storage={"url": postgresql_url, "key_file": str(tmp_path / "desk.key"), "months": "desk.months"}
    )
    await furnish(made)
    await writes(made)
    await settled(made)
    monkeypatch.setattr(months, "SETTLE", timedelta())
    monkeypatch.setattr(months_cli, "LEASE", timedelta(seconds=0.1))
    shutil.copy(path_of(made), tmp_path / "copy.months")
    async with opened(made, sync=False) as desk:
        ours = keyring_of(desk.store.sealer)
        assert ours is not None
        copy = Keyring(
            tmp_path / "copy.months",
            files.read(tmp_path / "copy.months", desk.store.sealer),
            desk.store.sealer,
        )

        async def present(keyring: Keyring) -> None:
            async with desk.store.write() as session:
                ttl = timedelta(minutes=10)
                await replicas.enter(session, "other:1", now=datetime.now(UTC), ttl=ttl, sees=keyring.seen())

        await present(copy)
        before = await names(made)
        with pytest.raises(Failure, match=r"other:1 work with another copy of .*nothing was changed"):
            await command(made, "rekey", "--online", "--yes")
        assert await names(made) == before
        monkeypatch.setattr(Keyring, "touch", lambda _self: None)
        await present(ours)
        assert await command(made, "rekey", "--online", "--yes") == 0
    assert await names(made) == [f"{name}.1" for name in before]
    assert await reads(made) == [SECRET]


@pytest.mark.parametrize(
    "words", [("months", "retire"), ("months", "list", "2026-03"), ("months", "extend", "2026-03")]
)
async def test_a_month_is_named_to_retire_it_alone(settings: Settings, words: tuple[str, ...]) -> None:
    with pytest.raises(Failure, match="crossbeat months retire 2026-03"):
        await command(settings, *words)


@pytest.mark.parametrize("name", ["2026-13", "March", "2026"])
def test_what_is_no_month_is_refused(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["months", "retire", name])
    assert "is no month: write it as 2026-03" in capsys.readouterr().err


def test_a_bare_name_lies_beside_the_key_and_a_path_where_it_says(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'desk.db'}"
    assert Settings(storage={"url": url}).storage.months_path is None
    assert Settings(storage={"url": url, "months": "m"}).storage.months_path == tmp_path / "m"
    apart = {"url": url, "months": "m", "key_file": os.fspath(tmp_path / "keys" / "k")}
    assert Settings(storage=apart).storage.months_path == tmp_path / "keys" / "m"
    assert Settings(storage={"url": url, "months": "/run/m"}).storage.months_path == Path("/run/m")
