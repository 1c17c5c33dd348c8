"""What the views hand to the outbox: one Telegram call, ready but for the limits of sending."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

SEND, EDIT, FILES, DOCUMENT, NONE = "send", "edit", "files", "document", "none"


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

    @property
    def shown(self) -> bytes:
        """16 bytes that differ when text or buttons differ: kept in ``Post.shown`` to skip equal edits."""
        buttons = [[(key.label, key.data, key.url) for key in row] for row in self.rows]
        seen = json.dumps([self.text, buttons], ensure_ascii=False)
        return hashlib.blake2b(seen.encode(), digest_size=16).digest()


NOTHING = Outgoing(kind=NONE)
