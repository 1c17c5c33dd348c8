"""A whole desk on another channel: lines of text in and out. Nothing but the Telegram folder knows Telegram."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.channels.registry import Channels
from bot.inbox.inbox import Inbox
from bot.outbox.faults import make_faults
from bot.outbox.outbox import Outbox
from bot.runtime.ops import Ops
from bot.settings.model import Settings
from bot.settings.policy import policy_of
from handlers.router import handle
from handlers.views.lines import render
from matching.compare.engine import Engine
from storage.database.engine import Store
from storage.queries import inbox as inbox_rows
from storage.tables.models import Chat, Membership, Request
from tests.channels.lines import Lines, entry, person
from tests.moments import MORNING
from tests.patience import ENOUGH
from web.meters import Meters
from workflow.organisation import people, setup, units
from workflow.organisation.setup import ChatSpec, UnitSpec
from workflow.organisation.work import Work

FORM = "#协作 户籍证明\n致：昆山\n对象：陈望舒 320583199204080027\n事由：电信诈骗案嫌疑人户籍核实\n时限：3天"
WORKERS = {"林": ("WX", "officer"), "顾": ("KS", "handler"), "钱": ("KS", "liaison")}


class Desk:
    """An inbox, the handlers, a workflow and an outbox around the second channel."""

    def __init__(self, store: Store) -> None:
        settings = Settings(locale={"timezone": "Asia/Shanghai"})  # type: ignore[arg-type]
        self.store, self.policy = store, policy_of(settings, "lines_desk")
        self._began = time.monotonic()
        self.lines = Lines(now=MORNING)
        self.channels = Channels(entry(self.lines), store=store, clock=self.clock)
        self.engine = Engine(self.policy.types)
        self.faults = make_faults(
            store=store, ops=Ops(chat_id=None, make_work=self.work), make_work=self.work,
            token_refused=lambda: None,
        )  # fmt: skip

    def clock(self) -> datetime:
        return MORNING + timedelta(seconds=time.monotonic() - self._began)

    def work(self, update_id: int | None = None) -> Work:
        return Work(
            store=self.store, policy=self.policy, engine=self.engine, clock=self.clock, update_id=update_id
        )

    async def furnish(self) -> None:
        wx, ks = await self.opens("无锡"), await self.opens("昆山")
        specs = [UnitSpec(code="WX", name="无锡市公安局", aliases=("无锡",)),
                 UnitSpec(code="KS", name="昆山市公安局", aliases=("昆山",))]  # fmt: skip
        chats = [ChatSpec(id=wx, units=("WX",)), ChatSpec(id=ks, units=("KS",))]
        await setup.sync(self.work(), specs, chats)
        async with self.work().write() as tx:
            known = {unit.code: unit.id for unit in await units.current(tx)}
            for name, (code, role) in WORKERS.items():
                row = await people.see_person(tx, person(name))
                tx.session.add(Membership(person_id=row.id, unit_id=known[code], role=role, since=tx.now))

    async def opens(self, name: str) -> int:
        """A room of a group; our number of it."""
        self.lines.opens(name)
        return await self.channels.number_of(self.channels["lines"], name, "group")

    async def number(self, room: str) -> int:
        """Ours, of a room that is known."""
        return await self.channels.number_of(self.channels["lines"], room, "")

    async def hears(self, *raws: dict[str, Any]) -> None:
        """What was written arrives, is handled, and what the desk says to it is sent."""
        inbox = Inbox(
            channels=self.channels, handle=handle, store=self.store, make_work=self.work, clock=self.clock,
            ops=Ops(chat_id=None, make_work=self.work), meters=Meters(), holder="here",
        )  # fmt: skip
        await inbox.keep(raws, channel="lines")
        running = asyncio.create_task(inbox.run())
        async with asyncio.timeout(ENOUGH):
            while await self._waiting():  # noqa: ASYNC110 - the table tells nobody
                await asyncio.sleep(0.01)
        await inbox.stop(within=ENOUGH)
        await running
        await self.sends()

    async def sends(self) -> None:
        outbox = Outbox(
            channels=self.channels, store=self.store, render=render, make_work=self.work, clock=self.clock,
            faults=self.faults, meters=Meters(), holder="here",
        )  # fmt: skip
        await outbox.stop(asyncio.create_task(outbox.run()), within=ENOUGH)

    async def _waiting(self) -> int:
        async with self.store.read() as session:
            return (await inbox_rows.counts(session)).waiting

    async def writes(self, by: str, line: str, *, room: str, to: int | None = None) -> list[str]:
        """What the desk says in all rooms to a line that somebody writes."""
        before = {name: len(one.lines) for name, one in self.lines.rooms.items()}
        await self.hears(self.lines.writes(by, line, room=room, to=to))
        return [
            text
            for name, one in self.lines.rooms.items()
            for number, (who, text) in one.lines.items()
            if number > before[name] and who == "desk"
        ]

    def number_of(self, *parts: str, room: str) -> int:
        """The newest line of the desk in a room that says all of this."""
        return max(
            number
            for number, (by, text) in self.lines.rooms[room].lines.items()
            if by == "desk" and all(part in text for part in parts)
        )


@pytest.fixture
async def desk(store: Store) -> Desk:
    made = Desk(store)
    await made.furnish()
    return made


async def test_a_request_is_asked_accepted_answered_and_closed_in_lines_of_text(desk: Desk) -> None:
    await desk.writes("林", FORM, room="无锡")
    [here], [there] = desk.lines.rooms["无锡"].said(), desk.lines.rooms["昆山"].said()
    assert "WX26-0001" in here
    for text in (here, there):
        assert "320583********0027" in text and "320583199204080027" not in text, "masked as in any group"
        assert not re.search(r"<\w+>|&amp;|\*\*WX26|tg://", text), "no channel's markup"
    assert "受理: /accept" in there and "/accept" not in here
    card = desk.number_of("WX26-0001", room="昆山")
    await desk.writes("顾", "/accept", room="昆山", to=card)
    assert any("处置中" in line for line in desk.lines.rooms["无锡"].said())
    said = desk.lines.rooms["无锡"].said()[-1]
    assert said.count("\n") < 8 and "陈" not in said, "not the whole card again"
    await desk.writes("顾", "反馈：已核实，户籍地址属实", room="昆山", to=card)
    assert any("已反馈" in line for line in desk.lines.rooms["无锡"].said())
    await desk.writes("林", "/close WX26-0001", room="无锡")
    async with desk.store.read() as session:
        [request] = (await session.scalars(select(Request))).all()
    assert (request.state, request.number) == ("closed", "WX26-0001")


async def test_an_unchanged_card_is_not_said_again_and_a_reply_to_any_of_its_lines_is_about_it(
    desk: Desk,
) -> None:
    await desk.writes("林", FORM, room="无锡")
    card = desk.number_of("WX26-0001", room="昆山")
    await desk.writes("顾", "/accept", room="昆山", to=card)
    short = desk.number_of("处置中", room="昆山")
    assert short != card
    heard = len(desk.lines.rooms["昆山"].said())
    async with desk.work().write() as tx:
        [request] = (await tx.session.scalars(select(Request))).all()
        await tx.queue("card", chat_id=await desk.number("昆山"), request_id=request.id, purpose="card")
    await desk.sends()
    assert len(desk.lines.rooms["昆山"].said()) == heard
    await desk.writes("顾", "#反馈 已核实", room="昆山", to=short)
    async with desk.store.read() as session:
        assert (await session.scalars(select(Request.state))).all() == ["answered"]


async def test_what_a_person_reads_alone_is_known_by_the_room_s_kind_not_by_its_number(desk: Desk) -> None:
    await desk.writes("林", FORM, room="无锡")
    desk.lines.opens("林的房间", private=True)
    [told] = await desk.writes("林", "/show WX26-0001", room="林的房间")
    assert "320583199204080027" in told.replace("\n", "")
    async with desk.store.read() as session:
        kinds = {chat.id: chat.kind for chat in await session.scalars(select(Chat))}
    assert kinds[await desk.number("林的房间")] == "private"
    in_group = await desk.writes("林", "/show WX26-0001", room="无锡")
    assert not any(
        "320583199204080027" in text for text in in_group if text in desk.lines.rooms["无锡"].said()
    )


async def test_a_room_that_takes_nothing_is_out_of_reach(desk: Desk) -> None:
    desk.lines.gone.add("昆山")
    await desk.writes("林", FORM, room="无锡")
    async with desk.store.read() as session:
        chat = await session.get_one(Chat, await desk.number("昆山"))
    assert chat.state == "unreachable"


def test_neither_handlers_nor_inbox_nor_outbox_load_telegram_s_library() -> None:
    """Nor does anything that they import, in a process of its own."""
    program = (
        "import sys, handlers.router, handlers.views.lines, bot.inbox.inbox, bot.outbox.outbox, bot.outbox.faults\n"
        "print([name for name in sys.modules if name == 'aiogram' or name.startswith('bot.telegram')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
