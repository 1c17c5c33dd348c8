"""An answer is taken back by the unit that gave it: whoever has it is told, and it answers nothing any more, neither
the request that it was given to nor those that it was passed on to. Its text stays in the record."""

from __future__ import annotations

from typing import Any

from storage.queries import answers as rows
from storage.tables.models import Request
from workflow.actions import picking
from workflow.deadlines.clocks import due_for, terms_of
from workflow.kernel.actions import Action
from workflow.kernel.body import Body
from workflow.kernel.examples import worded
from workflow.kernel.results import Withdrawn
from workflow.kernel.states import State
from workflow.kernel.tx import Tx
from workflow.notices.answers import notify_withdrawn
from workflow.organisation.work import Work
from workflow.request.acting import keep_comment, need
from workflow.request.requests import ENDED, Ref, access_request, do_action
from workflow.reuse import followers, reuse


async def withdraw(work: Work, ref: Ref, why: str) -> Withdrawn:
    """``/withdraw N why``: what the actor's unit answered last is taken back. The asked unit has its time to answer
    again, unless it has answered since itself: the request may have been passed on in between."""
    async with work.write() as tx:
        example = worded("withdraw")
        request = await access_request(tx, ref, Action.WITHDRAW, example=example)
        answer = (await picking.access_answer(tx, request, None)).answer
        why = need(why, "error.why_withdraw", request, example)
        last = (await rows.standing(tx.session, request.id))[-1].answer.id == answer.id
        stays = not last and request.state in ENDED
        answer.withdrawn_at = tx.now
        await keep_comment(tx, request, Action.WITHDRAW, why)
        values = {} if stays else await _unanswered(tx, request)
        detail = {"answer": answer.id, "giver": answer.unit_id}
        await do_action(tx, request, Action.WITHDRAW, detail=detail, stays=stays, **values)
        if not stays:
            await reuse.index(tx, request, Body.of(request, tx.sealer))
        await notify_withdrawn(tx, request, answer, why, again=not stays)
        await followers.withdrawn(tx, request, answer, why, stays=stays)
        return await tx.conclude(
            Withdrawn(
                request_id=request.id,
                number=request.number or "",
                state=State(request.state),
                answer_id=answer.id,
                again=not stays and answer.unit_id == request.to_unit_id,
            )
        )


async def _unanswered(tx: Tx, request: Request) -> dict[str, Any]:
    """How a request stands with what is left of its answers: a first part, or nothing."""
    await tx.session.flush()
    left = await rows.standing(tx.session, request.id)
    values: dict[str, Any] = {
        "answered_at": None, "outcome": None, "partial": bool(left) and left[-1].answer.partial,
    }  # fmt: skip
    if request.state in ENDED:
        due = max(request.due_at or tx.now, due_for(tx.policy, await terms_of(tx, request), tx.now))
        values |= {"closed_at": None, "rating": None, "due_at": due}
    return values
