"""What becomes of the parts of a request that goes its way without them, or with their answers."""

from __future__ import annotations

from collections.abc import Sequence

from storage.tables.models import Request
from workflow.kernel.actions import Action
from workflow.kernel.states import WAITING, State
from workflow.kernel.tx import Tx
from workflow.notices.parts import notify_called_off
from workflow.request.family import parts_of
from workflow.request.requests import do_action
from workflow.reuse import reuse


async def call_off(tx: Tx, request: Request) -> Sequence[Request]:
    """What is out of a request is asked of nobody any more: those who have it hear so. Gives back what was called
    off. Who may do so was asked of the whole."""
    called = [one for one in await parts_of(tx, request, lock=True) if one.state in WAITING]
    for one in called:
        handler = one.handler_id
        await do_action(tx, one, Action.CANCEL, closed_at=tx.now, detail={"with": request.number})
        await reuse.forget(tx, one)
        await notify_called_off(tx, one, handler)
    return called


async def close_answered(tx: Tx, request: Request) -> None:
    """The answer to the whole is given: what was answered for it is done, and its desk closes it with that."""
    for one in await parts_of(tx, request, lock=True):
        if one.state == State.ANSWERED:
            await do_action(tx, one, Action.CLOSE, closed_at=tx.now, detail={"with": request.number})
