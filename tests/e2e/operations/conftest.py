"""A PostgreSQL database without tables, for a desk to move to."""

from __future__ import annotations

import pytest

from tests.integration.postgresql import Databases


@pytest.fixture
def empty_url(postgresql_databases: Databases) -> str:
    return postgresql_databases.empty()
