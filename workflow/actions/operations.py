"""``/operation``: units work together for a time, in a group of their own.

A unit takes part by the word of who leads or supervises it, or of who stands above it; else it is asked, and takes no
part until it has agreed. Each of them may leave. It ends on its last day, which is said when it begins (ADR 34).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from matching.dates.when import read_due
from matching.form.confidential import cut_out
from matching.text.understood import NotRead, Read
from matching.words.choose_words import squeeze
from storage.queries import operations as rows
from storage.tables.models import Unit
from workflow.kernel import pressed
from workflow.kernel.errors import Refused
from workflow.kernel.examples import worded
from workflow.kernel.masked import harmless
from workflow.kernel.pressed import Under
from workflow.kernel.roles import UNTIL
from workflow.kernel.text import Text
from workflow.kernel.tx import Tx
from workflow.kernel.words import PostPurpose
from workflow.notices.operations import (
    ask,
    draw_anew,
    last_day,
    names,
    notify_group,
    notify_ordered,
)
from workflow.organisation import binding, groups, operations, rights, units
from workflow.organisation.operations import Operation, Part, Word
from workflow.organisation.people import see_chat
from workflow.organisation.results import (
    Happened,
    OperationAnswered,
    OperationLine,
    OperationList,
    OperationNow,
)
from workflow.organisation.work import Work
from workflow.record.record import record

LONGEST = timedelta(days=366)
LONGEST_NAME = 40  # characters
LEAST = 2  # units of an operation
_BETWEEN = re.compile(r"[\s,，、;；]+")
_CLOSE_TO = re.compile(r"(?<=\S)(?=(?:截至|直到|至|到)\s*\d)")  # KS WX至2027年1月5日
_END = frozenset({"end", "stop", "close", "结束", "终止"})
_LEAVE = frozenset({"leave", "退出"})
_ADD = frozenset({"add", "加入", "增加", "添加"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """``元旦安保 KS WX until 2027-01-05`` taken apart."""

    words: tuple[str, ...]
    until: str | None

    @classmethod
    def read(cls, args: str) -> Said:
        text = _CLOSE_TO.sub(" ", unicodedata.normalize("NFKC", args)).strip()
        found, rest = None, text
        while (later := UNTIL.search(rest)) is not None:  # the last one: a name may have such a word in it
            found, rest = later, later["day"]
        before = text[: len(text) - len(found.group())] if found else text
        words = tuple(word for word in _BETWEEN.split(before) if word)
        return cls(words=words, until=found["day"].strip() if found else None)

    @property
    def first(self) -> str:
        return self.words[0].lower() if self.words else ""


async def operation(work: Work, args: str) -> OperationNow | OperationList:
    """All that is said by the command, told apart by its first word."""
    said = Said.read(args)
    async with work.write() as tx:
        here = None if tx.alone else await groups.operation_of(tx, tx.where.chat_id)
        if here is None:
            return await tx.conclude(await _outside(tx, said))
        here = await operations.locked(tx, here.id)
        if here is None:  # ended by somebody else in this moment
            raise Refused("operation.over")
        return await tx.conclude(await _inside(tx, here, said))


async def _outside(tx: Tx, said: Said) -> OperationNow | OperationList:
    """Where there is none yet: one begins, or one's own are listed."""
    if not said.words and said.until is None:
        return await _list(tx)
    if said.first in _END | _LEAVE | _ADD or not said.words:
        raise Refused("operation.none_here", example=_example(tx))
    return await _begin(tx, said)


async def _inside(tx: Tx, here: Operation, said: Said) -> OperationNow:
    if not said.words and said.until is None:
        told = tx.who.units & {*here.members} or rights.runs_operation(tx.who, (*here.members, *here.asked))
        if not told:
            raise Refused("denied.operation", units=await names(tx, here.members))
        return await _now(tx, here, Happened.SHOWN)
    if said.first in _LEAVE and said.until is None:
        return await _leave(tx, here, " ".join(said.words[1:]))
    # who was only asked, stays out or has left runs nothing
    if not rights.runs_operation(tx.who, here.members):
        raise Refused("denied.operation", units=await names(tx, (*here.members, *here.asked)))
    if said.first in _END and len(said.words) == 1 and said.until is None:
        return await do_end(tx, here)
    if said.first in _ADD and len(said.words) > 1 and said.until is None:
        return await _add(tx, here, said)
    if not said.words and said.until is not None:
        return await _prolong(tx, here, said.until)
    raise Refused("operation.here_already", name=here.name)


# --- beginning ------------------------------------------------------------------------------------------------------


