"""What the bot may send, and how Telegram refuses the rest."""

from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    MediaUnion,
    ReactionTypeEmoji,
    ReplyParameters,
)

from tests.e2e.conversation import Conversation
from tests.unit.sandbox.echo_bot import bot_for

WX, KS = -1_001_700_000_001, -1_001_700_000_002


def button(**fields: Any) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(**{"text": "受理", **fields})]])


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({"text": "  \n"}, "message text is empty"),
        ({"text": ""}, "message text is empty"),
        ({"text": "🚓" * 2049}, "message is too long"),
        ({"text": "<b>x", "parse_mode": "HTML"}, "can't parse entities"),
        ({"text": "x", "parse_mode": "LaTeX"}, "unsupported parse_mode"),
        ({"text": "x", "chat_id": -1}, "chat not found"),
        ({"text": "x", "message_thread_id": 7}, "message thread not found"),
        ({"text": "x", "chat_id": KS, "message_thread_id": 1}, "message thread not found"),
        (
            {"text": "x", "reply_parameters": ReplyParameters(message_id=99)},
            "message to be replied not found",
        ),
        ({"text": "x", "reply_markup": button(callback_data="户" * 22)}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": button()}, "can't parse inline keyboard button"),
    ],
)
async def test_a_bad_message_is_refused_in_telegrams_words(
    bot: Bot, message: dict[str, Any], words: str
) -> None:
    with pytest.raises(TelegramBadRequest, match=words):
        await bot.send_message(**{"chat_id": WX, **message})


async def test_4096_units_and_64_bytes_still_pass(bot: Bot) -> None:
    sent = await bot.send_message(
        WX,
        "<b>" + "🚓" * 2048 + "</b>",
        parse_mode="HTML",
        reply_markup=button(callback_data="户" * 21 + "x"),
    )
    assert sent.entities is not None
    assert sent.entities[0].length == 4096


async def test_more_than_a_hundred_buttons_are_refused(bot: Bot) -> None:
    rows = [[InlineKeyboardButton(text="x", callback_data="y")]] * 101
    with pytest.raises(TelegramBadRequest, match="reply markup is too long"):
        await bot.send_message(WX, "x", reply_markup=InlineKeyboardMarkup(inline_keyboard=rows))


async def test_a_missing_reply_target_may_be_allowed(bot: Bot) -> None:
    allowed = ReplyParameters(message_id=99, allow_sending_without_reply=True)
    assert (await bot.send_message(WX, "x", reply_parameters=allowed)).reply_to_message is None


async def test_a_person_must_start_the_bot_first(desk: Conversation, bot: Bot) -> None:
    with pytest.raises(TelegramForbiddenError, match="can't initiate conversation"):
        await bot.send_message(1101, "x")
    await desk.person("林小满").starts()
    assert (await bot.send_message(1101, "x")).chat.type == "private"
    await desk.post("block", person="林小满")
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(1101, "x")


async def test_a_kicked_bot_is_told_so(desk: Conversation, bot: Bot) -> None:
    await desk.post("members", chat=WX, person=bot.id, status="kicked", by="何清越")
    with pytest.raises(TelegramForbiddenError, match="bot was kicked from the supergroup chat"):
        await bot.send_message(WX, "x")
    changed = (await bot.get_updates(timeout=0))[-1].my_chat_member
    assert changed is not None
    assert (changed.old_chat_member.status, changed.new_chat_member.status) == ("administrator", "kicked")


async def test_a_closed_topic_takes_no_message_of_a_plain_member(desk: Conversation, bot: Bot) -> None:
    await desk.post("topics", chat=KS, topic=2, closed=True)
    assert (await bot.send_message(KS, "x", message_thread_id=2)).is_topic_message
    await desk.post("members", chat=KS, person=bot.id, status="member", by="沈听澜")
    with pytest.raises(TelegramBadRequest, match="TOPIC_CLOSED"):
        await bot.send_message(KS, "x", message_thread_id=2)
    await desk.post("topics", chat=KS, topic=2, deleted=True)
    with pytest.raises(TelegramBadRequest, match="message thread not found"):
        await bot.send_message(KS, "x", message_thread_id=2)


async def test_an_edit_that_changes_nothing_is_refused(bot: Bot) -> None:
    sent = await bot.send_message(WX, "<b>x</b>", parse_mode="HTML", reply_markup=button(callback_data="a"))
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await sent.edit_text("<b>x</b>", parse_mode="HTML", reply_markup=button(callback_data="a"))
    edited = await sent.edit_text("<b>x</b>", parse_mode="HTML")
    assert not isinstance(edited, bool)
    assert edited.reply_markup is None


async def test_only_the_bots_own_existing_messages_can_be_edited(desk: Conversation, bot: Bot) -> None:
    said = await desk.person("林小满", chat=WX).says("一")
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await bot.edit_message_text("二", chat_id=WX, message_id=said.id)
    sent = await bot.send_message(WX, "三")
    assert await sent.delete()
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await sent.edit_text("四")
    with pytest.raises(TelegramBadRequest, match="message to delete not found"):
        await sent.delete()


async def test_messages_older_than_two_days_cannot_be_deleted(desk: Conversation, bot: Bot) -> None:
    sent = await bot.send_message(WX, "一")
    await desk.advance(days=2, minutes=1)
    with pytest.raises(TelegramBadRequest, match="can't be deleted for everyone"):
        await sent.delete()


