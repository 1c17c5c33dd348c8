"""An update taken apart: who, where, which text, which files. No rule, no database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram.types import CallbackQuery, ChatMemberUpdated, Message, TelegramObject, User

from workflow.errors import Refused
from workflow.lifecycle import FileIn
from workflow.work import Place, Sender, Work

ANONYMOUS_ADMIN = 1087968824  # GroupAnonymousBot: no officer can be told from it
CHANNEL_POSTER = 136817688  # Channel_Bot: a user who posts as a channel
TELEGRAM_ITSELF = 777000  # automatic forwards from a linked channel


def sender_of(user: User) -> Sender:
    return Sender(
        telegram_id=user.id, name=user.full_name, username=user.username or "",
        language=user.language_code or "", is_bot=user.is_bot,
    )  # fmt: skip


def place_of(message: Message) -> Place:
    """The topic only of a message that is in one: elsewhere ``message_thread_id`` names a chain of replies,
    and sending there fails with "message thread not found"."""
    chat = message.chat
    return Place(
        chat_id=chat.id, kind=chat.type, title=chat.title or "", message_id=message.message_id,
        thread_id=message.message_thread_id if message.is_topic_message else None, forum=bool(chat.is_forum),
    )  # fmt: skip


def text_of(message: Message) -> str:
    return message.text or message.caption or ""


def files_of(message: Message) -> list[FileIn]:
    group = message.media_group_id
    if message.photo:
        best = message.photo[-1]
        return [FileIn(kind="photo", file_id=best.file_id, unique_id=best.file_unique_id, media_group=group)]
    for kind in ("document", "video", "audio", "voice"):
        file = getattr(message, kind)
        if file is not None:
            name = getattr(file, "file_name", None) or ""
            return [
                FileIn(
                    kind=kind,
                    file_id=file.file_id,
                    unique_id=file.file_unique_id,
                    name=name,
                    media_group=group,
                )
            ]
    return []


def impersonal(message: Message) -> str | None:
    """Why nobody in particular can be behind a message, as a catalogue key; None for a person's."""
    if message.from_user is None:
        return "error.channel_post"
    if message.from_user.id == ANONYMOUS_ADMIN:
        return "error.anonymous_admin"
    if message.sender_chat is not None or message.from_user.id == CHANNEL_POSTER:
        return "error.posted_as_channel"
    return None


Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


async def who_and_where(handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
    """Middleware: puts sender and place on the work at hand."""
    work: Work = data["work"]
    match event:
        case Message():
            work.place = place_of(event)
            work.sender = (
                sender_of(event.from_user) if event.from_user and impersonal(event) is None else None
            )
        case CallbackQuery():
            work.sender = sender_of(event.from_user)
            if event.message is not None:
                chat = event.message.chat
                thread = (
                    event.message.message_thread_id
                    if isinstance(event.message, Message) and event.message.is_topic_message
                    else None
                )
                work.place = Place(
                    chat_id=chat.id, kind=chat.type, title=chat.title or "", message_id=event.message.message_id,
                    thread_id=thread, forum=bool(chat.is_forum),
                )  # fmt: skip
        case ChatMemberUpdated():
            chat = event.chat
            work.place = Place(
                chat_id=chat.id, kind=chat.type, title=chat.title or "", forum=bool(chat.is_forum)
            )
    return await handler(event, data)


def refuse_impersonal(message: Message) -> None:
    why = impersonal(message)
    if why is not None:
        raise Refused(why)
