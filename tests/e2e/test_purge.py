"""`crossbeat purge` as an administrator types it, beside a running bot and without one."""

from __future__ import annotations

import os
import pty
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.e2e import cast, ledger_rows
from tests.e2e.cast import KS, WX
from tests.e2e.conftest import OpenDesk
from tests.e2e.desk import Asked, Desk
from tests.e2e.environment import environment
from tests.e2e.forks import AVAILABLE, Forked
from tests.e2e.process import crossbeat
from tests.once import once

GONE = "内容已按期删除"
ROWS = 120


def _take_in(folder: Path) -> None:
    (folder / "config.toml").write_text(
        cast.toml({"telegram": {"token": "1:x", "admins": [1001]}}), encoding="utf-8"
    )
    ledger_rows.write(folder / "rows.jsonl", ledger_rows.rows(ROWS))
    assert f"{ROWS} taken" in crossbeat("import", "rows.jsonl", cwd=folder).stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A desk's folder with a ledger taken in, all of it of 2025 and 2026."""
    shutil.copytree(once("ledger", _take_in), tmp_path, dirs_exist_ok=True)
    return tmp_path


def counts(said: str) -> dict[str, int]:
    return {name: int(count) for name, count in re.findall(r"^(\w+)\t(\d+)$", said, re.MULTILINE)}


def on_a_terminal(answer: str, *arguments: str, cwd: Path, anew: bool = False) -> tuple[int, str]:
    """Exit code and words of a command whose input and messages are a terminal, where this is typed. ``anew``: in a
    process that begins with nothing."""
    ours, theirs = pty.openpty()
    env = environment(TERM="xterm")
    process: Forked | subprocess.Popen[bytes]
    with open(theirs, "rb+", buffering=0) as terminal, open(os.devnull, "rb+", buffering=0) as nothing:
        if AVAILABLE and not anew:
            process = Forked(arguments, cwd=cwd, env=env, streams=(terminal, nothing, terminal))
        else:
            process = subprocess.Popen(
                [sys.executable, "-m", "bot", *arguments], cwd=cwd, env=env,
                stdin=terminal, stdout=nothing, stderr=terminal,
            )  # fmt: skip
    os.write(ours, answer.encode())
    said = b""
    while chunk := _read(ours):
        said += chunk
    os.close(ours)
    return process.wait(60), said.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # how Linux says that nobody has the other end open any more
        return b""


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, "--before"),
        (("--before",), 2, "--before"),
        (("--before", "long ago", "--yes"), 2, "2026-03-01"),
        (("--before", "2026-02-30", "--yes"), 2, "2026-03-01"),
        (("--before", "2026-03-01", "--all"), 2, "--all"),
        (("--before", "2099-01-01", "--yes"), 1, "would work"),
        (("--before", "2025-06-01"), 1, "--yes"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)  # fmt: skip
def test_what_is_asked_wrongly_deletes_nothing(
    folder: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    before = crossbeat("export", cwd=folder).stdout
    ended = crossbeat("purge", *arguments, cwd=folder)
    assert (ended.returncode, ended.stdout) == (code, "") and words in ended.stderr, ended
    assert code == 2 or len(ended.stderr.splitlines()) == 1
    assert crossbeat("export", cwd=folder).stdout == before


def test_the_example_of_a_refusal_works(folder: Path) -> None:
    refused = crossbeat("purge", "--before", "2099-01-01", "--dry-run", cwd=folder)
    example = re.search(r"--before (\d{4}-\d\d-\d\d) would work", refused.stderr)
    assert refused.returncode == 1 and example, refused.stderr
    assert crossbeat("purge", "--before", example[1], "--dry-run", cwd=folder).returncode == 0


def test_a_dry_run_counts_what_the_real_one_deletes(folder: Path) -> None:
    before = crossbeat("export", cwd=folder).stdout
    dry = crossbeat("purge", "--before", "2025-03-15", "--dry-run", cwd=folder)
    assert dry.returncode == 0 and dry.stderr == ""
    assert set(counts(dry.stdout)) == {"requests", "answers", "comments", "files", "match_keys"}
    assert crossbeat("export", cwd=folder).stdout == before
    done = crossbeat("purge", "--before", "2025-03-15", "--yes", cwd=folder)
    assert done.returncode == 0 and counts(done.stdout) == counts(dry.stdout), done
    gone = counts(dry.stdout)["requests"]
    assert 20 < gone < ROWS
    exported = crossbeat("export", cwd=folder)
    assert len(ledger_rows.read(exported.stdout)) == ROWS - gone
    assert f"另有 {gone} 行内容已按规定删除" in exported.stderr
    assert "all sound" in crossbeat("verify", cwd=folder).stdout
    again = crossbeat("purge", "--before", "2025-03-15", "--yes", cwd=folder)
    assert (again.returncode, again.stdout) == (0, "") and "nothing to purge" in again.stderr


def test_an_old_file_taken_in_again_brings_nothing_back(folder: Path) -> None:
    rows = ledger_rows.read((folder / "rows.jsonl").read_text("utf-8"))
    crossbeat("purge", "--before", "2026-06-30", "--yes", cwd=folder)
    kept = ledger_rows.read(crossbeat("export", cwd=folder).stdout)
    assert {row["state"] for row in kept.values()} == {"open"}, "the ledger's open rows never ended"
    for options in ((), ("--atomic",)):
        said = crossbeat("import", *options, "rows.jsonl", cwd=folder)
        assert said.returncode == 0 and "0 taken" in said.stderr and "0 rejected" in said.stderr
        assert f"{len(rows) - len(kept)} 行的内容已在本机删除，未再收入" in said.stderr
    assert ledger_rows.read(crossbeat("export", cwd=folder).stdout) == kept
    answered = next(row for row in rows.values() if row["state"] == "answered")
    query = ledger_rows.write(folder / "query.jsonl", [answered])
    assert answered["id"] not in crossbeat("match", str(query), cwd=folder).stdout.partition("matches")[2]


def test_an_old_file_brings_nothing_back_after_a_change_of_the_key_either(folder: Path) -> None:
    done = crossbeat("purge", "--before", "2025-03-15", "--yes", cwd=folder)
    assert crossbeat("rekey", "--yes", cwd=folder).returncode == 0
    assert "all sound" in crossbeat("verify", cwd=folder).stdout
    again = crossbeat("import", "--atomic", "rows.jsonl", cwd=folder)
    gone = counts(done.stdout)["requests"]
    assert again.returncode == 0 and "0 taken + 0 updated" in again.stderr, again.stderr
    assert f"{gone} 行的内容已在本机删除，未再收入" in again.stderr
    assert len(ledger_rows.read(crossbeat("export", cwd=folder).stdout)) == ROWS - gone


def test_on_a_terminal_it_asks_first(folder: Path) -> None:
    for answer in ("n\n", "\n", "\x04", "maybe\n"):
        code, said = on_a_terminal(answer, "purge", "--before", "2025-03-15", cwd=folder)
        assert code == 1 and "[y/N]" in said and "nothing was deleted" in said, said
    assert counts(crossbeat("purge", "--before", "2025-03-15", "--dry-run", cwd=folder).stdout)["requests"]
    code, said = on_a_terminal("y\n", "purge", "--before", "2025-03-15", cwd=folder, anew=True)
    assert code == 0 and "requests purged" in said, said
    assert "requests" in said.partition("[y/N]")[2].partition("purged")[0], "a bar shows how far it is"


def test_a_record_that_was_tampered_with_is_left_and_named(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "crossbeat.db")) as database, database:
        [name] = database.execute(
            "SELECT external_id FROM requests WHERE state = 'answered' LIMIT 1"
        ).fetchone()
        database.execute("UPDATE requests SET event_seq = 3 WHERE external_id = ?", (name,))
    ended = crossbeat("purge", "--before", "2026-06-30", "--yes", cwd=folder)
    assert ended.returncode == 1 and name in ended.stderr and "crossbeat verify" in ended.stderr
    assert crossbeat("verify", cwd=folder).returncode == 1
    assert name in ledger_rows.read(crossbeat("export", cwd=folder).stdout)


