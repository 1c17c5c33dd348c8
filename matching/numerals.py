"""Numbers as people write them in a sentence: digits, Chinese numerals, small English number words."""

from __future__ import annotations

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "俩": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_TENS = {"廿": 20, "卅": 30}
_WORDS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
ENGLISH = {word: n for n, word in enumerate(_WORDS)}
ENGLISH |= {"a": 1, "an": 1, "twenty": 20, "thirty": 30, "forty": 40, "sixty": 60, "ninety": 90}

#: A whole number in digits or Chinese numerals (folded text: simplified, half-width).
NUMBER = r"(?:[0-9]{1,4}|[零〇○一二两俩三四五六七八九十百千廿卅]{1,8})"


def number(text: str) -> int | None:
    """The value of digits (``12``), Chinese numerals (``十二``, ``二〇二六``, ``一百二十``) or an English
    number word (``twelve``); None when it is none of these.
    """
    if text.isascii():
        return int(text) if text.isdigit() else ENGLISH.get(text)  # "" is in neither
    if all(c in _DIGITS for c in text):
        if len(text) == 2 and 0 not in map(_DIGITS.get, text):
            return None  # 二三天 are two or three days
        return int("".join(str(_DIGITS[c]) for c in text))
    return _counted(text)


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
