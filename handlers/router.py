"""The handlers put together, with the one place that turns refusals into words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiogram import Bot, Dispatcher, F, Router
from aiogram.exceptions import TelegramAPIError
from aiogram.types import CallbackQuery, TelegramObject

from handlers import buttons, members, messages
from handlers.incoming import who_and_where
from handlers.views.reader import render_plain
from workflow.kernel.errors import AlreadyDone, Refused
from workflow.kernel.text import Text, t
from workflow.lookup import helping
from workflow.organisation.places import tongue
from workflow.organisation.work import Work

log = structlog.get_logger(__name__)

TOAST_MAX = 200  # characters of answerCallbackQuery (Bot API)

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]
SERVICE = F.migrate_to_chat_id | F.migrate_from_chat_id | F.left_chat_member | F.new_chat_members

ALLOWED_UPDATES = (
    "message",
    "edited_message",
    "channel_post",
    "callback_query",
    "my_chat_member",
    "chat_member",
)


def build() -> Dispatcher:
    """A dispatcher with all handlers. Nothing of the conversation is kept in it."""
    dispatcher = Dispatcher(disable_fsm=True)
    router = Router(name="crossbeat")
    router.message.register(messages.on_service, SERVICE)
    router.message.register(messages.on_message)
    router.edited_message.register(messages.on_edit)
    router.channel_post.register(messages.on_channel_post)
    router.callback_query.register(buttons.on_button)
    router.my_chat_member.register(members.on_bot_status)
    router.chat_member.register(members.on_member)
    for observer in router.observers.values():
        observer.outer_middleware(who_and_where)
        observer.outer_middleware(acknowledged if observer is router.callback_query else refusals)
    dispatcher.include_router(router)
    return dispatcher


async def refusals(handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
    """A refusal is answered; a duplicate is nothing; all else goes to the inbox, which tries again."""
    work: Work = data["work"]
    try:
        return await handler(event, data)
    except AlreadyDone:
        return None
    except Refused as refused:
        await helping.refuse(work, refused)
        return None


async def acknowledged(handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
    """A pressed button always stops spinning: with what was done, or with why not."""
    work: Work = data["work"]
    if not isinstance(event, CallbackQuery):
        return await handler(event, data)
    told: Text = t("toast.failed")
    alert = True
    try:
        told, alert = await handler(event, data), False
    except AlreadyDone:
        told, alert = t("toast.done"), False
    except Refused as refused:
        told = refused.text
        if refused.buttons:
            await helping.refuse(work, refused)
    finally:
        await _acknowledge(event, data["bot"], work, told, alert=alert)
    return None


async def _acknowledge(query: CallbackQuery, bot: Bot, work: Work, told: Text, *, alert: bool) -> None:
    """Telegram takes an acknowledgement for some ten seconds; a late one fails and matters no more."""
    async with work.read(short=True) as tx:
        reader = await tongue(tx, query.message.chat.id if query.message else query.from_user.id)
    text = render_plain(told, language=reader.language, zone=reader.zone, now=work.clock())[:TOAST_MAX]
    try:
        await bot.answer_callback_query(query.id, text=text, show_alert=alert)
    except TelegramAPIError as error:
        log.info("button_not_acknowledged", update=work.update_id, error=type(error).__name__)
