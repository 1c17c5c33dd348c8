"""One bot for each SQLite database: a second one would fight over the updates and the chats' budgets."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.runtime.failure import Failure


@contextmanager
def alone(database: Path) -> Iterator[None]:
    """Holds a lock beside the database that ends with the process, however it ends.

    Raises :class:`Failure` when another process holds it. On systems without ``flock`` nothing is locked.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    path = database.with_name(f"{database.name}.lock")
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failure(f"another crossbeat runs on {database}; stop it first") from None
        yield
    finally:
        os.close(handle)
