"""What a group may read of what people wrote: no personal number, no name of a subject in full."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matching.identifiers import find
from matching.masking import mask, mask_name, mask_text
from matching.values import Subject

SEEN = 60  # characters of somebody's words that are said back in a refusal
READ = 400  # of which so many are looked at
SHORTEST = 4  # shorter values are no numbers, and hiding them would garble the text


def seen(text: str) -> str:
    """What was typed, as a group may see it back: short, and without personal numbers."""
    return mask_text(text.strip()[:READ])[:SEEN]


def hide(text: str, subjects: Sequence[Subject]) -> str:
    """A free text without personal numbers, and without what is known of its request's subjects."""
    return _hide_subjects(mask_text(text), subjects)


def hide_in_case(text: str, subjects: Sequence[Subject]) -> str:
    """A case number stays whole; a personal number that somebody put in its place does not."""
    parts: list[str] = []
    at = 0
    for found in find(text):
        if found.identifier.kind != "case":
            parts += [text[at : found.start], mask(found.identifier)]
            at = found.end
    return _hide_subjects("".join([*parts, text[at:]]), subjects)


def _hide_subjects(text: str, subjects: Sequence[Subject]) -> str:
    for subject in subjects:
        for identifier in subject.ids:
            if "*" in identifier.value:
                continue
            for written in {identifier.raw, identifier.value}:
                if len(written) >= SHORTEST:
                    shown = mask(identifier)
                    text = re.sub(re.escape(written), lambda _, shown=shown: shown, text, flags=re.IGNORECASE)  # type: ignore[misc]
        if len(subject.name) >= 2:
            text = text.replace(subject.name, mask_name(subject.name))
    return text
