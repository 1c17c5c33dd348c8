"""What a transaction remembers: what it has read and does not change, and what it gathers for its end."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

Of = TypeVar("Of")
What = TypeVar("What")


class Slot(Generic[Of, What]):
    """One sort of thing that is remembered: of what, and what of it. Each stands where it is used, once."""


class Memo:
    """A mapping for each slot, of the slot's own types."""

    def __init__(self) -> None:
        self._kept: dict[Slot[Any, Any], dict[Any, Any]] = {}

    def of(self, slot: Slot[Of, What]) -> dict[Of, What]:
        """What is remembered there so far, to be looked into and added to."""
        return self._kept.setdefault(slot, {})
