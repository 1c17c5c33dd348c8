"""A real bot against the sandbox's Bot API server, with the database of either engine behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from sqlalchemy import select

from bot.channels.registry import Channels
from bot.outbox.faults import make_faults
from bot.outbox.outbox import Outbox
from bot.runtime import limits
from bot.runtime.ops import Ops
from bot.settings.model import Settings
from bot.settings.policy import chats_of, policy_of, units_of
from bot.telegram import channel
from bot.telegram.governor import Governor
from bot.telegram.receiver import Receiver
from handlers.views import lines
from handlers.views.outgoing import Can, Outgoing, Say
from handlers.views.rich import words
from matching.compare.engine import Engine
from sandbox.chat_page.server import Sandbox
from sandbox.sample import sample
from storage.database.engine import Store
from storage.queries import outbox as rows
from storage.tables.models import Chat, OutboxLine, Person, Request, Unit
from tests.moments import MORNING
from web.meters import Meters
from workflow.organisation import setup
from workflow.organisation.work import Work

OPS, WX, KS = -1_001_700_000_003, sample.WX_CHAT, sample.KS_CHAT


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BACKOFF_FIRST_SECONDS", 0.01)
    monkeypatch.setattr(limits, "BACKOFF_MOST_SECONDS", 0.05)


@pytest.fixture(autouse=True)
def _plain_logs() -> Iterator[None]:
    """structlog's default draws every stack with all its variables: seconds for each."""
    structlog.configure(processors=[structlog.testing.LogCapture()])
    yield
    structlog.reset_defaults()


@pytest.fixture
def clock_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """By how much the clock of the sandbox, and of a process beside it, is moved: a number has one year."""
    return tmp_path_factory.mktemp("clock") / "clock"


@pytest.fixture
async def sandbox(clock_file: Path) -> AsyncIterator[Sandbox]:
    async with Sandbox(port=0, world=sample.world(), clock=clock_file) as running:
        running.clock.advance((MORNING - running.clock.now()).total_seconds())
        yield running


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(sandbox.base_url), timeout=20)
    made = Bot(sandbox.token, session=session)
    yield made
    await session.close()


