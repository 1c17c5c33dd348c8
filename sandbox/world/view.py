"""The JSON that the chat page and the tests read: the Bot API's objects and a little more."""

from sandbox.world.clock import Clock
from sandbox.world.model import PRIVATE, Chat, Json, Message, Person
from sandbox.world.render import message_json, replied_message

PREVIEW_LENGTH = 120


def clock_view(clock: Clock) -> Json:
    """The sandbox's time: the moment, and the seconds that it is ahead of the machine's."""
    return {"now": clock.now().isoformat(), "offset": clock.offset}


def person_view(person: Person) -> Json:
    """A person with what the page shows of him."""
    return {
        "id": person.id,
        "name": person.name,
        "name_en": person.name_en,
        "username": person.username,
        "is_bot": person.is_bot,
        "unit": person.unit,
        "role": person.role,
        "started": person.started,
        "blocked": person.blocked,
    }


def preview(message: Message) -> str:
    """One line that stands for a message in lists and above replies."""
    text = " ".join((message.text or "").split())
    if not text and "document" in message.content:
        text = str(message.content["document"].get("file_name", ""))
    return text[:PREVIEW_LENGTH]


def message_view(message: Message, bot: Person) -> Json:
    """A message for the page: also deleted ones, reply keyboards, reactions."""
    view = message_json(message)
    view.pop("reply_to_message", None)
    replied = replied_message(message)
    if replied is not None and message.reply_to is not None:
        view["reply"] = {
            "message_id": replied.id,
            "name": sender_name(replied),
            "text": preview(replied),
            "photo": "photo" in replied.content,
        }
    return view | {
        "chat_id": message.chat.id,
        "from_bot": message.sender is bot,
        "sender_id": message.sender.id if message.sender else None,
        "sender_name": sender_name(message),
        "markup": message.markup,
        "deleted": message.deleted,
        "service": message.is_service,
        "reactions": [one["emoji"] for one in message.reactions if "emoji" in one],
    }


def sender_name(message: Message) -> str:
    """Whom the page names above a message."""
    if message.sender_chat is not None:
        return message.sender_chat.title or ""
    return message.sender.name if message.sender else (message.chat.title or "")


def chat_view(chat: Chat, bot: Person) -> Json:
    """A chat with its members, topics and newest message."""
    shown = [message for message in chat.messages.values() if not message.deleted]
    return {
        "id": chat.id,
        "type": chat.type,
        "title": chat.person.name if chat.type == PRIVATE and chat.person else chat.title,
        "title_en": chat.person.name_en if chat.type == PRIVATE and chat.person else chat.title_en,
        "username": chat.username,
        "unit": chat.unit,
        "is_forum": chat.is_forum,
        "members": {str(one): status for one, status in chat.members.items()},
        "topics": [
            {"id": topic.id, "name": topic.name, "closed": topic.closed}
            for topic in chat.topics.values()
            if not topic.deleted
        ],
        "pinned": chat.pinned,
        "migrated_to": chat.migrated_to,
        "last": message_view(shown[-1], bot) if shown else None,
        "messages": len(shown),
    }
