"""What may become of a request: made from the table of actions, tested exhaustively; the database holds the
same guard."""

from __future__ import annotations

from storage.tables import words
from storage.tables.words import State
from workflow.kernel.actions import ACTIONS, Action

__all__ = ["TRANSITIONS", "WAITING", "WITH_ASKED", "Action", "State", "after", "possible"]

#: (state, action) -> state. What is not here cannot happen.
TRANSITIONS: dict[tuple[State, Action], State] = {
    (before, action): after for action, row in ACTIONS.items() for before, after in row.moves.items()
}

WAITING = frozenset(words.WAITING)
WITH_ASKED = frozenset(words.WITH_ASKED)


def after(state: str, action: Action) -> State | None:
    """The state that an action leads to, or None where it cannot be done."""
    return ACTIONS[action].moves.get(State(state))


def possible(state: str) -> frozenset[Action]:
    """The actions that a state allows at all, whoever asks."""
    return frozenset(action for action, row in ACTIONS.items() if state in row.moves)
