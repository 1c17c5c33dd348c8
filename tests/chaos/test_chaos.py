"""A few crashes in the suite; `make chaos` does as many as one likes."""

from __future__ import annotations

from pathlib import Path

from tests.chaos.run import Plan, run

FEWEST = 1  # what the slowest machine gets done within the time


async def test_crashes_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    figures = await run(tmp_path, Plan(crashes=8, seconds=12, seed=7))
    assert figures.bad() == {}, f"{figures.table()}\n{figures.notes}"
    crashes = sum(figures.crashes.values())
    assert figures.posted >= crashes >= FEWEST
