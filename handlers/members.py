"""Who comes and goes: the bot itself, the members of its groups, and groups that move."""

from __future__ import annotations

from handlers.incoming import BotStatus, ChatMoved, Demoted, Joined, Left, Promoted
from workflow.organisation import chats, members, onlookers
from workflow.organisation.work import Work


async def on_bot_status(status: BotStatus, work: Work) -> None:
    """The bot was added, made an admin, thrown out, or blocked by a person."""
    if status.place.private:
        await members.blocked(work, status.sender, gone=status.gone)
    else:
        await chats.bot_status(
            work,
            present=not status.gone,
            came=status.came,
            went=status.went,
            demoted=status.demoted,
            by=status.sender,
        )


async def on_left(left: Left, work: Work) -> None:
    await members.left(work, left.who)


async def on_joined(joined: Joined, work: Work) -> None:
    """Who comes into a group is nobody before they write; other bots read along at once."""
    if joined.bots:
        await onlookers.bots_came(work, joined.bots, by=joined.by)
    elif joined.place.public:
        await onlookers.in_public(work, meant=False)


async def on_promoted(promoted: Promoted, work: Work) -> None:
    await onlookers.promoted(work, promoted.who, by=promoted.by)


async def on_demoted(demoted: Demoted, work: Work) -> None:
    await onlookers.demoted(work, demoted.who)


async def on_moved(moved: ChatMoved, work: Work) -> None:
    await chats.migrate(work, moved.old, moved.new)
