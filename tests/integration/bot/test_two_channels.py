"""One desk on two channels at once: what is asked in one is answered in the other, and each hears its own way."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from sqlalchemy import select

from bot.channels.registry import Channels, Entry
from bot.inbox.inbox import Inbox
from bot.outbox.faults import make_faults
from bot.outbox.outbox import Outbox
from bot.telegram import channel
from bot.telegram.governor import Governor
from handlers.router import handle
from handlers.views.lines import render
from storage.queries import inbox as inbox_rows
from storage.tables.models import Account, Chat, Membership, Person, Request, Unit
from storage.tables.numbers import FIRST, SPAN, is_first
from tests.accounts import account
from tests.channels import lines as lines_channel
from tests.channels.lines import Lines
from tests.integration.bot.conftest import KS, Desk
from tests.patience import ENOUGH
from workflow.kernel.tx import Sender
from workflow.organisation import binding, people, units

ROOM, HOME = "无锡的房间", "林的房间"
FORM = "#协作 户籍证明\n致：昆山\n对象：陈望舒 320583199204080027\n事由：电信诈骗案嫌疑人户籍核实\n时限：3天"
HANDLER = 1201  # an account in the first channel; in the other somebody else has the same


class Both:
    """The desk of the other tests, with lines of text beside its own channel."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.lines = desk, Lines(now=desk.clock())
        self.channels = Channels(
            channel.entry(desk.bot, pace=Governor(chat_interval=0.0)),
            lines_channel.entry(self.lines),
            store=desk.store,
            clock=desk.clock,
        )
        self._updates = 0

    async def furnish(self) -> None:
        """A room of Wuxi in the one channel, a handler of Kunshan in the other."""
        self.lines.opens(ROOM)
        room = await self.channels.number_of(self.channels["lines"], ROOM, "group")
        async with self.desk.work().write() as tx:
            known = {unit.code: unit.id for unit in await units.current(tx)}
            await people_of(tx, lines_channel.person("林"), known["WX"], "officer")
            await people_of(tx, account(HANDLER, "顾一苇"), known["KS"], "handler")
            await binding.put(tx, room, await tx.session.get_one(Unit, known["WX"]), None)

    async def writes(self, by: str, line: str, *, room: str = ROOM, to: int | None = None) -> None:
        """In lines."""
        await self._hears(self.lines.writes(by, line, room=room, to=to), name="lines")

    async def says(self, who: int, text: str) -> None:
        """In Kunshan's group of the first channel."""
        self._updates += 1  # the other channel counts from 1 as well
        message = {
            "message_id": 900 + self._updates, "date": int(self.desk.clock().timestamp()), "text": text,
            "chat": {"id": KS, "type": "supergroup", "title": "昆山协作群"},
            "from": {"id": who, "is_bot": False, "first_name": "顾一苇"},
        }  # fmt: skip
        await self._hears({"update_id": self._updates, "message": message}, name=FIRST)

    async def _hears(self, raw: dict[str, Any], *, name: str) -> None:
        desk = self.desk
        inbox = Inbox(
            channels=self.channels, handle=handle, store=desk.store, make_work=desk.work, clock=desk.clock,
            ops=desk.ops(), meters=desk.meters, holder="here",
        )  # fmt: skip
        assert await inbox.keep([raw], channel=name) == 1
        running = asyncio.create_task(inbox.run())
        async with asyncio.timeout(ENOUGH):
            while await self._waiting():  # noqa: ASYNC110 - the table tells nobody
                await asyncio.sleep(0.01)
        await inbox.stop(within=ENOUGH)
        await running
        faults = make_faults(
            store=desk.store, ops=desk.ops(), make_work=desk.work, token_refused=desk.refuse_token
        )
        outbox = Outbox(
            channels=self.channels, store=desk.store, render=render, make_work=desk.work, clock=desk.clock,
            faults=faults, meters=desk.meters, holder="here",
        )  # fmt: skip
        await outbox.stop(asyncio.create_task(outbox.run()), within=ENOUGH)

    async def _waiting(self) -> int:
        async with self.desk.store.read() as session:
            return (await inbox_rows.counts(session)).waiting

    async def request(self) -> Request:
        async with self.desk.store.read() as session:
            [found] = (await session.scalars(select(Request))).all()
        return found


@pytest.fixture
async def both(desk: Desk) -> Both:
    made = Both(desk)
    await made.furnish()
    return made


async def test_a_request_of_one_channel_is_answered_in_the_other(both: Both) -> None:
    both.lines.opens(HOME, private=True)
    await both.writes("林", "/start", room=HOME)
    await both.writes("林", FORM)
    [card] = [text for text in both.desk.said(KS) if "WX26-0001" in text]
    assert "陈" in card and "320583199204080027" not in card
    assert any("WX26-0001" in text for text in both.lines.rooms[ROOM].said())
    await both.says(HANDLER, "/accept WX26-0001")
    assert (await both.request()).state == "accepted"
    assert any("处置中" in text for text in both.lines.rooms[ROOM].said())
    assert any("顾一苇" in text for text in both.desk.said(KS)), "the card there is edited"
    await both.says(HANDLER, "/answer WX26-0001 已核实，户籍地址属实")
    assert (await both.request()).state == "answered"
    assert any("已反馈" in text for text in both.lines.rooms[ROOM].said())
    assert any("户籍地址属实" in text for text in both.lines.rooms[HOME].said()), "its asker reads it alone"
    assert not any(re.search(r"tg://|<\w+>", text) for text in both.lines.rooms[ROOM].said())


async def test_an_account_of_the_same_name_in_another_channel_is_somebody_else(both: Both) -> None:
    await both.writes("林", FORM)
    await both.writes(str(HANDLER), "/accept WX26-0001")
    assert (await both.request()).state == "open", "no handler's rights by the same number"
    async with both.desk.store.read() as session:
        query = select(Account.channel, Person.chat_id).join(Person, Person.id == Account.person_id)
        found = (await session.execute(query.where(Account.native_id == str(HANDLER)))).all()
    assert sorted(found) == [("lines", None), (FIRST, HANDLER)]


async def test_a_chat_has_one_number_of_ours_and_keeps_it(both: Both) -> None:
    await both.writes("林", FORM)
    async with both.desk.store.read() as session:
        rows = (await session.execute(select(Chat.id, Chat.channel, Chat.native_id))).all()
    of_lines = [(number, native) for number, name, native in rows if name == "lines"]
    assert of_lines == [(SPAN, ROOM)]
    assert all(is_first(number) and native == str(number) for number, name, native in rows if name == FIRST)
    again = Channels(*both.channels, store=both.desk.store, clock=both.desk.clock)
    assert await again.number_of(again["lines"], ROOM, "group") == SPAN
    assert await again.native_of(SPAN) == ROOM
    many = [again.number_of(again["lines"], f"r{number}", "group") for number in range(5)]
    assert sorted(await asyncio.gather(*many)) == [SPAN + number for number in range(1, 6)]


def test_two_channels_of_one_name_or_one_place_are_refused(both: Both) -> None:
    here = both.channels["lines"]
    for name, place in (("lines", 2), ("other", here.place)):
        other = Entry(name=name, place=place, receiver=here.receiver, sender=here.sender, pace=here.pace)
        with pytest.raises(ValueError, match="two channels"):
            Channels(here, other, store=both.desk.store, clock=both.desk.clock)


async def people_of(tx: Any, who: Sender, unit_id: int, role: str) -> None:
    row = await people.see_person(tx, who)
    tx.session.add(Membership(person_id=row.id, unit_id=unit_id, role=role, since=tx.now))
