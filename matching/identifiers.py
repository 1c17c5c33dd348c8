"""Finds and reads identifiers: of a given kind, of any kind, or anywhere in free text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from matching import cases
from matching.normalise import fold, fold_aligned, stars
from matching.readers import PROVINCES, READERS, expand15
from matching.shapes import CUE_SPAN, by_shape, cue_before
from matching.values import Identifier, State

__all__ = ["Found", "expand15", "find", "identify"]

#: Longer values are no identifiers; what is cut off is not compared.
MAX_VALUE = 120
#: Text beyond this is not searched: a post has 4,096 characters, a long report some ten thousand.
MAX_TEXT = 40_000
#: So many pieces, divided by single separators, may make up one number (6222 0212 3456 7890 123).
MAX_PIECES = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """An identifier in free text, and where in the text as it was given."""

    identifier: Identifier
    start: int
    end: int


def identify(kind: str | None, raw: str) -> Identifier:
    """The identifier that ``raw`` is, of ``kind`` or (None) of the kind that its shape says. Never raises.

    A value of no shape that we know comes back with state ``other`` (and kind "" where none was given).
    """
    raw = str(raw)
    text = fold(raw[: 4 * MAX_VALUE])[:MAX_VALUE]
    if kind is None:
        known = _recognise(text)
        return Identifier(kind=known.kind, value=known.value, state=known.state, raw=raw)
    if kind == "case":
        value = cases.normal(text)
        return Identifier(kind=kind, value=value, state="valid" if value else "other", raw=raw)
    reader = READERS.get(kind)
    if reader is None:
        return Identifier(kind=kind, value=text.upper(), state="other", raw=raw)
    value, state = reader(text)
    if state == "other":  # a label or a remark stands with it: 身份证号：…, …（本人）
        for found in find(text):
            if found.identifier.kind == kind:
                return Identifier(
                    kind=kind, value=found.identifier.value, state=found.identifier.state, raw=raw
                )
    return Identifier(kind=kind, value=value, state=state, raw=raw)


def _recognise(text: str) -> Identifier:
    found = list(find(text))
    if len(found) == 1:
        beside = text[: found[0].start] + text[found[0].end :]
        if len(beside) <= 16 and not any(c.isdigit() or c == "*" for c in beside):
            return found[0].identifier
    for kind in ("plate", "passport"):
        value, state = READERS[kind](text)
        if state != "other":
            return _of(kind, value, state, text)
    return _of("", text.upper(), "other", text)


def find(text: str) -> list[Found]:
    """All identifiers in the text, in order, not overlapping. Positions count characters of ``text``.

    Case numbers have kind ``case``. Masked forms are found too. A number with a wrong check digit is
    found (as ``damaged``) where its shape or the word before it says what it is.
    """
    folded, positions = fold_aligned(text[:MAX_TEXT])
    if not _MAY_HOLD.search(folded):
        return []
    starred = stars(folded)
    spans: list[tuple[int, int, Identifier]] = []
    taken = bytearray(len(starred))
    for search in (_cases, _plates, _addresses, _accounts, _numbers):
        for start, end, identifier in search(starred, taken):
            spans.append((start, end, identifier))
            taken[start:end] = b"\x01" * (end - start)
    found = []
    for start, end, identifier in sorted(spans, key=lambda span: span[0]):
        first = start if positions is None else positions[start]
        last = end if positions is None else positions[end - 1] + 1
        raw = text[first:last]
        placed = Identifier(kind=identifier.kind, value=identifier.value, state=identifier.state, raw=raw)
        found.append(Found(identifier=placed, start=first, end=last))
    return found


Span = tuple[int, int, Identifier]

#: Cheap test that most sentences fail: three digits or stars, or a letter after a province.
_MAY_HOLD = re.compile(rf"[\d*](?:.?[\d*]){{2}}|[{PROVINCES}][A-Za-z]|@|[A-Za-z]\d", re.DOTALL)
_REGISTER = re.compile(r"(?<![A-Za-z0-9])[A-Z]\d{12}20\d{6,10}(?!\d)")
_DOCUMENT = re.compile(
    r"[\u4e00-\u9fff]{1,8}(?:\s?[(\[〔【][\u4e00-\u9fff]{1,6}[)\]〕】]\s?)?[\u4e00-\u9fff]{0,8}字?\s?"
    r"[(\[〔【]\s?20\d\d\s?[)\]〕】]\s?第?\s?\d{1,8}\s?号"
)
_COURT = re.compile(
    r"[(\[〔【]\s?20\d\d\s?[)\]〕】]\s?[\u4e00-\u9fff]\d{0,4}[\u4e00-\u9fff]{1,8}\s?\d{1,8}\s?号"
)
#: Words that stand before a document number and do not belong to it.
_NOT_OF_A_NUMBER = re.compile(
    r"^.*?(?:案号|案件|编号|文号|见|及|据|与|和|按|系|为|的|在)(?=[\u4e00-\u9fff(\[〔【])"
)
_PLATE = re.compile(
    rf"(?<![A-Za-z])[{PROVINCES}]\s?[A-Za-z]\s?[·•●.\- ]?\s?[A-Za-z0-9*]{{4,6}}"
    r"(?:[警学挂港澳使领]|(?![A-Za-z0-9*]))"
)
_EMAIL = re.compile(r"[A-Za-z0-9._+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,4}")
_ACCOUNT = re.compile(
    r"(?:微信|wechat|QQ|支付宝|alipay|抖音|账号|帐号|账户|account)(?:账号|帐号|号码|号|ID)?\s?(?:[::为是]\s?)?"
    r"([A-Za-z0-9][A-Za-z0-9_.\-*]{4,40})",
    re.IGNORECASE,
)


def _of(kind: str, value: str, state: State, raw: str = "") -> Identifier:
    return Identifier(kind=kind, value=value, state=state, raw=raw)


def _cases(text: str, taken: bytearray) -> Iterator[Span]:
    for found in _REGISTER.finditer(text):
        yield found.start(), found.end(), _of("case", cases.normal(found.group()), "valid")
    if "号" not in text:
        return
    for shape in (_COURT, _DOCUMENT):
        for found in shape.finditer(text):
            start = found.start()
            if prefix := _NOT_OF_A_NUMBER.match(found.group()):
                start += prefix.end()
            if not any(taken[start : found.end()]):
                yield start, found.end(), _of("case", cases.normal(text[start : found.end()]), "valid")


def _plates(text: str, taken: bytearray) -> Iterator[Span]:
    for found in _PLATE.finditer(text):
        value, state = READERS["plate"](found.group())
        if (
            state != "other"
            and any(c.isdigit() or c == "*" for c in value)
            and not any(taken[slice(*found.span())])
        ):
            yield found.start(), found.end(), _of("plate", value, state)


def _addresses(text: str, taken: bytearray) -> Iterator[Span]:
    if "@" not in text:
        return
    for found in _EMAIL.finditer(text):
        if not any(taken[slice(*found.span())]):
            yield found.start(), found.end(), _of("account", found.group().upper(), "valid")


def _accounts(text: str, taken: bytearray) -> Iterator[Span]:
    for found in _ACCOUNT.finditer(text):
        start, end = found.span(1)
        number = found[1].rstrip(".-")
        if any(taken[start:end]) or not any(c.isdigit() or c in "_*" for c in number):
            continue
        if (known := by_shape(number, "")) is None:
            value, state = READERS["account"](number)
            known = _of("account", value, state)
        if known.state != "other":
            yield start, start + len(number), known


_PIECE = re.compile(r"\+?[0-9A-Za-z*|]+")
_DAY = r"(?:19|20)\d\d(?:-\d\d?-\d\d?|/\d\d?/\d\d?|\.\d\d?\.\d\d?)"
#: Dates, one or several (2026-02-01 2026-02-28), that do not stand within a longer number.
_DAYS = re.compile(rf"(?<![\d*])(?<![\d*][-./ ]){_DAY}(?:[ ~至到—–-]{{1,3}}{_DAY})*(?![-./ ]?[\d*])")


def _numbers(text: str, taken: bytearray) -> Iterator[Span]:
    taken = bytearray(taken)
    for days in _DAYS.finditer(text):
        taken[slice(*days.span())] = b"\x01" * len(days.group())
    pieces = [p for p in _PIECE.finditer(text) if not any(taken[slice(*p.span())])]
    at = 0
    while at < len(pieces):
        last = at
        while (
            last + 1 < len(pieces)
            and last + 1 - at < MAX_PIECES
            and _joined(text, pieces[last], pieces[last + 1])
        ):
            last += 1
        # A whole number by itself is not the head of a longer one; else the longest reading wins.
        alone = _read_pieces(text, pieces[at : at + 1]) if last > at else None
        if alone is not None and alone[2].state in ("valid", "masked") and alone[2].value[-1] != "*":
            yield alone
            at += 1
            continue
        for end in range(last, at - 1, -1):
            span = _read_pieces(text, pieces[at : end + 1])
            if span is not None:
                yield span
                at = end
                break
        at += 1


def _joined(text: str, piece: re.Match[str], following: re.Match[str]) -> bool:
    """Whether one separator only stands between the two."""
    gap = text[piece.end() : following.start()]
    return len(gap) == 1 and gap in " -·." and not following.group().startswith("+")


def _read_pieces(text: str, pieces: list[re.Match[str]]) -> Span | None:
    token = "".join(piece.group() for piece in pieces)
    start, end = pieces[0].start(), pieces[-1].end()
    known = sum(c.isdigit() for c in token)
    if not 5 <= len(token) <= 24 or known + token.count("*") < 5 or known < 2:
        return None
    if (
        len(pieces) > 1
        and min(len(p.group()) for p in pieces[:-1]) < 3
        and not token.startswith(("0", "+", "86"))
    ):
        return None  # a date or an amount: 2026-02-01, 1.250.000
    cue = cue_before(text[max(0, start - CUE_SPAN) : start])
    if (found := by_shape(token, cue)) is not None:
        return start, end, found
    glued = re.match(r"[A-Za-z]{1,10}(?=[\d*]{6})", token)
    if glued and (found := by_shape(token[glued.end() :], cue or cue_before(glued.group()))) is not None:
        return start + glued.end(), end, found
    if len(pieces) == 1 and cue and known >= 4:
        value, state = READERS[cue](token)
        if state != "other" or (cue == "cn_id" and 14 <= len(token) <= 20):
            return start, end, _of(cue, value, state)
    return None
