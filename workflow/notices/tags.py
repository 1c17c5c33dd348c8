"""The buttons by which the asker of a request has an operation's group see it, or not."""

from __future__ import annotations

from storage.tables.models import Request
from storage.tables.words import WAITING
from workflow.kernel.actions import Side
from workflow.kernel.body import Body
from workflow.kernel.carried import Press, carry
from workflow.kernel.text import Button, t
from workflow.kernel.tx import Tx
from workflow.notices.card_buttons import Rows
from workflow.organisation import groups, operations
from workflow.organisation.audience import Audience

MOST = 3  # operations that are offered


async def tag_buttons(tx: Tx, request: Request, body: Body, audience: Audience) -> Rows:
    """One for each operation in which the asking unit takes part; one that takes the tag away. None where the request
    was posted in the group of one, which sees it anyhow."""
    if audience.side not in (Side.ASKER, Side.BOTH) or request.state not in WAITING or request.confidential:
        return ()
    joined = await operations.of_unit(tx, request.from_unit_id)
    if not joined or await groups.operation_of(tx, audience.chat_id) is not None:
        return ()
    if request.chat_id is not None and await groups.operation_of(tx, request.chat_id) is not None:
        return ()
    tagged = next((one for one in joined if one.id == body.tagged), None)
    if tagged is not None:
        label = t("button.untag", name=tagged.name)
        return ((Button(label=label, data=carry(Press.UNTAG, request.id)),),)
    return tuple(
        (Button(label=t("button.tag", name=one.name), data=carry(Press.TAG, request.id, one.id)),)
        for one in joined[:MOST]
    )
