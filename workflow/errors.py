"""What may go wrong for a person, said by a catalogue key; one handler turns them into replies."""

from __future__ import annotations

from typing import Any

from workflow.text import Button, Text


class Refused(Exception):
    """The person is told why, and nothing changes."""

    def __init__(self, key: str, /, *, buttons: tuple[tuple[Button, ...], ...] = (), **params: Any) -> None:
        super().__init__(key)
        self.text = Text(key, params)
        self.buttons = buttons


class AlreadyDone(Exception):
    """The update was handled by somebody else meanwhile: a duplicate, or another replica was first."""
