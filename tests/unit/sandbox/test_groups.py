"""What the bot sees of groups: privacy, topics, albums, anonymity, channels, migration."""

from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramMigrateToChat
from aiogram.types import Message, Update

from tests.e2e.conversation import Conversation

WX, KS = "无锡协作群", "昆山协作群"


async def _updates(bot: Bot) -> list[Update]:
    updates = await bot.get_updates(timeout=0)
    if updates:
        await bot.get_updates(offset=updates[-1].update_id + 1, timeout=0)
    return updates


async def _messages(bot: Bot) -> list[Message]:
    return [update.message for update in await _updates(bot) if update.message]


async def test_privacy_mode_hides_all_but_commands_and_replies(desk: Conversation, bot: Bot) -> None:
    await desk.post("bot", reads_everything=False)
    await desk.post("members", chat=WX, person=bot.id, status="member", by="何清越")
    await _updates(bot)
    officer = desk.person("林小满", chat=WX)
    for text in ("#协作 户籍", "/start", "/start@crossbeat_bot", "/start@other_bot"):
        await officer.says(text)
    assert [message.text for message in await _messages(bot)] == ["/start@crossbeat_bot"]
    card = await bot.send_message(-1_001_700_000_001, "卡片")
    await officer.says("/mine")
    await officer.says("回复", reply_to=card.message_id)
    assert [message.text for message in await _messages(bot)] == ["/mine", "回复"]
    assert (await bot.get_me()).can_read_all_group_messages is False


async def test_an_administrator_sees_everything_in_privacy_mode(desk: Conversation, bot: Bot) -> None:
    await desk.post("bot", reads_everything=False)
    await desk.person("林小满", chat=WX).says("#协作")
    assert len(await _messages(bot)) == 1


async def test_messages_of_other_bots_are_never_seen(desk: Conversation, bot: Bot) -> None:
    await desk.post("people", name="别的机器人", id=9001, is_bot=True)
    await desk.post("members", chat=WX, person=9001, status="member", by="何清越")
    await _updates(bot)
    await desk.person(9001, chat=WX).says("/start@crossbeat_bot")
    assert await _updates(bot) == []


async def test_a_message_in_a_topic_replies_to_the_topic(desk: Conversation, bot: Bot) -> None:
    handler = desk.person("顾一苇", chat=KS)
    await handler.says("一", thread=2)
    await handler.says("二")
    in_topic, general = await _messages(bot)
    assert (in_topic.message_thread_id, in_topic.is_topic_message) == (2, True)
    assert in_topic.reply_to_message is not None
    assert in_topic.reply_to_message.forum_topic_created is not None
    assert (general.message_thread_id, general.is_topic_message) == (None, None)


async def test_replies_outside_topics_have_a_thread_that_is_no_topic(desk: Conversation, bot: Bot) -> None:
    officer = desk.person("林小满", chat=WX)
    first = await officer.says("一")
    second = await officer.replies(first, "二")
    await officer.replies(second, "三")
    third = (await _messages(bot))[-1]
    assert (third.message_thread_id, third.is_topic_message) == (first.id, None)
    assert third.reply_to_message is not None
    assert third.reply_to_message.reply_to_message is None


async def test_an_album_is_separate_updates_with_one_caption(desk: Conversation, bot: Bot) -> None:
    await desk.person("林小满", chat=WX).sends([("a.png", b"a"), ("b.png", b"b")], text="#协作", album=True)
    first, second = await _messages(bot)
    assert first.media_group_id == second.media_group_id is not None
    assert (first.caption, second.caption) == ("#协作", None)
    assert first.photo is not None
    assert len(first.photo) == 2


async def test_an_anonymous_admin_writes_as_the_group(desk: Conversation, bot: Bot) -> None:
    await desk.person("何清越", chat=WX).says("/mine", anonymous=True)
    (message,) = await _messages(bot)
    assert message.from_user is not None
    assert (message.from_user.id, message.from_user.is_bot) == (1087968824, True)
    assert message.sender_chat is not None
    assert message.sender_chat.id == message.chat.id
    with pytest.raises(AssertionError, match="only administrators"):
        await desk.person("林小满", chat=WX).says("x", anonymous=True)


async def test_a_channel_posts_and_its_post_is_forwarded_to_its_group(desk: Conversation, bot: Bot) -> None:
    channel: dict[str, Any] = {
        "title": "通报",
        "type": "channel",
        "admins": ["何清越"],
        "bot": "administrator",
    }
    await desk.post("chats", **channel)
    await desk.person("何清越", chat="通报").says("一")
    await desk.person("何清越", chat=WX).says("一", as_channel="通报", automatic=True)
    post, forward = await _updates(bot)
    assert post.channel_post is not None
    assert post.channel_post.from_user is None
    assert forward.message is not None
    assert forward.message.is_automatic_forward
    assert forward.message.from_user is not None
    assert forward.message.from_user.id == 777000


