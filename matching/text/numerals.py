"""Numbers as people write them in a sentence: digits, Chinese numerals, English number words and ordinals."""

from __future__ import annotations

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "俩": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_TENS = {"廿": 20, "卅": 30}
_WORDS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_DECADES = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80}
_DECADES |= {"ninety": 90}
_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
    *("eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth"),
    *("eighteenth", "nineteenth"),
)
ENGLISH = {word: n for n, word in enumerate(_WORDS)} | _DECADES
ENGLISH |= {"a": 1, "an": 1, "a couple of": 2, "couple of": 2, "a dozen": 12}
_ORDINAL_OF = {word: n for n, word in enumerate(_ORDINALS, start=1)} | {"twentieth": 20, "thirtieth": 30}


def _either(words: object) -> str:
    return "|".join(sorted(words, key=len, reverse=True))  # type: ignore[call-overload]


#: A whole number in digits or Chinese numerals (folded text: simplified, half-width).
NUMBER = r"(?:[0-9]{1,4}|[零〇○一二两俩三四五六七八九十百千廿卅]{1,8})"
#: One in English words, up to ninety-nine.
ENGLISH_NUMBER = (
    rf"(?:(?:{_either(_DECADES)})[ -]?(?:{_either(_WORDS[1:10])})(?![a-z])|(?:{_either(ENGLISH)})(?![a-z]))"
)
#: A day of the month in English words, up to thirty-first.
ENGLISH_ORDINAL = (
    rf"(?:(?:twenty|thirty)[ -]?(?:{_either(_ORDINALS[:9])})(?![a-z])|(?:{_either(_ORDINAL_OF)})(?![a-z]))"
)


def number(text: str) -> int | None:
    """The value of digits (``12``), Chinese numerals (``十二``, ``二〇二六``, ``一百二十``) or an English
    number word (``twelve``, ``twenty-four``); None when it is none of these.
    """
    if text.isascii():
        return int(text) if text.isdigit() else _in_english(text, ENGLISH)  # "" is in neither
    if all(c in _DIGITS for c in text):
        if len(text) == 2 and 0 not in map(_DIGITS.get, text):
            return None  # 二三天 are two or three days
        return int("".join(str(_DIGITS[c]) for c in text))
    return _counted(text)


def ordinal(text: str) -> int | None:
    """The value of an English ordinal in words: ``third``, ``twenty-third``."""
    return _in_english(text, _ORDINAL_OF)


def _in_english(text: str, units: dict[str, int]) -> int | None:
    if text in units:
        return units[text]
    for word, tens in _DECADES.items():
        if text.startswith(word):
            rest = units.get(text[len(word) :].lstrip(" -"))
            return tens + rest if rest is not None and 1 <= rest <= 9 else None
    return None


def _counted(text: str) -> int | None:
    """Numerals with tens, hundreds, thousands: 三十, 十二, 一百零五, 一百二 (120), 廿三."""
    total, digit, last_unit = 0, None, 1
    for char in text:
        if char in _UNITS:
            last_unit = _UNITS[char]
            total += (1 if digit is None else digit) * last_unit
            digit = None
        elif char in _TENS:
            total, last_unit = total + _TENS[char], 10
        elif char in _DIGITS:
            if digit:
                return None  # "二三十" is "twenty or thirty": no number
            digit = _DIGITS[char]
            last_unit = 1 if digit == 0 else last_unit
        else:
            return None
    if digit is None:
        return total
    # 一百二 is 120: a digit right after hundreds counts tens.
    return total + digit * (last_unit // 10 if last_unit >= 100 else 1)
