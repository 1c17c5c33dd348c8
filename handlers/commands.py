"""Slash commands: a name, what follows it, one workflow function."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiogram.types import Message

from handlers.incoming import files_of, sender_of
from workflow import chats, lifecycle, lists, people
from workflow.errors import Refused
from workflow.lifecycle import FileIn
from workflow.posts import about
from workflow.work import Sender, Work

_COMMAND = re.compile(r"^/([A-Za-z][A-Za-z0-9_]*)(?:@([A-Za-z0-9_]+))?(?=\s|$)")
_WHOLE_NUMBER = re.compile(r"#?/?(?:r_)?[A-Z][A-Z0-9]{0,11}\d{2}[-_–—]\d{1,9}$", re.IGNORECASE)
_ROLES = {
    "协作员": "handler", "联络员": "liaison", "民警": "officer", "普通": "officer", "监督员": "supervisor",
    "督察": "supervisor", "移除": "none", "remove": "none",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """A command as it was typed. ``replied``: the request that the message replies to, if any."""

    name: str
    args: str
    files: tuple[FileIn, ...] = ()
    replied: int | None = None
    replied_user: Sender | None = None
    mentioned: Sender | None = None

    def target(self) -> tuple[int | str, str]:
        """(which request, the rest): named first in the arguments, else the one replied to.

        In a reply only a whole number names another request: "#退回 2 项不清" speaks of two items.
        """
        first, _, rest = self.args.partition(" ") if " " in self.args else (self.args, "", "")
        if self.replied is None or _WHOLE_NUMBER.match(unicodedata.normalize("NFKC", first)):
            return first, rest.strip()
        return self.replied, self.args


def parse(text: str, *, bot_username: str) -> tuple[str, str] | None:
    """(name, arguments), or None when the text is no command, or one for another bot.

    Full-width slashes, capitals and ideographic spaces come from Chinese keyboards.
    """
    text = text.lstrip()
    head = unicodedata.normalize("NFKC", text[:64])
    match = _COMMAND.match(head)
    if match is None or (match[2] and match[2].lower() != bot_username.lower()):
        return None
    args = re.sub(r"^\S+\s*", "", text, count=1)
    return match[1].lower(), re.sub(r"[ \t\u3000]+", " ", args).strip()


Do = Callable[[Work, Command], Awaitable[object]]


async def _accept(work: Work, c: Command) -> None:
    await lifecycle.accept(work, c.target()[0])


async def _answer(work: Work, c: Command) -> None:
    ref, text = c.target()
    await lifecycle.answer(work, ref, text, c.files)


async def _return(work: Work, c: Command) -> None:
    await lifecycle.give_back(work, *c.target())


async def _decline(work: Work, c: Command) -> None:
    await lifecycle.decline(work, *c.target())


async def _assign(work: Work, c: Command) -> None:
    ref, who = c.target()
    await lifecycle.assign(work, ref, who or (str(c.mentioned.telegram_id) if c.mentioned else ""))


async def _transfer(work: Work, c: Command) -> None:
    await lifecycle.transfer(work, *c.target())


async def _delay(work: Work, c: Command) -> None:
    ref, rest = c.target()
    until, _, why = rest.partition(" ")
    await lifecycle.delay(work, ref, until, why)


async def _nudge(work: Work, c: Command) -> None:
    await lifecycle.nudge(work, c.target()[0])


async def _reuse(work: Work, c: Command) -> None:
    from workflow import reuse

    ref, source = c.target()
    if not source:
        raise Refused("error.reuse_which", example="/reuse KS26-0042 KS26-0007")
    await reuse.reuse(work, request=ref, source=source)


async def _close(work: Work, c: Command) -> None:
    await lifecycle.close(work, c.target()[0])


async def _reopen(work: Work, c: Command) -> None:
    await lifecycle.reopen(work, *c.target())


async def _cancel(work: Work, c: Command) -> None:
    await lifecycle.cancel(work, c.target()[0])


async def _show(work: Work, c: Command) -> None:
    ref = c.target()[0]
    await lists.show_one(work, str(ref)) if isinstance(ref, str) else await lists.show_id(work, ref)


async def _role(work: Work, c: Command) -> None:
    words = c.args.split()
    role = next(
        (
            _ROLES.get(w.lower(), w.lower())
            for w in reversed(words)
            if not w.startswith("@") and not w.isdigit()
        ),
        "",
    )
    who = next((w for w in words if w.startswith("@") or w.isdigit()), "")
    user = c.mentioned or (c.replied_user if not who else None)
    if not who and user is None:
        raise Refused("error.role_whom", example="/role @user handler")
    await people.set_role(work, who=who, role=role, reply_to_user=user)


COMMANDS: dict[str, Do] = {
    "accept": _accept, "answer": _answer, "return": _return, "decline": _decline, "assign": _assign, "transfer": _transfer,
    "delay": _delay, "nudge": _nudge, "reuse": _reuse, "close": _close, "reopen": _reopen, "cancel": _cancel,
    "show": _show, "role": _role,
    "start": lambda w, c: lists.start(w, c.args),
    "help": lambda w, c: lists.help_(w),
    "mine": lambda w, c: lists.mine(w),
    "find": lambda w, c: lists.search(w, c.args),
    "lang": lambda w, c: people.choose_language(w, c.args.lower()),
    "inbox": lambda w, c: lists.inbox(w, c.args),
    "overdue": lambda w, c: lists.overdue(w, c.args),
    "stats": lambda w, c: lists.stats(w, *c.args.split()[:2]),
    "digest": lambda w, c: lists.digest_now(w),
    "export": lambda w, c: lists.export(w, c.args),
    "members": lambda w, c: lists.members(w, c.args),
    "roster": lambda w, c: lists.roster(w, c.args),
    "unit": lambda w, c: lists.unit_card(w, c.args),
    "bind": lambda w, c: chats.bind(w, c.args),
    "unbind": lambda w, c: chats.unbind(w),
    "audit": lambda w, c: lists.audit(w, str(c.target()[0])),
    "verify": lambda w, c: lists.verify_now(w),
}  # fmt: skip


async def run(work: Work, message: Message, name: str, args: str) -> None:
    """Do a command. Raises :class:`Refused` for one that there is not."""
    if name.startswith("r_"):
        name, args = "show", name
    do = COMMANDS.get(name)
    if do is None:
        raise Refused("error.command_unknown", given=f"/{name}", close=_closest(name))
    replied = message.reply_to_message
    known = await about(work, message.chat.id, replied.message_id) if replied else None
    mentioned = next(
        (sender_of(e.user) for e in message.entities or () if e.type == "text_mention" and e.user), None
    )
    await do(
        work,
        Command(
            name=name, args=args, files=tuple(files_of(message)), replied=known.request_id if known else None,
            replied_user=sender_of(replied.from_user) if replied and replied.from_user else None, mentioned=mentioned,
        ),
    )  # fmt: skip


def _closest(name: str) -> str:
    from rapidfuzz import process

    best = process.extractOne(name, [*COMMANDS, "new"], score_cutoff=60)
    return f"/{best[0]}" if best else "/help"
