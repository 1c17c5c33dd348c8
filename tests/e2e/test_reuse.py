"""What was answered before is offered, and taken only by the asker's tap; who asks the same learns of it."""

from __future__ import annotations

import asyncio
import json
import re

from tests.e2e.cast import CZ, KS, WX
from tests.e2e.desk import Desk
from tests.e2e.posts import form, somebody


async def test_the_earlier_answer_is_offered_and_a_tap_takes_it(office: Desk) -> None:
    first = await office.asks(office.lin)
    await office.answered(first, "已核实，户籍在花桥")
    second = await office.asks(office.zhou, subject=first.subject, reason="另案需要")
    offer = await office.bot_said(second.number, "可能已有答复", first.number, "同", chat=WX, since=0)
    assert offer.raw["reply"]["message_id"] in (second.card.id, second.post.id)
    refused = await office.lin.presses("复用", on=offer)
    assert refused.alert, "only the asker may"
    await office.zhou.presses("复用", on=offer)
    await office.card_shows(second.number, WX, "已反馈", f"复用 {first.number}")
    await office.reads(second.number, office.zhou, "户籍在花桥")
    await office.bot_said(second.number, "复用", "无需再查", chat=KS)


async def test_the_same_by_a_command(office: Desk) -> None:
    first = await office.asks(office.lin)
    await office.answered(first, "已核实，户籍在花桥")
    second = await office.asks(office.zhou, subject=first.subject)
    await office.zhou.says(f"/reuse {second.number} {first.number}")
    await office.card_shows(second.number, WX, "已反馈")
    await office.reads(second.number, office.zhou, "户籍在花桥")


async def test_an_answer_about_somebody_else_cannot_be_taken(office: Desk) -> None:
    first = await office.asks(office.lin)
    await office.answered(first)
    second = await office.asks(office.zhou)
    said = await office.zhou.says(f"/reuse {second.number} {first.number}")
    await office.bot_replied(said, "并非同一对象")
    assert "待受理" in (await office.card(second.number, WX)).text


async def test_an_offer_can_be_called_not_the_same(office: Desk) -> None:
    first = await office.asks(office.lin)
    await office.answered(first)
    second = await office.asks(office.zhou, subject=first.subject)
    offer = await office.bot_said(second.number, "可能已有答复", chat=WX, since=0)
    await office.zhou.presses("不是同一件", on=offer)
    card = await office.card_shows(second.number, WX, re.compile(r"^(?!.*可能已有答复)", re.DOTALL))
    assert not [label for label in card.buttons if label.startswith("复用")]


async def test_of_two_units_that_ask_about_the_same_person_the_liaisons_learn_of_each_other(
    office: Desk,
) -> None:
    subject = somebody()
    for liaison in (office.he, office.su):
        await liaison.starts()
    await office.asks(office.lin, subject=subject)
    since = await office.remember()
    await office.qin.says(form(subject))
    await office.bot_said("无锡市公安局", "同一对象", chat=office.su.name, since=since)
    told = await office.bot_said("常州市公安局", "同一对象", chat=office.he.name, since=since)
    assert subject.name not in told.text and subject.id not in told.text
    assert not await office.bot_messages(WX, "常州市公安局", "同一对象")
    assert not await office.bot_messages(CZ, "same subject")


async def test_an_answer_that_comes_is_offered_to_those_who_wait_for_the_same(office: Desk) -> None:
    subject = somebody()
    first = await office.asks(office.lin, subject=subject)
    second = await office.asks(office.zhou, subject=subject)
    await office.answered(first, "已核实，户籍在花桥")
    offer = await office.bot_said(second.number, "可能已有答复", first.number, chat=WX, since=0)
    await office.zhou.presses("复用", on=offer)
    await office.card_shows(second.number, WX, "已反馈")
    await office.reads(second.number, office.zhou, "户籍在花桥")


async def test_two_taps_on_an_offer_take_it_once(office: Desk) -> None:
    first = await office.asks(office.lin)
    await office.answered(first)
    second = await office.asks(office.zhou, subject=first.subject)
    offer = await office.bot_said(second.number, "可能已有答复", chat=WX, since=0)
    await asyncio.gather(*[office.zhou.presses("复用", on=offer) for _ in range(3)])
    await office.bot_said(second.number, "无需再查", chat=KS, since=0)
    assert len(await office.bot_messages(KS, second.number, "无需再查")) == 1


async def test_an_outsider_is_sent_call_by_call_what_they_would_be_sent_about_somebody_unknown(
    desk: Desk,
) -> None:
    known, unknown = somebody(), somebody()
    first = await desk.asks(desk.lin, subject=f"{known} 13812345678")
    await desk.answered(first)
    await desk.asks(desk.zhou, subject=f"{known} 13812345678")  # open still
    group = await desk.chat_id(CZ)
    for of in (
        str,
        lambda one: one.id,
        lambda one: f"{one.name} {one.masked}",
        lambda one: one.name,
        lambda one: f"{one.name} 1381234567{8 if one is known else 9}",
    ):
        sent = []
        for subject in (known, unknown):
            before = len(await desk.calls())
            await desk.qin.says(form(of(subject)))
            await desk.bot_said("→", chat=CZ)
            await desk.at_rest()
            calls = [call for call in (await desk.calls())[before:] if call["params"].get("chat_id") == group]
            sent.append([(call["method"], alike(call["params"])) for call in calls])
        assert sent[0], "nobody heard anything"
        assert sent[0] == sent[1]


def alike(params: dict[str, object]) -> str:
    """A call's parameters without what two posts differ in anyway: numbers, and the line that names the subject."""
    return re.sub(r"👤[^\\\n]*|📱[^\\\n]*|\d+", "…", json.dumps(params, ensure_ascii=False, sort_keys=True))


async def test_the_unit_that_gave_an_answer_releases_it_to_another_with_a_tap(office: Desk) -> None:
    first = await office.asks(office.lin)
    await office.answered(first, "已核实，户籍在花桥")
    await office.qin.starts()
    since = await office.remember()
    await office.qin.says(form(first.subject))
    card = await office.bot_said("您单位曾答复同一对象", first.number, chat=KS, since=since)
    assert not await office.bot_messages(CZ, first.number)
    found = re.search(r"CZ26-\d{4}", card.text)
    assert found
    pressed = await office.gu.presses("用此答复", on=card)
    assert not pressed.alert
    await office.bot_said("花桥", chat=office.qin.name, since=since)
    released = await office.card_shows(found[0], CZ, "answered")
    assert first.number not in released.text
    assert not await office.bot_messages(CZ, first.number)
