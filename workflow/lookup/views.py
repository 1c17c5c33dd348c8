"""What people look up, as values: a chat words them as messages, a page as tables, an API as they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from matching.text.span import Span
from workflow.figures.counting import Answers, Rated
from workflow.figures.week import WeekView
from workflow.kernel.actions import Action
from workflow.kernel.ladder import Stage
from workflow.kernel.text import Text
from workflow.notices.cards_view import CardView, DigestView, FullView
from workflow.notices.offers_shown import OfferedTo
from workflow.organisation.duty.results import DutyWeek
from workflow.record.grounds import ByGround
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
class NoteLine:
    """What a unit has shared, as it may be read: by whom, until when it holds. ``more``: there is more to read."""

    number: int
    unit: str
    by: str
    at: datetime
    until: datetime
    text: str
    more: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class NoteList:
    """What the reader has shared themselves, and holds."""

    lines: tuple[NoteLine, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class NoteShared:
    """Something is shared with these units until then."""

    number: int
    with_units: tuple[str, ...]
    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class NoteBack:
    """Something is shared no longer."""

    number: int


@dataclass(frozen=True, kw_only=True, slots=True)
class NoteWhy:
    """Somebody may read it whole and says first for which of these ``purposes``."""

    number: int
    purposes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class NoteWhole:
    """The whole of it, for the one person who reads it."""

    line: NoteLine
    purpose: str


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


class DueBy(StrEnum):
    """By what a request is due when it is."""

    URGENCY = "urgency"
    TYPE = "type"
    REMOTE = "remote"
    WRITTEN = "written"  # the asker named the time
    SPLIT = "split"  # who split what it is part of
    GIVEN = "given"  # the asked unit needs more
    PAUSE = "pause"  # the clock stood still while it was returned
    THEN = "then"  # the rules that were configured then


@dataclass(frozen=True, kw_only=True, slots=True)
class DueMoved:
    """What set the deadline of a request, or moved it. ``at``: None where the record does not say what did."""

    at: datetime | None
    action: str
    due: datetime
    by: DueBy | None
    before: datetime | None = None
    since: datetime | None = None  # from when a rule counts, where that is not ``at``
    span: Span | None = None
    urgency: str = ""
    type: Text | None = None
    off: tuple[date, ...] = ()  # days that a rule in working days leaves out, the first of them
    more_off: int = 0
    paused: timedelta | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminded:
    """A reminder that came or will come."""

    at: datetime
    done: bool
    to: Stage  # of the ladder
    before: bool  # what it speaks of is not late yet
    nobody: bool  # no unit stands above
    unreached: bool = False  # nobody could be reached, so that the next had its turn
    reached: tuple[str, ...] = ()  # units and people
    seen: tuple[str, ...] = ()  # who said that they have seen it
    later: str | None = None  # who put it off
    until: datetime | None = None  # and until when


@dataclass(frozen=True, kw_only=True, slots=True)
class DueTimes:
    """The times of a request, and why each is what it is. ``late``: behind the time that was first set, at the
    answer or by now; ``left``: until the time that holds."""

    number: str
    state: str
    due: datetime | None
    first_due: datetime | None
    answered_at: datetime | None
    late: timedelta | None
    left: timedelta | None
    stands_still: bool
    moved: tuple[DueMoved, ...]
    accept_by: datetime | None
    accept_share: float
    any_hour: bool  # it is to be accepted at night as well
    accepted_at: datetime | None
    approve_by: datetime | None
    reminders: tuple[Reminded, ...]
    quiet: tuple[time, time] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerWanted:
    """Somebody may have a unit's ledger: :func:`workflow.lookup.exports.make` makes it. ``purpose``: what for."""

    unit_id: int
    person_id: int
    purpose: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TrailLine:
    """One act or look, and with which request."""

    at: datetime
    action: str  # of ``history.*``
    number: str  # "" where it was none's
    unit: str
    name: str
    purpose: str = ""
    person: str = ""  # into whose acts it was looked
    value: bool = False  # it was looked for a number, or a name; for which is not said


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditPage:
    """A page of what was done and read: of a request from its beginning; by a person, or about a number, the newest
    first. ``by``: which of them; ``of``: which request, whom, what."""

    by: str
    of: str
    lines: tuple[TrailLine, ...]
    page: int
    on: bool  # it goes on
    more: bool = False  # there may be older requests than those that were looked through
    kept: int = 0  # what is kept of it, so that it can be turned; 0 where nothing is
    turned: bool = False  # it takes the place of another page


