"""Telegram's HTML, as its server reads it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.botapi.html_entities import parse_html, trim
from sandbox.world.errors import ApiError
from sandbox.world.text_entities import find_entities, utf16_length


def test_tags_become_entities_in_utf16_units() -> None:
    text, entities = parse_html(
        '🚓<b>张<i>三</i></b> &lt;&amp;&#33; <a href="https://a.b/c?d=1&amp;e=2">链接</a>'
    )
    assert text == "🚓张三 <&! 链接"
    assert entities == [
        {"type": "bold", "offset": 2, "length": 2},
        {"type": "italic", "offset": 3, "length": 1},
        {"type": "text_link", "offset": 9, "length": 2, "url": "https://a.b/c?d=1&e=2"},
    ]


def test_code_in_pre_is_one_entity() -> None:
    assert parse_html('<pre><code class="language-py">x</code></pre>')[1] == [
        {"type": "pre", "offset": 0, "length": 1}
    ]


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("张<br>", 'Unsupported start tag "br" at byte offset 3'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_bad_html_is_refused_in_telegrams_words(html: str, words: str) -> None:
    with pytest.raises(ApiError) as refused:
        parse_html(html)
    assert refused.value.description == f"Bad Request: can't parse entities: {words}"


@given(st.text())
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert parse_html(escaped) == (text, [])


def read_or_refuse(html: str) -> tuple[str, list[dict[str, Any]]] | None:
    """None for HTML that is refused."""
    try:
        return parse_html(html)
    except ApiError:
        return None


@given(st.text(alphabet='<>/abi &;"=x', max_size=40))
def test_entities_never_reach_beyond_the_text(html: str) -> None:
    text, entities = read_or_refuse(html) or ("", [])
    assert all(entity["offset"] + entity["length"] <= utf16_length(text) for entity in entities)


def test_trimming_moves_the_entities_along() -> None:
    assert trim("\n 张三 ", [{"type": "bold", "offset": 2, "length": 3}]) == (
        "张三",
        [{"type": "bold", "offset": 0, "length": 2}],
    )


def test_commands_mentions_and_hashtags_are_found() -> None:
    text = "#协作 /r_KS26_0042 @gu_yiwei https://t.me/x /new@crossbeat_bot a/b 1@2"
    found = [(entity["type"], text[entity["offset"] :][: entity["length"]]) for entity in find_entities(text)]
    assert found == [
        ("hashtag", "#协作"),
        ("bot_command", "/r_KS26_0042"),
        ("mention", "@gu_yiwei"),
        ("url", "https://t.me/x"),
        ("bot_command", "/new@crossbeat_bot"),
    ]


def test_nothing_is_found_inside_code() -> None:
    assert find_entities("/start", [{"type": "code", "offset": 0, "length": 6}]) == [
        {"type": "code", "offset": 0, "length": 6}
    ]