async def _begin(tx: Tx, said: Said) -> OperationNow:
    name, named = await _name_and_units(tx, said)
    if tx.alone:
        raise Refused("operation.in_a_group", example=_example(tx))
    if not rights.runs_operation(tx.who, [unit.id for unit in named]):
        raise Refused("denied.operation", units=[unit.name for unit in named])
    if bound := await groups.units_of(tx, tx.where.chat_id):
        raise Refused("operation.group_taken", units=[unit.name for unit in bound])
    if said.until is None:
        raise Refused("operation.no_end", example=_example(tx))
    ends_at = _ends(tx, said.until)
    for one in await operations.standing(tx):
        if squeeze(one.name) == squeeze(name) and {*one.units} & {unit.id for unit in named}:
            raise Refused("operation.name_taken", name=name)
    chat = await see_chat(tx, tx.where)
    begun = Operation(id=0, chat_id=chat.id, name=name, began=tx.now, ends_at=ends_at, units={})
    begun = await operations.begin(tx, _with(tx, begun, named))
    groups.forget(tx)
    codes = [unit.code for unit in named]
    await record(
        tx, None, "operation", operation=begun.id, chat=chat.id, units=codes, until=ends_at, name=name
    )
    unreached = await _tell_units(tx, begun, named)
    return await _now(tx, begun, Happened.BEGAN, unreached=unreached)


def _with(tx: Tx, one: Operation, named: list[Unit]) -> Operation:
    """With these units: those for which the actor may say so take part, the others are asked."""
    words = {
        unit.id: Word(
            part=Part.MEMBER if rights.joins_for(tx.who, unit.id) else Part.ASKED,
            by=tx.who.person_id,
            at=tx.now,
        )
        for unit in named
    }
    return replace(one, units={**one.units, **words})


async def _tell_units(tx: Tx, one: Operation, named: list[Unit]) -> list[Unit]:
    ordered = [unit for unit in named if unit.id in one.members and tx.who.role_in(unit.id) is None]
    await notify_ordered(tx, one, ordered)
    return await ask(tx, one, [unit for unit in named if unit.id in one.asked])


async def _name_and_units(tx: Tx, said: Said) -> tuple[str, list[Unit]]:
    """The words in front are its name, from the first that is a unit on all are units. Raises :class:`Refused`."""
    known = await units.current(tx)
    first = next((n for n, word in enumerate(said.words) if n and known.meant(word) is not None), None)
    if first is None:
        raise Refused("operation.no_units", example=_example(tx))
    named = [await units.named(tx, word, example=_example(tx)) for word in said.words[first:]]
    named = list(dict.fromkeys(named))
    if len(named) < LEAST:
        raise Refused("operation.one_unit", unit=named[0].name, example=_example(tx))
    name = " ".join(said.words[:first])
    if len(name) > LONGEST_NAME:
        raise Refused("operation.name_long", most=LONGEST_NAME)
    if not harmless(name) or cut_out(name)[1]:
        raise Refused("operation.name_personal", given=name)
    return name, named


def _ends(tx: Tx, written: str) -> datetime:
    """The end of the day that somebody wrote. Raises :class:`Refused` for what is none, is over, or is too far."""
    now = tx.now.astimezone(tx.policy.zone)
    read = read_due(written, now=now, is_date=True, feasts=tx.policy.calendar.feast)
    at = read.value.at if isinstance(read, Read) else None
    far = isinstance(read, NotRead) and read.code == "far"
    if at is None and not far:
        raise Refused("operation.no_day", given=written, example=_example(tx))
    if at is None or at.date() > (now + LONGEST).date():
        raise Refused("operation.too_long", given=written, most=(now + LONGEST).date())
    day = at.astimezone(tx.policy.zone).date()
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=tx.policy.zone)


def _example(tx: Tx) -> Text:
    """A call that would work, with a day that is ahead."""
    day = (tx.now + timedelta(days=30)).astimezone(tx.policy.zone).date()
    return worded("operation", until=day.isoformat())


# --- on its way -----------------------------------------------------------------------------------------------------


async def _add(tx: Tx, here: Operation, said: Said) -> OperationNow:
    named = [await units.named(tx, word, example="/operation add CZ") for word in said.words[1:]]
    new = [unit for unit in dict.fromkeys(named) if unit.id not in (*here.members, *here.asked)]
    if not new:
        raise Refused("operation.in_already", units=[unit.name for unit in named])
    changed = _with(tx, here, new)
    await _write(tx, changed, "operation_add", units=[unit.code for unit in new])
    unreached = await _tell_units(tx, changed, new)
    return await _now(tx, changed, Happened.ADDED, unreached=unreached)


async def _prolong(tx: Tx, here: Operation, until: str) -> OperationNow:
    changed = replace(here, ends_at=_ends(tx, until))
    await _write(tx, changed, "operation_until", until=changed.ends_at)
    return await _now(tx, changed, Happened.PROLONGED)


