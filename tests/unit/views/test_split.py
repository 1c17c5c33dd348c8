"""Parts of a long text are valid, short enough, and together the text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.views.html import escape, to_plain
from handlers.views.outgoing import DOCUMENT, SEND, Key
from handlers.views.split import CAPTION_MAX, PARTS_MAX, TEXT_MAX, first_part, messages, split, units
from sandbox.botapi.html_entities import parse_html
from tests.unit.views.samples import NASTY

_NUMBER = re.compile(r"^\d+/\d+\n")

MARKUP = st.lists(
    st.tuples(
        st.sampled_from(
            ["{}", "<b>{}</b>", "<blockquote expandable>{}</blockquote>", "<i><code>{}</code></i>"]
        ),
        NASTY,
    ),
    max_size=8,
).map(
    lambda pieces: "\n".join(tags.format(escape(words, multiline=True, limit=3000)) for tags, words in pieces)
)


def bare(text: str) -> str:
    return "".join(text.split())


@given(markup=MARKUP, limit=st.integers(120, 600))
def test_parts_are_valid_short_enough_and_rejoin(markup: str, limit: int) -> None:
    parts = split(markup, limit)
    for part in parts:
        parse_html(part)
        assert units(part) <= limit
    words = [to_plain(part) for part in parts]
    if len(parts) > 1:
        assert all(_NUMBER.match(part) for part in words)
        words = [_NUMBER.sub("", part, count=1) for part in words]
    assert bare("".join(words)) == bare(to_plain(markup))


def test_a_short_text_is_one_part_without_a_number() -> None:
    assert split("<b>x</b>") == ("<b>x</b>",)


def test_markup_around_nothing_makes_no_part() -> None:
    empty = "<b></b>" * 30
    assert [to_plain(part) for part in split(f"{empty}x{empty}", 120)] == ["x"]
    assert split(empty, 120) == ("",)
    assert first_part(f"{empty}x{empty}", 120).count("x") == 1


def test_a_break_falls_between_paragraphs_where_it_can() -> None:
    parts = split("a" * 70 + "\n\n" + "b" * 60, 120)
    assert parts == ("<i>1/2</i>\n" + "a" * 70, "<i>2/2</i>\n" + "b" * 60)


def test_a_break_falls_between_lines_before_it_falls_between_words() -> None:
    parts = split("a b " * 15 + "\n" + "c " * 40, 120)
    assert to_plain(parts[0]) == "1/2\n" + ("a b " * 15).strip()


def test_an_open_tag_is_closed_and_opened_again() -> None:
    first, second = split("<blockquote expandable>" + "x" * 150 + "</blockquote>", 160)
    assert first.endswith("x</blockquote>")
    assert second.removeprefix("<i>2/2</i>\n").startswith("<blockquote expandable>x")


def test_an_entity_and_a_character_beyond_16_bits_stay_whole() -> None:
    for words in ("&lt;" * 200, "😀" * 200):
        for part in split(words, 121):
            text, _ = parse_html(part)
            assert set(_NUMBER.sub("", text)) <= {"<", "😀"}
            assert units(part) <= 121


def test_three_messages_at_most_else_a_document() -> None:
    rows = ((Key(label="x", data="1:x:1"),),)
    line = "一行文字\n"
    few = messages(line * (TEXT_MAX * 2 // len(line)), rows=rows)
    assert [out.kind for out in few] == [SEND] * PARTS_MAX
    assert [bool(out.rows) for out in few] == [False, False, True]
    assert all(out.plain == to_plain(out.text) for out in few)
    many = messages(
        "<b>" + line * (TEXT_MAX * 4 // len(line)) + "</b>", rows=rows, name="KS26-0042.txt", protect=True
    )
    assert [out.kind for out in many] == [DOCUMENT]
    assert many[0].document_name == "KS26-0042.txt"
    assert many[0].document.decode().count("一行文字") == TEXT_MAX * 4 // len(line)
    assert "<b>" not in many[0].document.decode()
    assert units(many[0].caption) <= CAPTION_MAX
    assert many[0].protect
    assert many[0].rows == rows
    parse_html(many[0].caption)


@given(markup=MARKUP)
def test_the_first_part_of_a_text_fits_and_is_valid(markup: str) -> None:
    first = first_part(markup, 200)
    parse_html(first)
    assert units(first) <= 200


@pytest.mark.parametrize("words", ["", "a", "😀", "张", "a😀"])
def test_units_are_those_of_utf_16(words: str) -> None:
    assert units(words) == len(words.encode("utf-16-le")) // 2
