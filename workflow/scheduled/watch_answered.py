"""Facts of how was answered, and of what was read and taken away: late, returned again and again, refused, for a fee or
on a condition, opened by who has nothing of their own to do, exported."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from storage.queries import watching as rows
from storage.queries.watching import Span
from workflow.kernel.policy import kept_at_least
from workflow.kernel.text import Text, t
from workflow.notices.watches import Fact, WatchList
from workflow.organisation import units
from workflow.scheduled.watch_sight import Group, Item, Sight, by, of_officers, of_units

#: As what somebody reads who has that request in hand themselves.
OWN = frozenset({"asker", "handler", "approver"})
#: So long what somebody had to do is found after it ended, however short the desk keeps content.
KEPT = kept_at_least(timedelta())


async def facts(sight: Sight) -> list[WatchList]:
    rules = sight.rules
    declined, returned = await _acts(sight, "decline"), await _acts(sight, "return")
    grounds = [(item, _ground(sight, event, item)) for event, item in declined]
    on_ground = _by_ground((item, ground) for item, ground in grounds if ground)
    on_none = [item for item, ground in grounds if ground == ""]
    again = [
        Group(items=some, unit=True, times=True) for some in by(_items(returned), lambda i: i.request_id)
    ]
    return [
        *await sight.told(Fact.LATE, of_units(await _late(sight)), least=rules.late),
        *await sight.told(Fact.OVERDUE, of_units(await _overdue(sight)), least=rules.late),
        *await sight.told(Fact.RETURNED, again, least=rules.returned),
        *await sight.told(Fact.DECLINED, on_ground, least=rules.declined),
        *await sight.told(Fact.UNGROUNDED, of_units(on_none), least=rules.declined),
        *await sight.told(
            Fact.CONDITIONS,
            of_units(await _conditions(sight, decline=_items(declined), **{"return": _items(returned)})),
            least=rules.conditions,
        ),
        *await sight.told(Fact.REVEALS, of_officers(await _reveals(sight)), least=rules.reveals),
        *await sight.told(Fact.EXPORTS, await _exports(sight), least=rules.exports),
    ]


async def _acts(sight: Sight, action: str, span: Span | None = None) -> list[tuple[Any, Item]]:
    """What was done of one kind in the name of the units that are watched."""
    whose = None if sight.reach.everything else sight.reach.units
    return [
        (event, _item(sight, event))
        for event in await rows.acts(sight.tx.session, action, span or sight.span, units=whose)
    ]


def _item(sight: Sight, event: Any) -> Item:
    return Item(
        at=event.at,
        number=_shown(sight, event),
        request_id=event.chain,
        unit_id=event.unit_id,
        person_id=event.actor_id,
    )


def _shown(sight: Sight, row: Any) -> str:
    """The number of the request, where the reader may see that: it may have gone on to another unit since."""
    return (row.number or "") if sight.reach.sees(row.from_unit_id, row.to_unit_id) else ""


def _items(acts: Iterable[tuple[Any, Item]]) -> list[Item]:
    return [item for _, item in acts]


def _ground(sight: Sight, event: Any, item: Item) -> str | None:
    """On which ground was refused, "" for none; None where the record was changed by hand."""
    said = sight.opened("events", event.sealed, item)
    return None if said is None else str(said.get("ground") or "")


def _by_ground(declined: Iterable[tuple[Item, str]]) -> list[Group]:
    """Of each unit what it declined on each ground."""
    found: dict[tuple[str, int | None], list[Item]] = {}
    for item, ground in declined:
        found.setdefault((ground, item.unit_id), []).append(item)
    return [Group(items=items, what=ground, unit=True) for (ground, _), items in found.items()]


async def _late(sight: Sight) -> list[Item]:
    if not sight.rules.late:
        return []
    found = await rows.late(sight.tx.session, sight.reach.units, sight.span)
    return [
        Item(
            at=row.at,
            number=_shown(sight, row),
            request_id=row.id,
            unit_id=row.unit_id,
            person_id=row.person_id,
        )
        for row in found
    ]


async def _overdue(sight: Sight) -> list[Item]:
    if not sight.rules.late:
        return []
    found = await rows.overdue(sight.tx.session, sight.reach.units, sight.span.until)
    return [
        Item(
            at=row.due_at,
            number=row.number,
            request_id=row.id,
            unit_id=row.to_unit_id,
            person_id=row.handler_id,
        )
        for row in found
    ]


async def _conditions(sight: Sight, **acts: list[Item]) -> list[Item]:
    """Refusals and returns whose words name a fee or a condition; which words do stands in the configuration."""
    words = [word.casefold() for word in sight.rules.condition_words]
    if not (words and sight.rules.conditions):
        return []
    found = []
    for kind, items in acts.items():
        done = {(item.request_id, item.person_id): item for item in items}
        said = await rows.reasons(
            sight.tx.session, kind, {item.request_id for item in items if item.request_id}, sight.span
        )
        for row in said:
            item = done.get((row.request_id, row.person_id))  # of a unit that is watched
            if item is not None and (why := sight.opened("comments", row.sealed, item)) is not None:
                text = str(why.get("text") or "").casefold()
                found += [item] if any(word in text for word in words) else []
    return found


async def _reveals(sight: Sight) -> list[Item]:
    """Looks at the words of a request, by who had then no open request of their own, asked or in hand."""
    if not sight.rules.reveals:
        return []
    since = max(sight.span.since, sight.span.until - KEPT)
    looks = []
    for event, item in await _acts(sight, "read", replace(sight.span, since=since)):
        said = sight.opened("events", event.sealed, item)
        if said is not None and said.get("ground") not in OWN:
            looks.append(item)
    readers = {look.person_id for look in looks if look.person_id is not None}
    everywhere = [unit.id for unit in await units.current(sight.tx)]  # somebody may work for several
    at_work: dict[int, list[tuple[datetime, datetime]]] = {}
    for own in await rows.own_work(sight.tx.session, readers, everywhere, since):
        for person_id in {own.asker_id, own.handler_id} & readers:
            at_work.setdefault(person_id, []).append((own.asked_at, own.closed_at or sight.span.until))
    spans = {person_id: _joined(some) for person_id, some in at_work.items()}
    return [look for look in looks if not _within(look.at, spans.get(look.person_id or 0, []))]


def _joined(spans: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """The same times, none of which touches another, in order."""
    found: list[tuple[datetime, datetime]] = []
    for begins, ends in sorted(spans):
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((begins, ends))
    return found


def _within(at: datetime, spans: Sequence[tuple[datetime, datetime]]) -> bool:
    place = bisect_right(spans, at, key=lambda span: span[0]) - 1
    return place >= 0 and at <= spans[place][1]


async def _exports(sight: Sight) -> list[Group]:
    """Ledgers that were taken away, by whom: of the units that are watched, and for an admin by the command line."""
    if not sight.rules.exports:
        return []
    known = {unit.code: unit for unit in await units.current(sight.tx)}
    found: dict[tuple[int | None, str], list[Item]] = {}
    for event in await rows.taken(sight.tx.session, "export", sight.span):
        item = Item(at=event.at, person_id=event.actor_id)
        said: Mapping[str, Any] | None = sight.opened("events", event.sealed, item)
        code = str((said or {}).get("unit") or "")
        unit = known.get(code)
        if said is None or not (
            sight.reach.everything or (unit is not None and unit.id in sight.reach.units)
        ):
            continue
        found.setdefault((event.actor_id, unit.name if unit else code), []).append(item)
    return list(_taken(found))


def _taken(found: Mapping[tuple[int | None, str], list[Item]]) -> Iterator[Group]:
    for (actor_id, unit), items in found.items():
        whose: Text | str = unit or t("watch.whole_desk")
        yield Group(items=items, what=whose, officer=actor_id is not None, times=True)
