"""What is now so of units, groups and people, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from workflow.kernel.text import Text
from workflow.organisation.alerts import Alert


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleGiven:
    """Somebody has a role in a unit now (none: they are no member). ``left``: the numbers of what they had in hand
    and handle no more, which must not lie there unseen."""

    name: str
    unit: str
    role: str
    left: tuple[str, ...] = ()
    until: date | None = None  # the last day of it
    then: str | None = None  # the role from then on; none where they are no member then


class Belongs(StrEnum):
    """What has been said of somebody of whom it is asked whether they still belong to a unit."""

    UNSAID = "unsaid"
    YES = "yes"
    NO = "no"


@dataclass(frozen=True, kw_only=True, slots=True)
class ToConfirm:
    """Somebody of whom it is asked whether they still belong to a unit. ``since``: they came, or were confirmed."""

    membership_id: int
    name: str
    username: str
    role: str
    since: date
    said: Belongs = Belongs.UNSAID


@dataclass(frozen=True, kw_only=True, slots=True)
class Tapped:
    """What a tap has said of somebody: whether they still belong. ``back``: the numbers of what they had in hand,
    which waits at the unit's desk again. ``undone``: a tap before had said that they do not."""

    name: str
    belongs: bool
    undone: bool = False
    back: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Attesting:
    """Of whom in a unit the reader is to say whether they still belong to it; and how many ``more`` are to be listed
    when that is done. ``until``: who is not confirmed by then has no access any more; none where nobody was asked yet.
    ``listed``: by what it is known who stands in it, and where. ``again``: it was asked before."""

    unit: str
    unit_id: int
    lines: tuple[ToConfirm, ...]
    more: int = 0
    listed: int | None = None
    again: bool = False
    until: datetime | None = None
    tapped: Tapped | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class HandedOver:
    """One colleague's work is another's: the numbers of what they had in hand, and of what they had asked."""

    giver: str
    taker: str
    unit: str
    handled: tuple[str, ...]
    asked: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class JoinDecided:
    """Whether somebody belongs to the unit that they wanted to join, by whose word."""

    membership_id: int
    name: str
    by: str
    approved: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Stands:
    """What a group is to one of its units: its ``desk``, or ``shared``. ``no_desk``: the unit has none at all."""

    unit: str
    code: str
    purpose: str
    no_desk: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitChanged:
    """What was done to a unit by command, and how it is called and stands since. ``what``: the event in the record."""

    what: str
    code: str
    name: str
    was: str = ""  # its former name, or the unit that it stood under
    above: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitToClose:
    """What goes over to the unit that would take over; ``listed``: by what the tap that does it knows it."""

    unit: str
    code: str
    into: str
    listed: int
    waiting: tuple[str, ...]
    members: int
    groups: int
    below: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Bound:
    """A group belongs to a unit; ``new``: since now. ``types``: whose cards go to the topic at hand."""

    unit: str
    code: str
    new: bool
    stands: tuple[Stands, ...]
    types: tuple[Text, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Unbound:
    """A group belongs to these units no more; what it is to those that are left."""

    units: tuple[str, ...]
    stands: tuple[Stands, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class TopicsDropped:
    """The cards of these types stand where all others do."""

    types: tuple[Text, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class LanguageSet:
    """The language in which a chat, or a person alone, reads from now on."""

    language: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Synced:
    """What the configuration changed: the codes of units that are new, are called otherwise or are back, and are
    gone from it; and the groups that were bound, as (chat, unit)."""

    made: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    bound: tuple[tuple[int, str], ...] = ()

    def __bool__(self) -> bool:
        """Whether it changed anything."""
        return bool(self.made or self.changed or self.retired or self.bound)


class Happened(StrEnum):
    """What somebody has just done to an operation."""

    BEGAN = "began"
    SHOWN = "shown"  # nothing: they looked
    ADDED = "added"
    PROLONGED = "prolonged"
    LEFT = "left"
    ENDED = "ended"


@dataclass(frozen=True, kw_only=True, slots=True)
class OperationNow:
    """How an operation stands. ``unit``: which one left. ``tagged``, and of those ``waiting``: how many requests are
    of it. ``unasked``: units of which nobody could be asked."""

    happened: Happened
    name: str
    last_day: date
    members: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    unit: str | None = None
    tagged: int = 0
    waiting: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class OperationLine:
    """One of a list."""

    name: str
    last_day: date
    members: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class OperationList:
    """Those in which the reader's units take part."""

    lines: tuple[OperationLine, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class OperationAnswered:
    """Whether a unit takes part in an operation, by whose word."""

    operation_id: int
    name: str
    unit: str
    by: str
    joins: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """To whom something may be said by a tap: so many units of an operation of this ``name``, or below the unit of
    this name (``tree``)."""

    word: str
    name: str
    count: int
    tree: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertWhom:
    """An alert is kept until it is said to whom it goes."""

    draft_id: int
    options: tuple[Scope, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertSent:
    """An alert is on its way; ``unreached``: units in which nobody hears of it."""

    alert: Alert
    unreached: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertSeen:
    """A unit has seen an alert, by the word of this person; ``before``: who had said so already."""

    alert_id: int
    by: str
    before: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertBack:
    """An alert was taken back."""

    alert_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertWhy:
    """Somebody may read an alert whole and says first for which of these ``purposes``."""

    alert_id: int
    purposes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertWhole:
    """An alert whole, for the one person who reads it."""

    alert_id: int
    text: str
    purpose: str
