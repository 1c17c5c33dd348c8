"""getUpdates: offsets, conflicts, kinds, and misdelivery on demand."""

import asyncio

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramConflictError
from aiogram.methods import GetUpdates

from sandbox.chat_page.server import Sandbox
from sandbox.world.updates import UpdateQueue
from tests.e2e.conversation import Conversation
from tests.patience import ENOUGH

WX = "无锡协作群"


async def _texts(bot: Bot, offset: int | None = None, limit: int | None = None) -> list[str | None]:
    updates = await bot.get_updates(offset=offset, limit=limit, timeout=0)
    return [update.message.text for update in updates if update.message]


async def _say(desk: Conversation, *texts: str) -> None:
    for text in texts:
        await desk.person("林小满", chat=WX).says(text)


async def test_updates_are_given_again_until_a_higher_offset_confirms_them(
    desk: Conversation, bot: Bot
) -> None:
    await _say(desk, "一", "二")
    assert await _texts(bot) == ["一", "二"]
    first = (await bot.get_updates(timeout=0))[0].update_id
    assert await _texts(bot, offset=first + 1) == ["二"]
    assert await _texts(bot, offset=first) == ["二"]
    assert await _texts(bot, offset=first + 2) == []


async def test_a_negative_offset_forgets_all_but_the_last(desk: Conversation, bot: Bot) -> None:
    await _say(desk, "一", "二", "三")
    assert await _texts(bot, offset=-1) == ["三"]
    assert await _texts(bot) == ["三"]


async def test_limit_gives_the_oldest_first(desk: Conversation, bot: Bot) -> None:
    await _say(desk, "一", "二", "三")
    assert await _texts(bot, limit=2) == ["一", "二"]


async def test_a_long_poll_ends_with_the_first_update(desk: Conversation, bot: Bot) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=20))
    await desk.polled()
    await _say(desk, "一")
    assert [update.message.text for update in await waiting if update.message] == ["一"]


async def test_a_second_poller_ends_the_first_with_409(desk: Conversation, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=20))
    await desk.polled()
    second = asyncio.create_task(bot.get_updates(timeout=20))
    with pytest.raises(TelegramConflictError, match="only one bot instance"):
        await first
    await _say(desk, "一")
    assert len(await second) == 1


async def test_polling_while_a_webhook_is_set_is_a_conflict(bot: Bot) -> None:
    await bot.set_webhook("http://127.0.0.1:9/hook")
    with pytest.raises(TelegramConflictError, match="webhook is active"):
        await bot.get_updates(timeout=0)
    await bot.delete_webhook()
    assert await bot.get_updates(timeout=0) == []


async def test_kinds_that_nobody_asked_for_are_not_sent(desk: Conversation, bot: Bot) -> None:
    await bot(GetUpdates(timeout=0, allowed_updates=["edited_message"]))
    said = await desk.person("林小满", chat=WX).says("一")
    await desk.person("林小满", chat=WX).edits(said, "二")
    updates = await bot.get_updates(timeout=0)
    assert [update.event_type for update in updates] == ["edited_message"]


async def test_an_omitted_list_of_kinds_keeps_the_earlier_one(desk: Conversation, bot: Bot) -> None:
    await bot(GetUpdates(timeout=0, allowed_updates=["callback_query"]))
    await bot(GetUpdates(timeout=0))
    await _say(desk, "一")
    assert await bot.get_updates(timeout=0) == []


async def test_confirmed_updates_come_again_on_redelivery(desk: Conversation, bot: Bot) -> None:
    await _say(desk, "一", "二")
    last = (await bot.get_updates(timeout=0))[-1].update_id
    assert await _texts(bot, offset=last + 1) == []
    assert await desk.redeliver(1) == [last]
    assert await _texts(bot, offset=last + 1) == ["二"]
    assert await _texts(bot, offset=last + 1) == []


async def test_what_was_to_come_again_can_be_too_old(desk: Conversation, bot: Bot, sandbox: Sandbox) -> None:
    await _say(desk, "一")
    last = (await bot.get_updates(timeout=0))[-1].update_id
    await desk.redeliver(1)
    sandbox.world.updates.forget_redelivery()
    assert await _texts(bot, offset=last + 1) == []


async def test_held_updates_arrive_in_the_wrong_order(desk: Conversation, bot: Bot) -> None:
    await desk.post("updates", hold=2)
    await _say(desk, "一", "二")
    assert await _texts(bot) == ["二", "一"]


async def test_a_malformed_update_is_delivered_as_it_is(desk: Conversation, bot: Bot) -> None:
    number = await desk.inject({"message": {"date": "nonsense"}, "unheard_of": 1})
    answer = await desk.http.get(f"/bot{bot.token}/getUpdates")
    assert answer.json()["result"] == [
        {"update_id": number, "message": {"date": "nonsense"}, "unheard_of": 1}
    ]


def test_update_numbers_of_a_later_run_are_higher() -> None:
    queue = UpdateQueue()
    number = queue.inject({"message": {}})
    assert queue.inject({"message": {}}) == number + 1
    assert queue.inject({"update_id": number + 50, "message": {}}) == number + 50
    assert queue.next_id == number + 51


async def test_an_update_in_the_moment_that_a_poll_begins_to_wait_is_not_missed() -> None:
    queue = UpdateQueue()
    poll = asyncio.create_task(queue.get(0, 100, 20))
    await asyncio.sleep(0)
    queue.inject({"message": {}})
    assert len(await asyncio.wait_for(poll, ENOUGH)) == 1
