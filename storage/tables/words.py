"""What may stand in a column: the words of the tables, as the rest of the house spells them.

They are strings, in the database as in JSON; the types are there so that a slip is found before it runs. A word
of :class:`State`, :class:`Role` or of an offer that is added here needs a migration: the database checks them too.
"""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    ANSWERED = "answered"
    DECLINED = "declined"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Role(StrEnum):
    """What somebody is in a unit."""

    OFFICER = "officer"
    HANDLER = "handler"
    LIAISON = "liaison"
    SUPERVISOR = "supervisor"


class ReminderKind(StrEnum):
    """Why a request is spoken of again."""

    BEFORE = "before"  # it is due soon
    ACCEPT = "accept"  # nobody has accepted it
    AFTER = "after"  # it is late
    ESCALATE = "escalate"  # it is so late that a unit above hears of it
    UNREACHED = "unreached"  # a note that a unit above was passed over, having no group
