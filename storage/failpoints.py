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

_wanted, _, _times = os.environ.get(VARIABLE, "").partition(":")
_left = [int(_times or 1)]


def reach(name: str) -> None:
    """The point called ``name`` is reached. Returns, unless this is where the process is to die."""
    if _wanted and _wanted in (name, ANY):
        _left[0] -= 1
        if _left[0] <= 0:
            sys.stderr.write(f"failpoint {name}\n")
            sys.stderr.flush()
            os.kill(os.getpid(), signal.SIGKILL)
