"""What the processes hold that make rows of a ledger ready: there is one for each core."""

from __future__ import annotations

import subprocess
import sys

from tests.e2e.environment import ROOT, environment

PROGRAM = "import sys; from bot.commands import ledger_pool; print(*sys.modules)"


def test_whoever_makes_rows_ready_does_without_what_reads_and_writes_a_database() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    modules = {name.partition(".")[0] for name in done.stdout.split()}
    assert "matching" in modules
    assert not modules & {"aiogram", "aiosqlite", "sqlalchemy"}
