"""What a group may read of what people wrote: no personal number, nobody's name, nobody's address."""

from __future__ import annotations

from collections.abc import Sequence

from matching.identifiers.values import Subject
from matching.masking.masking import mask_text

SEEN = 60  # characters of somebody's words that are said back in a refusal
READ = 400  # of which so many are looked at


def seen(text: str, subjects: Sequence[Subject] = ()) -> str:
    """What was typed, as a group may see it back: short, without personal numbers and names."""
    return hide(text.strip()[:READ], subjects)[:SEEN]


def harmless(text: str) -> bool:
    """Whether a text, such as a file's name, says nothing of anybody."""
    return hide(text, ()) == text


def hide(text: str, subjects: Sequence[Subject]) -> str:
    """A free text without what names or numbers anybody: its request's subjects, and others."""
    return mask_text(text, subjects)


def hide_in_case(text: str, subjects: Sequence[Subject]) -> str:
    """A case number stays whole; a personal number that somebody put in its place does not."""
    return mask_text(text, subjects)
