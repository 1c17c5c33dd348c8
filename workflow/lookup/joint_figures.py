"""Whose figures somebody means who names no unit: an operation's, or those of units that have an agreement together."""

from __future__ import annotations

from dataclasses import dataclass

from matching.words.choose_words import squeeze
from storage.queries.scopes import Scope, Which
from workflow.kernel.errors import Refused
from workflow.kernel.tx import Tx
from workflow.organisation import groups, operations, rights, units
from workflow.organisation.operations import Operation


@dataclass(frozen=True, kw_only=True, slots=True)
class Together:
    """What is tagged with an operation, or what the units of an agreement ask of one another."""

    name: str
    units: tuple[str, ...]
    which: Which


async def meant(tx: Tx, name: str) -> Together | None:
    """What is meant by a name, or in the group of an operation without one; None where that may be a unit. Raises
    :class:`Refused` for who looks over none of the units, and in a group in which others read."""
    here = None if tx.alone else await groups.operation_of(tx, tx.where.chat_id)
    if here is not None and (not name or squeeze(name) == squeeze(here.name)):
        return await _of_operation(tx, here)
    if not name:
        return None
    for one in await operations.standing(tx):
        if squeeze(one.name) == squeeze(name) and tx.alone and rights.runs_operation(tx.who, one.members):
            return await _of_operation(tx, one)
    return await _of_agreement(tx, name)


async def _of_operation(tx: Tx, one: Operation) -> Together:
    names = tuple([await units.name_of(tx, unit) for unit in one.members])
    if not rights.runs_operation(tx.who, one.members):
        raise Refused("denied.operation", units=list(names))
    return Together(
        name=one.name, units=names, which=Scope(frozenset(), frozenset(), operation=one.id).either
    )


async def _of_agreement(tx: Tx, name: str) -> Together | None:
    known = await units.current(tx)
    for one in tx.policy.sharing:
        if not one.name or squeeze(one.name) != squeeze(name):
            continue
        found = [unit for unit in known if unit.code in one.units]
        if not any(rights.may_for_unit(tx.who, "stats", unit.id) for unit in found):
            return None
        ids = frozenset(unit.id for unit in found)
        if not tx.alone and not await groups.readers_of(tx, tx.where.chat_id) <= ids:
            raise Refused("denied.elsewhere", bot=tx.policy.bot_username)
        names = tuple(unit.name for unit in found)
        return Together(name=one.name, units=names, which=Scope(frozenset(), ids).either)
    return None
