"""The numbers in a ledger row, whatever stands in their fields: of which kind each is, and whether it is sound."""

from __future__ import annotations

import math
import re
from functools import lru_cache

from matching.identifiers.identifiers import identify
from matching.identifiers.kinds import READERS
from matching.identifiers.values import Identifier
from matching.text.normalise import compact, fold, stars
from matching.words.kind_words import ID_KINDS, WORDS

MAX_IDS = 6  #: of one kind and subject
_ID_KIND_OF = {word: kind for kind, known in WORDS.items() for word in known.all} | {
    kind.replace("_", ""): kind for kind in ID_KINDS
}
_BETWEEN_VALUES = re.compile(r"[,，;；、/|\n]+|\s+(?:和|及|and)\s+")
#: Kinds of which letters alone are one.
_LETTERS_ALONE = frozenset({"account", "email", "domain"})
_MASKED_PHONE = re.compile(r"1[3-9]\d[\d*]{8}")
_MASKED_ID = re.compile(r"\d{2,}\*[\d*]*[\dX*]")


def text_of(value: object) -> str:
    """What a scalar says; "" for what is none. Long whole floats are what spreadsheets make of numbers."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int):
        return str(value) if abs(value) < 10**40 else ""
    if isinstance(value, float):
        return str(int(value)) if math.isfinite(value) and value.is_integer() and abs(value) < 1e40 else ""
    if isinstance(value, list | tuple):
        return " ".join(text_of(item) for item in value[:50] if isinstance(item, str | int | float))
    return ""


def id_kind(key: object) -> str:
    return _kind_named(key[:40]) if isinstance(key, str) else ""


@lru_cache(maxsize=1024)
def _kind_named(key: str) -> str:
    return _ID_KIND_OF.get(compact(key).lower(), "")


def identifiers_of(given: object) -> list[Identifier]:
    if isinstance(given, dict):
        pairs = [(id_kind(key), value) for key, value in list(given.items())[:40]]
    elif isinstance(given, list | tuple):
        pairs = [("", value) for value in given[:40]]
    else:
        pairs = [("", given)]
    ids: list[Identifier] = []
    for kind, value in pairs:
        several = value if isinstance(value, list | tuple) else [value]
        for one in several[:MAX_IDS]:
            if isinstance(one, dict):
                ids += _values(id_kind(one.get("kind")), one.get("value"))  # no deeper: nonsense nests
            else:
                ids += _values(kind, one)
    return ids


def _values(kind: str, value: object) -> list[Identifier]:
    text = text_of(value)[:500]
    lossy = isinstance(value, float) and abs(value) >= 2**53  # a spreadsheet has rounded it
    several = _BETWEEN_VALUES.search(text) is not None and not _is_one(kind, text)
    pieces = _BETWEEN_VALUES.split(text) if several else [text]
    ids = [_value(kind, piece) for piece in pieces[:MAX_IDS] if piece.strip()]
    if lossy:
        ids = [i and Identifier(kind=i.kind, value=i.value, state="damaged", raw=i.raw) for i in ids]
    return [i for i in ids if i is not None]


def _is_one(kind: str, text: str) -> bool:
    """Whether what would divide values belongs to one."""
    return kind == "account" or (kind in READERS and READERS[kind](fold(text))[1] in ("valid", "masked"))


def _value(kind: str, text: str) -> Identifier | None:
    """One identifier; of another kind when it is a good one of that and none of its own (swapped fields)."""
    given = identify(kind or None, text)
    if kind and given.state in ("other", "damaged", "length", "partial"):
        by_shape = identify(None, text)
        good = by_shape.kind in ID_KINDS and by_shape.kind != kind and by_shape.state in ("valid", "masked")
        good = good and not (by_shape.kind == "passport" and by_shape.value.isdigit())
        if good and not _is_mistyped(given, by_shape):
            given = by_shape
    if (
        given.kind == "account"
        and given.state == "valid"
        and given.value.isdigit()
        and len(given.value) >= 16
    ):
        card = identify("bank_card", text)
        given = card if card.state == "valid" else given
    if given.kind == "account" and "@" in given.value:
        mail = identify("email", text)
        given = mail if mail.state != "other" else given
    given = _swapped_mask(kind, given, text)
    return given if given.kind in ID_KINDS and tells_something(given) else None


def tells_something(identifier: Identifier) -> bool:
    """Not a placeholder: 000000000000000000, a mask that shows one digit."""
    told = set(identifier.value) - set("*")
    return len(told) > 1 and (identifier.kind in _LETTERS_ALONE or any(c.isdigit() for c in told))


def _swapped_mask(kind: str, given: Identifier, text: str) -> Identifier:
    """A masked telephone number in the ID's field, or a masked ID in the telephone's, by its length."""
    if given.state != "masked" or kind not in ("cn_id", "phone"):
        return given
    token = compact(stars(fold(text)))
    if kind == "cn_id" and _MASKED_PHONE.fullmatch(token):
        return identify("phone", text)
    if kind == "phone" and _MASKED_ID.fullmatch(token) and len(token) in (15, 18):
        return identify("cn_id", text)
    return given


def _is_mistyped(given: Identifier, by_shape: Identifier) -> bool:
    """Whether it is rather a mistyped one of its own kind than a good one of another.

    A mistyped ID has the check digit of a card once in ten times, that of a company code once in 31.
    """
    if given.kind == "cn_id":
        return by_shape.kind in ("bank_card", "uscc", "imei", "imsi", "iccid") and given.value[:-1].isdigit()
    return given.kind == "imei" and by_shape.kind == "cn_id"


def distinct(ids: list[Identifier]) -> list[Identifier]:
    kept: dict[tuple[str, str], Identifier] = {}
    for identifier in ids:
        kept.setdefault((identifier.kind, identifier.value), identifier)
    counted: dict[str, int] = {}
    result = []
    for identifier in kept.values():
        counted[identifier.kind] = counted.get(identifier.kind, 0) + 1
        if counted[identifier.kind] <= MAX_IDS:
            result.append(identifier)
    return result
