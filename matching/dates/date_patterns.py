"""The shapes in which people write calendar dates, in Chinese and English, and one spelling of what has many."""

from __future__ import annotations

import re

from matching.text.normalise import fold
from matching.text.numerals import ENGLISH_ORDINAL, NUMBER

#: Nobody writes a deadline or a period longer than this; what is longer is prose, and is not scanned.
MAX_TEXT = 200

_CJK = "\u3007\u3400-\u9fff"
_SPACE_AT_CJK = re.compile(rf"(?<=[{_CJK}])\s+|\s+(?=[{_CJK}])")

#: One spelling of what is written in many: 6 p. m., 9a, ½.
_SPELLINGS = (
    (re.compile(r"(?<![a-z])([ap]) ?\. ?m(?: ?\.)?(?![a-z])|(?<![a-z])([ap]) m(?![a-z])"), r"\1\2m"),
    (re.compile(r"(?<=[0-9])([ap])(?![a-z])"), r"\1m"),
    (re.compile("\u2044"), "/"),
    (re.compile(r"(?<![0-9a-z:])(?:at )?([0-9]{1,4})[ -]?ish(?![a-z])"), r"at \1"),
    (re.compile(r"(?<=noon)[ -]?ish(?![a-z])"), ""),
    (re.compile(r"(?<![a-z])late toni(?:ght|te)(?![a-z])"), "today late night"),
    (re.compile(r"(?<![a-z])toni(?:ght|te)(?![a-z])"), "today evening"),
)
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH = "(?P<mon>" + "|".join([*MONTHS, "sept", *(m[:3] for m in MONTHS)]) + r")(?![a-z])"
YEARS = {"前": -2, "去": -1, "上": -1, "今": 0, "本": 0, "当": 0, "明": 1, "后": 2}
_Y = r"(?P<y>[0-9]{4}|[0-9]{2}|[零〇○一二三四五六七八九]{4}|[零〇○一二三四五六七八九]{2}|[前去今本当明后])年"
_M = rf"(?P<m>{NUMBER}|元)月份?"
_D = rf"(?P<d>{NUMBER})(?:日|号|(?![0-9点时:个天周年月]))"
_WORD_D = rf"{ENGLISH_ORDINAL}|(?:twenty|thirty)[ -]?[a-z]{{3,5}}(?![a-z])"
_EN_D = rf"(?:(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?(?![a-z0-9:])|(?P<o>{_WORD_D}))"
_D_FIRST = rf"(?:(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th|\.)?|(?P<o>{ENGLISH_ORDINAL}))"
_EN_Y = r"(?:,? ?(?:of |in )?(?P<y>(?:19|2[01])[0-9]{2})(?![0-9:]| ?h(?:ou)?rs?(?![a-z])|h(?![a-z])))"
_SEPARATED = r"(?P<a>[0-9]{1,2}) ?(?P<sep>[-/.·]) ?(?P<b>[0-9]{1,2})"

#: Most telling first: the first that fits wins.
PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_Y}{_M}{_D}",
        rf"{_Y}{_M}",
        r"(?P<y>[0-9]{4}) ?([-/.]) ?(?P<m>[0-9]{1,2}) ?\2 ?(?P<d>[0-9]{1,2})(?![0-9])日?",
        r"(?P<y>(?:19|20)[0-9]{2})(?P<m>[0-9]{2})(?P<d>[0-9]{2})(?![0-9])",
        rf"{_SEPARATED} ?(?P=sep) ?(?P<y>[0-9]{{4}})(?![0-9])",
        rf"{_SEPARATED} ?(?P=sep) ?(?P<c>[0-9]{{1,2}})(?![0-9])(?! ?(?P=sep))",
        rf"(?P<y>[0-9]{{4}}) ?[-/., ] ?{_MONTH}(?: ?[-/., ] ?(?P<d>[0-9]{{1,2}})(?![0-9:]))?",
        rf"(?P<d>[0-9]{{1,2}}) ?[-/] ?{_MONTH}(?: ?[-/] ?(?P<y>[0-9]{{4}})(?![0-9]))?",
        r"(?P<y>(?:19|20)[0-9]{2}) ?[-/.] ?(?P<m>[0-9]{1,2})(?![0-9:])",
        r"(?P<m>[0-9]{1,2}) ?[-/.] ?(?P<y>(?:19|20)[0-9]{2})(?![0-9:])",
        rf"{_M}{_D}",
        rf"{_M}",
        rf"{_MONTH}\.? ?,? ?(?:of |in )?(?P<y>[0-9]{{4}})(?![0-9:])",
        rf"{_MONTH}[.,/-]? ?(?:the )?{_EN_D}(?: day)?{_EN_Y}?",
        rf"{_MONTH}(?P<d>[0-9]{{1,2}})(?![0-9a-z:])",
        rf"(?:the )?{_D_FIRST} ?(?:day )?(?:of )?{_MONTH}\.?{_EN_Y}?",
        rf"{_MONTH}\.?",
        rf"{_SEPARATED}(?![0-9])(?!(?P=sep)[0-9])(?P<zh>[日号])?",
    )
)  # fmt: skip


def plain(text: str) -> str:
    """Fold a text for reading dates: simplified, half-width, lower case, no spaces
    beside Chinese characters (``周五 18:00`` and ``周五18:00`` are the same).
    """
    folded = _SPACE_AT_CJK.sub("", fold(text).lower())
    for wording, known in _SPELLINGS:
        folded = wording.sub(known, folded)
    return folded
