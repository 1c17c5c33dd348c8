"""Work in other processes: all of it, in order; what goes wrong there is told here."""

import os

import pytest

from bot.runtime import processes

GIVEN: list[int] = []


def begin(added: int) -> None:
    GIVEN.append(added)


def plus(number: int) -> int:
    return number + GIVEN[0]


def fail(number: int) -> int:
    raise ValueError(f"not {number}")


def die(number: int) -> int:
    os._exit(number)


async def test_results_come_in_order() -> None:
    found = [n async for n in processes.in_order(plus, range(50), processes=2, begin=begin, given=(7,))]
    assert found == list(range(7, 57))


async def test_no_semaphore_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("multiprocessing.synchronize.SemLock.__init__", refuse)
    assert [n async for n in processes.in_order(plus, [1], processes=1, begin=begin, given=(1,))] == [2]


async def test_what_fails_there_is_raised_here() -> None:
    with pytest.raises(ValueError, match="not 3"):
        async for _ in processes.in_order(fail, [3], processes=1, begin=begin, given=(0,)):
            pass


async def test_a_process_that_dies_is_told() -> None:
    with pytest.raises(processes.HelperDied):
        async for _ in processes.in_order(die, [9, 9, 9], processes=1, begin=begin, given=(0,)):
            pass
