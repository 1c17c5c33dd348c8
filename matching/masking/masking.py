"""What may be shown in a group: numbers and names with their middle hidden."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matching.identifiers.identifiers import find
from matching.identifiers.kinds import BY_KEY
from matching.identifiers.readers import PROVINCES
from matching.identifiers.values import Identifier, Subject
from matching.masking.accounts import accounts
from matching.masking.harmless import harmless
from matching.masking.known import known_places
from matching.masking.people import han_names, latin_names
from matching.masking.places import addresses
from matching.masking.small import given_names, small_ids, small_names
from matching.masking.stream import GAP, Atom, atoms, gap, runs, written
from matching.text.normalise import fold, fold_aligned
from matching.words.masking_surnames import COMPOUND_SURNAMES

TELLING = 5  # digits and letters of a code from which on they may be somebody's number
_PLATE_HEADS = PROVINCES + "军海空北南沈兰成济广"

_LETTER = re.compile(r"[A-Za-z\u00c0-\u024f\u0400-\u04ff]")
_WORD_OF_A_NAME = re.compile(r"([^\W\d_])[\w'’.\-]*")


def mask(identifier: Identifier) -> str:
    """The identifier as a group may see it, e.g. ``320583********0010``. Case numbers are shown whole."""
    value, kind = identifier.value, identifier.kind
    if kind == "case":
        return identifier.raw or value
    if "@" in value:
        name, _, host = value.rpartition("@")
        return f"{name[:1]}***@{host}".lower()
    known = BY_KEY.get(kind)
    return _hide(value, *(known.shown if known is not None else (2, 2)))


def _hide(value: str, head: int, tail: int) -> str:
    """Everything but the ends hidden; on short values the ends shrink, so that a third or more is hidden."""
    size = len(value)
    if size < 4:
        return "*" * size
    while size - head - tail < max(3, size // 3):
        if tail >= head and tail > 1:
            tail -= 1
        elif head > 0:
            head -= 1
        else:
            break
    return value[:head] + "*" * (size - head - tail) + value[size - tail :]


def mask_name(name: str) -> str:
    """A person's name with only surname (in Latin letters: initials) left: 张*, 欧阳**, J*** S****."""
    name = fold(name)
    if not name:
        return ""
    if _LETTER.search(name):
        return _WORD_OF_A_NAME.sub(lambda word: word[1] + "*" * (len(word[0]) - 1 or 1), name)
    if "·" in name:
        return "·".join(mask_name(part) for part in name.split("·"))
    bare = name.replace("某", "*")
    shown = 2 if len(bare) > 2 and bare[:2] in COMPOUND_SURNAMES else 1
    return bare[:shown] + "*" * max(1, len(bare) - shown)


def mask_text(text: str, subjects: Sequence[Subject] = ()) -> str:
    """The text with what names or numbers anybody masked: in it stays what is known to be harmless.

    ``subjects``: who is known to be meant; they are found in whatever spelling. Dates, times, amounts, counts,
    articles of law, case numbers and our own numbers stay. What nothing explains is masked as well: showing
    one too many is the worse mistake.
    """
    folded, positions = fold_aligned(text.translate(_LONG))
    cover = _Cover(folded)
    parts = atoms(folded)
    for start, end, index, which in known_places(folded, parts, subjects):
        subject = subjects[index]
        shown = mask(subject.ids[which]) if which >= 0 else _known_name(subject.name, folded[start:end])
        cover.put(start, end, shown)
    people = list(han_names(folded)) if _NAMES.search(folded) else []
    spared = _numbers(folded, parts, cover, people)
    for start, end in (*accounts(folded), *small_ids(folded)):
        if not _within(start, end, spared):
            cover.put(start, end, _code(folded[start:end]))
    for start, end in addresses(folded):
        cover.put(start, end, "***")
    if _NAMES.search(folded):
        for start, end in (*people, *latin_names(folded)):
            if not _within(start, end, spared):
                cover.put(start, end, _name(folded[start:end]))
    for start, end in small_names(folded):
        if not _within(start, end, spared):
            cover.put(start, end, _name(folded[start:end]))
    for start, end in given_names(folded):
        cover.put(start, end, "*" * (end - start))
    return cover.text(text, positions)


#: Signs that stand for a sentence: folded, a text of them would be eighteen times as long.
_LONG = dict.fromkeys((0xFDFA, 0xFDFB), "\ufdfd")
_NAMES = re.compile(r"[\u3400-\u9fff]{2}|[A-Z\u00c0-\u024f\u0370-\u04ff]|[\u3400-\u9fff]\W[\u3400-\u9fff]")


