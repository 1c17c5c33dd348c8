"""Emoji that people see: each has a picture in the font that the page brings along."""

import ast
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import handlers
import sandbox
import workflow
from handlers.views.catalogue import LANGUAGES

PAGE = Path(sandbox.__file__).parent / "chat_page/page"
FONT = PAGE / "vendor/noto-color-emoji-subset.woff2"
HANDLERS = Path(handlers.__file__).parent
VARIANT = "\ufe0f"  # "as a picture", behind a sign


def _asked_for() -> set[int]:
    """The signs that the page draws with its emoji font: the ``unicode-range`` of its face."""
    ranges = re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", (PAGE / "css/base.css").read_text("utf-8"))
    return {code for first, last in ranges for code in range(int(first, 16), int(last or first, 16) + 1)}


def _texts() -> Iterator[tuple[str, str]]:
    """Where something stands, and all that is written there for people."""
    for language in LANGUAGES:
        path = HANDLERS / "views/locales" / f"{language}.po"
        yield path.name, path.read_text("utf-8")
    for package in (HANDLERS, Path(workflow.__file__).parent):
        for path in package.rglob("*.py"):
            strings = (node.value for node in ast.walk(ast.parse(path.read_text("utf-8")))
                       if isinstance(node, ast.Constant) and isinstance(node.value, str))  # fmt: skip
            yield path.name, "".join(strings)


def test_every_emoji_that_is_said_has_a_picture_in_the_font_of_the_page() -> None:
    drawn = set(FONT.with_suffix(".txt").read_text("utf-8"))
    asked = _asked_for() - {ord(VARIANT)}
    used = {(sign, place) for place, text in _texts() for sign in text if ord(sign) in asked}
    assert len({sign for sign, _ in used}) > 40
    assert sorted((sign, place) for sign, place in used if sign not in drawn) == []


@pytest.mark.parametrize("name", [FONT.name, FONT.with_suffix(".txt").name])
def test_the_font_is_the_one_that_was_made_from_the_list(name: str) -> None:
    digest = hashlib.sha256((FONT.parent / name).read_bytes()).hexdigest()
    assert f"{digest}  {name}" in (FONT.parent / "README.md").read_text("utf-8")
