"""A restart forgets nothing: open drafts, prompts and buttons work on, and nothing is said twice."""

from __future__ import annotations

from tests.e2e.cast import KS, WX
from tests.e2e.desk import Desk
from tests.e2e.posts import form, somebody


async def test_drafts_prompts_and_buttons_outlive_a_kill(desk: Desk) -> None:
    asked = await desk.asks(desk.lin)
    draft_post = await desk.zhou.says("#协作 户籍证明\n致：昆山")
    draft = await desk.bot_replied(draft_post, "对象")
    await desk.gu.presses("退回", on=asked.asked_card)
    prompt = await desk.bot_said("写明", asked.number, chat=KS)
    await desk.at_rest()
    await desk.kill()
    await desk.start()
    await desk.gu.replies(prompt, "请补充出生日期")
    await desk.bot_said(asked.number, "请补充出生日期", chat=WX)
    subject = somebody()
    await desk.zhou.replies(draft, f"对象：{subject}\n事由：核实户籍")
    card = await desk.bot_replied(draft_post, "→")
    there = await desk.bot_said(card.text.split()[1], "→", chat=KS, since=0)
    await desk.at_rest()
    await desk.kill()
    await desk.start()
    await desk.gu.presses("受理", on=there)
    await desk.card_shows(card.text.split()[1], WX, "处置中")


async def test_a_proper_restart_says_nothing_twice(desk: Desk) -> None:
    asked = await desk.asks(desk.lin)
    await desk.accepted(asked)
    await desk.polled()
    await desk.restart()
    await desk.answered(asked)
    await desk.card_shows(asked.number, KS, "已反馈")
    for group in (WX, KS):
        assert len([s for s in await desk.bot_messages(group, asked.number, "→") if "/r_" in s.text]) == 1
    assert len(await desk.bot_messages(WX, asked.number, "请核对后办结")) == 1


async def test_what_is_posted_while_the_bot_is_away_is_registered_in_order(desk: Desk) -> None:
    assert await desk.stop() == 0
    posts = [await desk.lin.says(form(somebody())) for _ in range(5)]
    late = await desk.zhou.says("/mine")
    since = desk.mark
    await desk.start()
    cards = [await desk.bot_replied(post, "→", since=0) for post in posts]
    assert [card.text.split()[1] for card in cards] == [f"WX26-000{n}" for n in range(1, 6)]
    await desk.bot_replied(late, "您没有未办结的请求", since=since)


async def test_a_kill_while_posts_stream_in_loses_and_doubles_nothing(desk: Desk) -> None:
    subjects = [somebody() for _ in range(12)]
    posts = []
    for number, subject in enumerate(subjects):
        posts.append(await desk.lin.says(form(subject)))
        if number % 4 == 2:
            await desk.kill()
            await desk.start()
    cards = [await desk.bot_replied(post, "→", since=0) for post in posts]
    numbers = [card.text.split()[1] for card in cards]
    assert sorted(numbers) == [f"WX26-{n:04d}" for n in range(1, 13)]


async def test_a_second_bot_on_the_same_database_is_refused(desk: Desk) -> None:
    second = desk.running.launch()
    assert second.wait() == 1
    assert any("another crossbeat runs on" in line for line in second.lines)
    desk.running.processes.remove(second)
    await desk.asks(desk.lin)
