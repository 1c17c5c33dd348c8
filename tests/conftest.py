"""Fixtures for every kind of test."""

from __future__ import annotations

import asyncio
import gc
import os
from datetime import UTC, datetime

import pytest

from bot.telegram import lean_aiogram
from storage.database.seal import KEY_BYTES, Sealer

# As the process itself does it: else each worker builds three hundred types, of which most are never used.
lean_aiogram.load()
asyncio.run(lean_aiogram.build_used())  # now: a sandbox in a thread must not build a type beside us
TEST_KEY = bytes(range(KEY_BYTES))
MORNING = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
"""A Tuesday, nine o'clock in Shanghai."""


@pytest.fixture(scope="session")
def sealer() -> Sealer:
    """A sealer with the same key in every test."""
    return Sealer(TEST_KEY)


@pytest.fixture
def now() -> datetime:
    """A Tuesday morning in Shanghai, as UTC."""
    return MORNING


def pytest_xdist_auto_num_workers() -> int:
    """More than there are cores: half of the tests wait for a process of ours, or for PostgreSQL."""
    return 2 * (os.cpu_count() or 1)


def pytest_collection_finish() -> None:
    """What was imported and collected stays until the end: the garbage collector need not look at it again."""
    gc.collect()
    gc.freeze()
