"""``/duty``: a liaison sets who is on duty in their unit, when somebody is away, who has whose duty."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from matching.dates.shifts import EVERY_DAY, read_shifts
from storage.queries import duty as rows
from storage.tables.duty import FOR_GOOD, DutyLeave, DutyRule, DutySwap, DutyTurn
from storage.tables.models import Person, Unit
from workflow.kernel.errors import Refused
from workflow.kernel.tx import Sender, Tx
from workflow.organisation import people
from workflow.organisation.duty import present, reading, shifts
from workflow.organisation.duty.results import DutyDone
from workflow.organisation.duty.shifts import DAY, Plan, Rule
from workflow.organisation.duty.weeks import gaps_of, rule_line
from workflow.organisation.people import unit_at_hand
from workflow.organisation.work import Work
from workflow.record.record import record

MOST_PEOPLE = 31  # who take turns by one rule
MOST_RULES = 200  # of one unit that are not over
AHEAD = 63  # days over which two rules are looked at: turns of weeks, feasts
LONGEST_AHEAD = 366  # days until something begins
_TURNS = {
    "day": re.compile(
        r"按[日天]轮?换?|[每逐][日天]轮换?|\b(?:by day|rotate daily|rotating daily)\b", re.IGNORECASE
    ),
    "week": re.compile(r"按周轮?换?|每周轮换?|\b(?:by week|rotate weekly|rotating weekly)\b", re.IGNORECASE),
}
_ZONE = re.compile(r"\b(?:UTC|GMT|CST|[A-Z][a-z]+/[A-Z][A-Za-z_]+)\b|[时時]区")


async def put_on_duty(work: Work, words: str, *, code: str = "", user: Sender | None = None) -> DutyDone:
    """``/duty set @user Mon-Fri 08:30-17:30 [12-01..12-31]``; several people take turns by day or week."""
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "duty", code)
        said = reading.said(words, user)
        turn, rest = _turn(said.rest)
        if not said.who:
            raise Refused("error.duty_whom", example=reading.SET)
        if len(said.who) > MOST_PEOPLE:
            raise Refused("error.duty_many", most=MOST_PEOPLE, example=reading.TURNS)
        if len(said.who) > 1 and not turn:
            raise Refused("error.duty_turn", example=reading.TURNS)
        rule = await _rule(tx, unit, rest, example=reading.SET, hours=True)
        persons = [await reading.handler_named(tx, unit, who) for who in said.who]
        rule = replace(rule, people=tuple(p.id for p in persons), turn=turn if len(persons) > 1 else "")
        await _check_free(tx, unit, rule)
        return await _put(tx, unit, rule, persons)


async def leave_empty(work: Work, words: str, *, code: str = "", user: Sender | None = None) -> DutyDone:
    """``/duty none 22:00-08:00`` or ``/duty none 周末``: nobody is there by design, and nobody is told of a gap."""
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "duty", code)
        rule = await _rule(tx, unit, words, example=reading.EMPTY, hours=False)
        return await _put(tx, unit, replace(rule, empty=True), [])


def _turn(text: str) -> tuple[str, str]:
    for turn, words in _TURNS.items():
        if words.search(text):
            return turn, words.sub(" ", text)
    return "", text


async def _rule(tx: Tx, unit: Unit, text: str, *, example: str, hours: bool) -> Rule:
    """Days and hours as written, and from when until when they hold."""
    zone = await present.zone_of(tx, unit.id)
    if _ZONE.search(text):
        raise Refused("error.duty_zone", zone=zone.key, example=example)
    read = read_shifts(text)
    if read.hours is None and (hours or read.days is None):
        raise Refused("error.duty_hours", given=text or None, example=example)
    now = tx.now.astimezone(zone)
    first, last = now.date(), FOR_GOOD
    if read.rest:
        first, last = reading.days_named(read.rest, now=now, example=f"{example} 12-01..12-31")
        _check_near(first, now.date(), example)
    begins, ends = read.hours or (0, 0)
    days = read.days or EVERY_DAY
    return Rule(id=0, days=days, begins=begins, ends=ends, since=first, until=last)


def _check_near(first: date, today: date, example: str) -> None:
    if (first - today).days > LONGEST_AHEAD:
        raise Refused("error.duty_far", most=LONGEST_AHEAD, example=example)


async def _check_free(tx: Tx, unit: Unit, rule: Rule) -> None:
    """Raises :class:`Refused` for a rule by which two people would be on duty at once."""
    since = max(tx.now, _midnight(rule.since, tx))
    plan = await present.plan_of(tx, unit.id, since=since, until=since + timedelta(days=AHEAD))
    met = shifts.overlap(plan, rule, from_day=plan.day_of(since), days=AHEAD)
    if met is None:
        return
    names = [await people.name_by_id(tx, one) for one in met.rule.people]
    raise Refused(
        "error.duty_overlap", names=names, begins=met.begins, ends=met.ends, number=met.rule.id,
        example=f"/duty end {met.rule.id}",
    )  # fmt: skip


def _midnight(day: date, tx: Tx) -> datetime:
    return datetime.combine(day, time(), tzinfo=tx.policy.zone)


async def _put(tx: Tx, unit: Unit, rule: Rule, persons: list[Person]) -> DutyDone:
    if len(await rows.rules(tx.session, unit.id, first=rule.since)) >= MOST_RULES:
        raise Refused("error.duty_rules", most=MOST_RULES, example="/duty")
    row = DutyRule(
        unit_id=unit.id, days=rule.days, begins=rule.begins, ends=rule.ends, turn=rule.turn, since=rule.since,
        until=rule.until, empty=rule.empty, origin="command",
    )  # fmt: skip
    tx.session.add(row)
    await tx.session.flush()
    for place, person in enumerate(persons):
        tx.session.add(DutyTurn(rule_id=row.id, place=place, person_id=person.id))
    await tx.session.flush()
    what = "none" if rule.empty else "set"
    await record(
        tx, None, "duty", what=what, unit=unit.code, rule=row.id, people=[p.id for p in persons], days=rule.days,
        begins=rule.begins, ends=rule.ends, turn=rule.turn, since=rule.since, until=rule.until,
    )  # fmt: skip
    line = await rule_line(tx, replace(rule, id=row.id), await present.today(tx, unit.id))
    gaps = await gaps_of(tx, unit.id)
    return await tx.conclude(DutyDone(what=what, unit=unit.name, names=line.names, rule=line, gaps=gaps))


async def end_rule(work: Work, words: str, *, code: str = "", user: Sender | None = None) -> DutyDone:
    """``/duty end 12``: a rule, by the number that ``/duty`` shows, holds no longer."""
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "duty", code)
        number = words.strip().lstrip("#")
        digits = number.isascii() and number.isdigit() and len(number) < 16
        row = await tx.session.get(DutyRule, int(number), with_for_update=True) if digits else None
        if row is None or row.unit_id != unit.id:
            raise Refused("error.duty_no_rule", given=words or None, unit=unit.name, example="/duty")
        turns = await rows.turns(tx.session, [row.id])
        rule = present.rule_of(row, [one.person_id for one in turns])
        line = await rule_line(tx, rule, await present.today(tx, unit.id))
        for one in turns:
            await tx.session.delete(one)
        await tx.session.flush()
        await tx.session.delete(row)
        await tx.session.flush()
        await record(tx, None, "duty", what="end", unit=unit.code, rule=rule.id, people=list(rule.people))
        gaps = await gaps_of(tx, unit.id)
        return await tx.conclude(DutyDone(what="end", unit=unit.name, names=line.names, rule=line, gaps=gaps))


async def give_leave(work: Work, words: str, *, code: str = "", user: Sender | None = None) -> DutyDone:
    """``/duty off @user 12-01..12-03``: they begin no duty on these days."""
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "duty", code)
        said = reading.said(words, user)
        if len(said.who) != 1:
            raise Refused("error.duty_whom", example=reading.OFF)
        person = await reading.handler_named(tx, unit, said.who[0])
        now = tx.now.astimezone(await present.zone_of(tx, unit.id))
        first, last = reading.days_named(said.rest, now=now, example=reading.OFF)
        _check_near(last, now.date(), reading.OFF)
        tx.session.add(DutyLeave(unit_id=unit.id, person_id=person.id, first=first, last=last))
        await tx.session.flush()
        await record(tx, None, "duty", what="off", unit=unit.code, person=person.id, first=first, last=last)
        since = max(tx.now, shifts.instant(await present.zone_of(tx, unit.id), first, 0))
        gaps = await gaps_of(
            tx, unit.id, since=since, until=since + (last - first + 2 * DAY), whose=person.id
        )
        return await tx.conclude(
            DutyDone(
                what="off",
                unit=unit.name,
                names=(people.name_of(tx, person),),
                first=first,
                last=last,
                gaps=gaps,
            )
        )


async def take_back(work: Work, words: str, *, code: str = "", user: Sender | None = None) -> DutyDone:
    """``/duty back @user``: their leave is over, what of it lies ahead as well."""
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "duty", code)
        said = reading.said(words, user)
        if len(said.who) != 1 or said.rest:
            raise Refused("error.duty_whom", example="/duty back @user")
        person = await reading.handler_named(tx, unit, said.who[0])
        name = people.name_of(tx, person)
        leaves = await rows.leaves_of(tx.session, person.id, unit.id, first=await present.today(tx, unit.id))
        if not leaves:
            raise Refused("error.duty_not_off", name=name, example=reading.OFF)
        for one in leaves:
            await tx.session.delete(one)
        await tx.session.flush()
        await record(tx, None, "duty", what="back", unit=unit.code, person=person.id)
        return await tx.conclude(DutyDone(what="back", unit=unit.name, names=(name,)))


async def swap(work: Work, words: str, *, code: str = "", user: Sender | None = None) -> DutyDone:
    """``/duty swap @a @b 12-01``: what one begins that day the other has, and the other way round."""
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "duty", code)
        said = reading.said(words, user)
        if len(said.who) != 2:
            raise Refused("error.duty_swap_whom", example=reading.SWAP)
        one, other = [await reading.handler_named(tx, unit, who) for who in said.who]
        if one.id == other.id:
            raise Refused("error.duty_swap_whom", example=reading.SWAP)
        now = tx.now.astimezone(await present.zone_of(tx, unit.id))
        day, last = reading.days_named(said.rest, now=now, example=reading.SWAP)
        if day != last:
            raise Refused("error.duty_one_day", given=said.rest, example=reading.SWAP)
        _check_near(day, now.date(), reading.SWAP)
        noon = shifts.instant(await present.zone_of(tx, unit.id), day, 720)
        await _check_swap(tx, await present.plan_of(tx, unit.id, since=noon, until=noon), day, one, other)
        tx.session.add(DutySwap(unit_id=unit.id, day=day, person_id=one.id, other_id=other.id))
        await tx.session.flush()
        await record(tx, None, "duty", what="swap", unit=unit.code, person=one.id, other=other.id, first=day)
        names = (people.name_of(tx, one), people.name_of(tx, other))
        return await tx.conclude(DutyDone(what="swap", unit=unit.name, names=names, first=day, last=day))


async def _check_swap(tx: Tx, plan: Plan, day: date, one: Person, other: Person) -> None:
    """Raises :class:`Refused` where the first has no duty to give, or the second cannot be there."""
    there = [s for s in shifts.shifts(plan, day, day) if s.ends > tx.now]
    name = people.name_of(tx, one)
    if not any(s.planned == one.id for s in there):
        on = list(dict.fromkeys([s.planned for s in there if s.planned is not None]))
        names = [await people.name_by_id(tx, person) for person in on]
        raise Refused("error.duty_not_on", name=name, day=day, names=names or None, example=reading.SWAP)
    if not shifts.is_there(plan, other.id, day):
        raise Refused(
            "error.duty_is_off", name=people.name_of(tx, other), day=day, example="/duty back @user"
        )
