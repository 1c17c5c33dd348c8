"""Budgets: one for each chat, one for the bot."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import cast

import pytest

from bot.telegram.governor import Governor
from sandbox.botapi.limits import Limits
from sandbox.world.clock import Clock as SandboxClock
from sandbox.world.errors import ApiError

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


def test_a_quiet_chat_takes_a_burst_of_three_then_one_a_second(governor: Governor, time: Time) -> None:
    for _ in range(3):
        assert governor.wait(PERSON) == 0
        send(governor, PERSON)
    assert governor.wait(PERSON) == pytest.approx(1.03)
    assert governor.wait(PERSON + 1) == 0
    time.now += 1.03
    assert governor.wait(PERSON) == pytest.approx(0)
    send(governor, PERSON)
    assert governor.wait(PERSON) == pytest.approx(1.03)


def test_a_burst_comes_back_only_as_fast_as_a_message_a_second(governor: Governor, time: Time) -> None:
    for _ in range(3):
        send(governor, PERSON)
    time.now += 2 * 1.03
    for _ in range(2):
        assert governor.wait(PERSON) == pytest.approx(0, abs=1e-6)
        send(governor, PERSON)
    assert governor.wait(PERSON) == pytest.approx(1.03)
    time.now += 3600
    for _ in range(3):
        assert governor.wait(PERSON) == 0
        send(governor, PERSON)
    assert governor.wait(PERSON) == pytest.approx(1.03), "an hour of quiet makes no longer burst"


def test_a_group_gets_twenty_messages_in_any_minute_bursts_included(governor: Governor, time: Time) -> None:
    begun = time.now
    for _ in range(20):
        time.now += governor.wait(GROUP)
        send(governor, GROUP)
    assert time.now - begun == pytest.approx(17 * 1.03)
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
        assert all(at - other >= len(own) - n - 3 for n, other in enumerate(own)), "bursts of three"


def test_a_refused_chat_rests_as_long_as_told(governor: Governor, time: Time) -> None:
    assert not governor.pause(GROUP, 7200)
    assert governor.wait(GROUP) == pytest.approx(7200)
    assert governor.wait(PERSON) == 0
    assert governor.resting() == {GROUP: pytest.approx(7200)}


def test_a_refused_chat_begins_again_without_a_burst(governor: Governor, time: Time) -> None:
    governor.spend(GROUP)
    governor.settle(GROUP)
    governor.pause(GROUP, 5)
    time.now += 5
    assert governor.wait(GROUP) == pytest.approx(0)
    send(governor, GROUP)
    assert governor.wait(GROUP) == pytest.approx(1.03)


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


def test_what_is_under_way_counts_from_when_it_set_out_to_when_it_arrived(
    governor: Governor, time: Time
) -> None:
    for _ in range(2):
        send(governor, PERSON)
    governor.spend(PERSON)
    assert governor.wait(PERSON) == pytest.approx(1.03), "what is under way counts as sent"
    time.now += 5
    governor.settle(PERSON)
    send(governor, PERSON)
    send(governor, PERSON)
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


def test_the_server_s_own_count_finds_no_limit_exceeded(governor: Governor, time: Time) -> None:
    """Messages arrive some time after they set out, and we hear of it later still."""

    class Clock:
        def now(self) -> datetime:
            return datetime.fromtimestamp(time.now, UTC)

    server = Limits(cast(SandboxClock, Clock()), enforce=True)
    draw = random.Random(2)
    sent = 0
    for _ in range(3000):
        chat = draw.choice((-1, -2, 3, 4))
        time.now += governor.wait(chat) + draw.choice((0, 0, 0, 0, 40)) * draw.random()
        messages = draw.choice((1, 1, 1, 4)) if chat < 0 else 1
        governor.spend(chat, messages)
        time.now += draw.random() * 0.3
        try:
            server.count("sendMessage", chat, messages)
            sent += 1
        except ApiError:
            assert messages > 1, "an album may come when fewer than its files fit into the minute"
        time.now += draw.random() * 0.3
        governor.settle(chat, messages)
    assert sent > 2900
    assert set(server.violations) <= {"group_per_minute"}
