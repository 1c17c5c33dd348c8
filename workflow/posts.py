"""What a message in a chat is about: how a reply finds its request after any restart."""

from __future__ import annotations

from dataclasses import dataclass

from storage import requests as rows
from workflow.work import Work


@dataclass(frozen=True, kw_only=True, slots=True)
class About:
    request_id: int | None
    draft_id: int | None
    purpose: str  # card, notice, offer, draft, draft:FIELD, ask:ACTION, digest


async def about(work: Work, chat_id: int, message_id: int) -> About | None:
    """What one of the bot's messages is about, or None for one that is about no request."""
    async with work.read(short=True) as tx:
        post = await rows.post(tx.session, chat_id, message_id)
        if post is None:
            return None
        return About(request_id=post.request_id, draft_id=post.draft_id, purpose=post.purpose)
