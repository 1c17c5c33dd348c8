"""The bodies of the control API's requests; an unknown field is refused."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

PersonRef = int | str
ChatRef = int | str


class Form(BaseModel):
    """A request body."""

    model_config = ConfigDict(extra="forbid")


class Who(Form):
    """Somebody."""

    person: PersonRef


class Start(Who):
    """A tap on the bot's link."""

    payload: str = ""


class Post(Who):
    """A message of a person."""

    chat: ChatRef
    text: str = ""
    reply_to: int | None = None
    thread: int | None = None
    album: bool = False
    as_documents: bool = False
    anonymous: bool = False
    forwarded_from: str | None = None
    as_channel: ChatRef | None = None
    automatic: bool = False
    content: dict[str, Any] | None = None


class MessageRef(Form):
    """A message somewhere."""

    chat: ChatRef
    message: int


class Edit(MessageRef):
    """A new text for a person's own message."""

    person: PersonRef
    text: str


class Press(MessageRef):
    """A press on an inline button, by its data or by the beginning of its label."""

    person: PersonRef
    data: str | None = None
    label: str | None = None
    forged: bool = False
    wait: float = 10.0


class NewPerson(Form):
    """Somebody new in the sandbox."""

    name: str
    id: int = 0
    username: str | None = None
    name_en: str | None = None
    is_bot: bool = False
    language: str = "zh"
    unit: str | None = None
    role: str | None = None
    started: bool = False


class NewChat(Form):
    """A new chat; `bot` is the bot's status in it ("left": not there)."""

    title: str
    type: Literal["group", "supergroup", "channel"] = "supergroup"
    id: int = 0
    title_en: str | None = None
    username: str | None = None
    unit: str | None = None
    is_forum: bool = False
    members: list[PersonRef] = []
    admins: list[PersonRef] = []
    topics: list[str] = []
    bot: str = "member"


class Membership(Form):
    """A person's (or the bot's) new status in a chat; `by` is who did it."""

    chat: ChatRef
    person: PersonRef
    status: Literal["creator", "administrator", "member", "restricted", "left", "kicked"]
    by: PersonRef | None = None
    rights: dict[str, bool] = {}


class TopicForm(Form):
    """A new topic, or a change to one."""

    chat: ChatRef
    name: str | None = None
    topic: int | None = None
    closed: bool | None = None
    deleted: bool = False
    by: PersonRef | None = None


class ChatForm(Form):
    """A chat to migrate or delete."""

    chat: ChatRef


class ReactionsForm(ChatForm):
    """Whether a chat allows reactions."""

    allowed: bool


class UsernameForm(ChatForm):
    """The name by which anybody finds a group, which makes it public; none makes it private again."""

    username: str | None = None


class ClockForm(Form):
    """A step of the clock in seconds, or its whole offset."""

    advance: float = 0.0
    offset: float | None = None


class FaultForm(Form):
    """See `faults.Fault`."""

    kind: str = "error"
    method: str = "*"
    chat: ChatRef | None = None
    times: int = 1
    after: int = 0
    code: int = 500
    description: str | None = None
    retry_after: int | None = None
    migrate_to_chat_id: int | None = None
    seconds: float = 0.0


class UpdateForm(Form):
    """What to do to the stream of updates."""

    inject: dict[str, Any] | None = None
    redeliver: int = 0
    hold: int = 0
    release: bool = False


class BotForm(Form):
    """Changes to the bot itself."""

    reads_everything: bool | None = None


class LimitsForm(Form):
    """Whether Telegram's limits are enforced."""

    enforce: bool
