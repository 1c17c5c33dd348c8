"""What a bare number is, by its shape and by the word that stands before it."""

from __future__ import annotations

import re

from stdnum import luhn

from matching.normalise import OCR_DIGITS
from matching.readers import AREAS, READERS, expand15, is_birthday, split_mask
from matching.values import Identifier

#: Words before a number that say its kind; an optional 号码, colon or 为 may stand between.
_CUE_WORDS = (
    ("cn_id", "身份证|证件|公民身份|ID"),
    ("passport", "护照|通行证|passport"),
    ("phone", "电话|手机|联系方式|号码|tel|phone|mobile"),
    ("bank_card", "卡号|银行卡|账号|账户|储蓄卡|信用卡|card"),
    ("imei", "IMEI|串号|串码"),
    ("uscc", "信用代码|税号|USCC"),
)
_CUES = tuple(
    (kind, re.compile(rf"(?:{words})(?:号码|号|no\.?)?\s?[::为是(]?\s?$", re.IGNORECASE))
    for kind, words in _CUE_WORDS
)
#: Ours, its two-letter series, permits for Hong Kong, Macau and Taiwan.
_PASSPORT = re.compile(r"[EGDPSKHM]\d{8}|E[A-HJ-NP-Z]\d{7}|[HM]\d{10}")
#: How device numbers begin (reporting bodies), 35 being also a province.
_DEVICE_STARTS = ("35", "86", "99", "01")
#: The longest cue with what may follow it, in characters.
CUE_SPAN = 16


def cue_before(text: str) -> str:
    """The kind that the end of this text announces (…身份证号：), "" if none."""
    return next((kind for kind, words in _CUES if words.search(text)), "")


def by_shape(token: str, cue: str) -> Identifier | None:
    """What a number is by its own shape; the word before it decides where two kinds have that shape."""
    if "*" in token:
        return _masked(token, cue)
    digits = token if token.isdigit() else _repaired(token)
    for shape in (_long_number, _telephone, _lettered):
        if (found := shape(digits, cue)) is not None:
            return found
    return None


def _read(kind: str, token: str) -> Identifier:
    value, state = READERS[kind](token)
    return Identifier(kind=kind, value=value, state=state)


def _long_number(digits: str, cue: str) -> Identifier | None:
    """Resident IDs, cards, devices: 15 to 19 digits."""
    size = len(digits)
    if not 15 <= size <= 19 or not digits[:-1].isdigit():
        return None
    kind = ""
    if (size == 18 and cue != "bank_card" and _plausible(digits)) or (
        size == 15 and cue != "imei" and expand15(digits)
    ):
        kind = "cn_id"
    elif size == 15 and (cue == "imei" or digits[:2] in _DEVICE_STARTS) and luhn.is_valid(digits):
        kind = "imei"
    elif size >= 16 and digits.isdigit() and (cue == "bank_card" or _card_like(digits)):
        kind = "bank_card"
    elif size == 17 and _plausible(digits):
        kind = "cn_id"  # a digit is lost
    return _read(kind, digits) if kind else None


def _telephone(digits: str, cue: str) -> Identifier | None:
    if not digits.lstrip("+").isdigit() or not 7 <= len(digits) <= 18 or cue == "bank_card":
        return None
    phone = _read("phone", digits)
    size = len(phone.value)
    # Ten digits by themselves are a service number; a short one needs the word before it.
    sure = size > 10 or (size == 10 and phone.value[0] in "048") or cue == "phone"
    return phone if sure and phone.state == "valid" else None


def _lettered(token: str, cue: str) -> Identifier | None:
    """Company codes and passports: letters belong to them."""
    token = token.upper()
    if len(token) == 18 and re.fullmatch(r"[1-9A-GY][0-9A-Z]{17}", token):
        company = _read("uscc", token)
        lettered = not token[:-1].isdigit() and company.state == "valid"  # digits alone may be a mistyped ID
        if lettered or cue == "uscc" or token[:2] in ("91", "92", "93"):
            return company
    return _read("passport", token) if _PASSPORT.fullmatch(token) else None


def _repaired(token: str) -> str:
    """Digits where a scanner has put letters, if few are letters and the rest are digits."""
    body, last = token[:-1], token[-1:]
    digits = sum(c.isdigit() for c in body)
    if digits < 0.6 * len(body) or len(body) < 9:
        return token.upper()
    return body.translate(OCR_DIGITS) + ("X" if last in "xX" else last.translate(OCR_DIGITS))


def _plausible(digits: str) -> bool:
    """A province and, where the digits stand that long, a birthday of 1900 to 2029."""
    if digits[:2] not in AREAS or digits[6:8] not in ("19", "20"):
        return False
    return is_birthday(digits[6:14]) or READERS["cn_id"](digits)[1] == "valid" or len(digits) == 18


def _card_like(digits: str) -> bool:
    return digits[0] in "34569" and luhn.is_valid(digits)


def _masked(token: str, cue: str) -> Identifier | None:
    """A masked number by the lengths of its ends; by the word before it where that is not enough."""
    head, tail = split_mask(token)
    known = len(head) + len(tail)
    if token.count("*") < 2 or known < 3 or len(token) < 7 or not (head + tail[:-1]).isdigit():
        return None
    if cue in ("cn_id", "phone", "bank_card", "passport", "imei"):
        kind = cue
    elif len(head) <= 4 and head[:1] == "1" and "3" <= head[1:2] <= "9" and len(token) <= 12:
        kind = "phone"
    elif tail[-1:] in "Xx" and tail:
        kind = "cn_id"
    elif len(token) != 18 and (head[:2] not in AREAS or re.match(r"62[1-9]", head)) and len(token) >= 12:
        kind = "bank_card"
    elif head[:2] in AREAS:
        kind = "cn_id"
    else:
        return None
    masked = _read(kind, token)
    return masked if masked.state == "masked" else None
