"""Two people at the same moment: one wins, the other is told who has it."""

from __future__ import annotations

import asyncio
import re

from tests.e2e.cast import KS, WX
from tests.e2e.desk import Desk
from tests.e2e.posts import form, somebody


async def test_two_accept_at_once_and_one_hears_who_has_it(office: Desk) -> None:
    asked = await office.asks(office.lin)
    presses = await asyncio.gather(
        office.gu.presses("受理", on=asked.asked_card), office.cheng.presses("受理", on=asked.asked_card)
    )
    assert sorted(press.alert for press in presses) == [False, True]
    loser = next(press for press in presses if press.alert)
    winner = "程以恒" if loser is presses[0] else "顾一苇"
    assert winner in loser.text and asked.number in loser.text
    await office.card_shows(asked.number, KS, "处置中", winner)


async def test_who_presses_twice_does_it_once(office: Desk) -> None:
    asked = await office.asks(office.lin)
    await asyncio.gather(*[office.gu.presses("受理", on=asked.asked_card) for _ in range(3)])
    await office.bot_reacted(asked.post, "👀")
    await office.card_shows(asked.number, KS, "处置中")
    await office.at_rest()
    reactions = await office.calls("setMessageReaction")
    assert len([r for r in reactions if r["params"]["message_id"] == asked.post.id]) == 1


async def test_an_answer_and_a_cancellation_at_once_leave_one_of_them(office: Desk) -> None:
    asked = await office.asks(office.lin)
    await asyncio.gather(
        office.shen.says(f"/answer {asked.number} 已核实"), office.lin.says(f"/cancel {asked.number}")
    )
    card = await office.card_shows(asked.number, WX, re.compile("已反馈|已撤销"))
    assert ("已反馈" in card.text) != ("已撤销" in card.text)


async def test_ten_officers_at_once_get_ten_numbers(office: Desk) -> None:
    subjects = [somebody() for _ in range(10)]
    speakers = [office.lin, office.zhou, office.he] * 4
    posts = await asyncio.gather(
        *[who.says(form(subject)) for who, subject in zip(speakers, subjects, strict=False)]
    )
    cards = [await office.bot_replied(post, "→", since=0) for post in posts]
    assert len({card.text.split()[1] for card in cards}) == 10
    for card, subject in zip(cards, subjects, strict=True):
        assert subject.masked in card.text
