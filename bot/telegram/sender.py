"""One call of the views to Telegram: how it is made, and what an error of it means."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import groupby
from typing import Any

from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import (
    EditMessageReplyMarkup,
    EditMessageText,
    SendAudio,
    SendDocument,
    SendMediaGroup,
    SendMessage,
    SendPhoto,
    SendVideo,
    SendVoice,
    SetMessageReaction,
    TelegramMethod,
)
from aiogram.types import (
    BufferedInputFile,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    LinkPreviewOptions,
    Message,
    ReactionTypeEmoji,
    ReplyParameters,
)

from bot.runtime import limits
from handlers.views.html import to_plain
from handlers.views.outgoing import DOCUMENT, EDIT, FILES, REACT, SEND, FileRef, Outgoing

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_ONE = {
    "photo": SendPhoto,
    "video": SendVideo,
    "document": SendDocument,
    "audio": SendAudio,
    "voice": SendVoice,
}
_MEDIA = {
    "photo": InputMediaPhoto,
    "video": InputMediaVideo,
    "document": InputMediaDocument,
    "audio": InputMediaAudio,
}
#: Photos and videos may stand in one album; documents only with documents, audio with audio; voice alone
#: (https://core.telegram.org/bots/api#sendmediagroup).
_ALBUM = {"photo": "picture", "video": "picture", "document": "document", "audio": "audio"}


class Trouble(Enum):
    """What an error of a call means for the line."""

    AGAIN = auto()  # of the network or of Telegram: the same may succeed, or may have succeeded
    NO_TOKEN = auto()  # nothing can be sent any more
    UNREACHABLE = auto()  # we were thrown out, blocked, muted; or the chat is gone
    NO_TOPIC = auto()  # the topic is closed or deleted
    NO_REPLY = auto()  # the message replied to is gone
    NO_MESSAGE = auto()  # the message to edit is gone, or too old
    SAME = auto()  # it shows that already
    MARKUP = auto()  # Telegram does not understand our HTML
    NEVER = auto()  # the call is wrong


#: Words of Telegram's descriptions in small letters; the first that is found decides. Collected in
#: https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/Client.cpp and in the issues that
#: name them; Telegram documents none.
_SAID = (
    ("message is not modified", Trouble.SAME),
    ("message to edit not found", Trouble.NO_MESSAGE),
    ("message can't be edited", Trouble.NO_MESSAGE),
    ("message_id_invalid", Trouble.NO_MESSAGE),
    ("message thread not found", Trouble.NO_TOPIC),
    ("topic_closed", Trouble.NO_TOPIC),
    ("topic_deleted", Trouble.NO_TOPIC),
    ("message to be replied not found", Trouble.NO_REPLY),
    ("replied message not found", Trouble.NO_REPLY),
    ("message to reply not found", Trouble.NO_REPLY),
    ("can't parse entities", Trouble.MARKUP),
    ("chat not found", Trouble.UNREACHABLE),
    ("not enough rights", Trouble.UNREACHABLE),
    ("have no rights to send", Trouble.UNREACHABLE),
    ("need administrator rights", Trouble.UNREACHABLE),
    ("chat_write_forbidden", Trouble.UNREACHABLE),
    ("chat_restricted", Trouble.UNREACHABLE),
    ("chat_send_plain_forbidden", Trouble.UNREACHABLE),
    ("peer_id_invalid", Trouble.UNREACHABLE),
    ("user is deactivated", Trouble.UNREACHABLE),
)


def trouble(error: Exception) -> Trouble:
    """What an error means; 429 and migration are aiogram's own classes, and are looked at before."""
    match error:
        case TelegramEntityTooLarge():
            return Trouble.NEVER
        case TelegramNetworkError() | TelegramServerError() | ClientDecodeError():
            return Trouble.AGAIN  # what cannot be decoded is a page of a proxy: "502 Bad Gateway"
        case TelegramUnauthorizedError() | TelegramNotFound():
            return Trouble.NO_TOKEN  # 404 is what an unknown token gets in the method's address
        case TelegramForbiddenError():
            return Trouble.UNREACHABLE
        case TelegramBadRequest():
            said = error.message.lower()
            return next((means for words, means in _SAID if words in said), Trouble.NEVER)
        case TelegramAPIError():
            return Trouble.NEVER
    raise error


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """Where a call goes."""

    chat_id: int
    thread_id: int | None = None
    reply_to: int | None = None


def pieces(out: Outgoing) -> list[Outgoing]:
    """The calls that one :class:`Outgoing` takes: files in albums that Telegram lets stand together."""
    if out.kind != FILES:
        return [out]
    albums: list[tuple[FileRef, ...]] = []
    for sort, group in groupby(out.files, key=lambda file: _ALBUM.get(file.kind)):
        files = tuple(group)
        size = limits.ALBUM_FILES if sort else 1
        albums += [files[start : start + size] for start in range(0, len(files), size)]
    return [replace(out, files=files) for files in albums]


