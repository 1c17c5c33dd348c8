"""How an answer begins says how it came out: 查无…, 部分…, 部分反馈…; else something was found."""

from __future__ import annotations

import re

from matching.normalise import fold

#: (what the folded text begins with, outcome). ``partly_more``: a part of the answer, the rest follows.
_OPENINGS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            r"^(部分反馈|先行反馈|阶段反馈|part(ial)? answer|first part)[\s:：,，。.-]*", re.IGNORECASE
        ),
        "partly_more",
    ),
    (re.compile(r"^(部分查实|部分结果|部分|partly( found)?)[\s:：,，。.-]+", re.IGNORECASE), "partly"),
    (
        re.compile(
            r"^(查无结果|查无此人|查无|无结果|nothing found|not found|nothing|none)([\s:：,，。.-]+|$)",
            re.IGNORECASE,
        ),
        "nothing",
    ),
    (re.compile(r"^(有结果|已查实|found)[\s:：,，。.-]+", re.IGNORECASE), "found"),
)
#: Said anywhere near the beginning, these mean that nothing was found; the text stays whole.
_NOTHING = re.compile(
    r"^.{0,12}(查无此人|查无结果|未查到|未查询到|无相关记录|无记录|no record|nothing was found)",
    re.IGNORECASE,
)


def read_outcome(text: str) -> tuple[str, str]:
    """(outcome, text): ``found``, ``partly``, ``nothing`` or ``partly_more``; the text without an opening
    that says only the outcome. An opening with nothing behind it stays as the text."""
    text = text.strip()
    seen = fold(text)
    for pattern, outcome in _OPENINGS:
        match = pattern.match(seen)
        if match:
            rest = text[match.end() :].strip() if len(seen) == len(text) else seen[match.end() :].strip()
            return outcome, rest or text
    return ("nothing" if _NOTHING.match(seen) else "found"), text
