"""The Telegram channel: what it receives and sends, its markup, its limits, its errors. Nothing else knows of them."""

__all__ = [
    "asking",
    "channel",
    "governor",
    "incoming",
    "lean_aiogram",
    "menu",
    "poller",
    "telegram",
]