@dataclass(kw_only=True)
class Desk:
    """What the bot's parts need, and what a test wants to know of them."""

    store: Store
    sandbox: Sandbox
    bot: Bot
    policy: Any
    engine: Engine
    offset: timedelta = timedelta()
    meters: Meters = field(default_factory=Meters)
    rendered: list[int] = field(default_factory=list)
    outgoing: dict[int, list[Outgoing] | Exception] = field(default_factory=dict)  # by line
    tokens_refused: int = 0
    outbox: Outbox | None = None

    def clock(self) -> datetime:
        return self.sandbox.clock.now() + self.offset

    def work(self, update_id: int | None = None) -> Work:
        wake = self.outbox.wake if self.outbox is not None else None
        return Work(
            store=self.store, policy=self.policy, engine=self.engine, clock=self.clock,
            update_id=update_id, wake=wake,
        )  # fmt: skip

    def ops(self) -> Ops:
        return Ops(chat_id=OPS, make_work=self.work)

    def refuse_token(self) -> None:
        self.tokens_refused += 1

    async def render(self, line: OutboxLine, work: Work, can: Can) -> list[Outgoing]:
        """What the test gave for the line, else the text of its payload; a deletion as it is."""
        self.rendered.append(line.id)
        given = self.outgoing.get(line.id)
        if isinstance(given, Exception):
            raise given
        if given is not None:
            return given
        if line.kind == "delete":
            return await lines.render(line, work, can)
        payload = self.store.sealer.unseal("outbox", line.sealed)
        text = payload["text"] if isinstance(payload["text"], str) else payload["text"]["t"]
        return [Say(text=words(text))]

    def make_outbox(self, *, holder: str = "here", governor: Governor | None = None) -> Outbox:
        faults = make_faults(
            store=self.store, ops=self.ops(), make_work=self.work, token_refused=self.refuse_token
        )
        return Outbox(
            channels=self.channels(governor), store=self.store, render=self.render, make_work=self.work,
            clock=self.clock, faults=faults, meters=self.meters, holder=holder,
        )  # fmt: skip

    def channels(self, governor: Governor | None = None, receiver: Receiver | None = None) -> Channels:
        entry = channel.entry(self.bot, pace=governor or Governor(chat_interval=0.0))
        if receiver is not None:
            entry = replace(entry, receiver=receiver)
        return Channels(entry, store=self.store, clock=self.clock)

    async def queue(self, text: str = "x", *, chat_id: int = WX, **columns: Any) -> int:
        """Queues a line; its id."""
        async with self.store.write() as session:
            await rows.add(
                session, kind=columns.pop("kind", "say"), chat_id=chat_id, created_at=self.clock(),
                sealed=self.store.sealer.seal("outbox", {"text": text}), **columns,
            )  # fmt: skip
            found = await session.scalar(select(OutboxLine.id).order_by(OutboxLine.id.desc()).limit(1))
        assert found is not None
        return found

    async def send(self, outbox: Outbox | None = None, within: float = 10) -> None:
        """Sends what can be sent, and stops."""
        outbox = outbox or self.make_outbox()
        self.outbox = outbox
        await outbox.stop(asyncio.create_task(outbox.run()), within=within)

    async def line(self, line_id: int) -> OutboxLine:
        async with self.store.read() as session:
            return await session.get_one(OutboxLine, line_id)

    async def states(self) -> list[str]:
        async with self.store.read() as session:
            return list(await session.scalars(select(OutboxLine.state).order_by(OutboxLine.id)))

    def said(self, chat_id: int = WX) -> list[str]:
        """What the bot's messages in a chat say now."""
        messages = self.sandbox.world.chat(chat_id).messages.values()
        mine = self.sandbox.world.bot
        return [m.text or "" for m in messages if m.sender is mine and not m.deleted]

    def calls(self, pattern: str = "send") -> list[dict[str, Any]]:
        return [call for call in self.sandbox.api.calls if str(call["method"]).startswith(pattern)]

    async def request(self, *, asks: str = "WX", asked: str = "KS") -> int:
        """A request between two units; its id."""
        async with self.store.write() as session:
            units = {unit.code: unit.id for unit in await session.scalars(select(Unit))}
            made = Request(
                number=f"{asks}26-0001", type="household", from_unit_id=units[asks], to_unit_id=units[asked],
                sealed=b"", asked_at=self.clock(),
            )  # fmt: skip
            session.add(made)
            await session.flush()
            return made.id

    async def asked_by(self, number: int) -> int:
        """A request of somebody; its id."""
        async with self.store.write() as session:
            person = Person(chat_id=number, first_seen=self.clock(), sealed=b"")
            session.add(person)
            await session.flush()
            made = Request(
                number=f"WX26-{number}", type="household", asker_id=person.id, sealed=b"",
                asked_at=self.clock(),
            )  # fmt: skip
            session.add(made)
            await session.flush()
            return made.id

    async def chat(self, chat_id: int) -> Chat:
        async with self.store.read() as session:
            return await session.get_one(Chat, chat_id)


@pytest.fixture
async def desk(store: Store, sandbox: Sandbox, bot: Bot) -> Desk:
    settings = Settings(
        units=[
            {"code": u["code"], "name": u["name"], "aliases": u["aliases"], "parent": u["parent"] or ""}
            for u in sample.UNITS
        ],
        chats=[{"id": chat["id"], "units": [chat["unit"]]} for chat in sample.CHATS],
    )
    policy = policy_of(settings, "crossbeat_bot")
    made = Desk(store=store, sandbox=sandbox, bot=bot, policy=policy, engine=Engine(policy.types))
    await setup.sync(made.work(), units_of(settings), chats_of(settings))
    return made
