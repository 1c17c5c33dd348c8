"""Reads passports, travel and residence permits, police and military cards, vehicle identification numbers.

Sources: the series of the immigration administration (E, G, D, S, P, K; C, W; L, T; H, M), ICAO Doc 9303 for the
passports of others, Hong Kong's registration of persons for its check digit, GB 16735 for vehicles.
"""

from __future__ import annotations

import re

from matching.identifiers.kind import Kind, Read
from matching.text.normalise import OCR_DIGITS, compact, stars

_PASSPORT = re.compile(r"[A-Z]{1,3}\d{6,9}|[A-Z]{0,2}\d{7,10}[A-Z]?|[A-Z]\d[A-Z0-9]{5,9}")
_PASSPORT_G = re.compile(r"G[0-9OILSBZ]{8}")
_PASSPORT_OURS = re.compile(r"[EDPSKHM][0-9A-Z][0-9OILSBZ]{7}")
_PASSPORT_SCANNED = re.compile(r"[A-Z]{1,2}[0-9OILSBZ]{4,9}")
_NO_SERIES = str.maketrans("IO", "10")


def read_passport(text: str) -> Read:
    token = compact(stars(text))
    if "*" in token:
        return Read(token, "masked")
    if token.isalnum() and not 6 <= len(token) <= 12:
        return Read(token, "length" if 5 <= len(token) <= 15 and any(map(str.isdigit, token)) else "other")
    repaired, certain = _repaired_passport(token)
    if repaired != token and not certain:
        return Read(repaired, "damaged", guessed=True)
    return Read(repaired, "valid" if _PASSPORT.fullmatch(repaired) else "other", repaired != token)


def _repaired_passport(token: str) -> tuple[str, bool]:
    """Digits where a scanner put letters behind the series, and whether nothing else can be meant.

    The second letter of a series is one (EB1234567 is not E81234567), but ours has neither I nor O.
    """
    if _PASSPORT_G.fullmatch(token):  # the series of one letter only
        return "G" + token[1:].translate(OCR_DIGITS), True
    if _PASSPORT_OURS.fullmatch(token):
        return token[0] + token[1].translate(_NO_SERIES) + token[2:].translate(OCR_DIGITS), True
    if _PASSPORT_SCANNED.fullmatch(token) and sum(c.isdigit() for c in token) >= 4:
        return token[:2] + token[2:].translate(OCR_DIGITS), False
    return token, True


#: Permits of people from Hong Kong and Macau (with their count, 11), for travel there (C, W, and EC: two letters)
#: and to Taiwan (L, T), of people from Taiwan (8 digits, 10 on older ones, with a sign in brackets), residence
#: permits of foreigners (9 digits), their permanent residence cards before 2023.
_PERMIT = re.compile(
    r"[HM]\d{8}(?:\d{2})?|[CWLT]\d{8}|[A-Z]{2}\d{7}|\d{8,9}|\d{10}[A-Z0-9]?|[A-Z]{3}\d{12}|[A-BD-GI-KN-SU-VX-Z]\d{6,9}"
)
_PERMIT_LIKE = re.compile(r"[A-Z]{0,3}\d{5,15}")
_HONG_KONG = re.compile(r"([A-Z]{1,2})(\d{6})([0-9A])")
_MACAU = re.compile(r"[1578]\d{7}")
_PAPER_DIGITS = re.compile(r"(?<=[A-Z])[0-9OILSBZ]{7,10}$")


def read_permit(text: str) -> Read:
    """A travel or residence permit, or the identity card of Hong Kong or Macau."""
    token = _BRACKETS.sub("", compact(stars(text)))
    if "*" in token:
        return Read(token, "masked")
    if card := _HONG_KONG.fullmatch(token):
        return Read(token, "valid" if _hong_kong_check(card[1], card[2]) == card[3] else "damaged")
    if _PERMIT.fullmatch(token) or _MACAU.fullmatch(token):
        return Read(token, "valid")
    repaired = _PAPER_DIGITS.sub(lambda run: run[0].translate(OCR_DIGITS), token)
    if repaired != token and _PERMIT.fullmatch(repaired):
        return Read(repaired, "valid", guessed=True)
    return Read(token, "length" if _PERMIT_LIKE.fullmatch(token) else "other")


_BRACKETS = re.compile(r"[()\[\]]")


def _hong_kong_check(series: str, digits: str) -> str:
    """The check digit of a Hong Kong identity card (a blank, 36, stands before a series of one letter)."""
    letters = [ord(c) - 55 for c in series]
    values = [*([36] if len(series) == 1 else []), *letters, *map(int, digits)]
    rest = sum(weight * value for weight, value in zip(range(9, 1, -1), values, strict=True)) % 11
    return "0" if rest == 0 else "A" if rest == 1 else str(11 - rest)


_CARD_OF_SERVICE = re.compile(r"(?:[\u4e00-\u9fff]{1,4}字?)?第?(\d{6,12})号?|[A-Z]{1,4}\d{5,10}|\d{5,8}")


def read_officer_id(text: str) -> Read:
    """A police number, or a military card (军字第1234567号): its signs belong to it, its filling words do not."""
    token = compact(stars(text))
    if "*" in token:
        return Read(token, "masked")
    bare = token.replace("字第", "字").removesuffix("号")
    return Read(bare, "valid") if _CARD_OF_SERVICE.fullmatch(token) else Read(token, "other")


_VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_VIN_VALUES = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", "12345678123457923456789", strict=True))
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VIN_LETTERS = str.maketrans("IOQ", "100")


def read_vin(text: str) -> Read:
    """17 letters and digits; of I, O and Q there is none. Europe's have no check digit, so none is asked."""
    token = compact(stars(text))
    if "*" in token:
        return Read(token, "masked")
    if not token.isalnum() or not token.isascii() or not any(c.isdigit() for c in token):
        return Read(token, "other")
    repaired = token.translate(_VIN_LETTERS)
    if _VIN.fullmatch(repaired):
        return Read(repaired, "valid", repaired != token)
    return Read(token, "length" if 11 <= len(token) <= 20 else "other")


def has_vin_check(token: str) -> bool:
    """Whether a number of 17 signs has the check digit of a vehicle's, so that it is one without being called so."""
    if not _VIN.fullmatch(token) or token.isalpha() or sum(map(str.isalpha, token[:11])) < 3:
        return False  # its first three signs name the maker, the next six the model
    values = [int(c) if c.isdigit() else int(_VIN_VALUES[c]) for c in token]
    rest = sum(v * w for v, w in zip(values, _VIN_WEIGHTS, strict=True)) % 11
    return token[8] == ("X" if rest == 10 else str(rest))


PAPERS: tuple[Kind, ...] = (
    Kind(key="passport", read=read_passport, about="person", decides=True, supports=True, shown=(2, 3),
         one_spelling=True, chinese="护照号"),
    Kind(key="permit", read=read_permit, about="person", decides=True, supports=True, shown=(2, 3),
         chinese="通行证号"),
    Kind(key="officer_id", read=read_officer_id, about="person", supports=True, chinese="警号",
         english="police or military card"),
    Kind(key="vin", read=read_vin, about="vehicle", decides=True, supports=True, shown=(3, 4), chinese="车架号",
         english="VIN"),
)  # fmt: skip
