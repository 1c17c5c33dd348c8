"""The bot itself, its commands, chats, members and topics."""

import re
from typing import Any

from sandbox.botapi.methods import Call, bot_method
from sandbox.botapi.outgoing import chat_for_bot
from sandbox.world.errors import bad_request, forbidden
from sandbox.world.model import PRIVATE, Chat, Json, Person, Topic
from sandbox.world.people import change_topic
from sandbox.world.render import full_chat_json, member_json, message_json, user_json
from sandbox.world.world import TOPIC_COLOUR

MAX_COMMANDS = 100
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_DEFAULT_SCOPE = {"type": "default"}


@bot_method("getMe")
async def get_me(call: Call) -> Json:
    """https://core.telegram.org/bots/api#getme"""
    return user_json(call.world.bot) | {
        "can_join_groups": True,
        "can_read_all_group_messages": call.world.reads_everything,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


@bot_method("logOut", "close")
async def log_out(call: Call) -> bool:
    """https://core.telegram.org/bots/api#logout: nothing to log out from here."""
    return True


def scope_key(scope: Json | None) -> str:
    """A scope as one word: its type, and the chat and person it is limited to."""
    scope = scope or _DEFAULT_SCOPE
    parts = [str(scope[name]) for name in ("type", "chat_id", "user_id") if name in scope]
    return ":".join(parts)


@bot_method("setMyCommands")
async def set_my_commands(call: Call) -> bool:
    """https://core.telegram.org/bots/api#setmycommands"""
    commands = call.params["commands"]
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not _COMMAND.fullmatch(command["command"].removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    key = (scope_key(call.params.get("scope")), call.params.get("language_code", ""))
    call.world.commands[key] = commands
    call.world.feed.publish("commands")
    return True


@bot_method("getMyCommands")
async def get_my_commands(call: Call) -> list[Json]:
    """https://core.telegram.org/bots/api#getmycommands"""
    key = (scope_key(call.params.get("scope")), call.params.get("language_code", ""))
    return call.world.commands.get(key, [])


@bot_method("deleteMyCommands")
async def delete_my_commands(call: Call) -> bool:
    """https://core.telegram.org/bots/api#deletemycommands"""
    key = (scope_key(call.params.get("scope")), call.params.get("language_code", ""))
    call.world.commands.pop(key, None)
    call.world.feed.publish("commands")
    return True


def commands_for(commands: dict[tuple[str, str], list[Json]], chat: Chat, person: Person) -> list[Json]:
    """What the person sees in the chat, narrowest scope first, then the language.

    https://core.telegram.org/bots/api#determining-list-of-commands
    """
    scopes = [f"chat:{chat.id}"]
    if chat.type == PRIVATE:
        scopes += ["all_private_chats"]
    else:
        admin = chat.is_admin(person.id)
        scopes = [f"chat_member:{chat.id}:{person.id}"]
        scopes += [f"chat_administrators:{chat.id}"] if admin else []
        scopes += [f"chat:{chat.id}"]
        scopes += ["all_chat_administrators"] if admin else []
        scopes += ["all_group_chats"]
    for scope in [*scopes, "default"]:
        for language in (person.language, ""):
            if (scope, language) in commands:
                return commands[(scope, language)]
    return []


_TEXT_SETTINGS = {"Name": "name", "Description": "description", "ShortDescription": "short_description"}


@bot_method(*(f"{verb}My{name}" for name in _TEXT_SETTINGS for verb in ("set", "get")))
async def text_setting(call: Call) -> Any:
    """https://core.telegram.org/bots/api#setmyname and its siblings: kept by language."""
    key = _TEXT_SETTINGS[call.method[len("setMy") :]]
    language = call.params.get("language_code", "")
    place = f"{key}:{language}"
    if call.method.startswith("get"):
        return {key: call.world.kept.get(place, {}).get(key, "")}
    call.world.kept[place] = {key: call.params.get(key, "")}
    return True


@bot_method("setChatMenuButton", "setMyDefaultAdministratorRights")
async def kept_setting(call: Call) -> bool:
    """Settings that change nothing here; kept so that a test can look at them."""
    call.world.kept[call.method] = call.params
    return True


@bot_method("getChat")
async def get_chat(call: Call) -> Json:
    """https://core.telegram.org/bots/api#getchat"""
    chat = chat_for_bot(call.world, call.params["chat_id"])
    pinned = chat.messages.get(chat.pinned[-1]) if chat.pinned else None
    shown = None if pinned is None else message_json(pinned, nested=True)
    return full_chat_json(chat, shown)


@bot_method("getChatMember")
async def get_chat_member(call: Call) -> Json:
    """https://core.telegram.org/bots/api#getchatmember"""
    chat = chat_for_bot(call.world, call.params["chat_id"])
    person = call.world.people.get(call.params["user_id"])
    if person is None:
        raise bad_request("invalid user_id specified")
    return member_json(chat, person)


@bot_method("getChatAdministrators")
async def get_chat_administrators(call: Call) -> list[Json]:
    """https://core.telegram.org/bots/api#getchatadministrators: other bots are left out."""
    chat = chat_for_bot(call.world, call.params["chat_id"])
    if chat.type == PRIVATE:
        raise bad_request("there are no administrators in the private chat")
    return [
        member_json(chat, person)
        for person in call.world.members(chat)
        if chat.is_admin(person.id) and (not person.is_bot or person is call.world.bot)
    ]


@bot_method("getChatMemberCount")
async def get_chat_member_count(call: Call) -> int:
    """https://core.telegram.org/bots/api#getchatmembercount"""
    chat = chat_for_bot(call.world, call.params["chat_id"])
    return len(call.world.members(chat))


@bot_method("leaveChat")
async def leave_chat(call: Call) -> bool:
    """https://core.telegram.org/bots/api#leavechat"""
    chat = chat_for_bot(call.world, call.params["chat_id"])
    if chat.type == PRIVATE:
        raise bad_request("chat member status can't be changed in private chats")
    call.world.member_changed(chat, call.world.bot, "left", call.world.bot)
    return True


def _forum(call: Call) -> Chat:
    chat = chat_for_bot(call.world, call.params["chat_id"])
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    if not chat.is_admin(call.world.bot.id):
        raise bad_request("not enough rights to manage topics")
    return chat


def _topic(call: Call) -> tuple[Chat, Topic]:
    chat = _forum(call)
    topic = chat.topics.get(call.params["message_thread_id"])
    if topic is None or topic.deleted:
        raise bad_request("message thread not found")
    return chat, topic


@bot_method("createForumTopic")
async def create_forum_topic(call: Call) -> Json:
    """https://core.telegram.org/bots/api#createforumtopic"""
    topic = call.world.open_topic(_forum(call), call.params["name"], call.world.bot)
    return {"message_thread_id": topic.id, "name": topic.name, "icon_color": TOPIC_COLOUR}


@bot_method("editForumTopic", "closeForumTopic", "reopenForumTopic", "deleteForumTopic")
async def edit_forum_topic(call: Call) -> bool:
    """https://core.telegram.org/bots/api#editforumtopic and its siblings."""
    chat, topic = _topic(call)
    closed = {"closeForumTopic": True, "reopenForumTopic": False}.get(call.method)
    change_topic(
        call.world,
        chat,
        topic,
        by=call.world.bot,
        name=call.params.get("name"),
        closed=closed,
        deleted=call.method == "deleteForumTopic",
    )
    return True


@bot_method("getUserProfilePhotos")
async def get_user_profile_photos(call: Call) -> Json:
    """https://core.telegram.org/bots/api#getuserprofilephotos: nobody here has a picture."""
    if call.params["user_id"] not in call.world.people:
        raise forbidden("user not found")
    return {"total_count": 0, "photos": []}
