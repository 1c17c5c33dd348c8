"""No text makes the readers of times work long: counted in calls, and in the shape of their patterns."""

from __future__ import annotations

import importlib
import pkgutil
import re
import re._parser as sre  # type: ignore[import-not-found]
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from types import FrameType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import dates
from matching.dates.dates import read_moment
from matching.dates.period import read_period
from matching.dates.when import read_due
from matching.text.understood import MOST_MEANINGS, Doubts, TooManyMeanings, every
from tests.quick import examples

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 27, 10, tzinfo=SHANGHAI)
#: Calls of functions and of patterns: some ten milliseconds.
MOST_CALLS = 40_000
MODULES = [
    *(f"matching.dates.{name}" for _, name, _ in pkgutil.iter_modules(dates.__path__)),
    "matching.text.numerals",
]
_WORDS = """
请 1 1- 1/2 3-5天 12月 周五 前 至 明天至 at the twenty 一 零 十 15日至 下周初至 half past ( 2026 mon q1 前1天 1:00
２０２６年 上半年 七八点 15h30 下周初 15日 to or - ~ 、 and a end of next 至今 近 last 11/ . ☃ 0 9999999999 点 半 刻
"""
PIECES = (*_WORDS.split(), "\u200b", "\u3000")


def _calls(do: Callable[[], object]) -> int:
    count = 0

    def note(frame: FrameType, event: str, arg: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        do()
    finally:
        sys.setprofile(None)
    return count


def _readers(text: str) -> Iterator[Callable[[], object]]:
    yield lambda: read_due(text, now=NOW)
    yield lambda: read_period(text, today=NOW.date())
    yield lambda: read_moment(text, zone=SHANGHAI)


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("length", [200, 4096])
def test_one_piece_over_and_over_is_little_work(piece: str, length: int) -> None:
    for joint in ("", " "):
        text = (piece + joint) * (length // (len(piece + joint)))
        for do in _readers(text[:length]):
            assert _calls(do) < MOST_CALLS


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
@examples(200)
def test_pieces_in_any_order_are_little_work(text: str) -> None:
    for do in _readers(text):
        assert _calls(do) < MOST_CALLS


def _patterns() -> Iterator[tuple[str, str]]:
    for name in MODULES:
        for label, value in vars(importlib.import_module(name)).items():
            for pattern in _found_in(value):
                yield f"{name}.{label}", pattern.pattern


def _found_in(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _found_in(item)


def _nested(parsed: Any, inside: bool = False) -> bool:
    """Whether a repetition without end stands inside of another."""
    for operation, argument in parsed:
        endless = operation in (sre.MAX_REPEAT, sre.MIN_REPEAT) and argument[1] == sre.MAXREPEAT
        if endless and inside:
            return True
        for child in argument if isinstance(argument, (tuple, list)) else ():
            parts = child if isinstance(child, list) else [child]
            if any(isinstance(part, sre.SubPattern) and _nested(part, inside or endless) for part in parts):
                return True
    return False


def test_no_pattern_repeats_a_repetition() -> None:
    patterns = dict(_patterns())
    assert len(patterns) > 50
    assert [name for name, pattern in patterns.items() if _nested(sre.parse(pattern))] == []
    assert _nested(sre.parse("(?:a+b?)+"))


def test_nothing_is_compiled_while_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a pattern is compiled while reading")

    for do in _readers("明天下午3点"):
        do()
    monkeypatch.setattr(re._compiler, "compile", refuse)  # type: ignore[attr-defined]
    for text in ("15日", "3-5天", "5 Dec 2026 17:00", "2月1日至2月28日", "去年下半年", "2024年3月1日 9:05"):
        for do in _readers(text):
            do()


def test_all_combinations_of_doubts_come_out_once() -> None:
    def read(doubts: Doubts) -> tuple[str, str, str]:
        first = doubts.pick("first", "ab")
        return first, doubts.pick("second", "cd") if first == "a" else "-", doubts.pick("first", "ab")

    found, unsure = every(read)
    assert found == [("a", "c", "a"), ("a", "d", "a"), ("b", "-", "b")]
    assert not unsure


def test_what_was_decided_stays_decided_within_a_run() -> None:
    def read(doubts: Doubts) -> str | None:
        doubts.decide("order", ["md", "dm"])
        return doubts.decide("order", ["md"])

    assert every(read) == (["md", None], False)


def test_more_meanings_than_anybody_could_choose_from_are_none() -> None:
    with pytest.raises(TooManyMeanings):
        every(lambda doubts: [doubts.pick(str(n), (0, 1)) for n in range(MOST_MEANINGS)])


def test_of_a_date_no_reader_makes_another_year() -> None:
    assert read_period("2026-02-30", today=date(2026, 3, 1)) == read_period("foo", today=date(2026, 3, 1))
