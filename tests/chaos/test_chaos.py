"""A dozen crashes in the suite; `make chaos` does as many as one likes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.run import Plan, run


@pytest.mark.timeout(400)  # twelve starts of the process, beside whatever else runs
async def test_a_dozen_crashes_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    figures = await run(tmp_path, Plan(crashes=12, seconds=60, seed=7))
    assert figures.bad() == {}, f"{figures.table()}\n{figures.notes}"
    assert figures.posted >= 12
    assert figures.seen_twice <= figures.uncertain, figures.table()
