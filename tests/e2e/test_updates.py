"""What Telegram may deliver: twice, in the wrong order, malformed, of kinds nobody knows, or a day too late."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.e2e.cast import KS, WX
from tests.e2e.desk import Desk
from tests.e2e.posts import form, somebody

STRANGE: list[dict[str, Any]] = [
    {"something_new": {"of": "next year"}},
    {},
    {"message": None},
    {"message": "text"},
    {"message": {"message_id": "x"}},
    {"callback_query": {"id": "1"}},
    {"message": {"message_id": 1, "date": 1, "chat": {"id": -1, "type": "galaxy"}, "text": "/mine"}},
    {"edited_message": []},
    {"poll": {"id": "7"}},
]


async def test_updates_that_come_twice_are_done_once(desk: Desk) -> None:
    asked = await desk.asks(desk.lin)
    await desk.redeliver(3)
    await desk.polled()
    await desk.redeliver(3)
    second = await desk.asks(desk.zhou)
    assert second.number == "WX26-0002"
    assert len([s for s in await desk.bot_messages(WX, asked.number, "→") if "/r_" in s.text]) == 1


async def test_updates_in_the_wrong_order_are_all_done(desk: Desk) -> None:
    await desk.post("updates", hold=4)
    posts = [await desk.lin.says(form(somebody())) for _ in range(4)]
    cards = [await desk.bot_replied(post, "→", since=0) for post in posts]
    assert len({card.text.split()[1] for card in cards}) == 4


async def test_a_card_is_pressed_before_the_post_that_made_it_is_edited_in_whatever_order(desk: Desk) -> None:
    asked = await desk.asks(desk.lin)
    await desk.post("updates", hold=2)
    await desk.lin.edits(asked.post, form(asked.subject, reason="改为核实居住情况"))
    await desk.gu.says(f"/accept {asked.number}")
    await desk.card_shows(asked.number, KS, "处置中", "改为核实居住情况")


@pytest.mark.parametrize("update", STRANGE, ids=lambda update: str(update)[:30])
async def test_what_is_not_understood_holds_nothing_up(office: Desk, update: dict[str, Any]) -> None:
    office.running.expect("update_set_aside", "update_failed", "chat not found")
    await office.inject(update)
    await office.asks(office.lin)


async def test_an_update_of_a_stranger_chat_is_no_ones_business(office: Desk) -> None:
    payload = {
        "message_id": 5, "date": 1, "chat": {"id": -100777, "type": "supergroup", "title": "别处"},
        "from": {"id": 4242, "is_bot": False, "first_name": "某"}, "text": "今天天气不错",
    }  # fmt: skip
    await office.inject({"message": payload})
    await office.asks(office.lin)
    assert not [c for c in await office.calls("sendMessage") if c["params"]["chat_id"] == -100777]


async def test_a_gap_longer_than_telegram_keeps_updates_is_announced_to_the_admins(desk: Desk) -> None:
    await desk.admin.starts()
    await desk.bot_said("您好", chat="方予安")
    assert await desk.stop() == 0
    before = (datetime.now(UTC) - timedelta(hours=30)).isoformat()
    database = sqlite3.connect(desk.running.folder / "desk.db")
    with database:
        changed = database.execute("UPDATE desk SET value = ? WHERE key = 'heartbeat'", (before,))
    database.close()
    assert changed.rowcount == 1
    await desk.start()
    await desk.lin.says("早上好")
    await desk.bot_said("未在运行", "没有登记", chat="方予安")
    await desk.restart()
    await desk.asks(desk.lin)
    assert len(await desk.bot_messages("方予安", "未在运行")) == 1
