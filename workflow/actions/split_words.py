"""The words behind ``/split N``: units, and until when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from matching.text.understood import NotRead, Read
from storage.tables.models import Request
from workflow.deadlines.times import Written, read_deadline
from workflow.kernel.errors import Refused
from workflow.kernel.examples import Example
from workflow.kernel.tx import Tx
from workflow.organisation.units import Units

_LABEL = re.compile(r"^(?:时限|截止|期限|限|due|by|until|before|deadline)[:：]?$", re.IGNORECASE)
_GLUED = re.compile(r"(?:^|(?<=\s))(时限|截止|期限|due|deadline)[:：]\s*", re.IGNORECASE)
_BETWEEN = re.compile(r"[,，、;；\n]+|\s(?:和|及|与|and|&)\s", re.IGNORECASE)
SIGN = "\ue000"  # in place of what divides units; nobody types it
MOST_WORDS = 6  # of one unit's name


@dataclass(frozen=True, kw_only=True, slots=True)
class Until:
    """A moment, and how it was written."""

    at: datetime
    given: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Meant:
    """The units as they were written, and until when; None: as the whole allows."""

    units: tuple[str, ...]
    until: Until | None = None


def split_words(tx: Tx, known: Units, request: Request, words: str, *, example: Example) -> Meant:
    """Units, divided by blanks or signs, and a time behind them; what is the name of none comes back as it was written.
    Raises :class:`Refused` for no unit, and for a time that cannot be met or may be two."""
    tokens = _BETWEEN.sub(f" {SIGN} ", _GLUED.sub(r"\1 ", words)).split()
    found: list[str] = []
    at = 0
    while at < len(tokens):
        if tokens[at] == SIGN:
            at += 1
            continue
        here = _within(tokens, at)
        if (length := _named(known, here)) == 0 and (
            until := _until(tx, request, tokens[at:], example)
        ) is not None:
            if not found:
                raise Refused("error.split_whom", number=request.number, example=example)
            return Meant(units=tuple(found), until=until)
        length = length or _as_written(here, divided=SIGN in tokens)
        found.append(" ".join(here[:length]))
        at += length
    if not found:
        raise Refused("error.split_whom", number=request.number, example=example)
    return Meant(units=tuple(found))


def _within(tokens: list[str], at: int) -> list[str]:
    """The words from here on to the next sign that divides."""
    end = tokens.index(SIGN, at) if SIGN in tokens[at:] else len(tokens)
    return tokens[at:end]


def _named(known: Units, words: list[str]) -> int:
    """How many of these words name a unit without a doubt; the most that do."""
    for length in range(min(MOST_WORDS, len(words)), 0, -1):
        choice = known.choose(" ".join(words[:length]))
        if choice.exact:
            return length
    return 0


def _as_written(words: list[str], *, divided: bool) -> int:
    """A name that is none as it stands: all up to the sign where signs divide, else a word."""
    return len(words) if divided else 1


def _until(tx: Tx, request: Request, tokens: list[str], example: Example) -> Until | None:
    """The time that these words say; None for words that say none."""
    words = [token for token in tokens if token != SIGN]
    labelled = bool(_LABEL.match(words[0]))
    given = " ".join(words[1:] if labelled else words)
    read = read_deadline(Written(text=given, sent=tx.sent, now=tx.now), policy=tx.policy)
    if isinstance(read, Read):
        return Until(at=read.value, given=given)
    if isinstance(read, NotRead):
        if read.code == "unreadable" and not labelled:
            return None
        raise Refused(f"error.due_{read.code}", given=given, example=example)
    raise Refused("error.part_due_unclear", given=given, number=request.number, example=example)
