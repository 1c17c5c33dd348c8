"""What a reply to a question about a draft is for: what was asked, but for what plainly is the subject."""

from __future__ import annotations

from collections.abc import Sequence

from matching.identifiers.identifiers import find
from matching.identifiers.values import Subject
from workflow.kernel.parts import Part

SUBJECT = "subject"
#: Fields that a number of somebody may be all there is to say of.
_TAKE_NUMBERS = frozenset({SUBJECT, "contact", "case", ""})
_SIGNS = " \t\n:：,，、。.;；()（）"


def meant(parts: Sequence[Part], subjects: Sequence[Subject], asked: str, text: str) -> tuple[str, str]:
    """(the field, the words for it). A number alone is the subject's, whatever was asked for meanwhile; a name that
    comes after its number, and a number after its name, or in the place of a wrong one, are one subject.
    ``subjects``: as they are read of the parts."""
    alone = _numbers_alone(text)
    name = SUBJECT if alone and asked not in _TAKE_NUMBERS else asked
    before = _said(parts, subjects)
    if "\n" in before + text.strip() or not before:
        return name, text
    held = find(before)
    if alone and name in (SUBJECT, ""):
        if not held:
            return SUBJECT, f"{before} {text.strip()}"
        if len(held) == len(find(text)) == 1 and not _numbers_alone(before):  # it was asked about
            return SUBJECT, before[: held[0].start] + text.strip() + before[held[0].end :]
    elif name == SUBJECT and not find(text) and _numbers_alone(before):
        return name, f"{text.strip()} {before}"
    return name, text


def _said(parts: Sequence[Part], subjects: Sequence[Subject]) -> str:
    """The one subject so far, in the words for it; "" for none or several."""
    said = next((part.text.strip() for part in reversed(parts) if part.field == SUBJECT), "")
    if said or len(subjects) != 1:
        return said
    one = subjects[0]
    return " ".join(filter(None, (one.name, *(number.raw or number.value for number in one.ids))))


def _numbers_alone(text: str) -> bool:
    found = find(text)
    rest, at = "", 0
    for one in found:
        rest += text[at : one.start]
        at = one.end
    return bool(found) and not (rest + text[at:]).strip(_SIGNS)
