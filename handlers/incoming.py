"""What comes in from a chat, whatever platform the chat is on: a channel makes one of these of what it receives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflow.kernel.tx import Place, Sender
from workflow.notices.attachments import FileIn


@dataclass(frozen=True, kw_only=True, slots=True)
class Replied:
    """The message that another one replies to."""

    message_id: int
    sender: Sender | None = None
    ours: bool = False
    text: str = ""  # as far as the channel shows it
    opens_topic: bool = False  # in a topic everything replies to its beginning


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """A message of a group or a private chat."""

    place: Place
    sender: Sender | None  # None where nobody in particular stands behind it
    sent: datetime  # when its words were written: of an edit, when it was edited
    text: str = ""
    besides: str = ""  # what it says without a text all the same: a contact, a place
    files: tuple[FileIn, ...] = ()
    album: str | None = None
    unkept: bool = False  # it carries what can be neither kept nor passed on as a file
    own_words: bool = True  # its sender wrote it
    forwarded: bool = False
    impersonal: str | None = None  # why nobody can be told from it: a catalogue key
    automatic: bool = False  # passed on by the platform: nobody waits for an answer to it
    reply: Replied | None = None
    quoted: tuple[int, int] | None = None  # the chat and the id of a message elsewhere that it replies to
    mentioned: Sender | None = None  # the first person that it mentions by more than a username


@dataclass(frozen=True, kw_only=True, slots=True)
class Edited:
    """A message that was edited. ``by_hand``: by its sender, not by a reaction or a preview of a link."""

    post: Posted
    first_sent: datetime
    by_hand: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Announced:
    """A post of a broadcast: nobody in particular stands behind it."""

    place: Place
    text: str
    sent: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ButtonPress:
    """A button that somebody pressed. ``id``: by which the channel is told what became of it."""

    id: str
    sender: Sender
    place: Place | None  # None where the message is gone
    data: str
    says: str = ""  # the message under which it stands, as far as the channel shows it


@dataclass(frozen=True, kw_only=True, slots=True)
class BotStatus:
    """What the bot itself may do in a chat now. ``sender`` is who changed it."""

    place: Place
    sender: Sender
    gone: bool
    came: bool  # it was not there before
    went: bool = False  # it was there before
    demoted: bool = False  # it is there still, and no admin any more


@dataclass(frozen=True, kw_only=True, slots=True)
class Joined:
    """People came into a group, or other ``bots``."""

    place: Place
    sent: datetime | None = None
    bots: tuple[Sender, ...] = ()
    by: Sender | None = None  # who brought them, where the channel tells


@dataclass(frozen=True, kw_only=True, slots=True)
class Promoted:
    """Somebody is an admin of a group, who was none before."""

    place: Place
    who: Sender
    by: Sender


@dataclass(frozen=True, kw_only=True, slots=True)
class Demoted:
    """Somebody is in a group still, and no admin of it any more."""

    place: Place
    who: Sender


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """Somebody left a group."""

    place: Place
    who: Sender
    sent: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatMoved:
    """A group goes on under another id."""

    place: Place
    sent: datetime
    old: int
    new: int


Incoming = (
    Posted | Edited | Announced | ButtonPress | BotStatus | Joined | Left | Promoted | Demoted | ChatMoved
)
