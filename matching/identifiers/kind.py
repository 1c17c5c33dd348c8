"""What a kind of number is: one row of the table in :mod:`matching.identifiers.kinds`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from matching.identifiers.values import State


class Read(NamedTuple):
    """A value as one kind: its normal form, its state, and whether letters were taken for digits."""

    value: str
    state: State
    guessed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """One kind of number."""

    key: str  #: of ``ids`` in a ledger row, and in :data:`matching.words.kind_words.WORDS`
    read: Callable[[str], Read]
    about: str  #: what a subject is of which only such a number is known: person, vehicle, phone, account, company
    decides: bool = (
        False  #: for a request about that, an equal one is the same subject, a different one another
    )
    tells: bool = (
        False  #: an equal one is the same subject; a different one says nothing (one may have several)
    )
    supports: bool = False  #: beside an equal name, an equal one makes a person the same
    shown: tuple[int, int] = (2, 2)  #: characters at both ends that a group may see
    says: int = 5  #: so many shown characters must agree for a mask to say anything
    digits: bool = False  #: of digits alone, so that a letter in one is a scanner's
    one_spelling: bool = False  #: case and signs do not belong to it
    chinese: str  #: in the reasons of a match
    english: str = ""  #: the same; "" where the key says it