async def test_a_forwarded_message_names_its_author_or_only_a_name(desk: Conversation, bot: Bot) -> None:
    officer = desk.person("林小满", chat=WX)
    await officer.says("一", forwarded_from="顾一苇")
    await officer.says("二", forwarded_from="某人")
    origins = [message.forward_origin for message in await _messages(bot)]
    assert [origin.type for origin in origins if origin] == ["user", "hidden_user"]


async def test_a_long_text_arrives_in_pieces_as_from_telegrams_own_programs(
    desk: Conversation, bot: Bot
) -> None:
    await desk.person("林小满", chat=WX).says("\n".join(f"第 {number} 行" for number in range(2000)))
    messages = await _messages(bot)
    assert len(messages) > 3
    assert all(len(message.text or "") <= 4096 for message in messages)
    assert "\n".join(message.text or "" for message in messages).count("行") == 2000


async def test_a_group_that_grows_gets_a_new_id_and_new_numbers(desk: Conversation, bot: Bot) -> None:
    old = await desk.post("chats", title="小群", type="group", members=["林小满"])
    await desk.person("林小满", chat="小群").says("一")
    new = await desk.post("migrate", chat=old["id"])
    _, leaving, arriving = await _messages(bot)
    assert (leaving.chat.id, leaving.migrate_to_chat_id) == (old["id"], new["id"])
    assert (arriving.chat.id, arriving.migrate_from_chat_id) == (new["id"], old["id"])
    with pytest.raises(TelegramMigrateToChat) as moved:
        await bot.send_message(old["id"], "x")
    assert moved.value.migrate_to_chat_id == new["id"]
    assert (await bot.send_message(new["id"], "x")).message_id == 2


async def test_comings_and_goings_are_told(desk: Conversation, bot: Bot) -> None:
    await bot.get_updates(timeout=0, allowed_updates=["message", "chat_member", "my_chat_member"])
    await desk.post("members", chat=WX, person="秦砚秋", status="member", by="何清越")
    await desk.post("members", chat=WX, person="秦砚秋", status="kicked", by="何清越")
    kinds = [update.event_type for update in await _updates(bot)]
    assert kinds == ["chat_member", "message", "chat_member", "message"]
    with pytest.raises(AssertionError, match="is not in"):
        await desk.person("秦砚秋", chat=WX).says("x")


async def test_an_edit_arrives_as_one_and_an_invisible_one_too(desk: Conversation, bot: Bot) -> None:
    officer = desk.person("林小满", chat=WX)
    said = await officer.says("一")
    await officer.edits(said, "二")
    await desk.post("touch", chat=said.chat, message=said.id)
    edits = [update.edited_message for update in await _updates(bot) if update.edited_message]
    assert [message.text for message in edits] == ["二", "二"]
    with pytest.raises(AssertionError, match="cannot be edited"):
        await desk.person("周知远", chat=WX).edits(said, "三")


async def test_a_button_on_a_deleted_message_comes_without_the_message(desk: Conversation, bot: Bot) -> None:
    from tests.unit.sandbox.echo_bot import keyboard

    sent = await bot.send_message(-1_001_700_000_001, "卡片", reply_markup=keyboard("https://t.me/x"))
    card = (await desk.messages(WX))[-1]
    officer = desk.person("林小满", chat=WX)
    await officer.deletes(card)
    await officer.forges("accept", on=card, forged=False, wait=0.01)
    query = (await _updates(bot))[-1].callback_query
    assert query is not None
    assert query.message is not None
    assert (query.message.message_id, query.message.date) == (sent.message_id, 0)


async def test_a_button_that_is_not_there_must_be_forged(desk: Conversation, bot: Bot) -> None:
    await bot.send_message(-1_001_700_000_001, "卡片")
    card = (await desk.messages(WX))[-1]
    officer = desk.person("林小满", chat=WX)
    with pytest.raises(AssertionError, match="no such button"):
        await officer.forges("accept", on=card, forged=False)
    await officer.forges("accept", on=card, wait=0.01)
    query = (await _updates(bot))[-1].callback_query
    assert query is not None
    assert query.data == "accept"


async def test_commands_are_offered_by_the_narrowest_scope(desk: Conversation, bot: Bot) -> None:
    from aiogram.types import BotCommand, BotCommandScopeAllChatAdministrators

    await bot.set_my_commands([BotCommand(command="mine", description="我的")])
    await bot.set_my_commands([BotCommand(command="mine", description="Mine")], language_code="en")
    await bot.set_my_commands(
        [BotCommand(command="inbox", description="收件")], scope=BotCommandScopeAllChatAdministrators()
    )
    offered = {
        who: (await desk.get("commands", chat=-1_001_700_000_001, person=who))["commands"][0]["command"]
        for who in ("林小满", "何清越")
    }
    assert offered == {"林小满": "mine", "何清越": "inbox"}
