"""Facts that a supervisor is told of, as data and as words: how often, of whom, in which requests. Nobody is scored,
and nothing of a subject is said: each request is opened by itself, masked, by who may see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workflow.kernel.text import Text, t
from workflow.notices.telling import link


class Fact(StrEnum):
    """What may be out of the ordinary, in the order in which it is told: how was asked, then what the rules for
    cooperation forbid: delay, refusal without ground, fees and conditions, leaks."""

    NO_CASE = "no_case"
    AT_NIGHT = "at_night"
    COLLEAGUES = "colleagues"
    ONE_SUBJECT = "one_subject"
    MANY_SUBJECTS = "many_subjects"
    FLASH = "flash"
    NO_GROUND = "no_ground"
    LATE = "late"
    OVERDUE = "overdue"
    RETURNED = "returned"
    DECLINED = "declined"
    UNGROUNDED = "ungrounded"
    CONDITIONS = "conditions"
    REVEALS = "reveals"
    EXPORTS = "exports"
    UNREADABLE = "unreadable"


#: The heading of each.
HEADINGS: Mapping[Fact, str] = {
    Fact.NO_CASE: "watch.no_case",
    Fact.AT_NIGHT: "watch.at_night",
    Fact.COLLEAGUES: "watch.colleagues",
    Fact.ONE_SUBJECT: "watch.one_subject",
    Fact.MANY_SUBJECTS: "watch.many_subjects",
    Fact.FLASH: "watch.flash",
    Fact.NO_GROUND: "watch.no_ground",
    Fact.LATE: "watch.late",
    Fact.OVERDUE: "watch.overdue",
    Fact.RETURNED: "watch.returned",
    Fact.DECLINED: "watch.declined",
    Fact.UNGROUNDED: "watch.ungrounded",
    Fact.CONDITIONS: "watch.conditions",
    Fact.REVEALS: "watch.reveals",
    Fact.EXPORTS: "watch.exports",
    Fact.UNREADABLE: "watch.unreadable",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class WatchLine:
    """One person, unit, subject or ground, and what happened: ``numbers`` are the newest requests of ``count``."""

    count: int
    who: str = ""  #: unit and officer; "": nobody is named
    what: Text | str = ""  #: by what a colleague is known; the ground of a refusal; whose ledger
    subjects: int = 0  #: different ones
    people: int = 0  #: who asked about one subject
    units: int = 0  #: whose people those are
    new: int = 0  #: of ``count``, since it was told of last
    numbers: tuple[str, ...] = ()

    def words(self) -> Text:
        links = " ".join(map(link, self.numbers))
        more = self.count - len(self.numbers) if self.numbers else 0
        return t(
            "watch.line",
            who=self.who or None,
            what=self.what or None,
            subjects=self.subjects or None,
            people=self.people or None,
            units=self.units or None,
            count=self.count,
            new=self.new or None,
            numbers=links or None,
            more=more if more > 0 else None,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class WatchList:
    """All of one fact; ``more``: lines that are not shown."""

    fact: Fact
    lines: tuple[WatchLine, ...]
    more: int = 0

    def words(self) -> Text:
        return t(
            HEADINGS[self.fact],
            lines=[line.words() for line in self.lines],
            more=t("watch.more", count=self.more) if self.more else None,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """What a supervisor is told of. ``units``: whose people, by name, the first of ``count``."""

    units: tuple[str, ...]
    count: int
    since: datetime
    until: datetime
    by_itself: bool = False  #: once a day: what has something new
    lists: tuple[WatchList, ...] = ()
    read: int | None = None  #: so many requests were looked at, the newest; None: all of them

    def words(self) -> Text:
        if not self.lists:
            return t("watch.none", units=self._whose(), since=self.since)
        return t(
            "watch.daily" if self.by_itself else "watch",
            units=self._whose(),
            since=self.since,
            lists=[one.words() for one in self.lists],
            read=t("watch.read", count=self.read) if self.read is not None else None,
        )

    def _whose(self) -> Text:
        more = self.count - len(self.units)
        return t("watch.units", units=list(self.units), more=more or None)