async def answer(work: Work, operation_id: int, unit_id: int, *, joins: bool) -> OperationAnswered:
    """A tap under "does your unit take part": by who may say so for the unit, once."""
    async with work.write() as tx:
        one = await operations.locked(tx, operation_id)
        if one is None:
            await pressed.close(tx, Under(purposes=(f"{PostPurpose.OPERATION}:{operation_id}",)))
            raise Refused("operation.over")
        if not rights.joins_for(tx.who, unit_id):
            raise Refused("denied.joins_for", unit=await units.name_of(tx, unit_id))
        word = one.units.get(unit_id)
        if word is None or word.part not in (Part.ASKED, Part.DECLINED if joins else Part.ASKED):
            raise Refused("error.button_old")
        part = Part.MEMBER if joins else Part.DECLINED
        changed = one.said(unit_id, part, by=tx.who.person_id, at=tx.now)
        unit = await units.name_of(tx, unit_id)
        await _write(tx, changed, "operation_join" if joins else "operation_decline", unit=unit)
        await notify_group(
            tx, changed, "operation.joined" if joins else "operation.declined", unit=unit, by=tx.who.name
        )
        return await tx.conclude(
            OperationAnswered(operation_id=one.id, name=one.name, unit=unit, by=tx.who.name, joins=joins)
        )


async def _leave(tx: Tx, here: Operation, code: str) -> OperationNow:
    """One's own unit, or the named one, takes part no more; where nobody is left, the operation is over."""
    mine = [unit for unit in here.members if rights.joins_for(tx.who, unit)]
    if code:
        unit = await units.named(tx, code, example="/operation leave KS")
        if unit.id not in here.members:
            raise Refused("operation.not_in", unit=unit.name)
        if unit.id not in mine:
            raise Refused("denied.joins_for", unit=unit.name)
        mine = [unit.id]
    if not mine:
        raise Refused("denied.operation", units=await names(tx, here.members))
    if len(mine) > 1:
        named = await names(tx, mine)
        raise Refused("error.which_unit", units=named, example=f"/operation leave {named[0]}")
    changed = here.said(mine[0], Part.LEFT, by=tx.who.person_id, at=tx.now)
    await _write(tx, changed, "operation_leave", unit=await units.name_of(tx, mine[0]))
    await draw_anew(tx, changed, of_unit=mine[0])
    if not changed.members and not changed.asked:
        return await do_end(tx, changed)
    return await _now(tx, changed, Happened.LEFT, unit=await units.name_of(tx, mine[0]))


async def do_end(tx: Tx, one: Operation) -> OperationNow:
    """It is over: its group sees nothing of it any more. What was tagged goes on between its two units."""
    now = await _now(tx, one, Happened.ENDED)
    await operations.write(tx, one, ended_at=tx.now)
    groups.forget(tx)
    await record(tx, None, "operation_end", operation=one.id, tagged=now.tagged, waiting=now.waiting)
    await draw_anew(tx, one)
    return now


async def _write(tx: Tx, one: Operation, action: str, **detail: Any) -> None:
    await operations.write(tx, one)
    groups.forget(tx)
    await record(tx, None, action, operation=one.id, **detail)
    await binding.take_back(tx, one.chat_id)


# --- how it stands --------------------------------------------------------------------------------------------------


async def _now(
    tx: Tx,
    one: Operation,
    happened: Happened,
    *,
    unit: str | None = None,
    unreached: list[Unit] | None = None,
) -> OperationNow:
    tagged, waiting = await rows.counts(tx.session, one.id)
    return OperationNow(
        happened=happened,
        name=one.name,
        last_day=last_day(tx, one.ends_at),
        members=tuple(await names(tx, one.members)),
        asked=tuple(await names(tx, one.asked)),
        unasked=tuple(unit.name for unit in unreached or ()),
        unit=unit,
        tagged=tagged,
        waiting=waiting,
    )


async def _list(tx: Tx) -> OperationList:
    """Those in which the reader's units take part; in a group those of its units."""
    if not tx.who.units and not tx.who.admin:
        raise Refused("denied.pending" if tx.who.pending else "denied.no_unit_private")
    here = None if tx.alone else await groups.readers_of(tx, tx.where.chat_id)
    lines = [
        OperationLine(
            name=one.name,
            last_day=last_day(tx, one.ends_at),
            members=tuple(await names(tx, one.members)),
        )
        for one in await operations.standing(tx)
        if (tx.who.admin and here is None)
        or {*one.members} & (tx.who.units if here is None else here & tx.who.units)
    ]
    if not lines:
        raise Refused("operation.none_here", example=_example(tx))
    return OperationList(lines=tuple(lines))
