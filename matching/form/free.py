"""A request in sentences: 帮忙查一下昆山这边一个叫陈望舒的户籍，身份证3205…，明天要用.

By rules and tables alone. Whatever can be told is given back as the field that it is; what is doubtful is named, to be
asked; what is neither stays as a note. What has a label never comes here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from matching.form import free_choices, free_others, free_people, free_times, free_types
from matching.form.corrected import put_last
from matching.form.free_beside import ROLES
from matching.form.free_choices import NOBODY, Meant, Names, low, names_of
from matching.form.free_sheet import MOST, Sheet
from matching.form.free_times import Times
from matching.form.subjects import Subjects
from matching.identifiers.values import Subject
from matching.text.normalise import fold
from matching.words.correcting import CORRECTS
from matching.words.free_words import (
    ASKING,
    BECAUSE,
    DONE,
    HAPPENED,
    HASTE,
    HASTE_MEANS,
    LOOKS,
    NO_HASTE,
    OTHER_HASTE,
    OTHER_HASTE_BEHIND,
    ROLE,
    WISH,
    WISHED_BEFORE,
    WISHED_BEHIND,
)

#: Longer texts are no name of a kind of request.
MOST_OF_A_NAME = 24
MOST_READ = 256  # ways to write the names of kinds of requests that are remembered
_DASH = re.compile(r"\s*[-–—:：]\s*")
_LETTERS = re.compile(r"[\u3400-\u9fff]{2}|[a-z]{3}|\d[年月日号点前]|\d[./]\d")
_UNREAD = re.compile(r"(?<![A-Za-z0-9*])[A-Za-z]{0,6}[\d*]{5,}[A-Za-z0-9*]*(?![\d*]|\s?(?:元|万|块))")
_TAIL = re.compile(r"(?:尾号|[后末]四位|(?<![a-z])ending(?: in)?)[为是:： ]{0,2}\d{3}[\dx](?![\da-z])")
#: A paper that a request stands on has a number like a case's.
_PAPER = re.compile(r"调证|调取证据|立案决定|协查函|介绍信|查询函|通知书|文书|令")


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a desk knows: its units and kinds of requests by key, with their names; the unit above each; the asker's.

    Made once for many texts: what is derived of it is kept with it.
    """

    units: Mapping[str, Sequence[str]]
    types: Mapping[str, Sequence[str]]
    parents: Mapping[str, str] = field(default_factory=dict)
    own: str = ""

    @cached_property
    def unit_names(self) -> Names:
        return names_of(self.units)

    @cached_property
    def type_names(self) -> Names:
        """With their synonyms."""
        return names_of(free_types.with_synonyms(self.types))

    @cached_property
    def read(self) -> dict[str, Free]:
        """What texts say that are no more than the name of a kind of request, which most first lines are."""
        return {}


@dataclass(frozen=True, kw_only=True, slots=True)
class Free:
    """What a text in sentences says, by field; "" and nothing where it does not."""

    to: Meant = NOBODY
    type: Meant = NOBODY
    subjects: Subjects = field(default_factory=Subjects)
    times: Times = field(default_factory=Times)
    urgency: str = ""
    reason: str = ""
    case: str = ""
    basis: str = ""
    note: str = ""
    contact: str = ""
    unread: tuple[str, ...] = ()
    whose: tuple[
        Subject, ...
    ] = ()  #: numbers that may be the subject's, or those at which the writer is to be called
    wished: str = ""  #: a word of haste that is only wished for, which changes nothing
    says_more: bool = False  #: than the name of a kind of request


def read_free(text: str, options: Options, *, now: datetime) -> Free:
    """Read a text without labels. ``now``: when it was written. Never raises on any text."""
    if not text.strip():
        return Free()
    if (known := options.read.get(text)) is not None:
        return known
    free = _read(text, options, now)
    if (
        len(options.read) < MOST_READ
        and _is_name_of_type(text, options)
        and free.times == Times(due_sure=False)
    ):
        options.read[text] = free
    return free


