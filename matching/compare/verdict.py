"""Whether two subjects are one, by rule: ``sure``, ``maybe`` or ``no``. No score can overrule this module.

The rules are those of docs/matching.md. ``sure`` is what a reuse may rest on.
"""

from __future__ import annotations

from typing import Literal

from matching.compare.compare import Levels
from matching.identifiers.kinds import DECIDING, SUPPORTING, TELLING

Decision = Literal["sure", "maybe", "no"]

__all__ = ["DECIDING", "Decision", "decide", "is_full", "number", "person", "supports"]

#: What a person has one of, besides the resident ID.
_PAPERS = ("passport", "permit")
_SAME_NAME = ("eq", "sound")
_NEAR_ID = ("damaged", "edit", "found")


def decide(about: str, levels: Levels, *, same_case: bool) -> Decision:
    """The decision for two subjects of a request about ``about``, from the levels of their fields."""
    if about == "person":
        return person(levels, same_case=same_case)
    return number(about, levels)


def is_full(about: str, levels: Levels) -> bool:
    """Whether a valid number that decides is equal on both sides: no rival on file matters then."""
    return any(levels.get(kind) == "eq" for kind in (*DECIDING[about], *TELLING[about]))


def supports(levels: Levels) -> int:
    """How many identifiers besides the resident ID are valid and equal."""
    return sum(levels.get(kind) == "eq" for kind in SUPPORTING)


def person(levels: Levels, *, same_case: bool) -> Decision:
    """Two people. Two valid IDs that differ are two people, whatever else agrees."""
    id_level, name = levels.get("cn_id", ""), levels.get("name", "")
    papers = [levels.get(kind, "") for kind in _PAPERS]
    if id_level == "conflict" or ("conflict" in papers and id_level != "eq"):
        return "no"
    if id_level == "eq":
        return "maybe" if name == "different" or "conflict" in papers else "sure"
    if "eq" in papers:
        return "maybe" if name in ("different", "partly") or id_level in ("different", "close") else "sure"
    if name == "different":
        return "maybe" if id_level == "damaged" else "no"
    return _person_without_id(levels, id_level, name, same_case)


def _person_without_id(levels: Levels, id_level: str, name: str, same_case: bool) -> Decision:
    """No equal valid ID, and names that do not contradict: what else agrees?"""
    others = supports(levels)
    apart = any(levels.get(kind) == "conflict" for kind in ("phone", "bank_card"))
    if id_level == "slip":
        # Two valid IDs one digit apart differ in their check digits too. A slip of its own in another's ID
        # can thus leave one difference: alone it is no proof, as it is with digits swapped or lost.
        return "sure" if name in _SAME_NAME and others else "maybe"
    if id_level in _NEAR_ID:
        certain = (name == "eq" and (others or not apart)) or (name == "sound" and others)
        return "sure" if certain else "maybe"
    if id_level in ("shown", "masked"):
        backed = others or (id_level == "shown" and same_case and not apart)
        return "sure" if name == "eq" and backed else "maybe"
    if id_level in ("different", "close"):
        close = id_level == "close"
        if name in _SAME_NAME:
            return "maybe" if others or same_case or close else "no"
        return "maybe" if close and others and name != "partly" else "no"
    return _person_by_name(levels, name, others, same_case)


def _person_by_name(levels: Levels, name: str, others: int, same_case: bool) -> Decision:
    if name == "eq" and others:
        return "sure"
    if name in _SAME_NAME:
        return "maybe"
    softly = others or any(
        levels.get(kind) in ("shown", "masked", "found", "edit", "slip") for kind in SUPPORTING
    )
    if name in ("near", "masked"):
        return "maybe" if softly or same_case else "no"
    if name == "partly":  # a slip, or a relative who shares the telephone
        return "maybe" if others and same_case else "no"
    return "maybe" if softly and (others or same_case) else "no"


def number(about: str, levels: Levels) -> Decision:
    """Types about a vehicle, telephone, account or company: the number decides, the owner only warns."""
    deciding = {levels[kind] for kind in DECIDING[about] if kind in levels}
    told = {levels[kind] for kind in TELLING[about] if kind in levels}
    name = levels.get("name", "")
    owner_differs = name == "different" or levels.get("cn_id") == "conflict"
    if "conflict" in deciding:
        return "no"
    if "eq" in deciding or "eq" in told:
        return "maybe" if owner_differs else "sure"
    if "damaged" in deciding or (deciding & {"edit", "slip"} and about == "company"):
        return "sure" if name == "eq" and not owner_differs else "maybe"
    if owner_differs:
        return "no"
    return "maybe" if _number_may_agree(about, deciding, levels) else "no"


def _number_may_agree(about: str, deciding: set[str], levels: Levels) -> bool:
    """Without an equal number: does enough agree for a person to look?"""
    name = levels.get("name", "")
    same_owner = levels.get("cn_id") == "eq"
    if deciding & {"found", "partial", "shown", "masked"} or levels.get("ip") == "eq":
        return True
    if deciding & {"edit", "slip"}:  # one of the two cannot be a number of this kind: somebody mistyped it
        return True
    if "close" in deciding:
        return same_owner or name in _SAME_NAME
    if about == "company" and name in ("eq", "near"):  # of a number that differs, one at least is damaged
        return name == "eq" or not deciding
    if deciding:  # only what differs or says nothing
        return False
    return same_owner or (name == "eq" and supports(levels) > 0)
