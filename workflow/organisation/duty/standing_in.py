"""``/duty stand-in``: a person who is there where nobody else is, or a unit that handles what is asked meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime

from storage.queries import duty as rows
from storage.queries import people as people_rows
from storage.tables.duty import FOR_GOOD, StandIn
from storage.tables.models import Unit
from workflow.kernel.errors import Refused
from workflow.kernel.roles import HANDLING
from workflow.kernel.text import t
from workflow.kernel.tx import Sender, Tx
from workflow.organisation import groups, people, units
from workflow.organisation.duty import deputies, present, reading, shifts
from workflow.organisation.duty.results import DutyDone
from workflow.organisation.duty.shifts import DAY
from workflow.organisation.duty.weeks import gaps_of
from workflow.organisation.people import unit_at_hand
from workflow.organisation.private import liaison_chats
from workflow.organisation.work import Work
from workflow.record.record import record

EXAMPLE = "/duty stand-in CODE 12-01..12-03"
PERSON = "/duty stand-in @user"
OFF = frozenset({"off", "none", "end", "取消", "结束", "撤销"})
MOST_DAYS = 92  # that a unit stands in for another


async def stand_in(work: Work, words: str, *, code: str = "", user: Sender | None = None) -> DutyDone:
    """``/duty stand-in CODE 12-01..12-03``, ``/duty stand-in @user``, ``/duty stand-in off``."""
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "duty", code)
        said = reading.said(words, user)
        if said.rest.lower() in OFF and not said.who:
            return await _end(tx, unit)
        if not said.who and not said.rest:
            raise Refused("error.duty_stand_in", example=EXAMPLE, person=PERSON)
        if await rows.stand_ins(tx.session, unit.id, tx.now):
            raise Refused("error.duty_stands_in", unit=unit.name, example="/duty stand-in off")
        return await (_by_person(tx, unit, said) if said.who else _by_unit(tx, unit, said.rest))


async def _by_person(tx: Tx, unit: Unit, said: reading.Said) -> DutyDone:
    if len(said.who) != 1:
        raise Refused("error.duty_whom", example=PERSON)
    person = await reading.handler_named(tx, unit, said.who[0])
    since, until = tx.now, datetime.combine(FOR_GOOD, datetime.min.time(), tzinfo=UTC)
    if said.rest:
        since, until = await _times(tx, unit, said.rest, example=f"{PERSON} 12-01..12-03")
    tx.session.add(StandIn(unit_id=unit.id, person_id=person.id, since=since, until=until))
    await tx.session.flush()
    await record(tx, None, "duty", what="stand_in", unit=unit.code, person=person.id, first=since, last=until)
    names = (people.name_of(tx, person),)
    gaps = await gaps_of(tx, unit.id)
    return await tx.conclude(
        DutyDone(
            what="stand_in_person", unit=unit.name, names=names, at=until if said.rest else None, gaps=gaps
        )
    )


async def _by_unit(tx: Tx, unit: Unit, text: str) -> DutyDone:
    """The last words are days; a unit never stands in without an end."""
    called, days = await _unit_and_days(tx, text)
    other = await units.named(tx, called, example=EXAMPLE)
    if other.id == unit.id:
        raise Refused("error.duty_own_unit", example=EXAMPLE)
    since, until = await _times(tx, unit, days, example=f"/duty stand-in {other.code} 12-01..12-03")
    if until - since > MOST_DAYS * DAY:
        raise Refused("error.duty_stand_in_long", most=MOST_DAYS, example=EXAMPLE)
    handled = await people_rows.with_role(tx.session, other.id, HANDLING)
    if not handled or not await groups.groups_of(tx, other.id):
        raise Refused("error.duty_stand_in_nobody", unit=other.name, example=PERSON)
    tx.session.add(StandIn(unit_id=unit.id, other_unit_id=other.id, since=since, until=until))
    await tx.session.flush()
    deputies.forget(tx)
    await record(tx, None, "duty", what="stand_in", unit=unit.code, by=other.code, first=since, last=until)
    told = t("duty.you_stand_in", unit=unit.name, by=other.name, since=since, until=until)
    for chat_id in await liaison_chats(tx, other.id) or (await groups.groups_of(tx, other.id))[:1]:
        await tx.say(told, chat_id=chat_id)
    return await tx.conclude(
        DutyDone(what="stand_in_unit", unit=unit.name, other=other.name, since=since, at=until)
    )


async def _unit_and_days(tx: Tx, text: str) -> tuple[str, str]:
    """Where the words of a unit end and those of days begin: the longest beginning that is a unit."""
    known, words = await units.current(tx), text.split()
    for end in range(len(words), 0, -1):
        if known.meant(" ".join(words[:end])) is not None:
            return " ".join(words[:end]), " ".join(words[end:])
    return words[0], " ".join(words[1:])


async def _times(tx: Tx, unit: Unit, text: str, *, example: str) -> tuple[datetime, datetime]:
    zone = await present.zone_of(tx, unit.id)
    first, last = reading.days_named(text, now=tx.now.astimezone(zone), example=example)
    return max(tx.now, shifts.instant(zone, first, 0)), shifts.instant(zone, last + DAY, 0)


async def _end(tx: Tx, unit: Unit) -> DutyDone:
    """Nobody stands in from now on. What a unit has in hand by then goes back when the clock looks next
    (:mod:`workflow.scheduled.duty_over`), as at the end of its time."""
    standing = await rows.stand_ins(tx.session, unit.id, tx.now)
    if not standing:
        raise Refused("error.duty_nobody_stands_in", unit=unit.name, example=EXAMPLE)
    for one in standing:
        one.until = tx.now
    await tx.session.flush()
    deputies.forget(tx)
    await record(tx, None, "duty", what="stand_in_off", unit=unit.code)
    return await tx.conclude(DutyDone(what="stand_in_off", unit=unit.name, gaps=await gaps_of(tx, unit.id)))
