"""`kill -9` between every two steps in which a month is destroyed: nothing of the desk is lost, the key goes in the
end, and no file that was left has it."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from storage.database import months
from storage.database.seal import Sealer, load_key, month_name
from tests.chaos.test_commands import SEALED, Folder, filled

__all__ = ["filled"]  # a fixture

FILE, CLOCK = "crossbeat.months", "clock"
ENV = {"CROSSBEAT_STORAGE__MONTHS": FILE}
POINTS = [
    "months.batch:1", "months.batch:3", "months.moved:2", "months.written", "months.replaced", "months.destroyed",
    "months.noted",
]  # fmt: skip


@pytest.fixture
def desk(filled: Path, tmp_path: Path) -> Folder:
    """A desk that was put under months, two months later."""
    for name in ("desk.db", SEALED):
        shutil.copy(filled / name, tmp_path / name)
    folder = Folder(tmp_path)
    # Moves what is there under this month, as the bot does it, and then will not destroy that.
    folder.runs("months", **ENV)
    said = folder.runs("months", "retire", keys(folder)[0], "--yes", code=1, **ENV)
    assert "values sealed anew" in said.words and "is not over" in said.words
    (tmp_path / CLOCK).write_text(str(timedelta(days=62).total_seconds()))
    return folder


def keys(desk: Folder) -> list[str]:
    sealer = Sealer(load_key(desk.path / SEALED, env=None, create=False))
    return [month_name(month) for month in months.read(desk.path / FILE, sealer).keys]


@pytest.mark.parametrize("point", POINTS)
def test_a_month_that_is_destroyed_in_the_middle_of_a_kill_is_destroyed_whole(
    desk: Folder, filled: Path, point: str
) -> None:
    then = keys(desk)[0]
    later = ENV | {"CROSSBEAT_SANDBOX__CLOCK": str(desk.path / CLOCK)}
    before = Folder(filled).exported()
    desk.runs("months", "retire", then, "--yes", dies_at=point, **later)
    assert desk.exported(**later) == before
    desk.runs("months", "retire", then, "--yes", **later)
    assert then not in keys(desk)
    assert desk.exported(**later) == before
    assert "all sound" in desk.runs("verify", **later).data
    assert then not in desk.runs("months", **later).data
    for left in desk.path.iterdir():
        assert FILE not in left.name or f"{then} ".encode() not in left.read_bytes(), left


def test_new_keys_that_are_cut_short_come_to_their_end_with_the_next_call(desk: Folder, filled: Path) -> None:
    desk.runs("rekey", "--online", "--yes", dies_at="months.renewed", **ENV)
    assert desk.exported(**ENV) == Folder(filled).exported()
    assert "all sound" in desk.runs("verify", **ENV).data
