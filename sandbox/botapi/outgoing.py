"""What every sending method checks before a message exists: chat, topic, reply, text, buttons."""

import re
from dataclasses import dataclass

from sandbox.botapi.html_entities import parse_html, trim
from sandbox.world.errors import ApiError, bad_request, forbidden
from sandbox.world.model import CHANNEL, PRIVATE, SUPERGROUP, Chat, Json, Message
from sandbox.world.posting import CAPTION_LIMIT, TEXT_LIMIT, thread_of
from sandbox.world.render import place_word, user_json
from sandbox.world.text_entities import find_entities, utf16_length
from sandbox.world.world import World

MAX_BUTTONS = 100
MAX_ENTITIES = 100
CALLBACK_DATA_BYTES = 64
PLACEHOLDER_LENGTH = 64
_BUTTON_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
_URL = re.compile(r"(https?|tg)://[^\s/]+\S*|[\w-]+(\.[\w-]+)+\S*", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a message goes: the chat, and how it hangs together with others there."""

    chat: Chat
    thread: int | None
    in_topic: bool
    reply_to: int | None


def chat_for_bot(world: World, chat_id: int | str) -> Chat:
    """The chat a method names, if the bot may act in it.

    Raises:
        ApiError: in Telegram's words: not found, migrated, kicked, blocked, never started.
    """
    chat = world.find_chat(chat_id)
    if chat is None:
        person = world.people.get(chat_id) if isinstance(chat_id, int) else None
        if person is None:
            raise bad_request("chat not found")
        if person.is_bot:
            raise forbidden("bot can't send messages to bots")
        raise forbidden("bot can't initiate conversation with a user")
    if chat.person is not None:
        return _private_for_bot(chat)
    if chat.migrated_to is not None:
        raise ApiError(
            400,
            "Bad Request: group chat was upgraded to a supergroup chat",
            {"migrate_to_chat_id": chat.migrated_to},
        )
    if chat.deleted:
        raise forbidden("the group chat was deleted")
    status = chat.status(world.bot.id)
    if status == "kicked":
        raise forbidden(f"bot was kicked from the {place_word(chat)} chat")
    if status == "left":
        raise forbidden(f"bot is not a member of the {place_word(chat)} chat")
    return chat


def _private_for_bot(chat: Chat) -> Chat:
    person = chat.person
    if person is None or not person.started:
        raise forbidden("bot can't initiate conversation with a user")
    if person.deactivated:
        raise forbidden("user is deactivated")
    if person.blocked:
        raise forbidden("bot was blocked by the user")
    return chat


def target_of(world: World, params: Json) -> Target:
    """Chat, topic and reply of a message about to be sent.

    Raises:
        ApiError: the chat, topic or replied message does not allow it.
    """
    chat = chat_for_bot(world, params["chat_id"])
    if chat.status(world.bot.id) == "restricted":
        raise bad_request("not enough rights to send text messages to the chat")
    if chat.type == CHANNEL and not chat.is_admin(world.bot.id):
        raise bad_request("need administrator rights in the channel chat")
    reply_to = _reply(chat, params)
    thread = params.get("message_thread_id")
    replied = chat.messages.get(reply_to) if reply_to is not None else None
    if thread is None and replied is not None and replied.in_topic:
        thread = replied.thread
    if thread is not None:
        _check_thread(world, chat, thread)
    kept_thread, in_topic = thread_of(chat, thread, reply_to)
    return Target(chat=chat, thread=kept_thread, in_topic=in_topic, reply_to=reply_to)


def _check_thread(world: World, chat: Chat, thread: int) -> None:
    topic = chat.topics.get(thread) if chat.type == SUPERGROUP and chat.is_forum else None
    if topic is None or topic.deleted:
        raise bad_request("message thread not found")
    if topic.closed and not chat.is_admin(world.bot.id):
        raise bad_request("TOPIC_CLOSED")


def _reply(chat: Chat, params: Json) -> int | None:
    given = params.get("reply_parameters") or {}
    wanted = given.get("message_id", params.get("reply_to_message_id"))
    if wanted is None:
        return None
    replied = chat.messages.get(int(wanted))
    if replied is not None and not replied.deleted:
        return int(wanted)
    if given.get("allow_sending_without_reply") or params.get("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def text_of(world: World, params: Json, *, caption: bool) -> tuple[str, list[Json]]:
    """The parsed text or caption with all its entities.

    Raises:
        ApiError: bad markup, no text, or more than 4096 (1024) UTF-16 units after parsing.
    """
    raw = params.get("caption" if caption else "text", "")
    mode = params.get("parse_mode")
    if mode is not None and mode.lower() != "html":
        raise bad_request("unsupported parse_mode")
    if mode is not None:
        text, entities = parse_html(raw)
    else:
        text, entities = raw, list(params.get("caption_entities" if caption else "entities") or ())
    text, entities = trim(text, entities)
    if not text and not caption:
        raise bad_request("message text is empty")
    if utf16_length(text) > (CAPTION_LIMIT if caption else TEXT_LIMIT):
        raise bad_request("message caption is too long" if caption else "message is too long")
    known = [_with_user(world, entity) for entity in entities]
    return text, find_entities(text, [entity for entity in known if entity])[:MAX_ENTITIES]


def _with_user(world: World, entity: Json) -> Json | None:
    if entity["type"] != "text_mention":
        return entity
    person = world.people.get(entity["user"]["id"])
    return None if person is None else entity | {"user": user_json(person)}


def check_markup(markup: Json | None, *, inline_only: bool = False) -> Json | None:
    """The keyboard, if Telegram would take it; None for an empty one.

    Raises:
        ApiError: BUTTON_DATA_INVALID, too many buttons, …
    """
    if not markup:
        return None
    if inline_only and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    placeholder = markup.get("input_field_placeholder")
    if placeholder is not None and not 1 <= utf16_length(placeholder) <= PLACEHOLDER_LENGTH:
        raise bad_request("input field placeholder must be 1-64 characters long")
    if "inline_keyboard" not in markup:
        return markup
    rows = [row for row in markup["inline_keyboard"] if row]
    buttons = [button for row in rows for button in row]
    if len(buttons) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    for button in buttons:
        _check_button(button)
    return {"inline_keyboard": rows} if rows else None


def _check_button(button: Json) -> None:
    if not button.get("text", "").strip():
        raise bad_request("can't parse inline keyboard button: Text must be non-empty")
    actions = [name for name in _BUTTON_ACTIONS if name in button]
    if len(actions) != 1:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if "callback_data" in button:
        size = len(button["callback_data"].encode())
        if not 1 <= size <= CALLBACK_DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button and not _URL.fullmatch(button["url"]):
        raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")


def new_message(
    world: World,
    target: Target,
    params: Json,
    *,
    text: str | None,
    entities: list[Json],
    content: Json | None = None,
    markup: Json | None = None,
    album: str | None = None,
) -> Message:
    """Stores a message of the bot."""
    return world.store(
        Message(
            chat=target.chat,
            id=world.next_message_id(target.chat),
            date=world.clock.timestamp(),
            sender=None if target.chat.type == CHANNEL else world.bot,
            sender_chat=target.chat if target.chat.type == CHANNEL else None,
            thread=target.thread,
            in_topic=target.in_topic,
            text=text or None,
            entities=entities,
            content=content or {},
            reply_to=target.reply_to,
            markup=markup,
            album=album,
            protected=bool(params.get("protect_content")),
        )
    )


def own_message(world: World, params: Json, missing: str) -> Message:
    """A message that exists in a chat the bot may act in.

    Raises:
        ApiError: `missing`, when there is none.
    """
    chat = chat_for_bot(world, params["chat_id"])
    message = chat.messages.get(int(params["message_id"]))
    if message is None or message.deleted:
        raise bad_request(missing)
    return message


def is_own(world: World, message: Message) -> bool:
    """Whether the bot wrote it."""
    return message.sender is world.bot or (message.chat.type == CHANNEL and message.sender is None)


def may_delete(world: World, message: Message) -> bool:
    """Own messages, everything in a private chat, and with the right everything elsewhere."""
    chat = message.chat
    if is_own(world, message) or chat.type == PRIVATE:
        return True
    return chat.is_admin(world.bot.id) and bool(
        chat.rights.get(world.bot.id, {}).get("can_delete_messages", True)
    )