async def test_files_can_be_sent_fetched_and_sent_again(bot: Bot) -> None:
    sent = await bot.send_document(
        WX, BufferedInputFile(b"abc", "笔录.pdf"), caption="<i>附件</i>", parse_mode="HTML"
    )
    assert sent.document is not None
    assert (sent.document.file_name, sent.document.mime_type) == ("笔录.pdf", "application/pdf")
    content = await bot.download(sent.document)
    assert content is not None
    assert content.read() == b"abc"
    again = await bot.send_document(KS, sent.document.file_id)
    assert again.document == sent.document
    with pytest.raises(TelegramBadRequest, match="wrong file identifier"):
        await bot.send_document(KS, "nonsense")


async def test_a_caption_holds_1024_units(bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="caption is too long"):
        await bot.send_document(WX, BufferedInputFile(b"abc", "a.txt"), caption="x" * 1025)


async def test_more_than_50_megabytes_are_too_large(bot: Bot) -> None:
    with pytest.raises(TelegramEntityTooLarge):
        await bot.send_document(WX, BufferedInputFile(b"x" * (50 * 1024 * 1024 + 1), "a.bin"))


async def test_an_album_is_several_messages_with_one_group(bot: Bot) -> None:
    media: list[MediaUnion] = [
        InputMediaDocument(media=BufferedInputFile(b"a", "a.txt"), caption="两份"),
        InputMediaDocument(media=BufferedInputFile(b"b", "b.txt")),
    ]
    first, second = await bot.send_media_group(WX, media)
    assert first.media_group_id == second.media_group_id is not None
    assert (first.caption, second.caption) == ("两份", None)


async def test_copies_lose_the_keyboard_and_forwards_name_the_author(desk: Conversation, bot: Bot) -> None:
    said = await desk.person("林小满", chat=WX).sends([("a.txt", b"a")], text="附件")
    copied = await bot.copy_message(KS, WX, said.id)
    forwarded = await bot.forward_message(KS, WX, said.id)
    assert forwarded.forward_origin is not None
    assert forwarded.forward_origin.type == "user"
    assert (copied.message_id, forwarded.caption) == (forwarded.message_id - 1, "附件")
    with pytest.raises(TelegramBadRequest, match="message to copy not found"):
        await bot.copy_message(KS, WX, 999)


async def test_another_token_is_unauthorised(desk: Conversation) -> None:
    async with bot_for(desk.base_url, "1:other") as stranger:
        with pytest.raises(TelegramUnauthorizedError):
            await stranger.get_me()


@pytest.mark.parametrize(
    ("method", "body", "status", "words"),
    [
        ("sendMessagee", {}, 404, "method not found"),
        ("sendMessage", {"chat_id": WX, "text": "x", "reply_to": 1}, 400, "unknown field reply_to"),
        ("sendMessage", {"chat_id": WX}, 400, "message text is empty"),
        ("sendMessage", {"chat_id": WX, "text": 5}, 400, "can't parse text"),
        ("sendMessage", {"chat_id": WX, "text": "x", "reply_markup": "{"}, 400, "not valid JSON"),
        ("sendMessage", {"chat_id": WX, "text": "x", "reply_parameters": {"id": 1}}, 400, "reply_parameters"),
        (
            "sendMessage",
            {"chat_id": WX, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a", "call": "b"}]]}},
            400,
            "unknown field reply_markup.inline_keyboard.0.0.call",
        ),
        ("sendDice", {"chat_id": WX}, 501, "does not know sendDice"),
    ],
)
async def test_a_typo_cannot_pass(
    desk: Conversation, bot: Bot, method: str, body: dict[str, Any], status: int, words: str
) -> None:
    answer = await desk.http.post(f"/bot{bot.token}/{method}", json=body)
    assert (answer.status_code, answer.json()["error_code"]) == (status, status)
    assert words in answer.json()["description"]


async def test_forms_and_queries_work_like_json_whatever_the_case(desk: Conversation, bot: Bot) -> None:
    query = await desk.http.get(f"/bot{bot.token}/SENDMESSAGE", params={"chat_id": WX, "text": "12"})
    form = await desk.http.post(f"/bot{bot.token}/sendMessage", data={"chat_id": str(WX), "text": "12"})
    assert query.json()["result"]["text"] == form.json()["result"]["text"] == "12"


async def test_a_reaction_is_one_free_emoji_where_the_chat_allows_any(bot: Bot, desk: Conversation) -> None:
    sent = await bot.send_message(WX, "一")
    await bot.set_message_reaction(WX, sent.message_id, [ReactionTypeEmoji(emoji="👌")])
    [said] = await desk.bot_messages(WX, "一")
    assert said.reactions == ["👌"]
    await desk.bot_reacted(said, "👌")
    for reaction, words in (
        ([ReactionTypeEmoji(emoji="✅")], "REACTION_INVALID"),
        ([ReactionTypeEmoji(emoji="👌"), ReactionTypeEmoji(emoji="👀")], "REACTIONS_TOO_MANY"),
    ):
        with pytest.raises(TelegramBadRequest, match=words):
            await bot.set_message_reaction(WX, sent.message_id, reaction)
    with pytest.raises(TelegramBadRequest, match="message to react not found"):
        await bot.set_message_reaction(WX, 999, [ReactionTypeEmoji(emoji="👌")])
    await bot.set_message_reaction(WX, sent.message_id)
    assert (await desk.bot_messages(WX, "一"))[0].reactions == []
    await desk.post("reactions", chat=WX, allowed=False)
    with pytest.raises(TelegramBadRequest, match="REACTION_INVALID"):
        await bot.set_message_reaction(WX, sent.message_id, [ReactionTypeEmoji(emoji="👌")])
    assert (await bot.get_chat(WX)).available_reactions == []
