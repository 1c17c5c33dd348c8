"""Reads one value of a known kind: its normal form and its state. One function a kind; people and what is theirs.

Sources of the rules: GB 11643-1999 (resident ID), the notice of the immigration administration of 2023 (permanent
residence cards), GB 32100-2015 (USCC), GA 36-2018 (plates), ISO/IEC 7812 (bank cards), the numbering plan of MIIT
(telephones). Devices and addresses of the net stand in :mod:`matching.identifiers.readers_net`, papers in
:mod:`matching.identifiers.readers_papers`.

What is valid as it is written wins. Only what is not is tried with digits for the letters that scanners put in
their place; that reading is marked as ``guessed``, for the writer to confirm.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from stdnum import luhn
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from matching.identifiers.kind import Kind, Read
from matching.identifiers.values import State
from matching.text.normalise import OCR_DIGITS, compact, listed, stars

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PROVINCE_CODES = listed(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71"
)
#: First two digits of a resident ID: the provinces, and residents from Hong Kong, Macau and Taiwan.
AREAS = _PROVINCE_CODES | {"81", "82", "83"}

_MASK = re.compile(r"([^*]*)\*+(?:.*\*)?([^*]*)", re.DOTALL)
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0(?:10|2\d|[3-9]\d{2})\d{7,8}")
_SERVICE = re.compile(r"(?:400|800)\d{7}|95\d{3,6}|1[012]\d{1,4}")
_TAIWAN_MOBILE = re.compile(r"09\d{8}")
_EXTENSION = re.compile(r"(?:转|分机|EXT\.?|,)\s*\d{1,6}$", re.IGNORECASE)
_PREFIX = re.compile(r"^(?:\+?86|0086|\+?0086)(?=0?[1-9*][\d*]{6,}$)|^17951(?=1)|^\+(?=0)")
_NOT_OF_A_PHONE = re.compile(r"[^\d*+]")
_TAIL_PHONE = re.compile(r"\D*(?:尾号|后四位|末四位|后4位)\D*(\d{4})")
_PLATE = re.compile(rf"[{PROVINCES}][A-Z][A-HJ-NP-Z0-9]{{4}}[A-HJ-NP-Z0-9警学挂港澳使领试超]")
_PLATE_NEW_ENERGY = re.compile(rf"[{PROVINCES}][A-Z](?:[A-HJK][A-HJ-NP-Z0-9]\d{{4}}|\d{{5}}[A-HJK])")
#: Armed police, army, embassies, Macau and Hong Kong, temporary plates, electric bicycles (by city).
_PLATE_SPECIAL = re.compile(
    rf"WJ[{PROVINCES}]?[A-Z]?\d{{4}}[A-Z0-9]?|V[A-Z]\d{{5}}|\d{{6}}[使领]|使\d{{6}}|M[A-Z]\d{{4}}"
    rf"|临[{PROVINCES}][A-Z][A-HJ-NP-Z0-9]{{5,6}}|[\u4e00-\u9fff]{{2,3}}[A-Z]?\d{{4,7}}"
)
_PLATE_DOT = re.compile(r"(?<=[A-Z])[·•●.\- ](?=[A-Z0-9])")
_PLATE_WORDS = re.compile(r"号牌|[()\[\]]")
_PLATE_PARTIAL = re.compile(r"[A-Z][A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9警学挂港澳使领试超]")
_PLATE_SHORT_OR_LONG = re.compile(rf"[{PROVINCES}][A-Z][A-Z0-9]{{3,9}}")
_PLATE_LIKE = re.compile(r"[\u4e00-\u9fff][A-Z][A-Z0-9]{5,6}")
_PLATE_LETTERS = str.maketrans("OI", "01")
_PLATE_CITY = str.maketrans("0852", "OBSZ")
_PLATE_MASKED = re.compile(rf"[{PROVINCES}]?[A-Z]?[A-Z0-9]*")
#: What is put for each other in codes of letters and digits; the alphabet of the code has no I, O, S, Z.
_USCC_LETTERS = str.maketrans("IOSZ", "1052")
_USCC_DIGITS = str.maketrans("IOSZBGQ", "1052869")


def expand15(id15: str) -> str:
    """The 18-digit form of a 15-digit resident ID (issued until 1999, so born 19xx); "" if it is none."""
    if len(id15) != 15 or not id15.isdigit() or id15[:2] not in _PROVINCE_CODES:
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


def is_area(digits: str) -> bool:
    """Whether a resident ID may begin so: a province, or 9 and the province of a permanent resident's card."""
    return digits[:2] in AREAS or (digits[:1] == "9" and digits[1:3] in _PROVINCE_CODES)


