"""Finds and reads identifiers: of a given kind, of any kind, or anywhere in free text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from matching.identifiers import cases
from matching.identifiers.kinds import READERS
from matching.identifiers.readers import expand15
from matching.identifiers.search import Search, as_kind
from matching.identifiers.values import Identifier
from matching.text.normalise import fold, fold_aligned, stars
from matching.words.marks import Mark, marks

__all__ = ["Found", "Scan", "expand15", "find", "identify", "scan"]

#: Longer values are no identifiers; what is cut off is not compared.
MAX_VALUE = 120
#: Text beyond this is not searched: a post has 4,096 characters, a long report some ten thousand.
MAX_TEXT = 40_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """An identifier in free text, and where in the text as it was given. ``label``: where its own word begins."""

    identifier: Identifier
    start: int
    end: int
    label: int = -1


@dataclass(frozen=True, kw_only=True, slots=True)
class Scan:
    """What stands in a text: the numbers that are read, the words that announce something, and the numbers that a
    word says are none of ours (as pairs of places)."""

    found: list[Found] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    foreign: list[tuple[int, int]] = field(default_factory=list)


def identify(kind: str | None, raw: str) -> Identifier:
    """The identifier that ``raw`` is, of ``kind`` or (None) of the kind that its shape says. Never raises.

    A value of no shape that we know comes back with state ``other`` (and kind "" where none was given).
    """
    raw = str(raw)
    text = fold(raw[: 4 * MAX_VALUE])[:MAX_VALUE]
    if kind is None:
        return replace(_recognise(text), raw=raw)
    if kind == "case":
        value = cases.normal(text)
        return Identifier(kind=kind, value=value, state="valid" if value else "other", raw=raw)
    reader = READERS.get(kind)
    if reader is None:
        return Identifier(kind=kind, value=text.upper(), state="other", raw=raw)
    read = reader(text)
    if read.state in ("other", "length"):  # a label or a remark stands with it: 身份证号：…, …（本人）
        for found in find(text):
            if found.identifier.kind == kind and found.identifier.state != "length":
                return replace(found.identifier, raw=raw)
    return Identifier(kind=kind, value=read.value, state=read.state, raw=raw, guessed=read.guessed)


def _recognise(text: str) -> Identifier:
    found = find(text)
    if len(found) == 1:
        beside = text[: found[0].start] + text[found[0].end :]
        if len(beside) <= 16 and not any(c.isdigit() or c == "*" for c in beside):
            return found[0].identifier
    for kind in ("plate", "passport"):
        read = READERS[kind](text)
        if read.state not in ("other", "length"):
            return as_kind(kind, read)
    return Identifier(kind="", value=text.upper(), state="other", raw=text)


def find(text: str) -> list[Found]:
    """All identifiers in the text, in order, not overlapping. Positions count characters of ``text``.

    Case numbers have kind ``case``. Masked forms are found too. A number with a wrong check digit is
    found (as ``damaged``) where its shape or the word before it says what it is.
    """
    holds = _MAY_HOLD.search(text[:MAX_TEXT]) or _SPOKEN.search(text[:MAX_TEXT])
    return scan(text).found if holds else []


def scan(text: str) -> Scan:
    """All that :func:`find` finds, and the words and foreign numbers beside it."""
    folded, positions = fold_aligned(text[:MAX_TEXT])
    starred = _SPOKEN.sub(lambda run: run.group().translate(_SAID), stars(folded))
    known = marks(starred)
    search = Search(text=starred, marks={mark.value: mark for mark in known})
    search.run()

    def place(start: int, end: int) -> tuple[int, int]:
        return (start, end) if positions is None else (positions[start], positions[end - 1] + 1)

    found = []
    for start, end, identifier, mark in sorted(search.spans, key=lambda span: span[0]):
        first, last = place(start, end)
        label = place(mark.start, mark.end)[0] if mark is not None else -1
        found.append(
            Found(identifier=replace(identifier, raw=text[first:last]), start=first, end=last, label=label)
        )
    return Scan(
        found=found,
        marks=[_moved(mark, positions, len(starred)) for mark in (*search.tails, *known)],
        foreign=[place(*span) for span in sorted(search.foreign)],
    )


def _moved(mark: Mark, positions: list[int] | None, size: int) -> Mark:
    if positions is None:
        return mark
    value = positions[mark.value] if mark.value < size else positions[-1] + 1
    return replace(mark, start=positions[mark.start], end=positions[mark.end - 1] + 1, value=value)


#: Numbers as they are said and typed by voice: 幺五九五幺二三零零零二. Shorter ones are years and sums.
_SPOKEN = re.compile(r"[零〇○一二三四五六七八九幺两拐洞勾]{7,}")
_SAID = str.maketrans("零〇○一二三四五六七八九幺两拐洞勾", "00012345678912709")

#: Cheap test that most sentences fail: three digits, letters or signs of a mask (in any width) near each other.
_MAY_HOLD = re.compile(r"[^\W_\u3400-\u9fff*●•■□◆○]|[*●•■□◆○▇█×✱✲∗※☆★△▲＊?_~…]{2}")
