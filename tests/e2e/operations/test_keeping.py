"""Backup, restore and move as an administrator does them, by the command line."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path

import httpx
import pytest

from tests.e2e.cast import KS, WX
from tests.e2e.desk import Desk
from tests.e2e.process import Said, said
from tests.patience import ENOUGH


class Admin:
    """Who types commands in the desk's folder."""

    def __init__(self, desk: Desk) -> None:
        self.folder, self.config = desk.running.folder, desk.running.config

    def runs(self, *arguments: str, code: int = 0, **env: str) -> Said:
        return said(*arguments, "--config", str(self.config), cwd=self.folder, code=code, **env)

    def ledger(self, **env: str) -> str:
        return self.runs("export", **env).data


async def test_a_backup_of_a_running_desk_is_restored_after_a_disaster(desk: Desk) -> None:
    admin = Admin(desk)
    asked = await desk.asks(desk.lin)
    words = admin.runs("backup", "copy.db").words
    assert "checked" in words
    assert "without the key" in words
    async with httpx.AsyncClient(timeout=ENOUGH) as http:
        metrics = (await http.get(f"{desk.running.process.web}/metrics")).text
    assert re.search(r"^crossbeat_backup_age_seconds \d", metrics, re.MULTILINE)
    ledger = admin.ledger()
    later = await desk.asks(desk.lin)
    assert "stop it first" in admin.runs("restore", "copy.db", "--force", code=1).words
    assert await desk.stop() == 0
    assert "--force" in admin.runs("restore", "copy.db", code=1).words
    admin.runs("restore", "copy.db", "--force")
    assert admin.ledger() == ledger
    assert "all sound" in admin.runs("verify").data
    assert (admin.folder / "desk.db.before-restore").exists(), "what was there is kept"
    await desk.start()
    await desk.accepted(asked)
    assert later.number not in admin.ledger()


async def test_a_backup_with_its_key_is_enough_for_a_new_machine(desk: Desk, tmp_path: Path) -> None:
    admin = Admin(desk)
    await desk.asks(desk.lin)
    assert "keep them apart" in admin.runs("backup", "copy.db", "--with-key").words
    assert await desk.stop() == 0
    ledger = admin.ledger()
    for path in (admin.folder / "desk.db", admin.folder / "crossbeat.key"):
        path.unlink()
    shutil.move(admin.folder / "copy.db", admin.folder / "elsewhere.db")
    assert "no key" in admin.runs("restore", "elsewhere.db", code=1).words
    shutil.move(admin.folder / "elsewhere.db", admin.folder / "copy.db")
    assert "the key was restored" in admin.runs("restore", "copy.db").words
    assert admin.ledger() == ledger


async def test_a_damaged_backup_is_refused_and_nothing_changes(desk: Desk) -> None:
    admin = Admin(desk)
    await desk.asks(desk.lin)
    admin.runs("backup", "copy.db")
    copy = admin.folder / "copy.db"
    content = bytearray(copy.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 4096] = bytes(4096)
    copy.write_bytes(content)
    assert await desk.stop() == 0
    before = hashlib.sha256((admin.folder / "desk.db").read_bytes()).hexdigest()
    assert "cannot be restored" in admin.runs("restore", "copy.db", "--force", code=1).words
    assert hashlib.sha256((admin.folder / "desk.db").read_bytes()).hexdigest() == before


@pytest.mark.postgresql
async def test_a_desk_moves_to_postgresql_works_there_and_moves_back(desk: Desk, empty_url: str) -> None:
    admin = Admin(desk)
    asked = await desk.asks(desk.lin)
    assert "stop it first" in admin.runs("move", "--to", empty_url, code=1).words
    assert await desk.stop() == 0
    there = _hashes(admin.runs("move", "--to", empty_url).data)
    assert "not empty" in admin.runs("move", "--to", empty_url, code=1).words
    await desk.start(CROSSBEAT_STORAGE__URL=empty_url, **_key(admin))
    await desk.accepted(asked)
    again = await desk.asks(desk.zhou)
    assert await desk.stop() == 0
    env = {"CROSSBEAT_STORAGE__URL": empty_url} | _key(admin)
    ledger = admin.ledger(**env)
    back = f"sqlite+aiosqlite:///{admin.folder / 'back.db'}"
    gone = _hashes(admin.runs("move", "--to", back, **env).data)
    home = f"sqlite+aiosqlite:///{admin.folder / 'home.db'}"
    assert _hashes(admin.runs("move", "--to", home, CROSSBEAT_STORAGE__URL=back).data) == gone
    assert gone.keys() == there.keys()
    assert gone["units"] == there["units"]
    assert admin.ledger(CROSSBEAT_STORAGE__URL=back) == ledger
    assert "all sound" in admin.runs("verify", CROSSBEAT_STORAGE__URL=back).data
    await desk.start(CROSSBEAT_STORAGE__URL=back)
    await desk.answered(again)
    await desk.card_shows(again.number, KS, "已反馈")
    assert len([told for told in await desk.bot_messages(WX, again.number, "→") if "/r_" in told.text]) == 1


def _key(admin: Admin) -> dict[str, str]:
    return {"CROSSBEAT_STORAGE__KEY_FILE": str(admin.folder / "crossbeat.key")}


def _hashes(data: str) -> dict[str, tuple[str, str]]:
    """table -> (rows, hash)"""
    return {
        name: (rows, hash_) for name, rows, hash_ in re.findall(r"^(\w+)\t(\d+)\t(\w+)$", data, re.MULTILINE)
    }
