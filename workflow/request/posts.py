"""What a message in a chat is about: how a reply finds its request after any restart."""

from __future__ import annotations

from storage.queries import posts as post_rows
from storage.tables.words import PostPurpose
from workflow.kernel.pressed import About
from workflow.organisation.work import Work
from workflow.request.requests import find_number


async def about(work: Work, chat_id: int, message_id: int, *, ours: str = "") -> About | None:
    """What one of the bot's messages is about, or None for one that is about no request.

    ``ours``: what the message says, where the bot wrote it. A card that was sent in the moment before a crash
    is in no table; it ends with its request's number.
    """
    async with work.read(short=True) as tx:
        post = await post_rows.one(tx.session, chat_id, message_id)
        if post is None:
            request = await find_number(tx, ours.rpartition("\n")[2]) if "\n/r_" in ours else None
            return About(request_id=request.id, draft_id=None, purpose=PostPurpose.CARD) if request else None
        return About(request_id=post.request_id, draft_id=post.draft_id, purpose=post.purpose)
