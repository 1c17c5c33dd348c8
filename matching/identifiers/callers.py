"""Where a text gives a number at which whoever writes it, or a colleague, is to be called: no subject of theirs.

What says so stands right before the number (打我电话139…), right behind it (139…找我), in the words by which somebody
names themselves (我是林小满，139…), or is the end of the whole text, after thanks (谢谢，林小满 139…).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from matching.identifiers.identifiers import Found, Scan
from matching.words.call_words import ANYBODYS, ASKED_FOR, BEFORE, BEHIND, CLOSING, I_AM
from matching.words.common_english import COMMON_ENGLISH
from matching.words.common_words import common_words
from matching.words.free_words import ASKING, HAPPENED, HASTE
from matching.words.marks import Mark, Says
from matching.words.masking_surnames import COMPOUND_SURNAMES
from matching.words.surnames import is_person

#: Kinds of numbers at which somebody is called.
CALLED_ON = frozenset({"phone", "email"})
#: And those that an officer may have beside them.
_OFFICERS = frozenset({*CALLED_ON, "officer_id", "account"})
_BACK = 40  # characters before a number in which the words stand
_LONGEST_WHO = 48
_LONGEST_SIGNATURE = 40
_TITLE = r"(?:警官|民警|辅警|同志|队长?|所长?|科长|主任|处长|局长|大队长|支队长|教导员)"
#: A name behind a number to call: beside it, or behind a comma where nothing else follows in the line.
_NAME_BEHIND = re.compile(
    rf"[\s(（:：/]{{0,3}}(?P<name>[\u3400-\u9fff]{{2,4}}?){_TITLE}?(?=\s*(?:$|[,，。.;；!！)）\n]))(?!\s*[,，]?\s*[\d*])"
    rf"|[\s,，]{{1,3}}(?P<last>[\u3400-\u9fff]{{2,4}}?){_TITLE}?(?=[\s。.!！)）]*(?:$|\n))"
)
_LATIN = re.compile(r"[A-Z][A-Za-z'\-]+(?: [A-Z][A-Za-z'\-]+){1,2}")
_LATIN_BEHIND = re.compile(rf"[\s,(/]{{1,3}}(?P<name>{_LATIN.pattern})(?=$|[\s,.;!)])")
_NAME_BEFORE = re.compile(rf"(?P<name>[\u3400-\u9fff]{{2,3}}){_TITLE}?[\s,，(（:：]{{0,2}}$")
#: What stands between somebody's name and their number.
_ITS = re.compile(
    r"[\s,，.(（:：]*(?:的?(?:手机|电话|座机|联系方式|联系电话|号码)(?:是|为)?|"
    r"(?:my )?(?:phone|mobile|tel|cell|number|no)(?: is)?[.:]?)?[\s:：(（]*$",
    re.IGNORECASE,
)
_TITLE_LAST = re.compile(rf"{_TITLE}[\s,，。.!！]*$")
_OFFICE = re.compile(r"(?:[局所队处科室厅]|民警|警官|公安|专班)的?$")
#: Who writes so asks for something in it: 我是想查张伟.
_WANTS = re.compile(r"[查核想要请帮找问说让被]|的人|check|want|ask|look")
_NAME_ENDS = re.compile(r"[\s,，。;；!！:：\d]|$")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_LETTERS = re.compile(r"[\u3400-\u9fff]|[a-z]{2,}")
_END = re.compile(r"[\n。;；]")
_CLAUSE_END = re.compile(r"[\n。;；,，]")
_MORE = re.compile(r"[\s、,，/或]{1,3}")
_NOT_NAMED = frozenset("的了是在有和与及吗呢吧请帮查把被给要用发")
#: Lin Xiaoman from Wuxi.
_LATIN_WHO = re.compile(rf"{_LATIN.pattern}(?:,? (?:from|of|at|with|in) [A-Za-z ]{{2,24}})?")
_SIGNS = " \t\n,，。.!！:：、()（）"


def callers(cased: str, known: Scan) -> list[tuple[int, int]]:
    """The pieces of a text that say whom to call, in order, not overlapping: words, name and number.
    ``known``: what :func:`scan` has found in it."""
    low = lower(cased)
    pieces = [
        (mark.start, _announced(cased, low, mark, known)) for mark in known.marks if mark.says is Says.CONTACT
    ]
    pieces += _repeated(cased, low, known)
    for found in known.found:
        if found.identifier.kind in CALLED_ON and ASKED_FOR.match(low, found.end) is None:
            pieces += _around(cased, low, found)
    pieces += _named(cased, low, known.found)
    pieces += _signed(cased, low, known.found)
    return _apart(pieces)


def is_called(cased: str, known: Scan) -> bool:
    """Whether a text says nothing else than whom to call."""
    low, at, rest = lower(cased), 0, ""
    pieces = callers(cased, known)
    for start, end in pieces:
        rest += f"{low[at:start]} "
        at = end
    left = ASKING.sub(" ", CLOSING.sub(" ", rest + low[at:]))
    return bool(pieces) and _LETTERS.search(left) is None and not any(c.isdigit() for c in left)


def lower(cased: str) -> str:
    """The text in small letters, of the same length."""
    low = cased.lower()
    if len(low) != len(cased):  # a capital whose small letter has two characters
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in cased)
    return low


def _start(found: Found) -> int:
    return min(found.start, found.label) if found.label >= 0 else found.start


def _announced(cased: str, low: str, mark: Mark, known: Scan) -> int:
    """Where that ends which a word like 联系人 announces: behind the number to call and the name beside it; where
    another number is next, behind the name; at the end of the line where none is."""
    stop = _END.search(low, mark.end)
    line = stop.start() if stop else len(low)
    inside = [one for one in known.found if mark.end <= one.start < line and one.identifier.kind != "case"]
    if inside and inside[0].identifier.kind in _OFFICERS:
        end = inside[0].end
        for one in inside[1:]:
            if one.identifier.kind not in _OFFICERS or not _MORE.fullmatch(low[end : _start(one)]):
                break
            end = one.end
        return _with_name(cased, end)
    edge = _CLAUSE_END.search(low, mark.value)
    clause = min(edge.start() if edge else line, line)
    if not inside and not _WANTS.search(low, mark.value, line):
        return line
    if (not inside or _start(inside[0]) >= clause) and not _WANTS.search(low, mark.value, clause):
        return clause
    named = _with_name(cased, mark.value)
    return named if named > mark.value else mark.start


def _around(cased: str, low: str, found: Found) -> list[tuple[int, int]]:
    """A number with the words right before it, or right behind it, that say whose it is."""
    begin = max(0, found.start - _BACK)
    if before := BEFORE.search(low[begin : found.start]):
        return [(_from_name(low, begin + before.start()), _with_name(cased, found.end))]
    if behind := BEHIND.match(low, found.end):
        return [(_from_name(low, _start(found)), behind.end())]
    return []


def _repeated(cased: str, low: str, known: Scan) -> list[tuple[int, int]]:
    """Of two 联系电话 the second is the writer's, unless somebody else stands before it as in a list."""
    values = {found.start: found for found in known.found}
    told = [(m, values[m.value]) for m in known.marks if m.word in ANYBODYS and m.value in values]
    pieces = []
    for (_, first), (mark, found) in pairwise(told):
        others = any(
            first.end <= f.start < mark.start and f.identifier.kind not in CALLED_ON for f in known.found
        )
        start = _from_name(low, mark.start)
        listed = start < mark.start and not low[first.end : start].strip(_SIGNS + ";；和及与")
        if not others and not listed:
            pieces.append((start, _with_name(cased, found.end)))
    return pieces


