"""What a person does in Telegram besides writing: edits, presses buttons, comes and goes."""

from sandbox.world.errors import SandboxError
from sandbox.world.model import CHANNEL, GROUP, PRIVATE, SUPERGROUP, Chat, Json, Message, Person, Press, Topic
from sandbox.world.posting import CAPTION_LIMIT, TEXT_LIMIT, Draft, post
from sandbox.world.render import inaccessible_json, message_json, user_json
from sandbox.world.text_entities import find_entities, utf16_length
from sandbox.world.world import ANONYMOUS_ADMIN, World


def edit(world: World, person: Person, message: Message, text: str) -> Message:
    """Changes the text or caption of a person's own message.

    Raises:
        SandboxError: it is somebody else's, deleted, or the new text is empty or too long.
    """
    own = message.sender is person or (
        message.sender in (ANONYMOUS_ADMIN, None) and message.chat.is_admin(person.id)
    )
    if not own or message.deleted or message.is_service:
        raise SandboxError("this message cannot be edited")
    text = text.strip()
    limit = CAPTION_LIMIT if message.has_media else TEXT_LIMIT
    if utf16_length(text) > limit or not (text or message.has_media):
        raise SandboxError("the new text is empty or too long")
    message.text = text or None
    message.entities = find_entities(text)
    message.edited = world.clock.timestamp()
    world.changed(message)
    world.deliver(message, edited=True)
    return message


def touch(world: World, message: Message) -> None:
    """An edit that changes nothing visible, as Telegram sends after a link preview or a reaction."""
    message.edited = world.clock.timestamp()
    world.deliver(message, edited=True)


def delete(world: World, message: Message) -> None:
    """Deletes a message. The bot never hears of it (https://github.com/tdlib/telegram-bot-api/issues/773)."""
    message.deleted = True
    world.changed(message, "delete")


def press(world: World, person: Person, message: Message, data: str, *, forged: bool = False) -> Press:
    """Presses the inline button with this data; `forged` also sends data that is on no button.

    Raises:
        SandboxError: the message has no such button, or the person cannot see it.
    """
    chat = message.chat
    visible = chat.person is person if chat.type == PRIVATE else chat.has_member(person.id)
    if not visible and not forged:
        raise SandboxError(f"{person.name} does not see this message")
    if not forged and data not in [button.get("callback_data") for button in buttons_of(message)]:
        raise SandboxError("there is no such button on this message")
    waiting = world.new_press(person, message, data)
    shown = inaccessible_json(message) if message.deleted else message_json(message)
    world.updates.add(
        "callback_query",
        {
            "id": waiting.id,
            "from": user_json(person),
            "message": shown,
            "chat_instance": str(abs(chat.id)),
            "data": data,
        },
    )
    return waiting


def buttons_of(message: Message) -> list[Json]:
    """All inline buttons of a message, row by row."""
    rows = (message.markup or {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


def start(world: World, person: Person, payload: str = "") -> Message:
    """Opens the private chat with the bot, as a tap on its link does, and sends `/start`."""
    chat = world.private_chat(person)
    person.started = True
    if person.blocked:
        unblock(world, person)
    world.chat_changed(chat)
    return post(world, person, chat, Draft(text=f"/start {payload}".strip()))[0]


def block(world: World, person: Person) -> None:
    """The person stops the bot; it hears of it through `my_chat_member`."""
    person.blocked = True
    world.member_changed(world.private_chat(person), world.bot, "kicked", person)


def unblock(world: World, person: Person) -> None:
    """The person starts the bot again."""
    person.blocked = False
    world.member_changed(world.private_chat(person), world.bot, "member", person)


def set_status(world: World, chat: Chat, person: Person, status: str, by: Person) -> None:
    """Adds, removes, promotes or kicks somebody, with the service message that Telegram shows."""
    was_in = chat.has_member(person.id)
    if status == "left" and by is not person:
        status = "kicked" if chat.type != GROUP else "left"
    world.member_changed(chat, person, status, by)
    is_in = chat.has_member(person.id)
    if chat.type == CHANNEL or was_in == is_in:
        return
    if is_in:
        world.service(chat, by, {"new_chat_members": [user_json(person)]})
    else:
        world.service(chat, by, {"left_chat_member": user_json(person)})


def migrate(world: World, chat: Chat) -> Chat:
    """Turns a group into a supergroup: a new id, new message numbers, two service messages.

    Raises:
        SandboxError: it is no group, or has migrated before.
    """
    if chat.type != GROUP or chat.migrated_to is not None:
        raise SandboxError("only a group can become a supergroup")
    new = Chat(
        id=0,
        type=SUPERGROUP,
        title=chat.title,
        title_en=chat.title_en,
        unit=chat.unit,
        members=dict(chat.members),
        rights=dict(chat.rights),
    )
    world.add_chat(new)
    by = next(iter(world.members(chat)), world.bot)
    world.service(chat, by, {"migrate_to_chat_id": new.id})
    chat.migrated_to = new.id
    world.service(new, ANONYMOUS_ADMIN, {"migrate_from_chat_id": chat.id})
    world.chat_changed(chat)
    return new


def change_topic(
    world: World,
    chat: Chat,
    topic: Topic,
    *,
    by: Person,
    name: str | None = None,
    closed: bool | None = None,
    deleted: bool = False,
) -> None:
    """Renames, closes, reopens or deletes a topic, with the service messages that Telegram shows."""
    if name is not None:
        topic.name = name
        world.service(chat, by, {"forum_topic_edited": {"name": name}}, topic.id)
    if closed is not None and closed != topic.closed:
        topic.closed = closed
        world.service(chat, by, {f"forum_topic_{'closed' if closed else 'reopened'}": {}}, topic.id)
    if deleted:
        topic.deleted = True
        for message in chat.messages.values():
            if message.thread == topic.id:
                message.deleted = True
    world.chat_changed(chat)
