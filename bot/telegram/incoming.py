"""An update of Telegram's as what came in: who, where, which text, which files. No rule, no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from aiogram.types import (
    CallbackQuery,
    Chat,
    ChatMemberRestricted,
    ChatMemberUpdated,
    ExternalReplyInfo,
    MaybeInaccessibleMessageUnion,
    Message,
    ResultChatMemberUnion,
    Update,
    User,
)

from handlers.incoming import (
    Announced,
    BotStatus,
    ButtonPress,
    ChatMoved,
    Demoted,
    Edited,
    Incoming,
    Joined,
    Left,
    Posted,
    Promoted,
    Replied,
)
from storage.tables.numbers import FIRST
from workflow.kernel.tx import Place, Sender
from workflow.notices.attachments import FileIn

#: What Telegram is asked to send.
ALLOWED_UPDATES = (
    "message",
    "edited_message",
    "channel_post",
    "callback_query",
    "my_chat_member",
    "chat_member",
)
ANONYMOUS_ADMIN = 1087968824  # GroupAnonymousBot: no officer can be told from it
CHANNEL_POSTER = 136817688  # Channel_Bot: a user who posts as a channel
TELEGRAM_ITSELF = 777000  # automatic forwards from a linked channel
UNKEPT = ("video_note", "sticker", "poll", "dice", "game", "story")
FILES = ("document", "video", "audio", "voice")
GONE = frozenset({"left", "kicked"})
ADMINS = frozenset({"creator", "administrator"})
GROUPS = frozenset({"group", "supergroup"})


def incoming_of(update: Update, *, bot_id: int) -> Incoming | None:  # noqa: PLR0911
    """What an update brings; None for a kind that nothing here waits for."""
    if update.message is not None:
        return _service(update.message, bot_id) or posted(update.message, bot_id=bot_id)
    if update.edited_message is not None:
        message = update.edited_message
        by_hand = message.edit_date is not None
        return Edited(post=posted(message, bot_id=bot_id), first_sent=message.date, by_hand=by_hand)
    if update.channel_post is not None:
        message = update.channel_post
        return Announced(place=place_of(message), text=text_of(message), sent=sent_of(message))
    if update.callback_query is not None:
        return _press(update.callback_query)
    if update.my_chat_member is not None:
        return _bot_status(update.my_chat_member)
    if update.chat_member is not None:
        return _member(update.chat_member)
    return None


def posted(message: Message, *, bot_id: int) -> Posted:
    """A message as somebody's post."""
    why = impersonal(message)
    mentioned = [e.user for e in message.entities or () if e.type == "text_mention" and e.user]
    return Posted(
        place=place_of(message),
        sender=sender_of(message.from_user) if message.from_user is not None and why is None else None,
        sent=sent_of(message),
        text=text_of(message),
        besides=words_of(message),
        files=tuple(files_of(message)),
        album=message.media_group_id,
        unkept=any(getattr(message, kind) is not None for kind in UNKEPT),
        own_words=message.forward_origin is None and message.via_bot is None,
        forwarded=message.forward_origin is not None,
        impersonal=why,
        automatic=bool(message.is_automatic_forward),
        reply=_replied(message.reply_to_message, bot_id),
        quoted=_quoted(message.external_reply),
        mentioned=sender_of(mentioned[0]) if mentioned else None,
    )


def _replied(message: Message | None, bot_id: int) -> Replied | None:
    if message is None:
        return None
    return Replied(
        message_id=message.message_id,
        sender=sender_of(message.from_user) if message.from_user is not None else None,
        ours=message.from_user is not None and message.from_user.id == bot_id,
        text=text_of(message),
        opens_topic=message.forum_topic_created is not None,
    )


def _quoted(quoted: ExternalReplyInfo | None) -> tuple[int, int] | None:
    if quoted is None or quoted.chat is None or quoted.message_id is None:
        return None
    return quoted.chat.id, quoted.message_id


def _service(message: Message, bot_id: int) -> Incoming | None:
    """A group moved, people came or left; None for any other message. That we ourselves did comes as what we may do
    there."""
    place, sent = place_of(message), sent_of(message)
    if message.migrate_to_chat_id:
        return ChatMoved(place=place, sent=sent, old=message.chat.id, new=message.migrate_to_chat_id)
    if message.migrate_from_chat_id:
        return ChatMoved(place=place, sent=sent, old=message.migrate_from_chat_id, new=message.chat.id)
    if message.left_chat_member and message.left_chat_member.id != bot_id:
        return Left(place=place, sent=sent, who=sender_of(message.left_chat_member))
    came = message.new_chat_members or ()
    if not came and message.left_chat_member is None:
        return None
    bots = tuple(sender_of(user) for user in came if user.is_bot and user.id != bot_id)
    by = sender_of(message.from_user) if message.from_user is not None else None
    return Joined(place=place, sent=sent, bots=bots, by=by if bots else None)


