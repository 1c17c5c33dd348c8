"""The rules of this desk, as configured: what the use cases need to know, and no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from matching.dates.when import Span
from matching.form.labels import label_of
from matching.identifiers.values import TypeRule
from matching.words.choose_words import squeeze
from storage.tables.veil import CLEAR, Veil
from workflow.kernel.calendars import Calendar
from workflow.kernel.ladder import Rung, Stage, usual

HOURS = tuple[time, time]
LONGEST_WATCH = 92  # days that `/watch` looks back over


def kept_at_least(reopen_within: timedelta) -> timedelta:
    """How long after its end the content of a request is kept whatever is asked: a day longer than it may be
    reopened, and longer than the thirty days that people know of."""
    return max(timedelta(days=31), reopen_within + timedelta(days=1))


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfiguredDuty:
    """A rule of a unit's duty as it is configured (``[[duty]]``). ``persons``: usernames without @, in the order of
    their turns; none: nobody is there by design. Days and hours as :mod:`matching.dates.shifts` reads them."""

    unit: str
    persons: tuple[str, ...]
    days: int
    begins: int  #: minutes from midnight
    ends: int
    turn: str = ""  #: day, week
    since: date = date.min  #: turns count from it


@dataclass(frozen=True, kw_only=True, slots=True)
class Sharing:
    """Units that have agreed to take each other's answers (``[[sharing]]``), by their codes."""

    units: frozenset[str]
    types: frozenset[str] = frozenset()  #: of request; none: all
    name: str = ""  #: what the units are called together (环太湖)

    def covers(self, giver: str, taker: str, type_: str) -> bool:
        return {giver, taker} <= self.units and (not self.types or type_ in self.types)


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """To whom a request goes that names no unit (``[[routes]]``)."""

    to: str  #: code of a unit
    types: frozenset[str] = frozenset()  #: of request; none: all
    words: tuple[
        str, ...
    ] = ()  #: of which one stands in the post, such as the name of a place; none: any post


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """From how much on a fact is told to who supervises (``[watch]``); 0: it is not looked for."""

    at: time | None = time(8)  #: when it is told by itself, once a day; None: when it is asked for alone
    days: int = 7  #: that are looked back over
    night: HOURS | None = (time(22), time(6))  #: None: no hour is one
    no_case: int = 3  #: requests of one officer
    at_night: int = 3  #: requests of one officer
    colleagues: int = 1  #: requests about members of the desk, for one reason
    one_subject: int = 3  #: officers who asked about one number
    many_subjects: int = 20  #: different subjects that one officer asked about
    flash: int = 5  #: requests of one officer
    no_ground: int = 1  #: requests of one officer
    late: int = 1  #: answers of one unit, or requests that it owes
    declined: int = 1  #: requests, on one ground
    conditions: int = 1  #: requests of one unit
    condition_words: tuple[
        str, ...
    ] = ()  #: that name a fee or a condition, in why a request was refused or returned
    returned: int = 2  #: times that one request was returned
    reveals: int = 3  #: looks at words in full, of one officer
    exports: int = 1  #: ledgers of one unit that one person took away


