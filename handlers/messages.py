"""Messages: told apart by what they are, each handed to one workflow function."""

from __future__ import annotations

import re

from aiogram.types import Message
from matching.form import looks_like_request, marker

from handlers import commands
from handlers.incoming import TELEGRAM_ITSELF, files_of, impersonal, text_of
from matching.normalise import fold
from workflow import chats, general, intake, lifecycle, people
from workflow.errors import Refused
from workflow.posts import About, about
from workflow.text import t
from workflow.work import Sender, Work

#: What a reply may begin with instead of a command, in both languages.
ACTIONS = {
    "反馈": "answer", "答复": "answer", "回复": "answer", "answer": "answer", "受理": "accept", "accept": "accept",
    "退回": "return", "return": "return", "拒绝": "decline", "decline": "decline", "转派": "assign", "assign": "assign",
    "转办": "transfer", "transfer": "transfer", "催办": "nudge", "nudge": "nudge", "复用": "reuse", "reuse": "reuse",
    "办结": "close", "close": "close", "重开": "reopen", "reopen": "reopen", "撤销": "cancel", "cancel": "cancel",
    "延期": "delay", "delay": "delay",
}  # fmt: skip
_ACTION = re.compile(r"^[#＃]\s*([A-Za-z]+|[\u4e00-\u9fff]{2})[\s:：,，]*")


async def on_message(message: Message, work: Work) -> None:
    """Every message of a group or a private chat."""
    text = text_of(message)
    command = commands.parse(text, bot_username=work.policy.bot_username)
    marked = marker(text, bot_username=work.policy.bot_username)
    known = await _replied_to(message, work)
    meant = command is not None or marked is not None or known is not None or message.chat.type == "private"
    if impersonal(message) is not None or (message.from_user and message.from_user.is_bot):
        if (
            meant
            and not message.is_automatic_forward
            and (message.from_user is None or message.from_user.id != TELEGRAM_ITSELF)
        ):
            raise Refused(impersonal(message) or "error.from_bot")
        return
    if marked is not None:
        await intake.post(work, marked.rest, files_of(message))
    elif command is not None:
        await commands.run(work, message, *command)
    elif known is not None:
        await on_reply(message, work, text, known)
    else:
        await on_talk(message, work, text)


async def _replied_to(message: Message, work: Work) -> About | None:
    replied = message.reply_to_message
    return await about(work, message.chat.id, replied.message_id) if replied else None


async def on_reply(message: Message, work: Work, text: str, known: About) -> None:
    """A reply to something that is about a request or a draft."""
    files = files_of(message)
    if known.draft_id is not None and known.purpose.startswith("draft"):
        await intake.add(work, known.draft_id, text, name=known.purpose.partition(":")[2], files=files)
        return
    if known.request_id is None:
        await on_talk(message, work, text)
        return
    match = _ACTION.match(fold(text))
    action = ACTIONS.get(match[1].lower()) if match else None
    rest = _ACTION.sub("", text.strip(), count=1) if action else text
    if action is None and known.purpose.startswith("ask:"):
        action = known.purpose.partition(":")[2]
    await _act(work, known.request_id, action, rest.strip(), message)


async def _act(work: Work, request_id: int, action: str | None, rest: str, message: Message) -> None:
    files = files_of(message)
    if action is None:
        await lifecycle.comment(work, request_id, rest, files)
    elif action == "complete":
        await lifecycle.complete(work, request_id, rest, files)
    elif action == "answer":
        await lifecycle.answer(work, request_id, rest, files)
    else:
        await commands.COMMANDS[action](work, commands.Command(name=action, args=rest, replied=request_id))


async def on_talk(message: Message, work: Work, text: str) -> None:
    """Not marked, not a command, not a reply to us."""
    if message.chat.type == "private":
        raise Refused("error.private_talk")
    if message.media_group_id and not text:
        await intake.album_item(work, files_of(message))
    elif message.from_user and looks_like_request(text):
        await intake.offer_to_register(work, text, files_of(message))
    else:
        await people.noticed(work)


async def on_edit(message: Message, work: Work) -> None:
    """An edited message: a draft or a request follows it; a command does not."""
    if impersonal(message) is not None or (message.from_user and message.from_user.is_bot):
        return
    text = text_of(message)
    marked = marker(text, bot_username=work.policy.bot_username)
    if marked is None and commands.parse(text, bot_username=work.policy.bot_username) is not None:
        raise Refused("error.edited_command")
    await intake.edited(work, marked.rest if marked else None, source_text=text)


async def on_service(message: Message, work: Work) -> None:
    """A group moved, people came or left."""
    if message.migrate_to_chat_id:
        work.sender = None
        await chats.migrate(work, message.chat.id, message.migrate_to_chat_id)
    elif message.migrate_from_chat_id:
        work.sender = None
        await chats.migrate(work, message.migrate_from_chat_id, message.chat.id)
    elif message.left_chat_member and not message.left_chat_member.is_bot:
        gone = message.left_chat_member
        work.sender = None
        await people.left(
            work, Sender(telegram_id=gone.id, name=gone.full_name, username=gone.username or "")
        )


async def on_channel_post(message: Message, work: Work) -> None:
    """A post in a channel: nobody in particular stands behind it."""
    if marker(text_of(message), bot_username=work.policy.bot_username) is not None:
        work.sender = None
        await general.say(work, t("error.channel_post"))
