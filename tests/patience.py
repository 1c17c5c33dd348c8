"""How long a test waits for what must come."""

from __future__ import annotations

ENOUGH = 120.0
"""Seconds, for whatever a test waits for: it goes on as soon as that is there, on any machine, and says what did not
come before pytest's own time is over. What must not come is never told from a time like this one: what follows it is
waited for, or the time is the test's own clock."""
