"""Incident numbers: what a person is told when something unexpected fails, and what stands in the log."""

from __future__ import annotations

import secrets

#: Without the letters and digits that are misread over the telephone: 0 O, 1 I L, 2 Z, 5 S, 8 B.
_SIGNS = "3467ACDEFGHJKMNPQRTUVWXY"


def incident_number() -> str:
    """A new one, such as ``E-7KQ4MX``: one of 190 million."""
    return "E-" + "".join(secrets.choice(_SIGNS) for _ in range(6))
