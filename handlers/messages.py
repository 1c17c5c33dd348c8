"""Messages: told apart by what they are, each handed to one workflow function."""

from __future__ import annotations

import re

from aiogram.types import Message

from handlers import commands
from handlers.doing import CONTENT
from handlers.hashtags import action_of, as_answer, in_reply
from handlers.incoming import files_of, impersonal, is_unkept, text_of, words_of
from handlers.typed import split
from matching.form.form import looks_like_request, marker
from matching.form.marker import tidy
from workflow.actions import correcting, delaying, questions, talking
from workflow.intake import edits, intake
from workflow.kernel.actions import Action
from workflow.kernel.errors import Refused
from workflow.kernel.pressed import About
from workflow.kernel.text import t
from workflow.kernel.tx import Sender
from workflow.lookup import helping
from workflow.notices import attachments
from workflow.organisation import chats, members
from workflow.organisation.work import Work
from workflow.request import drafts, sources
from workflow.request.posts import about
from workflow.request.requests import is_number


async def on_message(message: Message, work: Work) -> None:
    """Every message of a group or a private chat."""
    text = tidy(text_of(message))
    username = work.policy.bot_username
    marked = marker(text, bot_username=username)
    words = marked.rest if marked is not None and marked.kind == "mention" else text
    command = commands.parse(words, bot_username=username)
    known = await _replied_to(message, work)
    if (why := impersonal(message)) is not None:
        _refuse_impersonal(message, why, meant=marked is not None or command is not None)
    elif message.forward_origin is not None and (marked is not None or command is not None):
        await _on_forwarded(message, work, words if marked is None else marked.rest, command is not None)
    elif (
        command is not None and (marked is None or marked.kind == "mention") and not _to_draft(command, known)
    ):
        await commands.run(work, message, *command, replied=known.request_id if known else None)
    elif known is not None and (marked is None or marked.kind == "mention" or known.draft_id is not None):
        await on_reply(message, work, text if marked is None else marked.rest, known, anew=marked is not None)
    elif marked is not None:
        await intake.post(work, marked.rest, files_of(message))
    else:
        await on_talk(message, work, text)


def _to_draft(command: tuple[str, str], known: About | None) -> bool:
    """``/cancel`` in reply to what was said about a draft means the draft."""
    return command == ("cancel", "") and known is not None and known.draft_id is not None


def _refuse_impersonal(message: Message, why: str, *, meant: bool) -> None:
    """Nobody in particular is told why they were not understood; a post that a channel passes on is not for
    us. Another bot that only replies is left alone: two bots could talk for ever."""
    if meant and not message.is_automatic_forward:
        raise Refused(why)


async def _on_forwarded(message: Message, work: Work, text: str, is_command: bool) -> None:
    """Forwarded words are somebody else's: a post is registered only when the one who forwards it says so,
    a command is not done."""
    if is_command:
        raise Refused("error.forwarded_command")
    await intake.offer_to_register(work, text, files_of(message))


async def _replied_to(message: Message, work: Work) -> About | None:
    replied = message.reply_to_message
    if replied is None:
        return None
    is_ours = (
        replied.from_user is not None and message.bot is not None and replied.from_user.id == message.bot.id
    )
    return await about(work, message.chat.id, replied.message_id, ours=text_of(replied) if is_ours else "")


async def on_reply(message: Message, work: Work, text: str, known: About, *, anew: bool) -> None:
    """A reply to something that is about a request or a draft; ``anew``: with a marker of its own."""
    files = files_of(message)
    if known.draft_id is not None:
        field = known.purpose.partition(":")[2]
        if field == delaying.KIND:
            await delaying.say_again(work, known.draft_id, text)
            return
        await intake.add(work, known.draft_id, text, name=field, anew=anew, files=files)
        return
    if known.request_id is None:
        await on_talk(message, work, text)
        return
    text = text or words_of(message)
    if not text and not files and is_unkept(message):
        raise Refused("error.reply_kind")
    if message.media_group_id and not text and await attachments.has_home(work, message.media_group_id):
        await attachments.album_item(work, files)
        return
    found, rest = action_of(text) if known.purpose.startswith("ask:") else in_reply(text)
    action: str | None = found
    if action is None and known.purpose.startswith("ask:"):
        action = _asked_for(known, text)
        work.asked = (known.request_id, action)
    await _act(work, known.request_id, action, rest.strip(), message)


def _asked_for(known: About, text: str) -> str:
    """The action that we asked about. Raises :class:`Refused` where the reply says no more than "never mind":
    it is no reason, and no answer."""
    if drafts.withdraws(text):
        raise Refused("ask.dropped")
    return known.purpose.partition(":")[2]


