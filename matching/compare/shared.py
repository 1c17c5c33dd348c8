"""Numbers that many people share, and that therefore say nothing of any one of them.

An officer's telephone stands in each of the rows that they handled, a company's code with all who work there. Beside
an equal name such a number would make one person of two namesakes.
"""

from __future__ import annotations

from collections.abc import Sequence

from matching.identifiers.kinds import SUPPORTING
from matching.identifiers.values import Record, Subject
from matching.words import names

#: A number that stands with so many other names on file is nobody's.
MANY_NAMES = 3
#: Kinds of which every person has their own, whatever stands on file.
_OWN = frozenset({"cn_id", "passport", "permit"})


def shared_kinds(ours: Subject, beside: Sequence[Record]) -> frozenset[str]:
    """The kinds of number that a subject has in common with people of many other names among these records."""
    mine = {(i.kind, i.value) for i in ours.ids if i.kind in SUPPORTING and i.kind not in _OWN}
    if not mine:
        return frozenset()
    others: dict[str, set[str]] = {}
    for theirs in (subject for record in beside for subject in record.subjects):
        for number in theirs.ids:
            if (number.kind, number.value) in mine and _is_another(ours, theirs):
                others.setdefault(number.kind, set()).add(theirs.sound or theirs.name)
    return frozenset(kind for kind, found in others.items() if len(found) >= MANY_NAMES)


def _is_another(ours: Subject, theirs: Subject) -> bool:
    """Whether two names are two people's, and not one's written in two ways."""
    if not theirs.name or names.is_masked(theirs.name):
        return False
    relation = names.compare(ours.name, theirs.name, ours.sound, theirs.sound)
    return not ours.name or relation not in ("eq", "sound", "near", "masked")
