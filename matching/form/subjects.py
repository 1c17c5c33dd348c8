"""Whom and what a request is about: names and numbers in any order become subjects.

``张三 320583… 138…；李四 320583…`` are two persons, ``苏E12345 车主李四`` is one car with its owner,
``张三，男，汉族，身份证：320583…`` is one person. Whose a number is:

- in a run of names and one of as many numbers (``张三、李四 3205…、3205…``) each gets the one of its place;
- where they stand beside each other (``张三 3205…，李四 3205…``), the one beside it;
- else nobody's: what they could be is proposed, and :attr:`Subjects.unsure` says that it has to be asked.

What tells something of a subject is a remark; what is neither name nor number nor that is left over, to be
repeated to whoever wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from matching.form.corrected import put_last
from matching.form.subject_tokens import MAX_SUBJECTS, Rest, Token, tokens_of
from matching.form.subject_words import Word, is_no_name, is_nobody
from matching.identifiers.identifiers import Found, scan
from matching.identifiers.kinds import BY_KEY
from matching.identifiers.values import Identifier, Subject
from matching.text.normalise import fold_aligned
from matching.words.correcting import CORRECTS, put_right
from matching.words.names import clean

_WORDS = re.compile(r"[^\W\d]+")
#: Papers that one person has one of: of several people's numbers these are one sort.
_PAPERS = frozenset({"cn_id", "passport", "permit"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Subjects:
    """The subjects of a text, and what else was in it, as written: numbers of no kind that we know (``unread``),
    words that were not understood (``left``), what tells something of somebody (``remarks``), the officer to call.

    ``unsure``: names and numbers do not say which belong together; the subjects are what is likeliest.
    ``corrected``: one of them was put right by what was said last, and it is asked whether that stands.
    """

    found: tuple[Subject, ...] = ()
    unread: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    contact: str = ""
    unsure: bool = False
    corrected: bool = False


@dataclass(kw_only=True, slots=True)
class _Open:
    """A subject that is still being read."""

    name: str = ""
    ids: list[Identifier] = field(default_factory=list)
    company: bool = False

    def has(self, kind: str) -> bool:
        return any(known.kind == kind for known in self.ids)

    def add(self, number: Identifier) -> None:
        if all((known.kind, known.value) != (number.kind, number.value) for known in self.ids):
            self.ids.append(number)


def read_subjects(text: str, *, kind: str = "") -> Subjects:
    """Read one subject field. ``kind`` is what its label says (车辆: vehicle), "" where it says nothing."""
    text, brackets = put_right(text)
    low, known = "", list[Found]()
    if CORRECTS.search(text.lower()):
        low = fold_aligned(text)[0].lower()
        known = scan(low).found
        text = CORRECTS.sub("，", text)
    rest = Rest(remarks=[*brackets])
    tokens = tokens_of(text, kind, rest)
    opened, unsure = _assigned(tokens)
    unsure |= bool(brackets)
    unsure |= any(token.name is not None and token.name.parted for token in tokens)
    nobody = bool(opened or rest.unread or rest.contact) or is_no_name(text.strip())
    whole = "" if nobody else clean(text)
    if whole and not rest.remarks and len(whole) > 1 and not all(map(is_nobody, _WORDS.findall(text))):
        opened.append(_Open(name=whole))
        rest.left.clear()
    found = tuple(_closed(subject, kind) for subject in opened[:MAX_SUBJECTS])
    last = None
    if known:
        last = put_last(found, low, known)
        found, unsure = found if last is None else last, unsure or len(found) > 1
    return Subjects(
        found=found,
        unread=tuple(rest.unread),
        left=tuple(dict.fromkeys(rest.left)),
        remarks=tuple(dict.fromkeys(rest.remarks)),
        contact="\n".join(rest.contact),
        unsure=unsure,
        corrected=bool(brackets) or last is not None,
    )


def _assigned(tokens: list[Token]) -> tuple[list[_Open], bool]:
    """The subjects, and whether it is not certain which number is whose."""
    opened: list[_Open] = []
    unsure = False
    for unit in _units(tokens):
        for names, numbers in _groups(unit):
            if len(names) <= 1:
                unsure |= not _one(names, numbers, opened)
                continue
            fresh = [_Open(name=word.text, company=word.company) for word in names]
            sure = _share(fresh, numbers)
            unsure |= not sure
            opened += fresh
    # Somebody has no number, and a number has nobody: that may be one and the same.
    nobody = any(not subject.name and any(subject.has(kind) for kind in _PAPERS) for subject in opened)
    return opened, unsure or (nobody and any(subject.name and not subject.ids for subject in opened))


def _units(tokens: list[Token]) -> Iterator[list[Token]]:
    """Lines that belong together. One with names and numbers stands alone, but for numbers alone below it; lines of
    names are completed by lines of numbers below them, or above them where those come first."""
    lines: list[list[Token]] = []
    for token in tokens:
        if lines and lines[-1][0].segment == token.segment:
            lines[-1].append(token)
        else:
            lines.append([token])
    unit: list[Token] = []
    for line in lines:
        if unit and _begins_unit(line, unit):
            yield unit
            unit = []
        unit = [*unit, *line]
    if unit:
        yield unit


def _begins_unit(line: list[Token], unit: list[Token]) -> bool:
    names, numbers = _parts(line)
    above_names, above_numbers = _parts(unit)
    if not names:  # numbers alone: of whom stands above, if anybody
        return not above_names and not _one_kind_each([*above_numbers, *numbers])
    if names[0].role and not above_names:  # 车主：李四 below a plate
        return not {number.kind for number in numbers}.isdisjoint(number.kind for number in above_numbers)
    if not numbers:  # names alone: more of a list, or whose the numbers above are
        if not above_names:
            return unit[-1].segment != unit[0].segment and not _one_kind_each(above_numbers)
        return bool(above_numbers)
    return True


def _parts(tokens: list[Token]) -> tuple[list[Word], list[Identifier]]:
    names = [token.name for token in tokens if token.name is not None]
    return names, [token.number for token in tokens if token.number is not None]


def _one_kind_each(numbers: list[Identifier]) -> bool:
    kinds = [number.kind for number in numbers]
    return len(set(kinds)) == len(kinds)


def _groups(unit: list[Token]) -> Iterator[tuple[list[Word], list[Token]]]:
    """Runs of names with the numbers after them, or before them where numbers come first."""
    if sum(token.name is not None for token in unit) <= 1:
        yield _parts(unit)[0], [token for token in unit if token.number is not None]
        return
    names_first = unit[0].name is not None
    names: list[Word] = []
    numbers: list[Token] = []
    for token in unit:
        if (token.name is not None) is names_first and names and numbers:
            yield names, numbers
            names, numbers = [], []
        if token.name is not None:
            names.append(token.name)
        else:
            numbers.append(token)
    yield names, numbers


def _one(names: list[Word], numbers: list[Token], opened: list[_Open]) -> bool:
    """One name at the most, and its numbers. False where it has two papers of one kind, and so may be two people."""
    sure = True
    for word in names:
        above = opened[-1] if opened and not opened[-1].name else None
        if word.role and above is not None and not any(above.has(_number(token).kind) for token in numbers):
            opened[-1].name = word.text
        else:
            opened.append(_Open(name=word.text, company=word.company))
    fresh = bool(names)
    for token in numbers:
        number = _number(token)
        if not fresh or _begins(number, opened[-1], token):
            sure &= not (names and number.kind in _PAPERS and not token.first)
            opened.append(_Open())
            fresh = True
        opened[-1].add(number)
    return sure


def _begins(number: Identifier, current: _Open, token: Token) -> bool:
    """Whether a number is of another subject than the one being read."""
    if not current.has(number.kind) or any(known.value == number.value for known in current.ids):
        return False
    return token.first or not current.name or number.kind == "cn_id"


def _share(people: list[_Open], numbers: list[Token]) -> bool:
    """Give several people their numbers: in order, where of a sort there are as many as people; all of them to whom
    the first stands beside, where there is one of each sort. False where neither says whose they are: they are then
    given in order as far as they go."""
    sorts: dict[str, list[Identifier]] = {}
    for token in numbers:
        number = _number(token)
        sorts.setdefault("paper" if number.kind in _PAPERS else number.kind, []).append(number)
    if numbers and numbers[0].beside and all(len(alike) == 1 for alike in sorts.values()):
        people[-1].ids += [_number(token) for token in numbers]
        return True
    sure = True
    count = len(people)
    for alike in sorts.values():
        sure &= len(alike) == count
        for person, number in zip(people[:count], alike, strict=False):
            person.add(number)
        people += [_Open(ids=[number]) for number in alike[count:]]
    return sure


def _number(token: Token) -> Identifier:
    """The number of a token that is one."""
    if token.number is None:
        raise ValueError("a name is no number")
    return token.number


def _closed(subject: _Open, kind: str) -> Subject:
    return Subject(kind=kind or _kind(subject), name=subject.name, ids=tuple(subject.ids))


def _kind(subject: _Open) -> str:
    papers = any(subject.has(paper) for paper in ("cn_id", "passport", "permit", "officer_id"))
    if subject.name:
        return "company" if not papers and (subject.company or subject.has("uscc")) else "person"
    if papers:
        return "person"
    told = [BY_KEY[number.kind].about for number in subject.ids]
    return next((about for about in told if about != "phone"), told[0] if told else "person")
