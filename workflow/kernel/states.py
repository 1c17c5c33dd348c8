"""What may become of a request: one table, tested exhaustively; the database holds the same guard."""

from __future__ import annotations

from typing import Literal

State = Literal["open", "accepted", "returned", "answered", "declined", "closed", "cancelled"]
Action = Literal[
    "accept", "answer", "partial", "return", "complete", "decline", "assign", "transfer", "delay",
    "nudge", "ask", "comment", "edit", "reuse", "release", "take_part", "attach", "close", "reopen", "cancel",
    "rate", "outcome", "more", "correct",
]  # fmt: skip

#: (state, action) -> state. What is not here cannot happen.
TRANSITIONS: dict[tuple[str, str], str] = {
    ("open", "accept"): "accepted",
    ("open", "answer"): "answered",
    ("open", "partial"): "accepted",
    ("open", "return"): "returned",
    ("open", "decline"): "declined",
    ("open", "assign"): "accepted",
    ("open", "transfer"): "open",
    ("open", "delay"): "open",
    ("open", "nudge"): "open",
    ("open", "ask"): "open",
    ("open", "comment"): "open",
    ("open", "edit"): "open",
    ("open", "reuse"): "answered",
    ("open", "release"): "answered",
    ("open", "take_part"): "open",
    ("open", "attach"): "open",
    ("open", "cancel"): "cancelled",
    ("accepted", "answer"): "answered",
    ("accepted", "partial"): "accepted",
    ("accepted", "return"): "returned",
    ("accepted", "decline"): "declined",
    ("accepted", "assign"): "accepted",
    ("accepted", "transfer"): "open",
    ("accepted", "delay"): "accepted",
    ("accepted", "nudge"): "accepted",
    ("accepted", "ask"): "accepted",
    ("accepted", "comment"): "accepted",
    ("accepted", "outcome"): "answered",  # of a first part, to which nothing more comes after all
    ("accepted", "more"): "accepted",
    ("accepted", "correct"): "accepted",
    ("accepted", "edit"): "accepted",
    ("accepted", "reuse"): "answered",
    ("accepted", "release"): "answered",
    ("accepted", "take_part"): "accepted",
    ("accepted", "attach"): "accepted",
    ("accepted", "cancel"): "cancelled",
    ("returned", "complete"): "open",
    ("returned", "edit"): "open",
    ("returned", "comment"): "returned",
    ("returned", "reuse"): "answered",
    ("returned", "release"): "answered",
    ("returned", "take_part"): "returned",
    ("returned", "attach"): "returned",
    ("returned", "cancel"): "cancelled",
    ("returned", "transfer"): "open",
    ("answered", "comment"): "answered",
    ("answered", "outcome"): "answered",
    ("answered", "more"): "accepted",
    ("answered", "correct"): "answered",
    ("answered", "close"): "closed",
    ("answered", "reopen"): "open",
    ("declined", "comment"): "declined",
    ("declined", "close"): "closed",
    ("declined", "reopen"): "open",
    ("closed", "comment"): "closed",
    ("closed", "outcome"): "closed",
    ("closed", "correct"): "closed",
    ("closed", "reopen"): "open",
    ("closed", "rate"): "closed",
    ("cancelled", "comment"): "cancelled",
}

#: States in which somebody still owes something; reminders run only in these.
WAITING = frozenset({"open", "accepted", "returned"})
#: States in which the asked unit owes it.
WITH_ASKED = frozenset({"open", "accepted"})


def after(state: str, action: str) -> str | None:
    """The state that an action leads to, or None where it cannot be done."""
    return TRANSITIONS.get((state, action))


def possible(state: str) -> frozenset[str]:
    """The actions that a state allows at all, whoever asks."""
    return frozenset(action for (from_state, action) in TRANSITIONS if from_state == state)
