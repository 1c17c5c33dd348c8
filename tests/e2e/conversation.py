"""Tests as conversation: `await officer.says(…)`, `await desk.bot_said(…)`, over the sandbox's control API.

Nothing here sleeps: waiting is long polling of the sandbox's feed. `bot_said` looks at everything since the
last thing that a person did (its *mark*), so an answer that came early is found too.
"""

import json
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlparse

import httpx

from tests.patience import ENOUGH

Json = dict[str, Any]
Words = str | re.Pattern[str]
File = tuple[str, bytes]
"""A file to send: its name and content."""

LONG_POLL_SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class Said:
    """A message as it was when it was sent or edited."""

    chat: int
    id: int
    text: str
    from_bot: bool
    raw: Json

    @property
    def buttons(self) -> list[str]:
        """The labels of its inline buttons, row by row."""
        return [button["text"] for button in buttons_of(self.raw)]

    @property
    def reactions(self) -> list[str]:
        """The emoji under it."""
        return list(self.raw.get("reactions", ()))

    @property
    def file_name(self) -> str | None:
        """The name of the document it carries."""
        document = self.raw.get("document")
        return None if document is None else str(document.get("file_name"))


@dataclass(frozen=True, kw_only=True)
class Pressed:
    """What became of a press: the bot's short answer, if it gave one."""

    answered: bool
    text: str = ""
    alert: bool = False
    url: str | None = None


def buttons_of(raw: Json) -> list[Json]:
    """All inline buttons of a message."""
    return [button for row in (raw.get("markup") or {}).get("inline_keyboard", []) for button in row]


def said_of(raw: Json) -> Said:
    """A message of the control API."""
    text = raw.get("text") or raw.get("caption") or ""
    return Said(chat=raw["chat_id"], id=raw["message_id"], text=text, from_bot=raw["from_bot"], raw=raw)


def holds(text: str, words: Iterable[Words]) -> bool:
    """Whether a text holds all words and patterns."""
    return all(word in text if isinstance(word, str) else word.search(text) for word in words)


