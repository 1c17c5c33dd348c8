"""Who hears that a unit stands in for another no more, or that another took over from it."""

from __future__ import annotations

from collections.abc import Sequence

from storage.tables.models import Unit
from workflow.kernel.text import t
from workflow.kernel.tx import Tx
from workflow.organisation import groups
from workflow.organisation.private import liaison_chats


async def notify_stand_in_over(tx: Tx, unit: Unit, back: Sequence[str]) -> None:
    """The liaisons of the unit, else its desk; ``back``: what is to be accepted anew."""
    told = t("duty.stand_in_over", unit=unit.name, numbers=list(back) or None)
    for chat_id in await liaison_chats(tx, unit.id) or (await groups.groups_of(tx, unit.id))[:1]:
        await tx.say(told, chat_id=chat_id)


async def notify_closed(tx: Tx, unit: Unit, into: Unit, chats: Sequence[int]) -> None:
    """The groups that were the unit's, which belong to the one that took over by now."""
    told = t("unit.closed_here", unit=unit.name, into=into.name, by=tx.who.name)
    for chat_id in chats:
        await tx.say(told, chat_id=chat_id)
