"""The Bot API over HTTP, as Telegram answers it: methods, checks, limits, faults, webhooks."""

__all__ = ["botapi", "faults", "limits", "methods_chats"]
