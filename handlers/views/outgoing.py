"""What the views hand to the outbox: one Telegram call, ready but for the limits of sending."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

SEND, EDIT, FILES, DOCUMENT, REACT, NONE = "send", "edit", "files", "document", "react", "none"


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """An inline button as Telegram wants it: exactly one of ``data`` (≤ 64 bytes) and ``url`` is set."""

    label: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class FileRef:
    """A file that Telegram already has."""

    kind: str  # photo, document, video, audio, voice
    file_id: str
    name: str = ""
    refused: str = ""  # Telegram HTML: what is said in its place should Telegram not take it


@dataclass(frozen=True, kw_only=True, slots=True)
class Outgoing:
    """One call to make for an outbox line.

    Chat, topic and the message replied to are the line's own. Of several for one line, the first
    replies to ``reply_to`` and the last carries the buttons.

    ``kind``:

    - ``send``: a message with ``text``; ``plain`` is the same without markup, for the one retry after
      "can't parse entities".
    - ``edit``: of our message ``edit_message_id``. An empty ``text`` edits only its buttons. A card that
      is gone (``purpose`` card, "message to edit not found") is sent anew from the same ``text``.
    - ``files``: ``files`` as albums of at most ten that Telegram lets stand together, each with ``caption``.
    - ``document``: ``document_name`` and ``document`` (a text too long for messages, or a ledger), with
      ``caption``.
    - ``react``: the emoji ``text`` on the message ``edit_message_id``, whoever wrote it. No message to anybody.
    - ``none``: nothing is left to say; the line counts as sent.
    """

    kind: str
    text: str = ""  # Telegram HTML, ≤ 4096 UTF-16 units
    plain: str = ""
    rows: tuple[tuple[Key, ...], ...] = ()
    force_reply: bool = False
    placeholder: str = ""  # of the input field, ≤ 64 characters
    files: tuple[FileRef, ...] = ()
    caption: str = ""  # Telegram HTML, ≤ 1024 UTF-16 units
    protect: bool = False  # protect_content
    edit_message_id: int | None = None
    document_name: str = ""
    document: bytes = b""
    purpose: str = ""  # of the message, where it is another than the line's (``Post.purpose``)

    @property
    def shown(self) -> bytes:
        """16 bytes that differ when text or buttons differ: kept in ``Post.shown`` to skip equal edits."""
        return _seen(self.text, self.rows)

    @property
    def shown_buttons(self) -> bytes:
        """The same of the buttons alone: of a message whose text never changes."""
        return _seen("", self.rows)


def _seen(text: str, rows: tuple[tuple[Key, ...], ...]) -> bytes:
    buttons = [[(key.label, key.data, key.url) for key in row] for row in rows]
    seen = json.dumps([text, buttons], ensure_ascii=False)
    return hashlib.blake2b(seen.encode(), digest_size=16).digest()


NOTHING = Outgoing(kind=NONE)
