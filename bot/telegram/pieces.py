"""One text that the sender's program cut into several messages: put together again before it is handled.

A program cuts a text that is too long for a message and sends the pieces one after the other. They are joined from
the table of what has arrived, so that neither a restart nor another replica parts them; whatever the text is for (a
post, an answer, a comment), it is handled as one. Only who has sent a message that is nearly full waits, for a moment.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.channels.channel import Whole
from handlers.views.rich import utf16_length

#: UTF-16 units from which on a message may go on in the next one. A program cuts between words, not at the very limit
#: of 4,096 (https://core.telegram.org/bots/api#sendmessage), or 1,024 for a caption.
NEARLY_FULL, NEARLY_FULL_CAPTION = 3800, 960
APART_SECONDS = 5  # between two pieces, by when they were sent
_MEDIA = frozenset({
    "photo", "document", "video", "audio", "voice", "video_note", "sticker", "animation", "contact", "location",
    "poll", "caption",
})  # fmt: skip


def _goes_on(message: dict[str, Any]) -> bool:
    text, caption = message.get("text"), message.get("caption")
    if isinstance(text, str):
        return utf16_length(text) >= NEARLY_FULL
    return isinstance(caption, str) and utf16_length(caption) >= NEARLY_FULL_CAPTION


def join(payload: dict[str, Any], following: Iterable[tuple[int, dict[str, Any]]]) -> Whole:
    """The update with its pieces among those that ``following`` it in its chat, as (number, update)."""
    message = payload.get("message")
    if not isinstance(message, dict) or not _goes_on(message):
        return Whole(raw=payload)
    key = "text" if isinstance(message.get("text"), str) else "caption"
    whole, before, also = message[key], message, list[int]()
    for number, update in following:
        after = update.get("message")
        if not isinstance(after, dict) or _id(after, "from") != _id(message, "from"):
            continue  # somebody else's, in between
        if not _goes_on(before) or not _is_piece(before, after, first=message):
            break
        whole += after["text"]
        also.append(number)
        before = after
    joined = payload | {"message": message | {key: whole}}
    return Whole(raw=joined, also=tuple(also), goes_on=_goes_on(before))


def _is_piece(before: dict[str, Any], after: dict[str, Any], *, first: dict[str, Any]) -> bool:
    text = after.get("text")
    if not isinstance(text, str) or _MEDIA & after.keys() or text.lstrip()[:1] in ("/", "／", "#", "＃"):
        return False
    if ("forward_origin" in before) != ("forward_origin" in after) or "via_bot" in after:
        return False
    if _topic(after) != _topic(first):
        return False
    replied = _message(after)
    apart = int(after.get("date", 0)) - int(before.get("date", 0))
    return (replied is None or replied == _message(first)) and 0 <= apart <= APART_SECONDS


def _topic(message: dict[str, Any]) -> Any:
    """Outside a topic ``message_thread_id`` names a chain of replies, which the next piece need not be part of."""
    return message.get("message_thread_id") if message.get("is_topic_message") is True else None


def _id(message: dict[str, Any], name: str) -> Any:
    return (message.get(name) or {}).get("id")


def _message(message: dict[str, Any]) -> Any:
    return (message.get("reply_to_message") or {}).get("message_id")
