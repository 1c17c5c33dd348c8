"""The bot towards Telegram at its start: who it is, and how updates come."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

import structlog
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import User

from bot.runtime import limits
from bot.runtime.failure import Failure
from bot.settings.model import Settings
from bot.telegram.limits import WEBHOOK_CONNECTIONS
from web.webhook import address_of, secret_of

log = structlog.get_logger(__name__)

CLOUD = "https://api.telegram.org"
TOKEN_REFUSED = "Telegram refuses the token: take a valid one from @BotFather into [telegram] token"  # noqa: S105
_AWAY = (TelegramNetworkError, TelegramServerError, TelegramRetryAfter, ClientDecodeError)


def make_bot(settings: Settings) -> Bot:
    """The bot of the configuration; no call is made. Takes a while: the certificates are loaded. Raises
    :class:`Failure` without a token."""
    token = token_of(settings)
    base = settings.telegram.api_base
    server = PRODUCTION if base == CLOUD else TelegramAPIServer.from_base(base)
    return Bot(token, session=AiohttpSession(api=server, timeout=limits.SEND_SECONDS))


def token_of(settings: Settings) -> str:
    """The bot's token. Raises :class:`Failure` without one."""
    token = settings.telegram.token.get_secret_value()
    if not token:
        raise Failure("there is no bot token: set [telegram] token or CROSSBEAT_TELEGRAM__TOKEN")
    return token


async def introduce(bot: Bot) -> User:
    """Who the bot is. While Telegram is away it is asked again; a refused token is a :class:`Failure`."""
    failures = 0
    while True:
        try:
            return await bot.me()
        except (TelegramUnauthorizedError, TelegramNotFound):
            raise Failure(TOKEN_REFUSED) from None
        except _AWAY as error:
            failures += 1
            await _wait(error, failures)


async def connect(bot: Bot, settings: Settings, allowed_updates: Sequence[str]) -> None:
    """Tells Telegram whether we poll or are called. What waits there is never dropped.

    The webhook stays set when we stop: other replicas go on, and what comes meanwhile waits for us.
    """
    failures = 0
    while True:
        try:
            if settings.telegram.mode == "polling":
                await bot.delete_webhook(drop_pending_updates=False)
                return
            url, _ = address_of(settings.telegram.webhook_url)
            await bot.set_webhook(
                url,
                secret_token=webhook_secret(settings),
                allowed_updates=list(allowed_updates),
                max_connections=WEBHOOK_CONNECTIONS,
                drop_pending_updates=False,
            )
            return
        except (TelegramUnauthorizedError, TelegramNotFound):
            raise Failure(TOKEN_REFUSED) from None
        except _AWAY as error:
            failures += 1
            await _wait(error, failures)
        except TelegramAPIError as error:
            raise Failure(f"Telegram does not take the webhook: {error.message}") from None


def webhook_secret(settings: Settings) -> str:
    telegram = settings.telegram
    return secret_of(telegram.token.get_secret_value(), telegram.webhook_secret.get_secret_value())


async def _wait(error: Exception, failures: int) -> None:
    seconds = min(limits.BACKOFF_MOST_SECONDS, limits.BACKOFF_FIRST_SECONDS * 2 ** (failures - 1))
    seconds *= random.uniform(0.8, 1.2)  # noqa: S311 - replicas do not come back in step
    if isinstance(error, TelegramRetryAfter):
        seconds = max(seconds, float(error.retry_after))
    log.warning(
        "telegram_unreachable", error=type(error).__name__, failures=failures, seconds=round(seconds, 1)
    )
    await asyncio.sleep(seconds)
