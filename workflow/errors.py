"""What may go wrong for a person, said by a catalogue key; one handler turns them into replies."""

from __future__ import annotations

from typing import Any

from workflow.masked import seen
from workflow.text import Button, Text


class Refused(Exception):
    """The person is told why, and nothing changes.

    ``given``, what they had typed, is said back masked: a refusal may stand in a group.
    """

    def __init__(self, key: str, /, *, buttons: tuple[tuple[Button, ...], ...] = (), **params: Any) -> None:
        super().__init__(key)
        if isinstance(params.get("given"), str):
            params["given"] = seen(params["given"])
        self.text = Text(key, params)
        self.buttons = buttons


class AlreadyDone(Exception):
    """The update was handled by somebody else meanwhile: a duplicate, or another replica was first."""
