"""Sending, editing, deleting, copying, forwarding, reacting, pinning."""

import asyncio
from copy import deepcopy
from typing import Any

from sandbox.botapi.methods import Call, bot_method
from sandbox.botapi.outgoing import (
    Target,
    chat_for_bot,
    check_markup,
    is_own,
    may_delete,
    new_message,
    own_message,
    target_of,
    text_of,
)
from sandbox.world.errors import bad_request
from sandbox.world.model import PRIVATE, Json, Message
from sandbox.world.render import chat_json, message_json, user_json
from sandbox.world.text_entities import utf16_length

_FREE = (
    "👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤\u200d🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 "
    "🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨\u200d💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 "
    "🤷\u200d♂ 🤷 🤷\u200d♀ 😡"
)
FREE_REACTIONS = frozenset(_FREE.split())
"""https://core.telegram.org/bots/api#reactiontypeemoji"""
DELETE_WITHIN_SECONDS = 48 * 3600
CALLBACK_ANSWER_SECONDS = 15
CALLBACK_TEXT_LENGTH = 200
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


@bot_method("sendMessage")
async def send_message(call: Call) -> Json:
    """https://core.telegram.org/bots/api#sendmessage"""
    target = target_of(call.world, call.params)
    text, entities = text_of(call.world, call.params, caption=False)
    markup = check_markup(call.params.get("reply_markup"))
    message = new_message(call.world, target, call.params, text=text, entities=entities, markup=markup)
    return message_json(message)


@bot_method("editMessageText", "editMessageCaption", "editMessageReplyMarkup")
async def edit_message(call: Call) -> Json:
    """https://core.telegram.org/bots/api#editmessagetext and its two siblings."""
    if "chat_id" not in call.params or "message_id" not in call.params:
        raise bad_request("message identifier is not specified")
    world = call.world
    message = own_message(world, call.params, "message to edit not found")
    if not is_own(world, message) or message.is_service:
        raise bad_request("message can't be edited")
    text, entities = _edited_text(call, message)
    markup = check_markup(call.params.get("reply_markup"), inline_only=True)
    if (text or None, entities, markup) == (message.text, message.entities, message.markup):
        raise bad_request(NOT_MODIFIED)
    message.text, message.entities, message.markup = text or None, entities, markup
    if call.method != "editMessageReplyMarkup":
        message.edited = world.clock.timestamp()
    world.changed(message)
    return message_json(message)


def _edited_text(call: Call, message: Message) -> tuple[str, list[Json]]:
    if call.method == "editMessageReplyMarkup":
        return message.text or "", message.entities
    caption = call.method == "editMessageCaption"
    if caption and not message.has_media:
        raise bad_request("there is no caption in the message to edit")
    if not caption and message.has_media:
        raise bad_request("there is no text in the message to edit")
    return text_of(call.world, call.params, caption=caption)


@bot_method("deleteMessage")
async def delete_message(call: Call) -> bool:
    """https://core.telegram.org/bots/api#deletemessage"""
    message = own_message(call.world, call.params, "message to delete not found")
    if not may_delete(call.world, message):
        raise bad_request("message can't be deleted")
    if call.world.clock.timestamp() - message.date > DELETE_WITHIN_SECONDS:
        raise bad_request("message can't be deleted for everyone")
    message.deleted = True
    call.world.changed(message, "delete")
    return True


@bot_method("deleteMessages")
async def delete_messages(call: Call) -> bool:
    """https://core.telegram.org/bots/api#deletemessages: those that cannot be found are skipped."""
    chat = chat_for_bot(call.world, call.params["chat_id"])
    for number in call.params["message_ids"]:
        message = chat.messages.get(number)
        if message is not None and not message.deleted and may_delete(call.world, message):
            message.deleted = True
            call.world.changed(message, "delete")
    return True


def _original(call: Call, number: int, word: str) -> Message:
    source = chat_for_bot(call.world, call.params["from_chat_id"])
    message = source.messages.get(number)
    if message is None or message.deleted:
        raise bad_request(f"message to {word} not found")
    if message.is_service or (word == "forward" and message.protected):
        raise bad_request("message can't be copied" if word == "copy" else "message can't be forwarded")
    return message


def _copy(call: Call, target: Target, original: Message, album: str | None = None) -> Message:
    content = {key: value for key, value in original.content.items() if key != "forward_origin"}
    text, entities = original.text or "", original.entities
    if original.has_media and "caption" in call.params:
        text, entities = text_of(call.world, call.params, caption=True)
    if call.params.get("remove_caption") and original.has_media:
        text, entities = "", []
    markup = check_markup(call.params.get("reply_markup"))
    return new_message(
        call.world,
        target,
        call.params,
        text=text,
        entities=deepcopy(entities),
        content=deepcopy(content),
        markup=markup,
        album=album,
    )


