"""Texts as Telegram's HTML: the one place where it is made, and where what people wrote is escaped.

https://core.telegram.org/bots/api#html-style
"""

from __future__ import annotations

import html
from typing import assert_never

from handlers.views.rich import Mark, Mention, Rich, Style

_OPENING = {
    Style.BOLD: "<b>",
    Style.ITALIC: "<i>",
    Style.STRIKE: "<s>",
    Style.CODE: "<code>",
    Style.BLOCK: "<pre>",
    Style.QUOTE: "<blockquote>",
    Style.FOLDED: "<blockquote expandable>",
}
_CLOSING = {style: f"</{tag[1:].partition(' ')[0].rstrip('>')}>" for style, tag in _OPENING.items()}


def to_html(text: Rich) -> str:
    """Neighbours that share their outer marks stand in one tag."""
    out: list[str] = []
    open_now: tuple[Mark, ...] = ()
    for words, marks in text.spans:
        if marks != open_now:
            _change(out, open_now, marks)
            open_now = marks
        needs = (
            "&" in words or "<" in words or ">" in words
        )  # most need nothing, and a card has fifty of them
        out.append(html.escape(words, quote=False) if needs else words)
    if open_now:
        _change(out, open_now, ())
    return "".join(out)


def _change(out: list[str], before: tuple[Mark, ...], after: tuple[Mark, ...]) -> None:
    """Closes and opens the tags between two spans."""
    same = 0
    while same < len(before) and same < len(after) and before[same] == after[same]:
        same += 1
    for mark in reversed(before[same:]):
        out.append(_closing(mark))
    for mark in after[same:]:
        out.append(_opening(mark))


def _opening(mark: Mark) -> str:
    match mark:
        case Style():
            return _OPENING[mark]
        case Mention(account):
            return f'<a href="tg://user?id={int(account)}">'
    assert_never(mark)


def _closing(mark: Mark) -> str:
    return _CLOSING[mark] if isinstance(mark, Style) else "</a>"
