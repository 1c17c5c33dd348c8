"""Which messages are one text that a program has cut."""

from __future__ import annotations

from typing import Any

import pytest

from bot.telegram.pieces import NEARLY_FULL, join

FULL = "字" * 4096


def message(text: str, *, number: int = 1, who: int = 7, at: int = 100, **more: Any) -> dict[str, Any]:
    body = {"message_id": number, "date": at, "from": {"id": who}, "chat": {"id": -1}, "text": text}
    return {"message": body | more}


def test_a_text_and_what_goes_on_with_it_are_one() -> None:
    joined = join(message(FULL), [(2, message("\n尾", number=2)), (3, message("另一条", number=3))])
    assert joined.raw["message"]["text"] == FULL + "\n尾"
    assert (joined.also, joined.goes_on) == ((2,), False)


def test_many_pieces_are_one_text_and_others_may_speak_in_between() -> None:
    following = [(2, message("别人", who=8)), (3, message(FULL, at=101)), (4, message("尾", at=102))]
    joined = join(message(FULL), following)
    assert joined.raw["message"]["text"] == FULL + FULL + "尾"
    assert joined.also == (3, 4)


def test_only_a_nearly_full_one_waits() -> None:
    assert not join(message("字" * (NEARLY_FULL - 1)), []).goes_on
    assert join(message("字" * NEARLY_FULL), []).goes_on
    assert join(message("😀" * (NEARLY_FULL // 2)), []).goes_on, "counted as Telegram counts"


@pytest.mark.parametrize(
    "other",
    [
        message("尾", at=200),
        message("尾", who=8),
        message("尾", message_thread_id=5, is_topic_message=True),
        message("尾", reply_to_message={"message_id": 9}),
        message("尾", forward_origin={"type": "user"}),
        message("/mine"),
        message("#协作 户籍证明"),
        message("", photo=[{}]),
        {"callback_query": {"from": {"id": 7}}},
        {"edited_message": message("尾")["message"]},
    ],
)
def test_what_does_not_go_on_with_it_is_left_alone(other: dict[str, Any]) -> None:
    joined = join(message(FULL), [(2, other)])
    assert joined.raw["message"]["text"] == FULL and joined.also == ()


def test_the_pieces_of_a_reply_each_carry_it() -> None:
    reply = {"reply_to_message": {"message_id": 9}}
    for more in (reply, {}):
        assert join(message(FULL, **reply), [(2, message("尾", **more))]).also == (2,)


def test_a_chain_of_replies_is_no_topic() -> None:
    reply = {"reply_to_message": {"message_id": 9}, "message_thread_id": 9}
    for more in (reply, {}, {"message_thread_id": 9}):
        assert join(message(FULL, **reply), [(2, message("尾", **more))]).also == (2,)


def test_a_piece_stays_in_its_topic() -> None:
    topic = {"message_thread_id": 5, "is_topic_message": True}
    assert join(message(FULL, **topic), [(2, message("尾", **topic))]).also == (2,)
    for more in ({}, topic | {"message_thread_id": 6}):
        assert join(message(FULL, **topic), [(2, message("尾", **more))]).also == ()


def test_a_caption_goes_on_in_a_text() -> None:
    first = {"message": {"date": 1, "from": {"id": 7}, "caption": "字" * 1024, "photo": [{}]}}
    joined = join(first, [(2, message("尾", at=2))])
    assert joined.raw["message"]["caption"].endswith("尾")
