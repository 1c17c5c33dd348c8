"""Commands in the environments that people really have: none at all, another language, another terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e import cast, ledger_rows
from tests.e2e.environment import ROOT, environment
from tests.patience import ENOUGH

BARE = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
ENVIRONMENTS: dict[str, dict[str, str]] = {
    "nothing but a path": {},
    "no language, and Python told not to help": {
        "LC_ALL": "C",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONUTF8": "0",
    },
    "a terminal of another encoding, unbuffered": {
        "LANG": "C.UTF-8",
        "PYTHONIOENCODING": "gbk",
        "PYTHONUNBUFFERED": "1",
        "TERM": "dumb",
    },
    "no home, narrow, coloured and ASCII only": {
        "HOME": "/nonexistent",
        "COLUMNS": "20",
        "FORCE_COLOR": "1",
        "PYTHONIOENCODING": "ascii",
    },
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with twenty rows of a ledger in Chinese."""
    path = tmp_path_factory.mktemp("desk")
    chosen = cast.settings(path, token="700001:nobody", api_base="http://127.0.0.1:9")
    (path / "config.toml").write_text(cast.toml(chosen), encoding="utf-8")
    ledger_rows.write(path / "ledger.jsonl", ledger_rows.rows(20))
    assert _runs(path, environment(), "import", "ledger.jsonl").returncode == 0
    return path


def _runs(folder: Path, env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder, env=env, capture_output=True, stdin=subprocess.DEVNULL, timeout=ENOUGH, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def data(folder: Path) -> bytes:
    """What is exported in an environment that is stated."""
    return _runs(folder, environment(), "export").stdout


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_what_a_command_writes_is_the_same_whoever_runs_it(folder: Path, data: bytes, name: str) -> None:
    here = BARE | ENVIRONMENTS[name]
    exported = _runs(folder, here, "export")
    assert exported.returncode == 0, exported.stderr.decode()
    assert exported.stdout == data
    assert "市公安局" in exported.stdout.decode("utf-8")
    failed = _runs(folder, here, "import", "没有.jsonl")
    assert failed.returncode == 1
    assert failed.stdout == b""
    assert "没有.jsonl" in failed.stderr.decode("utf-8")
