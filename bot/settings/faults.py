"""What no single value of the configuration shows to be wrong, but several together."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Protocol

from bot.settings.request_types import DEFAULT_PURPOSES
from matching.dates.shifts import read_shifts
from matching.form.labels import is_ours, label_of
from matching.identifiers.values import OwnKind
from matching.text.span import Span
from workflow.kernel.ladder import Stage
from workflow.kernel.numbers import DRILL

MOST_FIELDS = 12  # of a type's own: a card has to stay one


def unit_faults(units: list[tuple[str, str]]) -> list[str]:
    """What is wrong with the tree that ``(code, parent)`` pairs make."""
    above = dict(units)
    faults = [f"the code {code!r} is used twice" for code in twice([code for code, _ in units])]
    faults += [
        f"the code {code!r} ends as the number of a drill does ({DRILL})"
        for code in above
        if code.endswith(DRILL)
    ]
    for unit, parent in units:
        if parent and parent not in above:
            faults.append(f"unit {unit} has a parent that is not in [[units]]: {parent!r}")
        seen, code = {unit}, parent
        while code in above and code not in seen:
            seen.add(code)
            code = above[code]
        if code == unit:
            faults.append(f"unit {unit} stands above itself, by its parent {parent!r}")
    return faults


def retention_faults(purge_after: timedelta | None, reopen_within: timedelta) -> list[str]:
    """What is wrong with deleting content so long after its request ended."""
    if purge_after is None:
        return []
    from workflow.kernel.policy import (
        kept_at_least,  # not for every start: it is not needed where nothing is purged
    )

    least = kept_at_least(reopen_within)
    if purge_after >= least:
        return []
    days = -(-least // timedelta(days=1))
    return [
        f"purge_after is at least {days}d, a day longer than a closed request may be reopened; "
        f'"{max(180, days)}d" would work, "" for never'
    ]


def kept_faults(kept: list[tuple[str, timedelta | str]], reopen_within: timedelta) -> list[str]:
    """What is wrong with deleting the content of types so long after their requests ended."""
    lengths = [(key, length) for key, length in kept if isinstance(length, timedelta)]
    if not lengths:
        return []
    from workflow.kernel.policy import kept_at_least  # not for every start

    least = kept_at_least(reopen_within)
    days = -(-least // timedelta(days=1))
    return [
        f"keep_for of {key!r} is at least {days}d, a day longer than a closed request may be reopened; "
        f'"{max(180, days)}d" would work, "never" for never'
        for key, length in lengths
        if length < least
    ]


def topic_faults(topics: list[tuple[int, tuple[str, ...]]], known: set[str]) -> list[str]:
    """What is wrong with the types for which groups have topics."""
    return [
        f"chat {chat_id} has a topic for a type that there is not: {key!r}; there are {', '.join(sorted(known))}"
        for chat_id, keys in topics
        for key in keys
        if key not in known
    ]


class RungOf(Protocol):
    """A rung of the ladder as it is configured."""

    @property
    def to(self) -> Stage: ...
    @property
    def after(self) -> tuple[float | timedelta, ...]: ...
    @property
    def repeat(self) -> timedelta | None: ...
    @property
    def times(self) -> int | None: ...


def ladder_faults(rungs: Sequence[RungOf], times: Mapping[str, Span], instead_of: Sequence[str]) -> list[str]:
    """What is wrong with the ladder. ``times``: to answer, by urgency; ``instead_of``: keys of ``[reminders]`` that say
    the same and are set too."""
    stages = [rung.to for rung in rungs]
    faults = [f"the rung {to!s} stands there twice" for to in twice(stages)]
    if stages != sorted(stages, key=[*Stage].index):
        faults.append(f"goes {' > '.join(stages)}; it goes upwards: {' > '.join(Stage)}")
    if Stage.DESK not in stages:
        faults.append(
            'needs the rung "desk": the unit\'s group, and where a request was returned whoever asked'
        )
    if instead_of:
        faults.append(f"says what {', '.join(instead_of)} of [reminders] say: leave one of the two out")
    for rung in rungs:
        if not rung.after:
            faults.append(f'the rung {rung.to!s} has no time: after = ["0m"]')
        if rung.times is not None and not rung.repeat:
            faults.append(f'the rung {rung.to!s} has times and no repeat: repeat = "24h"')
    return faults or [fault for name, time in times.items() for fault in _backwards(rungs, name, time)][:1]


def _backwards(rungs: Sequence[RungOf], urgency: str, time: Span) -> list[str]:
    """Where a time comes before one that it should follow. A share is one of the time to answer; a working day counts
    as a day."""
    allowed = timedelta(seconds=time.seconds, days=time.working_days)
    faults, before, below = [], timedelta(), ""
    for rung in rungs:
        late = [one if isinstance(one, timedelta) else allowed * one for one in rung.after]
        if late != sorted(set(late)):
            faults.append(
                f"the times of the rung {rung.to!s} go backwards ({urgency}): write the earlier first"
            )
        if late[0] < before:
            faults.append(
                f"the rung {rung.to!s} begins before {below} below it ({urgency}): give it a later time"
            )
        before, below = late[0], rung.to
    return faults


def sharing_faults(
    agreements: list[tuple[tuple[str, ...], tuple[str, ...]]], codes: list[str], types: list[str]
) -> list[str]:
    """What is wrong with the agreements, given as (units, types of request)."""
    faults = []
    for units, about in agreements:
        name = " and ".join(units) or "nobody"
        if len(set(units)) < 2:
            faults.append(
                f'an agreement is among two units or more, and this one names {name}: units = ["KS", "WX"]'
            )
        faults += [
            f"an agreement names a unit that is not in [[units]]: {u!r}" for u in units if u not in codes
        ]
        faults += [
            f"the agreement of {name} names a type that there is not: {key!r}; there are {', '.join(sorted(types))}"
            for key in about
            if key not in types
        ]
    return faults


class DutyOf(Protocol):
    """A rule of duty as it is configured."""

    @property
    def unit(self) -> str: ...
    @property
    def persons(self) -> tuple[str, ...]: ...
    @property
    def times(self) -> str: ...
    @property
    def turn(self) -> str: ...
    @property
    def since(self) -> date | None: ...


def duty_faults(rules: Sequence[DutyOf], codes: set[str]) -> list[str]:
    """What is wrong with the rules of duty."""
    faults = []
    for rule in rules:
        read = read_shifts(rule.times)
        if rule.unit not in codes:
            faults.append(f"names a unit that is not in [[units]]: {rule.unit!r}")
        if read.hours is None or read.rest:
            faults.append(f'times of {rule.unit} are not read: {rule.times!r}; times = "Mon-Fri 08:30-17:30"')
        faults += [
            f"persons of {rule.unit} are @usernames, and {who!r} is none"
            for who in rule.persons
            if who[:1] != "@"
        ]
        if twice(list(rule.persons)):
            faults.append(
                f"persons of {rule.unit} name somebody twice: {', '.join(twice(list(rule.persons)))}"
            )
        if len(rule.persons) > 1 and (not rule.turn or rule.since is None):
            faults.append(
                f'several persons of {rule.unit} take turns: turn = "week" (or "day") and since = 2026-11-30, '
                "from which turns count"
            )
    return faults


def route_faults(routes: list[tuple[str, tuple[str, ...]]], codes: list[str], types: list[str]) -> list[str]:
    """What is wrong with the rules of who is asked where nobody was named, given as (unit, types of request)."""
    faults = [
        f"a route leads to a unit that is not in [[units]]: {to!r}" for to, _ in routes if to not in codes
    ]
    return faults + [
        f"the route to {to} names a type that there is not: {key!r}; there are {', '.join(sorted(types))}"
        for to, about in routes
        for key in about
        if key not in types
    ]


def twice(values: list[Any]) -> list[Any]:
    """What stands in a list more than once."""
    return sorted({value for value in values if values.count(value) > 1})


def ground_faults(grounds: tuple[str, ...]) -> list[str]:
    """What is wrong with a closed list of ``[grounds]``, of which one is picked by a button."""
    if not grounds:
        return ["is empty, so that nobody could pick one: leave the line out for the usual ones"]
    faults = [f"the ground {one!r} stands there twice" for one in twice(list(grounds))]
    if len(grounds) > MOST_GROUNDS:
        faults.append(f"has {len(grounds)} grounds; at most {MOST_GROUNDS} stand under a message")
    return faults + [
        f"{one!r} is no ground: 1 to {LONGEST_GROUND} characters, and no number"
        for one in grounds
        if not 0 < len(one.strip()) <= LONGEST_GROUND or one.strip().isdigit()
    ]


LONGEST_GROUND, MOST_GROUNDS = (
    60,
    20,
)  # characters of the label of a button; buttons, each in a row of its own
LONGEST_PURPOSE = 32  # characters; it is the label of a button
LONGEST_REVEAL = timedelta(hours=47)  # no message of a bot's that is older than 48 hours can be deleted


def purpose_faults(purposes: tuple[str, ...]) -> list[str]:
    """What is wrong with the purposes of which one is picked before a full text is shown."""
    if not purposes:
        usual = json.dumps(DEFAULT_PURPOSES, ensure_ascii=False)
        return [f"is empty, so that nobody could open a full text: write {usual}"]
    faults = [f"the purpose {one!r} stands there twice" for one in twice(list(purposes))]
    return faults + [
        f"{one!r} is no purpose: 1 to {LONGEST_PURPOSE} characters"
        for one in purposes
        if not 0 < len(one.strip()) <= LONGEST_PURPOSE
    ]


def reveal_faults(reveal_for: timedelta | None) -> list[str]:
    """What is wrong with leaving a full text in a chat for so long."""
    if reveal_for is None or timedelta(minutes=1) <= reveal_for <= LONGEST_REVEAL:
        return []
    return ['is between 1m and 47h, for nothing older than 48 hours can be deleted; "" leaves it there']


def word_faults(words: tuple[str, ...]) -> list[str]:
    """What is wrong with words that are looked for in what somebody wrote; an empty list is none at all."""
    return [
        f"{one!r} is no word to look for: 2 to {LONGEST_GROUND} characters"
        for one in words
        if not 1 < len(one.strip()) <= LONGEST_GROUND
    ]


def own_field_faults(
    type_: str, fields: list[tuple[str, tuple[str, ...], OwnKind, tuple[Any, ...]]]
) -> list[str]:
    """``fields`` of a type: key, labels, kind, options."""
    faults = [f"the type {type_!r} has the field {key!r} twice" for key in twice([key for key, *_ in fields])]
    if len(fields) > MOST_FIELDS:
        faults.append(f"the type {type_!r} has {len(fields)} fields of its own; {MOST_FIELDS} are the most")
    seen: dict[str, str] = {}
    for key, labels, kind, options in fields:
        named = f"the field {key!r} of the type {type_!r}"
        for label in labels:
            folded = label_of(label)
            if not folded:
                faults.append(f"{named} has an empty label")
            elif is_ours(folded):
                faults.append(
                    f"{named} is called {label!r}, which every request may have: choose another label"
                )
            elif seen.setdefault(folded, key) != key:
                faults.append(f"{named} is called {label!r}, as {seen[folded]!r} is")
        if kind is OwnKind.CHOICE and len(options) < 2:
            faults.append(f"{named} is chosen, and needs two options at the least")
        elif kind is not OwnKind.CHOICE and options:
            faults.append(f'{named} has options; only kind = "choice" has')
    return faults