@dataclass(frozen=True, kw_only=True, slots=True)
class WhyAudit:
    """Somebody may have what they found in the record as a file, and says first for which of these ``purposes``."""

    kept: int
    by: str
    of: str
    purposes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TrailWanted:
    """Somebody may have it: :func:`workflow.lookup.trail_file.make` makes it."""

    kept: int
    purpose: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified:
    """How many chains of the record were recomputed; the first entry that does not fit."""

    checked: int
    broken: Broken | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OfType:
    type: Text
    answers: Answers


@dataclass(frozen=True, kw_only=True, slots=True)
class OfPerson:
    name: str
    answers: Answers


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """What a unit received (or sent) in a time, and what is waiting of it now; see
    :class:`workflow.figures.counting.Tally`."""

    new: int
    answers: Answers
    declined: int
    grounds: ByGround
    saved: timedelta
    rated: Rated
    by_type: tuple[OfType, ...]
    waiting: int
    late: int
    returned: int
    ages: tuple[int, ...]
    pending: int = 0  # wait for approval in the unit itself


@dataclass(frozen=True, kw_only=True, slots=True)
class Stats:
    """``below``: how many units below are counted too; None: it is the unit's alone. Over ``span`` up to now, or over
    the year or month that ``calendar`` names, by the midnights of ``zone``. ``by_person``: for who leads the unit."""

    unit: str
    below: int | None
    span: timedelta | None
    calendar: str
    since: datetime
    zone: str
    received: Side
    sent: Side
    by_person: tuple[OfPerson, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class JointStats:
    """The figures of what is tagged with an operation, or of what the units of an agreement ask of one another."""

    name: str
    units: tuple[str, ...]
    span: timedelta | None
    calendar: str
    since: datetime
    zone: str
    between: Side


@dataclass(frozen=True, kw_only=True, slots=True)
class WeekShown:
    """A unit's week, to be shown as a picture."""

    view: WeekView
    theme: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportWanted:
    """The figures of a year or a month are to be sent to somebody as a workbook, in private."""

    unit_id: int
    person_id: int
    period: str  # 2026, 2026-11
    tree: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    view: DigestView


@dataclass(frozen=True, kw_only=True, slots=True)
class MemberLine:
    name: str
    username: str
    role: str
    since: date
    standing: str  # line, pending, newcomer
    until: date | None = None  # the last day of the role, where it has an end


@dataclass(frozen=True, kw_only=True, slots=True)
class Members:
    unit: str
    lines: tuple[MemberLine, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RosterLine:
    name: str
    role: str
    count: int  # of requests in hand


@dataclass(frozen=True, kw_only=True, slots=True)
class Roster:
    """Who handles requests in a unit, and who is on duty in the seven days from now, where that is set."""

    unit: str
    lines: tuple[RosterLine, ...]
    week: DutyWeek | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class WhoPace:
    """How fast a unit was with a type: so many answers, the median time of its own, and that within which 80 % were
    given; no time where there are too few."""

    type: Text
    answered: int
    median: timedelta | None = None
    most_within: timedelta | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class WhoUnit:
    """Whom to call in a unit, and how fast it was. ``handling``: how many handle there; ``handlers``: their names, for
    who may know them. ``reached``: it has a desk."""

    unit: str
    code: str
    reached: bool
    paces: tuple[WhoPace, ...]
    on_duty: str
    liaisons: tuple[str, ...]
    handlers: tuple[str, ...]
    handling: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Who:
    """Who answers what. ``alone``: people are named to one reader alone. ``bot``: whom to ask for that."""

    type: Text | None
    units: tuple[WhoUnit, ...]
    alone: bool
    back: timedelta
    bot: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DutyFile:
    """Who is on duty in a unit in the coming weeks, as an iCalendar file. ``count``: of times in it."""

    unit: str
    name: str
    content: str
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitCard:
    """A unit, what stands above (the nearest first) and below it, and its groups."""

    name: str
    code: str
    aliases: tuple[str, ...]
    above: tuple[str, ...]
    below: tuple[str, ...]
    groups: tuple[str, ...]
    by_desk: bool = False  # made or changed by command


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitAct:
    """What was done to a unit; ``by``: None where the configuration did."""

    what: str  # the event in the record
    at: datetime
    was: tuple[str, ...]
    now: tuple[str, ...]
    by: str | None
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitHistory:
    """The oldest first."""

    unit: str
    acts: tuple[UnitAct, ...]


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
