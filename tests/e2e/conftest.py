"""Desks for tests: a shared one where nothing but words is exchanged, one of a test's own for all else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.desk import BEGIN, Desk, Running
from tests.e2e.template import Template
from tests.once import once

OpenDesk = Callable[..., Awaitable[Desk]]
LOG_LINES = 30
FURNISHED_BEFORE = timedelta(minutes=1)
_running: list[Running] = []


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, None]:
    """A failure is shown with the end of the bot's log."""
    report = (yield).get_result()
    if report.failed and _running:
        lines = [line for process in _running[-1].processes for line in process.lines][-LOG_LINES:]
        report.sections.append(("log of the bot", "\n".join(lines)))


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """What every furnished desk is a copy of."""

    def make(folder: Path) -> None:
        running = Running(tmp_path_factory.mktemp("template"))
        running.set_time(BEGIN - FURNISHED_BEFORE)
        running.start()
        asyncio.run(_furnish(running))
        running.close()
        Template.keep(folder, running.folder, running.sandbox.world)

    return Template(folder=once("desk", make))


async def _furnish(running: Running) -> None:
    async with Desk(running) as desk:
        await desk.furnish()
        await desk.at_rest()


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, template: Template) -> Iterator[Running]:
    """One furnished desk for all tests of this worker that neither move the clock nor stop the process."""
    running = Running(tmp_path_factory.mktemp("shared"), like=template)
    _running.append(running)
    running.start()
    yield running
    running.close()


@pytest.fixture
async def office(shared: Running) -> AsyncIterator[Desk]:
    """The shared desk: requests of earlier tests are there, each about somebody else."""
    async with Desk(shared) as desk:
        await desk.remember()
        yield desk


@pytest.fixture
async def open_desk(tmp_path: Path, template: Template) -> AsyncIterator[OpenDesk]:
    """Opens a desk of the test's own, furnished unless told otherwise; sections of the configuration as given."""
    opened: list[Desk] = []

    async def open_(
        *, furnish: bool = True, start: bool = True, limits: bool = False, **sections: Any
    ) -> Desk:
        folder = tmp_path / f"desk{len(opened) or ''}"
        folder.mkdir()
        like = template if start and furnish else None
        desk = Desk(Running(folder, limits=limits, like=like, **sections))
        opened.append(desk)
        _running.append(desk.running)
        if start:
            await desk.start()
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
