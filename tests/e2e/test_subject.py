"""An order about a person, from the hold that keeps the evidence to the backup that must not bring it back."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.e2e.cast import WX
from tests.e2e.conftest import OpenDesk
from tests.e2e.process import crossbeat
from tests.e2e.test_purge import _closed

VALUE, ORDER = "320583199204080027", "（2026）苏05行初12号"


async def test_an_order_is_kept_from_what_is_held_and_reaches_the_backups(open_desk: OpenDesk) -> None:
    desk = await open_desk()
    asked = await _closed(desk)
    folder, value = desk.running.folder, asked.subject.id

    def runs(*arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        ended = crossbeat(*arguments, "--config", str(desk.running.config), cwd=folder)
        assert ended.returncode == code, ended
        return ended

    runs("backup", "before.db")
    await desk.shen.in_private().starts()
    await desk.gu.in_private().starts()
    await desk.shen.in_private().says(f"/hold {asked.number} 督察核查中")
    await desk.bot_said(asked.number, "已保全", chat="沈听澜")
    await desk.gu.in_private().says(f"/hold {asked.number} 督察核查中")
    await desk.bot_said("保全与解除由", chat="顾一苇")
    await desk.advance(days=200)
    found = runs("subject", value, "--export", "all.jsonl", "--order", ORDER)
    assert "request\t1" in found.stdout and "answer\t1" in found.stdout
    rows = [json.loads(line) for line in (folder / "all.jsonl").read_text(encoding="utf-8").splitlines()]
    assert rows[0]["number"] == asked.number and rows[0]["sure"] is True
    assert (folder / "all.jsonl").stat().st_mode & 0o077 == 0
    assert "under legal hold" in runs("subject", value, "--erase", "--order", ORDER, "--yes", code=3).stdout
    assert "nothing to purge" in runs("purge", "--before", "2027-01-05", "--yes").stderr
    await desk.shen.in_private().says(f"/release_hold {asked.number}")
    await desk.bot_said(asked.number, "已解除", chat="沈听澜")
    assert f"{asked.number}\terased" in runs("subject", value, "--erase", "--order", ORDER, "--yes").stdout
    assert "holds nothing" in runs("subject", value).stderr
    await desk.lin.says(f"/show {asked.number}")
    await desk.bot_said(asked.number, "内容已按期删除", chat=WX)
    assert "all sound" in runs("verify").stdout
    await desk.stop()
    again = runs("restore", "before.db", "--force")
    assert "1 requests that were erased by order since the backup were erased again" in again.stderr
    assert "holds nothing" in runs("subject", value).stderr
    assert "all sound" in runs("verify").stdout
    await desk.start()
    await desk.lin.says(f"/show {asked.number}")
    await desk.bot_said("卡片在这里", "内容已按期删除", chat=WX)
    desk.running.expect("message is not modified")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("subject",), 2, "VALUE"),
        (("subject", "张"), 1, "names nobody"),
        (("subject", VALUE, "--erase"), 1, "--order"),
        (("subject", VALUE, "--hold", "why"), 1, "--order"),
        (("subject", VALUE, "--hold", " ", "--order", ORDER), 1, "says why"),
        (("subject", VALUE, "--hold", "why", "--erase", "--order", ORDER), 2, "not allowed with"),
        (("subject", "陈望舒", "--erase", "--order", ORDER), 1, "give a number"),
        (("subject", VALUE, "--export", "nowhere/all.jsonl"), 1, "no directory"),
    ],
)
def test_what_is_wrong_is_one_clear_line(
    arguments: tuple[str, ...], code: int, words: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("desk")
    (folder / "config.toml").write_text('[[units]]\ncode = "KS"\nname = "昆山市公安局"\n', encoding="utf-8")
    assert crossbeat("migrate", cwd=folder).returncode == 0
    ended = crossbeat(*arguments, cwd=folder)
    assert ended.returncode == code and words in ended.stderr, ended
    assert "Traceback" not in ended.stderr
