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

from handlers.views.catalogue import wording

EVERYBODY = ("new", "mine", "show", "find", "help", "lang")
WORK = (
    "accept",
    "answer",
    "correct",
    "return",
    "decline",
    "assign",
    "transfer",
    "delay",
    "nudge",
    "reuse",
    "release",
    "withhold",
    "close",
    "reopen",
    "cancel",
)
#: What a handler (the inbox) and a supervisor may look at; a liaison gives roles and takes the ledger besides.
LOOKING = ("inbox", "overdue", "stats", "digest", "members", "roster", "unit")
LIAISON = ("export", "role")
ADMIN = ("bind", "unbind", "audit", "verify")

SCOPES: tuple[tuple[BotCommandScopeUnion, tuple[str, ...]], ...] = (
    (BotCommandScopeDefault(), EVERYBODY),
    (BotCommandScopeAllGroupChats(), (*EVERYBODY, *WORK, *LOOKING)),
    (BotCommandScopeAllChatAdministrators(), (*EVERYBODY, *WORK, *LOOKING, *LIAISON, *ADMIN)),
    (BotCommandScopeAllPrivateChats(), ("start", *EVERYBODY, *WORK, *LOOKING, *LIAISON, "audit", "verify")),
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
