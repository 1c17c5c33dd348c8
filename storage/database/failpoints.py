"""Places where the process can be made to die, to prove that whatever it was at comes to a good end.

Off, as everywhere but in tests, a point costs one look at a string. ``CROSSBEAT_TEST_FAILPOINT=NAME`` ends the
process by SIGKILL when the point of that name is reached, ``NAME:3`` at the third time, ``*:40`` at the
fortieth point of any name.
"""

from __future__ import annotations

import os
import signal
import sys

VARIABLE = "CROSSBEAT_TEST_FAILPOINT"
ANY = "*"


class _Armed:
    """Where this process is to die, and at which time of coming there."""

    point = ""
    left = 0


def arm(spec: str) -> None:
    """Lets the process die at a point, as said above; nowhere for an empty ``spec``."""
    _Armed.point, _, times = spec.partition(":")
    _Armed.left = int(times or 1)


def failpoint(name: str) -> None:
    """The point called ``name`` is reached. Returns, unless this is where the process is to die."""
    if _Armed.point and _Armed.point in (name, ANY):
        _Armed.left -= 1
        if _Armed.left <= 0:
            sys.stderr.write(f"failpoint {name}\n")
            sys.stderr.flush()
            os.kill(os.getpid(), signal.SIGKILL)


arm(os.environ.get(VARIABLE, ""))
