"""Raw updates: which lane they keep, and where somebody waits for an answer."""

from __future__ import annotations

from typing import Any

import pytest

from bot.telegram.updates import lane_of, place_of

GROUP = {"id": -100, "type": "supergroup"}


@pytest.mark.parametrize(
    ("update", "lane"),
    [
        ({"update_id": 1, "message": {"chat": GROUP}}, -100),
        ({"update_id": 1, "edited_message": {"chat": GROUP}}, -100),
        ({"update_id": 1, "callback_query": {"from": {"id": 7}, "message": {"chat": GROUP}}}, -100),
        ({"update_id": 1, "callback_query": {"from": {"id": 7}}}, 7),
        ({"update_id": 1, "my_chat_member": {"chat": GROUP, "from": {"id": 7}}}, -100),
        ({"update_id": 1, "inline_query": {"from": {"id": 7}}}, 7),
        ({"update_id": 1, "poll_answer": {"user": {"id": 7}}}, 7),
        ({"update_id": 1, "poll": {"id": "55"}}, 0),
        ({"update_id": 1}, 0),
        ({"update_id": 1, "message": {"chat": {"id": "x"}}}, 0),
        ({"update_id": 1, "message": "text", "something_new": [1]}, 0),
    ],
)
def test_the_lane_is_the_chat_or_else_the_person(update: dict[str, Any], lane: int) -> None:
    assert lane_of(update) == lane


def test_a_message_is_answered_in_its_topic() -> None:
    message = {"chat": GROUP, "message_id": 5, "message_thread_id": 9, "is_topic_message": True}
    place = place_of({"message": message})
    assert place is not None
    assert (place.chat_id, place.thread_id, place.message_id, place.kind) == (-100, 9, 5, "supergroup")


def test_a_thread_of_replies_is_no_topic() -> None:
    place = place_of({"message": {"chat": GROUP, "message_id": 5, "message_thread_id": 9}})
    assert place is not None
    assert place.thread_id is None


def test_a_button_is_answered_where_its_message_stands() -> None:
    place = place_of({"callback_query": {"from": {"id": 7}, "message": {"chat": GROUP, "message_id": 5}}})
    assert place is not None
    assert (place.chat_id, place.message_id) == (-100, 5)


@pytest.mark.parametrize(
    "update", [{}, {"message": None}, {"my_chat_member": {"chat": GROUP}}, {"message": {"chat": []}}]
)
def test_nobody_waits_for_anything_else(update: dict[str, Any]) -> None:
    assert place_of(update) is None
