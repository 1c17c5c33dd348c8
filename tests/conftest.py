"""Fixtures for every kind of test."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from storage.seal import KEY_BYTES, Sealer

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
