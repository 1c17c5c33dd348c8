"""Telegram as this process meets it: who the bot is, how updates are fetched, how one call is made."""

__all__ = ["lean_aiogram", "poller", "sender", "telegram"]
