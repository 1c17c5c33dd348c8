"""What was erased by order, and put under hold, after a backup was made: a restore brings neither back nor loses it."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest

from storage.database import key_file
from storage.database.engine import Store
from storage.database.seal import Sealer
from storage.tables import schema
from tests.e2e import ledger_rows
from tests.e2e.process import crossbeat

VALUE, ORDER = "320583199204080027", "（2026）苏05行初12号"
ROW: dict[str, Any] = {
    "id": "legacy-1", "type": "household", "from_unit": "无锡市公安局", "to_unit": "昆山市公安局",
    "subjects": [{"kind": "person", "name": "陈望舒", "ids": {"cn_id": VALUE}}], "reason": "电信诈骗案嫌疑人户籍核实",
    "asked_at": "2025-03-01T09:00:00+08:00", "answered_at": "2025-03-02T10:00:00+08:00", "answer": "户籍在昆山花桥",
    "outcome": "found", "state": "answered",
}  # fmt: skip
UNITS = '[[units]]\ncode = "KS"\nname = "昆山市公安局"\n[[units]]\ncode = "WX"\nname = "无锡市公安局"\n'


class Desk:
    """A desk of two ledger rows, one of them about somebody, as an administrator types at it."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        text = f'[storage]\nurl = "{url}"\nkey_file = "{folder / "key"}"\n{UNITS}'
        (folder / "config.toml").write_text(text, encoding="utf-8")
        other = ROW | {
            "id": "legacy-2",
            "subjects": [{"kind": "person", "name": "王五", "ids": {"phone": "13812345678"}}],
        }
        ledger_rows.write(folder / "rows.jsonl", [ROW, other])
        self.runs("migrate")
        assert "2 taken" in self.runs("import", "rows.jsonl")

    def runs(self, *arguments: str, code: int = 0) -> str:
        """All that a command says."""
        ended = crossbeat(*arguments, cwd=self.folder)
        assert ended.returncode == code, ended
        return ended.stdout + ended.stderr

    def erases(self) -> None:
        assert "legacy-1\terased" in self.runs("subject", VALUE, "--erase", "--order", ORDER, "--yes")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    if request.param == "sqlite":
        return Desk(tmp_path, f"sqlite+aiosqlite:///{tmp_path / 'desk.db'}")
    return Desk(tmp_path, request.getfixturevalue("postgresql_url"))


def test_what_was_erased_is_erased_again_in_a_backup_from_before(desk: Desk) -> None:
    desk.runs("backup", "before.db")
    desk.erases()
    said = desk.runs("restore", "before.db", "--force")
    assert "1 requests that were erased by order since the backup were erased again" in said
    assert "holds nothing" in desk.runs("subject", VALUE)
    assert "request\t1" in desk.runs("subject", "13812345678"), "and nothing else is"
    assert "all sound" in desk.runs("verify")
    desk.runs("restore", "before.db", "--force")
    assert "holds nothing" in desk.runs("subject", VALUE), "the restored one knows it too"


def test_after_a_new_key_the_old_backup_is_erased_again_all_the_same(desk: Desk) -> None:
    """It opens with the key of its time; what was erased since lies under the new one."""
    desk.runs("backup", "before.db")
    shutil.copy(desk.folder / "key", desk.folder / "then")
    desk.erases()
    desk.runs("rekey", "--yes")
    (desk.folder / "key").rename(desk.folder / "key.present")  # beside, so that it is found
    shutil.copy(desk.folder / "then", desk.folder / "key")
    said = desk.runs("restore", "before.db", "--force")
    assert "erased again" in said, said
    assert "holds nothing" in desk.runs("subject", VALUE)


def test_a_newer_backup_tells_it_where_the_database_is_lost(desk: Desk, tmp_path: Path) -> None:
    desk.runs("backup", "before.db")
    desk.erases()
    desk.runs("backup", "after.db")
    there = Desk(_folder(tmp_path / "there"), f"sqlite+aiosqlite:///{tmp_path / 'there' / 'desk.db'}")
    shutil.copy(desk.folder / "key", there.folder / "key")
    (there.folder / "desk.db").unlink()
    for name in ("before.db", "after.db"):
        shutil.copy(desk.folder / name, there.folder / name)
    assert "erased again" in there.runs("restore", "before.db", "--erased-in", "after.db")
    assert "holds nothing" in there.runs("subject", VALUE)
    assert "all sound" in there.runs("verify")


def test_a_file_that_is_no_backup_is_refused_and_nothing_is_restored(desk: Desk) -> None:
    desk.runs("backup", "before.db")
    desk.erases()
    for name in ("rows.jsonl", "nowhere.db"):
        assert f"{name}: " in desk.runs("restore", "before.db", "--force", "--erased-in", name, code=1)
    assert "holds nothing" in desk.runs("subject", VALUE)


@pytest.mark.parametrize("revision", schema.revisions()[schema.revisions().index("0016") : -1])
def test_nothing_is_restored_over_a_desk_of_an_older_version_that_knows_of_erasures(
    tmp_path: Path, revision: str
) -> None:
    desk = Desk(tmp_path, f"sqlite+aiosqlite:///{tmp_path / 'desk.db'}")
    desk.runs("backup", "before.db")
    desk.erases()
    asyncio.run(_go_down(tmp_path, revision))
    said = desk.runs("restore", "before.db", "--force", code=1)
    assert "nothing was restored. First run: crossbeat migrate" in said
    desk.runs("migrate")
    assert "erased again" in desk.runs("restore", "before.db", "--force")
    assert "holds nothing" in desk.runs("subject", VALUE)


async def _go_down(folder: Path, revision: str) -> None:
    key = key_file.read(folder / "key")
    assert key is not None
    store = Store.open(f"sqlite:///{folder / 'desk.db'}", sealer=Sealer(key))
    await schema.downgrade(store, revision)
    await store.close()


def _folder(path: Path) -> Path:
    path.mkdir()
    return path
