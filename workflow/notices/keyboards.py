"""The buttons under a full text: what its one reader may do to the request as it stands now."""

from __future__ import annotations

from storage.queries import people as people_rows
from storage.queries import posts as post_rows
from storage.tables.models import Post, Request
from storage.tables.words import PostPurpose
from workflow.kernel.actions import Action, Right, Side, on_card
from workflow.kernel.body import Body
from workflow.kernel.states import State
from workflow.kernel.tx import Actor, Tx
from workflow.notices import parts
from workflow.notices.card_buttons import Rows, button_of, fits, stars
from workflow.notices.checked import buttons_of
from workflow.organisation import involving, rights
from workflow.organisation.audience import actor_by_person


async def load_own(tx: Tx, request_id: int, chat_id: int) -> Rows:
    """The buttons of one person; none for who may not read the request in full (any more)."""
    request = await tx.session.get(Request, request_id)
    person = await people_rows.by_chat(tx.session, chat_id)
    actor = await actor_by_person(tx, person.id) if person is not None else None
    if request is None or actor is None:
        return ()
    actor = involving.before_going_out(tx, actor, request)
    if rights.may(actor, Right.FULL, request) is not None:
        return ()
    rows = own(request, actor, split=bool(await parts.lines_of(tx, request)))
    if rights.may(actor, Action.CHECK, request) is not None:
        return rows
    return (*rows[:1], *buttons_of(tx, request, Body.of(request, tx.sealer), Side.ASKED), *rows[1:])


def own(request: Request, actor: Actor, *, split: bool) -> Rows:
    """A card's rows of both sides, without what this person may not do; each is checked again when pressed.
    ``split``: the request was, which who may merge it sees."""
    if request.purged_at is not None:
        return ()
    may = [
        tuple(
            button_of(action, request)
            for action in row
            if fits(action, request, split=split) and rights.may(actor, action, request) is None
        )
        for side in (Side.APPROVER, Side.ASKED, Side.ASKER)
        for row in on_card(side, request.state)
    ]
    if (
        request.state == State.CLOSED
        and request.rating is None
        and rights.may(actor, Action.RATE, request) is None
    ):
        may.insert(0, stars(request))
    return tuple(row for row in may if row)


async def full_post(tx: Tx, request_id: int, chat_id: int) -> Post | None:
    """The last full text of a request in a chat."""
    return await post_rows.last_of(tx.session, request_id, chat_id, PostPurpose.FULL)


async def pressed_on_full(tx: Tx, request: Request) -> bool:
    """Whether a button under the full text of this request was pressed: its reader has it before them."""
    if not tx.pressed:
        return False
    post = await post_rows.one(tx.session, tx.where.chat_id, tx.where.message_id or 0)
    return post is not None and post.request_id == request.id and post.purpose == PostPurpose.FULL