def _is_name_of_type(text: str, options: Options) -> bool:
    """Whether a text is what a kind of request is called, and nothing in it may be of a time, which each day is
    another."""
    said = low(text.strip()) if len(text) <= MOST_OF_A_NAME else ""
    return any(said == name for name, _ in options.type_names) and not any(map(str.isnumeric, text))


def _read(text: str, options: Options, now: datetime) -> Free:
    sheet = Sheet.of(text)
    contact = free_people.numbers(sheet)
    contact += free_others.signed(sheet, [(low(name), "") for name in options.units.get(options.own, ())])
    others = free_others.aside(sheet)
    contact += [words for words, call in others if call]
    moments = free_times.times(sheet, now)
    free_people.companies(sheet)
    kind = free_types.types(sheet, options.types, options.type_names)
    to = free_choices.unit_meant(sheet, options.unit_names, parents=options.parents, own=options.own)
    subjects = _corrected(sheet, free_people.people(sheet))
    pressing, wished = _haste(sheet)
    reason = _reason(sheet)
    note = _note(sheet, due=moments.due_sure, without=contact)
    aside = [*(words for words, call in others if not call), *sheet.left]
    if len(kind.close) > 1:  # a request is of one kind: the others are read in its note
        aside.append("、".join(dict.fromkeys(sheet.written(s.start, s.end) for s in sheet.of_kind("type"))))
    papers = [span.value for span in sheet.of_kind("case")]
    return Free(
        to=to,
        type=kind,
        subjects=subjects,
        times=moments,
        urgency=pressing,
        reason=reason,
        case=next((paper for paper in papers if not _PAPER.search(paper)), ""),
        basis=next((paper for paper in papers if _PAPER.search(paper)), ""),
        note="\n".join(filter(None, (note, *(one for one in aside if one not in note), text[MOST:].strip()))),
        contact="\n".join(contact),
        wished=wished,
        whose=tuple(sheet.whose),
        unread=(*sheet.unsaid, *_unread(sheet)),
        says_more=len(text) > MOST_OF_A_NAME or any(span.what != "type" for span in sheet.spans),
    )


def _corrected(sheet: Sheet, read: Subjects) -> Subjects:
    """What was said last, where somebody corrects themselves: it is asked whether that is right."""
    if (last := put_last(read.found, sheet.low, sheet.known.found)) is not None:
        return replace(read, found=last, unsure=True, corrected=True)
    cue = CORRECTS.search(sheet.low)
    named = {span.start > cue.start() for span in sheet.of_kind("name")} if cue else set()
    return replace(read, unsure=True, corrected=True) if len(named) > 1 else read


def wishes(text: str) -> bool:
    """Whether a text asks somebody for something about a number: it may be a request without its marker."""
    low = fold(text[:MOST]).lower()
    if WISH.search(low) is None or LOOKS.search(low) is None or DONE.search(low) is not None:
        return False
    sheet = Sheet.of(text)
    free_people.numbers(sheet)  # those of the officer to call are none
    numbers = sheet.of_kind("number")
    valid = [
        f
        for f in sheet.known.found
        if f.identifier.state in ("valid", "damaged") and f.identifier.kind != "email"
    ]
    return any(span.start <= found.start < span.end for span in numbers for found in valid)


