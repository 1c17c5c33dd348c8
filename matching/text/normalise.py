"""One spelling for the many that people, keyboards and scanners give the same text.

Everything that is compared, hashed or searched goes through :func:`fold` first. A change that gives
any text another folded form must raise :data:`VERSION`: stored keys were made from the old form.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from matching.text.han import SIMPLIFIED, TRADITIONAL

#: Version of the normaliser, identifiers, names and keys together. Stored keys carry it.
VERSION = 4

#: Letters that a scanner or a tired hand puts for a digit, for use inside digit runs only.
OCR_DIGITS = str.maketrans("OoDQlLIi|BSsZzGgq", "00001111185522699")

_SIMPLIFY = str.maketrans(TRADITIONAL, SIMPLIFIED)
_SEPARATORS = re.compile(r"[\s\-‐‑‒–—―_·•・.,/\\:;'\"、，。：；]+")

#: Signs that people write for a hidden digit, one for one.
_STARS = str.maketrans(dict.fromkeys("●•■□◆○▇█×✱✲∗※☆★△▲", "*"))
#: Runs of other signs that stand for hidden digits; alone they are something else.
_STAR_RUN = re.compile(r"(?<![A-Za-z])[xX]{3,}(?![A-Za-z])|[xX]{5,}|[#?_~]{3,}|[.·]{2,}|(?<=\d)-{3,}(?=\d)")

#: Without width but not of a category that says so: Hangul fillers and variation selectors.
_INVISIBLE = frozenset("\u115f\u1160\u3164\uffa0") | {chr(c) for c in range(0xFE00, 0xFE10)}


class _CharFolds(dict[int, str]):
    """What each character folds to, filled in as characters are met (about 30 k exist in practice)."""

    def __missing__(self, code: int) -> str:
        folded = "".join(_visible(c) for c in unicodedata.normalize("NFKC", chr(code)))
        folded = folded.translate(_SIMPLIFY)
        if len(self) < 60_000:  # every assigned character at most once would be 150 k
            self[code] = folded
        return folded


def _visible(char: str) -> str:
    """The character itself, a space for any kind of space, nothing for what has no width."""
    if char.isspace():
        return " "
    # Cc control, Cf format (zero width, bidi), Cs surrogate, Co private, Cn unassigned
    return "" if char in _INVISIBLE or unicodedata.category(char)[0] == "C" else char


_FOLDS = _CharFolds()


def fold(text: str) -> str:
    """Half-width, simplified, without invisible characters, one space where there was any. Keeps case."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split()) if "  " in text or text[:1] == " " or text[-1:] == " " else text
    return _folded(text) if len(text) <= _SHORT else _fold(text)


def _fold(text: str) -> str:
    folded = unicodedata.normalize("NFC", text.translate(_FOLDS))
    return " ".join(folded.split()) if " " in folded else folded  # every kind of space is one by now


#: Of short texts the last are remembered: a name is folded by all who look at it, five times in a row of a ledger.
_SHORT = 64
_folded = lru_cache(maxsize=256)(_fold)


def fold_aligned(text: str) -> tuple[str, list[int] | None]:
    """The folded text with its spaces as they were, and where each of its characters stood in ``text``.

    The positions are None when nothing moved, which is the usual case.
    """
    folded = text.translate(_FOLDS)
    if len(folded) == len(text) and all(len(_FOLDS[ord(c)]) == 1 for c in set(text)):
        return folded, None
    positions = [i for i, char in enumerate(text) for _ in _FOLDS[ord(char)]]
    return folded, positions


def compact(text: str) -> str:
    """Folded, upper case, without spaces and separators: the form in which numbers are compared."""
    return _SEPARATORS.sub("", fold(text)).upper()


def stars(text: str) -> str:
    """The text, of the same length, with every sign that stands for a hidden character as ``*``."""
    text = text.translate(_STARS)
    return _STAR_RUN.sub(lambda run: "*" * len(run.group()), text)


def listed(words: str) -> frozenset[str]:
    """The words of a text as a set: how lists of many words are written here."""
    return frozenset(words.split())
