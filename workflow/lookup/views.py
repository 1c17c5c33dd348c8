"""Requests that people look up, in lists and one by one, as values: a chat words them as messages, a page as tables, an
API as they are. What else is looked up stands beside, by its subject."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from workflow.kernel.actions import Action
from workflow.kernel.text import Text
from workflow.lookup.note_views import NoteLine
from workflow.notices.cards_view import CardView, DigestView, FullView
from workflow.notices.offers_shown import OfferedTo
from workflow.record.verifying import Broken


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestLine:
    """One request in a list, masked for where it is read."""

    request_id: int
    number: str
    ours: bool  # and no row of a ledger: it has a number of ours, and can be opened
    state: str
    type: Text
    from_unit: str
    to_unit: str
    subject: str
    purged_at: datetime | None
    reason: str
    due: datetime | None
    left: timedelta | None  # until then; negative where it is late
    late: bool
    handler: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SectionPage:
    """The lines of a section that stand on a page, of ``count`` in all. ``title``: its name."""

    title: str
    lines: tuple[RequestLine, ...]
    count: int
    unit: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ListPage:
    """A page of a list of requests; ``pages`` is 0 where there is nothing to list. ``again``, what was asked for
    once more: ``KIND:ARGUMENT``."""

    again: str
    page: int
    pages: int
    sections: tuple[SectionPage, ...]
    unit: str | None = None
    turned: bool = False  # it takes the place of another page
    notes: tuple[NoteLine, ...] = ()  # what units have shared about the same; no request

    @property
    def kind(self) -> str:
        return self.again.partition(":")[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class WhichRequest:
    """Words for a request are kept, and could be meant for each of these. ``again``: it was asked before."""

    action: Action
    draft_id: int
    lines: tuple[RequestLine, ...] = ()
    again: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A request that somebody looks at: ``full``, as who may read it whole does, or its masked card.

    A chat is sent it as it stands when it is sent. ``view``, as it stands now, is there where no chat is at hand.
    """

    request_id: int
    full: bool
    line: RequestLine | None = None
    offered: OfferedTo | None = None
    view: FullView | CardView | None = None
    purged: bool = False
    purpose: str | None = None  # why they look, where they were asked


@dataclass(frozen=True, kw_only=True, slots=True)
class WhyLook:
    """Somebody may read a request whole and says first for which of these ``purposes``. ``number``: "" where they
    know it by none, as an answer that is ``offered`` to a request of theirs."""

    request_id: int
    number: str
    purposes: tuple[str, ...]
    offered: OfferedTo | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class WhyTrace:
    """Somebody wants all about one ``value``, a subject or a case as ``kind`` says, and says first for which of these
    ``purposes``. ``draft_id``: what is kept of it; 0 where nothing is."""

    kind: str
    draft_id: int
    value: str
    purposes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class WhyExport:
    """Somebody may have a unit's ledger and says first for which of these ``purposes``."""

    unit_id: int
    unit: str
    purposes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerWanted:
    """Somebody may have a unit's ledger: :func:`workflow.lookup.exports.make` makes it. ``purpose``: what for."""

    unit_id: int
    person_id: int
    purpose: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified:
    """How many chains of the record were recomputed; the first entry that does not fit."""

    checked: int
    broken: Broken | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    view: DigestView


@dataclass(frozen=True, kw_only=True, slots=True)
class Welcome:
    """``units``: of who comes; ``example``: a post that registers as it is written. ``admin``: they run the desk, and
    ``code`` stands for a unit in what they may do next."""

    units: tuple[str, ...]
    example: Text
    admin: bool = False
    code: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesson:
    """How requests are made, and by whom they are answered: ``handles`` and ``leads`` say whether that is told too."""

    handles: bool
    leads: bool
    example: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Help:
    """What somebody may do, and a post that registers as it is written. ``alone``: nobody reads along."""

    alone: bool
    handles: bool
    approves: bool
    leads: bool
    looks: bool  # at what others do: /audit, /watch
    admin: bool
    example: Text
