"""How an operation stands, said to who asked for it or has changed it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from workflow.kernel import pressed
from workflow.kernel.pressed import Under
from workflow.kernel.results import Tagged
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.kernel.words import PostPurpose
from workflow.organisation.results import Happened, OperationAnswered, OperationList, OperationNow


async def say_operation(tx: Tx, now: OperationNow) -> None:
    """What happened, and how it stands by that."""
    head = t(f"operation.{now.happened}", name=now.name, unit=now.unit, until=now.last_day)
    if now.happened is Happened.ENDED:
        await tx.say(t("operation.ended_now", head=head, tagged=now.tagged, waiting=now.waiting))
        return
    stands = t(
        "operation.stands",
        members=list(now.members) or t("operation.nobody"),
        asked=list(now.asked) or None,
        unasked=list(now.unasked) or None,
        until=now.last_day,
        tagged=now.tagged,
        waiting=now.waiting,
    )
    how = t("operation.how") if now.happened is Happened.BEGAN else None
    await tx.say(t("operation.now", head=head, stands=stands, how=how))


async def say_operations(tx: Tx, found: OperationList) -> None:
    lines = [
        t("operation.line", name=one.name, members=list(one.members), until=one.last_day)
        for one in found.lines
    ]
    await tx.say(t("operation.list", lines=lines))


async def say_answered(tx: Tx, answered: OperationAnswered) -> None:
    under = Under(purposes=(f"{PostPurpose.OPERATION}:{answered.operation_id}",))
    await pressed.close(tx, under, answered_words(answered))


def answered_words(answered: OperationAnswered) -> Text:
    key = "operation.joined" if answered.joins else "operation.declined"
    return t(key, name=answered.name, unit=answered.unit, by=answered.by)


SAY: dict[type, Callable[[Tx, Any], Awaitable[None]]] = {
    OperationNow: say_operation,
    OperationList: say_operations,
    OperationAnswered: say_answered,
}
TOAST: dict[type, Callable[[Any], Text]] = {
    OperationAnswered: answered_words,
    Tagged: lambda one: t(
        "toast.tagged" if one.tagged else "toast.untagged", name=one.name, number=one.number
    ),
}
