"""The judge of the runs is judged: what it counts as sent needlessly, and what nobody could know of."""

from __future__ import annotations

from collections import deque
from typing import Any, cast

import pytest

from sandbox.botapi.botapi import BotApi
from tests.chaos.calls import Calls, Key

A, B = -1, -2
BORN = {"method": "getMe", "params": {}}


def sent(chat: int, message: int, **more: Any) -> dict[str, Any]:
    result = {"chat": {"id": chat}, "message_id": message}
    return {"method": "sendMessage", "params": {"chat_id": chat, "text": "x"}, "result": result} | more


def edited(chat: int) -> dict[str, Any]:
    return {"method": "editMessageText", "params": {"chat_id": chat}, "result": True}


class _Server:
    def __init__(self, calls: list[dict[str, Any]]) -> None:
        self.calls = deque(call | {"seq": number} for number, call in enumerate(calls, start=1))


@pytest.mark.parametrize(
    ("lives", "noted", "expected"),
    [
        ([[sent(A, 1)], [sent(A, 2)], []], {(A, 1), (A, 2)}, (0, 0, 0)),
        ([[], [sent(A, 1)], [sent(A, 2)], []], {(A, 2)}, (0, 1, 0)),
        ([[], [sent(A, 1), sent(B, 1)], [sent(A, 2), sent(B, 2)], []], {(A, 2), (B, 2)}, (0, 2, 0)),
        ([[], [sent(A, 1, fault="lost_after"), sent(A, 2)], []], {(A, 2)}, (1, 0, 0)),
        ([[], [sent(A, 1), sent(A, 2)], []], {(A, 2)}, (0, 0, 1)),
        ([[], [sent(A, 1), edited(A)], []], set(), (0, 0, 1)),
        ([[], [sent(A, 1), edited(B)], []], set(), (0, 1, 0)),
        ([[], [sent(A, 1)], [sent(A, 2)]], {(A, 1)}, (0, 0, 1)),
    ],
    ids=[
        "all noted", "died before noting", "died in two chats", "answer lost", "the chat went on",
        "the chat went on by an edit", "another chat went on", "ended properly",
    ],
)  # fmt: skip
def test_a_message_that_is_not_in_the_books_needs_a_reason(
    lives: list[list[dict[str, Any]]], noted: set[Key], expected: tuple[int, int, int]
) -> None:
    calls = Calls(cast(BotApi, _Server([call for life in lives for call in (BORN, edited(0), *life)])))
    calls.collect()
    found = calls.unnoted(noted)
    assert (found.answer_lost, found.died, len(found.needless)) == expected
