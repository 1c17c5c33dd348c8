"""Who of a unit is on duty: loaded from the tables, told by :mod:`workflow.organisation.duty.shifts`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from storage.queries import duty as rows
from storage.tables.covered import username_key
from storage.tables.duty import FOR_GOOD
from storage.tables.models import Chat, Person
from workflow.kernel.roles import HANDLING
from workflow.kernel.tx import Tx
from workflow.organisation import groups, units
from workflow.organisation.duty import shifts
from workflow.organisation.duty.shifts import Kind, Leave, Plan, Rule, Stretch, Substitute, Swap

WEEK = timedelta(days=7)
#: Days that are looked at around what is asked: what began before it, and the days of other zones.
AROUND = timedelta(days=3)
UNKNOWN = 0  # the number of nobody: somebody whom the configuration names and the desk has not seen


@dataclass(frozen=True, kw_only=True, slots=True)
class OnDuty:
    """Who is there for a unit now, and whether for somebody else."""

    person: Person
    stands_in: bool = False


async def on_duty(tx: Tx, unit_id: int | None, at: datetime | None = None) -> OnDuty | None:
    """Who is on duty in a unit at a moment, now if none is given; None for nobody."""
    if unit_id is None:
        return None
    at = at or tx.now
    plan = await plan_of(tx, unit_id, since=at, until=at)
    if not plan.any:
        return None
    found = shifts.on_duty(plan, at)
    if found.person is None:
        return None
    person = await tx.session.get_one(Person, found.person)
    return OnDuty(person=person, stands_in=found.kind is Kind.STAND_IN)


async def plan_of(tx: Tx, unit_id: int, *, since: datetime, until: datetime) -> Plan:
    """All that is asked of a unit's duty over a time."""
    configured = await _configured(tx, unit_id)
    kept = await rows.of_unit(
        tx.session,
        unit_id,
        first=(since - AROUND).date(),
        last=(until + AROUND).date(),
        at=since,
        roles=HANDLING,
        besides=bool(configured),
    )
    has_any = bool(kept.rules or kept.stand_ins or configured)
    return Plan(
        zone=await zone_of(tx, unit_id) if has_any else tx.policy.zone,
        works=tx.policy.calendar.is_working,
        rules=[*configured, *(rule_of(row, people) for row, people in kept.rules)],
        leaves=[Leave(person=one.person_id, first=one.first, last=one.last) for one in kept.leaves],
        swaps=[Swap(day=one.day, one=one.person_id, other=one.other_id) for one in kept.swaps],
        substitutes=[
            Substitute(person=one.person_id, since=one.since, until=one.until)
            for one in kept.stand_ins
            if one.person_id is not None
        ],
        able=kept.able,
    )


async def _configured(tx: Tx, unit_id: int) -> list[Rule]:
    """Rules of the configuration, by numbers below nought: what a liaison has set goes before them. Who is named there
    and is not known yet is nobody's number, so that their turn is a gap."""
    unit = await units.by_id(tx, unit_id)
    rules = [one for one in tx.policy.duty if unit is not None and one.unit == unit.code]
    if not rules:
        return []
    keys = {who: username_key(tx.sealer, who) for one in rules for who in one.persons}
    known = await rows.by_usernames(tx.session, [key for key in keys.values() if key is not None])
    return [
        Rule(
            id=place - len(rules), days=one.days, begins=one.begins, ends=one.ends, since=one.since,
            until=FOR_GOOD, people=tuple(known.get(keys[who] or 0, UNKNOWN) for who in one.persons),
            turn=one.turn, empty=not one.persons,
        )
        for place, one in enumerate(rules)
    ]  # fmt: skip


def rule_of(row: Any, people: Sequence[int]) -> Rule:
    """``row``: of ``duty_rules``, or its columns by their names."""
    return Rule(
        id=row.id, days=row.days, begins=row.begins, ends=row.ends, since=row.since, until=row.until,
        people=tuple(people), turn=row.turn, empty=row.empty,
    )  # fmt: skip


async def zone_of(tx: Tx, unit_id: int) -> ZoneInfo:
    """A unit has one zone: that of its first desk, else the one of all."""
    for chat_id in await groups.groups_of(tx, unit_id):
        chat = await tx.session.get(Chat, chat_id)
        if chat is not None and chat.timezone:
            return ZoneInfo(chat.timezone)
    return tx.policy.zone


async def today(tx: Tx, unit_id: int) -> date:
    """The day that it is in a unit."""
    return tx.now.astimezone(await zone_of(tx, unit_id)).date()


async def week_of(tx: Tx, unit_id: int) -> tuple[Plan, list[Stretch]]:
    """What is so in a unit from now on, of what begins within seven days; what is over later is shown to its end."""
    plan = await plan_of(tx, unit_id, since=tx.now, until=tx.now + 2 * WEEK)
    found = shifts.stretches(plan, tx.now, tx.now + 2 * WEEK) if plan.any else []
    return plan, [one for one in found if one.begins < tx.now + WEEK]


def gaps(found: Sequence[Stretch]) -> list[Stretch]:
    """The times at which nobody is there who should be; each once, whoever is missing."""
    merged: list[Stretch] = []
    for one in found:
        if one.kind is not Kind.GAP:
            continue
        goes_on = bool(merged) and merged[-1].ends == one.begins
        begins = merged.pop().begins if goes_on else one.begins
        merged.append(Stretch(begins=begins, ends=one.ends, kind=Kind.GAP, missing=one.missing))
    return merged