def one_by_one(out: Outgoing) -> list[Outgoing]:
    """The calls that send an album's files singly: it is refused as a whole for one of them."""
    return [
        replace(out, files=(file,), caption=out.caption if n == 0 else "", plain=out.plain if n == 0 else "")
        for n, file in enumerate(out.files)
    ]


def words_instead(out: Outgoing) -> Outgoing:
    """What is said in the place of the one file that Telegram does not take."""
    said = "\n".join(filter(None, (out.caption, out.files[0].refused)))
    return replace(out, kind=SEND, text=said, plain=to_plain(said), files=(), caption="")


def weight(out: Outgoing) -> int:
    """How many messages it is to Telegram's limits. An edit counts, for Telegram refuses those too; a reaction
    is no message in a chat."""
    return 0 if out.kind == REACT else max(1, len(out.files))


async def call(bot: Bot, out: Outgoing, to: Address, *, plain: bool = False) -> list[int]:
    """Makes the call; the ids of the messages in the chat. Raises aiogram's errors."""
    method = _method(out, to, plain=plain)
    result = await bot(method, request_timeout=int(limits.SEND_SECONDS))
    if isinstance(result, list):
        return [message.message_id for message in result]
    if isinstance(result, Message):
        return [result.message_id]
    return [out.edit_message_id] if out.edit_message_id is not None else []  # an edit may give True


def _method(out: Outgoing, to: Address, *, plain: bool) -> TelegramMethod[Any]:
    if out.kind == EDIT and out.edit_message_id is not None:
        return _edit(out, out.edit_message_id, to, plain=plain)
    if out.kind == REACT and out.edit_message_id is not None:
        return SetMessageReaction(
            chat_id=to.chat_id, message_id=out.edit_message_id, reaction=[ReactionTypeEmoji(emoji=out.text)]
        )
    common: dict[str, Any] = {
        "chat_id": to.chat_id,
        "message_thread_id": to.thread_id,
        "reply_parameters": _reply(to),
        "protect_content": out.protect or None,
    }
    if out.kind == FILES and len(out.files) > 1:
        return SendMediaGroup(media=_media(out, plain=plain), **common)
    common["reply_markup"] = _markup(out)
    if out.kind == SEND:
        return SendMessage(
            text=out.plain if plain else out.text, parse_mode=None if plain else "HTML",
            link_preview_options=_NO_PREVIEW, **common,
        )  # fmt: skip
    common |= {
        "caption": (out.plain if plain else out.caption) or None,
        "parse_mode": None if plain else "HTML",
    }
    if out.kind == DOCUMENT:
        return SendDocument(document=BufferedInputFile(out.document, out.document_name), **common)
    if out.kind == FILES and out.files:
        file = out.files[0]
        one: TelegramMethod[Message] = _ONE[file.kind](**{file.kind: file.file_id}, **common)
        return one
    raise ValueError(f"no call for an outgoing message of kind {out.kind!r}")


def _edit(out: Outgoing, message_id: int, to: Address, *, plain: bool) -> TelegramMethod[Any]:
    keyboard = _inline(out)
    if not out.text:
        return EditMessageReplyMarkup(chat_id=to.chat_id, message_id=message_id, reply_markup=keyboard)
    return EditMessageText(
        chat_id=to.chat_id, message_id=message_id, text=out.plain if plain else out.text,
        parse_mode=None if plain else "HTML", link_preview_options=_NO_PREVIEW, reply_markup=keyboard,
    )  # fmt: skip


def _reply(to: Address) -> ReplyParameters | None:
    if to.reply_to is None:
        return None
    return ReplyParameters(message_id=to.reply_to, allow_sending_without_reply=True)


def _markup(out: Outgoing) -> InlineKeyboardMarkup | ForceReply | None:
    if out.force_reply and not out.rows:
        return ForceReply(selective=True, input_field_placeholder=out.placeholder or None)
    return _inline(out)


def _inline(out: Outgoing) -> InlineKeyboardMarkup | None:
    if not out.rows:
        return None
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [
                InlineKeyboardButton(text=key.label, callback_data=key.data or None, url=key.url or None)
                for key in row
            ]
            for row in out.rows
        ]
    )


def _media(out: Outgoing, *, plain: bool) -> list[Any]:
    media = []
    for n, file in enumerate(out.files):
        caption = (out.plain if plain else out.caption) if n == 0 else ""
        media.append(
            _MEDIA[file.kind](
                media=file.file_id, caption=caption or None, parse_mode=None if plain else "HTML"
            )
        )
    return media
