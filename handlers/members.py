"""Who comes and goes: the bot itself, and the members of its groups."""

from __future__ import annotations

from aiogram.types import ChatMemberUpdated

from handlers.incoming import sender_of
from workflow import chats, members
from workflow.work import Work

GONE = frozenset({"left", "kicked"})


async def on_bot_status(event: ChatMemberUpdated, work: Work) -> None:
    """The bot was added, made an admin, thrown out, or blocked by a person."""
    gone = event.new_chat_member.status in GONE
    if event.chat.type == "private":
        await members.blocked(work, sender_of(event.from_user), gone=gone)
        return
    came = not gone and event.old_chat_member.status in GONE
    await chats.bot_status(work, present=not gone, came=came)


async def on_member(event: ChatMemberUpdated, work: Work) -> None:
    """Somebody left a group (reported only where the bot is an admin)."""
    if event.new_chat_member.status in GONE and event.old_chat_member.status not in GONE:
        await members.left(work, sender_of(event.new_chat_member.user))
