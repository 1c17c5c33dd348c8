"""Patterns of ours, compiled when they are first used and not while the process starts.

Reading has some eight hundred of them, which took a quarter of the start. What the first post needs is compiled
in a thread once the desk is ready (:func:`compile_rest`). Tests import the modules as they are, so that a pattern which
does not compile is found there.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_OURS = frozenset({"bot", "handlers", "matching", "storage", "web", "workflow"})
_COMPILE = re.compile
#: What a pattern is asked for, besides its text.
_ASKED = (
    "search",
    "match",
    "fullmatch",
    "finditer",
    "findall",
    "sub",
    "subn",
    "split",
    "flags",
    "groups",
    "groupindex",
)


class _Later:
    """A pattern that is not compiled yet. Once it is, its methods are found here at once."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern, self.given = pattern, flags

    def __getattr__(self, name: str) -> Any:
        """Called for what is not here yet."""
        made = _COMPILE(self.pattern, self.given)
        self.__dict__.update({asked: getattr(made, asked) for asked in _ASKED})
        return getattr(made, name)


_LATER: list[_Later] = []


@contextmanager
def deferred() -> Iterator[None]:
    """Modules of ours that are imported in the block compile no pattern; those of others do."""
    re.compile = _later
    try:
        yield
    finally:
        re.compile = _COMPILE


def _later(pattern: Any, flags: int = 0) -> Any:
    room = sys._getframe(1).f_globals.get("__name__", "").partition(".")[0]
    if room not in _OURS or not isinstance(pattern, str):
        return _COMPILE(pattern, flags)
    made = _Later(pattern, flags)
    if room == "matching":
        _LATER.append(made)
    return made


def compile_rest() -> None:
    """Compiles what posts are read by and none has asked for yet."""
    while _LATER:
        _ = _LATER.pop().flags
