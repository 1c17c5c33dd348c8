"""Field by field: each pair of values gets one level, a word, and nothing is added up here.

Levels of identifiers, strongest first:

``eq``        both valid
``conflict``  both valid and different, or a valid one against a mask that it cannot have
``found``     equal, but one stands only in free text
``damaged``   equal, though not valid
``edit``      two digits swapped, one lost or doubled, beside a valid one
``partial``   equal as far as it goes (a plate without its province)
``slip``      one character apart from a valid one
``shown``     agrees with a mask that leaves the ends, which tell people apart
``masked``    agrees with a lesser mask
``close``     two slips, or a slip between two damaged ones
``shared``    equal, but it stands with many other names on file: an officer's telephone, a company's code
``weak``      agrees with a mask that shows next to nothing
``different`` none of these

No level: nothing to compare.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from matching.identifiers.kinds import BY_KEY
from matching.identifiers.readers import split_mask
from matching.identifiers.values import Identifier, Subject
from matching.words import names

_STRENGTHS = "different weak shared close masked shown slip partial edit damaged found conflict eq"
#: Where several identifiers of one kind meet, the strongest level counts, in this order.
RANK = {level: rank for rank, level in enumerate(_STRENGTHS.split())}

Levels = dict[str, str]


def by_kind(subject: Subject) -> dict[str, tuple[Identifier, ...]]:
    """The subject's identifiers under their kinds."""
    groups: dict[str, tuple[Identifier, ...]] = {}
    for identifier in subject.ids:
        groups[identifier.kind] = (*groups.get(identifier.kind, ()), identifier)
    return groups


def subjects(query: Subject, query_ids: Mapping[str, Sequence[Identifier]], candidate: Subject) -> Levels:
    """The levels of all kinds that both subjects have, and of ``name``."""
    levels: Levels = {}
    for theirs in candidate.ids:
        for ours in query_ids.get(theirs.kind, ()):
            level = identifiers(ours, theirs)
            known = levels.get(theirs.kind)
            if known is None or RANK[level] > RANK[known]:
                levels[theirs.kind] = level
    if query.name and candidate.name:
        if query.kind == "company" or candidate.kind == "company":
            relation = companies(query.name, candidate.name)
        else:
            relation = names.compare(query.name, candidate.name, query.sound, candidate.sound)
        if relation:
            levels["name"] = relation
    return levels


def identifiers(a: Identifier, b: Identifier) -> str:
    """The level of two identifiers of one kind; symmetric."""
    if a.value == b.value:
        return _equal(a, b)
    if a.state == "valid" == b.state:
        return "different" if a.found or b.found or _of_two_sorts(a, b) else "conflict"
    if a.state == "masked" or b.state == "masked":
        return _against_mask(a, b)
    if a.state == "partial" or b.state == "partial":
        return "partial" if _ends_alike(a.value, b.value) else "different"
    return _slips(a, b)


def _of_two_sorts(a: Identifier, b: Identifier) -> bool:
    """Whether one person may have both: permits for Hong Kong (C) and for Taiwan (L) are one kind."""
    return a.kind == "permit" and (a.value[:1] != b.value[:1] or len(a.value) != len(b.value))


def _equal(a: Identifier, b: Identifier) -> str:
    if a.state == "masked" or b.state == "masked":
        return _mask_level(a, b, len(a.value) - a.value.count("*"))
    if a.state == "partial":
        return "partial"
    if a.state != "valid" or b.state != "valid":
        return "damaged"
    return "found" if a.found or b.found else "eq"


def _slips(a: Identifier, b: Identifier) -> str:
    distance = OSA.distance(a.value, b.value, score_cutoff=2)
    if distance > 2:
        return "different"
    if distance == 2 or "valid" not in (a.state, b.state) or a.found or b.found:
        return "close"
    replaced = (
        len(a.value) == len(b.value) and sum(x != y for x, y in zip(a.value, b.value, strict=True)) == 1
    )
    return "slip" if replaced else "edit"


def _ends_alike(a: str, b: str) -> bool:
    return a.endswith(b) or b.endswith(a)


def _against_mask(a: Identifier, b: Identifier) -> str:
    agreeing = mask_agreement(a.value, b.value)
    if agreeing is None:
        certain = "valid" in (a.state, b.state) and not (a.found or b.found)
        return "conflict" if certain else "different"
    return _mask_level(a, b, agreeing)


def _mask_level(a: Identifier, b: Identifier, agreeing: int) -> str:
    if agreeing < BY_KEY[a.kind].says:
        return "weak"
    # The county, and the order and check digits: a mask over those hides what parts namesakes and twins.
    ends = (
        a.kind == "cn_id"
        and agreeing >= 10
        and "*" not in a.value[-4:] + b.value[-4:] + a.value[:6] + b.value[:6]
    )
    return "shown" if ends else "masked"


@lru_cache(maxsize=20_000)
def mask_agreement(a: str, b: str) -> int | None:
    """How many shown characters of two values (one at least masked) agree; None when any differ."""
    if len(a) == len(b):
        agreeing = 0
        for x, y in zip(a, b, strict=True):
            if x == y and x != "*":
                agreeing += 1
            elif x != y and "*" not in (x, y):
                return None
        return agreeing
    (head_a, tail_a), (head_b, tail_b) = _ends(a), _ends(b)
    head, tail = min(len(head_a), len(head_b)), min(len(tail_a), len(tail_b))
    if head_a[:head] != head_b[:head] or tail_a[len(tail_a) - tail :] != tail_b[len(tail_b) - tail :]:
        return None
    return head + tail


def _ends(value: str) -> tuple[str, str]:
    return split_mask(value) if "*" in value else (value, value)


@lru_cache(maxsize=20_000)
def companies(a: str, b: str) -> str:
    """The relation of two company names: eq, near (legal form aside, or nearly alike), masked, different."""
    if a == b:
        return "masked" if "*" in a else "eq"
    if "*" in a or "*" in b:
        return "masked" if mask_agreement(a, b) else "different"
    core_a, core_b = names.company_core(a), names.company_core(b)
    if core_a and core_a == core_b:
        return "near"
    if min(len(core_a), len(core_b)) >= 5 and OSA.distance(core_a, core_b) == 1:
        return "near"
    return "near" if fuzz.ratio(core_a, core_b) >= 85 else "different"


def periods(query: tuple[date, date] | None, candidate: tuple[date, date] | None) -> str:
    """eq, within (the query's lies in the candidate's), overlap, apart; "" when one is missing."""
    if query is None or candidate is None:
        return ""
    if query == candidate:
        return "eq"
    if candidate[0] <= query[0] and query[1] <= candidate[1]:
        return "within"
    return "overlap" if query[0] <= candidate[1] and candidate[0] <= query[1] else "apart"
