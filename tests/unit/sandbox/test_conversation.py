"""The desk, the sandbox and a real aiogram bot together."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot

from tests.e2e.conversation import Conversation
from tests.unit.sandbox.echo_bot import dispatcher

WX, KS = "无锡协作群", "昆山协作群"


@pytest.fixture
async def echo(bot: Bot) -> AsyncIterator[None]:
    """The echo bot, polling."""
    routes = dispatcher()
    polling = asyncio.create_task(routes.start_polling(bot, handle_signals=False, close_bot_session=False))
    yield
    await routes.stop_polling()
    await polling


@pytest.mark.usefixtures("echo")
async def test_an_officer_posts_and_hears_the_bot(desk: Conversation) -> None:
    officer = desk.person("林小满", chat=WX)
    posted = await officer.says("#协作 户籍证明")
    card = await desk.bot_said("收到", "#协作 户籍证明", chat=WX)
    assert card.raw["reply"]["message_id"] == posted.id
    assert card.buttons == ["受理 Accept", "详情 Alert", "私聊 Private"]


@pytest.mark.usefixtures("echo")
async def test_a_press_returns_the_answer_and_the_edit_is_heard(desk: Conversation) -> None:
    officer = desk.person("林小满", chat=WX)
    await officer.says("一")
    alert = await officer.presses("详情")
    assert (alert.text, alert.alert) == ("已alert", True)
    accepted = await officer.presses("受理")
    assert (accepted.text, accepted.alert) == ("已accept", False)
    edited = await desk.bot_said("已受理：林小满", chat=WX)
    assert edited.buttons == []


@pytest.mark.usefixtures("echo")
async def test_a_link_to_the_bot_opens_the_private_chat(desk: Conversation) -> None:
    officer = desk.person("周知远", chat=WX)
    await officer.says("一")
    await officer.presses("私聊")
    assert (await desk.bot_said("你好", chat="周知远")).text == "你好 周知远 r_1"


@pytest.mark.usefixtures("echo")
async def test_a_topic_is_answered_in_the_topic(desk: Conversation) -> None:
    state = await desk.get("state")
    topics = next(chat["topics"] for chat in state["chats"] if chat["title"] == KS)
    await desk.person("顾一苇", chat=KS).says("在话题里", thread=topics[1]["id"])
    answer = await desk.bot_said("在话题里", chat=KS)
    assert answer.raw["message_thread_id"] == topics[1]["id"]


@pytest.mark.usefixtures("echo")
async def test_silence_is_noticed_and_so_is_speech(desk: Conversation) -> None:
    await desk.person("林小满", chat=WX).says("一")
    await desk.bot_said("收到", chat=WX)
    await desk.bot_silent(KS, seconds=0.2)
    with pytest.raises(AssertionError, match="was to be silent"):
        await desk.bot_silent(WX, seconds=0.2)


async def test_what_was_not_said_is_reported_with_what_was(desk: Conversation, bot: Bot) -> None:
    await bot.send_message(-1_001_700_000_001, "别的话")
    with pytest.raises(AssertionError, match=r"did not say '某句'.*\n.*别的话"):
        await desk.bot_said("某句", timeout=0.2)


async def test_a_press_without_an_answer_says_so(desk: Conversation, bot: Bot) -> None:
    from tests.unit.sandbox.echo_bot import keyboard

    await bot.send_message(-1_001_700_000_001, "卡片", reply_markup=keyboard("https://t.me/crossbeat_bot"))
    pressed = await desk.person("林小满", chat=WX).presses("受理", wait=0.1)
    assert not pressed.answered
