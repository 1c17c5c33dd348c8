"""What a role is: one row for each, and everything that asks for roles is made from these rows.

What somebody may do to a request follows from them in :mod:`workflow.organisation.rights`; admins come from the
configuration and are no role. A role is called ``role.<name>`` in the catalogues.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from storage.tables.words import Role

#: Given instead of a role: the membership ends.
NONE = "none"


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A role."""

    chinese: tuple[str, ...]  # what people type for it
    by_liaison: bool = False  # the unit's own liaison gives and takes it, not an admin alone
    handles: bool = False  # takes and answers what the unit is asked
    leads: bool = False  # organises it: who belongs to it, who handles what, what is declined or transferred
    looks: bool = False  # sees the unit's lists, and its requests whole
    approves: bool = False  # says whether what the unit's officers ask goes out
    oversees: bool = False  # the same of the units below it, masked, and may nudge, ask and assign there
    watches: bool = False  # hears of what is out of the ordinary in the unit and below it
    confidential: bool = False  # hears of what nobody else may: two confidential requests about one subject


ROLES: dict[Role, Row] = {
    Role.OFFICER: Row(chinese=("民警", "普通"), by_liaison=True),
    Role.HANDLER: Row(chinese=("协作员",), by_liaison=True, handles=True),
    Role.LIAISON: Row(
        chinese=("联络员",),
        by_liaison=True,
        handles=True,
        leads=True,
        looks=True,
        approves=True,
        oversees=True,
    ),
    Role.SUPERVISOR: Row(
        chinese=("督察员", "监督员", "督察", "督查员"),
        looks=True,
        oversees=True,
        watches=True,
        confidential=True,
    ),
    Role.APPROVER: Row(chinese=("审批人", "审批员"), by_liaison=True, approves=True),
}

HANDLING: frozenset[str] = frozenset(role for role, row in ROLES.items() if row.handles)
LEADING: frozenset[str] = frozenset(role for role, row in ROLES.items() if row.leads)
LOOKING: frozenset[str] = frozenset(role for role, row in ROLES.items() if row.looks)
APPROVING: frozenset[str] = frozenset(role for role, row in ROLES.items() if row.approves)
#: Who works at the desk of a unit, or looks after it.
AT_DESK: frozenset[str] = frozenset(
    role for role, row in ROLES.items() if row.handles or row.looks or row.approves
)
OVERSEEING: frozenset[str] = frozenset(role for role, row in ROLES.items() if row.oversees)
WATCHING: frozenset[str] = frozenset(role for role, row in ROLES.items() if row.watches)
CONFIDENTIAL: frozenset[str] = frozenset(role for role, row in ROLES.items() if row.confidential)
#: Roles that a unit's own liaison gives and takes; who supervises it is not for the unit to say.
BY_LIAISON: frozenset[str] = frozenset({NONE, *(role for role, row in ROLES.items() if row.by_liaison)})


def by_liaison(role: str, then: str | None) -> bool:
    """Whether a unit's own liaison gives and takes it: the role, and the one that is theirs again ``then``, if any."""
    return role in BY_LIAISON and (then is None or then in BY_LIAISON)


def is_below(role: str, other: str) -> bool:
    """Whether somebody may less in a role than in another, and nothing besides."""
    return _powers(role) < _powers(other)


def _powers(role: str) -> set[str]:
    row = ROLES[Role(role)]
    names = ("handles", "leads", "looks", "approves", "oversees", "watches", "confidential")
    return {name for name in names if getattr(row, name)}


#: What is typed for a role -> its name.
WORDS: dict[str, str] = {
    word: role.value for role, row in ROLES.items() for word in (role.value, *row.chinese)
} | dict.fromkeys((NONE, "移除", "remove"), NONE)
#: Up to when somebody has a role: 至 12-31, 到12月31日, until 2026-12-31.
UNTIL = re.compile(
    r"(?:^|(?<=\s))(?:截至|直到|至|到|(?:until|till|through|to)(?=\s))\s*(?P<day>.+)$", re.IGNORECASE
)
