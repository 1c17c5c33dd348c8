"""What all workers of a test run share: made by the one that needs it first, found by the others."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_VARIABLE = "CROSSBEAT_TEST_RUN"


def begin() -> Path:
    """A new folder for this run; the workers that are started later inherit its name."""
    # Short, for the sockets in it, and open to the unprivileged user that PostgreSQL runs as under root.
    folder = Path(tempfile.mkdtemp(prefix="crossbeat-run-", dir="/tmp"))
    folder.chmod(0o755)
    os.environ[_VARIABLE] = str(folder)
    return folder


def end(folder: Path) -> None:
    """Removes the folder of a run that all workers have left."""
    os.environ.pop(_VARIABLE, None)
    shutil.rmtree(folder, ignore_errors=True)


def running() -> bool:
    """Whether this is a run of pytest, or what one has started with its environment."""
    return _VARIABLE in os.environ


def run_folder() -> Path:
    """The folder of this run. Raises ``KeyError`` outside of a run of pytest."""
    return Path(os.environ[_VARIABLE])


@contextmanager
def alone(name: str) -> Iterator[None]:
    """One worker at a time."""
    with (run_folder() / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def once(name: str, make: Callable[[Path], None]) -> Path:
    """The folder of this name, filled by ``make`` the first time that any worker asks for it."""
    folder, made = run_folder() / name, run_folder() / f"{name}.made"
    with alone(name):
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o755)
            make(folder)
            made.touch()
    return folder
