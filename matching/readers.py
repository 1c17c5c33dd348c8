"""Reads one value of a known kind: its normal form and its state. One function a kind.

Sources of the rules: GB 11643-1999 (resident ID), GB 32100-2015 (USCC), GA 36-2018 (plates),
ISO/IEC 7812 (bank cards), 3GPP TS 23.003 (IMEI), the numbering plan of MIIT (telephones).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache

import phonenumbers
from stdnum import luhn
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_11_2

from matching.normalise import OCR_DIGITS, compact, stars
from matching.values import State

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_AREAS = (
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 "
    "45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 91"
)
#: First two digits of a resident ID: provinces, Hong Kong, Macau, Taiwan, and permanent residents (9x).
AREAS = frozenset(_AREAS.split())

_MASK = re.compile(r"([^*]*)\*+(?:.*\*)?([^*]*)", re.DOTALL)
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0(?:10|2\d|[3-9]\d{2})\d{7,8}")
_SERVICE = re.compile(r"(?:400|800)\d{7}|95\d{3,6}|1[012]\d{1,4}")
_EXTENSION = re.compile(r"(?:转|分机|EXT\.?|,)\s*\d{1,6}$", re.IGNORECASE)
_PLATE = re.compile(rf"[{PROVINCES}][A-Z][A-HJ-NP-Z0-9]{{4}}[A-HJ-NP-Z0-9警学挂港澳使领试超]")
_PLATE_NEW_ENERGY = re.compile(rf"[{PROVINCES}][A-Z](?:[A-HJK][A-HJ-NP-Z0-9]\d{{4}}|\d{{5}}[A-HJK])")
_PLATE_DOT = re.compile(r"(?<=[A-Z])[·•●.\- ](?=[A-Z0-9])")
_PLATE_PARTIAL = re.compile(r"[A-Z][A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9警学挂港澳使领试超]")
_PLATE_LIKE = re.compile(r"[\u4e00-\u9fff][A-Z][A-Z0-9]{5,6}")
_PLATE_LETTERS = str.maketrans("OI", "01")
_PLATE_CITY = str.maketrans("0852", "OBSZ")
_PASSPORT = re.compile(r"[A-Z]{1,3}\d{6,9}|[A-Z]{0,2}\d{7,10}[A-Z]?|[A-Z]\d[A-Z0-9]{5,9}")
_ACCOUNT = re.compile(r"[0-9A-Z@._+\-]{4,64}")
_USCC_LETTERS = str.maketrans("IOSZ", "1052")  # the alphabet of the code has none of these

_NO_SERIES = str.maketrans("IO", "10")

Read = tuple[str, State]


def expand15(id15: str) -> str:
    """The 18-digit form of a 15-digit resident ID (issued until 1999, so born 19xx); "" if it is none."""
    if len(id15) != 15 or not id15.isdigit() or id15[:2] not in AREAS:
        return ""
    body = id15[:6] + "19" + id15[6:]
    return body + check_digit(body) if is_birthday(body[6:14]) else ""


def check_digit(body: str) -> str:
    """The check character of the first 17 digits of a resident ID (ISO 7064 MOD 11-2)."""
    return str(mod_11_2.calc_check_digit(body))


def is_birthday(digits: str) -> bool:
    """Whether YYYYMMDD is a day between 1880 and 2100."""
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:8])
    if not (1880 <= year <= 2100 and 1 <= month <= 12 and 1 <= day <= 31):
        return False
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def split_mask(value: str) -> tuple[str, str]:
    """What stands before the first star and after the last one."""
    found = _MASK.fullmatch(value)
    return (found[1], found[2]) if found else (value, "")


@lru_cache(maxsize=64)  # a number is looked at as one kind after another
def _digits(text: str) -> str:
    """Upper case without separators; scanned letters are digits again, but a last X stays."""
    token = compact(stars(text)).strip("()[]<>")
    return token.translate(OCR_DIGITS) if not token.isdigit() else token


def read_cn_id(text: str) -> Read:
    token = _digits(text)
    if "*" in token:
        return _masked_cn_id(token)
    if len(token) == 15 and (full := expand15(token)):
        return full, "valid"
    if len(token) != 18 or not token[:17].isdigit() or token[17] not in "0123456789X":
        return token, "other"
    good = token[:2] in AREAS and is_birthday(token[6:14]) and check_digit(token[:17]) == token[17]
    return token, "valid" if good else "damaged"


def _masked_cn_id(token: str) -> Read:
    """A mask as 18 characters, whatever the number of its stars: only the two ends are certain."""
    head, tail = split_mask(token)
    ends = head + tail
    if not re.fullmatch(r"\d*X?", ends) or len(ends) > 17:
        return token, "other"
    if len(token) == 15 and len(tail) == 3 and 6 <= len(head) <= 12:
        if len(head) == 6:  # of a 15-digit ID, or of the new form with too few stars: its end may be either
            return head + "*" * 12, "masked"
        if head[6] not in "12":  # a year of two digits: of a 15-digit ID, whose check digit is unknown
            return head[:6] + "19" + head[6:] + "*" * (12 - len(head)) + tail + "*", "masked"
    if len(token) == 18 and re.fullmatch(r"[\d*]{17}[\dX*]", token):
        return token, "masked"
    return head + "*" * (18 - len(ends)) + tail, "masked"


def read_phone(text: str) -> Read:
    bare = _EXTENSION.sub("", text)
    last_four = re.fullmatch(r"\D*尾号\D*(\d{4})", bare)
    if last_four:
        return "*" * 7 + last_four[1], "masked"
    token = re.sub(r"[^\d*+]", "", _digits(bare))
    token = re.sub(r"^(?:\+86|0086|86(?=1[3-9*][\d*]{9}$)|17951(?=1))", "", token)
    if "*" in token:
        return _masked_phone(token)
    if _MOBILE.fullmatch(token) or _LANDLINE.fullmatch(token) or _SERVICE.fullmatch(token):
        return token, "valid"
    if token.startswith("+"):
        return _foreign_phone(token)
    if len(token) in (7, 8) and token[0] not in "01":
        return token, "partial"  # a landline without its area
    return token, "damaged" if len(token) == 11 else "other"


def _masked_phone(token: str) -> Read:
    head, tail = split_mask(token)
    if not (head + tail).isdigit():
        return token, "masked" if set(token) == {"*"} else "other"
    if head[:1] in ("1", "") and len(head + tail) < 11:
        return head + "*" * (11 - len(head + tail)) + tail, "masked"
    return token, "masked"


@lru_cache(maxsize=1024)
def _foreign_phone(token: str) -> Read:
    try:
        number = phonenumbers.parse(token, None)
    except phonenumbers.NumberParseException:
        return token, "other"
    good = phonenumbers.is_valid_number(number)
    return phonenumbers.format_number(
        number, phonenumbers.PhoneNumberFormat.E164
    ), "valid" if good else "damaged"


def read_plate(text: str) -> Read:
    text = _PLATE_DOT.sub("", re.sub(r"号牌|[()\[\]]", "", text.upper()))
    token = compact(stars(text))
    if "*" in token:
        return _masked_plate(token)
    if token[:1] in PROVINCES:
        token = token[:1] + token[1:2].translate(_PLATE_CITY) + token[2:].translate(_PLATE_LETTERS)
        good = _PLATE.fullmatch(token) or _PLATE_NEW_ENERGY.fullmatch(token)
        return token, "valid" if good else "damaged" if len(token) in (7, 8) else "other"
    if _PLATE_LIKE.fullmatch(token):
        return token[:2] + token[2:].translate(_PLATE_LETTERS), "damaged"
    serial = token[:1] + token[1:].translate(_PLATE_LETTERS)
    return (serial, "partial") if _PLATE_PARTIAL.fullmatch(serial) else (token, "other")


def _masked_plate(token: str) -> Read:
    head, tail = split_mask(token)
    if len(head + tail) > 7 or not re.fullmatch(rf"[{PROVINCES}]?[A-Z]?[A-Z0-9]*", head + tail):
        return token, "other"
    head = head[:2] + head[2:].translate(_PLATE_LETTERS)
    size = 8 if len(token) == 8 else 7
    return head + "*" * max(1, size - len(head + tail)) + tail.translate(_PLATE_LETTERS), "masked"


def read_bank_card(text: str) -> Read:
    last_four = re.fullmatch(r"\D*尾号\D*(\d{4})", text)
    token = "*" * 12 + last_four[1] if last_four else _digits(text)
    if "*" in token:
        head, tail = split_mask(token)
        if not re.fullmatch(r"\d*", head + tail) or len(head + tail) > 18:
            return token, "other"
        return head + "*" * (max(16, min(19, len(token))) - len(head + tail)) + tail, "masked"
    if not token.isdigit() or not 13 <= len(token) <= 19:
        return token, "other"
    return token, "valid" if luhn.is_valid(token) else "damaged"


def read_uscc(text: str) -> Read:
    token = compact(stars(text)).translate(_USCC_LETTERS)
    if "*" in token:
        return token, "masked"
    if len(token) != 18 or not token.isalnum() or not token.isascii():
        return token, "other"
    return token, "valid" if uscc.is_valid(token) else "damaged"


def read_passport(text: str) -> Read:
    token = compact(stars(text))
    if "*" in token:
        return token, "masked"
    token, guessed = _repaired_passport(token)
    if guessed:
        return token, "damaged"
    return token, "valid" if _PASSPORT.fullmatch(token) and 6 <= len(token) <= 12 else "other"


def _repaired_passport(token: str) -> tuple[str, bool]:
    """Digits where a scanner put letters behind the series, and whether that is a guess.

    The second letter of a series is one (EB1234567 is not E81234567), but ours has neither I nor O.
    """
    if re.fullmatch(r"G[0-9OILSBZ]{8}", token):  # the series of one letter only
        return "G" + token[1:].translate(OCR_DIGITS), False
    if re.fullmatch(r"[EDPSKHM][0-9A-Z][0-9OILSBZ]{7}", token):
        return token[0] + token[1].translate(_NO_SERIES) + token[2:].translate(OCR_DIGITS), False
    if re.fullmatch(r"[A-Z]{1,2}[0-9OILSBZ]{4,9}", token) and sum(c.isdigit() for c in token) >= 4:
        repaired = token[:2] + token[2:].translate(OCR_DIGITS)
        return repaired, repaired != token
    return token, False


def read_imei(text: str) -> Read:
    token = _digits(text)
    if "*" in token:
        return token, "masked"
    if not token.isdigit() or len(token) != 15:
        return token, "other"
    try:
        luhn.validate(token)
    except ValidationError:
        return token, "damaged"
    return token, "valid"


def read_account(text: str) -> Read:
    """An account of any bank or platform: its signs belong to it, unless it is digits in groups."""
    token = stars(text).replace(" ", "").upper()
    if re.fullmatch(r"[\d\-]{6,}", token):
        token = token.replace("-", "")
    if "*" in token:
        return token, "masked"
    return token, "valid" if _ACCOUNT.fullmatch(token) else "other"


READERS: dict[str, Callable[[str], Read]] = {
    "cn_id": read_cn_id,
    "phone": read_phone,
    "plate": read_plate,
    "bank_card": read_bank_card,
    "uscc": read_uscc,
    "passport": read_passport,
    "imei": read_imei,
    "account": read_account,
}
