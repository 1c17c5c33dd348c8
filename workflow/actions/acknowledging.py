"""Whoever was reminded of a request has seen it: on record, and shown to those who look on.

It is no answer. What comes next waits for it once, so long as the desk is configured to, and then comes all the same: a
ladder that stops because somebody has read it is how requests are forgotten.
"""

from __future__ import annotations

from storage.tables.words import Marked
from workflow.deadlines import reached
from workflow.kernel.actions import Action
from workflow.kernel.errors import Refused
from workflow.kernel.results import Acknowledged
from workflow.notices.due_lists import redraw_here
from workflow.organisation.work import Work
from workflow.request.requests import Ref, access_request, do_action

EXAMPLE = "/ack KS26-0042"


async def acknowledge(work: Work, ref: Ref) -> Acknowledged:
    """``/ack N``: the reminder that the actor has had is seen. The first of those who heard it holds back the next."""
    async with work.write() as tx:
        request = await access_request(tx, ref, Action.ACKNOWLEDGE, example=EXAMPLE)
        heard, said = await reached.heard_by(tx, request)
        seen = [mark for mark in said if mark.what == Marked.ACKNOWLEDGED]
        if any(mark.person_id == tx.who.person_id for mark in seen):
            raise Refused("error.ack_twice", number=request.number)
        until = tx.now + tx.policy.ack_holds if tx.policy.ack_holds and not seen else None
        detail = {"kind": heard.kind, "stage": heard.stage, "until": until}
        await do_action(tx, request, Action.ACKNOWLEDGE, detail=detail)
        reached.keep(tx, request, heard, what=Marked.ACKNOWLEDGED, until=until)
        await redraw_here(tx, request)
        return await tx.conclude(
            Acknowledged(request_id=request.id, number=request.number or "", until=until)
        )
