"""What must be known of a raw update before it is parsed, or when it cannot be parsed at all."""

from __future__ import annotations

from typing import Any

from storage.tables.numbers import SPAN
from workflow.kernel.tx import Place

MOST = SPAN - 1  # "at most 52 significant bits"


def number_of(update: dict[str, Any]) -> int | None:
    """An update's own number, None for one that has none."""
    return _int(update.get("update_id"))


def lane_of(update: dict[str, Any]) -> int:
    """The chat whose order must be kept, else the person; 0 where there is neither."""
    for body in update.values():
        if not isinstance(body, dict):
            continue
        if (chat := _chat(body)) is not None:
            return chat
        if (person := _id(body.get("from") or body.get("user"))) is not None:
            return person
    return 0


def place_of(update: dict[str, Any]) -> Place | None:
    """Where somebody waits for an answer: to a message or a button. None for what nobody waits for."""
    for kind in ("message", "edited_message", "callback_query"):
        body = update.get(kind)
        message = body.get("message") if kind == "callback_query" and isinstance(body, dict) else body
        if not isinstance(message, dict) or (chat_id := _chat(message)) is None:
            continue
        thread = message.get("message_thread_id") if message.get("is_topic_message") is True else None
        return Place(
            chat_id=chat_id,
            kind=str(message["chat"].get("type", "")),
            thread_id=_int(thread),
            message_id=_int(message.get("message_id")),
        )
    return None


def _chat(body: dict[str, Any]) -> int | None:
    found = _id(body.get("chat"))
    if found is None and isinstance(body.get("message"), dict):
        found = _id(body["message"].get("chat"))
    return found


def _id(value: Any) -> int | None:
    return _int(value.get("id")) if isinstance(value, dict) else None


def _int(value: Any) -> int | None:
    """A number that is one of Telegram's."""
    is_number = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MOST
    return value if is_number else None
