"""Who comes and goes: the bot itself, and the members of its groups."""

from __future__ import annotations

from aiogram.types import ChatMemberRestricted, ChatMemberUpdated, ResultChatMemberUnion

from handlers.incoming import sender_of
from workflow.organisation import chats, members
from workflow.organisation.work import Work

GONE = frozenset({"left", "kicked"})


def _gone(member: ResultChatMemberUnion) -> bool:
    """Somebody restricted stays so when they leave: then only ``is_member`` tells."""
    return member.status in GONE or (isinstance(member, ChatMemberRestricted) and not member.is_member)


async def on_bot_status(event: ChatMemberUpdated, work: Work) -> None:
    """The bot was added, made an admin, thrown out, or blocked by a person."""
    gone = _gone(event.new_chat_member)
    if event.chat.type == "private":
        await members.blocked(work, sender_of(event.from_user), gone=gone)
        return
    came = not gone and _gone(event.old_chat_member)
    await chats.bot_status(work, present=not gone, came=came)


async def on_member(event: ChatMemberUpdated, work: Work) -> None:
    """Somebody left a group (reported only where the bot is an admin)."""
    if _gone(event.new_chat_member) and not _gone(event.old_chat_member):
        await members.left(work, sender_of(event.new_chat_member.user))