def _numbers(
    folded: str, parts: Sequence[Atom], cover: _Cover, people: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Covers every number that is not known to be harmless; gives back the case numbers."""
    found = [f for f in find(folded) if _as_it_looks(f.identifier, folded[f.start : f.end])]
    parts = _without_names(folded, parts, people, [f.start for f in found if f.identifier.state == "valid"])
    cases = [(f.start, f.end) for f in found if f.identifier.kind == "case"]
    fine = [(start, end, False) for start, end in cases] + list(harmless(folded))
    spare, moment = bytearray(len(folded)), bytearray(len(folded))
    for start, end, bare in fine:
        spare[start:end] = b"\x01" * (end - start)
        if not bare and any(not c.isdigit() for c in folded[start:end]):
            moment[start:end] = b"\x01" * (end - start)
    identified = bytearray(len(folded))
    for f in found:
        if f.identifier.kind != "case":
            identified[f.start : f.end] = b"\x01" * (f.end - f.start)
    for run in runs(folded, list(parts)):
        left = [a for a in run.atoms if not all(spare[a.start : a.end])]
        if not left:
            continue
        if all(all(identified[a.start : a.end]) for a in left):
            continue
        atoms_of = _without_moments(run.atoms, moment) if _tells(folded, left) else ()
        if atoms_of:
            start, end = atoms_of[0].start, atoms_of[-1].end
            head = _plate_head(folded, start)
            cover.put(start - len(head), end, head.strip() + _ends(written(folded, atoms_of)))
    for f in found:
        if f.identifier.kind != "case":
            cover.put(f.start, f.end, mask(f.identifier))
    return cases


def _without_names(
    folded: str, parts: Sequence[Atom], people: Sequence[tuple[int, int]], whole: Sequence[int]
) -> Sequence[Atom]:
    """Without the numerals that end a name before a whole number: 五 in 王五 13911112222 is hidden as the name's."""
    named = [
        (start, end)
        for start, end in people
        if any(end <= at <= end + GAP and gap(folded, end, at) is not None for at in whole)
    ]
    if not named:
        return parts
    return [a for a in parts if not any(start < a.start and a.end <= end for start, end in named)]


_OF_DIGITS = frozenset(kind.key for kind in BY_KEY.values() if kind.digits)


def _as_it_looks(identifier: Identifier, written: str) -> bool:
    """Whether it may be masked as what it was read as: not a number with letters in it that was repaired, nor
    138*1234*5678, where the stars are but signs between digits."""
    letters = sum(c.isalpha() and c.isascii() for c in written[:-1])
    if identifier.kind in _OF_DIGITS and letters:
        return False
    if identifier.state != "masked":
        return "|" not in written
    hidden = any(star * 3 in written for star in "*xX#?_●■")
    return hidden and sum(map(str.isalnum, written)) <= sum(map(str.isalnum, mask(identifier)))


def _without_moments(parts: Sequence[Atom], moment: bytearray) -> Sequence[Atom]:
    """A date or a time with its signs at either end of a number is not of it; one in its middle is."""
    first, last = 0, len(parts)
    while first < last and all(moment[parts[first].start : parts[first].end]):
        first += 1
    while last > first and all(moment[parts[last - 1].start : parts[last - 1].end]):
        last -= 1
    return parts[first:last]


def _tells(folded: str, left: Sequence[Atom]) -> bool:
    """Whether what nothing explains is long enough to be somebody's number."""
    digits = sum(a.digits for a in left)
    size = sum(len(a.code) for a in left)
    if digits >= 4 and size >= TELLING:
        return True
    if any(a.mixed and len(a.code) >= TELLING and a.digits >= 2 for a in left):
        return True
    plate = size >= TELLING - 1 and digits >= 3 and _plate_head(folded, left[0].start)
    return bool(plate) or (len(left) == 2 and digits == 3 and size == 5 and folded[left[0].start].isupper())


def _plate_head(folded: str, start: int) -> str:
    """The character of a plate that stands before its letters: 苏, 军, 粤."""
    head = start
    while head > 0 and start - head < 2 and folded[head - 1] in " ·•.-":
        head -= 1
    if head == 0 or folded[head - 1] not in _PLATE_HEADS:
        return ""
    police = head > 2 and folded[head - 3 : head - 1].upper() == "WJ"
    return folded[head - 3 if police else head - 1 : start]


def _ends(code: str) -> str:
    """A number of a kind that is not known: a third of it at most, and four characters."""
    shown = min(4, len(code) // 3)
    tail = shown // 2
    head = shown - tail
    return code[:head] + "*" * (len(code) - shown) + code[len(code) - tail :]


def _known_name(name: str, written: str) -> str:
    """A known name where it is written as it is known; in another script or in part, what is written."""
    same = len("".join(_WORD.findall(name))) == len("".join(_WORD.findall(written)))
    both = (_HAN.search(name) is None) == (_HAN.search(written) is None)
    return mask_name(name) if same and both else _name(written)


_WORD = re.compile(r"(?:(?![\u3400-\u9fff])[^\W\d_])+")


def _within(start: int, end: int, spared: Sequence[tuple[int, int]]) -> bool:
    return any(start < last and first < end for first, last in spared)


def _name(written: str) -> str:
    """A name as it was found, of whose Han characters any signs may stand between."""
    if "·" in written or not _HAN.search(written):
        return mask_name(written)
    return mask_name("".join(_HAN.findall(written)))


_HAN = re.compile(r"[\u3400-\u9fff]")


def _code(written: str) -> str:
    """A name on a network: its first character."""
    return written[:1] + "***" if len(written) > 1 else "*"


class _Cover:
    """What of a text is hidden, and what stands in its place. What was put first stays."""

    def __init__(self, folded: str) -> None:
        self._taken = bytearray(len(folded))
        self._spans: list[tuple[int, int, str]] = []

    def put(self, start: int, end: int, shown: str) -> None:
        """Hide a piece; of one that is hidden in part already, the rest."""
        taken = self._taken
        if not any(taken[start:end]):
            self._spans.append((start, end, shown))
            taken[start:end] = b"\x01" * (end - start)
            return
        while start < end:
            while start < end and taken[start]:
                start += 1
            stop = start
            while stop < end and not taken[stop]:
                stop += 1
            if stop > start:
                self._spans.append((start, stop, "*" * (stop - start)))
                taken[start:stop] = b"\x01" * (stop - start)
            start = stop

    def text(self, text: str, positions: list[int] | None) -> str:
        """The text itself, with its spans hidden."""
        parts: list[str] = []
        at = 0
        for start, end, shown in sorted(self._spans):
            first = start if positions is None else positions[start]
            last = end if positions is None else positions[end - 1] + 1
            parts += [text[at : max(at, first)], shown]
            at = max(at, last)
        return "".join([*parts, text[at:]])
