"""Case numbers: the police register's (A3205834500002026010001) and documents' (昆公（刑）立字〔2026〕12号).

Both sides of a comparison get one spelling: brackets, 第, 号 and leading zeros say nothing.
The two systems cannot be turned into one another, so numbers of different systems say neither yes nor no.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from matching.text.normalise import OCR_DIGITS, compact, fold

System = Literal["register", "document", "court", "other", ""]

_OPEN, _SHUT = r"[(\[〔【﹝{<《]", r"[)\]〕】﹞}>》]"
_BRACKETS = re.compile(rf"{_OPEN}|{_SHUT}")
_YEAR = rf"(?:{_OPEN}\s?(?:19|20)\d\d\s?{_SHUT}|(?:19|20)\d\d年?)"

#: A letter (A criminal, J incident, X administrative, …), 12 digits of the unit, the year, the count.
REGISTER = re.compile(r"[A-Z]\d{12}20\d{2}\d{4,8}")
_REGISTER_LIKE = re.compile(r"[A-Z][0-9OILSBZ]{16,24}")
DOCUMENT = re.compile(
    r"(?P<body>[\u4e00-\u9fff()\[\]〔〕【】﹝﹞{}<>《》]{1,40}?)\s?"
    rf"(?P<year>{_YEAR})\s?第?\s?(?P<count>\d{{1,8}})\s?号?"
)
COURT = re.compile(
    rf"(?P<year>{_YEAR})\s?(?P<body>[\u4e00-\u9fff]\d{{0,4}}[\u4e00-\u9fff]{{1,8}})"
    r"\s?(?P<count>\d{1,8})\s?号?"
)
#: What :func:`normal` makes of these two.
_NORMAL = re.compile(r"[CD]:[^:\s]+:\d{4}:\d+")
_LABEL = re.compile(
    r"^(?:案件编号|案件号|案号|案件|编号|文号|case(?:\s?(?:no\.?|number))?)\s?[::#]?\s?", re.IGNORECASE
)


_SIGNS = r"\s:：,，;；、.。(（"
#: No case number: what says so, and why, with the word for a case in it or by itself.
_NONE = re.compile(
    rf"(?:无|没有|暂无|尚无|不涉及)(?:案件编号|案件号|案件|案号|编号)(?:[{_SIGNS}]|因为?)*(?P<why>.*)"
    rf"|no case(?: number| no\.?)?(?:[{_SIGNS}-]|because\b)*(?P<because>.*)"
    rf"|(?:无|没有|暂无|尚无|不涉及|none|n/?a|no)(?:[{_SIGNS}-]+(?P<after>.*)|$)",
    re.IGNORECASE | re.DOTALL,
)
_END = " \t\n.。)）"


def none_because(text: str) -> str | None:
    """Why there is no case, "" where that is not said; None for what speaks of a case."""
    if (said := _NONE.fullmatch(fold(text).strip())) is None:
        return None
    return (said["why"] or said["because"] or said["after"] or "").strip(_END)


def normal(text: str) -> str:
    """The one spelling of a case number; "" for nothing. Text of no known shape is compacted."""
    if _NORMAL.fullmatch(text):
        return text
    token = _LABEL.sub("", fold(text))[:120]
    register = compact(token)
    if _REGISTER_LIKE.fullmatch(register):
        return register[0] + register[1:].translate(OCR_DIGITS)
    for shape, mark in ((COURT, "C"), (DOCUMENT, "D")):
        if found := shape.fullmatch(token):
            year = "".join(filter(str.isdigit, found["year"]))
            body = _BRACKETS.sub("", found["body"]).removesuffix("第").removesuffix("字").replace("字第", "")
            return f"{mark}:{body}:{year}:{int(found['count'])}"
    return _BRACKETS.sub("", register).removesuffix("号")


def is_normal(number: str) -> bool:
    """Whether this is what :func:`normal` makes of a number of a known system."""
    return number == normal(number) and system(number) in ("register", "document", "court")


def system(normalised: str) -> System:
    """Which register a normalised number belongs to."""
    if not normalised:
        return ""
    if normalised[1:2] == ":":
        return "court" if normalised[0] == "C" else "document"
    return "register" if _REGISTER_LIKE.fullmatch(normalised) else "other"


def relation(a: str, b: str) -> str:
    """eq, different, or "" where nothing can be said (one is missing, or the systems differ).

    A case may have its number of each system, divided by a space. Where both sides have numbers of a system,
    those must be the same ones.
    """
    if not a or not b:
        return ""
    if a == b:
        return "eq"
    ours, theirs = _by_system(a), _by_system(b)
    both = ours.keys() & theirs.keys()
    if not both:
        return ""
    if all(ours[name] == theirs[name] for name in both):
        return "eq"
    return "different" if all(ours[name].isdisjoint(theirs[name]) for name in both) else ""


@lru_cache(maxsize=20_000)  # of a query's case, every candidate asks
def _by_system(numbers: str) -> Mapping[System, frozenset[str]]:
    groups: dict[System, frozenset[str]] = {}
    for number in numbers.split(" "):
        name = system(number)
        groups[name] = groups.get(name, frozenset()) | {number}
    return groups
