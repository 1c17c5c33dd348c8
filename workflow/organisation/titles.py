"""What a group is called: sealed, for a title tells which unit, and which case. Sealed with it, of whom there its
units were told."""

from __future__ import annotations

from collections.abc import Sequence

from storage.database.seal import Sealer

LONGEST = 255  # characters that are kept
MOST = 200  # that were told of and are kept: whoever floods a group with bots fills no database


def seal(sealer: Sealer, title: str, told: Sequence[str] = ()) -> bytes | None:
    """None where there is nothing to hide."""
    plain: dict[str, object] = {"title": title[:LONGEST]}
    if told:
        plain["told"] = list(told[-MOST:])
    return sealer.seal("chats", plain) if title or told else None


def read(sealer: Sealer, sealed: bytes | None) -> str:
    """The title; "" where none is known."""
    return str(sealer.unseal("chats", sealed)["title"]) if sealed is not None else ""


def told_of(sealer: Sealer, sealed: bytes | None) -> tuple[str, ...]:
    """Of whom there its units were told, the oldest first."""
    return tuple(sealer.unseal("chats", sealed).get("told", ())) if sealed is not None else ()
