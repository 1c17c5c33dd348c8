"""A unit above the asked one does what is late itself.

The request goes to it as by a transfer: it is the asked unit from then on, so that what it answers is its own, its
people read the whole of it, and what is late with it is heard of above it. The unit that had it looks on.
"""

from __future__ import annotations

from collections.abc import Sequence

from storage.tables.models import Request, Unit
from workflow.actions.handling import untaken
from workflow.kernel.actions import Action
from workflow.kernel.errors import Refused
from workflow.kernel.results import Done, Option, ToChoose, done
from workflow.kernel.tx import Tx
from workflow.notices.progress import notify_transferred
from workflow.organisation import groups, involving, rights, takers, units
from workflow.organisation.work import Work
from workflow.request.requests import Ref, access_request, do_action

EXAMPLE = "/take_over KS26-0042"


async def choose(work: Work, ref: Ref) -> ToChoose:
    """The 接办 button: for which unit. It is asked although there is but one, for it cannot be taken back by a tap."""
    async with work.write() as tx:
        request = await access_request(tx, ref, Action.TAKE_OVER, example=EXAMPLE)
        options = tuple(Option(id=u.id, name=u.name) for u in await _may_take(tx, request))
        return await tx.conclude(
            ToChoose(
                action=Action.TAKE_OVER, request_id=request.id, number=request.number or "", options=options
            )
        )


async def take_over(work: Work, ref: Ref, to: int | None = None) -> Done:
    """``/take_over N``: the nearest unit above that the actor leads is asked from now on, or the one that was tapped.
    The deadline stays."""
    async with work.write() as tx:
        request = await access_request(tx, ref, Action.TAKE_OVER, example=EXAMPLE)
        possible = await _may_take(tx, request)
        unit = possible[0] if to is None else next((u for u in possible if u.id == to), None)
        if unit is None:
            raise Refused("error.button_old")
        before, handler = request.to_unit_id, request.handler_id
        desks = await groups.desks_over(tx, request)
        await do_action(
            tx, request, Action.TAKE_OVER, to_unit_id=unit.id, sealed=involving.passed_on(tx, request, unit.id, desks),
            detail={"from": before, "to": unit.id}, **untaken(tx, request),
        )  # fmt: skip
        await notify_transferred(tx, request, unit, before=before, handler=handler)
        return await tx.conclude(done(request, Action.TAKE_OVER))


async def _may_take(tx: Tx, request: Request) -> Sequence[Unit]:
    """The units above that the actor leads and that may have it, nearest first. Raises :class:`Refused` for none: the
    unit above is the one that asks, was asked by the same post, or has nobody."""
    asked = await units.by_id(tx, request.to_unit_id)
    above = await takers.above(tx, request, asked) if asked is not None else []
    led = [unit for unit in above if rights.leads(tx.who, unit.id)]
    if not led:
        raise Refused("error.take_over_nowhere", number=request.number)
    return led
