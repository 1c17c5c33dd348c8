"""Where others than its own unit read along, nothing is said of a request that has not gone out: not that there is
one, nor its number. Who acts is told by themselves."""

from __future__ import annotations

from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.organisation import groups
from workflow.request.requests import find_number


async def say_aside(tx: Tx, text: Text) -> bool:
    """Say it to who acts alone, where it names what this chat may not hear of; whether that was so. Who has no private
    chat open hears where there is one."""
    if tx.alone or not await _names_untold(tx, text):
        return False
    if tx.actor is not None and tx.actor.private_ok and tx.actor.chat_id is not None:
        await tx.say(text, chat_id=tx.actor.chat_id)
    else:
        await tx.say(t("pending.not_here"))
    return True


async def _names_untold(tx: Tx, text: Text) -> bool:
    named = [text.params.get("number"), *(text.params.get("numbers") or ())]
    for number in named:
        request = await find_number(tx, number) if isinstance(number, str) else None
        if request is not None and request.to_unit_id is None and not await groups.concerns(tx, request):
            return True
    return False
