"""``python -m tests.benchmarks [--scale small|full] [--only NAME …]``: one table of all figures.

A module of this folder takes part when it has ``rows(scale)``. Small takes some minutes, full an hour.
"""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import sys
import time
from pathlib import Path
from types import ModuleType

from tests.benchmarks.table import Row, text

FOLDER = Path(__file__).parent


def modules() -> dict[str, ModuleType]:
    """Every module here that measures something, by name."""
    names = sorted(path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("__"))
    found = {name: importlib.import_module(f"tests.benchmarks.{name}") for name in names}
    return {name: module for name, module in found.items() if callable(getattr(module, "rows", None))}


def main() -> int:
    """0 when all was measured, 1 when a module failed; the others' rows are printed all the same."""
    known = modules()
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--scale", choices=("small", "full"), default="small")
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=sorted(known), help=", ".join(known))
    arguments = parser.parse_args()
    found: list[Row] = []
    failed = []
    for name in arguments.only or known:
        begun = time.perf_counter()
        _say(f"{name} …")
        try:
            found += known[name].rows(arguments.scale)
        except Exception as error:  # the others are measured all the same
            failed.append(name)
            _say(f"{name} failed: {type(error).__name__}: {error}")
        _say(f"{name}: {time.perf_counter() - begun:.0f} s")
    load = os.getloadavg()[0]
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    sys.stdout.write(f"{text(found)}\n\n{machine}; scale {arguments.scale}; load of the machine {load:.1f}\n")
    return 1 if failed else 0


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
