"""An error as a log, a table and those who run the desk may see it: its class, and words that we know.

What Telegram says of a refused call may quote what was sent: a name, a number, the title of a group.
"""

from __future__ import annotations

#: Descriptions of the Bot API, or their beginnings, in small letters. Anything else is left out.
KNOWN = (
    "message is not modified", "message to edit not found", "message can't be edited", "message_id_invalid",
    "message to be replied not found", "replied message not found", "message to reply not found",
    "message to delete not found", "message can't be deleted", "message thread not found", "topic_closed",
    "topic_deleted", "topic_not_modified", "can't parse entities", "message text is empty", "message is too long",
    "message caption is too long", "chat not found", "user not found", "bot was blocked by the user",
    "bot was kicked", "bot is not a member", "bot can't initiate conversation", "user is deactivated",
    "not enough rights", "have no rights to send", "need administrator rights", "chat_write_forbidden",
    "chat_restricted", "chat_send_plain_forbidden", "chat_send_media_forbidden", "peer_id_invalid",
    "group chat was upgraded", "wrong file identifier", "wrong remote file identifier", "wrong type of file",
    "file is too big", "failed to get http url content", "photo_invalid_dimensions", "image_process_failed",
    "media_empty", "button_data_invalid", "button_url_invalid", "reaction_invalid", "query is too old",
    "too many requests", "retry after", "request entity too large", "unauthorized", "conflict", "not found",
    "bad gateway", "gateway timeout", "internal server error", "service unavailable", "request timeout",
    "server disconnected", "cannot connect to host", "connection reset", "connection refused", "timeout",
)  # fmt: skip


def described(error: BaseException) -> str:
    """``TelegramBadRequest: chat not found``; the class alone where the words are not among :data:`KNOWN`."""
    said = str(getattr(error, "message", "") or error).lower()
    words = next((known for known in KNOWN if known in said), "")
    return f"{type(error).__name__}: {words}" if words else type(error).__name__
