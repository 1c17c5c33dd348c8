"""The clock can be moved, and ticks outlive their errors."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from bot.runtime.clock import Clock, Tick, Ticker, ticks
from tests.patience import ENOUGH
from workflow.organisation.work import Work

WORK = cast(Work, object())


def off_by(clock: Clock) -> float:
    return (clock() - datetime.now(UTC)).total_seconds()


def test_a_clock_without_a_file_is_the_machine_s() -> None:
    assert off_by(Clock()) == pytest.approx(0, abs=1)
    assert Clock()().tzinfo is UTC


def test_the_file_moves_the_clock_at_once_and_its_loss_moves_it_back(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    clock = Clock(file)
    assert off_by(clock) == pytest.approx(0, abs=1)
    file.write_text("86400")
    assert off_by(clock) == pytest.approx(86400, abs=1)
    (tmp_path / "new").write_text("-60.5")
    (tmp_path / "new").replace(file)
    assert off_by(clock) == pytest.approx(-60.5, abs=1)
    file.unlink()
    assert off_by(clock) == pytest.approx(0, abs=1)


async def test_a_tick_that_fails_is_logged_with_an_incident_number_and_ticks_again() -> None:
    ran: list[int] = []
    twice = asyncio.Event()

    async def fails(_work: Work) -> None:
        ran.append(1)
        if len(ran) == 2:
            twice.set()
        raise ZeroDivisionError

    ticker = Ticker([Tick("reminders", timedelta(milliseconds=10), fails, lambda: WORK)])
    with capture_logs() as logs:
        await ticker.start()
        await asyncio.wait_for(twice.wait(), ENOUGH)
        await ticker.stop()
    failed = [entry for entry in logs if entry["event"] == "tick_failed"]
    assert failed[0]["tick"] == "reminders"
    assert failed[0]["incident"].startswith("E-")


async def test_stopping_waits_for_the_tick_that_runs(caplog: pytest.LogCaptureFixture) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()
    ended: list[str] = []

    async def slow(_work: Work) -> None:
        begun.set()
        await may_end.wait()
        ended.append("whole")

    ticker = Ticker([Tick("slow", timedelta(seconds=60), slow, lambda: WORK)])
    await ticker.start()
    await asyncio.wait_for(begun.wait(), ENOUGH)
    stopping = asyncio.create_task(ticker.stop())
    await asyncio.sleep(0)
    assert not stopping.done()
    may_end.set()
    await asyncio.wait_for(stopping, ENOUGH)
    assert ended == ["whole"]
    assert not caplog.records, "a stop is no failure"


async def test_what_is_stopped_while_it_begins_never_ticks() -> None:
    ran: list[int] = []

    async def run(_work: Work) -> None:
        ran.append(1)

    ticker = Ticker([Tick("reminders", timedelta(milliseconds=1), run, lambda: WORK)])
    beginning = asyncio.create_task(ticker.start())
    await asyncio.sleep(0)
    await ticker.stop()
    await beginning
    await asyncio.sleep(0.02)
    assert not ran


async def test_an_overrunning_tick_is_not_started_a_second_time() -> None:
    running: list[int] = []
    most: list[int] = []
    enough = asyncio.Event()

    async def slow(_work: Work) -> None:
        running.append(1)
        most.append(len(running))
        await asyncio.sleep(0.03)
        running.pop()
        if len(most) == 3:
            enough.set()

    ticker = Ticker([Tick("slow", timedelta(milliseconds=5), slow, lambda: WORK)])
    await ticker.start()
    await asyncio.wait_for(enough.wait(), ENOUGH)
    await ticker.stop()
    assert max(most) == 1


def test_digests_tick_each_minute_or_as_often_as_reminders() -> None:
    async def nothing(_work: Work) -> None: ...

    def every(seconds: int) -> dict[str, Any]:
        made = ticks(
            reminders_every=timedelta(seconds=seconds), work=lambda: WORK,
            reminders=nothing, digests=nothing, housekeeping=nothing, the_record=nothing,
        )  # fmt: skip
        return {tick.name: tick.every.total_seconds() for tick in made}

    assert every(5) == {"reminders": 5, "digests": 5, "housekeeping": 60, "record": 60}
    assert every(300) == {"reminders": 300, "digests": 60, "housekeeping": 60, "record": 60}
