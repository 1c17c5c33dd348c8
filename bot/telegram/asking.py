"""What ``crossbeat check`` asks Telegram: whether it takes the token, whether the bot sees and reaches each group."""

from __future__ import annotations

from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramForbiddenError,
    TelegramNotFound,
    TelegramUnauthorizedError,
)

from bot.runtime.finding import Finding, brief, error, warning
from bot.settings.model import Settings
from bot.telegram.telegram import make_bot

CALL_SECONDS = 10


async def about(settings: Settings, bound: dict[int, list[str]]) -> list[Finding]:
    """What is wrong with the token or the groups; ``bound`` holds the groups that are to be reached."""
    bot = make_bot(settings)
    try:
        protection = settings.protection
        wants = {
            "protection.delete_posts": ("posts", protection.delete_posts),
            "protection.move_identity_photos": (
                "pictures of identity documents",
                protection.move_identity_photos,
            ),
        }
        return await _ask(bot, bound, {key: what for key, (what, wanted) in wants.items() if wanted})
    finally:
        await bot.session.close()


async def _ask(bot: Bot, bound: dict[int, list[str]], deletes: dict[str, str]) -> list[Finding]:
    """``deletes``: what is to be deleted in groups, by the key that says so."""
    try:
        me = await bot.get_me(request_timeout=CALL_SECONDS)
    except (TelegramUnauthorizedError, TelegramNotFound):
        return [error("telegram.token", "Telegram refuses it: take a valid one from @BotFather")]
    except AiogramError as failure:
        return [error("telegram.api_base", f"Telegram does not answer: {brief(failure)}")]
    found = []
    for chat_id in sorted(bound):
        try:
            member = await bot.get_chat_member(chat_id, me.id, request_timeout=CALL_SECONDS)
        except TelegramForbiddenError:
            found.append(error("chats", f"the bot is not in the group {chat_id}"))
            continue
        except AiogramError as failure:  # one odd answer must not hide what else is wrong
            found.append(error("chats", f"the group {chat_id} is not reached: {brief(failure)}"))
            continue
        if member.status in ("left", "kicked"):
            found.append(error("chats", f"the bot is not in the group {chat_id}"))
        elif member.status != "administrator" and not me.can_read_all_group_messages:
            how = "make it an admin there, or switch privacy off with @BotFather and add it again"
            found.append(
                error("chats", f"privacy mode hides requests from the bot in the group {chat_id}: {how}")
            )
        elif deletes and not getattr(member, "can_delete_messages", False):
            how = "make it an admin there who may delete messages"
            found += [
                warning(key, f"{what} stay in the group {chat_id}: {how}") for key, what in deletes.items()
            ]
    return found
