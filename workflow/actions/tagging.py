"""A tap on the asker's card: the request is of an operation from now on, or of none."""

from __future__ import annotations

from dataclasses import replace

from storage.tables.models import Request
from workflow.kernel.actions import Action
from workflow.kernel.body import Body
from workflow.kernel.errors import Refused
from workflow.kernel.results import Tagged
from workflow.kernel.tx import Tx
from workflow.notices.telling import put_card
from workflow.organisation import groups, operations
from workflow.organisation.work import Work
from workflow.request import tags
from workflow.request.requests import Ref, access_request, do_action


async def tag(work: Work, ref: Ref, operation_id: int | None) -> Tagged:
    """The group of the operation sees the masked card from now on; None: no group does. Raises :class:`Refused` for an
    operation in which the asking unit does not take part."""
    async with work.write() as tx:
        request = await access_request(tx, ref, Action.EDIT, example="/show KS26-0042")
        body = Body.of(request, tx.sealer)
        await _check(tx, request, operation_id)
        joint = await operations.by_id(tx, operation_id)
        before = await operations.by_id(tx, body.tagged)
        now = replace(tags.with_name(body, joint.name if joint else ""), tagged=joint.id if joint else None)
        if now.tagged != body.tagged:
            await tags.keep(tx, request.id, now.tagged, before=body.tagged)
            detail = {"fields": ["operation"], "operation": now.tagged}
            await do_action(tx, request, Action.EDIT, detail=detail, stays=True, sealed=now.seal(tx.sealer))
            if before is not None:  # what stands in its group says no more than that there was something
                await put_card(tx, request, before.chat_id)
        named = joint or before
        return await tx.conclude(
            Tagged(
                request_id=request.id,
                number=request.number or "",
                name=named.name if named else "",
                tagged=joint is not None,
            )
        )


async def _check(tx: Tx, request: Request, operation_id: int | None) -> None:
    if request.confidential:
        raise Refused("operation.confidential", number=request.number)
    if request.chat_id is not None and await groups.operation_of(tx, request.chat_id) is not None:
        raise Refused("operation.posted_there", number=request.number)
    if operation_id is None:
        return
    if all(one.id != operation_id for one in await operations.of_unit(tx, request.from_unit_id)):
        raise Refused("error.button_old")
