"""Calls made of what the views hand over, and what Telegram's errors mean."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram.exceptions import (
    ClientDecodeError,
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

from bot.channels.channel import Address
from bot.channels.trouble import Trouble
from bot.telegram import sender
from bot.telegram.sender import not_sent, pieces, trouble, weight
from handlers.views.outgoing import Document, Edit, EditButtons, FileRef, Files, Key, Outgoing, React, Say
from handlers.views.rich import Rich, Span, Style, words

BOLD = Rich((Span("x", (Style.BOLD,)),))
TO = Address(chat_id=-100, native_id="-100", thread_id=9, reply_to=5)
ROWS = ((Key(label="受理", data="1:accept:7"), Key(label="看", start="r_1")),)


def method(out: Outgoing, to: Address = TO, *, plain: bool = False) -> TelegramMethod[Any]:
    return sender.method(out, to, plain=plain, username="desk_bot")


def test_a_message_goes_to_its_topic_as_a_reply_even_if_what_it_replies_to_is_gone() -> None:
    made = method(Say(text=BOLD, rows=ROWS))
    assert isinstance(made, SendMessage)
    assert (made.chat_id, made.message_thread_id, made.text, made.parse_mode) == (-100, 9, "<b>x</b>", "HTML")
    assert made.reply_parameters is not None
    assert made.reply_parameters.message_id == 5
    assert made.reply_parameters.allow_sending_without_reply is True
    markup = made.reply_markup
    assert markup is not None
    keys = markup.inline_keyboard[0]  # type: ignore[union-attr]
    assert [key.callback_data for key in keys] == ["1:accept:7", None]
    assert [key.url for key in keys] == [None, "https://t.me/desk_bot?start=r_1"]


def test_a_button_that_leads_nowhere_is_left_out() -> None:
    made = sender.method(Say(text=BOLD, rows=ROWS), TO)
    assert isinstance(made, SendMessage)
    assert [key.text for key in made.reply_markup.inline_keyboard[0]] == ["受理"]  # type: ignore[union-attr]
    alone = sender.method(Say(text=BOLD, rows=(ROWS[0][1:],)), TO)
    assert isinstance(alone, SendMessage)
    assert alone.reply_markup is None


def test_the_plain_form_has_no_markup() -> None:
    made = method(Say(text=BOLD), plain=True)
    assert isinstance(made, SendMessage)
    assert (made.text, made.parse_mode) == ("x", None)


def test_a_prompt_forces_a_reply_of_whoever_was_asked() -> None:
    made = method(Say(text=words("?"), placeholder="事由"))
    assert isinstance(made, SendMessage)
    assert made.reply_markup is not None
    assert made.reply_markup.selective is True  # type: ignore[union-attr]


def test_an_edit_is_of_the_text_or_of_the_buttons_alone() -> None:
    text = method(Edit(text=words("x"), message_id=8, rows=ROWS))
    buttons = method(EditButtons(message_id=8))
    assert isinstance(method(Edit(text=Rich(), message_id=8)), EditMessageReplyMarkup)
    assert isinstance(text, EditMessageText)
    assert isinstance(buttons, EditMessageReplyMarkup)
    assert buttons.reply_markup is None


def test_an_edited_text_never_becomes_two_messages() -> None:
    made = method(Edit(message_id=8, text=words("行\n" * 5000)))
    assert isinstance(made, EditMessageText)
    assert made.text.endswith("…")
    assert len(made.text) <= 4096


def test_one_file_is_sent_by_its_own_method_and_protected() -> None:
    photo = FileRef(kind="photo", file_id="P")
    made = method(Files(files=(photo,), caption=words("c"), protect=True))
    assert isinstance(made, SendPhoto)
    assert (made.photo, made.caption, made.protect_content) == ("P", "c", True)
    voice = method(Files(files=(FileRef(kind="voice", file_id="V"),)))
    assert isinstance(voice, SendVoice)


def test_several_files_are_an_album_with_one_caption() -> None:
    files = (FileRef(kind="photo", file_id="P"), FileRef(kind="video", file_id="V"))
    made = method(Files(files=files, caption=words("c")))
    assert isinstance(made, SendMediaGroup)
    assert [media.type for media in made.media] == ["photo", "video"]
    assert [media.caption for media in made.media] == ["c", None]


def test_a_long_text_is_a_document() -> None:
    made = method(Document(content=b"x", name="a.txt", caption=words("c")))
    assert isinstance(made, SendDocument)
    assert made.document.filename == "a.txt"  # type: ignore[union-attr]


def test_albums_hold_what_telegram_lets_stand_together_and_ten_at_most() -> None:
    files = tuple(
        FileRef(kind=kind, file_id=str(number))
        for number, kind in enumerate(["photo"] * 11 + ["video"] + ["document"] * 2 + ["voice"] * 2)
    )
    made = pieces(Files(files=files, caption=words("c")))
    albums = [piece for piece in made if isinstance(piece, Files)]
    assert [len(album.files) for album in albums] == [10, 2, 2, 1, 1]
    assert {album.caption for album in albums} == {words("c")}, "each of them says what it belongs to"
    assert [file for album in albums for file in album.files] == list(files)
    assert weight(made[0]) == 10
    assert weight(Say(text=words("x"))) == 1
    assert weight(React(message_id=1, emoji="👌")) == 0


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


def test_a_wait_says_how_long_and_a_move_where_to() -> None:
    wait = not_sent(TelegramRetryAfter(method=GetMe(), message="Too Many Requests", retry_after=7))
    assert (wait.what, wait.seconds) == (Trouble.WAIT, 7)
    moved = not_sent(TelegramMigrateToChat(method=GetMe(), message="upgraded", migrate_to_chat_id=-1009))
    assert (moved.what, moved.moved_to) == (Trouble.MOVED, -1009)
    assert not_sent(bad("REACTION_INVALID")).refused


def test_an_error_of_ours_is_not_telegram_s() -> None:
    with pytest.raises(ZeroDivisionError):
        trouble(ZeroDivisionError())
