"""What the views hand to the outbox: what is to be done in a chat, whatever shows the chat."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta

from handlers.views.rich import NO_WORDS, Rich


@dataclass(frozen=True, kw_only=True, slots=True)
class Can:
    """What a channel can do: the views word nothing that it cannot show, the outbox asks for nothing else."""

    buttons: bool
    edits: bool  # of messages that were sent
    reactions: bool
    threads: bool  # topics within a chat, and replies
    files: bool  # passed on by the channel's own id
    deletes: bool  # messages that stand in a chat
    text_max: int  # UTF-16 units of one message


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """A button, of which exactly one is set: ``data`` comes back to us when it is pressed, ``start`` opens the
    private chat with it."""

    label: str
    data: str = ""
    start: str = ""


Rows = tuple[tuple[Key, ...], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FileRef:
    """A file that the channel already has."""

    kind: str  # photo, document, video, audio, voice
    file_id: str
    name: str = ""
    refused: Rich = NO_WORDS  # what is said in its place should the channel not take it


@dataclass(frozen=True, kw_only=True, slots=True)
class Say:
    """A message of any length. What is too long even for several becomes a document of that ``name``.

    Of several messages for one line the first replies to what the line replies to, the last has the buttons.
    ``placeholder``: the reader's client opens a reply to it, with this in the empty field.
    ``purpose``: of the message, where it is another than the line's (``Post.purpose``).
    """

    text: Rich
    rows: Rows = ()
    placeholder: str = ""
    protect: bool = False
    name: str = "text.txt"
    purpose: str = ""
    lasts: timedelta | None = None  # so long it stands in the chat, and is deleted; None: it stays
    shows: bytes = b""  # what it counts as showing, where it is short for more
    as_of: int | None = None  # of a full text: how far the record of its request had gone


@dataclass(frozen=True, kw_only=True, slots=True)
class Edit:
    """Our message shows another text and other buttons. A card that is gone is said anew."""

    message_id: int
    text: Rich
    rows: Rows = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class EditButtons:
    """Our message keeps its text and has other buttons."""

    message_id: int
    rows: Rows = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class React:
    """An emoji on a message, whoever wrote it. No message to anybody."""

    message_id: int
    emoji: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Files:
    """Files, in as few messages as the channel lets them stand together, each with the caption."""

    files: tuple[FileRef, ...]
    caption: Rich = NO_WORDS
    protect: bool = False
    purpose: str = ""
    lasts: timedelta | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A file that we made: a text too long for messages, or a ledger; with ``picture`` one to be seen in the chat."""

    name: str
    content: bytes
    caption: Rich = NO_WORDS
    rows: Rows = ()
    protect: bool = False
    purpose: str = ""
    lasts: timedelta | None = None
    as_of: int | None = None  # see :class:`Say`
    picture: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Delete:
    """Messages of a chat that go. Those that are gone already are no fault."""

    message_ids: tuple[int, ...]


Outgoing = Say | Edit | EditButtons | React | Files | Document | Delete


def seen(text: Rich, rows: Rows = ()) -> bytes:
    """16 bytes that differ when text or buttons differ: kept in ``Post.shown`` to skip equal edits."""
    spans = [[span.text, *map(str, span.marks)] for span in text.spans]
    buttons = [[(key.label, key.data, key.start) for key in row] for row in rows]
    shown = json.dumps([spans, buttons], ensure_ascii=False)
    return hashlib.blake2b(shown.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def shown(out: Outgoing) -> bytes:
    """What a message shows once this is done."""
    if isinstance(out, Say) and out.shows:
        return out.shows
    return seen(out.text, out.rows) if isinstance(out, Say | Edit) else shown_buttons(out)


def shown_buttons(out: Outgoing) -> bytes:
    """The same of the buttons alone: of a message whose text never changes."""
    return seen(NO_WORDS, () if isinstance(out, React | Files | Delete) else out.rows)
