"""A subject field as its names and numbers, in order; and what else stands in it.

A token is a name or a number in its place. What tells something of somebody (男, 住址：…, 绰号…) is a remark; numbers
of no known kind and words that were not understood are kept as they were written.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from matching.form.negated import MAY_DENY, negated
from matching.form.subject_words import Word, same_person, words
from matching.identifiers.callers import callers
from matching.identifiers.identifiers import Scan, scan
from matching.identifiers.readers import PROVINCES
from matching.identifiers.values import Identifier
from matching.text.spoken import is_han
from matching.words.call_words import MAY_CALL
from matching.words.marks import Mark, Says
from matching.words.names import clean
from matching.words.surnames import is_person

#: More subjects than this are not taken apart; their text stays with the field.
MAX_SUBJECTS = 300

_SEGMENT = re.compile(r"[\n；;]")
_DIGITS = re.compile(r"[\d*]{4}")
_RUN = re.compile(r"[\u4e00-\u9fff]?[A-Za-z0-9*][A-Za-z0-9*.\-]{3,}[A-Za-z0-9*]")
_DIGIT = re.compile(r"[0-9*]")
#: Numbers of items, at the beginning of a line or after what divides: 1. 2、 (3) ④ 五、 and bullets.
_ITEM = re.compile(
    r"(?:^|(?<=[\s;；,，、。)）]))"
    r"(?:[(（]\d{1,2}[)）]|\d{1,2}(?:[、)）．]|\.(?!\d))|[一二三四五六七八九十]{1,2}、"
    r"|(?:对象|人员|嫌疑人|目标|被查人|subject|person)\s?(?:[一二三四五六七八九十]{1,2}|\d{1,2})\s?[:：])"
    r"[ \t]*(?=[\u4e00-\u9fffA-Za-z\d*])",
    re.MULTILINE | re.IGNORECASE,
)
#: Signs that are nothing else: they count anywhere; those in brackets where the first of them stands.
_ITEM_SIGN = re.compile(r"[①-⑳⑴-⒇]")
_ITEM_BRACKETS = re.compile(r"[(（]\d{1,2}[)）](?=\s?[\u4e00-\u9fff])")
_ITEM_FIRST = re.compile(r"(?<![A-Za-z\d])[(（]1[)）]")
_ITEM_GLUED = re.compile(r"(?:^|(?<=[\s;；,，、。)）]))\d{1,2}\.(?=\d{5})", re.MULTILINE)
_BULLET = re.compile(
    r"^[ \t]*(?:[-*–—>+·][ \t]+|[•●▪◦‣☑✅✔☐□■◆◇\uf0b7][ \t]*)(?=[\u4e00-\u9fffA-Za-z\d*+])", re.MULTILINE
)
_VALUE_END = re.compile(r"[,，、;；。\s()（）\"“”'‘’「」『』]")
_BRACKET_END = re.compile(r"[)）]")
_REMARK_END = re.compile(r"[,，;；。]|\s{2,}")
#: Signs after which a number is not beside the name before it.
_DIVIDES = frozenset(",，、/|。和及与跟同")


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """A name or a number in its place. ``beside``: no more than a space, a bracket or its label divides a number from
    what is before it; ``first``: the first of its segment."""

    name: Word | None = None
    number: Identifier | None = None
    segment: int = 0
    beside: bool = False
    first: bool = False


@dataclass(kw_only=True, slots=True)
class Rest:
    """What is neither a name nor a number."""

    unread: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    contact: list[str] = field(default_factory=list)


def tokens_of(text: str, kind: str, rest: Rest) -> list[Token]:
    """The names and numbers of a field in order. ``kind``: of its subjects, as its label says."""
    tokens: list[Token] = []
    named = 0
    text = _without_others(text, rest)
    numbered = _DIGITS.search(text) is not None
    for at, segment in enumerate(_SEGMENT.split(_without_items(text))):
        if named >= MAX_SUBJECTS:
            break
        found = _tokens(segment, kind, rest, at=at, numbered=numbered)
        named += sum(token.name is not None for token in found)
        tokens += found
    return _told_apart(tokens, rest)


def _without_items(text: str) -> str:
    """The text with a line for each of its items, and without their numbers and bullets."""
    if _ITEM_FIRST.search(text):
        text = _ITEM_BRACKETS.sub("\n", text)
    text = _ITEM_SIGN.sub("\n", text)
    return _BULLET.sub("", _ITEM_GLUED.sub("\n", _ITEM.sub("\n", text)))


# --- a segment's tokens -------------------------------------------------------------------------------------------


def _tokens(segment: str, kind: str, rest: Rest, *, at: int, numbered: bool) -> list[Token]:
    """Names and numbers of a segment in their order; everything else goes to ``rest``."""
    known = scan(segment)
    tokens: list[Token] = []
    last = ""
    for piece in _pieces(segment, known, rest):
        if isinstance(piece, Identifier):
            beside = bool(last) and last not in _DIVIDES
            tokens.append(Token(number=piece, segment=at, beside=beside, first=not tokens))
            last = ""
        else:
            for word in _words(piece, kind, rest, numbered=numbered):
                tokens.append(Token(name=word, segment=at, first=not tokens))
            last = piece.text.strip()[-1:] or last
    return tokens


def _without_others(text: str, rest: Rest) -> str:
    """The text without those of whom nothing is asked: whoever is to be called, and who is said not to be meant."""
    kinds = ((MAY_DENY, negated, rest.remarks), (MAY_CALL, callers, rest.contact))
    for may, others, kept in kinds:
        told = []
        for start, end in reversed(others(text, scan(text)) if may.search(text) else []):
            told.append(text[start:end].strip(" ,，、;；\n"))
            text = f"{text[:start]}，{text[end:]}"
        kept.extend(reversed(told))
    return text


@dataclass(frozen=True, kw_only=True, slots=True)
class _Piece:
    """Text between numbers. ``opened``: a bracket before it is still open."""

    text: str
    opened: bool = False


def _pieces(segment: str, known: Scan, rest: Rest) -> Iterator[_Piece | Identifier]:
    """The segment's numbers, and its text without labels, aliases and remarks, in order."""
    at = 0
    opened = False
    for start, end, found in _spans(segment, known, rest):
        if start < at or end > len(segment):
            continue
        if start > at:
            text = segment[at:start]
            yield _Piece(text=text, opened=opened)
            opened = text.count("(") + text.count("（") > text.count(")") + text.count("）")
        if found is not None:
            yield found
        at = end
    if at < len(segment):
        yield _Piece(text=segment[at:], opened=opened)


