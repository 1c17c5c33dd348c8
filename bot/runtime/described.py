"""An error as a log, a table and those who run the desk may see it: its class, and words that are nobody's.

What a platform says of a refused call may quote what was sent: a name, a number, the title of a group. So may what a
parser, a codec, a look-up or the database says of what it was given, in any script and with or without marks.
"""

from __future__ import annotations

import re
import traceback

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
    """``BadRequest: chat not found``; the class alone where the words are not among :data:`KNOWN`."""
    said = str(getattr(error, "message", "") or error).lower()
    words = next((known for known in KNOWN if known in said), "")
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


#: Packages whose errors say what the Bot API, or the network to it, said.
_OF_CHANNELS = frozenset(("aiogram", "aiohttp"))
#: Errors whose words are about code or machine, never about what was worked on.
_OF_CODE = (
    AttributeError, NameError, ImportError, TypeError, NotImplementedError, RecursionError, MemoryError,
    TimeoutError,
)  # fmt: skip
#: Packages whose errors are said in words of their own; what they quote stands between marks.
_OF_OURS = frozenset((
    "bot", "handlers", "web", "workflow", "matching", "storage", "sandbox", "sqlalchemy", "sqlite3", "asyncpg",
))  # fmt: skip
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_QUOTED = re.compile(r"""'[^']*'|"[^"]*\"""")
_MOST_CHARS = 300
_MOST_CAUSES = 10


def told(error: BaseException) -> str:
    """``KeyError``, ``OSError: No space left on device``: the class, and of its words those that cannot be
    somebody's. Of what is not known, none: the stack says where."""
    package = type(error).__module__.partition(".")[0]
    if package in _OF_CHANNELS:
        return described(error)
    if isinstance(error, OSError):
        words = error.strerror or ""  # not the file's name, which may be a person's
    elif isinstance(error, _OF_CODE):
        words = str(error)
    elif package in _OF_OURS:
        words = _QUOTED.sub("'…'", str(error).partition("\n")[0])
    else:
        words = ""
    words = _NOT_ASCII.sub("…", words)[:_MOST_CHARS]
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


def stack_of(error: BaseException | None) -> str:
    """Where an error, and what caused it, came from: lines of code, and :func:`told` of each."""
    parts: list[str] = []
    while error is not None and len(parts) < _MOST_CAUSES:
        frames = "".join(traceback.format_tb(error.__traceback__))
        parts.append(f"{frames}{type(error).__module__}.{told(error)}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\ncaused by\n".join(parts)
