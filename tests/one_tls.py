"""The list of authorities that TLS trusts is read once in a process: each client of HTTP reads it anew when it is made,
which takes longer than many a test, and no test speaks TLS."""

from __future__ import annotations

import ssl
from functools import cache


def share() -> None:
    """Clients made from here on have one context for each list."""
    if not hasattr(ssl.create_default_context, "cache_info"):
        ssl.create_default_context = cache(ssl.create_default_context)
