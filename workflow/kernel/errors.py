"""What may go wrong for a person, said by a catalogue key; one handler turns them into replies."""

from __future__ import annotations

from typing import Any

from workflow.kernel.masked import seen
from workflow.kernel.text import Button, Text

#: Refusals after which asking again would not help.
_FINAL = frozenset({
    "ask.dropped", "error.state", "error.too_late", "error.purged", "error.button_old", "error.draft_gone",
    "error.reopen_late", "error.answered_already", "error.answer_reused", "error.passed_on", "ask.before",
})  # fmt: skip


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
        self.request_id: int | None = None  # which one its buttons choose for

    @property
    def final(self) -> bool:
        """Whether other words would be refused as well."""
        return self.text.key.startswith("denied.") or self.text.key in _FINAL


class AlreadyDone(Exception):
    """The update was handled by somebody else meanwhile: a duplicate, or another replica was first."""