def _named(cased: str, low: str, found: Sequence[Found]) -> list[tuple[int, int]]:
    """我是无锡市局林小满，电话139…: who writes, with the number that follows."""
    pieces = []
    starts = [one.start for one in found]
    for me in I_AM.finditer(low):
        at = me.end()
        after = bisect_left(starts, at)
        number = found[after] if after < len(found) else None
        if number is not None and number.start - at < _LONGEST_WHO and number.identifier.kind in CALLED_ON:
            who = _ITS.sub("", cased[at : number.start])
            if (
                "\n" not in who
                and not _WANTS.search(who)
                and (_names(who) or _OFFICE.search(who) or _LATIN_WHO.fullmatch(who.strip()))
            ):
                pieces.append((me.start(), number.end))
                continue
        latin, stop = _LATIN.match(cased, at), _NAME_ENDS.search(low, at)
        end = latin.end() if latin else stop.start() if stop else len(low)
        if not _WANTS.search(low, at, end) and _names(cased[at:end]):
            pieces.append((me.start(), end))
    return pieces


def _signed(cased: str, low: str, found: Sequence[Found]) -> list[tuple[int, int]]:
    """谢谢，林小满 139…: who has signed at the end."""
    for closing in reversed([*CLOSING.finditer(low)]):
        start = closing.end()
        numbers = [one for one in found if one.start >= start]
        if len(low) - start > _LONGEST_SIGNATURE:
            break
        if not low[start:].strip():
            continue
        if any(one.identifier.kind not in _OFFICERS for one in numbers):
            continue
        words, at = "", start
        for one in numbers:
            words += cased[at : _start(one)] + "\n"
            at = one.end
        words = (words + cased[at:]).strip(_SIGNS)
        if HAPPENED.search(words.lower()) or HASTE.search(words.lower()) or _WANTS.search(words.lower()):
            continue
        before = any(one.start < closing.start() for one in found)
        if _names(words, alone=not numbers) or (numbers and before and not _LETTERS.search(words.lower())):
            return [(closing.start(), len(low.rstrip()))]
    return []


