"""How an answer came out: said by the one who answers, by a button or as the word that the answer begins with.

Words alone never decide it. Whatever reads like a no is no "found", however it is put; what is read of the rest
only says which button comes first.
"""

from __future__ import annotations

import re

from matching.text.normalise import fold
from storage.tables.words import Outcome
from workflow.kernel.actions import Action
from workflow.kernel.text import Text, t

FOUND, PARTLY, NOTHING = Outcome.FOUND, Outcome.PARTLY, Outcome.NOTHING
#: No outcome yet: a part of the answer is here, and the request stays with its handler.
MORE = Action.MORE
PICKED = (FOUND, PARTLY, NOTHING, MORE)

_SIGNS = r"[\s:：,，、。.;；!！—–-]"
_STOP = rf"(?P<stop>{_SIGNS}+|$)"
#: (what the folded text begins with, what its writer says thereby).
_OPENINGS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            r"^(?:部分反馈|先行反馈|阶段反馈|阶段性反馈|还有后续|part(?:ial)? answer|first part|interim answer|"
            rf"more to come|more to follow)(?P<stop>{_SIGNS}*)",
            re.IGNORECASE,
        ),
        MORE,
    ),
    (re.compile(rf"^(?:部分查实|部分结果|部分|partly found|partly){_STOP}", re.IGNORECASE), PARTLY),
    (
        re.compile(
            "^(?:查无结果|查无此人|查无此车|查无此号|查无记录|查无信息|查无|无结果|nothing found|not found|"
            rf"no result|no record){_STOP}",
            re.IGNORECASE,
        ),
        NOTHING,
    ),
    (re.compile(r"^(?:nothing|none)(?P<stop>[:：,，。.;；]\s*|$)", re.IGNORECASE), NOTHING),
    (re.compile(rf"^(?:已查实|查实|有结果|found){_STOP}", re.IGNORECASE), FOUND),
)
#: 查无 runs into what was not found; the text stays whole. That nothing bad is on file may be what was asked for.
_NOTHING_OF = re.compile(r"^查无(?!异常|问题|不良|违法|犯罪|前科|案底|违规|劣迹|涉)\S")
#: What makes a text a no, or may: rather one too many, since it only keeps "found" from being read in silence.
_NO = re.compile(
    r"查无|查不|找不|[无無](?![锡錫误誤需须須疑论論线線人机機偿償意辜缝縫棣极極]|为[市县])"
    r"|[没沒](?![收])|未(?![来來婚成][^功]?|央|名)|不(?:到|存|符|详|詳|是|属|屬|在|见|見|明|清|知|能|予|得|实|實|全|了|够)"
    r"|并非|並非|[非否](?:我|本|该|該|[，,。；;]|$)|空号|空號|停机|失败|失敗|暂缺"
    r"|\b(?:no(?!\.|\s*\d)|not(?!\s+only)|none|nothing|nobody|nowhere|never|nil|neither|unable|without|negative|"
    r"unknown|unregistered|impossible|failed|cannot)\b|n['’]t\b",
    re.IGNORECASE,
)
_PART = re.compile(
    r"部分|其余|其餘|其他.{0,6}(?:待|未)|partly|partially|in part|some of|the rest|remaining", re.IGNORECASE
)
_LATER = re.compile(
    r"后续|後續|稍后|稍後|另行(?:反馈|答|报|告)|待(?:查|核|补|補|续|續|报|報|上级)|再(?:报|報|答|补|補|反馈)|进一步|"
    r"to follow|more to come|later|pending|in progress|will (?:send|follow|report)",
    re.IGNORECASE,
)


def read_outcome(text: str) -> tuple[str | None, str]:
    """(what the writer says the outcome is, text). The outcome is one of :data:`PICKED`, None where the text
    does not begin with such a word: then nothing is decided.

    The text comes back without an opening that says only the outcome; an opening with nothing behind it stays,
    and so do words that go on as a sentence (not found in our files). A text that begins as found and goes on
    like a no (已查实，查无此人) says nothing.
    """
    text = text.strip()
    seen = fold(text)
    for pattern, outcome in _OPENINGS:
        match = pattern.match(seen)
        if match is None:
            continue
        behind = seen[match.end() :].strip()
        if outcome == FOUND and _NO.search(behind):
            return None, text
        if not behind or (match[0].isascii() and match["stop"].isspace()):
            return outcome, text
        return outcome, text[match.end() :].strip() if len(seen) == len(text) else behind
    return (NOTHING if _NOTHING_OF.match(seen) else None), text


def is_no(text: str) -> bool:
    """Whether a text reads like a no, or may."""
    return _NO.search(fold(text)) is not None


def suggested(text: str) -> tuple[str, ...]:
    """:data:`PICKED`, the likely ones first: an order of buttons, and nothing more."""
    seen = fold(text)
    likely = [
        outcome
        for outcome, pattern in ((PARTLY, _PART), (MORE, _LATER), (NOTHING, _NO))
        if pattern.search(seen)
    ]
    return tuple(dict.fromkeys((*likely, *PICKED)))


def named(outcome: str | None, *, ours: bool = True) -> Text:
    """The outcome in words, or that it has still to be picked; ``ours``: by somebody who can, at this desk."""
    if outcome is None:
        return t("outcome.unset" if ours else "outcome.unknown")
    return t(f"outcome.{outcome}")
