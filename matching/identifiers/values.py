"""What matching takes and gives: plain frozen values, no I/O.

A *request* (here only its text, as a :class:`Record`) is about *subjects*; a subject has *identifiers*; two
records give a :class:`Match`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

from matching.text.span import Span

#: ``valid``: well formed, check digit right (where the kind has one). ``masked``: has stars.
#: ``damaged``: right length, wrong check digit or an impossible date. ``length``: it has a number of
#: characters that none of its kind has. ``partial``: a known part of one (a plate without its province).
#: ``other``: kept as written, of no shape that we know.
State = Literal["valid", "masked", "damaged", "length", "partial", "other"]

Verdict = Literal["reuse", "possible"]


#: The state of an earlier request that was answered on a day that nobody wrote down.
UNDATED = "answered, undated"


@dataclass(frozen=True, kw_only=True, slots=True)
class Identifier:
    kind: str
    value: str  #: normalised: upper case, no separators; stars stay where it is masked
    state: State
    raw: str = ""  #: as it was written
    found: bool = False  #: read out of free text: it may support a match, but never decide one
    guessed: bool = (
        False  #: letters were taken for digits (or a digit for a letter): its writer must confirm it
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    kind: str = "person"
    name: str = ""
    ids: tuple[Identifier, ...] = ()
    sound: str = ""  #: how the name is said (:func:`matching.words.names.spoken`), worked out once


class OwnKind(StrEnum):
    """What a field of a type's own holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    PERIOD = "period"
    CHOICE = "choice"  # one of its options
    PERSON = "person"  # somebody, whose name groups do not read


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnField:
    """A field that one type of request has (``fields`` in the configuration)."""

    key: str
    labels: Mapping[str, str]  #: language -> label, under which it is written too
    kind: OwnKind = OwnKind.TEXT
    required: bool = False
    options: tuple[Mapping[str, str], ...] = ()  #: language -> label of each, where one is chosen


@dataclass(frozen=True, kw_only=True, slots=True)
class TypeRule:
    """How answers of one request type may be reused (``[[request_types]]`` in the configuration)."""

    key: str
    labels: Mapping[str, str] = field(default_factory=dict)  #: language -> label
    aliases: tuple[str, ...] = ()
    require: tuple[str, ...] = ("subject", "reason")
    about: str = "person"  #: person, vehicle, phone, account, company, none
    same: tuple[str, ...] = ("subject",)  #: what must agree besides the type: subject, case, period
    fresh_for: timedelta = timedelta(days=180)
    approve: bool = False  #: somebody of the asking unit approves it before it goes out
    ground: bool = False  #: who asks picks on which ground it presses
    case: bool = False  #: it names its case, or says why there is none
    papers: tuple[str, ...] = ()  #: that must be attached, against which the asked unit checks it
    handling: str = "H1"  #: the handling code of an answer, unless who gives it says another
    time: Span | None = None  #: its own time to answer
    remote_time: Span | None = None  #: the same, where the asked unit is hard to reach
    fields: tuple[OwnField, ...] = ()  #: besides those that every request may have


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """The comparable text of one request, earlier or new."""

    id: str
    type: str = ""  #: key of a TypeRule, or "" when unknown
    subjects: tuple[Subject, ...] = ()
    case: str = ""
    period: tuple[date, date] | None = None
    reason: str = ""
    asked_at: datetime | None = None
    answered_at: datetime | None = None  #: None: still open
    outcome: str = ""  #: found, partly, nothing found
    state: str = ""  #: of the request; an answer of a declined or cancelled one is no answer


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why two records match: a stable code and its parameters; the words are in the views.

    ``english()`` gives the words that ``crossbeat match`` prints, e.g. "same cn_id".
    """

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    id: str
    score: float  #: calibrated: of ten matches at 0.9, nine are right
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    covers: tuple[int, ...] = ()  #: indexes of the query's subjects that this record covers
    answered: bool = True
    certain: tuple[int, ...] = ()  #: those of which this record's answer may be reused by rule alone
    exact: tuple[int, ...] = ()  #: those that have an equal, whole, valid number of the kind that decides
