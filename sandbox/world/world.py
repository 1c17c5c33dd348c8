"""The world that the sandbox plays: who exists, which chats there are, what was said.

`people.py` changes it for persons, `methods_*.py` for the bot; both use the few verbs here.
"""

import asyncio
import secrets

from sandbox.world.clock import Clock
from sandbox.world.errors import SandboxError
from sandbox.world.feed import Feed
from sandbox.world.model import (
    CHANNEL,
    GROUP,
    PRIVATE,
    SUPERGROUP,
    Chat,
    Json,
    Message,
    Person,
    Press,
    StoredFile,
    Topic,
)
from sandbox.world.render import chat_json, member_json, message_json, user_json
from sandbox.world.updates import UpdateQueue
from sandbox.world.view import chat_view, message_view, person_view

DEFAULT_TOKEN = "700001:sandbox"  # noqa: S105 - opens nothing but this sandbox
ANONYMOUS_ADMIN = Person(id=1087968824, name="Group", username="GroupAnonymousBot", is_bot=True)
CHANNEL_POSTER = Person(id=136817688, name="Channel", username="Channel_Bot", is_bot=True)
TELEGRAM_ITSELF = Person(id=777000, name="Telegram")
FIRST_SUPERGROUP = -1_001_700_000_000
FIRST_GROUP = -4_000_000
TOPIC_COLOUR = 0x6FB9F0
FIRST_PERSON = 5_000_000


