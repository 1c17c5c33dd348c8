"""What was done and read, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class TrailLine:
    """One act or look, and with which request."""

    at: datetime
    action: str  # of ``history.*``
    number: str  # "" where it was none's
    unit: str
    name: str
    purpose: str = ""
    person: str = ""  # into whose acts it was looked
    value: bool = False  # it was looked for a number, or a name; for which is not said


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditPage:
    """A page of what was done and read: of a request from its beginning; by a person, or about a number, the newest
    first. ``by``: which of them; ``of``: which request, whom, what."""

    by: str
    of: str
    lines: tuple[TrailLine, ...]
    page: int
    on: bool  # it goes on
    more: bool = False  # there may be older requests than those that were looked through
    kept: int = 0  # what is kept of it, so that it can be turned; 0 where nothing is
    turned: bool = False  # it takes the place of another page


@dataclass(frozen=True, kw_only=True, slots=True)
class WhyAudit:
    """Somebody may have what they found in the record as a file, and says first for which of these ``purposes``."""

    kept: int
    by: str
    of: str
    purposes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TrailWanted:
    """Somebody may have it: :func:`workflow.lookup.trail_file.make` makes it."""

    kept: int
    purpose: str
