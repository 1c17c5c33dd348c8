"""An update taken apart: who, where, which text, which files. No rule, no database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from aiogram.types import (
    CallbackQuery,
    Chat,
    ChatMemberUpdated,
    MaybeInaccessibleMessageUnion,
    Message,
    TelegramObject,
    User,
)

from workflow.kernel.tx import Place, Sender
from workflow.notices.attachments import FileIn
from workflow.organisation.work import Work

ANONYMOUS_ADMIN = 1087968824  # GroupAnonymousBot: no officer can be told from it
CHANNEL_POSTER = 136817688  # Channel_Bot: a user who posts as a channel
TELEGRAM_ITSELF = 777000  # automatic forwards from a linked channel
UNKEPT = ("video_note", "sticker", "poll", "dice", "game", "story")
FILES = ("document", "video", "audio", "voice")


def sender_of(user: User) -> Sender:
    return Sender(
        telegram_id=user.id,
        name=user.full_name,
        username=user.username or "",
        language=user.language_code or "",
        is_bot=user.is_bot,
    )


def place_of(message: MaybeInaccessibleMessageUnion) -> Place:
    """The topic only of a message that is in one: elsewhere ``message_thread_id`` names a chain of replies,
    and sending there fails with "message thread not found"."""
    in_topic = isinstance(message, Message) and message.is_topic_message
    return _place(
        message.chat,
        message_id=message.message_id,
        thread_id=message.message_thread_id if isinstance(message, Message) and in_topic else None,
    )


def _place(chat: Chat, *, message_id: int | None = None, thread_id: int | None = None) -> Place:
    return Place(
        chat_id=chat.id,
        kind=chat.type,
        title=chat.title or "",
        message_id=message_id,
        thread_id=thread_id,
        forum=bool(chat.is_forum),
    )


def sent_of(message: Message) -> datetime:
    """When its words were written: an edit has the date of the edit."""
    return datetime.fromtimestamp(message.edit_date, UTC) if message.edit_date else message.date


def text_of(message: Message) -> str:
    return message.text or message.caption or ""


def words_of(message: Message) -> str:
    """What a message without a text says all the same: a contact, a place."""
    if message.contact is not None:
        name = f"{message.contact.first_name} {message.contact.last_name or ''}".strip()
        return f"{name} {message.contact.phone_number}"
    if message.location is None:
        return ""
    named = f"{message.venue.title} {message.venue.address} " if message.venue is not None else ""
    return f"{named}{message.location.latitude}, {message.location.longitude}"


def is_unkept(message: Message) -> bool:
    """Whether a message carries something that can be neither kept nor passed on as a file."""
    return any(getattr(message, kind) is not None for kind in UNKEPT)


def said_in(message: MaybeInaccessibleMessageUnion) -> str:
    """What a message says, as far as Telegram shows it: nothing of one that is old or deleted."""
    return text_of(message) if isinstance(message, Message) else ""


def files_of(message: Message) -> list[FileIn]:
    """The file of a message (Telegram sends one with each), the largest size of a photo."""
    group = message.media_group_id
    if message.photo:
        best = message.photo[-1]
        return [FileIn(kind="photo", file_id=best.file_id, unique_id=best.file_unique_id, media_group=group)]
    for kind in FILES:
        file = getattr(message, kind)
        if file is not None:
            name = getattr(file, "file_name", None) or ""
            known = FileIn(kind=kind, file_id=file.file_id, unique_id=file.file_unique_id, name=name)
            return [replace(known, media_group=group)]
    return []


def impersonal(message: Message) -> str | None:
    """Why nobody in particular can be behind a message, as a catalogue key; None for a person's."""
    if message.from_user is None:
        return "error.channel_post"
    if message.from_user.id == ANONYMOUS_ADMIN:
        return "error.anonymous_admin"
    if message.sender_chat is not None or message.from_user.id in (CHANNEL_POSTER, TELEGRAM_ITSELF):
        return "error.posted_as_channel"
    return "error.from_bot" if message.from_user.is_bot else None


Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


async def who_and_where(handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
    """Middleware: puts sender and place on the work at hand."""
    work: Work = data["work"]
    match event:
        case Message():
            work.place, work.sent = place_of(event), sent_of(event)
            work.own_words = event.forward_origin is None and event.via_bot is None
            if event.from_user is not None and impersonal(event) is None:
                work.sender = sender_of(event.from_user)
        case CallbackQuery():
            work.sender, work.pressed = sender_of(event.from_user), True
            work.place = place_of(event.message) if event.message is not None else None
        case ChatMemberUpdated():
            work.place = _place(event.chat)
    return await handler(event, data)