class Conversation:
    """A desk to talk to; one for each sandbox."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")
        self.http = httpx.AsyncClient(
            base_url=self.base_url,
            timeout=httpx.Timeout(2 * ENOUGH),
            limits=httpx.Limits(max_connections=200),
        )
        self.mark = 0
        self._chats: dict[str, int] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Closes the connections."""
        await self.http.aclose()

    def person(self, name: str | int, chat: str | int | None = None) -> "Speaker":
        """Somebody who speaks in `chat` unless told otherwise; None: in private with the bot."""
        return Speaker(self, name, chat)

    # --- the control API --------------------------------------------------

    async def get(self, path: str, **query: Any) -> Json:
        """A GET of the control API; AssertionError with its words when it refuses."""
        given = {key: value for key, value in query.items() if value is not None}
        return _answer(await self.http.get(f"/api/{path}", params=given))

    async def post(self, path: str, **body: Any) -> Json:
        """A POST of the control API; AssertionError with its words when it refuses."""
        return _answer(await self.http.post(f"/api/{path}", json=body))

    async def remember(self) -> int:
        """Sets the mark to this moment and returns it."""
        self.mark = (await self.get("seq"))["seq"]
        return self.mark

    async def chat_id(self, chat: str | int) -> int:
        """The id of a chat by its title; a person's name means the private chat."""
        if isinstance(chat, int):
            return chat
        if chat not in self._chats:
            state = await self.get("state")
            self._chats = {one["title"]: one["id"] for one in state["chats"] if not one["migrated_to"]}
            self._chats |= {one["name"]: one["id"] for one in state["people"]}
        assert chat in self._chats, f"there is no chat {chat!r}"
        return self._chats[chat]

    # --- what the bot does ------------------------------------------------

    async def bot_said(
        self, *words: Words, chat: str | int | None = None, timeout: float = ENOUGH, since: int | None = None
    ) -> Said:
        """Waits for a message or edit of the bot that holds all `words` (text, or compiled patterns)."""
        wanted = None if chat is None else await self.chat_id(chat)
        seen = self.mark if since is None else since
        heard: list[Said] = []
        deadline = Deadline(timeout)
        while True:
            news = await self.get("wait", after=seen, seconds=deadline.left())
            for said in bot_messages_of(news["events"], wanted):
                heard.append(said)
                if holds(said.text, words):
                    return said
            seen = max(seen, news["seq"])
            if deadline.passed():
                break
        raise AssertionError(_not_said(words, chat, timeout, heard))

    async def bot_silent(
        self, chat: str | int | None = None, *words: Words, seconds: float = 1.0, since: int | None = None
    ) -> None:
        """Fails if the bot says something (that holds all `words`) in the chat within `seconds`."""
        try:
            said = await self.bot_said(*words, chat=chat, timeout=seconds, since=since)
        except AssertionError:
            return
        raise AssertionError(f"the bot was to be silent in {chat}, but said: {said.text}")

    async def bot_reacted(self, to: Said, emoji: str, *, timeout: float = ENOUGH) -> None:
        """Waits until the bot has put this reaction on a message, whoever wrote it."""
        seq = (await self.get("seq"))["seq"]
        deadline = Deadline(timeout)
        shown: list[str] = []
        while True:
            for said in await self.messages(to.chat):
                if said.id == to.id:
                    shown = said.reactions
            if emoji in shown:
                return
            if deadline.passed():
                raise AssertionError(f"the bot did not react with {emoji} to {to.text!r}, but with {shown}")
            seq = (await self.get("wait", after=seq, seconds=deadline.left()))["seq"]

    async def new_in_groups(self, since: int) -> list[Said]:
        """The messages that the bot has sent into groups since then, each as it was sent; edits are none."""
        news = await self.get("wait", after=since, seconds=0)
        sent = [event for event in news["events"] if event["kind"] == "message"]
        return [said for said in bot_messages_of(sent, None) if said.chat < 0]

    async def messages(self, chat: str | int) -> list[Said]:
        """What stands in a chat now, oldest first."""
        answer = await self.get("messages", chat=await self.chat_id(chat), limit=1000)
        return [said_of(raw) for raw in answer["messages"]]

    async def bot_messages(self, chat: str | int, *words: Words) -> list[Said]:
        """What the bot's messages in a chat (that hold all `words`) say now, oldest first."""
        return [said for said in await self.messages(chat) if said.from_bot and holds(said.text, words)]

    async def calls(self, method: str | None = None, *, after: int = 0) -> list[Json]:
        """The Bot API calls so far: method, params, status, error, result."""
        answer = await self.get("calls", method=method, after=after)
        found: list[Json] = answer["calls"]
        return found

    async def called(
        self, method: str, *, times: int = 1, after: int = 0, timeout: float = ENOUGH
    ) -> list[Json]:
        """Waits until the bot has called a method so often."""
        seen = (await self.get("seq"))["seq"]
        deadline = Deadline(timeout)
        while True:
            found = await self.calls(method, after=after)
            if len(found) >= times:
                return found
            if deadline.passed():
                break
            seen = (await self.get("wait", after=seen, seconds=deadline.left()))["seq"]
        raise AssertionError(f"{method} was called {len(found)} times, not {times}, within {timeout} s")

    async def polled(self, *, timeout: float = ENOUGH) -> None:
        """Returns when the bot has taken all updates: it waits for more, or its webhook has answered."""
        deadline = Deadline(timeout)
        while not (await self.get("idle", seconds=deadline.left()))["idle"]:
            assert not deadline.passed(), f"the bot has not taken its updates within {timeout} s"

    # --- fate -------------------------------------------------------------

    async def advance(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> None:
        """Moves the clock of the sandbox and of the bot; sets the mark."""
        await self.remember()
        await self.post("clock", advance=((days * 24 + hours) * 60 + minutes) * 60 + seconds)

    async def fault(self, method: str = "*", **fault: Any) -> None:
        """Makes the next calls misbehave, as `sandbox.botapi.faults.Fault`: kind, times, code, retry_after, …."""
        await self.post("faults", method=method, **fault)

    async def met_fault(self, *, timeout: float = ENOUGH) -> None:
        """Returns when a call has met one of the faults; a slow one is then under way."""
        deadline = Deadline(timeout)
        while not any(fault["hits"] for fault in (await self.get("faults"))["faults"]):
            assert not deadline.passed(), f"no call met a fault within {timeout} s"

    async def clear_faults(self) -> None:
        """Back to good behaviour."""
        _answer(await self.http.delete("/api/faults"))

    async def inject(self, update: Json) -> int:
        """Sends the bot any update, well-formed or not; returns its id."""
        await self.remember()
        return int((await self.post("updates", inject=update))["update_ids"][0])

    async def redeliver(self, count: int = 1) -> list[int]:
        """Sends the last updates once more; returns their ids."""
        await self.remember()
        ids: list[int] = (await self.post("updates", redeliver=count))["update_ids"]
        return ids


class Speaker:
    """One person, mostly in one chat. Every act sets the desk's mark first."""

    def __init__(self, desk: Conversation, name: str | int, chat: str | int | None) -> None:
        self.desk = desk
        self.name = name
        self.chat = chat

    def in_private(self) -> "Speaker":
        """The same person in private with the bot."""
        return Speaker(self.desk, self.name, None)

    async def says(self, text: str = "", *, to: str | int | None = None, **more: Any) -> Said:
        """Posts a message; `more` as in the control API: reply_to, thread, anonymous, forwarded_from, …"""
        await self.desk.remember()
        answer = await self.desk.post(
            "messages", person=self.name, chat=to or self.chat or await self._private(), text=text, **more
        )
        return said_of(answer["message"])

    async def replies(self, to: Said, text: str, *, files: Iterable[File] = (), **more: Any) -> Said:
        """Replies to a message, with files if there are any."""
        if files:
            return await self.sends(files, text=text, to=to.chat, reply_to=to.id, **more)
        return await self.says(text, to=to.chat, reply_to=to.id, **more)

    async def sends(
        self, files: Iterable[File], *, text: str = "", to: str | int | None = None, **more: Any
    ) -> Said:
        """Sends files with a caption; `album=True` for one album, `as_documents=True` for files."""
        await self.desk.remember()
        payload = {
            "person": self.name,
            "chat": to or self.chat or await self._private(),
            "text": text,
            **more,
        }
        answer = await self.desk.http.post(
            "/api/messages",
            data={"payload": json.dumps(payload)},
            files=[("files", (name, content)) for name, content in files],
        )
        return said_of(_answer(answer)["message"])

    async def edits(self, message: Said, text: str) -> Said:
        """Changes an own message."""
        await self.desk.remember()
        answer = await self.desk.post(
            "edit", person=self.name, chat=message.chat, message=message.id, text=text
        )
        return said_of(answer["message"])

    async def deletes(self, message: Said) -> None:
        """Deletes a message; the bot does not hear of it."""
        await self.desk.post("delete", chat=message.chat, message=message.id)

    async def starts(self, payload: str = "") -> Said:
        """Opens the private chat with the bot."""
        await self.desk.remember()
        return said_of((await self.desk.post("start", person=self.name, payload=payload))["message"])

    async def presses(
        self,
        label: str,
        *,
        in_: str | int | None = None,
        on: Said | None = None,
        timeout: float = ENOUGH,
        wait: float = ENOUGH,
    ) -> Pressed:
        """Presses the newest button whose label starts so, or that of one message; waits for it to be there.

        A button that is a link to the bot opens the private chat instead. `wait`: seconds for the answer.
        """
        message, button = await self._button(label, in_, on, timeout)
        await self.desk.remember()
        if "url" in button:
            query = parse_qs(urlparse(button["url"]).query)
            await self.starts(query.get("start", [""])[0])
            return Pressed(answered=True, url=button["url"])
        return await self.forges(button["callback_data"], on=message, forged=False, wait=wait)

    async def forges(self, data: str, *, on: Said, forged: bool = True, wait: float = ENOUGH) -> Pressed:
        """Sends button data that need not be on the message."""
        await self.desk.remember()
        answer = await self.desk.post(
            "press", person=self.name, chat=on.chat, message=on.id, data=data, forged=forged, wait=wait
        )
        return Pressed(
            answered=answer["answered"],
            text=answer.get("text") or "",
            alert=bool(answer.get("show_alert")),
            url=answer.get("url"),
        )

    async def _private(self) -> int:
        return await self.desk.chat_id(self.name)

    async def _button(
        self, label: str, in_: str | int | None, on: Said | None, timeout: float
    ) -> tuple[Said, Json]:
        chat = on.chat if on is not None else await self.desk.chat_id(in_ or self.chat or self.name)
        seen = (await self.desk.get("seq"))["seq"]
        deadline = Deadline(timeout)
        while True:
            for said in reversed(await self.desk.messages(chat)):
                if on is not None and said.id != on.id:
                    continue
                for button in buttons_of(said.raw):
                    if button["text"].startswith(label):
                        return said, button
            if deadline.passed():
                break
            seen = (await self.desk.get("wait", after=seen, seconds=deadline.left()))["seq"]
        raise AssertionError(f"no button {label!r} in {in_ or self.chat} within {timeout} s")


class Deadline:
    """What is left of a time limit."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds for the next long poll."""
        return min(LONG_POLL_SECONDS, max(0.0, self._until - time.monotonic()))

    def passed(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() >= self._until


def _answer(response: httpx.Response) -> Json:
    body: Json = response.json()
    assert response.is_success, f"the sandbox refused {response.request.url.path}: {body}"
    return body


def bot_messages_of(events: Iterable[Json], chat: int | None) -> Iterable[Said]:
    """What the bot said or edited, in the order of the events."""
    for event in events:
        if event["kind"] not in ("message", "edit") or not event["message"]["from_bot"]:
            continue
        if chat is None or event["chat"] == chat:
            yield said_of(event["message"])


def _not_said(words: tuple[Words, ...], chat: str | int | None, timeout: float, heard: list[Said]) -> str:
    shown = "\n---\n".join(f"[{said.chat}] {said.text}" for said in heard[-8:]) or "nothing"
    wanted = ", ".join(repr(word) for word in words) or "anything"
    return f"within {timeout} s the bot did not say {wanted} in {chat or 'any chat'}; it said:\n{shown}"
