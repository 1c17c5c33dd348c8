"""A pattern that is compiled when it is first used is the pattern that it would have been."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from bot.runtime import lean_patterns

USES: list[Callable[[Any], object]] = [
    lambda p: p.search("a1 b22")["digits"],
    lambda p: p.match("x1").span(),
    lambda p: p.fullmatch("x1") is not None,
    lambda p: p.match("1x1", 1).start(),
    lambda p: p.sub("-", "a1 b22"),
    lambda p: p.subn("-", "a1 b22"),
    lambda p: p.split("a1 b22"),
    lambda p: p.findall("a1 b22"),
    lambda p: [m.group() for m in p.finditer("A1 b22")],
    lambda p: (p.pattern, p.flags, p.groups, dict(p.groupindex)),
]


@pytest.fixture(autouse=True)
def _nothing_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lean_patterns, "_LATER", [])


def made(name: str, pattern: str = r"[a-z](?P<digits>\d+)", flags: int = re.IGNORECASE) -> Any:
    """What a module of that name gets for its pattern while it is imported."""
    module: dict[str, Any] = {"__name__": name}
    with lean_patterns.deferred():
        exec(f"import re\nfound = re.compile({pattern!r}, {int(flags)})", module)
    return module["found"]


@pytest.mark.parametrize("use", USES)
def test_it_does_what_a_pattern_does(use: Callable[[Any], object]) -> None:
    pattern = re.compile(r"[a-z](?P<digits>\d+)", re.IGNORECASE)
    assert use(made("matching.form.form")) == use(pattern)


def test_others_compile_theirs_at_once() -> None:
    assert isinstance(made("phonenumbers.util"), re.Pattern)
    assert not isinstance(made("handlers.commands"), re.Pattern)


def test_after_the_block_a_pattern_is_compiled_at_once_whatever_happened_in_it() -> None:
    with pytest.raises(ZeroDivisionError), lean_patterns.deferred():
        _ = 1 / 0
    assert isinstance(re.compile("a"), re.Pattern)


def test_what_reads_posts_is_compiled_when_asked_for() -> None:
    one, wrong = made("matching.form.form"), made("matching.form.form", "(")
    assert "search" not in vars(one)
    with pytest.raises(re.error):
        lean_patterns.compile_rest()  # the one that was made last, and is none
    assert wrong.pattern == "("
    lean_patterns.compile_rest()
    assert "search" in vars(one)
    assert one.search("b2") is not None