def _spans(segment: str, known: Scan, rest: Rest) -> list[tuple[int, int, Identifier | None]]:
    """What is no free text, by place: numbers with their labels, and what words announce."""
    numbers = {found.start: found for found in known.found if found.identifier.kind != "case"}
    taken = sorted([*((found.start, found.end) for found in known.found), *known.foreign])
    spans: list[tuple[int, int, Identifier | None]] = []
    for found in known.found:
        is_case = found.identifier.kind == "case"
        if is_case:
            rest.remarks.append(segment[found.start : found.end])
        spans.append((found.start, found.end, None if is_case else found.identifier))
    foreign = dict(known.foreign)
    for mark in known.marks:
        if mark.value in foreign:
            rest.remarks.append(segment[mark.start : foreign[mark.value]].strip())
            spans.append((mark.start, foreign[mark.value], None))
        elif mark.value not in numbers and _tells(segment, mark):
            end = _value_end(segment, mark, taken)
            if segment[mark.value : end].strip():
                rest.remarks.append(segment[mark.start : end].strip(" \"“”'‘’「」『』"))
                spans.append((mark.start, end, None))
        elif (
            mark.value in numbers
            or mark.says in (Says.NUMBER, Says.NAME)
            or (mark.says is Says.PERHAPS and mark.colon)
        ):
            spans.append((mark.start, max(mark.end, min(mark.value, _next(taken, mark.end))), None))
        elif mark.says is Says.OPEN:
            _open_number(segment, mark, taken, spans, rest)
    begun = {span[0] for span in spans}
    spans += [(start, end, None) for start, end in known.foreign if start not in begun]
    return sorted(spans, key=lambda span: (span[0], -span[1]))


def _next(taken: list[tuple[int, int]], at: int) -> int:
    """Where the first of some places (in order) begins that is not before this one."""
    after = bisect_left(taken, (at, 0))
    return taken[after][0] if after < len(taken) else 10**9


def _overlaps(taken: list[tuple[int, int]], start: int, end: int) -> bool:
    """Whether one of some places (in order) shares a character with this one."""
    before = bisect_left(taken, (end, 0)) - 1
    return before >= 0 and taken[before][1] > start


