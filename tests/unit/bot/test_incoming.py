"""Updates of Telegram's as what came in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from aiogram.types import ChatMemberAdministrator, Message, Update

from bot.telegram import incoming
from bot.telegram.veiled import veiled as receiver_veiled
from handlers.incoming import (
    Announced,
    BotStatus,
    ButtonPress,
    ChatMoved,
    Demoted,
    Edited,
    Joined,
    Left,
    Posted,
    Promoted,
)
from storage.tables.veil import Veil

BOT = 42
GROUP = {"id": -1, "type": "supergroup", "title": "G"}
LIN = {"id": 11, "is_bot": False, "first_name": "L"}
US = {"id": BOT, "is_bot": True, "first_name": "B"}


def message(**fields: Any) -> Message:
    return Message.model_validate(
        {
            "message_id": 5,
            "date": datetime(2026, 12, 1, tzinfo=UTC),
            "chat": {"id": -1, "type": "supergroup", "title": "G"},
            "from": {"id": 11, "is_bot": False, "first_name": "L"},
        }
        | fields
    )


def test_a_topic_is_only_that_of_a_message_in_one() -> None:
    assert incoming.place_of(message(message_thread_id=9, is_topic_message=True)).thread_id == 9
    assert incoming.place_of(message(message_thread_id=9)).thread_id is None


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({}, None),
        ({"from": None}, "error.channel_post"),
        ({"from": {"id": 1087968824, "is_bot": True, "first_name": "G"}}, "error.anonymous_admin"),
        ({"sender_chat": {"id": -5, "type": "channel"}}, "error.posted_as_channel"),
        ({"from": {"id": 136817688, "is_bot": True, "first_name": "C"}}, "error.posted_as_channel"),
        ({"from": {"id": 777000, "is_bot": False, "first_name": "T"}}, "error.posted_as_channel"),
        ({"from": {"id": 5, "is_bot": True, "first_name": "B"}}, "error.from_bot"),
    ],
)
def test_who_is_nobody_in_particular(fields: dict[str, Any], why: str | None) -> None:
    assert incoming.impersonal(message(**fields)) == why


def test_of_a_photo_the_largest_size_is_kept_with_its_album() -> None:
    sizes = [{"file_id": n, "file_unique_id": n, "width": w, "height": w} for n, w in (("S", 1), ("L", 9))]
    kept = incoming.files_of(message(photo=sizes, media_group_id="A"))
    assert [(f.file_id, f.kind, f.media_group) for f in kept] == [("L", "photo", "A")]
    named = {"file_id": "D", "file_unique_id": "d", "file_name": "x.pdf"}
    assert [(f.kind, f.name) for f in incoming.files_of(message(document=named))] == [("document", "x.pdf")]
    assert incoming.files_of(message(text="x")) == []


def read(**body: Any) -> Any:
    return incoming.incoming_of(Update.model_validate({"update_id": 1} | body), bot_id=BOT)


def raw(**fields: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": 1_800_000_000, "chat": GROUP, "from": LIN} | fields


def test_a_message_is_a_post_with_its_sender_and_its_place() -> None:
    post = read(message=raw(text="x"))
    assert isinstance(post, Posted)
    assert (post.text, post.sender.chat_id, post.place.chat_id, post.place.message_id) == ("x", 11, -1, 5)
    assert (post.own_words, post.forwarded, post.reply, post.quoted, post.mentioned) == (
        True, False, None, None, None,
    )  # fmt: skip


def test_a_reply_says_whether_it_is_to_us() -> None:
    ours = read(message=raw(text="x", reply_to_message=raw(message_id=4, text="card", **{"from": US})))
    assert (ours.reply.message_id, ours.reply.ours, ours.reply.text) == (4, True, "card")
    theirs = read(message=raw(text="x", reply_to_message=raw(message_id=4, text="hi")))
    assert (theirs.reply.ours, theirs.reply.sender.chat_id) == (False, 11)
    topic = {"name": "T", "icon_color": 1}
    opened = read(
        message=raw(text="x", reply_to_message=raw(message_id=4, forum_topic_created=topic, **{"from": US}))
    )
    assert opened.reply.opens_topic


def test_words_that_are_passed_on_are_not_the_sender_s_own() -> None:
    origin = {"type": "hidden_user", "date": 1_700_000_000, "sender_user_name": "X"}
    post = read(message=raw(text="x", forward_origin=origin))
    assert (post.own_words, post.forwarded) == (False, True)
    assert read(message=raw(text="x", via_bot=US)).own_words is False


def test_an_edit_has_the_time_of_the_edit_and_of_the_first_words() -> None:
    by_hand = read(edited_message=raw(text="y", edit_date=1_800_000_060))
    assert isinstance(by_hand, Edited)
    assert by_hand.by_hand
    assert (by_hand.post.sent - by_hand.first_sent).total_seconds() == 60
    assert not read(edited_message=raw(text="y")).by_hand


def test_whom_a_message_mentions_without_a_username_is_a_person() -> None:
    entity = {
        "type": "text_mention",
        "offset": 0,
        "length": 1,
        "user": {"id": 12, "is_bot": False, "first_name": "Z"},
    }
    assert read(message=raw(text="Z", entities=[entity])).mentioned.chat_id == 12


def test_who_comes_goes_and_moves_is_told_apart() -> None:
    assert isinstance(read(message=raw(new_chat_members=[LIN])), Joined)
    left = read(message=raw(left_chat_member=LIN))
    assert isinstance(left, Left)
    assert left.who.native_id == "11"
    assert isinstance(read(message=raw(left_chat_member=US)), Joined), "of us another update tells"
    there = read(message=raw(migrate_to_chat_id=-100))
    here = read(message=raw(migrate_from_chat_id=-7))
    assert isinstance(there, ChatMoved) and isinstance(here, ChatMoved)
    assert [(moved.old, moved.new) for moved in (there, here)] == [(-1, -100), (-7, -1)]


def member(kind: str, before: str, after: str, **who: Any) -> Any:
    body = {"chat": GROUP, "from": LIN, "date": 1_800_000_000}
    one = {"user": who or LIN}
    more = {"kicked": {"until_date": 0}}
    return read(**{
        kind: body | {
            "old_chat_member": {"status": before} | one | more.get(before, {}),
            "new_chat_member": {"status": after} | one | more.get(after, {}),
        }
    })  # fmt: skip


def test_what_the_bot_may_do_is_its_own_status() -> None:
    came = member("my_chat_member", "left", "member", **US)
    assert isinstance(came, BotStatus)
    assert (came.came, came.gone, came.sender.chat_id) == (True, False, 11)
    gone = member("my_chat_member", "member", "kicked", **US)
    assert (gone.came, gone.gone) == (False, True)


def test_a_member_who_goes_has_left_and_one_who_stays_is_nothing() -> None:
    assert isinstance(member("chat_member", "member", "left"), Left)
    assert member("chat_member", "left", "member") is None
    assert member("chat_member", "left", "kicked") is None


def admin(before: str, after: str, **who: Any) -> Any:
    rights = {
        name: False for name in ChatMemberAdministrator.model_fields if name.startswith(("can_", "is_"))
    }
    owner = {"is_anonymous": False}
    kind = "my_chat_member" if who.get("id") == BOT else "chat_member"
    states = [
        {"status": status, "user": who or LIN} | {"administrator": rights, "creator": owner}.get(status, {})
        for status in (before, after)
    ]
    body = {"chat": GROUP, "from": LIN, "date": 1_800_000_000}
    return read(**{kind: body | {"old_chat_member": states[0], "new_chat_member": states[1]}})


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ("member", "administrator", Promoted),
        ("left", "administrator", Promoted),
        ("member", "creator", Promoted),
        ("administrator", "creator", type(None)),
        ("administrator", "administrator", type(None)),
        ("administrator", "member", Demoted),
        ("administrator", "left", Left),
    ],
)
def test_who_becomes_an_admin_and_is_one_no_more(before: str, after: str, what: type) -> None:
    assert isinstance(admin(before, after), what)


def test_that_we_are_no_admin_any_more_is_part_of_our_own_status() -> None:
    assert admin("administrator", "member", **US).demoted
    assert not admin("member", "administrator", **US).demoted
    gone = admin("administrator", "left", **US)
    assert (gone.demoted, gone.gone, gone.went) == (False, True, True)


def test_other_bots_that_come_in_are_named_and_people_are_not() -> None:
    other = US | {"id": 77}
    came = read(message=raw(new_chat_members=[LIN, US, other]))
    assert isinstance(came, Joined) and [one.native_id for one in came.bots] == ["77"]
    assert came.by is not None and came.by.native_id == "11"
    again = member("chat_member", "left", "member", **other)
    assert isinstance(again, Joined) and again.bots == came.bots
    gone = read(message=raw(left_chat_member=other))
    assert isinstance(gone, Left) and gone.who.native_id == "77"
    veiled = receiver_veiled(came, Veil(bytes(32)))
    assert veiled.bots[0].native_id != "77" and veiled.by.native_id != "11"


@pytest.mark.parametrize(
    ("chat", "public"),
    [
        (GROUP, False),
        (GROUP | {"username": "open_group"}, True),
        ({"id": 11, "type": "private", "username": "lin"}, False),
        ({"id": -5, "type": "channel", "title": "C", "username": "news"}, False),
    ],
)
def test_a_group_with_a_username_is_public(chat: dict[str, Any], public: bool) -> None:
    assert incoming.place_of(message(chat=chat)).public is public


def test_a_press_is_of_its_data_where_it_stands() -> None:
    query = {"id": "9", "from": LIN, "chat_instance": "1", "data": "1:accept:7"}
    press = read(callback_query=query | {"message": raw(text="card", **{"from": US})})
    assert isinstance(press, ButtonPress)
    assert (press.id, press.data, press.says, press.place.message_id) == ("9", "1:accept:7", "card", 5)
    assert read(callback_query=query).place is None


def test_a_channel_s_post_is_announced_and_anything_else_is_no_concern() -> None:
    assert isinstance(read(channel_post=raw(text="x")), Announced)
    assert read(edited_channel_post=raw(text="x")) is None
