"""Forums: what is said in a topic is answered in that topic."""

from __future__ import annotations

from tests.e2e.cast import CZ, KS, TOPICS
from tests.e2e.desk import Desk
from tests.e2e.posts import NUMBER, form, somebody


async def _topic(desk: Desk, name: str = TOPICS[0]) -> int:
    state = await desk.get("state")
    topics = next(chat["topics"] for chat in state["chats"] if chat["title"] == KS)
    return int(next(topic["id"] for topic in topics if topic["name"] == name))


async def test_a_request_of_a_topic_has_its_card_and_its_answer_there(office: Desk) -> None:
    topic = await _topic(office)
    post = await office.gu.says(form(somebody(), to="常州"), thread=topic)
    card = await office.card_for(post)
    assert card.raw["message_thread_id"] == topic
    found = NUMBER.search(card.text)
    assert found
    await office.bot_said(found[0], "→", chat=CZ, since=0)
    await office.su.says(f"/answer {found[0]} verified")
    told = await office.bot_said(found[0], "请核对后办结", chat=KS)
    assert told.raw["message_thread_id"] == topic
    assert (await office.card(found[0], KS)).raw["message_thread_id"] == topic


async def test_a_refusal_is_said_in_the_topic(office: Desk) -> None:
    topic = await _topic(office, TOPICS[1])
    said = await office.gu.says("/show KS26-9999", thread=topic)
    refused = await office.bot_replied(said, "没有编号为")
    assert refused.raw["message_thread_id"] == topic


async def test_a_thread_of_replies_outside_a_forum_is_no_topic(office: Desk) -> None:
    asked = await office.asks(office.lin)
    said = await office.lin.replies(asked.card, "请尽快")
    assert "message_thread_id" in said.raw and not said.raw.get("is_topic_message")
    again = await office.lin.replies(asked.card, "/nudge")
    assert again.raw.get("message_thread_id")
    await office.bot_said("催办", asked.number, chat=KS)


async def test_what_is_passed_to_a_forum_stands_under_the_card(office: Desk) -> None:
    asked = await office.asks(office.lin)
    await office.lin.replies(asked.card, "请先看附件")
    passed = await office.bot_said(asked.number, "请先看附件", chat=KS)
    assert passed.raw["reply"]["message_id"] == asked.asked_card.id


async def test_a_closed_topic_falls_back_to_the_general_one(desk: Desk) -> None:
    topic = await _topic(desk)
    post = await desk.gu.says(form(somebody(), to="常州"), thread=topic)
    number = (await desk.card_for(post)).text.split()[1]
    await desk.post("members", chat=KS, person=desk.running.sandbox.world.bot.id, status="member")
    await desk.post("topics", chat=KS, topic=topic, closed=True)
    desk.running.expect("TOPIC_CLOSED")
    await desk.su.says(f"/answer {number} verified")
    told = await desk.bot_said(number, "请核对后办结", chat=KS)
    assert told.raw.get("message_thread_id") is None
    await desk.bot_said("原话题已关闭或删除", chat=KS)


async def test_a_deleted_topic_loses_no_answer(desk: Desk) -> None:
    topic = await _topic(desk)
    post = await desk.gu.says(form(somebody(), to="常州"), thread=topic)
    number = (await desk.card_for(post)).text.split()[1]
    await desk.post("topics", chat=KS, topic=topic, deleted=True)
    desk.running.expect("message thread not found", "message to edit not found")
    await desk.su.says(f"/answer {number} verified")
    told = await desk.bot_said(number, "请核对后办结", chat=KS)
    assert told.raw.get("message_thread_id") is None
