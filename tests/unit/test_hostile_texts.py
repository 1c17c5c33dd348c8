"""No text of a message's length makes a reader or a renderer work long. Work is counted in calls, not timed."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.hostile import LENGTH, TEXTS
from tests.hostile_readers import READERS

MOST_CALLS = 150  # for each character; 100 ms are enough for some 600,000


def calls(work: Callable[[], object]) -> int:
    """How many functions of Python and of C are called."""
    count = 0

    def note(_frame: Any, event: str, _arg: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


#: Counting takes half a minute. Each reader gets other texts, so that some reader gets each.
PARTS = [4, pytest.param(1, marks=pytest.mark.thorough)]
NUMBERS = {reader: number for number, reader in enumerate(READERS)}


def texts_for(reader: str, part: int) -> dict[str, str]:
    """One in so many of the texts."""
    return dict(list(TEXTS.items())[NUMBERS[reader] % part :: part])


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("reader", READERS)
def test_the_work_for_a_hostile_text_is_bounded_by_its_length(reader: str, part: int) -> None:
    read = READERS[reader]
    read("王佳人 2026-03-01")  # tables are made at the first use
    texts = texts_for(reader, part)
    found = {name: calls(lambda text=text: read(text)) for name, text in texts.items()}  # type: ignore[misc]
    slow = {name: count for name, count in found.items() if count > MOST_CALLS * LENGTH}
    assert slow == {}, max(found.values())


@pytest.mark.parametrize("reader", ["a post", "identifiers", "a mask", "parts of a long message"])
@pytest.mark.parametrize("part", PARTS)
def test_the_work_grows_no_faster_than_the_text(reader: str, part: int) -> None:
    """Twice the text is twice the work, and a little: not four times."""
    read = READERS[reader]
    for text in texts_for(reader, part).values():
        half, whole = text[: LENGTH // 8], text[: LENGTH // 4]
        read(half), read(whole)
        small = calls(lambda half=half: read(half))  # type: ignore[misc]
        large = calls(lambda whole=whole: read(whole))  # type: ignore[misc]
        assert large <= 3 * small + 4 * LENGTH, text[:20]


ROOT = Path(__file__).parents[2]
COMPILING = frozenset(
    ("compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer", "template")
)

#: One pattern for each value of an order, escaped, held against thousands of texts: `keeping/meant.py`.
ONE_FOR_MANY_TEXTS = {"workflow/keeping/meant.py": 2}


def _patterns_made(path: Path) -> list[str]:
    """Where a function makes a pattern while it runs: the first 12 s of one post went into that.

    A plain word of the source is made once, at its first use; all else is made anew for each text.
    """
    found = []
    for function in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        for node in ast.walk(function):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "re"
                and node.func.attr in COMPILING
                and (node.func.attr == "compile" or not isinstance(node.args[0], ast.Constant))
            ):
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    return found


@pytest.mark.parametrize("package", ["matching", "workflow", "handlers", "web"])
def test_no_pattern_is_made_at_run_time(package: str) -> None:
    made = [place for path in sorted((ROOT / package).rglob("*.py")) for place in _patterns_made(path)]
    for place, count in ONE_FOR_MANY_TEXTS.items():
        if place.startswith(f"{package}/"):
            expected = [one for one in made if one.startswith(f"{place}:")]
            assert len(expected) == count
            made = [one for one in made if one not in expected]
    assert made == []
