"""The key file while the desk's key is changed: the new key beside it, then in its place, the old one kept.

The key that opens the database is at every moment in a file whose content and name are on the disk. The new
one is written to ``NAME.new`` before the first value is sealed with it, and takes the place of ``NAME`` only
when the database has taken all of them. Which of the two is needed, the database's own mark says
(:func:`storage.tables.schema.opens`).
"""

from __future__ import annotations

import os
import stat
from itertools import count
from pathlib import Path

from storage.database.failpoints import failpoint
from storage.database.seal import KeyBroken, flush_folder, format_key, parse_key


def new_beside(path: Path) -> Path:
    """Where the new key lies while the database is being sealed with it; beside the file, not a link to it."""
    real = path.resolve()
    return real.with_name(f"{real.name}.new")


def old_beside(path: Path) -> list[Path]:
    """The keys that were in use before, newest first: older backups open with them alone."""
    real = path.resolve()
    found = [old for number in range(1, 100) if (old := _old(real, number)).is_file()]
    return found[::-1]


def read(path: Path) -> bytes | None:
    """The key in a file; None where there is no file, or no key in it (a write that was cut short)."""
    try:
        return parse_key(path.read_text("ascii", errors="replace"))
    except (FileNotFoundError, KeyBroken):
        return None


def write_new(path: Path, key: bytes) -> Path:
    """Writes the key beside the key file, on the disk, for the same owner; one left there is replaced.

    To be called only when the key in ``path`` is known to open the database.
    """
    fresh = new_beside(path)
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        _like(handle, path)
        file.write(format_key(key) + "\n")
        file.flush()
        os.fsync(handle)
    flush_folder(fresh.parent)
    return fresh


def install(path: Path) -> None:
    """Puts the new key in the file's place, in one step; the one that was there is kept as ``NAME.old``.

    May be repeated, and done by two at once: whoever comes second finds nothing to do.
    """
    real, fresh = path.resolve(), new_beside(path)
    if not fresh.exists():
        return
    if real.exists():
        _keep(real)
    failpoint("rekey.kept")
    try:
        fresh.replace(real)
    except FileNotFoundError:
        if read(real) is None:
            raise
        return  # another process, which was opening the desk, was faster
    flush_folder(real.parent)


def discard_new(path: Path) -> None:
    """Removes the new key, which nothing was sealed with."""
    new_beside(path).unlink(missing_ok=True)


def _like(handle: int, path: Path) -> None:
    """The owner and the rights of the present key file: an administrator's key would be closed to the service."""
    try:
        present = path.stat()
    except FileNotFoundError:
        return
    if (present.st_uid, present.st_gid) != (os.geteuid(), os.getegid()):
        os.fchown(handle, present.st_uid, present.st_gid)
    os.fchmod(handle, stat.S_IMODE(present.st_mode))


def _old(real: Path, number: int) -> Path:
    return real.with_name(f"{real.name}.old{'' if number == 1 else f'-{number}'}")


def _keep(real: Path) -> None:
    """A second name for the present key, on the disk before the first one is taken from it."""
    content = real.read_bytes()
    for number in count(1):
        kept = _old(real, number)
        if kept.exists():
            if kept.read_bytes() == content:  # by one that was killed
                break
            continue
        try:
            os.link(real, kept)
        except OSError:  # a file system without links, or somebody else's file
            _copy(content, kept)
        break
    flush_folder(real.parent)


def _copy(content: bytes, kept: Path) -> None:
    """The whole of it or nothing: half a key would look like a wrong one."""
    part = kept.with_name(f".{kept.name}.{os.getpid()}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(handle)
    part.replace(kept)
