"""What a process that the tests start is given: nothing that depends on whoever runs them."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: All that is passed on; neither language nor terminal, and no setting of Python's or of ours.
INHERITED = ("PATH", "HOME", "TMPDIR", "VIRTUAL_ENV")


def environment(**extra: str) -> dict[str, str]:
    """The environment of a process of ours, with what a test adds."""
    kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return kept | {"LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)} | extra
