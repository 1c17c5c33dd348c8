"""Who comes and goes: the bot itself, the members of its groups, and groups that move."""

from __future__ import annotations

from handlers.incoming import BotStatus, ChatMoved, Left
from workflow.organisation import chats, members
from workflow.organisation.work import Work


async def on_bot_status(status: BotStatus, work: Work) -> None:
    """The bot was added, made an admin, thrown out, or blocked by a person."""
    if status.place.private:
        await members.blocked(work, status.sender, gone=status.gone)
    else:
        await chats.bot_status(work, present=not status.gone, came=status.came)


async def on_left(left: Left, work: Work) -> None:
    await members.left(work, left.who)


async def on_moved(moved: ChatMoved, work: Work) -> None:
    await chats.migrate(work, moved.old, moved.new)
