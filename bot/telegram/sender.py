"""What is to be done in a chat as Telegram's calls: how each is made, and what an error of it means."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import Any

from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import (
    DeleteMessage,
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

from bot.channels.channel import Address
from bot.channels.trouble import NotSent, Trouble
from bot.runtime import limits
from bot.telegram.limits import ALBUM_FILES, CAPTION_UNITS, TEXT_UNITS
from bot.telegram.markup import to_html
from bot.telegram.split import first_part, messages
from bot.telegram.veiled import unveiled
from handlers.views.outgoing import (
    Can,
    Delete,
    Document,
    Edit,
    EditButtons,
    FileRef,
    Files,
    Outgoing,
    React,
    Rows,
    Say,
)
from handlers.views.rich import Rich
from storage.tables.veil import CLEAR, Veil

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


#: Words of Telegram's descriptions in small letters; the first that is found decides. Collected in
#: https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/Client.cpp and in the issues that
#: name them; Telegram documents none.
_SAID = (
    ("message is not modified", Trouble.SAME),
    ("message to edit not found", Trouble.NO_MESSAGE),
    ("message can't be edited", Trouble.NO_MESSAGE),
    ("message_id_invalid", Trouble.NO_MESSAGE),
    ("message to delete not found", Trouble.NO_MESSAGE),
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


def trouble(error: Exception) -> Trouble:  # noqa: PLR0911
    """What an error of aiogram's means. Raises an error that is none of them."""
    match error:
        case TelegramRetryAfter():
            return Trouble.WAIT
        case TelegramMigrateToChat():
            return Trouble.MOVED
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


def not_sent(error: Exception) -> NotSent:
    """An error of aiogram's as the outbox understands it. Raises an error that is none of them."""
    return NotSent(
        trouble(error),
        error,
        refused=isinstance(error, TelegramBadRequest),
        seconds=error.retry_after if isinstance(error, TelegramRetryAfter) else 0,
        moved_to=error.migrate_to_chat_id if isinstance(error, TelegramMigrateToChat) else 0,
    )


CAN = Can(
    buttons=True, edits=True, reactions=True, threads=True, files=True, deletes=True, text_max=TEXT_UNITS
)
ROWS_MAX = 25  # Telegram: at most 100 buttons, the rest is dropped in silence


class Sender:
    """Telegram as the outbox sees it: :class:`bot.channels.channel.Channel`."""

    can = CAN

    def __init__(self, bot: Bot, veil: Veil = CLEAR) -> None:
        self._bot, self._veil = bot, veil

    def calls(self, out: Outgoing) -> list[Outgoing]:
        return pieces(out)

    def weight(self, out: Outgoing) -> int:
        """An edit counts, for Telegram refuses those too; a reaction is no message in a chat."""
        return weight(out)

    async def send(self, out: Outgoing, to: Address, *, plain: bool = False) -> list[int]:
        try:
            username = (await self._bot.me()).username or ""  # asked once, and kept
            call = method(unveiled(out, self._veil), to, plain=plain, username=username)
            result = await self._bot(call, request_timeout=int(limits.SEND_SECONDS))
        except Exception as error:
            raise not_sent(error) from error
        if isinstance(result, list):
            return [message.message_id for message in result]
        if isinstance(result, Message):
            return [result.message_id]
        if isinstance(out, Delete):
            return list(out.message_ids)
        return [out.message_id] if isinstance(out, Edit | EditButtons) else []  # an edit may give True


def pieces(out: Outgoing) -> list[Outgoing]:
    """The calls that one thing takes: a long text in parts, files in albums that Telegram lets stand together."""
    if isinstance(out, Say):
        return [*messages(out)]
    if isinstance(out, Delete):  # of several at once Telegram does not say which it did not
        return [Delete(message_ids=(number,)) for number in out.message_ids]
    if not isinstance(out, Files):
        return [out]
    albums: list[tuple[FileRef, ...]] = []
    for sort, group in groupby(out.files, key=lambda file: _ALBUM.get(file.kind)):
        files = tuple(group)
        size = ALBUM_FILES if sort else 1
        albums += [files[start : start + size] for start in range(0, len(files), size)]
    return [replace(out, files=files) for files in albums]


