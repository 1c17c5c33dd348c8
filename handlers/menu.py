"""The commands menu, per scope and language. A menu shows what there is; it grants nothing."""

from __future__ import annotations

from aiogram import Bot
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeDefault,
    BotCommandScopeUnion,
)

from handlers.table import Menu, in_menu
from handlers.views.catalogue import wording

EVERYBODY = ("new", *in_menu(Menu.EVERYBODY))  # a post begins with /new, which is no command
GROUP = (*EVERYBODY, *in_menu(Menu.WORK, Menu.LOOKING))

SCOPES: tuple[tuple[BotCommandScopeUnion, tuple[str, ...]], ...] = (
    (BotCommandScopeDefault(), EVERYBODY),
    (BotCommandScopeAllGroupChats(), GROUP),
    (BotCommandScopeAllChatAdministrators(), (*GROUP, *in_menu(Menu.LIAISON, Menu.ADMIN))),
    (
        BotCommandScopeAllPrivateChats(),
        (
            *in_menu(Menu.START),
            *EVERYBODY,
            *in_menu(Menu.WORK, Menu.LOOKING, Menu.LIAISON, Menu.ADMIN, private=True),
        ),
    ),
)


async def set_menu(bot: Bot, *, default: str) -> None:
    """Set the menu for every scope, in the desk's language by default and in the other for its readers."""
    other = "en" if default == "zh" else "zh"
    for scope, names in SCOPES:
        for language, code in ((default, None), (other, other)):
            commands = [
                BotCommand(command=name, description=wording(f"menu.{name}", language)) for name in names
            ]
            await bot.set_my_commands(commands, scope=scope, language_code=code)
