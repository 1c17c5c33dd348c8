"""What came in, handed to the one function that is for it; and the one place that turns refusals into words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from handlers import buttons, members, messages
from handlers.incoming import (
    Announced,
    BotStatus,
    ButtonPress,
    ChatMoved,
    Demoted,
    Edited,
    Incoming,
    Joined,
    Left,
    Posted,
    Promoted,
)
from handlers.replies import refusals
from handlers.replies.replies import reply
from handlers.views.reader import render_plain
from workflow.kernel.errors import AlreadyDone, Refused
from workflow.kernel.text import Text, t
from workflow.kernel.tx import NOWHERE
from workflow.organisation.places import tongue
from workflow.organisation.work import Work


@dataclass(frozen=True, kw_only=True, slots=True)
class Toast:
    """What became of a pressed button, for the one who pressed it."""

    text: str
    alert: bool  # to be read: it was not done


#: Tells the channel what became of a press. Never fails: who pressed may have gone.
Acknowledge = Callable[[ButtonPress, Toast], Awaitable[None]]


async def handle(incoming: Incoming, work: Work, acknowledge: Acknowledge) -> None:
    """Do what came in. A refusal is answered, a duplicate is nothing; raises all else, to be tried again."""
    _who_and_where(incoming, work)
    if isinstance(incoming, ButtonPress):
        await _pressed(incoming, work, acknowledge)
        return
    try:
        await _by_kind(incoming, work)
    except AlreadyDone:
        return
    except Refused as refused:
        await refusals.refuse(work, refused)
    if work.besides is not None:  # nothing was written for the message itself
        async with work.write():
            pass


#: What comes in and is no press.
Other = Posted | Edited | Announced | BotStatus | Joined | Left | Promoted | Demoted | ChatMoved


async def _by_kind(incoming: Other, work: Work) -> None:
    match incoming:
        case Posted():
            await messages.on_message(incoming, work)
        case Edited():
            await messages.on_edit(incoming, work)
        case Announced():
            await messages.on_announced(incoming, work)
        case BotStatus():
            await members.on_bot_status(incoming, work)
        case Left():
            await members.on_left(incoming, work)
        case ChatMoved():
            await members.on_moved(incoming, work)
        case Joined():
            await members.on_joined(incoming, work)
        case Promoted():
            await members.on_promoted(incoming, work)
        case Demoted():
            await members.on_demoted(incoming, work)


def _who_and_where(incoming: Incoming, work: Work) -> None:
    """Puts sender, place and time on the work at hand, and how a chat answers."""
    work.reply = reply
    match incoming:
        case Posted() | Edited(post=Posted()):
            post = incoming.post if isinstance(incoming, Edited) else incoming
            work.place, work.sent, work.sender = post.place, post.sent, post.sender
            work.own_words = post.own_words
        case ButtonPress():
            work.place, work.sender, work.pressed = incoming.place, incoming.sender, True
        case BotStatus() | Promoted() | Demoted():
            work.place = incoming.place
        case Announced() | Joined() | Left() | ChatMoved():
            work.place, work.sent = incoming.place, incoming.sent


async def _pressed(press: ButtonPress, work: Work, acknowledge: Acknowledge) -> None:
    """A pressed button always stops spinning: with what was done, or with why not."""
    told: Text = t("toast.failed")
    alert = True
    try:
        told, alert = await buttons.on_button(press, work), False
    except AlreadyDone:
        told, alert = t("toast.done"), False
    except Refused as refused:
        told = refused.text
        if refused.buttons:
            await refusals.refuse(work, refused)
    finally:
        async with work.read(short=True) as tx:
            reader = await tongue(tx, press.place.chat_id if press.place else press.sender.chat_id or NOWHERE)
        text = render_plain(told, language=reader.language, zone=reader.zone, now=work.clock())
        await acknowledge(press, Toast(text=text, alert=alert))
