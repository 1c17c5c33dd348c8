"""Budgets: one for each chat, one for the bot."""

from __future__ import annotations

import random

import pytest

from bot.governor import Governor

GROUP, PERSON = -100, 100


class Time:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def governor(time: Time) -> Governor:
    return Governor(chat_interval=1.0, now=time)


def test_a_chat_gets_one_message_a_second(governor: Governor, time: Time) -> None:
    assert governor.wait(PERSON) == 0
    governor.spend(PERSON)
    assert governor.wait(PERSON) == pytest.approx(1.0)
    assert governor.wait(PERSON + 1) == 0
    time.now += 1.0
    assert governor.wait(PERSON) == 0


def test_a_group_gets_twenty_messages_in_any_minute(governor: Governor, time: Time) -> None:
    begun = time.now
    for _ in range(20):
        time.now += governor.wait(GROUP)
        governor.spend(GROUP)
    assert time.now - begun == pytest.approx(19.0)
    assert time.now + governor.wait(GROUP) == pytest.approx(begun + 60.05)


def test_an_album_counts_each_of_its_files(governor: Governor, time: Time) -> None:
    governor.spend(GROUP, 10)
    time.now += 1
    governor.spend(GROUP, 10)
    time.now += 1
    assert governor.wait(GROUP) > 50


def test_no_window_of_a_busy_bot_exceeds_any_limit(governor: Governor, time: Time) -> None:
    draw = random.Random(1)
    sent: list[tuple[float, int]] = []
    for _ in range(2000):
        chat = -draw.randint(1, 60)
        time.now += governor.wait(chat)
        governor.spend(chat)
        sent.append((time.now, chat))
    for index, (at, chat) in enumerate(sent):
        assert sum(at - 1.0 < other <= at for other, _ in sent[: index + 1]) <= 30
        own = [other for other, of in sent[: index + 1] if of == chat]
        assert sum(at - 60.0 < other <= at for other in own) <= 20
        assert len(own) < 2 or own[-1] - own[-2] >= 1.0 - 1e-6


def test_a_refused_chat_rests_as_long_as_told(governor: Governor, time: Time) -> None:
    assert not governor.pause(GROUP, 7200)
    assert governor.wait(GROUP) == pytest.approx(7200)
    assert governor.wait(PERSON) == 0
    assert governor.resting() == {GROUP: pytest.approx(7200)}


def test_refusals_of_several_chats_pause_the_bot(governor: Governor, time: Time) -> None:
    assert [governor.pause(-chat, 10) for chat in (1, 2, 3)] == [False, False, True]
    assert governor.wait(PERSON) == pytest.approx(10)
    assert governor.room() == 0
    time.now += 10
    assert governor.wait(PERSON) == 0
    assert governor.room() == 30


def test_one_chat_refused_often_does_not_pause_the_others(governor: Governor) -> None:
    assert not any(governor.pause(GROUP, 5) for _ in range(10))
    assert governor.wait(PERSON) == 0


def test_chats_at_rest_are_forgotten(governor: Governor, time: Time) -> None:
    for chat in range(1, 50):
        governor.spend(chat)
        time.now += 0.1
    time.now += 120
    assert governor.resting() == {}
    assert not governor._chats


def test_an_interval_of_nothing_lifts_the_limits_of_chats_but_not_of_the_bot(time: Time) -> None:
    governor = Governor(chat_interval=0.0, now=time)
    for _ in range(30):
        assert governor.wait(GROUP) == 0
        governor.spend(GROUP)
    assert governor.wait(GROUP) == pytest.approx(1.05)