async def _closed(desk: Desk) -> Asked:
    asked = await desk.asks(desk.lin)
    await desk.answered(asked, "已核实，电话 13812345678")
    await desk.lin.says(f"/close {asked.number}")
    await desk.bot_said(asked.number, "已办结", chat=WX)
    return asked


async def test_a_running_desk_is_purged_backed_up_restored_and_moved(
    open_desk: OpenDesk, tmp_path: Path
) -> None:
    desk = await open_desk()
    asked = await _closed(desk)
    post = asked.post
    await desk.advance(days=40)
    later = await desk.asks(desk.zhou)

    def runs(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        config = ("--config", str(desk.running.config))
        ended = crossbeat(*arguments, *config, cwd=desk.running.folder, **env)
        assert ended.returncode == 0, ended
        return ended

    done = runs("purge", "--before", "2026-12-05", "--yes")
    assert counts(done.stdout)["requests"] == counts(done.stdout)["answers"] == 1
    await desk.lin.says(f"/show {asked.number}")
    await desk.bot_said(asked.number, GONE, chat=WX)
    await desk.lin.says(f"/reopen {asked.number} 地址不符")
    await desk.bot_said(asked.number, "不能再办理", chat=WX)
    await desk.zhou.says(f"/reuse {later.number} {asked.number}")
    await desk.bot_said("不能用于", later.number, chat=WX)
    await desk.gu.replies(asked.asked_card, "再问一句")
    await desk.bot_said(asked.number, "不能再办理", chat=KS)
    await desk.lin.edits(post, post.text.replace("事由", "备注"))
    await desk.bot_said(asked.number, "不能再办理", chat=WX)
    assert "all sound" in runs("verify").stdout
    assert set(ledger_rows.read(runs("export").stdout)) == {later.number}
    runs("backup", "copy.db")
    await desk.stop()
    runs("restore", "copy.db", "--force")
    assert "all sound" in runs("verify").stdout
    there = {"CROSSBEAT_STORAGE__URL": f"sqlite+aiosqlite:///{desk.running.folder / 'there.db'}"}
    runs("move", "--to", there["CROSSBEAT_STORAGE__URL"])
    assert "all sound" in runs("verify", **there).stdout
    await desk.start(**there)
    await desk.lin.says(f"/show {asked.number}")
    await desk.bot_said("卡片在这里", GONE, chat=WX)
    await desk.answered(later)
    desk.running.expect("message is not modified")


async def test_the_desk_purges_by_itself_when_it_is_told_to(open_desk: OpenDesk) -> None:
    sections: dict[str, Any] = {"retention": {"purge_after": "31d"}}
    desk = await open_desk(**sections)
    asked = await _closed(desk)
    await desk.advance(days=32)
    await desk.restart()  # the first tick of a process comes at once
    await desk.at_rest()
    await desk.lin.says(f"/show {asked.number}")
    await desk.bot_said(asked.number, GONE, chat=WX)
