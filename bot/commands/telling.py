"""What commands tell while they work: on standard error, for a person; results go to standard output."""

from __future__ import annotations

import sys


def tell_terminal(line: str) -> None:
    sys.stderr.write(f"{line}\n")
