"""What a use case returned, said to the one who acted: in the transaction that did it, so that it is queued if and
only if it is so."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from handlers.replies import (
    alerts,
    drafts,
    drills,
    duty,
    ledgers,
    lookups,
    operations,
    people,
    requests,
    shared,
    units,
    who,
    window,
)
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx

#: What is said about each kind of result, in the chat at hand; those that are in none are seen on cards alone.
SAY: Mapping[type, Callable[[Tx, Any], Awaitable[None]]] = (
    requests.SAY
    | drafts.SAY
    | ledgers.SAY
    | lookups.SAY
    | people.SAY
    | operations.SAY
    | duty.SAY
    | window.SAY
    | units.SAY
    | alerts.SAY
    | who.SAY
    | drills.SAY
    | shared.SAY
)
#: What the toast of a pressed button says.
TOAST: Mapping[type, Callable[[Any], Text]] = (
    requests.TOAST
    | drafts.TOAST
    | ledgers.TOAST
    | lookups.TOAST
    | people.TOAST
    | operations.TOAST
    | duty.TOAST
    | window.TOAST
    | units.TOAST
    | alerts.TOAST
    | shared.TOAST
)


async def reply(tx: Tx, result: object) -> None:
    """Say it in the chat at hand, if there is something to say."""
    say = SAY.get(type(result))
    if say is not None and tx.place is not None:
        await say(tx, result)


def toast(result: object) -> Text:
    """What a press brought about, in a line."""
    word = TOAST.get(type(result))
    return word(result) if word is not None else t("toast.done")