class World:
    """Everything the Bot API server and the chat page share."""

    def __init__(
        self,
        *,
        clock: Clock,
        token: str = DEFAULT_TOKEN,
        bot_name: str = "Crossbeat",
        bot_username: str = "crossbeat_bot",
    ) -> None:
        self.clock = clock
        self.token = token
        self.bot = Person(id=int(token.partition(":")[0]), name=bot_name, username=bot_username, is_bot=True)
        self.reads_everything = True
        self.people: dict[int, Person] = {self.bot.id: self.bot}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.file_contents: dict[str, Json] = {}
        self.presses: dict[str, Press] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.kept: dict[str, Json] = {}
        self.updates = UpdateQueue()
        self.feed = Feed()
        self._shared_message_id = 0
        self.run = secrets.token_hex(4)

    # --- people and chats -------------------------------------------------

    def person(self, who: int | str) -> Person:
        """The person with this id, name or username.

        Raises:
            SandboxError: nobody is called so.
        """
        if isinstance(who, int) and who in self.people:
            return self.people[who]
        wanted = str(who).removeprefix("@")
        for person in self.people.values():
            if wanted in (person.name, person.name_en, person.username, str(person.id)):
                return person
        raise SandboxError(f"nobody here is called {who}")

    def chat(self, which: int | str) -> Chat:
        """The chat with this id, title or username; a person's name means the private chat.

        Raises:
            SandboxError: there is no such chat.
        """
        found = self.find_chat(which)
        if found is None:
            raise SandboxError(f"there is no chat {which}")
        return found

    def find_chat(self, which: int | str) -> Chat | None:
        """As `chat`, None when there is none."""
        if isinstance(which, int) or which.lstrip("-").isdigit():
            return self.chats.get(int(which))
        wanted = which.removeprefix("@")
        for chat in self.chats.values():
            names = (chat.title, chat.title_en, chat.username)
            if chat.migrated_to is None and wanted in names:
                return chat
            if chat.person is not None and wanted in (chat.person.name, chat.person.username):
                return chat
        return None

    def add_person(self, person: Person) -> Person:
        """Adds somebody, with a new id when his is 0."""
        if not person.id:
            person.id = max([FIRST_PERSON, *(one for one in self.people if one < 2**40)]) + 1
        self.people[person.id] = person
        self.feed.publish("person", person=person_view(person))
        return person

    def add_chat(self, chat: Chat) -> Chat:
        """Adds a chat, with a new id of its kind when its is 0."""
        if not chat.id:
            first = FIRST_GROUP if chat.type == GROUP else FIRST_SUPERGROUP
            chat.id = min([first, *(one for one in self.chats if self.chats[one].type != PRIVATE)]) - 1
        self.chats[chat.id] = chat
        self.chat_changed(chat)
        return chat

    def private_chat(self, person: Person) -> Chat:
        """The person's chat with the bot, made when it does not exist yet."""
        chat = self.chats.get(person.id)
        if chat is None:
            members = {person.id: "member", self.bot.id: "member"}
            chat = self.add_chat(Chat(id=person.id, type=PRIVATE, person=person, members=members))
        return chat

    def chat_changed(self, chat: Chat) -> None:
        """Shows on the page that members, topics, … are different now."""
        self.feed.publish("chat", chat=chat.id, view=chat_view(chat, self.bot))

    def members(self, chat: Chat) -> list[Person]:
        """Those who are in the chat now."""
        return [self.people[one] for one in chat.members if chat.has_member(one) and one in self.people]

    # --- messages ---------------------------------------------------------

    def next_message_id(self, chat: Chat) -> int:
        """Supergroups and channels count for themselves; private chats and groups share one count."""
        if chat.type in (SUPERGROUP, CHANNEL):
            chat.last_message_id += 1
            return chat.last_message_id
        self._shared_message_id += 1
        return self._shared_message_id

    def store(self, message: Message) -> Message:
        """Keeps a new message and shows it on the page."""
        message.chat.messages[message.id] = message
        self._show("message", message)
        return message

    def changed(self, message: Message, what: str = "edit") -> None:
        """Shows on the page that a message was edited, deleted, …"""
        self._show(what, message)

    def _show(self, kind: str, message: Message) -> None:
        self.feed.publish(kind, chat=message.chat.id, message=message_view(message, self.bot))

    def message(self, chat: Chat, message_id: int) -> Message:
        """A message, deleted or not.

        Raises:
            SandboxError: there never was such a message.
        """
        found = chat.messages.get(message_id)
        if found is None:
            raise SandboxError(f"there is no message {message_id} in {chat.title or chat.id}")
        return found

    def service(
        self,
        chat: Chat,
        sender: Person | None,
        content: Json,
        thread: int | None = None,
        *,
        announce: bool = True,
    ) -> Message:
        """Stores a service message and hands it to the bot, unless that is not to be announced."""
        message = Message(
            chat=chat,
            id=self.next_message_id(chat),
            date=self.clock.timestamp(),
            sender=sender,
            content=content,
            thread=thread,
            in_topic=thread is not None,
        )
        self.store(message)
        if announce:
            self.deliver(message)
        return message

    def open_topic(self, chat: Chat, name: str, by: Person, *, announce: bool = True) -> Topic:
        """Adds a topic; its first message is the service message that says so."""
        topic = Topic(id=chat.last_message_id + 1, name=name)
        chat.topics[topic.id] = topic
        content = {"forum_topic_created": {"name": name, "icon_color": TOPIC_COLOUR}}
        self.service(chat, by, content, topic.id, announce=announce)
        self.chat_changed(chat)
        return topic

    # --- what the bot gets ------------------------------------------------

    def deliver(self, message: Message, *, edited: bool = False) -> None:
        """Queues the update for a new or edited message, if the bot may see it."""
        if not self.bot_sees(message):
            return
        kind = "channel_post" if message.chat.type == CHANNEL else "message"
        self.updates.add(f"edited_{kind}" if edited else kind, message_json(message))

    def bot_sees(self, message: Message) -> bool:
        """Privacy mode, https://core.telegram.org/bots/features#privacy-mode."""
        chat = message.chat
        if not chat.has_member(self.bot.id) or message.sender is self.bot:
            return False
        if chat.type in (PRIVATE, CHANNEL) or message.is_service:
            return True
        if message.sender is not None and message.sender.is_bot and message.sender_chat is None:
            return False
        if self.reads_everything or chat.is_admin(self.bot.id):
            return True
        return self._meant_for_bot(message)

    def _meant_for_bot(self, message: Message) -> bool:
        replied = message.chat.messages.get(message.reply_to or 0)
        if replied is not None and replied.sender is self.bot:
            return True
        command = (message.text or "").split(maxsplit=1)[0] if (message.text or "").startswith("/") else ""
        if not command:
            return False
        _, at, target = command.partition("@")
        if at:
            return target.lower() == (self.bot.username or "").lower()
        bots = [
            one.sender
            for one in message.chat.messages.values()
            if one.sender is not None and one.sender.is_bot and one.sender_chat is None
        ]
        return bool(bots) and bots[-1] is self.bot

    def member_changed(self, chat: Chat, person: Person, status: str, by: Person) -> None:
        """Changes a membership and queues `my_chat_member` or `chat_member`, as Telegram would."""
        before = member_json(chat, person)
        chat.members[person.id] = status
        update = {
            "chat": chat_json(chat),
            "from": user_json(by),
            "date": self.clock.timestamp(),
            "old_chat_member": before,
            "new_chat_member": member_json(chat, person),
        }
        self.chat_changed(chat)
        if person is self.bot:
            self.updates.add("my_chat_member", update)
        elif chat.is_admin(self.bot.id):
            self.updates.add("chat_member", update)

    # --- files and buttons ------------------------------------------------

    def store_file(self, *, name: str, mime: str, data: bytes, folder: str) -> StoredFile:
        """Keeps a file under a new id."""
        unique = secrets.token_hex(8)
        number = len(self.files) + 1
        suffix = name.rsplit(".", 1)[-1] if "." in name else "bin"
        path = f"{folder}/file_{number}.{suffix}"
        file = StoredFile(
            file_id=f"SBX{number}-{unique}", unique_id=unique, name=name, mime=mime, path=path, data=data
        )
        self.files[file.file_id] = file
        return file

    def new_press(self, person: Person, message: Message, data: str) -> Press:
        """A button press that waits for the bot's answer."""
        loop = asyncio.get_running_loop()
        press = Press(
            id=str(secrets.randbits(62)),
            person=person,
            chat_id=message.chat.id,
            message_id=message.id,
            data=data,
            pressed_at=loop.time(),
            answer=loop.create_future(),
        )
        self.presses[press.id] = press
        return press