def split_mask(value: str) -> tuple[str, str]:
    """What stands before the first star and after the last one."""
    found = _MASK.fullmatch(value)
    return (found[1], found[2]) if found else (value, "")


@lru_cache(maxsize=64)  # a number is looked at as one kind after another
def digits_of(text: str) -> tuple[str, bool]:
    """Upper case without separators, scanned letters as digits again (but a last X stays); whether there were any."""
    token = compact(stars(text)).strip("()[]<>")
    repaired = token if token.isdigit() else token.translate(OCR_DIGITS)
    return repaired, repaired != token


def read_cn_id(text: str) -> Read:
    token, guessed = digits_of(text)
    if "*" in token:
        return _masked_cn_id(token)
    if not token[:-1].isdigit() or token[-1] not in "0123456789X":
        return Read(token, "other")
    if len(token) == 15:
        full = expand15(token)
        return Read(full or token, "valid" if full else "damaged", guessed)
    if len(token) != 18:
        return Read(token, "length" if 10 <= len(token) <= 24 else "other", guessed)
    good = is_area(token) and is_birthday(token[6:14]) and check_digit(token[:17]) == token[17]
    return Read(token, "valid" if good else "damaged", guessed)


_ID_ENDS = re.compile(r"\d*X?")
_ID_MASKED = re.compile(r"[\d*]{17}[\dX*]")


def _masked_cn_id(token: str) -> Read:
    """A mask as 18 characters, whatever the number of its stars: only the two ends are certain."""
    head, tail = split_mask(token)
    ends = head + tail
    if not _ID_ENDS.fullmatch(ends) or len(ends) > 17:
        return Read(token, "other")
    if len(token) == 15 and len(tail) == 3 and 6 <= len(head) <= 12:
        if len(head) == 6:  # of a 15-digit ID, or of the new form with too few stars: its end may be either
            return Read(head + "*" * 12, "masked")
        if head[6] not in "12":  # a year of two digits: of a 15-digit ID, whose check digit is unknown
            return Read(head[:6] + "19" + head[6:] + "*" * (12 - len(head)) + tail + "*", "masked")
    if len(token) == 18 and _ID_MASKED.fullmatch(token):
        return Read(token, "masked")
    return Read(head + "*" * (18 - len(ends)) + tail, "masked")


def read_phone(text: str) -> Read:
    bare = _EXTENSION.sub("", text)
    if last_four := _TAIL_PHONE.fullmatch(bare):
        return Read("*" * 7 + last_four[1], "masked")
    token, guessed = digits_of(bare)
    token = _NOT_OF_A_PHONE.sub("", token)
    if token.startswith("00") and not token.startswith("0086"):
        token = "+" + token[2:]
    token = _PREFIX.sub("", token)
    if "*" in token:
        return _masked_phone(token)
    if (value := _phone_here(token)) is not None:
        return Read(value, "valid", guessed)
    if token.startswith("+"):
        return _foreign_phone(token)
    return Read(token, _flaw_of_phone(token), guessed)


def _phone_here(token: str) -> str | None:
    """A number of the plan as it is dialled; None for none."""
    if _MOBILE.fullmatch(token) or _LANDLINE.fullmatch(token) or _SERVICE.fullmatch(token):
        return token
    if token[:1] not in ("", "0", "1", "+") and _LANDLINE.fullmatch(f"0{token}"):
        return f"0{token}"  # +86 512 5712 3456: without the 0 of its area
    return f"+886{token[1:]}" if _TAIWAN_MOBILE.fullmatch(token) else None


def _flaw_of_phone(token: str) -> State:
    if len(token) in (7, 8) and token[0] not in "01":
        return "partial"  # a landline without its area
    if len(token) == 11:
        return "damaged"
    return "length" if 6 <= len(token) <= 16 else "other"


def _masked_phone(token: str) -> Read:
    head, tail = split_mask(token)
    if not (head + tail).isdigit():
        return Read(token, "masked" if set(token) == {"*"} else "other")
    if head[:1] in ("1", "") and len(head + tail) < 11:
        return Read(head + "*" * (11 - len(head + tail)) + tail, "masked")
    return Read(token, "masked")


@lru_cache(maxsize=1024)
def _foreign_phone(token: str) -> Read:
    import phonenumbers  # with its tables, which most desks never need: not while a process starts

    try:
        number = phonenumbers.parse(token, None)
    except phonenumbers.NumberParseException:
        return Read(token, "other")
    good = phonenumbers.is_valid_number(number)
    whole = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Read(whole, "valid" if good else "damaged")


