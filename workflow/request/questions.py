"""What somebody was asked back about a request, kept with their words until they answer."""

from __future__ import annotations

from storage.tables.models import Draft, Request
from storage.tables.words import DraftKind, DraftState
from workflow.kernel.actions import Action
from workflow.kernel.errors import Refused
from workflow.kernel.examples import Example
from workflow.kernel.parts import Part
from workflow.kernel.tx import Tx
from workflow.request.drafts import DraftBody
from workflow.request.requests import access_request


async def access_question(
    tx: Tx, draft_id: int, action: Action, *, kind: DraftKind, example: Example
) -> tuple[Draft, Request, Part]:
    """The question, by the one who is asked; its request, as far as they may do this to it; their words.

    Raises :class:`Refused`.
    """
    draft = await tx.session.get(Draft, draft_id, with_for_update=True)
    if draft is not None and draft.person_id != tx.who.person_id:
        raise Refused("denied.asked_another")
    if draft is None or draft.kind != kind or draft.state != DraftState.OPEN:
        raise Refused("error.button_old")
    body = DraftBody.of(tx, draft)
    request = await access_request(tx, int(body.chosen["request"]), action, example=example)
    return draft, request, body.parts[0]
