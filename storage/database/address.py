"""Where a database is, by its URL alone."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import make_url


def file_of(url: str) -> Path | None:
    """The file of a SQLite database, whether it is there or not; None for a database that is in no file."""
    parsed = make_url(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None
