"""Errors of Telegram without what they quote."""

from __future__ import annotations

import pytest
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramNetworkError
from aiogram.methods import SendMessage

from bot.runtime.described import described

CALL = SendMessage(chat_id=1, text="x")


@pytest.mark.parametrize(
    ("error", "seen"),
    [
        (
            TelegramBadRequest(method=CALL, message="Bad Request: chat not found"),
            "TelegramBadRequest: chat not found",
        ),
        (
            TelegramForbiddenError(
                method=CALL, message="Forbidden: bot was kicked from the supergroup chat 王佳人案"
            ),
            "TelegramForbiddenError: bot was kicked",
        ),
        (
            TelegramBadRequest(
                method=CALL,
                message='Bad Request: can\'t parse entities: Unsupported start tag "anna smith 13812345678" at 7',
            ),
            "TelegramBadRequest: can't parse entities",
        ),
        (
            TelegramBadRequest(method=CALL, message="Bad Request: 王佳人 320583199204080027"),
            "TelegramBadRequest",
        ),
        (
            TelegramNetworkError(method=CALL, message="Request timeout error"),
            "TelegramNetworkError: request timeout",
        ),
        (ValueError("Anna Smith"), "ValueError"),
    ],
)
def test_an_error_says_its_class_and_known_words_alone(error: Exception, seen: str) -> None:
    assert described(error) == seen
