"""The world that is played: people, chats, messages, the clock, and what happened in it."""

__all__ = [
    "clock",
    "errors",
    "living",
    "media",
    "model",
    "people",
    "posting",
    "render",
    "text_entities",
    "updates",
    "view",
    "world",
]
