"""The officer's own post, which says whole what the card masks: it goes once its card stands, where that is wanted
(``[protection] delete_posts``) and the bot may."""

from __future__ import annotations

from datetime import timedelta

from storage.queries import files as file_rows
from storage.queries import limits
from storage.queries import posts as post_rows
from storage.queries import sources as source_rows
from storage.queries.limits import Spent
from storage.tables.models import Person, Request
from storage.tables.words import LineKind, PostPurpose
from workflow.kernel.text import t
from workflow.kernel.tx import Tx
from workflow.notices.telling import lane_of
from workflow.organisation import groups

TOLD_ONCE_IN = timedelta(days=365)


async def queue_deletion(tx: Tx, request: Request, *, draft_id: int | None) -> None:
    """Behind its card in the same lane, so that it goes when that stands. ``draft_id``: what it was completed by."""
    if not tx.policy.delete_posts or request.chat_id is None or request.message_id is None:
        return
    if await groups.is_private(tx, request.chat_id):
        return
    await tx.queue(
        LineKind.DELETE,
        chat_id=request.chat_id,
        request_id=request.id,
        draft_id=draft_id,
        purpose=PostPurpose.SOURCE,
        lane=lane_of(request),
        coalesce_key=f"source:{request.chat_id}:{request.message_id}",
    )


def post_stands(tx: Tx, request: Request) -> bool:
    """Whether there is a post that its asker can edit."""
    return not tx.policy.delete_posts and (request.chat_id is None or request.message_id is not None)


async def load_own_post(tx: Tx, request_id: int, draft_id: int | None, chat_id: int) -> tuple[int, ...]:
    """The messages in a chat that a request was made of: its post, its files, the replies that completed it. None of
    them while no card stands there: what is asked must not disappear."""
    request = await tx.session.get(Request, request_id)
    if request is None or request.message_id is None or request.chat_id != chat_id:
        return ()
    if await post_rows.card_of(tx.session, request_id, chat_id) is None:
        return ()
    ids = {request.message_id: None}
    files = await file_rows.of_request(tx.session, request_id)
    ids |= {
        file.message_id: None for file in files if file.chat_id == chat_id and file.message_id is not None
    }
    if draft_id is not None:
        ids |= dict.fromkeys(await source_rows.of_draft(tx.session, draft_id, chat_id))
    return tuple(ids)


async def notify_not_deleted(tx: Tx, request_id: int) -> None:
    """The one whose post stays in the group hears once how to ask so that the group gets the card alone."""
    request = await tx.session.get(Request, request_id)
    asker = await tx.session.get(Person, request.asker_id) if request and request.asker_id else None
    if request is None or asker is None or request.chat_id is None:
        return
    spent = await limits.spend(tx.session, f"own_post:{asker.id}", most=1, at=tx.now, window=TOLD_ONCE_IN)
    if spent is not Spent.WITHIN:
        return
    told = t("own_post.stays", number=request.number, bot=tx.policy.bot_username)
    if asker.open_chat is not None:
        await tx.say(told, chat_id=asker.open_chat)
    else:
        await tx.say(told, chat_id=request.chat_id, thread_id=request.thread_id, reply_to=request.message_id)
