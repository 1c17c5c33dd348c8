"""Desks for tests: a shared one where nothing but words is exchanged, one of a test's own for all else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.desk import Desk, Running

OpenDesk = Callable[..., Awaitable[Desk]]
LOG_LINES = 30
_running: list[Running] = []


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, None]:
    """A failure is shown with the end of the bot's log."""
    report = (yield).get_result()
    if report.failed and _running:
        lines = [line for process in _running[-1].processes for line in process.lines][-LOG_LINES:]
        report.sections.append(("log of the bot", "\n".join(lines)))


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One furnished desk for all tests of this worker that neither move the clock nor stop the process."""
    running = Running(tmp_path_factory.mktemp("shared"))
    _running.append(running)
    running.start()
    asyncio.run(_furnish(running))
    yield running
    running.close()


async def _furnish(running: Running) -> None:
    async with Desk(running) as desk:
        await desk.furnish()


@pytest.fixture
async def office(shared: Running) -> AsyncIterator[Desk]:
    """The shared desk: requests of earlier tests are there, each about somebody else."""
    async with Desk(shared) as desk:
        await desk.remember()
        yield desk


@pytest.fixture
async def open_desk(tmp_path: Path) -> AsyncIterator[OpenDesk]:
    """Opens a desk of the test's own, furnished unless told otherwise; sections of the configuration as given."""
    opened: list[Desk] = []

    async def open_(
        *, furnish: bool = True, start: bool = True, limits: bool = False, **sections: Any
    ) -> Desk:
        folder = tmp_path / f"desk{len(opened) or ''}"
        folder.mkdir()
        desk = Desk(Running(folder, limits=limits, **sections))
        opened.append(desk)
        _running.append(desk.running)
        if start:
            await desk.start()
        if start and furnish:
            await desk.furnish()
        return desk

    yield open_
    for desk in opened:
        await desk.aclose()
        _running.remove(desk.running)
        await asyncio.to_thread(desk.running.close)


@pytest.fixture
async def desk(open_desk: OpenDesk) -> Desk:
    """A furnished desk of the test's own."""
    return await open_desk()
