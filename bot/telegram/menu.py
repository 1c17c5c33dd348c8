"""The commands menu, per scope and language."""

from __future__ import annotations

from collections.abc import Callable

from aiogram import Bot
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeDefault,
    BotCommandScopeUnion,
)

from handlers.menu import SCOPES, described

_SCOPES: dict[str, Callable[[], BotCommandScopeUnion]] = {
    "anywhere": BotCommandScopeDefault,
    "group": BotCommandScopeAllGroupChats,
    "group_admins": BotCommandScopeAllChatAdministrators,
    "private": BotCommandScopeAllPrivateChats,
}


async def set_menu(bot: Bot, *, default: str) -> None:
    """Set the menu for every scope, in the desk's language by default and in the other for its readers."""
    other = "en" if default == "zh" else "zh"
    for where, names in SCOPES.items():
        for language, code in ((default, None), (other, other)):
            commands = [BotCommand(command=name, description=described(name, language)) for name in names]
            await bot.set_my_commands(commands, scope=_SCOPES[where](), language_code=code)