async def _act(work: Work, request_id: int, action: str | None, rest: str, message: Message) -> None:
    files = files_of(message)
    if action is None:
        await talking.comment(work, request_id, rest, files)
    elif action.startswith("why:"):
        await questions.explain(work, request_id, rest, files, to_chat=int(action.removeprefix("why:")))
    elif (said := CONTENT.get(Action(action))) is not None:
        await said(work, request_id, rest, files)
    else:
        await commands.act_on(work, message, action, rest, request_id)


async def on_talk(message: Message, work: Work, text: str) -> None:
    """Not marked, not a command, not a reply about a request."""
    action, rest = action_of(text)
    if action is not None:
        await _on_hashtag(message, work, action, rest)
        return
    files = files_of(message)
    if message.media_group_id and not text:
        await attachments.album_item(work, files)
    elif message.chat.type == "private":
        await _on_private_talk(message, work, text)
    elif looks_like_request(text):
        await intake.offer_to_register(work, text, files)
    elif _mentions_us(text, work) or _replies_to_us(message):
        raise Refused("error.not_understood")
    else:
        await members.noticed(work)


async def _on_hashtag(message: Message, work: Work, action: str, rest: str) -> None:
    """``#反馈`` that replies to nothing here: to the request that it names, or to the card of another chat that it
    quotes. Raises :class:`Refused`, which says how, for one that names none."""
    if is_number(split(rest)[0]):
        await commands.run(work, message, action, rest, replied=None)
        return
    request_id = await _quoted(message, work)
    if request_id is None:
        raise Refused("error.hashtag_alone", example=f"/{action} KS26-0042")
    await _act(work, request_id, action, rest, message)


async def _quoted(message: Message, work: Work) -> int | None:
    """The request of a message of ours in another chat that a message replies to."""
    quoted = message.external_reply
    if quoted is None or quoted.chat is None or quoted.message_id is None:
        return None
    known = await about(work, quoted.chat.id, quoted.message_id)
    return known.request_id if known is not None else None


async def _on_private_talk(message: Message, work: Work, text: str) -> None:
    """In private, words without a reply are for the draft that waits for them."""
    waiting = await drafts.waiting_in(work, message.chat.id)
    if waiting is not None:
        await intake.add(work, waiting.draft_id, text, files=files_of(message))
    elif looks_like_request(text):
        await intake.offer_to_register(work, text, files_of(message))
    else:
        raise Refused("error.private_talk")


#: A user's name, from its @ to its end; 5 to 32 characters at Telegram, shorter in a sandbox.
_MENTIONED = re.compile(r"@([A-Za-z0-9_]{1,64})", re.ASCII)


def _mentions_us(text: str, work: Work) -> bool:
    name = work.policy.bot_username.lower()
    return bool(name) and any(mentioned.lower() == name for mentioned in _MENTIONED.findall(text))


def _replies_to_us(message: Message) -> bool:
    """A reply to a message of ours that is about no request; in a topic everything replies to its beginning."""
    replied = message.reply_to_message
    if replied is None or replied.from_user is None or replied.forum_topic_created is not None:
        return False
    return message.bot is not None and replied.from_user.id == message.bot.id


async def on_edit(message: Message, work: Work) -> None:
    """An edited message: a draft, a request or an answer follows it; a command does not."""
    if impersonal(message) is not None:
        return
    text, by_hand = tidy(text_of(message)), message.edit_date is not None
    became = await sources.became(work)
    if became is not None and became.kind == "answer":
        words = as_answer(text, bot_username=work.policy.bot_username)
        await correcting.edited(work, became, words, by_hand=by_hand, files=files_of(message))
        return
    marked = marker(text, bot_username=work.policy.bot_username)
    if marked is None and commands.parse(text, bot_username=work.policy.bot_username) is not None:
        if not by_hand:  # a reaction or a link preview: nobody has changed it
            return
        raise Refused("error.edited_command")
    await edits.edited(
        work, marked=marked.rest if marked else None, text=text, sent_at=message.date, files=files_of(message),
        by_hand=by_hand,
    )  # fmt: skip


async def on_service(message: Message, work: Work) -> None:
    """A group moved, people came or left."""
    work.sender = None
    if message.migrate_to_chat_id:
        await chats.migrate(work, message.chat.id, message.migrate_to_chat_id)
    elif message.migrate_from_chat_id:
        await chats.migrate(work, message.migrate_from_chat_id, message.chat.id)
    elif message.left_chat_member and not message.left_chat_member.is_bot:
        gone = message.left_chat_member
        await members.left(
            work, Sender(telegram_id=gone.id, name=gone.full_name, username=gone.username or "")
        )


async def on_channel_post(message: Message, work: Work) -> None:
    """A post in a channel: nobody in particular stands behind it."""
    text, username = tidy(text_of(message)), work.policy.bot_username
    work.sender = None
    if marker(text, bot_username=username) or commands.parse(text, bot_username=username):
        await helping.say(work, t("error.channel_post"))
