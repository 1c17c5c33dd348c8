"""What is sent in the place of what the channel does not take as it is, or not together."""

from __future__ import annotations

from dataclasses import replace

from bot.channels.channel import Address
from bot.channels.trouble import Trouble
from handlers.views.outgoing import Edit, Files, Outgoing, Say
from handlers.views.rich import Rich, joined


def one_by_one(out: Files) -> list[Files]:
    """The calls that send an album's files singly: it is refused as a whole for one of them."""
    return [
        replace(out, files=(file,), caption=Rich() if number else out.caption)
        for number, file in enumerate(out.files)
    ]


def words_instead(out: Files) -> Say:
    """What is said in the place of the one file that the channel does not take."""
    said = joined("\n", [words for words in (out.caption, out.files[0].refused) if words])
    return Say(text=said, protect=out.protect, lasts=out.lasts)


def instead(
    what: Trouble, out: Outgoing, to: Address, *, plain: bool
) -> tuple[Outgoing, Address, bool] | None:
    """The call that may succeed where this one did not."""
    match what:
        case Trouble.NO_MESSAGE if isinstance(out, Edit):
            return Say(text=out.text, rows=out.rows), to, plain
        case Trouble.NO_REPLY if to.reply_to is not None:
            return out, replace(to, reply_to=None), plain
        case Trouble.NO_TOPIC if to.thread_id is not None:
            return out, replace(to, thread_id=None, reply_to=None), plain
        case Trouble.MARKUP if not plain:
            return out, to, True
        case Trouble.NEVER if isinstance(out, Files) and out.files[0].refused:
            return words_instead(out), to, plain
    return None
