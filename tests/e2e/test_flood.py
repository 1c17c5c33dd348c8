"""Many posts at once in one group, under Telegram's limits as the server enforces them."""

from __future__ import annotations

import asyncio

from tests.e2e.cast import KS, WX
from tests.e2e.conftest import OpenDesk
from tests.e2e.posts import form, somebody

POSTS = 10


async def test_every_officer_gets_an_answer_no_limit_is_exceeded_and_urgent_overtakes(
    open_desk: OpenDesk,
) -> None:
    desk = await open_desk()
    assert await desk.stop() == 0
    desk.running.write_config(telegram={"chat_interval": "1s"})
    await desk.post("limits", enforce=True)
    await desk.advance(minutes=2)
    before = (await desk.get("limits"))["violations"]
    officers = [desk.lin, desk.zhou, desk.he]
    posts = await asyncio.gather(*[officers[n % 3].says(form(somebody(), due=None)) for n in range(POSTS)])
    urgent = await desk.lin.says(form(somebody(), due=None, more="紧急程度：特急\n紧急理由：2"))
    await desk.fault("sendMessage", chat=WX, retry_after=1, times=-1)
    await desk.start()  # finds them all, and may answer none before it has read them all
    await desk.bot_said("→", "特急", chat=KS, since=0)
    await desk.clear_faults()
    cards = [await desk.bot_replied(post, "→", since=0) for post in [*posts, urgent]]
    numbers = [card.text.split()[1] for card in cards]
    assert len(set(numbers)) == POSTS + 1
    for number in numbers:
        await desk.bot_said(number, "→", chat=KS, since=0)
    order = [said.text.split()[1] for said in await desk.bot_messages(WX, "→", "/r_")]
    assert order.index(numbers[-1]) < POSTS // 2, "what is urgent overtakes what waits"
    assert (await desk.get("limits"))["violations"] == before
    assert not [
        call for call in await desk.calls("sendMessage") if call.get("status") == 429 and "fault" not in call
    ]