def _names(text: str, *, alone: bool = False) -> bool:
    """Whether somebody's name ends a piece of text: 无锡市局林小满, Lin Xiaoman. ``alone``: no number is beside it, so
    that nothing but a name, and an office before it, may stand there."""
    bare = _TITLE_LAST.sub("", _ITS.sub("", text.strip(_SIGNS)))
    runs = _HAN.findall(bare)
    if not runs:
        words = bare.split()
        return _LATIN.fullmatch(bare) is not None and any(
            word.lower() not in COMMON_ENGLISH for word in words
        )
    last = runs[-1]
    if not bare.endswith(last) or (alone and not all(_OFFICE.search(run) for run in runs[:-1])):
        return False
    sizes = [size for size in (3, 2, 4) if size <= len(last)]
    return any(
        is_name(last[-size:]) and (not alone or size == len(last) or _OFFICE.search(last[:-size]) is not None)
        for size in sizes
    )


def is_name(word: str) -> bool:
    """Whether a word has the form of a name and is no other word."""
    if len(word) == 4 and word[:2] not in COMPOUND_SURNAMES:
        return False
    if not _NOT_NAMED.isdisjoint(word[1:]) or word[:2] in common_words():
        return False
    taken = word in common_words() or ASKING.fullmatch(word) or HAPPENED.fullmatch(word)
    return not taken and is_person(word)


def name_before(text: str, number: Found) -> str:
    """The name that stands by itself right before a number; "" for none."""
    start = _start(number)
    before = _NAME_BEFORE.search(text[max(0, start - 8) : start])
    name = before["name"] if before else ""
    return name if name and is_name(name) and _from_name(text, start) < start else ""


def _with_name(cased: str, end: int) -> int:
    """Where the name ends that stands right behind a number to call."""
    if (han := _NAME_BEHIND.match(cased, end)) and is_name(han["name"] or han["last"]):
        return han.end()
    if (latin := _LATIN_BEHIND.match(cased, end)) and _names(latin["name"]):
        return latin.end("name")
    return end


def _from_name(low: str, start: int) -> int:
    """Where the name begins that stands by itself right before what says whom to call: 林小满 我电话139…."""
    before = _NAME_BEFORE.search(low[max(0, start - 8) : start])
    if before is None or not is_name(before["name"]):
        return start
    first = max(0, start - 8) + before.start()
    return first if first == 0 or low[first - 1] in " \n,，、。;；!！" else start


def _apart(pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Pieces that overlap as one."""
    told: list[tuple[int, int]] = []
    for start, end in sorted(piece for piece in pieces if piece[1] > piece[0]):
        if told and start < told[-1][1]:
            told[-1] = (told[-1][0], max(end, told[-1][1]))
        else:
            told.append((start, end))
    return told
