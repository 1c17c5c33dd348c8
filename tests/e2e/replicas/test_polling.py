"""Three processes that poll: one does, and another when it dies."""

from __future__ import annotations

import asyncio

import pytest

from tests.e2e.cast import WX
from tests.e2e.conversation import LONG_POLL_SECONDS, Said
from tests.e2e.desk import Desk
from tests.e2e.posts import form, somebody
from tests.e2e.replicas import books
from tests.e2e.replicas.fleet import Fleet
from tests.patience import ENOUGH

pytestmark = pytest.mark.postgresql

POSTS = 12
LONG_SECONDS = (
    5.0  # of a call, in which any machine gets its caller killed; the next one leads later than that
)


async def cards_for(desk: Desk, post: Said) -> list[Said]:
    """The bot's replies to a post that are cards."""
    found = await desk.bot_messages(post.chat, "→")
    return [said for said in found if said.raw.get("reply", {}).get("message_id") == post.id]


async def test_another_takes_over_when_the_poller_dies_and_nothing_is_lost_or_doubled(
    polling: tuple[Desk, Fleet],
) -> None:
    desk, fleet = polling
    assert len([process for process in fleet.alive if process.events("polling")]) == 1
    assert len(fleet.followers) == 2
    fleet.expect("message is not modified")  # an edit that the dead process had made already
    before = await books.settled(fleet)
    speakers, posts = [desk.lin, desk.zhou, desk.he], []
    since = await desk.remember()
    for number in range(POSTS):
        posts.append(await speakers[number % 3].says(form(somebody())))
        if number == POSTS // 2:  # in the middle of handling and sending
            killed = await asyncio.to_thread(fleet.kill_leader)
    seconds = await asyncio.to_thread(fleet.seconds_until_another_led, killed)
    assert seconds < ENOUGH
    for post in posts:
        await desk.bot_replied(post, "→", since=since)
    kept = await books.settled(fleet)
    assert len(kept.numbers) - len(before.numbers) == POSTS
    assert len(set(kept.numbers)) == len(kept.numbers)
    assert kept.updates.keys() == {"done"}
    doubled = [len(await cards_for(desk, post)) - 1 for post in posts]
    assert sum(doubled) <= 1, "of a chat one line is under way at a time"
    assert "all sound" in (await asyncio.to_thread(fleet.command, "verify")).data


async def test_a_message_whose_sender_died_before_noting_it_comes_twice_and_no_more(
    polling: tuple[Desk, Fleet],
) -> None:
    desk, fleet = polling
    await books.settled(fleet)
    await desk.fault("sendMessage", kind="slow", seconds=LONG_SECONDS, times=1, chat=WX)
    post = await desk.lin.says(form(somebody()))
    since = desk.mark
    await desk.met_fault()
    await asyncio.to_thread(fleet.kill_leader)  # the server does what it was told all the same
    await desk.bot_replied(post, "→", since=since)
    asked = await desk.asks(desk.lin)
    await books.settled(fleet)
    seen = (await desk.get("seq"))["seq"]
    while len(await cards_for(desk, post)) < 2:  # what the dead process had begun
        news = await desk.get("wait", after=seen, seconds=LONG_POLL_SECONDS)
        assert news["events"], "the server has not done it"
        seen = news["seq"]
    assert len(await cards_for(desk, post)) == 2
    assert len(await cards_for(desk, asked.post)) == 1
