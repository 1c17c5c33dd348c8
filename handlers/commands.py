"""Slash commands: a name, what follows it, one workflow function."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiogram.types import Message
from rapidfuzz import process

from handlers.incoming import files_of, sender_of
from workflow.actions import answering, asking, correcting, delaying, handling, questions
from workflow.intake import in_hand
from workflow.kernel.actions import Action
from workflow.kernel.errors import Refused
from workflow.kernel.tx import Sender
from workflow.lookup import finding, helping, lists, showing, unit_pages
from workflow.notices.attachments import FileIn
from workflow.organisation import binding, members, places
from workflow.organisation.work import Work
from workflow.request.requests import is_number, may_be_number
from workflow.reuse import giving, reusing

_COMMAND = re.compile(
    r"/([A-Za-z][A-Za-z0-9_]*|[\u4e00-\u9fff]{2,4}(?![\u4e00-\u9fff]))(?:@([A-Za-z0-9_]+))?"
)
#: What people type in Chinese where Telegram's menu has English; ``#反馈`` in a reply means the same.
CHINESE = {
    "受理": "accept", "反馈": "answer", "答复": "answer", "回复": "answer", "退回": "return", "拒绝": "decline",
    "更正": "correct", "勘误": "correct",
    "转派": "assign", "转办": "transfer", "延期": "delay", "催办": "nudge", "复用": "reuse", "用此答复": "release",
    "不提供": "withhold", "办结": "close",
    "重开": "reopen", "撤销": "cancel", "帮助": "help", "我的": "mine", "查看": "show", "查找": "find", "语言": "lang",
    "待办": "inbox", "超期": "overdue", "统计": "stats", "日报": "digest", "导出": "export", "成员": "members",
    "角色": "role", "值班": "roster", "单位": "unit", "绑定": "bind", "解绑": "unbind", "记录": "audit",
    "核验": "verify", "问原因": "ask",
}  # fmt: skip
#: Letters that run into digits: a request's number with a slip in it.
_ALMOST_A_NUMBER = re.compile(r"^#?(?:r_)?[A-Za-z]{1,12}[\W_]?\d[\w\W]{0,15}$", re.ASCII)
_LONGEST = 80  # characters of a command's name with the bot's
_ROLES = {
    "协作员": "handler", "联络员": "liaison", "民警": "officer", "普通": "officer", "监督员": "supervisor",
    "督察": "supervisor", "督察员": "supervisor", "移除": "none", "remove": "none",
} | {role: role for role in members.GIVEN}  # fmt: skip
CLOSE = 60  # RapidFuzz's score from which a mistyped command is taken for another


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
        """(which request, the rest): named in full, else the one replied to, else named by its counter."""
        first, rest = split(self.args)
        if self.replied is not None and not is_number(first):
            return self.replied, self.args
        return first, rest

    def whom(self, typed: str) -> str:
        """A person as typed, or as mentioned without a username, or as replied to."""
        user = self.mentioned or (None if typed else self.replied_user)
        return str(user.telegram_id) if user is not None and not user.is_bot else typed


def split(text: str) -> tuple[str, str]:
    """The first word, and the rest."""
    first, *rest = text.split(maxsplit=1)[:2] or [""]
    return first, rest[0] if rest else ""


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
    return None if name is None else (name, text[match.end() :].strip())


Do = Callable[[Work, Command], Awaitable[object]]


async def _assign(work: Work, c: Command) -> object:
    ref, who = c.target()
    return await handling.assign(work, ref, c.whom(split(who)[0]))


def _pair(c: Command, example: str) -> tuple[int | str, str]:
    """(the request, the earlier one): ``/reuse N M``, or ``/reuse M`` in reply to N."""
    first, rest = split(c.args)
    ref, source = (c.replied, first) if c.replied is not None and not rest else (first, rest)
    if not source.strip():
        raise Refused("error.reuse_which", example=example)
    return ref, source.strip()


async def _reuse(work: Work, c: Command) -> object:
    ref, source = _pair(c, reusing.EXAMPLE)
    return await reusing.reuse(work, request=ref, source=source)


async def _release(work: Work, c: Command) -> object:
    ref, source = _pair(c, giving.EXAMPLE)
    return await giving.release(work, request=ref, source=source)


async def _withhold(work: Work, c: Command) -> object:
    ref, source = _pair(c, giving.EXAMPLE.replace("release", "withhold"))
    return await giving.withhold(work, request=ref, source=source)


async def _role(work: Work, c: Command) -> None:
    words = [unicodedata.normalize("NFKC", word) for word in c.args.split()]
    roles = [_ROLES[word.lower()] for word in words if word.lower() in _ROLES]
    who = next((word for word in words if word.startswith("@") or word.isdigit()), "")
    user = c.mentioned or (None if who else c.replied_user)
    if user is not None and user.is_bot:
        user = None
    if not who and user is None:
        raise Refused("error.role_whom", example="/role @user handler")
    called = c.mentioned.name.split() if c.mentioned else []  # a mention without a username is a name
    others = [word for word in words if word not in (who, *called) and word.lower() not in _ROLES]
    await members.set_role(work, who=who, role=roles[-1] if roles else "", user=user, rest=" ".join(others))


COMMANDS: dict[str, Do] = {
    "accept": lambda w, c: handling.accept(w, c.target()[0]),
    "answer": lambda w, c: answering.answer(w, *c.target(), c.files),
    "correct": lambda w, c: correcting.correct(w, *c.target(), c.files),
    "return": lambda w, c: answering.give_back(w, *c.target()),
    "decline": lambda w, c: answering.decline(w, *c.target()),
    "assign": _assign,
    "transfer": lambda w, c: handling.transfer(w, *c.target()),
    "delay": lambda w, c: delaying.delay(w, *c.target()),
    "nudge": lambda w, c: asking.nudge(w, c.target()[0]),
    "ask": lambda w, c: questions.ask(w, *c.target()),
    "reuse": _reuse,
    "release": _release,
    "withhold": _withhold,
    "close": lambda w, c: asking.close(w, c.target()[0]),
    "reopen": lambda w, c: asking.reopen(w, *c.target()),
    "cancel": lambda w, c: asking.cancel(w, c.target()[0]),
    "start": lambda w, c: helping.start(w, c.args),
    "help": lambda w, c: helping.help_(w),
    "mine": lambda w, c: lists.mine(w),
    "show": lambda w, c: showing.show_one(w, c.target()[0]),
    "find": lambda w, c: finding.search(w, c.args),
    "lang": lambda w, c: places.choose_language(w, c.args),
    "inbox": lambda w, c: lists.inbox(w, c.args),
    "overdue": lambda w, c: lists.overdue(w, c.args),
    "stats": lambda w, c: unit_pages.stats(w, *c.args.split()),
    "digest": lambda w, c: unit_pages.digest_now(w, c.args),
    "export": lambda w, c: showing.export(w, c.args),
    "members": lambda w, c: unit_pages.members(w, c.args),
    "role": _role,
    "roster": lambda w, c: unit_pages.roster(w, c.args),
    "unit": lambda w, c: unit_pages.unit_card(w, c.args),
    "bind": lambda w, c: binding.bind(w, c.args),
    "unbind": lambda w, c: binding.unbind(w, c.args),
    "audit": lambda w, c: showing.audit(w, c.target()[0]),
    "verify": lambda w, c: showing.verify_now(w),
}
#: Commands whose one argument names a request, in full or by its counter alone.
NAMED_BY_COUNTER = frozenset({"accept", "nudge", "close", "cancel", "show", "audit"})
#: Commands that take no argument.
ALONE = frozenset({"mine", "verify"})


async def run(work: Work, message: Message, name: str, args: str, *, replied: int | None) -> None:
    """Do a command; ``replied``: the request that it replies to. Raises :class:`Refused` for one that there
    is not."""
    if name.startswith("r_"):
        name, args, replied = "show", name, None
    do = COMMANDS.get(name)
    if do is None:
        raise Refused("error.command_unknown", given=f"/{name}", close=closest(name))
    if name in ALONE and args:
        raise Refused("error.takes_nothing", example=f"/{name}")
    if name in NAMED_BY_COUNTER:
        _only_one(name, args)
        replied = None if may_be_number(args) else replied
    if name in in_hand.ACTIONS and replied is None and _is_text(split(args)[0]):
        found = await in_hand.meant(work, Action(name))
        if len(found) > 1:
            await in_hand.ask(work, Action(name), args, found, files_of(message))
            return
        replied = found[0] if found else None
    await do(work, _command(message, name, args, replied))


def _is_text(first: str) -> bool:
    """What cannot be a number, and is no attempt at one either (KS260042)."""
    return bool(first) and not may_be_number(first) and _ALMOST_A_NUMBER.match(first) is None


def _only_one(name: str, args: str) -> None:
    """Nobody shall believe that the second of two requests was accepted too. Raises :class:`Refused`."""
    numbers = [word for word in re.split(r"[\s,，、;；]+", args) if is_number(word)]
    if len(numbers) > 1:
        raise Refused("error.one_at_a_time", example=f"/{name} {numbers[0]}")


async def act_on(work: Work, message: Message, name: str, args: str, request_id: int) -> None:
    """Do what a reply says (``#退回 …``) to the request that it replies to."""
    await COMMANDS[name](work, _command(message, name, args, request_id))


def _command(message: Message, name: str, args: str, replied: int | None) -> Command:
    original = message.reply_to_message
    mentioned = [e.user for e in message.entities or () if e.type == "text_mention" and e.user]
    return Command(
        name=name,
        args=args,
        files=tuple(files_of(message)),
        replied=replied,
        replied_user=sender_of(original.from_user) if original and original.from_user else None,
        mentioned=sender_of(mentioned[0]) if mentioned else None,
    )


def closest(name: str) -> str:
    """The command that somebody may have meant."""
    best = process.extractOne(name, [*COMMANDS, "new"], score_cutoff=CLOSE)
    return f"/{best[0]}" if best else "/help"
