"""A desk without Telegram: people post, press and reply through the real handlers; what is queued for
them is rendered as they would read it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.methods import AnswerCallbackQuery, GetFile, TelegramMethod
from aiogram.types import File
from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.outbox.rows import Sent, follow, note_deleted
from bot.settings.model import Settings
from bot.settings.policy import policy_of
from bot.telegram.receiver import Receiver
from bot.telegram.sender import CAN, pieces
from handlers.replies.replies import reply
from handlers.router import handle
from handlers.views.lines import render
from handlers.views.outgoing import Delete, Document, Edit, EditButtons, Files, Outgoing, React, Say, shown
from matching.compare.engine import Engine
from storage.database.engine import Store
from storage.queries.inbox import store_updates
from storage.queries.posts import note_shown
from storage.tables.models import Event, Membership, OutboxLine, Post, Reminder, Request
from tests.accounts import account
from tests.moments import MORNING
from workflow.keeping.covering import cover
from workflow.kernel.policy import Policy
from workflow.kernel.tx import THEN, Place, Sender
from workflow.organisation import people, setup, units
from workflow.organisation.setup import ChatSpec, UnitSpec
from workflow.organisation.work import Work

WX, KS, SZ, CZ = -1001, -1002, -1003, -1004
#: Telegram id -> name, username, unit and role; the last ones are in no unit.
PEOPLE: dict[int, tuple[str, str, str, str]] = {
    11: ("林小满", "lin", "WX", "officer"),
    12: ("周知远", "zhou", "WX", "officer"),
    13: ("白露", "bai", "WX", "liaison"),
    21: ("顾一苇", "gu", "KS", "handler"),
    22: ("沈听澜", "shen", "KS", "liaison"),
    23: ("陆时雨", "lu", "KS", "handler"),
    24: ("孟秋", "meng", "KS", "officer"),
    25: ("温如言", "wen", "KS", "supervisor"),
    26: ("宋离", "songli", "", ""),
    31: ("叶知秋", "ye", "SZ", "liaison"),
    32: ("程安澜", "cheng", "SZ", "supervisor"),
    33: ("许知微", "xu", "SZ", "officer"),
    41: ("秦砚秋", "qin", "CZ", "liaison"),
    45: ("方砚", "fangyan", "CZ", "officer"),
    97: ("侯准", "houzhun", "", ""),
    98: ("辛仁", "xinren", "", ""),
    99: ("路人甲", "passer", "", ""),
    1001: ("方予安", "fang", "", ""),
}
BOT_ID = 42

_QUEUED = select(OutboxLine).where(OutboxLine.state == "queued").order_by(OutboxLine.id)
_LINES = OutboxLine.__table__
_SENT = update(_LINES).where(_LINES.c.id == bindparam("line")).values(state="sent", sent_at=bindparam("at"))  # type: ignore[arg-type]
FORM = """#协作 户籍证明
致：昆山
对象：陈望舒 320583199204080027
事由：电信诈骗案嫌疑人户籍核实
时限：3天"""


def user(who: int) -> dict[str, Any]:
    """A person as Telegram shows them."""
    name, username, *_ = PEOPLE[who]
    return {"id": who, "is_bot": False, "first_name": name, "username": username}


def group(chat: int) -> dict[str, Any]:
    return {"id": chat, "type": "supergroup", "title": f"群{chat}"}


def sender(who: int) -> Sender:
    name, username, *_ = PEOPLE[who]
    return account(who, name, username)


async def _no_other_channel(native_id: str, _kind: str) -> int:
    raise AssertionError(f"{native_id} has our number")


class Toasts(BaseSession):
    """A session that only takes acknowledgements of buttons and gives out the files that it has; anything else sent
    past the outbox is a fault."""

    def __init__(self) -> None:
        super().__init__()
        self.toasts: list[AnswerCallbackQuery] = []
        self.files: dict[str, bytes] = {}

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:
        if isinstance(method, GetFile):
            return File(file_id=method.file_id, file_unique_id=method.file_id, file_path=method.file_id)
        assert isinstance(method, AnswerCallbackQuery), f"{type(method).__name__} went past the outbox"
        self.toasts.append(method)
        return True

    async def stream_content(self, url: str, *args: Any, **kwargs: Any) -> Any:
        yield self.files[url.rpartition("/")[2]]

    async def close(self) -> None:
        return None


@dataclass(frozen=True, kw_only=True)
class Said:
    """A message of the bot as a person sees it."""

    chat: int
    message_id: int
    text: str
    buttons: dict[str, str]  # label -> data
    kind: str
    reply_to: int | None = None
    files: tuple[str, ...] = ()
    force_reply: bool = False


KINDS: dict[type, str] = {
    Say: "send", Edit: "edit", EditButtons: "edit", React: "react", Files: "files", Document: "document",
    Delete: "delete",
}  # fmt: skip


def _text(out: Outgoing) -> str:
    match out:
        case Say(text=text) | Edit(text=text) | Files(caption=text) | Document(caption=text):
            return text.plain
        case React(emoji=emoji):
            return emoji
    return ""


@dataclass(kw_only=True)
class Scene:
    store: Store
    policy: Policy
    engine: Engine
    now: datetime
    bot: Bot
    session: Toasts
    said: list[Said] = field(default_factory=list)
    #: Files that the bot made and sent, with what is in them.
    documents: list[Document] = field(default_factory=list)
    #: What somebody picks who is asked why they want to read a full text; None: they leave the question there.
    purpose: str | None = "办案"
    #: Whether the product in it is as it is everywhere: no test has replaced a part.
    as_ever: bool = True
    #: Which they pick who are asked on what ground: the first of the list, unless they leave it (None).
    ground: int | None = 0
    #: Groups that anybody may find and read, as their channel shows them from now on.
    public: set[int] = field(default_factory=set)
    #: Whether the bot may delete messages of people in groups.
    may_delete: bool = True
    _ids: Any = field(default_factory=lambda: itertools.count(500))
    _updates: Any = field(default_factory=lambda: itertools.count(1))

    def acting(self, who: int, chat: int, *, message_id: int | None = None) -> Work:
        """The work of a person in a chat, which answers, for use cases called without a handler."""
        work = self.work()
        work.sender, work.reply = sender(who), reply
        kind = "private" if chat > 0 else "supergroup"
        work.place = Place(chat_id=chat, kind=kind, title=f"群{chat}", message_id=message_id)
        return work

    def work(self, update_id: int | None = None) -> Work:
        return Work(
            store=self.store,
            policy=self.policy,
            engine=self.engine,
            clock=lambda: self.now,
            update_id=update_id,
        )

    async def prepare(self) -> None:
        specs = [
            UnitSpec(code="SZ", name="苏州市公安局", aliases=("苏州",)),
            UnitSpec(code="KS", name="昆山市公安局", aliases=("昆山",), parent="SZ"),
            UnitSpec(code="WX", name="无锡市公安局", aliases=("无锡",)),
            UnitSpec(code="CZ", name="常州市公安局", aliases=("常州",)),
        ]
        chats = [
            ChatSpec(id=chat, units=(code,))
            for chat, code in ((WX, "WX"), (KS, "KS"), (SZ, "SZ"), (CZ, "CZ"))
        ]
        await cover(self.work())  # as a desk is opened
        await setup.sync(self.work(), specs, chats)
        async with self.work().write() as tx:
            known = {u.code: u.id for u in await units.current(tx)}
            for number, (_, _, code, role) in PEOPLE.items():
                if code:
                    row = await people.see_person(tx, sender(number))
                    tx.session.add(Membership(person_id=row.id, unit_id=known[code], role=role, since=tx.now))

    def show_answers(self) -> None:
        """Groups see what answers say, masked: ``[protection] answers_in_groups = "masked"``."""
        self.policy = replace(self.policy, answers_in_groups="masked")

    async def reads(self, who: int, number: str) -> str:
        """What somebody is shown of a request in private."""
        before = len(self.said)
        await self.says(who, f"/show {number}", chat=who)
        return self.heard(who, before)

    def pass_time(self, **span: float) -> None:
        self.now += timedelta(**span)

    async def feed(self, update: dict[str, Any]) -> None:
        """One update, as the inbox hands it over, and everything that it makes the bot say."""
        update_id = next(self._updates)
        async with self.store.write() as session:
            await store_updates(session, [(update_id, 1, self.store.sealer.seal("inbox", update))], self.now)
        receiver = Receiver(self.bot, self.policy.veil)
        incoming = await receiver.read({"update_id": update_id, **update}, _no_other_channel)
        if incoming is not None:
            work = self.work(update_id)
            work.fetch = receiver.fetch
            await handle(incoming, work, receiver.acknowledge)
        await self.deliver()

    def message(self, who: int, chat: int, text: str | None, **fields: Any) -> dict[str, Any]:
        private = chat > 0
        body: dict[str, Any] = {
            "message_id": next(self._ids), "date": int(self.now.timestamp()),
            "chat": {"id": chat, "type": "private"} if private else self.group(chat),
            "from": user(who),
        }  # fmt: skip
        if text is not None:
            body["text"] = text
        return body | fields

    def group(self, chat: int) -> dict[str, Any]:
        """A group as Telegram shows it now: a public one has a username."""
        return group(chat) | ({"username": f"open{-chat}"} if chat in self.public else {})

    async def says(self, who: int, text: str | None, *, chat: int = WX, **fields: Any) -> int:
        message = self.message(who, chat, text, **fields)
        heard = len(self.said)
        await self.feed({"message": message})
        await self._says_why(who, heard)
        return int(message["message_id"])

    async def _says_why(self, who: int, heard: int) -> None:
        """Somebody who is asked picks their purpose."""
        for said in self.said[heard:]:
            if self.purpose in said.buttons and "用途" in said.text:
                await self.presses(who, self.purpose or "", on=said)
            lists = (*self.policy.grounds, *self.policy.declines)
            grounds = [label for label in said.buttons if label in lists]
            if self.ground is not None and grounds and said.kind == "send":
                await self.presses(who, grounds[self.ground], on=said)

    async def edits(
        self, who: int, message_id: int, text: str, *, chat: int = WX, sent: datetime | None = None
    ) -> None:
        """An edit of a message, sent now unless said otherwise."""
        message = self.message(who, chat, text, message_id=message_id, edit_date=int(self.now.timestamp()))
        message["date"] = int((sent or self.now).timestamp())
        await self.feed({"edited_message": message})

    async def replies(
        self, who: int, to: Said, text: str | None, *, whole: bool = False, **fields: Any
    ) -> int:
        """``whole``: with the words replied to, as Telegram gives them."""
        original = {
            "message_id": to.message_id, "date": int(self.now.timestamp()), "text": to.text if whole else "…",
            "chat": {"id": to.chat, "type": "supergroup" if to.chat < 0 else "private"},
            "from": {"id": BOT_ID, "is_bot": True, "first_name": "Crossbeat"},
        }  # fmt: skip
        return await self.says(who, text, chat=to.chat, reply_to_message=original, **fields)

    async def presses(self, who: int, label: str, *, on: Said | None = None, chat: int = KS) -> str:
        """Press the newest button whose label starts so; gives back the toast."""
        target = on or next(
            s for s in reversed(self.said) if s.chat == chat and any(b.startswith(label) for b in s.buttons)
        )
        data = next(data for name, data in target.buttons.items() if name.startswith(label))
        return await self.forges(who, data, chat=target.chat, message_id=target.message_id)

    async def forges(self, who: int, data: str, *, chat: int = KS, message_id: int = 1) -> str:
        count, heard = len(self.session.toasts), len(self.said)
        await self.feed({
            "callback_query": {
                "id": str(next(self._ids)), "chat_instance": "1", "data": data,
                "from": user(who),
                "message": {
                    "message_id": message_id, "date": int(self.now.timestamp()), "text": "…",
                    "chat": {"id": chat, "type": "private"} if chat > 0 else self.group(chat) | {"title": "群"},
                },
            }
        })  # fmt: skip
        assert len(self.session.toasts) == count + 1, "the button keeps spinning"
        toast = self.session.toasts[-1].text or ""
        await self._says_why(who, heard)
        return toast

    async def deliver(self) -> list[Said]:
        """Everything queued, rendered and marked sent, as the outbox would."""
        fresh: list[Said] = []
        followed = False
        async with self.store.read(short=True) as session:
            lines = (await session.scalars(_QUEUED)).all()
        for line in lines:
            rendered = [call for out in await render(line, self.work(), CAN) for call in pieces(out)]
            async with self.store.write() as session:
                await session.execute(_SENT, {"line": line.id, "at": self.now})
                shown_now = [self._show(session, line, outgoing) for outgoing in rendered]
                fresh += shown_now
                self.documents += [out for out in rendered if isinstance(out, Document)]
                if line.kind == "files" or (line.kind == "delete" and self.may_delete):
                    parts = [
                        Sent(out=out, message_ids=(said.message_id,))
                        for out, said in zip(rendered, shown_now, strict=True)
                    ]
                    followed |= await self._followed(session, line, parts)
                for out in rendered:
                    if isinstance(out, Edit | EditButtons):
                        await note_shown(session, line.chat_id, [out.message_id], shown(out))
        self.said += fresh
        return fresh + (await self.deliver() if followed else [])

    async def _followed(self, session: AsyncSession, line: OutboxLine, parts: Sequence[Sent]) -> bool:
        """What sending leaves in the tables; whether another line follows."""
        for part in parts:
            if isinstance(part.out, Delete):
                await note_deleted(session, line, part.message_ids)
        then = self.store.sealer.unseal("outbox", line.sealed).get(THEN)
        await follow(self.store, session, then, parts, self.now)
        return then is not None and bool(parts)

    def _show(self, session: AsyncSession, line: OutboxLine, out: Outgoing) -> Said:
        new = isinstance(out, Say | Files | Document)
        match out:
            case Say() | Files() | Document():
                message_id = next(self._ids)
            case Delete():
                message_id = out.message_ids[0]
            case _:
                message_id = out.message_id
        if new:
            kept = shown(out)
            session.add(
                Post(
                    chat_id=line.chat_id,
                    message_id=message_id,
                    request_id=line.request_id,
                    draft_id=line.draft_id,
                    thread_id=line.thread_id,
                    purpose=out.purpose or line.purpose,
                    shown=kept,
                    at=self.now,
                )
            )
        rows = () if isinstance(out, React | Files | Delete) else out.rows
        return Said(
            chat=self.policy.veil.theirs(line.chat_id),
            message_id=message_id,
            text=_text(out),
            buttons={key.label: key.data or key.start for row in rows for key in row},
            kind=KINDS[type(out)],
            reply_to=line.reply_to,
            files=tuple(f.file_id for f in out.files) if isinstance(out, Files) else (),
            force_reply=isinstance(out, Say) and bool(out.placeholder),
        )

    def last(self, *parts: str, chat: int) -> Said:
        """The newest message of the bot in a chat that has all these words."""
        for said in reversed(self.said):
            if said.chat == chat and all(
                part in said.text or part in "".join(said.buttons) for part in parts
            ):
                return said
        heard = "\n---\n".join(s.text for s in self.said if s.chat == chat)
        raise AssertionError(f"the bot did not say {parts} in {chat}; it said:\n{heard}")

    def heard(self, chat: int, since: int = 0) -> str:
        return "\n".join(s.text for s in self.said[since:] if s.chat == chat)

    async def request(self, number: str) -> Request:
        async with self.store.read() as session:
            return (await session.scalars(select(Request).where(Request.number == number))).one()

    async def all_requests(self) -> Sequence[Request]:
        async with self.store.read() as session:
            return (await session.scalars(select(Request).order_by(Request.id))).all()

    async def actions(self, request: Request) -> list[str]:
        async with self.store.read() as session:
            return list(
                (
                    await session.scalars(
                        select(Event.action).where(Event.chain == request.id).order_by(Event.seq)
                    )
                ).all()
            )

    async def lines(self, *, chat: int) -> Sequence[OutboxLine]:
        """All lines of the outbox for a chat."""
        async with self.store.read() as session:
            return (
                await session.scalars(
                    select(OutboxLine).where(OutboxLine.chat_id == chat).order_by(OutboxLine.id)
                )
            ).all()

    async def reminders(self, request: Request, state: str = "waiting") -> list[Reminder]:
        async with self.store.read() as session:
            return list(
                (
                    await session.scalars(
                        select(Reminder)
                        .where(Reminder.request_id == request.id, Reminder.state == state)
                        .order_by(Reminder.due_at)
                    )
                ).all()
            )


@cache
def _rules() -> tuple[Policy, Engine]:
    """What nobody changes: a test that wants another policy has its scene have one."""
    settings = Settings(telegram={"admins": [1001]}, locale={"timezone": "Asia/Shanghai"})  # type: ignore[arg-type]
    policy = policy_of(settings, "crossbeat_bot")
    assert policy.zone == ZoneInfo("Asia/Shanghai") and policy.nudge_every == timedelta(hours=1)
    return policy, Engine(policy.types)


def scene_of(store: Store) -> Scene:
    """A desk at nine on a Tuesday morning, in which nobody is yet: see :meth:`Scene.prepare`."""
    policy, engine = _rules()
    session = Toasts()
    bot = Bot("42:TEST", session=session)
    return Scene(store=store, policy=policy, engine=engine, now=MORNING, bot=bot, session=session)
