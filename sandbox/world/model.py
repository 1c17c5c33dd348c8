"""What the sandbox keeps: people, chats, topics, messages, files, pressed buttons.

Everything lives in memory and is changed in place by `world.py` and `people.py` alone.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

PRIVATE, GROUP, SUPERGROUP, CHANNEL = "private", "group", "supergroup", "channel"
MEMBER_STATES = ("creator", "administrator", "member", "restricted")
"""The states of a chat member in which he is in the chat."""


@dataclass(kw_only=True)
class Person:
    """A Telegram user; `unit`, `role` and `note` are only shown on the page."""

    id: int
    name: str
    username: str | None = None
    is_bot: bool = False
    language: str = "zh"
    unit: str | None = None
    role: str | None = None
    name_en: str | None = None
    started: bool = False
    blocked: bool = False
    deactivated: bool = False


@dataclass(kw_only=True)
class Topic:
    """A topic of a forum; its id is the id of the message that opened it."""

    id: int
    name: str
    closed: bool = False
    deleted: bool = False


@dataclass(kw_only=True, eq=False)
class Message:
    """One message as the server keeps it; `render.message_json` gives the Bot API's form."""

    chat: "Chat"
    id: int
    date: int
    sender: Person | None = None
    sender_chat: "Chat | None" = None
    thread: int | None = None
    in_topic: bool = False
    text: str | None = None
    entities: list[Json] = field(default_factory=list)
    content: Json = field(default_factory=dict)
    reply_to: int | None = None
    album: str | None = None
    markup: Json | None = None
    edited: int | None = None
    deleted: bool = False
    protected: bool = False
    automatic: bool = False
    signature: str | None = None
    reactions: list[Json] = field(default_factory=list)

    @property
    def has_media(self) -> bool:
        """Whether `text` is a caption."""
        return any(kind in self.content for kind in MEDIA_KINDS)

    @property
    def is_service(self) -> bool:
        """Whether it tells of an event (somebody joined, …) rather than saying something."""
        return any(kind in self.content for kind in SERVICE_KINDS)


MEDIA_KINDS = ("photo", "document", "video", "audio", "voice", "animation")
SERVICE_KINDS = (
    "new_chat_members",
    "left_chat_member",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_closed",
    "forum_topic_reopened",
    "pinned_message",
    "new_chat_title",
    "group_chat_created",
    "supergroup_chat_created",
)


@dataclass(kw_only=True, eq=False)
class Chat:
    """A private chat with the bot, a group, a supergroup (perhaps with topics) or a channel."""

    id: int
    type: str
    title: str | None = None
    title_en: str | None = None
    username: str | None = None
    unit: str | None = None
    is_forum: bool = False
    person: Person | None = None
    members: dict[int, str] = field(default_factory=dict)
    rights: dict[int, Json] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    reactions_allowed: bool = True  # any of the free ones; none otherwise
    migrated_to: int | None = None
    deleted: bool = False
    last_message_id: int = 0

    def status(self, user_id: int) -> str:
        """The membership of a user; "left" for one who was never there."""
        return self.members.get(user_id, "left")

    def has_member(self, user_id: int) -> bool:
        """Whether the user is in the chat now."""
        return self.status(user_id) in MEMBER_STATES

    def is_admin(self, user_id: int) -> bool:
        """Whether the user administers the chat."""
        return self.status(user_id) in ("creator", "administrator")


@dataclass(kw_only=True)
class StoredFile:
    """A file that somebody sent; downloadable by the bot through `getFile`."""

    file_id: str
    unique_id: str
    name: str
    mime: str
    path: str
    data: bytes


@dataclass(kw_only=True, eq=False)
class Press:
    """One press of an inline button, until the bot has answered it."""

    id: str
    person: Person
    chat_id: int
    message_id: int
    data: str
    pressed_at: float
    answer: "asyncio.Future[Json]"