def _tells(segment: str, mark: Mark) -> bool:
    """Whether what follows a word is told of the subject: an alias, an address, the name of an account (微信：飞鸟)."""
    if mark.says is Says.REMARK:
        return mark.colon or not segment[: mark.start].strip()
    if mark.says is Says.NUMBER and mark.kind == "account" and mark.colon:
        return "\u3400" <= segment[mark.value : mark.value + 1] <= "\u9fff"
    return mark.says is Says.ALIAS


def _value_end(segment: str, mark: Mark, taken: list[tuple[int, int]]) -> int:
    ends = _REMARK_END if mark.says is Says.REMARK else _VALUE_END
    if max(segment.rfind(c, 0, mark.start) for c in "(（") > max(
        segment.rfind(c, 0, mark.start) for c in ")）"
    ):
        ends = _BRACKET_END
    found = ends.search(segment, mark.value)
    return min(found.start() if found else len(segment), _next(taken, mark.value))


def _open_number(
    segment: str,
    mark: Mark,
    taken: list[tuple[int, int]],
    spans: list[tuple[int, int, Identifier | None]],
    rest: Rest,
) -> None:
    """…号 and …ID of something that nobody listed: with its number it is repeated as it stands."""
    run = _RUN_HERE.match(segment, mark.value)
    if run is None or not _DIGIT.search(run.group()) or _overlaps(taken, mark.value, run.end()):
        return
    start = mark.start
    while (
        start > 0
        and (segment[start - 1].isalnum() and not segment[start - 1].isdigit())
        and mark.start - start < 8
    ):
        start -= 1
    if is_person(clean(segment[start : mark.start])):
        start = mark.start  # 张三ID：…
    rest.unread.append(segment[start : run.end()].strip())
    spans.append((start, run.end(), None))


_RUN_HERE = re.compile(r"[A-Za-z0-9*][A-Za-z0-9*.\-]*")


def _words(piece: _Piece, kind: str, rest: Rest, *, numbered: bool) -> Iterator[Word]:
    """The names of a piece of text; numbers of no known kind, remarks and what is not understood go to ``rest``."""
    text = piece.text
    for run in _RUN.findall(text):
        if sum(c.isdigit() or c == "*" for c in run) >= 4:
            rest.unread.append(run[1:] if "\u4e00" <= run[0] <= "\u9fff" and run[0] not in PROVINCES else run)
    bare = _RUN.sub(_blank, text)
    for word in words(bare, kind, numbered=numbered, opened=piece.opened):
        if word.remark:
            rest.remarks.append(word.text)
        elif word.name:
            yield word
        else:
            rest.left.append(word.text)


def _blank(run: re.Match[str]) -> str:
    """A number is no part of a name; a long word may be."""
    digits = sum(c.isdigit() or c == "*" for c in run.group())
    return "，" if digits >= 4 else run.group()


# --- which words are names ---------------------------------------------------------------------------------------


def _told_apart(tokens: list[Token], rest: Rest) -> list[Token]:
    """The tokens whose words are names of subjects; the other words are left over, or the same name again."""
    kept: list[Token] = []
    for token in tokens:
        word = token.name
        if word is None:
            kept.append(token)
            continue
        known = [t.name.text for t in kept if t.name is not None]
        above = kept[-1].name if kept else None
        if word.text in known:
            continue
        if above is not None and _is_other_script(word, above):
            rest.remarks.append(above.text if is_han(word.text) and not word.bracketed else word.text)
            if is_han(word.text) and not word.bracketed:  # Wang Haibo 王海波: the name is the one in Han
                kept[-1] = Token(name=word, segment=token.segment, first=kept[-1].first)
        elif _is_name(token, word, known):
            kept.append(token)
        else:
            rest.left.append(word.text)
    return kept


def _is_other_script(word: Word, above: Word) -> bool:
    """Whether a name is the one before it in another script: 王海波 Wang Haibo, John Smith（约翰·史密斯）."""
    if is_han(word.text) == is_han(above.text):
        return False
    return same_person(word.text, above.text) or (word.bracketed and word.sure)


def _is_name(token: Token, word: Word, known: list[str]) -> bool:
    if not known:
        return not word.bracketed or word.sure
    if word.bracketed:
        return False  # 张三（李四）: who that is to him, nobody said
    if word.role or word.sure:
        return True
    short = 2 <= len(word.text) <= 4 and "\u3400" <= word.text[0] <= "\u9fff"
    return short and (token.first or word.listed) and not word.text.endswith("人")
