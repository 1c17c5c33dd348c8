"""The sandbox's movable clock: an offset in seconds kept in a small text file.

The server and the bot are often two processes. Both read the same file, so that
"+8 h" on the chat page moves reminders in the bot and the dates of messages alike.
"""

import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path


def read_offset(path: Path) -> float:
    """Seconds that the sandbox is ahead of the machine's clock; 0.0 when the file is absent or empty."""
    try:
        text = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return 0.0
    return float(text) if text else 0.0


def write_offset(path: Path, seconds: float) -> None:
    """Replaces the file in one step: a reader sees the old offset or the new one, never half of it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(repr(float(seconds)))
    os.replace(name, path)


class Clock:
    """The moment that the sandbox believes it is."""

    def __init__(self, path: Path | str | None = None) -> None:
        """Keeps its offset in the file at `path`, where others read it; without one, to itself."""
        self.path = None if path is None else Path(path)
        self._offset = 0.0

    @property
    def offset(self) -> float:
        """Seconds ahead of the machine's clock."""
        return self._offset if self.path is None else read_offset(self.path)

    def _put(self, seconds: float) -> None:
        if self.path is None:
            self._offset = seconds
        else:
            write_offset(self.path, seconds)

    def now(self) -> datetime:
        """The current moment of the sandbox, aware, in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.offset)

    def timestamp(self) -> int:
        """The current moment as whole Unix seconds, as the Bot API writes dates."""
        return int(self.now().timestamp())

    def advance(self, seconds: float) -> float:
        """Moves the clock by `seconds` (negative: back) and returns the new offset."""
        offset = self.offset + seconds
        self._put(offset)
        return offset

    def reset(self) -> None:
        """Back to the machine's own time."""
        self._put(0.0)
