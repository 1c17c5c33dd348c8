"""SIGTERM in the middle of work: what was taken is answered, and the next start goes on."""

from __future__ import annotations

import asyncio
import time

from tests.e2e.cast import KS
from tests.e2e.conftest import OpenDesk
from tests.e2e.desk import Desk
from tests.e2e.posts import NUMBER, form, somebody
from tests.e2e.replicas.fleet import until

STOP_SECONDS = 20.0  # the stop_timeout of these desks
MORE_SECONDS = 12.0  # what a busy machine takes for the end itself; a call that nobody cuts off takes longer
POSTS = 20


async def test_a_stop_in_a_burst_ends_in_time_and_the_next_start_goes_on(desk: Desk) -> None:
    since = await desk.remember()
    posts = [await desk.lin.says(form(somebody())) for _ in range(POSTS)]
    began = time.monotonic()
    assert await desk.stop() == 0
    assert time.monotonic() - began < STOP_SECONDS + MORE_SECONDS
    polls = [call for call in await desk.calls("getUpdates") if call["params"].get("timeout") == 0]
    assert polls, "the last update was confirmed before the end"
    await desk.start()
    for post in posts:
        await desk.bot_replied(post, "→", since=since)
    cards = [said for said in await desk.bot_messages(posts[0].chat, "→") if "/r_" in said.text]
    assert len(cards) == POSTS, "none twice"


async def test_a_stop_sends_what_is_queued_before_it_ends(desk: Desk) -> None:
    since = await desk.remember()
    await desk.fault("sendMessage", kind="slow", seconds=0.5, times=2)
    post = await desk.lin.says(form(somebody()))
    await desk.met_fault()  # the first of its two cards is on its way: both were decided together
    assert await desk.stop() == 0
    card = await desk.bot_replied(post, "→", since=since)
    found = NUMBER.search(card.text)
    assert found
    await desk.bot_said(found[0], "→", chat=KS, since=since)


async def test_a_stop_does_not_wait_longer_than_it_may(open_desk: OpenDesk) -> None:
    desk = await open_desk(telegram={"stop_timeout": "2s"})
    desk.running.expect("inbox_unwritable")
    await desk.fault("sendMessage", kind="slow", seconds=30.0, times=4)
    await desk.lin.says(form(somebody()))
    await desk.met_fault()
    began = time.monotonic()
    assert await desk.stop() == 0
    assert time.monotonic() - began < 2 + MORE_SECONDS
    await desk.clear_faults()


async def test_a_second_signal_ends_at_once(open_desk: OpenDesk) -> None:
    desk = await open_desk(telegram={"stop_timeout": "60s"})
    await desk.fault("sendMessage", kind="slow", seconds=30.0, times=4)
    await desk.lin.says(form(somebody()))
    await desk.met_fault()
    process = desk.running.process
    process.terminate()
    await asyncio.to_thread(until, lambda: process.events("stopping") or None)
    began = time.monotonic()
    process.terminate()
    assert await asyncio.to_thread(process.wait) == 1
    assert time.monotonic() - began < MORE_SECONDS
