"""Slash commands: a name, what follows it, one workflow function."""

from __future__ import annotations

import re
import unicodedata

from rapidfuzz import process

from handlers.doing import IN_HAND
from handlers.incoming import Posted
from handlers.table import CHINESE, COMMANDS
from handlers.typed import Command, split
from workflow.intake import in_hand
from workflow.kernel.actions import Action
from workflow.kernel.errors import Refused
from workflow.organisation.work import Work
from workflow.request.requests import is_number, may_be_number

_COMMAND = re.compile(
    r"/([A-Za-z][A-Za-z0-9_]*|[\u4e00-\u9fff]{2,4}(?![\u4e00-\u9fff]))(?:@([A-Za-z0-9_]+))?"
)
#: The rest of a name of two words: a command in chat has no hyphen, and people write one.
_HYPHENATED = re.compile(r"-([A-Za-z]+)(?![A-Za-z0-9_])")
#: Letters that run into digits: a request's number with a slip in it.
_ALMOST_A_NUMBER = re.compile(r"^#?(?:r_)?[A-Za-z]{1,12}[\W_]?\d[\w\W]{0,15}$", re.ASCII)
_LONGEST = 80  # characters of a command's name with the bot's
CLOSE = 60  # RapidFuzz's score from which a mistyped command is taken for another


def parse(text: str, *, bot_username: str) -> tuple[str, str] | None:
    """(name, arguments), or None when the text is no command, or one for another bot.

    Full-width slashes, capitals and ideographic spaces come from Chinese keyboards.
    """
    text = text.lstrip()
    if text[:1] not in ("/", "／"):
        return None
    head = "".join(unicodedata.normalize("NFKC", c)[:1] for c in text[:_LONGEST])
    match = _COMMAND.match(head)
    if match is None or (match[2] and match[2].lower() != bot_username.lower()):
        return None
    name = match[1].lower() if match[1].isascii() else CHINESE.get(match[1])
    if name is None:
        return None
    more = _HYPHENATED.match(head, match.end())
    if more is not None and f"{name}_{more[1].lower()}" in COMMANDS:
        return f"{name}_{more[1].lower()}", text[more.end() :].strip()
    return name, text[match.end() :].strip()


async def do_command(work: Work, post: Posted, name: str, args: str, *, replied: int | None) -> None:
    """Do a command; ``replied``: the request that it replies to. Raises :class:`Refused` for one that there
    is not."""
    if name.startswith("r_"):
        name, args, replied = "show", name, None
    command = COMMANDS.get(name)
    if command is None:
        raise Refused("error.command_unknown", given=f"/{name}", close=closest(name))
    if command.bare and args:
        raise Refused("error.takes_nothing", example=f"/{name}")
    if command.counter:
        _only_one(name, args)
        replied = None if may_be_number(args) else replied
    if name in IN_HAND and replied is None and _is_text(split(args)[0]):
        found = (await in_hand.meant(work, Action(name))).request_ids
        if len(found) > 1:
            await in_hand.ask(work, Action(name), args, found, post.files)
            return
        replied = found[0] if found else None
    await command.does(work, _command(post, name, args, replied))


def _is_text(first: str) -> bool:
    """What cannot be a number, and is no attempt at one either (KS260042)."""
    return bool(first) and not may_be_number(first) and _ALMOST_A_NUMBER.match(first) is None


def _only_one(name: str, args: str) -> None:
    """Nobody shall believe that the second of two requests was accepted too. Raises :class:`Refused`."""
    numbers = [word for word in re.split(r"[\s,，、;；]+", args) if is_number(word)]
    if len(numbers) > 1:
        raise Refused("error.one_at_a_time", example=f"/{name} {numbers[0]}")


async def act_on(work: Work, post: Posted, name: str, args: str, request_id: int) -> None:
    """Do what a reply says (``#退回 …``) to the request that it replies to."""
    await COMMANDS[name].does(work, _command(post, name, args, request_id))


def _command(post: Posted, name: str, args: str, replied: int | None) -> Command:
    return Command(
        name=name,
        args=args,
        files=post.files,
        replied=replied,
        replied_user=post.reply.sender if post.reply else None,
        mentioned=post.mentioned,
    )


def closest(name: str) -> str:
    """The command that somebody may have meant."""
    best = process.extractOne(name, [*COMMANDS, "new"], score_cutoff=CLOSE)
    return f"/{best[0]}" if best else "/help"
