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


def send(governor: Governor, chat: int, messages: int = 1) -> None:
    """A call that takes no time."""
    governor.spend(chat, messages)
    governor.settle(chat, messages)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def governor(time: Time) -> Governor:
    return Governor(chat_interval=1.0, now=time)


def test_a_chat_gets_one_message_a_second(governor: Governor, time: Time) -> None:
    assert governor.wait(PERSON) == 0
    send(governor, PERSON)
    assert governor.wait(PERSON) == pytest.approx(1.03)
    assert governor.wait(PERSON + 1) == 0
    time.now += 1.03
    assert governor.wait(PERSON) == 0


def test_a_group_gets_twenty_messages_in_any_minute(governor: Governor, time: Time) -> None:
    begun = time.now
    for _ in range(20):
        time.now += governor.wait(GROUP)
        send(governor, GROUP)
    assert time.now - begun == pytest.approx(19 * 1.03)
    assert time.now + governor.wait(GROUP) == pytest.approx(begun + 60.03)


def test_an_album_counts_each_of_its_files(governor: Governor, time: Time) -> None:
    send(governor, GROUP, 10)
    time.now += 1.03
    send(governor, GROUP, 10)
    time.now += 1.03
    assert governor.wait(GROUP) > 50


def test_no_window_of_a_busy_bot_exceeds_any_limit(governor: Governor, time: Time) -> None:
    draw = random.Random(1)
    sent: list[tuple[float, int]] = []
    for _ in range(2000):
        chat = -draw.randint(1, 60)
        time.now += governor.wait(chat)
        send(governor, chat)
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
        send(governor, chat)
        time.now += 0.1
    time.now += 120
    assert governor.resting() == {}
    assert not governor._chats


def test_an_interval_of_nothing_lifts_the_limits_of_chats_but_not_of_the_bot(time: Time) -> None:
    governor = Governor(chat_interval=0.0, now=time)
    for _ in range(30):
        assert governor.wait(GROUP) == 0
        send(governor, GROUP)
    assert governor.wait(GROUP) == pytest.approx(1.03)


def test_however_long_a_call_takes_the_next_comes_a_whole_interval_after_it(
    governor: Governor, time: Time
) -> None:
    governor.spend(PERSON)
    time.now += 5
    governor.settle(PERSON)
    assert governor.wait(PERSON) == pytest.approx(1.03)


def test_calls_under_way_count_against_the_windows(governor: Governor, time: Time) -> None:
    for chat in range(1, 31):
        governor.spend(chat)
    assert governor.room() == 0
    assert governor.wait(99) > 0
    time.now += 10
    assert governor.room() == 0
    for chat in range(1, 31):
        governor.settle(chat)
    time.now += 1.04
    assert governor.room() == 30


def test_what_was_sent_before_the_start_counts(governor: Governor, time: Time) -> None:
    for ago in range(20, 0, -1):
        governor.settle(GROUP, ago=ago)
    assert governor.wait(GROUP) == pytest.approx(40.03)
    assert governor.room() > 0