def weight(out: Outgoing) -> int:
    """How many messages it is to Telegram's limits."""
    match out:
        case React() | Delete():
            return 0
        case Files():
            return len(out.files)
    return 1


def method(out: Outgoing, to: Address, *, plain: bool = False, username: str = "") -> TelegramMethod[Any]:
    """The call; ``username``, the bot's own, leads from a group to the private chat."""
    match out:
        case Edit() if out.text:
            return EditMessageText(
                chat_id=int(to.native_id), message_id=out.message_id, link_preview_options=_NO_PREVIEW,
                reply_markup=_inline(out.rows, username), **_words("text", first_part(out.text), plain),
            )  # fmt: skip
        case Edit() | EditButtons():
            keyboard = _inline(out.rows, username)
            return EditMessageReplyMarkup(
                chat_id=int(to.native_id), message_id=out.message_id, reply_markup=keyboard
            )
        case React() | Delete():
            return _without_words(out, to)
    common: dict[str, Any] = {
        "chat_id": int(to.native_id),
        "message_thread_id": to.thread_id,
        "reply_parameters": _reply(to),
        "protect_content": out.protect or None,
    }
    if isinstance(out, Files):
        return _files(out, common, plain=plain)
    common["reply_markup"] = _markup(out, username)
    if isinstance(out, Document):
        return _made(out, {**_caption(out.caption, plain), **common})
    return SendMessage(link_preview_options=_NO_PREVIEW, **_words("text", out.text, plain), **common)


def _made(out: Document, fields: dict[str, Any]) -> SendPhoto | SendDocument:
    """A file that we made, as a picture or as a file."""
    file = BufferedInputFile(out.content, out.name)
    return SendPhoto(photo=file, **fields) if out.picture else SendDocument(document=file, **fields)


def _without_words(out: React | Delete, to: Address) -> TelegramMethod[Any]:
    if isinstance(out, Delete):
        return DeleteMessage(chat_id=int(to.native_id), message_id=out.message_ids[0])
    return SetMessageReaction(
        chat_id=int(to.native_id), message_id=out.message_id, reaction=[ReactionTypeEmoji(emoji=out.emoji)]
    )


def _words(field: str, text: Rich, plain: bool) -> dict[str, Any]:
    return {field: text.plain if plain else to_html(text), "parse_mode": None if plain else "HTML"}


def _caption(text: Rich, plain: bool) -> dict[str, Any]:
    return _words("caption", first_part(text, CAPTION_UNITS), plain) if text else {}


def _files(out: Files, common: dict[str, Any], *, plain: bool) -> TelegramMethod[Any]:
    caption = _caption(out.caption, plain)
    if len(out.files) > 1:
        media = [
            _MEDIA[file.kind](media=file.file_id, **({} if number else caption))
            for number, file in enumerate(out.files)
        ]
        return SendMediaGroup(media=media, **common)
    file = out.files[0]
    one: TelegramMethod[Message] = _ONE[file.kind](**{file.kind: file.file_id}, **caption, **common)
    return one


def _reply(to: Address) -> ReplyParameters | None:
    if to.reply_to is None:
        return None
    return ReplyParameters(message_id=to.reply_to, allow_sending_without_reply=True)


def _markup(out: Say | Document, username: str) -> InlineKeyboardMarkup | ForceReply | None:
    if isinstance(out, Say) and out.placeholder and not out.rows:
        return ForceReply(selective=True, input_field_placeholder=out.placeholder)
    return _inline(out.rows, username)


def _inline(rows: Rows, username: str) -> InlineKeyboardMarkup | None:
    """The buttons; one that opens the private chat is a link there, and none while we have no name."""
    keyboard = [
        [
            InlineKeyboardButton(
                text=key.label,
                callback_data=key.data or None,
                url=None if key.data else f"https://t.me/{username}?start={key.start}",
            )
            for key in row
            if key.data or username
        ]
        for row in rows
    ]
    filled = [row for row in keyboard if row][:ROWS_MAX]
    return InlineKeyboardMarkup(inline_keyboard=filled) if filled else None
