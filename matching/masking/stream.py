"""A text as the stream of its code characters: digits of any script and letters, with what stands between.

However somebody writes a number (in full width, in Arabic-Indic or Chinese digits, in keycaps, with commas,
bars or zero-width signs between), here it is the same sequence of plain characters, each with its place.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from matching.words.common_english import COMMON_ENGLISH

MOST_LETTERS = 7  # in a row, that may be of one number with digits
GAP = 4  # visible signs that may stand between two parts of one number
#: Chinese digits as they are written, written on cheques, and said over the telephone.
NUMERALS = dict(zip("〇○零一二三四五六七八九壹贰叁肆伍陆柒捌玖", "000123456789123456789", strict=True)) | {
    "幺": "1", "两": "2", "俩": "2", "仨": "3", "拐": "7", "洞": "0", "勾": "9", "弍": "2", "弎": "3",
}  # fmt: skip
#: What people say for a sign between two digits.
_SAID_SIGNS = frozenset("杠横点空减加")
SPELT = {
    "zero": "0", "oh": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
    "seven": "7", "eight": "8", "nine": "9", "niner": "9",
}  # fmt: skip
#: Capitals that say what follows, and are no part of it.
_LABEL_WORDS = (
    "QQ ID UID IMEI IMSI ICCID VIN MAC IP TEL FAX NO GPS TG FB WX VX IG RMB CNY USD HKD EUR AM PM PSB"
)
_LABELS = frozenset(_LABEL_WORDS.split())
DIGIT, LETTER, HAN, UNSEEN, SIGN = "dlhus"


@dataclass(frozen=True, slots=True)
class Atom:
    """Code characters with nothing between; ``code`` is what they say, in capitals."""

    start: int
    end: int
    code: str
    digits: int

    @property
    def mixed(self) -> bool:
        return 0 < self.digits < len(self.code)


@dataclass(frozen=True, slots=True)
class Run:
    """Atoms that may be one number; positions of the text that they were read from."""

    atoms: tuple[Atom, ...]

    @property
    def start(self) -> int:
        return self.atoms[0].start

    @property
    def end(self) -> int:
        return self.atoms[-1].end

    @property
    def code(self) -> str:
        return "".join(atom.code for atom in self.atoms)


class _Signs(dict[str, tuple[str, str]]):
    """Each character with its class and what it says, filled in as characters are met."""

    def __missing__(self, char: str) -> tuple[str, str]:
        found = _classify(char)
        if len(self) < 60_000:
            self[char] = found
        return found


def _classify(char: str) -> tuple[str, str]:
    if char in NUMERALS:
        return DIGIT, NUMERALS[char]
    value = unicodedata.digit(char, None)
    if value is None and unicodedata.category(char) in ("No", "Nl"):
        number = unicodedata.numeric(char, -1.0)
        value = int(number) if number == int(number) and 0 <= number <= 99 else None
    if value is not None:
        return DIGIT, str(value)
    category = unicodedata.category(char)
    if category in ("Lu", "Ll", "Lt"):
        return LETTER, char.upper()
    if category in ("Mn", "Me", "Mc", "Cf", "Cc", "Sk") and char not in "\n\t^`":
        return UNSEEN, ""
    return (HAN, char) if category[0] == "L" else (SIGN, char)


_SIGNS = _Signs()


def atoms(text: str) -> list[Atom]:
    """The atoms of a folded text, in order."""
    found: list[Atom] = []
    start, last, code, digits = -1, -1, "", 0
    for at, char in enumerate(text):
        kind, says = _SIGNS[char]
        if kind in (DIGIT, LETTER):
            if start < 0:
                start = at
            code += says
            digits += kind == DIGIT
            last = at
        elif start >= 0 and kind != UNSEEN:
            found.append(Atom(start, last + 1, code, digits))
            start, code, digits = -1, "", 0
    if start >= 0:
        found.append(Atom(start, last + 1, code, digits))
    return [_spelt(atom) for atom in found]


def _spelt(atom: Atom) -> Atom:
    says = SPELT.get(atom.code.lower())
    return Atom(atom.start, atom.end, says, 1) if says is not None else atom


def written(text: str, parts: Sequence[Atom]) -> str:
    """The code characters of atoms as they stand there, in plain letters and digits."""
    signs = (char for atom in parts for char in text[atom.start : atom.end])
    return "".join(
        char if char.isascii() else says for char in signs for kind, says in [_SIGNS[char]] if kind in "dl"
    )


def gap(text: str, start: int, end: int, *, most: int = GAP) -> int | None:
    """How many visible signs stand between, None where more than ``most`` or anything but signs does."""
    seen = 0
    for char in text[start:end]:
        kind, _ = _SIGNS[char]
        if kind == SIGN:
            seen += 1
        elif kind != UNSEEN and char not in _SAID_SIGNS:
            return None
        if seen > most:
            return None
    return seen


def runs(text: str, parts: list[Atom]) -> Iterator[Run]:
    """The atoms put together where they may be one number.

    Digits join digits over a gap. Letters join digits where they could be of one code: capitals, single
    letters, and short groups within what mixes both (bc1q w508 jxtd g4y5). Words join nothing.
    """
    current: list[Atom] = []
    pending: list[Atom] = []  # letters that belong to the run if digits follow
    for atom in parts:
        before = (pending or current)[-1] if current or pending else None
        near = before is not None and gap(text, before.end, atom.start) is not None
        if not near:
            yield from _whole(current)
            current, pending = [], []
        if atom.digits:
            spelt = len(pending) > 1 and all(len(p.code) == 1 for p in pending)
            if current and len(pending) > 2 and not spelt:
                yield from _whole(current)
                current, pending = [], pending[-1:]
            if current and pending and not _within(text, current[-1], pending, atom):
                yield from _whole(current)
                current = []
            current += [p for p in pending if current or spelt or _may_begin(text, p)] + [atom]
            pending = []
        elif len(atom.code) <= MOST_LETTERS:
            pending.append(atom)
        else:
            yield from _whole(current)
            current, pending = [], []
    if current and pending and len(pending) == 1 and len(pending[0].code) == 1:
        current += pending
    yield from _whole(current)


def _whole(current: list[Atom]) -> Iterator[Run]:
    if current:
        yield Run(tuple(current))


def _may_begin(text: str, letters: Atom) -> bool:
    """Whether letters before digits may be of their number: WJ 12345, wxid_8a7b6c, but not "on 12345" or
    "QQ: 12345"."""
    if text[letters.end : letters.end + 1] == "_":
        return True
    if letters.code in _LABELS or text[letters.end : letters.end + 2].strip()[:1] == ":":
        return False
    word = len(letters.code) > 4 and letters.code.lower() in COMMON_ENGLISH
    return len(letters.code) <= MOST_LETTERS and not word and text[letters.start : letters.end].isupper()


def _within(text: str, before: Atom, letters: list[Atom], after: Atom) -> bool:
    """Whether groups of letters between digits are of one code with them."""
    if all(len(atom.code) == 1 for atom in letters) or (before.mixed and after.mixed):
        return True
    return all(len(atom.code) <= 3 and _may_begin(text, atom) for atom in letters)
