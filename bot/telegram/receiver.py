"""Telegram as the inbox sees it: :class:`bot.channels.channel.Receiver`. Its chats have its own numbers."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import Update
from pydantic import ValidationError

from bot.channels.channel import NumberOf, Raw, Unreadable, Whole
from bot.telegram import pieces, updates
from bot.telegram.incoming import incoming_of
from handlers.incoming import ButtonPress, Incoming
from handlers.router import Toast
from workflow.kernel.tx import Place

log = structlog.get_logger(__name__)

TOAST_MAX = 200  # characters of answerCallbackQuery (Bot API)


class Receiver:
    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def number_of(self, raw: Raw) -> int | None:
        return updates.number_of(raw)

    def lane_of(self, raw: Raw) -> int:
        return updates.lane_of(raw)

    async def place_of(self, raw: Raw, _number_of: NumberOf) -> Place | None:
        return updates.place_of(raw)

    def whole(self, raw: Raw, following: Iterable[tuple[int, Raw]]) -> Whole:
        return pieces.join(raw, following)

    async def read(self, raw: Raw, _number_of: NumberOf) -> Incoming | None:
        try:
            update = Update.model_validate(raw)
        except ValidationError as error:
            raise Unreadable from error
        return incoming_of(update, bot_id=self._bot.id)

    async def fetch(self, file_id: str, path: Path) -> None:
        await self._bot.download(file_id, destination=path)

    async def acknowledge(self, press: ButtonPress, toast: Toast) -> None:
        """Telegram takes an acknowledgement for some ten seconds; a late one fails and matters no more."""
        try:
            await self._bot.answer_callback_query(
                press.id, text=toast.text[:TOAST_MAX], show_alert=toast.alert
            )
        except TelegramAPIError as error:
            log.info("button_not_acknowledged", error=type(error).__name__)
