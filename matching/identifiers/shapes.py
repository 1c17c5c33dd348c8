"""What a bare number is, by its shape and by the word that stands before it.

A number that is valid as one kind, as it is written, is of that kind, unless the word before it says another that
it is valid as too. What no shape fits and no word names is read as nothing at all: a wrong kind is worse.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from stdnum import luhn

from matching.identifiers.kind import Read
from matching.identifiers.kinds import READERS
from matching.identifiers.readers import AREAS, check_digit, expand15, is_area, is_birthday, split_mask
from matching.identifiers.readers_papers import has_vin_check
from matching.identifiers.values import Identifier
from matching.words.marks import Mark, Says

#: How device numbers begin (reporting bodies), 35 being also a province.
_DEVICE_STARTS = ("35", "86", "99", "01")
#: How Chinese cards of a telephone network begin.
_CHINESE_NETWORKS = re.compile(r"460(?:0\d|1[15]|20)\d{10}")
_CHINESE_CHIPS = re.compile(r"8986[0-9A-F]{15,16}")
#: Company codes: who registered, and as what; then six digits of the place.
_COMPANY = re.compile(r"(?:[159A][1239]|5[123]|9[123]|1[1239]|[A-GNY][1-9])\d{6}[0-9A-Z]{10}")
#: Ours, and its two-letter series. M and C with eight digits are a permit as well as a foreign passport: not alone.
_PASSPORT = re.compile(r"[EGDPSK]\d{8}|E[A-HJ-NP-Z]\d{7}|[DSP]E\d{7}")
_PERMIT = re.compile(r"H\d{8}(?:\d{2})?|M\d{10}|[WL]\d{8}|[A-Z]{3}\d{12}")
_UNION_PAY = re.compile(r"62\d{14}(?:\d{3})?")
_LETTERS_IN_DIGITS = re.compile(r"[A-Z]")

#: What a mark asks to be read even where it does not check out, so that it is said.
_SAID = ("valid", "masked", "damaged", "length", "partial")


def by_shape(token: str, mark: Mark | None = None) -> Identifier | None:
    """The number that a token of digits, letters and stars is, None for one that nothing explains."""
    says = mark.says if mark is not None else None
    if says is Says.NONE:
        return None
    kind = mark.kind if mark is not None and says in (Says.NUMBER, Says.PERHAPS) else ""
    if "*" in token:
        return _masked(token, kind)
    named = _as_named(token, kind) if kind else None
    found = named or _first(_STRONG, token.upper())
    if found is not None or says is Says.OPEN:
        return found
    if says is Says.NUMBER:  # a paper of another sort than the word before it says is one all the same
        return _named_anyway(token, kind) or _first((_paper,), token.upper())
    return _first(_SHAPES, token.upper())


def _first(shapes: Sequence[Callable[[str], Identifier | None]], token: str) -> Identifier | None:
    for shape in shapes:
        if (found := shape(token)) is not None:
            return found
    return None


def _as(kind: str, read: Read) -> Identifier:
    return Identifier(kind=kind, value=read.value, state=read.state, guessed=read.guessed)


def _as_named(token: str, kind: str) -> Identifier | None:
    """The number as the kind that it is called, where it is a good one of that as it is written."""
    if kind == "cn_id" and (paper := _hong_kong(token)) is not None:
        return paper
    if kind in ("account", "bank_card") and (card := _card_called_account(token, kind)) is not None:
        return card
    read = READERS[kind](token)
    return _as(kind, read) if read.state in ("valid", "partial") and not read.guessed else None


def _named_anyway(token: str, kind: str) -> Identifier | None:
    """The number as the kind that it is surely called, though something is wrong with it: that must be said."""
    read = READERS[kind](token)
    return _as(kind, read) if read.state in _SAID else None


def _hong_kong(token: str) -> Identifier | None:
    """身份证A123456(3): of Hong Kong; its letters are no plate's."""
    read = READERS["permit"](token)
    looks_so = _IDENTITY_CARD.fullmatch(token.upper()) is not None
    return _as("permit", read) if looks_so and read.state in ("valid", "damaged") else None


