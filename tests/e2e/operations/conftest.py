"""A PostgreSQL database without tables, for a desk to move to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.replicas.conftest import databases
from tests.integration.postgresql import Databases

__all__ = ["databases"]  # a fixture


@pytest.fixture
def empty_url(databases: Databases) -> Iterator[str]:
    url = databases.new(template="template0")
    yield url
    databases.drop(url)