def _press(query: CallbackQuery) -> ButtonPress:
    message = query.message
    return ButtonPress(
        id=query.id,
        sender=sender_of(query.from_user),
        place=place_of(message) if message is not None else None,
        data=query.data or "",
        says=text_of(message) if isinstance(message, Message) else "",
    )


def _bot_status(event: ChatMemberUpdated) -> BotStatus:
    gone = _gone(event.new_chat_member)
    came = not gone and _gone(event.old_chat_member)
    return BotStatus(
        place=_place(event.chat),
        sender=sender_of(event.from_user),
        gone=gone,
        came=came,
        went=gone and not _gone(event.old_chat_member),
        demoted=not gone and _admin(event.old_chat_member) and not _admin(event.new_chat_member),
    )


def _member(event: ChatMemberUpdated) -> Incoming | None:
    """Somebody left a group, became its admin or is one no more, or a bot was brought in (reported only where our own
    is an admin)."""
    old, new, place = event.old_chat_member, event.new_chat_member, _place(event.chat)
    who, by = sender_of(new.user), sender_of(event.from_user)
    if _gone(new):
        return Left(place=place, who=who) if not _gone(old) else None
    if _admin(new) != _admin(old):
        return Promoted(place=place, who=who, by=by) if _admin(new) else Demoted(place=place, who=who)
    came = _gone(old) and who.is_bot
    return Joined(place=place, sent=event.date, bots=(who,), by=by) if came else None


def _admin(member: ResultChatMemberUnion) -> bool:
    return member.status in ADMINS


def _gone(member: ResultChatMemberUnion) -> bool:
    """Somebody restricted stays so when they leave: then only ``is_member`` tells."""
    return member.status in GONE or (isinstance(member, ChatMemberRestricted) and not member.is_member)


def sender_of(user: User) -> Sender:
    return Sender(
        channel=FIRST,
        native_id=str(user.id),
        chat_id=user.id,  # the private chat with somebody has their number
        name=user.full_name,
        username=user.username or "",
        language=user.language_code or "",
        is_bot=user.is_bot,
    )


def place_of(message: MaybeInaccessibleMessageUnion) -> Place:
    """The topic only of a message that is in one: elsewhere ``message_thread_id`` names a chain of replies,
    and sending there fails with "message thread not found"."""
    in_topic = isinstance(message, Message) and message.is_topic_message
    return _place(
        message.chat,
        message_id=message.message_id,
        thread_id=message.message_thread_id if isinstance(message, Message) and in_topic else None,
    )


def _place(chat: Chat, *, message_id: int | None = None, thread_id: int | None = None) -> Place:
    return Place(
        chat_id=chat.id,
        kind=chat.type,
        title=chat.title or "",
        message_id=message_id,
        thread_id=thread_id,
        forum=bool(chat.is_forum),
        public=chat.type in GROUPS and bool(chat.username),
    )


def sent_of(message: Message) -> datetime:
    """When its words were written: an edit has the date of the edit."""
    return datetime.fromtimestamp(message.edit_date, UTC) if message.edit_date else message.date


def text_of(message: Message) -> str:
    return message.text or message.caption or ""


def words_of(message: Message) -> str:
    """What a message without a text says all the same: a contact, a place."""
    if message.contact is not None:
        name = f"{message.contact.first_name} {message.contact.last_name or ''}".strip()
        return f"{name} {message.contact.phone_number}"
    if message.location is None:
        return ""
    named = f"{message.venue.title} {message.venue.address} " if message.venue is not None else ""
    return f"{named}{message.location.latitude}, {message.location.longitude}"


def files_of(message: Message) -> list[FileIn]:
    """The file of a message (Telegram sends one with each), the largest size of a photo."""
    group = message.media_group_id
    if message.photo:
        best = message.photo[-1]
        known = FileIn(kind="photo", file_id=best.file_id, unique_id=best.file_unique_id, media_group=group)
        return [replace(known, width=best.width, height=best.height)]
    for kind in FILES:
        file = getattr(message, kind)
        if file is not None:
            name = getattr(file, "file_name", None) or ""
            known = FileIn(kind=kind, file_id=file.file_id, unique_id=file.file_unique_id, name=name)
            small = getattr(file, "thumbnail", None)  # of a document it alone has sides, and the same outline
            if kind == "document" and small is not None:
                known = replace(known, width=small.width, height=small.height)
            mime = getattr(file, "mime_type", None) or ""
            return [replace(known, media_group=group, size=file.file_size, mime=mime)]
    return []


def impersonal(message: Message) -> str | None:
    """Why nobody in particular can be behind a message, as a catalogue key; None for a person's."""
    if message.from_user is None:
        return "error.channel_post"
    if message.from_user.id == ANONYMOUS_ADMIN:
        return "error.anonymous_admin"
    if message.sender_chat is not None or message.from_user.id in (CHANNEL_POSTER, TELEGRAM_ITSELF):
        return "error.posted_as_channel"
    return "error.from_bot" if message.from_user.is_bot else None
