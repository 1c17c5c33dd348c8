"""Who hears of an operation: the units that are asked whether they take part, those that were told to, its group."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from storage.queries import operations as rows
from storage.tables.models import Unit
from storage.tables.words import PostPurpose
from workflow.kernel.carried import Press, carry
from workflow.kernel.text import Button, Text, t
from workflow.kernel.tx import Tx
from workflow.notices.telling import put_card
from workflow.organisation import groups, units
from workflow.organisation.operations import Operation
from workflow.organisation.private import liaison_chats

MOST_CARDS = (
    200  # that are drawn anew in a group that sees them no more; the others when their request changes
)


def last_day(tx: Tx, ends_at: datetime) -> date:
    """Of what ends at that midnight."""
    return (ends_at - timedelta(seconds=1)).astimezone(tx.policy.zone).date()


async def names(tx: Tx, unit_ids: Sequence[int]) -> list[str]:
    return [await units.name_of(tx, unit_id) for unit_id in unit_ids]


async def reach(tx: Tx, unit_id: int) -> list[int]:
    """Where a unit hears what is for its liaisons: in private; at its desk, where none of them has a chat open."""
    return await liaison_chats(tx, unit_id) or list((await groups.groups_of(tx, unit_id))[:1])


async def ask(tx: Tx, joint: Operation, asked: Sequence[Unit]) -> list[Unit]:
    """Whether they take part; those of which nobody is reached."""
    unreached = []
    for unit in asked:
        chats = await reach(tx, unit.id)
        if not chats:
            unreached.append(unit)
        told = await _told(tx, joint, "operation.asked", unit)
        keyboard = [[
            Button(label=t("button.join_operation"), data=carry(Press.JOIN_OPERATION, joint.id, unit.id)),
            Button(label=t("button.stay_out"), data=carry(Press.STAY_OUT, joint.id, unit.id)),
        ]]  # fmt: skip
        for chat_id in chats:
            await tx.say(
                told, chat_id=chat_id, buttons=keyboard, purpose=f"{PostPurpose.OPERATION}:{joint.id}"
            )
    return unreached


async def notify_ordered(tx: Tx, joint: Operation, ordered: Sequence[Unit]) -> None:
    """Units that take part by the word of one above them."""
    for unit in ordered:
        for chat_id in await reach(tx, unit.id):
            if chat_id not in (tx.chat_id, tx.who.chat_id):
                await tx.say(await _told(tx, joint, "operation.ordered", unit), chat_id=chat_id)


async def _told(tx: Tx, joint: Operation, key: str, unit: Unit) -> Text:
    others = [other for other in (*joint.members, *joint.asked) if other != unit.id]
    return t(
        key,
        name=joint.name,
        unit=unit.name,
        others=await names(tx, others) or None,
        by=tx.who.name,
        until=last_day(tx, joint.ends_at),
    )


async def notify_group(tx: Tx, joint: Operation, key: str, **params: object) -> None:
    """Its group, where that is not the one at hand."""
    if joint.chat_id != tx.chat_id and await groups.is_reachable(tx, joint.chat_id):
        await tx.say(t(key, name=joint.name, **params), chat_id=joint.chat_id)


async def draw_anew(tx: Tx, joint: Operation, *, of_unit: int | None = None) -> None:
    """The cards that stand in its group, of requests that are not over: it sees them no more. ``of_unit``: those that
    this unit asked."""
    for request in await rows.waiting(tx.session, joint.id, limit=MOST_CARDS):
        if of_unit in (None, request.from_unit_id):
            await put_card(tx, request, joint.chat_id)
