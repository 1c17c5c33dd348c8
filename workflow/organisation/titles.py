"""What a group is called: sealed, for a title tells which unit, and which case."""

from __future__ import annotations

from storage.database.seal import Sealer

LONGEST = 255  # characters that are kept


def seal(sealer: Sealer, title: str) -> bytes | None:
    """None where there is nothing to hide."""
    return sealer.seal("chats", {"title": title[:LONGEST]}) if title else None


def read(sealer: Sealer, sealed: bytes | None) -> str:
    """The title; "" where none is known."""
    return str(sealer.unseal("chats", sealed)["title"]) if sealed is not None else ""