_IDENTITY_CARD = re.compile(r"[A-Z]{1,2}\d{6}\(?[0-9A]\)?|[1578]\d{6}\(\d\)|[1578]\d{6}/\d/\d")


def _card_called_account(token: str, kind: str) -> Identifier | None:
    """账号6222…: a card by its check digit; what a bank calls an account has none."""
    digits = token.isdigit()
    if (
        kind == "account"
        and digits
        and 16 <= len(token) <= 19
        and (luhn.is_valid(token) or token[:2] == "62")
    ):
        return _as("bank_card", READERS["bank_card"](token))
    return None


# --- numbers that say by themselves what they are ---------------------------------------------------------------


def _resident(token: str) -> Identifier | None:
    if len(token) != 18 or not token[:17].isdigit() or token[17] not in "0123456789X" or not is_area(token):
        return None
    if not is_birthday(token[6:14]) or check_digit(token[:17]) != token[17]:
        return None
    company = token.isdigit() and token[0] == "9" and READERS["uscc"](token).state == "valid"
    return None if company else _as("cn_id", READERS["cn_id"](token))


def _mobile(token: str) -> Identifier | None:
    digits = token.removeprefix("+86").removeprefix("0086")
    if len(digits) == 13 and digits.startswith("861"):
        digits = digits[2:]
    mobile = len(digits) == 11 and digits.isdigit() and digits[0] == "1" and "3" <= digits[1] <= "9"
    return _as("phone", READERS["phone"](digits)) if mobile else None


def _abroad(token: str) -> Identifier | None:
    if not token.startswith("+") and not (token.startswith("00") and 11 <= len(token) <= 17):
        return None
    read = READERS["phone"](token)
    return _as("phone", read) if read.state == "valid" else None


def _company(token: str) -> Identifier | None:
    if len(token) != 18 or not _COMPANY.fullmatch(token):
        return None
    read = READERS["uscc"](token)
    good = read.state == "valid" and not read.guessed
    # Digits alone may be a mistyped ID: one in 31 of those has the check digit of a code.
    return (
        _as("uscc", read) if good and (not token[:17].isdigit() or token[:2] in ("91", "92", "93")) else None
    )


_STRONG: tuple[Callable[[str], Identifier | None], ...] = (_resident, _company, _mobile, _abroad)


# --- numbers that look like something ----------------------------------------------------------------------------


def _long_number(token: str) -> Identifier | None:
    """Resident IDs, cards, devices: 15 to 20 digits."""
    size = len(token)
    if not 15 <= size <= 20 or not token[:-1].isdigit():
        return None
    kind = ""
    if (size == 18 and _plausible(token)) or (size == 15 and expand15(token)):
        kind = "cn_id"
    elif size == 15 and token[:2] in _DEVICE_STARTS and luhn.is_valid(token):
        kind = "imei"
    elif _CHINESE_NETWORKS.fullmatch(token):
        kind = "imsi"
    elif _CHINESE_CHIPS.fullmatch(token):
        kind = "iccid"
    elif size == 17 and _plausible(token):
        kind = "cn_id"  # a digit is lost; the check of a card fits one in ten of these too
    elif 16 <= size <= 19 and token.isdigit() and (_card_like(token) or _UNION_PAY.fullmatch(token)):
        kind = "bank_card"
    return _as(kind, READERS[kind](token)) if kind else None


def _telephone(token: str) -> Identifier | None:
    if not token.isdigit() or not 9 <= len(token) <= 16:
        return None
    read = READERS["phone"](token)
    size = len(read.value)
    # Ten digits by themselves are a service number; a short one needs the word before it.
    sure = (
        token[0] == "0"
        or (token.startswith("86") and size > 10)
        or (size == 10 and token[:3] in ("400", "800"))
    )
    return _as("phone", read) if sure and read.state == "valid" else None


