"""What is wrong with a post, field by field, and the buttons that put it right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workflow.kernel.fields import IN_TURN
from workflow.kernel.text import Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """A button under a problem: what it says, and which value it gives to what (to, type, urgency, anyway)."""

    label: Text
    name: str
    value: object


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """What is wrong with one field, and what would work. ``soft``: may be registered all the same."""

    field: str
    text: Text
    choices: tuple[Choice, ...] = ()
    soft: bool = False


def next_of(problems: Sequence[Problem]) -> Problem:
    """What a guided form asks next."""
    return min(problems, key=lambda p: IN_TURN.index(p.field) if p.field in IN_TURN else 99)
