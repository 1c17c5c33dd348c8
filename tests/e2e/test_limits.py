"""One person's limits, as a group sees them."""

from __future__ import annotations

from tests.e2e.cast import KS, WX
from tests.e2e.conftest import OpenDesk
from tests.e2e.posts import form, somebody

FLASH = "紧急程度：特急\n紧急理由：2"


async def test_the_third_flash_waits_for_the_liaison_and_the_fourth_post_of_a_minute_for_its_end(
    open_desk: OpenDesk,
) -> None:
    desk = await open_desk(protection={"posts_per_minute": 3, "flash_per_day": 2})
    minute = desk.running.sandbox.clock.now()  # of all posts up to the late one, however long they take
    for _ in range(2):
        desk.running.set_time(minute)
        await desk.asks(desk.lin, form(somebody(), due=None, more=FLASH))
    await desk.he.in_private().starts()
    desk.running.set_time(minute)
    post = await desk.lin.says(form(somebody(), due=None, more=FLASH))
    card = await desk.bot_replied(post, "WX26-0003", "待本单位批准")
    whole = await desk.bot_said("WX26-0003", chat=desk.he.name)
    assert (await desk.lin.forges("2:approve:3", on=card)).alert
    assert "已批准" in (await desk.he.in_private().presses("批准", on=whole)).text
    await desk.bot_said("WX26-0003", "特急", chat=KS, since=0)
    desk.running.set_time(minute)
    late = await desk.lin.says(form(somebody()))
    await desk.bot_replied(late, "过一分钟重发")
    desk.running.set_time(minute)
    await desk.lin.says(form(somebody()))
    await desk.polled()
    await desk.at_rest()
    assert len([s for s in await desk.bot_messages(WX, "→") if "/r_" in s.text]) == 3
    await desk.advance(seconds=61)
    assert (await desk.asks(desk.lin)).number == "WX26-0004"
