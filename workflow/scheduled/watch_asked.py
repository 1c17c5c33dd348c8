"""Facts of how was asked: without a case, at night, about colleagues, many about one, one about many, in a hurry."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import time
from typing import Any

from matching.identifiers import cases, mentions
from matching.identifiers.kinds import BY_KEY
from matching.text.normalise import fold
from storage.database.seal import SealBroken
from storage.queries import watching as rows
from storage.tables.covered import username_key
from workflow.kernel.text import t
from workflow.kernel.tx import Tx
from workflow.notices.watches import Fact, WatchList
from workflow.scheduled.watch_sight import Group, Item, Sight, of_officers

AT_ONCE = 250  # requests that are opened before everybody else has their turn
FEWEST = 2  # characters of a name that tells somebody
_PHONE = re.compile(r"(?<!\d)1\d{10}(?!\d)")
#: By what a subject is known for a colleague -> how that is said.
KNOWN_BY: Mapping[str, str] = {
    "card": "watch.by_card",
    "phone": "watch.by_phone",
    "account": "watch.by_account",
    "name": "watch.by_name",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Colleagues:
    """By what members of the desk are known to it: what they are called there, and by which username."""

    names: frozenset[str]
    usernames: frozenset[int]


@dataclass(kw_only=True, slots=True)
class Gathered:
    """What the requests of the time say, by fact."""

    no_case: list[Item] = field(default_factory=list)
    at_night: list[Item] = field(default_factory=list)
    flash: list[Item] = field(default_factory=list)
    no_ground: list[Item] = field(default_factory=list)
    known: dict[str, list[Item]] = field(default_factory=dict)  #: by what -> requests about colleagues
    about: dict[Any, list[Item]] = field(default_factory=dict)  #: a subject's number -> requests
    phones: list[tuple[str, Item]] = field(default_factory=list)  #: of subjects
    contacts: set[str] = field(default_factory=set)  #: telephones that officers gave for themselves
    subjects: dict[Any, set[Any]] = field(default_factory=dict)  #: (officer, unit) -> about whom they asked


async def facts(sight: Sight) -> tuple[list[WatchList], int | None]:
    """The lists, and how many requests were looked at where those are not all."""
    tx, rules, reach = sight.tx, sight.rules, sight.reach
    found = await rows.asked(tx.session, reach.units, sight.span, also_held=reach.own)
    gathered, colleagues = Gathered(), await _colleagues(tx) if rules.colleagues else None
    everything: list[Item] = []
    for place, row in enumerate(found):
        if place % AT_ONCE == 0:
            await asyncio.sleep(0)
        item = _item(row)
        everything.append(item)
        _of_row(sight, gathered, row, item)
        if row.purged_at is None and (said := sight.opened("requests", row.sealed, item)) is not None:
            _of_words(gathered, said, row, item, hears=_hears(sight, row))
            if colleagues is not None:
                _of_colleagues(tx, gathered, said, item, colleagues)
    for phone, item in gathered.phones:
        if phone in gathered.contacts:
            gathered.known.setdefault("phone", []).append(item)
    told = [
        *await sight.told(Fact.NO_CASE, of_officers(gathered.no_case), least=rules.no_case),
        *await sight.told(Fact.AT_NIGHT, of_officers(gathered.at_night), least=rules.at_night),
        *await sight.told(Fact.COLLEAGUES, _known(gathered), least=rules.colleagues),
        *await sight.told(Fact.ONE_SUBJECT, _of_one(gathered, rules.one_subject)),
        *await sight.told(Fact.MANY_SUBJECTS, _of_many(gathered, everything, rules.many_subjects)),
        *await sight.told(Fact.FLASH, of_officers(gathered.flash), least=rules.flash),
        *await sight.told(Fact.NO_GROUND, of_officers(gathered.no_ground), least=rules.no_ground),
    ]
    return told, len(found) if len(found) == rows.ASKED else None


def _item(row: Any) -> Item:
    return Item(
        at=row.asked_at,
        number=row.number,
        request_id=row.id,
        unit_id=row.from_unit_id,
        person_id=row.asker_id,
    )


def _hears(sight: Sight, row: Any) -> bool:
    """Whether the reader may hear whom else a request is about; of a confidential one its own supervisors alone."""
    return not row.confidential or row.from_unit_id in sight.reach.confidential


def _of_row(sight: Sight, gathered: Gathered, row: Any, item: Item) -> None:
    local = row.asked_at.astimezone(sight.tx.policy.zone).time()
    if sight.rules.night is not None and _within(local, *sight.rules.night):
        gathered.at_night.append(item)
    if row.urgency == "flash":
        gathered.flash.append(item)


def _within(at: time, begins: time, ends: time) -> bool:
    return begins <= at < ends if begins < ends else at >= begins or at < ends


def _of_words(gathered: Gathered, said: Mapping[str, Any], row: Any, item: Item, *, hears: bool) -> None:
    if not _has_case(said.get("case") or "", said.get("reason") or ""):
        gathered.no_case.append(item)
    if row.urgency == "flash" and not said.get("ground"):
        gathered.no_ground.append(item)
    of_officer = gathered.subjects.setdefault((row.asker_id, row.from_unit_id), set())
    for _, name, ids in said["subjects"]:
        numbers = [(kind, value) for kind, value in _valid(ids) if BY_KEY[kind].decides]
        if subject := (numbers[0] if numbers else fold(name)):
            of_officer.add(subject)
        for number in numbers if hears else ():
            gathered.about.setdefault(number, []).append(item)


def _has_case(case: str, reason: str) -> bool:
    """A case is named, in its field or in the reason."""
    if case.strip():
        return cases.none_because(case.strip()) is None
    return bool(mentions.case_of(reason))


def _valid(ids: Sequence[Any]) -> Iterator[tuple[str, str]]:
    """The whole numbers of a subject."""
    return ((kind, value) for kind, value, state, *_ in ids if state == "valid" and kind in BY_KEY)


async def _colleagues(tx: Tx) -> Colleagues:
    """Everybody who belongs to any unit of the desk. None of it is told: only that a request is about somebody who is
    called so."""
    names, usernames = set(), set()
    for place, row in enumerate(await rows.members(tx.session)):
        if place % AT_ONCE == 0:
            await asyncio.sleep(0)
        usernames.add(row.username_key)
        with suppress(SealBroken):  # `crossbeat verify` names whose was changed by hand
            names.add(_called(tx.sealer.unseal("people", row.sealed)["name"]))
    return Colleagues(
        names=frozenset(name for name in names if len(name) >= FEWEST),
        usernames=frozenset(key for key in usernames if key is not None),
    )


def _called(name: str) -> str:
    return fold(name).replace(" ", "").casefold()


def _of_colleagues(
    tx: Tx, gathered: Gathered, said: Mapping[str, Any], item: Item, colleagues: Colleagues
) -> None:
    """The telephones are told apart at the end: that of an officer may stand in a later request."""
    gathered.contacts.update(_PHONE.findall(re.sub(r"[\s-]", "", said.get("contact") or "")))
    known = set()
    for _, name, ids in said["subjects"]:
        if _called(name) in colleagues.names:
            known.add("name")
        for kind, value in _valid(ids):
            if kind == "officer_id":
                known.add("card")
            elif kind == "account" and username_key(tx.sealer, value) in colleagues.usernames:
                known.add("account")
            elif kind == "phone":
                gathered.phones.append((value, item))
    for how in known:
        gathered.known.setdefault(how, []).append(item)


def _known(gathered: Gathered) -> Iterator[Group]:
    for how, key in KNOWN_BY.items():
        if items := gathered.known.get(how):
            yield Group(items=items, what=t(key))


def _of_one(gathered: Gathered, least: int) -> Iterator[Group]:
    """Subjects about whom so many officers asked. One who is known by two numbers is told of once."""
    told = set()
    for items in gathered.about.values() if least else ():
        officers = {item.person_id for item in items}
        requests = frozenset(item.request_id for item in items)
        if len(officers) >= least and requests not in told:
            told.add(requests)
            yield Group(items=items, people=len(officers), units=len({item.unit_id for item in items}))


def _of_many(gathered: Gathered, everything: Sequence[Item], least: int) -> Iterator[Group]:
    """Officers who asked about so many different subjects."""
    for group in of_officers(everything) if least else ():
        one = group.items[0]
        subjects = len(gathered.subjects.get((one.person_id, one.unit_id), ()))
        if subjects >= least:
            yield replace(group, subjects=subjects)
