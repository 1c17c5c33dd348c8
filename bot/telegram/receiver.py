"""Telegram as the inbox sees it: :class:`bot.channels.channel.Receiver`. Its groups have its own numbers, people stand
under the desk's veil."""

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
from bot.telegram.veiled import veiled
from handlers.incoming import ButtonPress, Incoming
from handlers.router import Toast
from storage.tables.veil import CLEAR, Veil
from workflow.kernel.tx import Place

log = structlog.get_logger(__name__)

TOAST_MAX = 200  # characters of answerCallbackQuery (Bot API)


class Receiver:
    def __init__(self, bot: Bot, veil: Veil = CLEAR) -> None:
        self._bot, self._veil = bot, veil

    def number_of(self, raw: Raw) -> int | None:
        return updates.number_of(raw)

    def lane_of(self, raw: Raw) -> int:
        return self._veil.ours(updates.lane_of(raw))

    async def place_of(self, raw: Raw, _number_of: NumberOf) -> Place | None:
        place = updates.place_of(raw)
        return veiled(place, self._veil) if place is not None else None

    def whole(self, raw: Raw, following: Iterable[tuple[int, Raw]]) -> Whole:
        return pieces.join(raw, following)

    async def read(self, raw: Raw, _number_of: NumberOf) -> Incoming | None:
        try:
            update = Update.model_validate(raw)
        except ValidationError as error:
            raise Unreadable from error
        incoming = incoming_of(update, bot_id=self._bot.id)
        return veiled(incoming, self._veil) if incoming is not None else None

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