@bot_method("copyMessage")
async def copy_message(call: Call) -> Json:
    """https://core.telegram.org/bots/api#copymessage"""
    target = target_of(call.world, call.params)
    original = _original(call, call.params["message_id"], "copy")
    return {"message_id": _copy(call, target, original).id}


@bot_method("copyMessages")
async def copy_messages(call: Call) -> list[Json]:
    """https://core.telegram.org/bots/api#copymessages: albums stay albums, what is missing is skipped."""
    target = target_of(call.world, call.params)
    source = chat_for_bot(call.world, call.params["from_chat_id"])
    copied = []
    for number in call.params["message_ids"]:
        original = source.messages.get(number)
        if original is not None and not original.deleted and not original.is_service:
            copied.append({"message_id": _copy(call, target, original, original.album).id})
    if not copied:
        raise bad_request("there are no messages to copy")
    return copied


@bot_method("forwardMessage")
async def forward_message(call: Call) -> Json:
    """https://core.telegram.org/bots/api#forwardmessage"""
    target = target_of(call.world, call.params)
    original = _original(call, call.params["message_id"], "forward")
    message = _copy(call, target, original)
    origin: Json = {"type": "user", "date": original.date}
    if original.sender is not None:
        origin["sender_user"] = user_json(original.sender)
    else:
        origin |= {"type": "channel", "chat": chat_json(original.chat), "message_id": original.id}
    message.content.setdefault("forward_origin", original.content.get("forward_origin", origin))
    return message_json(message)


@bot_method("sendChatAction")
async def send_chat_action(call: Call) -> bool:
    """https://core.telegram.org/bots/api#sendchataction: shown on the page for a moment."""
    target = target_of(call.world, call.params)
    call.world.feed.publish("typing", chat=target.chat.id, thread=target.thread)
    return True


@bot_method("answerCallbackQuery")
async def answer_callback_query(call: Call) -> bool:
    """https://core.telegram.org/bots/api#answercallbackquery: once, within 15 seconds."""
    press = call.world.presses.pop(call.params["callback_query_id"], None)
    now = asyncio.get_running_loop().time()
    if press is None or now - press.pressed_at > CALLBACK_ANSWER_SECONDS:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if utf16_length(call.params.get("text", "")) > CALLBACK_TEXT_LENGTH:
        raise bad_request("MESSAGE_TOO_LONG")
    answer: dict[str, Any] = {
        "text": call.params.get("text", ""),
        "show_alert": bool(call.params.get("show_alert")),
        "url": call.params.get("url"),
    }
    if not press.answer.done():
        press.answer.set_result(answer)
    call.world.feed.publish("answer", chat=press.chat_id, person=press.person.id, press=press.id, **answer)
    return True


@bot_method("setMessageReaction")
async def set_message_reaction(call: Call) -> bool:
    """https://core.telegram.org/bots/api#setmessagereaction: one of the free emoji, where the chat allows any."""
    message = own_message(call.world, call.params, "message to react not found")
    reactions = list(call.params.get("reaction") or ())
    if message.is_service:
        raise bad_request("message can't be reacted")
    if reactions and not message.chat.reactions_allowed:
        raise bad_request("REACTION_INVALID")
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if any(one.get("type") != "emoji" or one.get("emoji") not in FREE_REACTIONS for one in reactions):
        raise bad_request("REACTION_INVALID")
    message.reactions = reactions
    call.world.changed(message, "reaction")
    return True


@bot_method("pinChatMessage")
async def pin_chat_message(call: Call) -> bool:
    """https://core.telegram.org/bots/api#pinchatmessage"""
    message = own_message(call.world, call.params, "message to pin not found")
    _may_pin(call)
    message.chat.pinned.append(message.id)
    call.world.service(
        message.chat,
        call.world.bot,
        {"pinned_message": message_json(message, nested=True)},
        message.thread if message.in_topic else None,
    )
    return True


@bot_method("unpinChatMessage", "unpinAllChatMessages")
async def unpin_chat_message(call: Call) -> bool:
    """https://core.telegram.org/bots/api#unpinchatmessage"""
    chat = chat_for_bot(call.world, call.params["chat_id"])
    _may_pin(call)
    wanted = call.params.get("message_id", chat.pinned[-1] if chat.pinned else None)
    everything = call.method == "unpinAllChatMessages"
    chat.pinned = [] if everything else [one for one in chat.pinned if one != wanted]
    call.world.chat_changed(chat)
    return True


def _may_pin(call: Call) -> None:
    chat = chat_for_bot(call.world, call.params["chat_id"])
    if chat.type != PRIVATE and not chat.is_admin(call.world.bot.id):
        raise bad_request("not enough rights to manage pinned messages in the chat")
