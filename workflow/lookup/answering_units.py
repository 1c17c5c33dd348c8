"""``/who``: which units answer what, how fast they were, and whom to call there, as the record and the duty say.

Figures are a unit's and a type's, never a person's. People are named in private alone: who is on duty now and who leads
the unit, whom anybody may call; all who handle there, to who looks over the unit or belongs to it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from matching.words.choose import find_in
from storage.queries import histories
from storage.queries import people as people_rows
from storage.queries.histories import Answered
from storage.queries.scopes import Which, lies_with, of_type
from storage.tables.models import Unit
from workflow.figures.counting import Answers, answers_of, grouped
from workflow.figures.periods import INSTANT
from workflow.kernel.errors import Refused
from workflow.kernel.examples import worded
from workflow.kernel.labels import type_label
from workflow.kernel.roles import HANDLING, LEADING
from workflow.kernel.text import Text
from workflow.kernel.tx import Tx
from workflow.lookup.unit_views import Who, WhoPace, WhoUnit
from workflow.organisation import groups, people, rights, units
from workflow.organisation.binding import key_of_type
from workflow.organisation.duty.present import on_duty
from workflow.organisation.work import Work

BACK = timedelta(days=90)
LEAST = 3  # answers of which a time is told: fewer tell of single requests
MOST_UNITS, MOST_TYPES = 10, 5  # that are listed
_BETWEEN = re.compile(r"[\s,，、;；]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    units: tuple[Unit, ...] = ()
    type: str = ""


async def who(work: Work, args: str) -> Who:
    """``/who 户籍 昆山``, a type or a unit alone. Raises :class:`Refused` for words that are neither."""
    async with work.write() as tx:
        if not tx.who.admin and not any(not s.newcomer for s in tx.who.standings):
            raise Refused("denied.pending" if tx.who.pending else "denied.no_unit_private")
        asked = await _read(tx, args)
        which = _which(asked)
        answered = await histories.answered(tx.session, which, tx.now - BACK, tx.now + INSTANT)
        by_unit = grouped(answered, lambda row: row.unit_id)
        wanted = asked.units or await _busiest(tx, by_unit)
        lines = [await _line(tx, unit, by_unit.get(unit.id, ()), asked.type) for unit in wanted]
        label = type_label(tx.policy.types[asked.type]) if asked.type else None
        return await tx.conclude(
            Who(type=label, units=tuple(lines), alone=tx.alone, back=BACK, bot=tx.policy.bot_username)
        )


async def names_unit(work: Work, words: str) -> bool:
    """Whether some unit stands in words."""
    async with work.read(short=True) as tx:
        return find_in(words, (await units.current(tx)).options).key is not None


async def _read(tx: Tx, args: str) -> _Asked:
    known = await units.current(tx)
    words = [word for word in _BETWEEN.split(unicodedata.normalize("NFKC", args).strip()) if word]
    if not words:
        raise Refused("who.empty", example=worded("who"))
    found: list[Unit] = []
    key = ""
    for word in words:
        unit, type_ = known.meant(word), key_of_type(tx, word)
        if unit is None and type_ is None:  # both in one word: 昆山户籍
            code, type_ = find_in(word, known.options).key, find_in(word, tx.policy.type_options).key
            unit = known.by_code[code] if code is not None else None
        if unit is None and type_ is None:
            raise Refused("who.unknown", given=word, example=worded("who"))
        found += [unit] if unit is not None else []
        key = type_ if type_ is not None and (unit is None or not key) else key
    return _Asked(units=tuple(dict.fromkeys(found))[:MOST_UNITS], type=key)


def _which(asked: _Asked) -> Which:
    if not asked.units:
        return of_type(asked.type)
    received = lies_with([unit.id for unit in asked.units])
    return received & of_type(asked.type) if asked.type else received


async def _busiest(tx: Tx, by_unit: dict[int | None, list[Answered]]) -> list[Unit]:
    """The units that answer it, those that answered most first: who answers often knows how."""
    known = await units.current(tx)
    order = sorted(by_unit, key=lambda unit: (-len(by_unit[unit]), unit or 0))
    return [known.by_id[unit] for unit in order if unit is not None and unit in known.by_id][:MOST_UNITS]


async def _line(tx: Tx, unit: Unit, rows: Sequence[Answered], key: str) -> WhoUnit:
    by_type = {one: answers_of(theirs) for one, theirs in grouped(rows, lambda row: row.type).items()}
    order = [key] if key else sorted(by_type, key=lambda one: (-by_type[one].answered, one))[:MOST_TYPES]
    there = await on_duty(tx, unit.id) if tx.alone else None
    return WhoUnit(
        unit=unit.name,
        code=unit.code,
        reached=bool(await groups.groups_of(tx, unit.id)),
        paces=tuple(_pace(tx, one, by_type.get(one)) for one in order if one in tx.policy.types),
        on_duty=people.name_of(tx, there.person) if there is not None else "",
        liaisons=await _names(tx, unit.id, LEADING) if tx.alone else (),
        handlers=await _names(tx, unit.id, HANDLING - LEADING) if _knows(tx, unit.id) else (),
        handling=len(await people_rows.with_role(tx.session, unit.id, HANDLING)),
    )


def _knows(tx: Tx, unit_id: int) -> bool:
    return tx.alone and (tx.who.settled_in(unit_id) or rights.looks_over(tx.who, unit_id))


async def _names(tx: Tx, unit_id: int, roles: frozenset[str]) -> tuple[str, ...]:
    return tuple(people.name_of(tx, one) for one in await people_rows.with_role(tx.session, unit_id, roles))


def _pace(tx: Tx, key: str, answers: Answers | None) -> WhoPace:
    label: Text = type_label(tx.policy.types[key])
    if answers is None or answers.own < LEAST:
        return WhoPace(type=label, answered=answers.answered if answers else 0)
    return WhoPace(
        type=label, answered=answers.answered, median=answers.median, most_within=answers.most_within
    )
