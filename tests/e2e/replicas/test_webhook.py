"""Three processes behind one webhook: any of them may get an update, two may get the same."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from tests.e2e.cast import KS, SZ, WX
from tests.e2e.desk import Desk
from tests.e2e.posts import NUMBER, form, somebody
from tests.e2e.replicas import books
from tests.e2e.replicas.fleet import Fleet
from tests.e2e.replicas.round_robin import RoundRobin
from tests.e2e.replicas.test_polling import cards_for

pytestmark = pytest.mark.postgresql

POSTS = 9
TICKED_AGAIN_SECONDS = 2.2  # each process ticks each second


async def test_the_order_within_a_chat_holds_whichever_process_gets_an_update(
    posted_to: tuple[Desk, Fleet], balancer: RoundRobin
) -> None:
    desk, fleet = posted_to
    since = await desk.remember()
    posts = [await desk.lin.says(form(somebody())) for _ in range(POSTS)]
    numbers = []
    for post in posts:
        found = NUMBER.search((await desk.bot_replied(post, "→", since=since)).text)
        assert found
        numbers.append(found[0])
    assert numbers == sorted(numbers), "registered in the order in which they were posted"
    kept = await books.settled(fleet)
    assert Counter(numbers) <= Counter(kept.numbers)
    assert len(set(kept.numbers)) == len(kept.numbers)
    assert [len(await cards_for(desk, post)) for post in posts] == [1] * POSTS
    assert len(balancer.posted) >= 3, "each process got some"
    handled = [process for process in fleet.alive if process.events("handled")]
    assert len(handled) >= 2, "not only the one that leads works"


async def test_of_two_who_take_a_request_at_once_one_gets_it(posted_to: tuple[Desk, Fleet]) -> None:
    desk, fleet = posted_to
    asked = await desk.asks(desk.lin)
    pressed = await asyncio.gather(
        desk.gu.presses("受理", on=asked.asked_card), desk.cheng.presses("受理", on=asked.asked_card)
    )
    assert [press.alert for press in pressed].count(True) == 1, pressed
    card = await desk.card_shows(asked.number, KS, "处置中")
    assert ("顾一苇" in card.text) != ("程以恒" in card.text)
    assert (await books.settled(fleet)).updates.keys() == {"done"}


async def test_reminders_escalations_and_digests_come_once(posted_to: tuple[Desk, Fleet]) -> None:
    desk, fleet = posted_to
    await desk.asks(desk.zhou)
    await desk.advance(days=4, hours=1)
    since = desk.mark
    for words, chat in (
        (("已超期", "催办：待本单位办理"), KS),
        (("请督促办理",), SZ),
        (("协作日报",), KS),
        (("协作日报",), WX),
    ):
        # Of all requests of the tests before, too: a queue in each chat.
        await desk.bot_said(*words, chat=chat, since=since)
    await desk.bot_silent(KS, "协作日报", seconds=TICKED_AGAIN_SECONDS, since=await desk.remember())
    kept = await books.settled(fleet)
    assert Counter(kept.reminders).most_common(1)[0][1] == 1
    assert kept.events["remind"] + kept.events["escalate"] == len(kept.reminders)
    assert len(await desk.bot_messages(KS, "催办：待本单位办理", "已超期")) == 1
    assert len(await desk.bot_messages(SZ, "请督促办理")) == 1
    for group in (KS, WX):
        assert len(await desk.bot_messages(group, "协作日报")) == 1
