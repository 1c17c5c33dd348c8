"""Numbers that stand only in the words of a request, and whose they are.

People put the number of the subject into the reason and leave its field empty. But the reason also
mentions other people (同案人员李四 …), and taking their number for the subject's would be the worst mistake.
So a number is taken only where nothing speaks for another owner, and it is marked: it may support a
match, never decide one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from matching.identifiers import cases
from matching.identifiers.callers import callers, name_before
from matching.identifiers.identifiers import Found, find, scan
from matching.identifiers.kinds import BY_KEY
from matching.identifiers.values import Identifier, Subject
from matching.text.normalise import fold
from matching.words import names

#: Words that bring another person, vehicle or case into the sentence.
_OTHERS = re.compile(
    r"同案|同伙|团伙|共犯|另案|另一|另有|另外|其他|其余|关联|关系人|上线|下线|上家|下家|夫妻|配偶|妻子?|丈夫|老公|老婆|父|母|爸|妈|"
    r"兄|弟|姐|妹|儿子|女儿|子女|之子|之女|亲属|家属|亲戚|朋友|同事|同学|同乡|老乡|邻居|房东|租客|室友|被害|受害|证人|报案|报警|举报|"
    r"联系人|承办|经办|民警|警官|办案人|对方|不要|不用|不必|无需|除了|除去|不是|伙同|勾结|与|和|及|跟|向|给|转账|收款|汇款|债主|债权|雇主|老板|员工|担保|监护|并案|串并|前案|此前|"
    r"accomplice|associate|co-?suspect|victim|witness|wife|husband|father|mother|brother|sister|son|daughter|"
    r"relative|friend|contact|officer|other|another|with|and|together|linked|(?<![a-z])not(?![a-z])|except|excluding",
    re.IGNORECASE,
)
MAX_CASES = 6  #: numbers of one request
#: How far back a word speaks for a number, in characters.
_REACH = 24
#: Papers of people: whoever has one is no company and no car.
_PAPERS = frozenset({"cn_id", "passport", "permit", "officer_id"})


def complete(subjects: list[Subject], reason: str) -> list[Subject]:
    """The subjects, with the numbers that the reason gives for them where they have none of that kind."""
    found = [f for f in find(reason) if f.identifier.kind in BY_KEY] if reason else []
    if not found:
        return subjects
    called = callers(reason, scan(reason))
    found = [f for f in found if not any(start <= f.start < end for start, end in called)]
    if not subjects:
        return _nameless(found, reason)
    completed = []
    for subject in subjects:
        own = {identifier.kind for identifier in subject.ids}
        extra = [
            replace(f.identifier, found=True)
            for f in found
            if f.identifier.kind not in own and _belongs(f, found, reason, subject, subjects)
        ]
        completed.append(replace(subject, ids=(*subject.ids, *extra)) if extra else subject)
    return completed


def kind_by_ids(name: str, ids: Sequence[Identifier]) -> str:
    """What a subject of no stated kind is, by its name and the kinds of its numbers."""
    kinds = [identifier.kind for identifier in ids]
    papers = not _PAPERS.isdisjoint(kinds)
    if not papers and ("uscc" in kinds or names.is_company(name)):
        return "company"
    if name or not kinds or papers:
        return "person"
    # A telephone number beside something else is its owner's: a car with one is a car.
    told = [BY_KEY[kind].about for kind in kinds if kind in BY_KEY]
    return next((about for about in told if about != "phone"), told[0] if told else "phone")


def _nameless(found: Sequence[Found], reason: str) -> list[Subject]:
    """The subject of a request that names none: one number of a kind in its words, before anyone else is spoken of."""
    kinds = [f.identifier.kind for f in found]
    ids = [
        replace(f.identifier, found=True)
        for f in found
        if kinds.count(f.identifier.kind) == 1 and not _OTHERS.search(fold(reason[: f.start]))
    ]
    return [Subject(kind=kind_by_ids("", ids), ids=tuple(ids))] if ids else []


def _belongs(
    one: Found, found: Sequence[Found], reason: str, subject: Subject, subjects: Sequence[Subject]
) -> bool:
    """Whether a number is the subject's: its name stands before it, or no one else is spoken of at all."""
    before = fold(reason[max(0, one.start - _REACH) : one.start])
    owner = max(subjects, key=lambda s: before.rfind(s.name) if s.name else -1)
    if owner.name and owner.name in before:
        return owner is subject and not _OTHERS.search(before.replace(owner.name, ""))
    other = name_before(reason, one)
    if other and all(other != s.name for s in subjects):
        return False  # 林小满 139…: somebody else's, whoever that is
    alone = len(subjects) == 1 and sum(f.identifier.kind == one.identifier.kind for f in found) == 1
    return alone and not _OTHERS.search(fold(reason[: one.start]))


def case_numbers(text: str) -> str:
    """The case of a row's field; its numbers divided by spaces, where it has one of each system."""
    if cases.none_because(text) is not None:
        return ""
    if " " in text and all(map(cases.is_normal, text.split(" "))):
        return text
    whole = cases.normal(text)
    if cases.system(whole) != "other":
        return whole
    numbers = dict.fromkeys(f.identifier.value for f in find(text) if f.identifier.kind == "case")
    return " ".join(sorted(numbers)[:MAX_CASES]) or whole


def case_of(reason: str) -> str:
    """The one case number in the words, unless they speak of another case or of other people's; else ""."""
    if not reason:
        return ""
    numbers = {f.identifier.value: f for f in find(reason) if f.identifier.kind == "case"}
    if len(numbers) != 1:
        return ""
    value, place = next(iter(numbers.items()))
    return "" if _OTHERS.search(fold(reason[max(0, place.start - _REACH) : place.start])) else value
