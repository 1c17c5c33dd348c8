"""Whether a picture is one of somebody's identity document, told by what is said beside it and by its outline. Nobody
looks into the picture.

Words decide, the outline helps. "身份证" before a number is the label of the number, and most pictures of a request
whose text has one show something else; in a caption of its own it says what the picture is. A cropped card has the
outline of a card (ID-1, 85.60 × 53.98 mm), and so has a screen of 16:10; a passport's page (125 × 88 mm) has that of a
sheet of A4. So an outline alone decides nothing: it does where the words name such a document, or give its number.
"""

from __future__ import annotations

import re
from enum import IntEnum

from matching.text.normalise import fold
from matching.words.paper_words import (
    NOT_BEFORE_EN,
    NOT_BEHIND_EN,
    PAPERS_EN,
    PAPERS_ZH,
    PICTURES_ZH,
    SHOWN_BEFORE_ZH,
    SHOWN_EN,
    SHOWN_ZH,
)


class Says(IntEnum):
    """What words say of a picture beside them."""

    NOTHING = 0
    NAMES = 1  # they name an identity document, or give the number of one
    SHOWS = 2  # they say that the picture is one


#: A caption up to this long that names one says what is to be seen: the longest that were thought of, and half as
#: long again. A request's text is longer, and names one as the label of a number.
SHORT_ZH, SHORT_EN = 24, 60
#: Outlines, long side by short, and how far a picture may be from one. Crops of cards by hand and by the scanners of
#: phones are up to some 3 % off; 3:2 is 5.4 % away. A page's outline lies between 4:3 and 3:2, 6 % from each.
OUTLINES = ((85.60 / 53.98, 0.03), (125 / 88, 0.02))
LEGIBLE = 160  # pixels of the short side: on less no number of a card can be read, nor is a thumbnail smaller

_ZH = f"(?:{'|'.join(PAPERS_ZH)})"
_EN = (
    rf"(?<![a-z])(?<!{')(?<!'.join(f'{word} ' for word in NOT_BEFORE_EN)})"
    rf"(?:{'|'.join(PAPERS_EN)})(?![a-z])(?! (?:{'|'.join(NOT_BEHIND_EN)}))"
)
#: Behind the name of a document: it is its number that is spoken of.
_NUMBER = (
    r"(?:件|信息)?(?:\s?(?:号码|号|numbers?(?![a-z])|no(?![a-z])\.?))|"
    r"(?:件)?[\s:：,，是为(（]{0,4}[a-z]{0,3}[0-9*x]{4}"
)
_PAPER = re.compile(rf"(?:{_ZH}|{_EN})(?!{_NUMBER})")
_LABEL = re.compile(rf"{_ZH}|{_EN}|(?<![0-9])[0-9]{{17}}[0-9x](?![0-9])")
_SHOWN_ZH, _SHOWN_EN = "|".join(SHOWN_ZH), rf"(?<![a-z])(?:{'|'.join(SHOWN_EN)})(?![a-z])"
_SHOWS = re.compile(
    rf"{'|'.join(PICTURES_ZH)}"
    rf"|{_ZH}[^\n]{{0,6}}(?:{_SHOWN_ZH})|(?:{'|'.join(SHOWN_BEFORE_ZH)})[^\n]{{0,8}}{_ZH}(?!{_NUMBER})"
    rf"|{_EN}(?!{_NUMBER})[^\n]{{0,24}}{_SHOWN_EN}|{_SHOWN_EN}[^\n]{{0,24}}{_EN}(?!{_NUMBER})"
)
_HAN = re.compile(r"[\u4e00-\u9fff]")


def says(text: str, *, caption: bool = True) -> Says:
    """What a text says of the picture beside it. ``caption``: it was written for the picture, so that a short one
    which names a document says what is to be seen; not so what the picture replies to."""
    words = "\n".join(fold(line) for line in text.splitlines()).lower().strip()
    if _SHOWS.search(words):
        return Says.SHOWS
    if not _LABEL.search(words):
        return Says.NOTHING
    short = len(words) <= (SHORT_ZH if _HAN.search(words) else SHORT_EN)
    return Says.SHOWS if caption and short and _PAPER.search(words) else Says.NAMES


def is_shaped(width: int | None, height: int | None) -> bool:
    """Whether a picture of so many pixels has the outline of a card or of a passport's page, lying or standing."""
    if not width or not height or min(width, height) < LEGIBLE:
        return False
    sides = max(width, height) / min(width, height)
    return any(abs(sides / outline - 1) <= off for outline, off in OUTLINES)


def is_paper(said: Says, *, shaped: bool) -> bool:
    """Whether that is enough for a picture to be taken for one of an identity document."""
    return said is Says.SHOWS or (said is Says.NAMES and shaped)
