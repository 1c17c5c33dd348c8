"""An answer is taken back by the unit that gave it: whoever has it is told, and it answers nothing any more, neither
the request that it was given to nor those that it was passed on to. Its text stays in the record."""

from __future__ import annotations

from typing import Any

from workflow.actions import picking
from workflow.deadlines import deadlines
from workflow.kernel.actions import Action
from workflow.kernel.body import Body
from workflow.kernel.examples import worded
from workflow.kernel.results import Done, done
from workflow.kernel.states import State
from workflow.notices.answers import notify_withdrawn
from workflow.organisation.work import Work
from workflow.request.acting import keep_comment, need
from workflow.request.requests import Ref, access_request, do_action
from workflow.reuse import followers, reuse


async def withdraw(work: Work, ref: Ref, why: str) -> Done:
    """``/withdraw N why``: what was answered last is taken back. The asked unit has its time to answer again."""
    async with work.write() as tx:
        example = worded("withdraw")
        request = await access_request(tx, ref, Action.WITHDRAW, example=example)
        answer = (await picking.access_answer(tx, request, None)).answer
        why = need(why, "error.why_withdraw", request, example)
        answered = request.state != State.ACCEPTED
        answer.withdrawn_at = tx.now
        await keep_comment(tx, request, Action.WITHDRAW, why)
        values: dict[str, Any] = {"answered_at": None, "outcome": None, "partial": False}
        if answered:
            due = max(request.due_at or tx.now, deadlines.due_for(tx.policy, request.urgency, tx.now))
            values |= {"closed_at": None, "rating": None, "due_at": due}
        await do_action(tx, request, Action.WITHDRAW, detail={"answer": answer.id}, **values)
        await reuse.index(tx, request, Body.of(request, tx.sealer))
        await notify_withdrawn(tx, request, why)
        await followers.withdrawn(tx, request, answer, why)
        return await tx.conclude(done(request, Action.WITHDRAW))
