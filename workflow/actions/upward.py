"""A request that went to a unit without anybody who could take it: its asker has it go to a unit above."""

from __future__ import annotations

from workflow.actions.handling import untaken
from workflow.kernel.actions import Action, Right
from workflow.kernel.body import Body
from workflow.kernel.errors import Refused
from workflow.kernel.examples import worded
from workflow.kernel.results import Done, done
from workflow.kernel.states import State
from workflow.notices.progress import notify_transferred
from workflow.organisation import rights, takers, units
from workflow.organisation.work import Work
from workflow.request.requests import access_request, do_action


async def redirect(work: Work, request_id: int, unit_id: int) -> Done:
    """A tap on one of the units that were offered. The deadline stays. Raises :class:`Refused` where somebody of the
    asked unit has come by now, and where who approved it has a say in where it goes."""
    async with work.write() as tx:
        request = await access_request(tx, request_id, Right.REDIRECT, example=worded("show"))
        asked = await units.by_id(tx, request.to_unit_id)
        if request.state != State.OPEN or asked is None:
            raise Refused("error.button_old")
        if await takers.can_take(tx, request, asked):
            raise Refused("error.redirect_late", number=request.number, unit=asked.name)
        if Body.of(request, tx.sealer).approved and not rights.approves(tx.who, request):
            raise Refused("error.redirect_approved", number=request.number)
        unit = next((u for u in await takers.above(tx, request, asked) if u.id == unit_id), None)
        if unit is None:
            raise Refused("error.button_old")
        detail = {"from": asked.id, "to": unit.id, "why": "nobody there"}
        await do_action(
            tx, request, Action.TRANSFER, to_unit_id=unit.id, detail=detail, **untaken(tx, request)
        )
        await notify_transferred(tx, request, unit, before=asked.id, handler=None)
        return await tx.conclude(done(request, Action.TRANSFER))