@dataclass(frozen=True, kw_only=True)
class Policy:
    types: Mapping[str, TypeRule]
    standard_units: Mapping[str, str] = field(
        default_factory=dict
    )  #: code of a unit -> that of other systems
    standard_types: Mapping[str, str] = field(default_factory=dict)  #: key of a type -> that of other systems
    veil: Veil = CLEAR  #: under which people's numbers stand in the desk, those below as well
    admins: frozenset[int] = frozenset()  #: the numbers of their private chats
    ops_chat: int | None = None  #: hears of groups that we were thrown out of
    language: str = "zh"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    calendar: Calendar = field(default_factory=lambda: Calendar(country="CN"))
    remote: frozenset[str] = frozenset()  #: codes of units that are hard to reach
    time_to_answer: Mapping[str, Span] = field(default_factory=dict)  #: by urgency
    accept_share: float = 0.25
    before_due: tuple[float | timedelta, ...] = (0.25,)  #: shares of the time to answer, or fixed times
    after_due: tuple[timedelta, ...] = ()
    repeat_every: timedelta = timedelta(hours=24)
    #: After which times an alert is said again, each counted from the one before, to whoever has not seen it.
    alert_again: tuple[timedelta, ...] = (timedelta(hours=1), timedelta(hours=4), timedelta(hours=24))
    escalate_after: timedelta = timedelta(hours=24)
    ladder: tuple[Rung, ...] = ()  #: in place of the last three; see :attr:`rungs`
    ack_holds: timedelta = timedelta(hours=1)  #: so long what comes next waits for who has seen a reminder
    quiet: HOURS | None = None
    digest_at: time = time(8, 30)
    digest_when_empty: bool = False
    picture_day: int | None = (
        0  #: of the week (0: Monday) on which the digest has a picture of it; None: never
    )
    picture_theme: str = "light"  #: or "dark"
    sharing: tuple[Sharing, ...] = ()
    duty: tuple[ConfiguredDuty, ...] = ()  #: besides what liaisons have set, which goes before it
    routes: tuple[Route, ...] = ()  #: the first that fits
    offers_per_day: int = 30  #: offers and notices about others' answers that one person may cause
    enrol: str = "approve"  #: or "auto"
    attest_every: timedelta | None = (
        None  #: how often it is confirmed who still belongs to a unit; None: never
    )
    attest_within: timedelta = timedelta(
        days=7
    )  #: who is not confirmed so long after it was asked loses access
    autoclose_after: timedelta = timedelta(days=7)
    reopen_within: timedelta = timedelta(days=30)
    nudge_every: timedelta = timedelta(hours=1)
    draft_for: timedelta = timedelta(days=3)
    approve_within: timedelta = timedelta(days=1)  #: what waits for approval lapses after it
    files_in_groups: bool = True
    posts_per_minute: int = 30  #: of one person; 0: any number
    flash_per_day: int = 5  #: of one person, before somebody must approve; 0: any number
    answers_in_groups: str = "outcome"  #: or "masked"
    purposes: tuple[str, ...] = ()  #: one of them is picked before a full text is shown
    grounds: tuple[str, ...] = ()  #: of urgency, of which one is picked; none: it is not asked for
    declines: tuple[str, ...] = ()  #: on which a request may be declined
    no_case: tuple[str, ...] = ()  #: why a request has no case
    papers_wanting: str = ""  #: in front of the papers for which a request is returned
    reveal_for: timedelta | None = None  #: so long what somebody opened stands in their chat; None: it stays
    delete_posts: bool = False  #: the officer's own post goes once its card stands
    move_identity_photos: bool = True  #: pictures of identity documents are for private chats alone
    purge_after: timedelta | None = None  #: so long after its end a request's content is deleted; None: never
    keep_for: Mapping[str, timedelta | None] = field(
        default_factory=dict
    )  #: the same of a type that has its own
    review_after: timedelta | None = timedelta(
        days=180
    )  #: what is kept for good is looked at again; None: never
    keep_at_least: timedelta = timedelta(days=180)  #: before it nothing is erased by order
    watch: Watch = field(default_factory=Watch)
    bot_username: str = ""  #: without @

    def kept_for(self, type_: str) -> timedelta | None:
        """So long after its end the content of a request of a type is deleted; None: never."""
        return self.keep_for.get(type_, self.purge_after)

    @cached_property
    def rungs(self) -> Mapping[Stage, Rung]:
        """Who hears of what is late, and when, in the order in which they do."""
        rungs = self.ladder or usual(self.after_due, self.repeat_every, self.escalate_after)
        by_stage = {rung.to: rung for rung in rungs}
        return {stage: by_stage[stage] for stage in Stage if stage in by_stage}

    @cached_property
    def own_labels(self) -> frozenset[str]:
        """Under which words the fields of types of their own are written, folded."""
        return frozenset(
            label_of(label)
            for rule in self.types.values()
            for one in rule.fields
            for label in one.labels.values()
        )

    @cached_property
    def type_options(self) -> dict[str, list[str]]:
        """Key of a type -> what people call it."""
        return {key: [key, *rule.labels.values(), *rule.aliases] for key, rule in self.types.items()}

    @cached_property
    def type_names(self) -> dict[str, str | None]:
        """What people call a type -> its key; None where several types are called so."""
        names: dict[str, str | None] = {}
        for key, options in self.type_options.items():
            for name in {squeeze(option) for option in options} - {""}:
                names[name] = None if name in names else key
        return names
