"""What somebody looks for, against what requests say: pure.

Words may be part of a name, a number (whole, masked, or some digits of it), a case, a request's number, or
words of the reason. All of them must be found.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from matching.compare.compare import mask_agreement
from matching.identifiers import cases
from matching.identifiers.identifiers import find
from matching.identifiers.mentions import case_numbers
from matching.identifiers.values import Identifier, Record, Subject
from matching.masking.masking import mask
from matching.text.normalise import compact, fold, stars
from matching.words import names
from workflow.kernel.body import Body
from workflow.kernel.fields import SEARCHED
from workflow.kernel.masked import hide

MOST_WORDS = 8
FEWEST_DIGITS = 4  # of a number: three digits stand in too many
FEWEST_SHOWN = 6  # characters of a mask that must agree with a number
_DIGIT = re.compile(r"\d")
ALIKE = frozenset({"eq", "sound", "near", "masked"})
SURE = frozenset({"eq", "sound"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Words taken apart: identifiers, and what else stands beside them."""

    identifiers: tuple[Identifier, ...]
    words: tuple[str, ...]

    def record(self) -> Record:
        """As a query: requests that share one of its keys are looked at, however old they are."""
        people = [Subject(name=names.clean(word), sound=names.spoken(word)) for word in self.words]
        numbers = tuple(i for i in self.identifiers if i.kind != "case")
        one = (
            Subject(name=people[0].name, sound=people[0].sound, ids=numbers)
            if people
            else Subject(ids=numbers)
        )
        case = next((i.value for i in self.identifiers if i.kind == "case"), "")
        return Record(id="", subjects=(one, *people[1:]), case=case or cases.normal("".join(self.words[:1])))


def wanted(text: str) -> Wanted:
    """What the words after ``/find`` ask for."""
    found = find(text)
    rest, at = [], 0
    for one in found:
        rest.append(text[at : one.start])
        at = one.end
    words = " ".join([*rest, text[at:]]).split()
    return Wanted(identifiers=tuple(f.identifier for f in found), words=tuple(words[:MOST_WORDS]))


def mentions(
    asked: Wanted, body: Body, *, number: str, labels: Sequence[str] = (), whole: bool = True
) -> bool:
    """Whether a request says all that is asked for. ``labels``: names of its type and units. ``whole``: who looks may
    read it whole; else part of a number finds it only where their card shows that part, for who tries one digit after
    the other would read the number off what is found."""
    ids = [i for subject in body.subjects for i in subject.ids]
    if not all(_has_identifier(i, ids, body, whole=whole) for i in asked.identifiers):
        return False
    if any(names.relation(" ".join(asked.words), subject.name) in SURE for subject in body.subjects):
        return True  # a name of several words
    said = " ".join((number, *map(body.said, SEARCHED), *labels))
    haystack = fold(said).lower()
    # However few digits: three and three of them would be put together to the whole.
    if not whole and any(_DIGIT.search(word) and fold(word).lower() in haystack for word in asked.words):
        haystack = fold(hide(said, body.subjects)).lower()
    return all(_has_word(word, body.subjects, ids, haystack, whole=whole) for word in asked.words)


def names_subject(asked: Wanted, body: Body, *, whole: bool = True) -> bool:
    """Whether one of the subjects of a request has all that is asked for: its name, its numbers. ``whole``: see
    :func:`mentions`."""
    return any(
        all(_same_of(i, subject.ids, whole=whole) for i in asked.identifiers)
        and (
            names.relation(" ".join(asked.words), subject.name) in SURE
            or all(_has_word(word, [subject], subject.ids, "", whole=whole) for word in asked.words)
        )
        for subject in body.subjects
    )


def _same_of(asked: Identifier, ids: Sequence[Identifier], *, whole: bool) -> bool:
    return any(i.kind == asked.kind and _same_number(asked.value, i, whole=whole) for i in ids)


def _has_identifier(asked: Identifier, ids: Sequence[Identifier], body: Body, *, whole: bool) -> bool:
    if asked.kind == "case":
        return asked.value in case_numbers(body.said("case")).split(" ")
    return _same_of(asked, ids, whole=whole)


def _same_number(asked: str, known: Identifier, *, whole: bool) -> bool:
    if asked == known.value:
        return True
    if "*" not in asked and "*" not in known.value:
        return False
    agreeing = mask_agreement(asked, known.value if whole else mask(known))
    return agreeing is not None and agreeing >= FEWEST_SHOWN


def _has_word(
    word: str, subjects: Sequence[Subject], ids: Sequence[Identifier], haystack: str, *, whole: bool
) -> bool:
    folded = fold(word).lower()
    if not folded:
        return True
    if folded in haystack or any(_has_name(word, subject.name) for subject in subjects):
        return True
    digits = compact(word)
    if "*" in stars(digits):
        return any(_same_number(stars(digits), i, whole=whole) for i in ids)
    return len(digits) >= FEWEST_DIGITS and any(digits in (i.value if whole else mask(i)) for i in ids)


def _has_name(word: str, name: str) -> bool:
    """Part of a name, or all of it said, written or masked in another way."""
    if not name or not word.strip("*"):
        return False
    return fold(word).upper() in name.upper() or names.relation(word, name) in ALIKE
