"""Parts of a long text are valid, short enough, and together the text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.limits import CAPTION_UNITS, TEXT_UNITS
from bot.telegram.markup import to_html
from bot.telegram.split import PARTS_MAX, first_part, messages, split
from handlers.views.outgoing import Document, Key, Say
from handlers.views.reader import clean
from handlers.views.rich import Mark, Rich, Span, Style, joined, utf16_length
from sandbox.botapi.html_entities import parse_html
from tests.unit.views.samples import NASTY

_NUMBER = re.compile(r"^\d+/\d+\n")
_MARKS: tuple[tuple[Mark, ...], ...] = ((), (Style.BOLD,), (Style.FOLDED,), (Style.ITALIC, Style.CODE))

TEXTS = st.lists(st.tuples(st.sampled_from(_MARKS), NASTY), max_size=8).map(
    lambda pieces: joined(
        "\n", [Rich((Span(clean(text, multiline=True, limit=3000), marks),)) for marks, text in pieces]
    )
)


def rich(text: str, *marks: Mark) -> Rich:
    return Rich((Span(text, marks),))


def bare(text: str) -> str:
    return "".join(text.split())


@given(text=TEXTS, limit=st.integers(120, 600))
def test_parts_are_valid_short_enough_and_rejoin(text: Rich, limit: int) -> None:
    parts = split(text, limit)
    for part in parts:
        assert parse_html(to_html(part))[0] == part.plain
        assert utf16_length(part.plain) <= limit
    words = [part.plain for part in parts]
    if len(parts) > 1:
        assert all(_NUMBER.match(part) for part in words)
        words = [_NUMBER.sub("", part, count=1) for part in words]
    assert bare("".join(words)) == bare(text.plain)


@given(text=TEXTS, limit=st.integers(120, 600))
def test_every_character_keeps_its_marks(text: Rich, limit: int) -> None:
    def marked(parts: list[Rich]) -> list[tuple[str, tuple[Mark, ...]]]:
        return [(c, span.marks) for part in parts for span in part.spans for c in span.text if c.strip()]

    parts = split(text, limit)
    numbered = len(parts) > 1
    assert marked([Rich(part.spans[1:]) if numbered else part for part in parts]) == marked([text])


def test_a_short_text_is_one_part_without_a_number() -> None:
    assert split(rich("x", Style.BOLD)) == (rich("x", Style.BOLD),)


def test_space_makes_no_part() -> None:
    empty = "\n" * 200
    assert [part.plain for part in split(rich(f"{empty}x{empty}"), 120)] == ["x"]
    assert split(rich(empty), 120) == (Rich(),)
    assert first_part(rich(f"{empty}x{empty}"), 500).plain.count("x") == 1


def test_a_break_falls_between_paragraphs_where_it_can() -> None:
    parts = split(rich("a" * 70 + "\n\n" + "b" * 60), 120)
    assert [to_html(part) for part in parts] == ["<i>1/2</i>\n" + "a" * 70, "<i>2/2</i>\n" + "b" * 60]


def test_a_break_falls_between_lines_before_it_falls_between_words() -> None:
    parts = split(rich("a b " * 15 + "\n" + "c " * 40), 120)
    assert parts[0].plain == "1/2\n" + ("a b " * 15).strip()


def test_a_quote_that_is_broken_is_one_in_both_parts() -> None:
    first, second = map(to_html, split(rich("x" * 200, Style.FOLDED), 160))
    assert first.endswith("x</blockquote>")
    assert second.removeprefix("<i>2/2</i>\n").startswith("<blockquote expandable>x")


def test_a_character_beyond_16_bits_stays_whole() -> None:
    for words in ("<" * 200, "😀" * 200, "x😀" * 150):
        for part in split(rich(words), 121):
            text, _ = parse_html(to_html(part))
            assert set(_NUMBER.sub("", text)) <= {"<", "😀", "x"}
            assert utf16_length(text) <= 121


def test_three_messages_at_most_else_a_document() -> None:
    rows = ((Key(label="x", data="1:x:1"),),)
    line = "一行文字\n"
    few = messages(
        Say(text=rich(line * (TEXT_UNITS * 2 // len(line))), rows=rows, placeholder="?", purpose="full")
    )
    assert len(few) == PARTS_MAX
    assert [bool(said.rows) for said in few] == [False, False, True]
    assert [said.purpose for said in few] == ["", "", "full"]
    assert [said.placeholder for said in few if isinstance(said, Say)] == ["", "", "?"]
    much = rich(line * (TEXT_UNITS * 4 // len(line)), Style.BOLD)
    many = messages(Say(text=much, rows=rows, name="KS26-0042.txt", protect=True))
    [document] = many
    assert isinstance(document, Document)
    assert document.name == "KS26-0042.txt"
    assert document.content.decode() == much.plain
    assert utf16_length(document.caption.plain) <= CAPTION_UNITS
    assert (document.protect, document.rows) == (True, rows)


def test_every_part_of_a_protected_text_is_protected() -> None:
    said = messages(Say(text=rich("x\n" * TEXT_UNITS), protect=True))
    assert len(said) == 3
    assert all(part.protect for part in said)


@given(text=TEXTS)
def test_the_first_part_of_a_text_fits_and_is_valid(text: Rich) -> None:
    first = first_part(text, 200)
    assert parse_html(to_html(first))[0] == first.plain
    assert utf16_length(first.plain) <= 200


@pytest.mark.parametrize("words", ["", "a", "😀", "张", "a😀"])
def test_units_are_those_of_utf_16(words: str) -> None:
    assert utf16_length(words) == len(words.encode("utf-16-le")) // 2
