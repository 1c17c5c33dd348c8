"""What facts for supervisors have in common: whose acts, since when, and what makes a line of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from storage.database.seal import SealBroken
from storage.queries.watching import Span
from workflow.kernel.policy import Watch as Rules
from workflow.kernel.text import Text
from workflow.kernel.tx import Tx
from workflow.notices.watches import Fact, WatchLine, WatchList
from workflow.organisation import people, units
from workflow.organisation.rights import Watched

LINES = 5  # of each fact
NUMBERS = 5  # of each line


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One thing that happened: by whom, for which unit, to which request."""

    at: datetime
    number: str = ""  #: "": none that the reader may be told
    request_id: int | None = None
    unit_id: int | None = None
    person_id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Items that make a line. ``who``: the officer and the unit are named."""

    items: Sequence[Item]
    what: Text | str = ""
    subjects: int = 0
    people: int = 0
    units: int = 0
    officer: bool = False  #: all are of one officer, who is named
    unit: bool = False  #: all are of one unit, which is named
    times: bool = False  #: each is counted, and not each request once


@dataclass(frozen=True, kw_only=True, slots=True)
class Sight:
    """``fresh``: nothing is told of what has nothing new since then; None: everything is."""

    tx: Tx
    reach: Watched
    rules: Rules
    span: Span
    fresh: datetime | None = None
    unreadable: list[Item] = field(default_factory=list)

    def opened(self, place: str, sealed: bytes, item: Item) -> Any:
        """What is sealed in a row; None where it was changed by hand, which is a fact of its own."""
        try:
            return self.tx.sealer.unseal(place, sealed)
        except SealBroken:
            self.unreadable.append(item)
            return None

    async def told(self, fact: Fact, groups: Iterable[Group], *, least: int = 1) -> list[WatchList]:
        """A fact with the groups that count as much, those with most first; nothing where there are none."""
        if least < 1:
            return []
        found = []
        for group in groups:
            count, new = _count(group, group.items), _count(group, self._new(group))
            if count >= least and (new or self.fresh is None):
                found.append((count, new, group))
        found.sort(key=lambda one: (-one[0], -max(item.at for item in one[2].items).timestamp()))
        if not found:
            return []
        lines = [await self._line(*one) for one in found[:LINES]]
        return [WatchList(fact=fact, lines=tuple(lines), more=len(found) - len(lines))]

    def _new(self, group: Group) -> list[Item]:
        return [item for item in group.items if self.fresh is not None and item.at >= self.fresh]

    async def _line(self, count: int, new: int, group: Group) -> WatchLine:
        newest = sorted(group.items, key=lambda item: item.at, reverse=True)
        numbers = list(dict.fromkeys(item.number for item in newest if item.number))
        return WatchLine(
            count=count,
            new=new,
            who=await self._who(group, newest[0]),
            what=group.what,
            subjects=group.subjects,
            people=group.people,
            units=group.units,
            numbers=tuple(numbers[:NUMBERS]),
        )

    async def _who(self, group: Group, item: Item) -> str:
        unit = await units.name_of(self.tx, item.unit_id) if group.unit or group.officer else ""
        officer = await self._name(item.person_id) if group.officer else ""
        return f"{unit} {officer}".strip()

    async def _name(self, person_id: int | None) -> str:
        try:
            return await people.name_by_id(self.tx, person_id)
        except SealBroken:
            return f"#{person_id}"


def _count(group: Group, items: Iterable[Item]) -> int:
    listed = list(items)
    return len(listed) if group.times else len({item.request_id for item in listed})


def by(items: Iterable[Item], key: Callable[[Item], Hashable]) -> list[list[Item]]:
    """Items that have something in common."""
    found: dict[Hashable, list[Item]] = {}
    for item in items:
        found.setdefault(key(item), []).append(item)
    return list(found.values())


def of_officers(items: Iterable[Item]) -> list[Group]:
    """Of each officer what they did."""
    return [Group(items=some, officer=True) for some in by(items, lambda i: (i.person_id, i.unit_id))]


def of_units(items: Iterable[Item]) -> list[Group]:
    """Of each unit what was done for it."""
    return [Group(items=some, unit=True) for some in by(items, lambda i: i.unit_id)]
