"""Files that hold what is personal: made anew, readable by their owner alone, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from bot.runtime.failure import Failure


def must_be_writable(path: Path | None) -> None:
    """Before the work, not after it: a file can be written there. Raises :class:`Failure`."""
    if path is None:
        return
    if path.is_dir():
        raise Failure(f"{path}: is a directory")
    if not path.parent.is_dir():
        raise Failure(f"{path}: there is no directory {path.parent}")
    if not os.access(path.parent, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise Failure(f"{path}: cannot be written")


@contextmanager
def private_file(path: Path) -> Iterator[IO[str]]:
    """A text file that takes the place of what is there, and of its mode, when all is written."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    fresh = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            yield file
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