def _haste(sheet: Sheet) -> tuple[str, str]:
    """How pressing it is said to be: "normal" where that is only denied, "" where nothing is said of it; and the word
    of haste that is only wished for."""
    denied, wished = "", ""
    for found in HASTE.finditer(sheet.low):
        before = sheet.low[max(0, found.start() - 20) : found.start()]
        if OTHER_HASTE.search(before) or OTHER_HASTE_BEHIND.match(sheet.low, found.end()):
            continue
        clause = sheet.clause_of(found.start()) or (found.start(), found.end())
        inside = sheet.low[max(clause[0], found.start() - 20) : found.start()]
        if WISHED_BEFORE.search(inside) or WISHED_BEHIND.match(sheet.low, found.end()):
            wished = wished or sheet.written(found.start(), found.end())
            continue
        no = NO_HASTE.search(before)
        start = found.start() - (len(before) - no.start() if no else 0)
        if sheet.take(start, found.end(), "haste"):
            if no is None:
                return HASTE_MEANS.get(found.group(), found.group()), wished
            denied = "normal"
    return denied, wished


def _reason(sheet: Sheet) -> str:
    """What happened, or what is said to be the reason."""
    said: list[str] = []
    for because in BECAUSE.finditer(sheet.low):
        clause = sheet.clause_of(because.start())
        if clause is None or not sheet.free(because.start(), because.end()):
            continue
        if because.end() == clause[1] and (dash := _DASH.match(sheet.low, clause[1])):  # reason - fraud
            behind = sheet.clause_of(dash.end())
            said += (
                [word for piece in sheet.gaps(*behind) for word in _taken(sheet, *piece)] if behind else []
            )
            continue
        pieces = sheet.gaps(because.end(), clause[1])
        if pieces and pieces[0][0] == because.end():
            said += _taken(sheet, *pieces[0])
    for clause in sheet.clauses():
        for a, b in sheet.gaps(*clause):
            if HAPPENED.search(sheet.low, a, b):
                said += _taken(sheet, a, b)
    return "；".join(dict.fromkeys(said))


def _taken(sheet: Sheet, start: int, end: int) -> list[str]:
    """A piece of a clause as a reason, without the words around it that ask, and without 的 at its end."""
    low = sheet.low
    while start < end and low[start] in " :：,，（()）/|":
        start += 1
    while (asking := ASKING.match(low, start, end)) is not None and asking.end() > start:
        if HAPPENED.match(low, start):
            break
        start = asking.end()
    text = low[start:end]
    if (role := ROLE.search(text)) is not None and role.start() > 0 and not role.group().isascii():
        end = start + role.start() if HAPPENED.search(text[: role.start()]) else end
    while end > start and low[end - 1] in " 的了叫，,。.;；/|":
        end -= 1
    while start < end and low[start] in " 的:：,，":
        start += 1
    if not sheet.take(start, end, "reason"):
        return []
    return [sheet.written(start, end).strip()]


def _note(sheet: Sheet, *, due: bool, without: Sequence[str]) -> str:
    """The clauses in which more stands than what was told from them, without numbers and names."""
    kept: list[str] = []
    told = ("number", "name", "reason", "whose", *(["due"] if due else []))
    for start, end in sheet.clauses():
        places = [(s.start, s.end) for s in sheet.of_kind("place", "not") if start <= s.start < end]
        rest = "".join(f"{sheet.low[a:b]} " for a, b in [*sheet.gaps(start, end), *places])
        if not _LETTERS.search(ASKING.sub(" ", ROLES.sub(" ", rest))):
            continue
        hidden = sorted(s for s in ((s.start, s.end) for s in sheet.of_kind(*told)))
        text, at = "", start
        for a, b in hidden:
            if b <= start or a >= end:
                continue
            text += sheet.written(at, a) if a > at else ""
            at = max(at, b)
        text += sheet.written(at, end) if end > at else ""
        said = re.sub(r"[(（]\s*[)）]", "", " ".join(text.split()))
        kept += [said] if said.strip() not in without else []
    return "；".join(filter(None, kept))


def _unread(sheet: Sheet) -> tuple[str, ...]:
    """What looks like a number and is none that we know."""
    found = [*_UNREAD.finditer(sheet.cased), *_TAIL.finditer(sheet.low)]
    return tuple(sheet.written(run.start(), run.end()) for run in found if sheet.free(run.start(), run.end()))
