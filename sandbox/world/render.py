"""The Bot API's JSON for users, chats, members and messages."""

from sandbox.world.model import CHANNEL, GROUP, PRIVATE, SUPERGROUP, Chat, Json, Message, Person, StoredFile

_LANGUAGE_CODES = {"zh": "zh-hans", "en": "en"}
_ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
    "can_pin_messages",
    "can_manage_topics",
)
_MEMBER_RIGHTS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)


def user_json(person: Person) -> Json:
    """A `User` as it appears inside messages."""
    user: Json = {"id": person.id, "is_bot": person.is_bot, "first_name": person.name}
    if person.username:
        user["username"] = person.username
    if not person.is_bot:
        user["language_code"] = _LANGUAGE_CODES.get(person.language, person.language)
    return user


def chat_json(chat: Chat) -> Json:
    """A `Chat` as it appears inside messages."""
    answer: Json = {"id": chat.id, "type": chat.type}
    if chat.type == PRIVATE and chat.person is not None:
        answer["first_name"] = chat.person.name
        if chat.person.username:
            answer["username"] = chat.person.username
        return answer
    answer["title"] = chat.title
    if chat.username:
        answer["username"] = chat.username
    if chat.is_forum:
        answer["is_forum"] = True
    if chat.type == GROUP:
        answer["all_members_are_administrators"] = False
    return answer


def full_chat_json(chat: Chat, now_pinned: Json | None) -> Json:
    """`ChatFullInfo`, the answer to getChat."""
    answer = chat_json(chat)
    answer |= {
        "accent_color_id": abs(chat.id) % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(
            (
                "unlimited_gifts",
                "limited_gifts",
                "unique_gifts",
                "premium_subscription",
                "gifts_from_channels",
            ),
            False,
        ),
    }
    if not chat.reactions_allowed:
        answer["available_reactions"] = []
    if chat.type in (GROUP, SUPERGROUP):
        answer["permissions"] = dict.fromkeys(_MEMBER_RIGHTS, True)
    if now_pinned is not None:
        answer["pinned_message"] = now_pinned
    return answer


def member_json(chat: Chat, person: Person) -> Json:
    """A `ChatMember` of the kind that the person's status asks for."""
    status = chat.status(person.id)
    rights = chat.rights.get(person.id, {})
    answer: Json = {"user": user_json(person), "status": status}
    if status == "creator":
        return answer | {"is_anonymous": bool(rights.get("is_anonymous"))}
    if status == "administrator":
        given = {name: bool(rights.get(name, True)) for name in _ADMIN_RIGHTS}
        return answer | {"can_be_edited": False, "is_anonymous": bool(rights.get("is_anonymous"))} | given
    if status == "restricted":
        limits = {name: bool(rights.get(name, False)) for name in _MEMBER_RIGHTS}
        return answer | {"is_member": True, "until_date": 0} | limits
    if status == "kicked":
        return answer | {"until_date": 0}
    return answer


def file_json(file: StoredFile) -> Json:
    """The fields that every kind of file has."""
    return {
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "file_size": len(file.data),
    }


def message_json(message: Message, *, nested: bool = False) -> Json:
    """The `Message` object; a nested one (inside `reply_to_message`) does not nest further."""
    answer: Json = {"message_id": message.id}
    if message.sender is not None:
        answer["from"] = user_json(message.sender)
    if message.sender_chat is not None:
        answer["sender_chat"] = chat_json(message.sender_chat)
    answer |= {"date": message.date, "chat": chat_json(message.chat)}
    if message.thread is not None:
        answer["message_thread_id"] = message.thread
    if message.in_topic:
        answer["is_topic_message"] = True
    if message.signature:
        answer["author_signature"] = message.signature
    if not nested:
        replied = replied_message(message)
        if replied is not None:
            answer["reply_to_message"] = message_json(replied, nested=True)
    answer |= _dated(message)
    answer |= message.content
    if message.text is not None:
        caption = message.has_media
        answer["caption" if caption else "text"] = message.text
        if message.entities:
            answer["caption_entities" if caption else "entities"] = message.entities
    if message.markup and "inline_keyboard" in message.markup:
        answer["reply_markup"] = message.markup
    return answer


def _dated(message: Message) -> Json:
    answer: Json = {}
    if message.edited is not None:
        answer["edit_date"] = message.edited
    if message.album:
        answer["media_group_id"] = message.album
    if message.protected:
        answer["has_protected_content"] = True
    if message.automatic:
        answer["is_automatic_forward"] = True
    return answer


def replied_message(message: Message) -> Message | None:
    """The message replied to; in a topic, a message that replies to nothing replies to the topic's first."""
    target = message.reply_to
    if target is None and message.in_topic and message.thread != message.id:
        target = message.thread
    replied = message.chat.messages.get(target) if target is not None else None
    return None if replied is None or replied.deleted else replied


def inaccessible_json(message: Message) -> Json:
    """`InaccessibleMessage`: what a button press carries when its message is gone."""
    return {"chat": chat_json(message.chat), "message_id": message.id, "date": 0}


def place_word(chat: Chat) -> str:
    """How the server names a kind of chat in its errors."""
    return {GROUP: "group", SUPERGROUP: "supergroup", CHANNEL: "channel"}[chat.type]
