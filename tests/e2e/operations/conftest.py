"""A PostgreSQL database without tables, for a desk to move to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.postgresql import Databases


@pytest.fixture
def empty_url(postgresql_databases: Databases) -> Iterator[str]:
    url = postgresql_databases.new(template="template0")
    yield url
    postgresql_databases.drop(url)
