"""The parts of a request follow it: what its asker changes, or adds after a return, reaches those who work on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from storage.queries import files as file_rows
from storage.tables.models import Request
from workflow.actions import changes
from workflow.actions.asking import after_return
from workflow.actions.splitting import OF_WHOLE, due_of_part, for_parts
from workflow.kernel.actions import Action
from workflow.kernel.body import Body
from workflow.kernel.states import State
from workflow.kernel.tx import Tx
from workflow.notices import attachments
from workflow.notices.parts import notify_followed
from workflow.request.family import open_parts
from workflow.request.requests import do_action
from workflow.reuse import offers, reuse


async def follow(tx: Tx, request: Request, fields: Sequence[str]) -> None:
    """The request has changed in these fields (none: a text was added); what is out of it says the same from now on. A
    part that was returned for what was wanting is with its unit again."""
    content = for_parts(Body.of(request, tx.sealer))
    for part in await open_parts(tx, request, lock=True):
        before = Body.of(part, tx.sealer)
        now = await _with_own(tx, part, before, content)
        new_files = await _give_files(tx, request, part)
        if before == now and _same_row(request, part) and not new_files:
            continue
        values: dict[str, Any] = {
            "sealed": now.seal(tx.sealer),
            "type": request.type,
            "urgency": request.urgency,
            "confidential": request.confidential,
        }
        due = due_of_part(request.due_at, tx.now)
        earlier = request.due_at is not None and part.due_at is not None and request.due_at < part.due_at
        if due is not None and earlier:
            values["due_at"] = due
        if part.state == State.RETURNED:
            values = await after_return(tx, part, values)
        detail = {"fields": list(fields), "text_before": before.text, "with": request.number}
        await do_action(tx, part, Action.EDIT, detail=detail, **values)
        compared = await reuse.index(tx, part, now)
        await offers.look_back(tx, part, compared)
        await notify_followed(tx, part, fields, has_files=new_files)


async def _with_own(tx: Tx, part: Request, before: Body, content: Body) -> Body:
    """What the whole says, and what its desk has added to this part alone."""
    own = before.parts[int(before.chosen.get(OF_WHOLE, len(before.parts))) :]
    return await changes.read_again(tx, part, (*content.parts, *own), content) if own else content


def _same_row(request: Request, part: Request) -> bool:
    return (request.type, request.urgency, request.confidential) == (
        part.type,
        part.urgency,
        part.confidential,
    )


async def _give_files(tx: Tx, request: Request, part: Request) -> bool:
    """What was sent with the whole since; whether there was anything."""
    has = {file.sealed for file in await file_rows.of_request(tx.session, part.id)}
    new = [file for file in await file_rows.of_request(tx.session, request.id) if file.sealed not in has]
    tx.session.add_all([attachments.copy_of(file, request_id=part.id) for file in new])
    await tx.session.flush()
    return bool(new)
