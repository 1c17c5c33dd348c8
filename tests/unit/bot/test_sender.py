"""Calls made of what the views hand over, and what Telegram's errors mean."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram.exceptions import (
    ClientDecodeError,
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
    GetMe,
    SendDocument,
    SendMediaGroup,
    SendMessage,
    SendPhoto,
    SendVoice,
    TelegramMethod,
)

from bot.telegram import sender
from bot.telegram.sender import Address, Trouble, pieces, trouble, weight
from handlers.views.outgoing import DOCUMENT, EDIT, FILES, SEND, FileRef, Key, Outgoing

TO = Address(chat_id=-100, thread_id=9, reply_to=5)
ROWS = ((Key(label="受理", data="1:accept:7"), Key(label="看", url="https://t.me/x")),)


def method(out: Outgoing, to: Address = TO, *, plain: bool = False) -> TelegramMethod[Any]:
    return sender._method(out, to, plain=plain)


def test_a_message_goes_to_its_topic_as_a_reply_even_if_what_it_replies_to_is_gone() -> None:
    made = method(Outgoing(kind=SEND, text="<b>x</b>", plain="x", rows=ROWS))
    assert isinstance(made, SendMessage)
    assert (made.chat_id, made.message_thread_id, made.text, made.parse_mode) == (-100, 9, "<b>x</b>", "HTML")
    assert made.reply_parameters is not None
    assert made.reply_parameters.message_id == 5
    assert made.reply_parameters.allow_sending_without_reply is True
    markup = made.reply_markup
    assert markup is not None
    assert [key.callback_data for key in markup.inline_keyboard[0]] == ["1:accept:7", None]  # type: ignore[union-attr]


def test_the_plain_form_has_no_markup() -> None:
    made = method(Outgoing(kind=SEND, text="<b>x", plain="x"), plain=True)
    assert isinstance(made, SendMessage)
    assert (made.text, made.parse_mode) == ("x", None)


def test_a_prompt_forces_a_reply_of_whoever_was_asked() -> None:
    made = method(Outgoing(kind=SEND, text="?", force_reply=True, placeholder="事由"))
    assert isinstance(made, SendMessage)
    assert made.reply_markup is not None
    assert made.reply_markup.selective is True  # type: ignore[union-attr]


def test_an_edit_is_of_the_text_or_of_the_buttons_alone() -> None:
    text = method(Outgoing(kind=EDIT, text="x", edit_message_id=8, rows=ROWS))
    buttons = method(Outgoing(kind=EDIT, edit_message_id=8))
    assert isinstance(text, EditMessageText)
    assert isinstance(buttons, EditMessageReplyMarkup)
    assert buttons.reply_markup is None


def test_one_file_is_sent_by_its_own_method_and_protected() -> None:
    photo = FileRef(kind="photo", file_id="P")
    made = method(Outgoing(kind=FILES, files=(photo,), caption="c", protect=True))
    assert isinstance(made, SendPhoto)
    assert (made.photo, made.caption, made.protect_content) == ("P", "c", True)
    voice = method(Outgoing(kind=FILES, files=(FileRef(kind="voice", file_id="V"),)))
    assert isinstance(voice, SendVoice)


def test_several_files_are_an_album_with_one_caption() -> None:
    files = (FileRef(kind="photo", file_id="P"), FileRef(kind="video", file_id="V"))
    made = method(Outgoing(kind=FILES, files=files, caption="c"))
    assert isinstance(made, SendMediaGroup)
    assert [media.type for media in made.media] == ["photo", "video"]
    assert [media.caption for media in made.media] == ["c", None]


def test_a_long_text_is_a_document() -> None:
    made = method(Outgoing(kind=DOCUMENT, document=b"x", document_name="a.txt", caption="c"))
    assert isinstance(made, SendDocument)
    assert made.document.filename == "a.txt"  # type: ignore[union-attr]


def test_albums_hold_what_telegram_lets_stand_together_and_ten_at_most() -> None:
    files = tuple(
        FileRef(kind=kind, file_id=str(number))
        for number, kind in enumerate(["photo"] * 11 + ["video"] + ["document"] * 2 + ["voice"] * 2)
    )
    made = pieces(Outgoing(kind=FILES, files=files, caption="c", plain="c"))
    assert [len(piece.files) for piece in made] == [10, 2, 2, 1, 1]
    assert {piece.caption for piece in made} == {"c"}, "each of them says what it belongs to"
    assert [file for piece in made for file in piece.files] == list(files)
    assert weight(made[0]) == 10
    assert weight(Outgoing(kind=SEND, text="x")) == 1


def bad(said: str) -> TelegramBadRequest:
    return TelegramBadRequest(method=GetMe(), message=f"Bad Request: {said}")


@pytest.mark.parametrize(
    ("error", "means"),
    [
        (bad("message is not modified: specified new message content…"), Trouble.SAME),
        (bad("message to edit not found"), Trouble.NO_MESSAGE),
        (bad("message can't be edited"), Trouble.NO_MESSAGE),
        (bad("message thread not found"), Trouble.NO_TOPIC),
        (bad("TOPIC_CLOSED"), Trouble.NO_TOPIC),
        (bad("message to be replied not found"), Trouble.NO_REPLY),
        (bad("can't parse entities: Unsupported start tag"), Trouble.MARKUP),
        (bad("chat not found"), Trouble.UNREACHABLE),
        (bad("not enough rights to send text messages to the chat"), Trouble.UNREACHABLE),
        (bad("message is too long"), Trouble.NEVER),
        (bad("BUTTON_DATA_INVALID"), Trouble.NEVER),
        (TelegramForbiddenError(method=GetMe(), message="Forbidden: bot was kicked"), Trouble.UNREACHABLE),
        (TelegramUnauthorizedError(method=GetMe(), message="Unauthorized"), Trouble.NO_TOKEN),
        (TelegramNotFound(method=GetMe(), message="Not Found"), Trouble.NO_TOKEN),
        (TelegramServerError(method=GetMe(), message="Bad Gateway"), Trouble.AGAIN),
        (TelegramNetworkError(method=GetMe(), message="reset"), Trouble.AGAIN),
        (TelegramEntityTooLarge(method=GetMe(), message="too large"), Trouble.NEVER),
        (ClientDecodeError("x", ValueError(), "<html>"), Trouble.AGAIN),
    ],
)
def test_each_error_has_its_meaning(error: Exception, means: Trouble) -> None:
    assert trouble(error) is means


def test_an_error_of_ours_is_not_telegram_s() -> None:
    with pytest.raises(ZeroDivisionError):
        trouble(ZeroDivisionError())
