"""How a person's draft becomes messages: text in pieces, files, albums, anonymous and forwarded posts."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.world.errors import SandboxError
from sandbox.world.media import Upload, content_of
from sandbox.world.model import CHANNEL, PRIVATE, SUPERGROUP, Chat, Json, Message, Person
from sandbox.world.render import chat_json, user_json
from sandbox.world.text_entities import find_entities, utf16_length
from sandbox.world.world import ANONYMOUS_ADMIN, CHANNEL_POSTER, TELEGRAM_ITSELF, World

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
ALBUM_SIZE = 10


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A message that a person is about to send."""

    text: str = ""
    reply_to: int | None = None
    thread: int | None = None
    files: Sequence[Upload] = ()
    album: bool = False
    anonymous: bool = False
    forwarded_from: str | None = None
    as_channel: Chat | None = None
    automatic: bool = False
    content: Json | None = None
    entities: list[Json] | None = None


def post(world: World, person: Person, chat: Chat, draft: Draft) -> list[Message]:
    """Sends a draft; more than one message for an album or for a text beyond Telegram's limit.

    Raises:
        SandboxError: Telegram's own program would not have let the person send this.
    """
    _may_write(world, person, chat, draft)
    if draft.files:
        return _post_files(world, person, chat, draft)
    if not draft.text.strip() and not draft.content:
        raise SandboxError("an empty message cannot be sent")
    pieces = split_text(draft.text, TEXT_LIMIT) if draft.text else [""]
    return [
        _send(world, person, chat, draft, text=piece, content=draft.content or {}, first=index == 0)
        for index, piece in enumerate(pieces)
    ]


def _may_write(world: World, person: Person, chat: Chat, draft: Draft) -> None:
    if chat.migrated_to is not None:
        raise SandboxError(f"this group has become the supergroup {chat.migrated_to}")
    if chat.type == PRIVATE:
        if chat.person is not person:
            raise SandboxError(f"this is the private chat of {chat.person.name if chat.person else '?'}")
        return
    if draft.as_channel is None and not draft.automatic and not chat.has_member(person.id):
        raise SandboxError(f"{person.name} is not in {chat.title}")
    if draft.anonymous and not chat.is_admin(person.id):
        raise SandboxError("only administrators can be anonymous")
    if chat.type == CHANNEL and not chat.is_admin(person.id):
        raise SandboxError("only administrators can post in a channel")
    topic = chat.topics.get(draft.thread or 0)
    if draft.thread is not None and chat.is_forum and (topic is None or topic.deleted):
        raise SandboxError("there is no such topic")
    if topic is not None and topic.closed and not chat.is_admin(person.id):
        raise SandboxError("this topic is closed")


def split_text(text: str, limit: int) -> list[str]:
    """As Telegram's programs do with a text beyond the limit: pieces cut at line ends where possible."""
    text = text.strip()
    pieces = []
    while utf16_length(text) > limit:
        cut = limit
        while utf16_length(text[:cut]) > limit:
            cut -= utf16_length(text[:cut]) - limit
        line = text.rfind("\n", 0, cut)
        cut = line if line > cut // 2 else cut
        pieces.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*pieces, text]


def _post_files(world: World, person: Person, chat: Chat, draft: Draft) -> list[Message]:
    if utf16_length(draft.text) > CAPTION_LIMIT:
        raise SandboxError("a caption holds 1024 characters at most")
    together = draft.album and len(draft.files) > 1
    if together and len(draft.files) > ALBUM_SIZE:
        raise SandboxError("an album holds 10 files at most")
    album = str(secrets.randbits(50)) if together else None
    contents = [content_of(world, upload) for upload in draft.files]
    return [
        _send(
            world,
            person,
            chat,
            draft,
            text=draft.text if index == 0 else "",
            content=content,
            first=index == 0,
            album=album,
        )
        for index, content in enumerate(contents)
    ]


def _send(
    world: World,
    person: Person,
    chat: Chat,
    draft: Draft,
    *,
    text: str,
    content: Json,
    first: bool,
    album: str | None = None,
) -> Message:
    sender: Person | None = person
    sender_chat: Chat | None = None
    if draft.automatic:
        sender, sender_chat = TELEGRAM_ITSELF, draft.as_channel
    elif draft.as_channel is not None:
        sender, sender_chat = CHANNEL_POSTER, draft.as_channel
    elif chat.type == CHANNEL:
        sender, sender_chat = None, chat
    elif draft.anonymous:
        sender, sender_chat = ANONYMOUS_ADMIN, chat
    date = world.clock.timestamp()
    reply_to = draft.reply_to if first else None
    thread, in_topic = thread_of(chat, draft.thread, reply_to)
    text = text.strip()
    message = Message(
        chat=chat,
        id=world.next_message_id(chat),
        date=date,
        sender=sender,
        sender_chat=sender_chat,
        thread=thread,
        in_topic=in_topic,
        text=text or None,
        entities=find_entities(text, draft.entities),
        content={**content, **_forward_origin(world, draft, date)},
        reply_to=reply_to,
        album=album,
        automatic=draft.automatic,
    )
    world.store(message)
    world.deliver(message)
    return message


def thread_of(chat: Chat, thread: int | None, reply_to: int | None) -> tuple[int | None, bool]:
    """The message_thread_id of a new message, and whether it names a topic (else a thread of replies)."""
    replied = chat.messages.get(reply_to) if reply_to is not None else None
    if chat.is_forum and thread is not None:
        return thread, True
    if chat.type != SUPERGROUP or replied is None:
        return None, False
    if replied.in_topic:
        return replied.thread, True
    return (replied.thread or replied.id), False


def _forward_origin(world: World, draft: Draft, date: int) -> Json:
    if draft.automatic and draft.as_channel is not None:
        origin = {"type": "channel", "date": date, "chat": chat_json(draft.as_channel), "message_id": 1}
        return {"forward_origin": origin}
    if not draft.forwarded_from:
        return {}
    try:
        original = world.person(draft.forwarded_from)
    except SandboxError:
        hidden = {"type": "hidden_user", "date": date, "sender_user_name": draft.forwarded_from}
        return {"forward_origin": hidden}
    return {"forward_origin": {"type": "user", "date": date, "sender_user": user_json(original)}}