def read_plate(text: str) -> Read:
    text = _PLATE_DOT.sub("", _PLATE_WORDS.sub("", text.upper()))
    token = compact(stars(text))
    if "*" in token:
        return _masked_plate(token)
    if token[:1] in PROVINCES:
        repaired = token[:1] + token[1:2].translate(_PLATE_CITY) + token[2:].translate(_PLATE_LETTERS)
        if _PLATE.fullmatch(repaired) or _PLATE_NEW_ENERGY.fullmatch(repaired):
            return Read(repaired, "valid", repaired != token)
    if _PLATE_SPECIAL.fullmatch(token):
        return Read(token, "valid")
    return _flawed_plate(token)


def _flawed_plate(token: str) -> Read:
    """What is no whole plate: with a wrong sign, of a wrong length, without its province."""
    serial = token[:1] + token[1:].translate(_PLATE_LETTERS)
    state: State = "other"
    if token[:1] in PROVINCES and token[1:2].isalpha():
        short = _PLATE_SHORT_OR_LONG.fullmatch(token) is not None
        state = "damaged" if len(token) in (7, 8) else "length" if short else "other"
    elif _PLATE_LIKE.fullmatch(token):
        return Read(token[:2] + token[2:].translate(_PLATE_LETTERS), "damaged")
    elif _PLATE_PARTIAL.fullmatch(serial):
        return Read(serial, "partial", serial != token)
    return Read(token, state)


def _masked_plate(token: str) -> Read:
    head, tail = split_mask(token)
    if len(head + tail) > 7 or not _PLATE_MASKED.fullmatch(head + tail):
        return Read(token, "other")
    head = head[:2] + head[2:].translate(_PLATE_LETTERS)
    size = 8 if len(token) == 8 else 7
    hidden = "*" * max(1, size - len(head + tail))
    return Read(head + hidden + tail.translate(_PLATE_LETTERS), "masked")


_TAIL_CARD = re.compile(r"\D*(?:尾号|后四位|末四位|后4位)\D*(\d{4})")


def read_bank_card(text: str) -> Read:
    last_four = _TAIL_CARD.fullmatch(text)
    token, guessed = ("*" * 12 + last_four[1], False) if last_four else digits_of(text)
    if "*" in token:
        head, tail = split_mask(token)
        if (head + tail and not (head + tail).isdigit()) or len(head + tail) > 18:
            return Read(token, "other")
        return Read(head + "*" * (max(16, min(19, len(token))) - len(head + tail)) + tail, "masked")
    if not token.isdigit():
        return Read(token, "other")
    if not 13 <= len(token) <= 19:
        return Read(token, "length" if 8 <= len(token) <= 24 else "other", guessed)
    return Read(token, "valid" if luhn.is_valid(token) else "damaged", guessed)


def read_uscc(text: str) -> Read:
    token = compact(stars(text)).strip("()[]<>")
    if "*" in token:
        return Read(token, "masked")
    if not token.isalnum() or not token.isascii() or not any(c.isdigit() for c in token):
        return Read(token, "other")
    if len(token) != 18:
        return Read(token, "length" if len(token) in (16, 17, 19, 20) else "other")
    if uscc.is_valid(token):
        return Read(token, "valid")
    for letters in (_USCC_LETTERS, _USCC_DIGITS):
        repaired = token.translate(letters)
        if repaired != token and uscc.is_valid(repaired):
            return Read(repaired, "valid", guessed=True)
    return Read(token, "damaged")


OF_PEOPLE: tuple[Kind, ...] = (
    Kind(key="cn_id", read=read_cn_id, about="person", decides=True, shown=(6, 4), says=6, digits=True,
         one_spelling=True, chinese="身份证号", english="ID number"),
    Kind(key="phone", read=read_phone, about="phone", decides=True, supports=True, shown=(3, 4), says=6,
         digits=True, one_spelling=True, chinese="手机号"),
    Kind(key="plate", read=read_plate, about="vehicle", decides=True, supports=True, says=3, one_spelling=True,
         chinese="车牌号"),
    Kind(key="bank_card", read=read_bank_card, about="account", decides=True, supports=True, shown=(6, 4),
         says=7, digits=True, one_spelling=True, chinese="银行卡号"),
    Kind(key="uscc", read=read_uscc, about="company", decides=True, supports=True, shown=(6, 4),
         one_spelling=True, chinese="信用代码", english="company code"),
)  # fmt: skip