def _paper(token: str) -> Identifier | None:
    """Passports and permits by their series."""
    if _PASSPORT.fullmatch(token):
        return _as("passport", READERS["passport"](token))
    return _as("permit", READERS["permit"](token)) if _PERMIT.fullmatch(token) else None


def _lettered(token: str) -> Identifier | None:
    """Company codes, papers and vehicles: letters belong to them."""
    if len(token) == 18 and _COMPANY.fullmatch(token) and token[:2] in ("91", "92", "93"):
        return _as("uscc", READERS["uscc"](token))
    if (paper := _paper(token)) is not None:
        return paper
    return _as("vin", READERS["vin"](token)) if len(token) == 17 and has_vin_check(token) else None


def _guessed(token: str) -> Identifier | None:
    """A number in which a scanner put letters for digits: only where the digits then check out."""
    letters = len(_LETTERS_IN_DIGITS.findall(token[:-1]))
    if not letters or not 11 <= len(token) <= 19 or 5 * letters > 2 * len(token):
        return None
    for kind, fits in (("cn_id", (15, 18)), ("phone", (11,)), ("bank_card", (16, 19))):
        if len(token) in fits:
            read = READERS[kind](token)
            good = read.guessed and read.state == "valid"
            if good and (kind != "phone" or letters <= 2) and (kind != "bank_card" or _card_like(read.value)):
                return _as(kind, read)
    return None


def _guessed_code(token: str) -> Identifier | None:
    """A passport or a company's code with letters for digits or the other way round; marked as a guess."""
    if len(token) == 18 and token[:2] in ("91", "92", "93"):
        read = READERS["uscc"](token)
        return _as("uscc", read) if read.guessed else None
    if not 8 <= len(token) <= 9 or not _PASSPORT_LIKE.fullmatch(token):
        return None
    read = READERS["passport"](token)
    return _as("passport", read) if read.guessed and _PASSPORT.fullmatch(read.value) else None


_PASSPORT_LIKE = re.compile(r"[EG][0-9OILSBZ]{8}")

_SHAPES: tuple[Callable[[str], Identifier | None], ...] = (
    _long_number,
    _telephone,
    _lettered,
    _guessed,
    _guessed_code,
)


def _plausible(digits: str) -> bool:
    """A province and, where the digits stand that long, a birthday of 1900 to 2029."""
    if not is_area(digits) or digits[6:8] not in ("19", "20"):
        return False
    return is_birthday(digits[6:14]) or (len(digits) == 18 and digits[:2] in AREAS)


def _card_like(digits: str) -> bool:
    return digits[0] in "34569" and luhn.is_valid(digits)


def _masked(token: str, kind: str) -> Identifier | None:
    """A masked number by the lengths of its ends; by the word before it where that is not enough."""
    head, tail = split_mask(token)
    known = len(head) + len(tail)
    if token.count("*") < 2 or known < 3 or len(token) < 7:
        return None
    if not (head + tail[:-1]).isdigit():
        return None if not kind else _read_mask(kind, token)
    if not kind:
        kind = _kind_of_mask(token, head, tail)
    return _read_mask(kind, token) if kind else None


def _kind_of_mask(token: str, head: str, tail: str) -> str:
    if len(head) <= 4 and head[:1] == "1" and "3" <= head[1:2] <= "9" and len(token) <= 12:
        return "phone"
    if tail and tail[-1] in "Xx":
        return "cn_id"
    known_card = head[:2] not in AREAS or _CARD_HEAD.match(head)
    if len(token) != 18 and known_card and len(token) >= 12:
        return "bank_card"
    return "cn_id" if head[:2] in AREAS else ""


_CARD_HEAD = re.compile(r"62[1-9]")


def _read_mask(kind: str, token: str) -> Identifier | None:
    read = READERS[kind](token)
    return _as(kind, read) if read.state == "masked" else None
