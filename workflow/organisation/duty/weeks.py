"""The week of a unit's duty, as values: who is there when, where nobody is, by which rules."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from storage.queries import duty as rows
from storage.tables.duty import FOR_GOOD
from storage.tables.models import Unit
from workflow.kernel.tx import Tx
from workflow.organisation import people
from workflow.organisation.duty import present, shifts
from workflow.organisation.duty.results import DutyRuleLine, DutyTime, DutyWeek
from workflow.organisation.duty.shifts import Kind, Rule, Stretch
from workflow.organisation.people import unit_at_hand
from workflow.organisation.work import Work

TIMES = 40  # of a week that are shown


async def look(work: Work, code: str = "") -> DutyWeek:
    """``/duty``: who is on duty in the seven days from now, and by which rules."""
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "duty_look", code)
        return await tx.conclude(await week(tx, unit, with_rules=True))


async def week(tx: Tx, unit: Unit, *, with_rules: bool = False) -> DutyWeek:
    """The seven days from now."""
    plan, found = await present.week_of(tx, unit.id)
    day = plan.day_of(tx.now)
    names = await _names(tx, found)
    times = [_time(one, names) for one in found if one.person is not None][:TIMES]
    standing = await rows.standing_units(tx.session, unit.id, tx.now)
    set_here = await _rules(tx, unit.id, day) if with_rules else []
    kept = [*(rule for rule in plan.rules if rule.id < 0), *set_here] if with_rules else []
    return DutyWeek(
        unit=unit.name,
        set_up=plan.any or bool(kept),
        now=_time(found[0], names) if found and found[0].person is not None else None,
        times=tuple(times),
        gaps=tuple(_time(one, names) for one in present.gaps(found)),
        rules=tuple([await rule_line(tx, rule, day) for rule in kept]),
        stand_in_unit=standing[0][0].name if standing else "",
        stand_in_until=standing[0][1].until if standing else None,
    )


async def _rules(tx: Tx, unit_id: int, day: date) -> list[Rule]:
    kept = await rows.rules(tx.session, unit_id, first=day)
    turns: dict[int, list[int]] = {}
    for one in await rows.turns(tx.session, [row.id for row in kept]):
        turns.setdefault(one.rule_id, []).append(one.person_id)
    return [present.rule_of(row, turns.get(row.id, ())) for row in kept]


async def rule_line(tx: Tx, rule: Rule, day: date) -> DutyRuleLine:
    """A rule as people see it, on a day."""
    return DutyRuleLine(
        number=rule.id,
        days=rule.days,
        begins=rule.begins,
        ends=rule.ends,
        names=tuple([await people.name_by_id(tx, one) for one in rule.people]),
        turn=rule.turn,
        first=rule.since if rule.since > day else None,
        last=rule.until if rule.until != FOR_GOOD else None,
        empty=rule.empty,
    )


async def gaps_of(
    tx: Tx,
    unit_id: int,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    whose: int | None = None,
) -> tuple[DutyTime, ...]:
    """When nobody will be there who should be, of what begins in the coming week or a time, each whole. ``whose``: only
    what is theirs."""
    since = since or tx.now
    until = until or since + present.WEEK
    plan = await present.plan_of(tx, unit_id, since=since, until=until + present.WEEK)
    if not plan.any:
        return ()
    found = shifts.stretches(plan, since, until + present.WEEK)
    mine = found if whose is None else [one for one in found if one.missing == whose]
    names = await _names(tx, mine)
    return tuple(_time(one, names) for one in present.gaps(mine) if one.begins < until)


async def times_ahead(tx: Tx, unit_id: int, length: timedelta) -> list[DutyTime]:
    """When somebody is there, of what is not over and begins within some time from now; each whole."""
    since, until = tx.now - present.WEEK, tx.now + length + present.WEEK
    plan = await present.plan_of(tx, unit_id, since=since, until=until)
    found = [
        one
        for one in shifts.stretches(plan, since, until)
        if one.person is not None and one.ends > tx.now and one.begins < tx.now + length
    ]
    names = await _names(tx, found)
    return [_time(one, names) for one in found]


async def _names(tx: Tx, found: Iterable[Stretch]) -> dict[int, str]:
    ids = {who for one in found for who in (one.person, one.missing) if who is not None}
    return {
        number: people.name_of(tx, person) for number, person in (await rows.names(tx.session, ids)).items()
    }


def _time(one: Stretch, names: dict[int, str]) -> DutyTime:
    return DutyTime(
        begins=one.begins,
        ends=one.ends,
        name=names.get(one.person, "") if one.person is not None else "",
        missing=names.get(one.missing, "") if one.missing is not None else "",
        stands_in=one.kind is Kind.STAND_IN,
    )
