"""What is known of a request's subjects, found in a text however it is written there."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from matching.identifiers.values import Subject
from matching.masking.stream import Atom, gap
from matching.text.normalise import fold
from matching.text.spoken import is_han, plain, said_words, syllable
from matching.words.common_english import COMMON_ENGLISH
from matching.words.masking_surnames import COMPOUND_SURNAMES, SURE, UNSURE

SHORTEST = 4  # shorter values are no numbers, and hiding them would garble the text
BETWEEN = 3  # signs that may stand between the parts of one name
_HAN = re.compile(r"[\u3400-\u9fff]")
#: A word of letters, or a single Han character.
_PIECE = re.compile(r"[\u3400-\u9fff]|(?:(?![\u3400-\u9fff])[^\W\d_])+")


@dataclass(kw_only=True)
class Stream:
    """Characters of one sort out of a text, one after the other, and where each piece of them stands."""

    text: str
    pieces: list[tuple[int, int, str]]  # start and end in the text, what it says
    says: str = field(init=False)
    offsets: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.says = "".join(says for _, _, says in self.pieces)
        self.offsets, at = [], 0
        for _, _, says in self.pieces:
            self.offsets.append(at)
            at += len(says)

    def find(self, wanted: str, *, between: int, whole: bool = True) -> Iterator[tuple[int, int]]:
        """Where in the text the stream says what is wanted, with at most so many signs between its pieces.
        ``whole``: not within a piece."""
        at = self.says.find(wanted) if wanted else -1
        while at >= 0:
            first, last = self._piece(at), self._piece(at + len(wanted) - 1)
            fits = not whole or (self.offsets[first] == at and self._end(last) == at + len(wanted))
            if fits and self._near(first, last, between):
                start = self.pieces[first][0] if whole else self.pieces[first][0] + at - self.offsets[first]
                inner = at + len(wanted) - self.offsets[last]
                piece = self.pieces[last]
                end = piece[1] if whole or inner == len(piece[2]) else piece[0] + inner
                yield start, end
                at += len(wanted) - 1
            at = self.says.find(wanted, at + 1)

    def _piece(self, at: int) -> int:
        return bisect_right(self.offsets, at) - 1

    def _end(self, piece: int) -> int:
        return self.offsets[piece] + len(self.pieces[piece][2])

    def _near(self, first: int, last: int, between: int) -> bool:
        return all(
            self.pieces[n][1] == self.pieces[n + 1][0]
            or gap(self.text, self.pieces[n][1], self.pieces[n + 1][0], most=between) is not None
            for n in range(first, last)
        )

    @cached_property
    def sounds(self) -> dict[str, list[tuple[int, int]]]:
        """Of Han characters: where two to four of them sound like this, in pinyin."""
        said = [syllable(says) for _, _, says in self.pieces]
        found: dict[str, list[tuple[int, int]]] = {}
        for size in (2, 3, 4):
            for at in range(len(said) - size + 1):
                if self._near(at, at + size - 1, BETWEEN):
                    place = self.pieces[at][0], self.pieces[at + size - 1][1]
                    found.setdefault("".join(said[at : at + size]), []).append(place)
        return found


def known_places(
    text: str, parts: Sequence[Atom], subjects: Sequence[Subject]
) -> Iterator[tuple[int, int, int, int]]:
    """Where subjects are named or numbered in a folded text: start, end, index of the subject, and of its
    identifier (-1 for its name)."""
    if not subjects:
        return
    codes = Stream(text=text, pieces=[(atom.start, atom.end, atom.code) for atom in parts])
    letters = Stream(text=text, pieces=[(m.start(), m.end(), plain(m[0])) for m in _PIECE.finditer(text)])
    words = [piece for piece in letters.pieces if not is_han(piece[2])]
    han = Stream(text=text, pieces=[piece for piece in letters.pieces if is_han(piece[2])])
    names: set[str] = set()  # two of one name are one name here
    for index, subject in enumerate(subjects):
        for which, identifier in enumerate(subject.ids):
            for value in {identifier.value, fold(identifier.raw)}:
                code = "".join(c for c in value.upper() if c.isalnum() and not is_han(c))
                if len(code) >= SHORTEST and "*" not in value:
                    digits = any(c.isdigit() for c in code)
                    for start, end in codes.find(code, whole=not digits, between=BETWEEN + 1):
                        yield start, end, index, which
        if len(subject.name) >= 2 and "*" not in subject.name and subject.name not in names:
            names.add(subject.name)
            for start, end in _named(subject.name, letters, han, words):
                yield start, end, index, -1


def _named(
    name: str, letters: Stream, han: Stream, words: list[tuple[int, int, str]]
) -> Iterator[tuple[int, int]]:
    name = fold(name)
    own = "".join(_HAN.findall(name))
    parts = [plain(part) for part in _PIECE.findall(name)]
    latin = [part for part in parts if not is_han(part)]
    if latin and own and not _could_be_somebody(own):
        yield from letters.find("".join(parts), between=BETWEEN)  # ABC贸易
        return
    if len(own) >= 2:
        yield from letters.find(own, between=BETWEEN)
        for order in _orders(said_words(own)) if words else ():
            yield from letters.find(order, between=BETWEEN)
    if not latin:
        return
    short = len("".join(latin)) < SHORTEST  # "an" and "li" are words, AN and LI are names
    for order in _orders(latin):
        for start, end in letters.find(order, between=BETWEEN):
            if not short or letters.text[start].isupper():
                yield start, end
    yield from _single(latin, letters.text, words)
    if len(latin) > 1 and not own:
        for order in _orders(latin):
            yield from han.sounds.get(order, ())


def _could_be_somebody(own: str) -> bool:
    return 2 <= len(own) <= 4 and (own[0] in SURE or own[0] in UNSURE or own[:2] in COMPOUND_SURNAMES)


def _orders(parts: Sequence[str]) -> list[str]:
    """The words of a name in the orders that people write them, as one; the longest first."""
    turned = {"".join(parts), "".join((*parts[1:], parts[0])), "".join((parts[-1], *parts[:-1]))}
    if len(parts) > 2:
        turned |= {"".join(reversed(parts)), parts[0] + parts[-1], parts[-1] + parts[0]}
    return sorted((o for o in turned if len(o) >= 3 or len(parts) == 1), key=lambda o: (-len(o), o))


def _single(parts: Sequence[str], text: str, words: list[tuple[int, int, str]]) -> Iterator[tuple[int, int]]:
    """Single words of a name of several: they name somebody too, where they are no common words."""
    telling = {part for part in parts if len(part) >= 4 and part not in COMMON_ENGLISH}
    if len(parts) > 1 and telling:
        for start, end, says in words:
            if says in telling and text[start].isupper():
                yield start, end
