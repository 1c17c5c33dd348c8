"""What units share for a time, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class NoteLine:
    """What a unit has shared, as it may be read: by whom, until when it holds. ``more``: there is more to read."""

    number: int
    unit: str
    by: str
    at: datetime
    until: datetime
    text: str
    more: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class NoteList:
    """What the reader has shared themselves, and holds."""

    lines: tuple[NoteLine, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class NoteShared:
    """Something is shared with these units until then."""

    number: int
    with_units: tuple[str, ...]
    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class NoteBack:
    """Something is shared no longer."""

    number: int


@dataclass(frozen=True, kw_only=True, slots=True)
class NoteWhy:
    """Somebody may read it whole and says first for which of these ``purposes``."""

    number: int
    purposes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class NoteWhole:
    """The whole of it, for the one person who reads it."""

    line: NoteLine
    purpose: str
