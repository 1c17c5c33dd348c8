"""When it is in most of the tests."""

from __future__ import annotations

from datetime import UTC, datetime

MORNING = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
"""A Tuesday, nine o'clock in Shanghai."""
