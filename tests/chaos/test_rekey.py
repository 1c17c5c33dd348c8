"""`kill -9` between every two steps of a change of the key: one of the two keys opens the whole desk, at any moment."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage.database import key_file
from storage.database.seal import Sealer, format_key
from storage.tables.renumbering import VEIL, opened_veil
from tests.chaos.test_commands import SEALED, Folder, filled
from tests.e2e.operations.conftest import empty_url
from tests.quick import some

__all__ = ["empty_url", "filled"]  # fixtures

OLD, NEW = (format_key(letter * 32) for letter in (b"o", b"n"))
BEFORE_COMMIT = [
    "rekey.begun", "rekey.written", "rekey.veiled", "rekey.batch:1", "rekey.batch:2", "rekey.batch:4", "rekey.resealed",
]  # fmt: skip
IN_PLACE = ["rekey.committed", "rekey.kept", "rekey.installed"]
#: Where what comes next differs: nothing written yet, half of it, all of it, the key in place or not.
TELLING = ["rekey.written", "rekey.batch:4", "rekey.committed"]
NEXT = [("export", point) for point in BEFORE_COMMIT + IN_PLACE] + [
    ("rekey", point) for point in (*TELLING, "rekey.kept")
]


@pytest.fixture
def desk(filled: Path, tmp_path: Path) -> Folder:
    """A desk of its own for each test."""
    for name in ("desk.db", SEALED):
        shutil.copy(filled / name, tmp_path / name)
    return Folder(tmp_path)


@pytest.mark.parametrize(("command", "point"), some(NEXT, every=4))
def test_a_change_of_the_key_that_is_killed_is_none_or_whole(
    desk: Folder, filled: Path, point: str, command: str
) -> None:
    path = desk.path / SEALED
    old, before = key_file.read(path), Folder(filled).exported()
    veil = _somebody(desk)
    desk.runs("rekey", "--yes", dies_at=point)
    new = key_file.read(key_file.new_beside(path))  # what was on the disk when it died
    assert (new is None) == (point in ("rekey.begun", "rekey.installed"))
    assert (key_file.read(path) == old) == (point != "rekey.installed")
    again = desk.runs("export") if command == "export" else desk.runs("rekey", "--yes")
    changed = point in IN_PLACE or command == "rekey"
    assert (key_file.read(path) != old) == changed
    assert (_somebody(desk) != veil) == changed, "a new key brings a new veil"
    if point in ("rekey.committed", "rekey.kept"):
        assert key_file.read(path) == new, "the one that the database was sealed with, not a third"
        assert command == "export" or "which is done now" in again.words
    if changed:
        assert old in [key_file.read(kept) for kept in key_file.old_beside(path)]
    assert desk.exported() == before
    assert "all sound" in desk.runs("verify").data
    assert "values sealed with the new key" in desk.runs("rekey", "--yes").words
    assert desk.exported() == before
    assert desk.left() == set()


def _somebody(desk: Folder) -> int:
    """One number of a person, as the desk's veil has it."""
    key = key_file.read(desk.path / SEALED)
    assert key is not None
    with closing(sqlite3.connect(desk.path / "desk.db")) as database:
        [[kept]] = database.execute("SELECT value FROM desk WHERE key = ?", (VEIL,))
    return opened_veil(Sealer(key), kept).ours(70_001)


@pytest.mark.parametrize("point", some(TELLING, every=3))
def test_a_change_of_the_environment_s_key_that_is_killed_is_none_or_whole(
    filled: Path, tmp_path: Path, point: str
) -> None:
    desk = _in_environment(filled, tmp_path)
    _killed_and_run_again(desk, point, {})


@pytest.mark.postgresql
@pytest.mark.parametrize("point", some(TELLING, every=3))
def test_on_postgresql_a_change_that_is_killed_is_none_or_whole(
    filled: Path, tmp_path: Path, empty_url: str, point: str
) -> None:
    desk = _in_environment(filled, tmp_path)
    desk.runs("move", "--to", empty_url, CROSSBEAT_KEY=OLD)
    _killed_and_run_again(desk, point, {"CROSSBEAT_STORAGE__URL": empty_url})


def _in_environment(filled: Path, folder: Path) -> Folder:
    """The same desk, its key no more in a file."""
    for name in ("desk.db", SEALED):
        shutil.copy(filled / name, folder / name)
    desk = Folder(folder)
    desk.runs("rekey", "--yes", CROSSBEAT_NEW_KEY=OLD)
    for path in folder.glob(f"{SEALED}*"):
        path.unlink()
    return desk


def _killed_and_run_again(desk: Folder, point: str, there: dict[str, str]) -> None:
    with_old, with_new = {**there, "CROSSBEAT_KEY": OLD}, {**there, "CROSSBEAT_KEY": NEW}
    before = desk.exported(**with_old)
    desk.runs("rekey", "--yes", dies_at=point, CROSSBEAT_NEW_KEY=NEW, **with_old)
    fits, other = (with_old, with_new) if point in BEFORE_COMMIT else (with_new, with_old)
    assert desk.exported(**fits) == before
    assert "another key" in desk.runs("export", code=1, **other).words
    again = desk.runs("rekey", "--yes", CROSSBEAT_NEW_KEY=NEW, **with_old).words
    assert ("was changed already" in again) == (point not in BEFORE_COMMIT)
    assert desk.exported(**with_new) == before
    assert "all sound" in desk.runs("verify", **with_new).data
