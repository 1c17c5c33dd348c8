"""What a card, a full text and a digest show, as plain values: loaded by the workflow, worded by the views.

Whatever is shown in a group is masked by the loader, not by the views: a view never sees what its
reader may not see. :class:`FullView` alone is unmasked, and goes to one private chat.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime
from typing import Any

from storage.tables.words import OfferSide
from workflow.kernel.actions import Side
from workflow.kernel.text import Button, Text

Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SubjectLine:
    """One subject; ``ids`` are (kind of :mod:`matching`, value)."""

    name: str = ""
    ids: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class OfferLine:
    """An earlier request that may answer this one; ``reasons`` are texts of the keys ``reason.*``."""

    number: str
    verdict: str  # reuse, part (holds for some of the subjects), possible
    source_id: int = 0
    side: str = OfferSide.GOT  # by whom it is seen: the unit that got the answer, the one that gave it
    reasons: tuple[Text, ...] = ()
    answered_at: datetime | None = None
    by_unit: str = ""
    outcome: str | None = None
    covered: int | None = None  # of a part: how many subjects
    last: Text | None = None  # how its unit last decided for who asks


@dataclass(frozen=True, kw_only=True, slots=True)
class CommentLine:
    name: str
    text: str | Text
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class HoldLine:
    """A legal hold; ``why``: "" where the reader may not read the request whole."""

    unit: str
    name: str
    at: datetime
    why: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnLine:
    """What a request says under a field that its type has of its own."""

    label: Text
    text: str | Text


@dataclass(frozen=True, kw_only=True, slots=True)
class PartLine:
    """A part of a request, as the unit that split it sees it."""

    number: str
    unit: str
    state: str
    outcome: str | None = None
    due_at: datetime | None = None
    handler: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckedLine:
    """Who has checked the papers, when, and which were wanting."""

    name: str
    at: datetime
    wanting: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class CardView:
    """A request as one chat may see it."""

    number: str
    type_labels: dict[str, str]  # by language
    from_unit: str
    to_unit: str
    urgency: str  # flash, urgent, normal
    state: str  # one of workflow.kernel.states.State
    asked_at: datetime
    asker: str = ""
    subjects: tuple[SubjectLine, ...] = ()
    matter: Mapping[str, str | Text] = field(default_factory=dict)  # what is asked, by field
    own: tuple[OwnLine, ...] = ()  # what is said under fields of the type's own
    due_at: datetime | None = None
    accept_by: datetime | None = None  # of one that waits for approval: by when it lapses
    approved: tuple[str, datetime] | None = None  # by whom, and when
    checked: CheckedLine | None = None  # its papers
    post_stands: bool = True  # what was asked can be put anew by an edit of it
    overdue: bool = False
    handler: str | None = None
    named: Text | None = None  # for whom it is, of those who might take it
    answered_at: datetime | None = None
    answer: str | Text | None = None
    answer_by_unit: str = ""
    corrected_at: datetime | None = None
    withdrawn_at: datetime | None = None  # the last answer, where none stands
    outcome: str | None = None  # found, partly, nothing; None while nobody has picked it
    partial: bool = False
    rating: int | None = None
    closed_why: str | Text = ""  # why it was returned, declined or reopened
    reused_from: tuple[str, int] | None = None  # number ("" where it is another unit's), days ago
    files: int = 0
    hints: tuple[Text, ...] = ()  # what the asker should look at again
    purged_at: datetime | None = None  # when its content was deleted
    held: tuple[HoldLine, ...] = ()  # by whom it is kept from that, for who may know
    comments: tuple[CommentLine, ...] = ()  # the last two
    similar: tuple[OfferLine, ...] = ()
    references: int = 0  # earlier answers attached
    batch: tuple[str, ...] = ()  # numbers of the others of its post, for who asks
    parts: tuple[PartLine, ...] = ()  # that it was split into, for the unit that did so
    confidential: bool = False
    side: Side = Side.OBSERVER
    buttons: Rows = ()
    message_id: int | None = None  # of this request's card in that chat, when it has one
    shown: bytes | None = None  # what that card shows (``Post.shown``)


@dataclass(frozen=True, kw_only=True, slots=True)
class FormerLine:
    """What stood in the place of an answer before it was put right."""

    name: str
    at: datetime | None
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerLine:
    unit: str
    name: str
    at: datetime | None  # None: of a ledger that does not say when
    text: str
    outcome: str | None = None  # None: not picked yet
    partial: bool = False
    reused_from: str | None = None  # number ("" where it is another unit's); None: not reused
    former: tuple[FormerLine, ...] = ()  # the first one first
    withdrawn_at: datetime | None = None  # it holds no longer
    code: str = ""  # under which it may be passed on, and its evaluation


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoryLine:
    at: datetime
    action: str  # of ``history.*``
    name: str = ""
    unit: str = ""
    purpose: str = ""  # for which somebody looked


@dataclass(frozen=True, kw_only=True, slots=True)
class FileLine:
    kind: str  # photo, document, video, audio, voice
    file_id: str
    name: str = ""
    of_answer: bool = False
    private: bool = False  # a picture of somebody's identity document


@dataclass(frozen=True, kw_only=True, slots=True)
class FullView:
    """A request unmasked, for one person who may see it, in their private chat only."""

    card: CardView  # its fields are unmasked too
    text: str = ""  # the post as it was written
    answers: tuple[AnswerLine, ...] = ()
    comments: tuple[CommentLine, ...] = ()
    references: tuple[AnswerLine, ...] = ()  # earlier answers attached, which answer nothing
    history: tuple[HistoryLine, ...] = ()
    files: tuple[FileLine, ...] = ()
    purpose: str = ""  # why it was looked at, as recorded
    buttons: Rows = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class DueLine:
    number: str
    who: str  # unit, and handler when there is one
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class LateLine:
    number: str
    who: str
    late_seconds: int


@dataclass(frozen=True, kw_only=True, slots=True)
class GapLine:
    """When nobody will be on duty who should be; ``unit``: of several, whose."""

    begins: datetime
    ends: datetime
    missing: str = ""
    unit: str = ""

    def plain(self) -> dict[str, str]:
        return {
            "begins": self.begins.isoformat(), "ends": self.ends.isoformat(), "missing": self.missing,
            "unit": self.unit,
        }  # fmt: skip

    @classmethod
    def of(cls, plain: Mapping[str, str]) -> GapLine:
        times = {name: datetime.fromisoformat(plain[name]) for name in ("begins", "ends")}
        return cls(**times, missing=plain["missing"], unit=plain["unit"])


@dataclass(frozen=True, kw_only=True, slots=True)
class BelowLine:
    """What a unit below owes: figures, no request."""

    unit: str
    waiting: int
    late: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """What happened to some requests in a time: see :class:`storage.queries.figures.Done`."""

    new: int = 0
    answered: int = 0
    reused: int = 0
    own: int = 0
    on_time: int = 0
    declined: int = 0
    median_hours: float | None = None
    grounds: tuple[tuple[str, int], ...] = ()  # of the declined: see :mod:`workflow.record.grounds`

    @property
    def empty(self) -> bool:
        return not (self.new or self.answered or self.declined)


def _tally(plain: dict[str, Any]) -> Tally:
    known = {one.name: plain[one.name] for one in fields(Tally) if one.name in plain}
    return Tally(**known | {"grounds": tuple((ground, count) for ground, count in plain.get("grounds", ()))})


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestView:
    """A chat's day in figures: what happened from ``since`` to ``until``, and what is open at ``made_at``."""

    day: date
    title: str = ""
    units: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    made_at: datetime | None = None
    received: Tally | None = None  # by the units whose desk the chat is
    sent: Tally | None = None  # by the same
    between: Tally | None = None  # in a shared group: from one of its units to another
    overdue_count: int = 0
    overdue: tuple[LateLine, ...] = ()  # the first of them
    due_today_count: int = 0
    due_today: tuple[DueLine, ...] = ()  # the first of them
    returned: int = 0  # that lie with their askers
    pending: int = 0  # that wait for approval in the units whose desk the chat is
    oldest_open: tuple[str, datetime] | None = None  # number, asked at
    unreachable: tuple[str, ...] = ()  # requests whose reminder nobody could be sent
    passed_over: tuple[str, ...] = ()  # requests whose escalation found no group of the next unit above
    below: tuple[BelowLine, ...] = ()  # units under these that owe something, the latest first
    gaps: tuple[
        GapLine, ...
    ] = ()  # in the duty of the units whose desk the chat is, over the seven days from now
    day_seal: str = ""  # hex
    operation: str = ""  # of what is tagged with it, and of nothing else

    @property
    def empty(self) -> bool:
        """Nothing that anybody needs to hear."""
        return all(
            tally is None or tally.empty for tally in (self.received, self.sent, self.between)
        ) and not (
            self.overdue_count
            or self.due_today_count
            or self.oldest_open
            or self.pending
            or self.unreachable
            or self.passed_over
            or self.gaps
            or any(line.late for line in self.below)
        )

    def to_json(self) -> dict[str, Any]:
        plain = asdict(self)
        for name in ("day", "since", "until", "made_at"):
            plain[name] = plain[name] and plain[name].isoformat()
        plain["due_today"] = [asdict(line) | {"at": line.at.isoformat()} for line in self.due_today]
        plain["gaps"] = [line.plain() for line in self.gaps]
        plain["oldest_open"] = self.oldest_open and [self.oldest_open[0], self.oldest_open[1].isoformat()]
        return plain

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> DigestView:
        """The inverse of :meth:`to_json`. What another version kept and this one does not know is left out."""
        known = {one.name for one in fields(cls)}
        oldest = plain["oldest_open"]
        moments = {name: plain[name] and datetime.fromisoformat(plain[name])
                   for name in ("since", "until", "made_at") if name in plain}  # fmt: skip
        tallies = {name: plain[name] and _tally(plain[name])
                   for name in ("received", "sent", "between") if name in plain}  # fmt: skip
        return cls(**{name: value for name, value in plain.items() if name in known} | moments | tallies | {
            "day": date.fromisoformat(plain["day"]),
            "units": tuple(plain["units"]),
            "unreachable": tuple(plain["unreachable"]),
            "passed_over": tuple(plain.get("passed_over", ())),
            "below": tuple(BelowLine(**line) for line in plain.get("below", ())),
            "gaps": tuple(GapLine.of(line) for line in plain.get("gaps", ())),
            "overdue": tuple(LateLine(**line) for line in plain["overdue"]),
            "due_today": tuple(
                DueLine(**line | {"at": datetime.fromisoformat(line["at"])}) for line in plain["due_today"]
            ),
            "oldest_open": oldest and (oldest[0], datetime.fromisoformat(oldest[1])),
        })  # fmt: skip
