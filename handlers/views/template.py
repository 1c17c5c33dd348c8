"""A wording taken apart, once: its words, its parameters, what is left out where there is nothing to say.

``**bold**``, ``__italic__``, ``~~struck~~``, ```` `code` ```` and a block between three back-ticks are marks; the
forms ``quote``, ``folded`` and ``mention`` of a parameter mark what stands in its place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from handlers.views.rich import Mark, Span, Style

MARKS = {"**": Style.BOLD, "__": Style.ITALIC, "~~": Style.STRIKE, "`": Style.CODE, "```": Style.BLOCK}
FORMS = {"quote": Style.QUOTE, "folded": Style.FOLDED}
MENTION = "mention"
_TOKEN = re.compile(r"\[\[|\]\]|```|`|\*\*|__|~~|\{([a-z_]+)(?::([a-z]+))?\}")


@dataclass(frozen=True, slots=True)
class Param:
    name: str
    form: str | None
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Optional:
    """Left out when one of its parameters has no value."""

    names: tuple[str, ...]
    nodes: tuple[Span | Param, ...]


Node = Span | Param | Optional


@lru_cache(maxsize=4096)  # both catalogues have fewer wordings
def parsed(wording: str) -> tuple[Node, ...]:
    """The nodes of a wording. Raises ``ValueError`` for one whose marks or brackets do not close."""
    nodes: list[Node] = []
    inner: list[Span | Param] | None = None
    marks: tuple[Mark, ...] = ()
    at = 0
    for token in _TOKEN.finditer(wording):
        here = nodes if inner is None else inner
        if at < token.start():
            here.append(Span(wording[at : token.start()], marks))
        at = token.end()
        sign = token[0]
        if sign == "[[" and inner is None:
            inner, outside = [], marks
        elif sign == "]]" and inner is not None and marks == outside:
            names = tuple(node.name for node in inner if isinstance(node, Param))
            nodes.append(Optional(names, tuple(inner)))
            inner = None
        elif sign in MARKS:
            marks = marks[:-1] if marks[-1:] == (MARKS[sign],) else (*marks, MARKS[sign])
        elif token[1]:
            here.append(Param(token[1], token[2], (*marks, FORMS[token[2]]) if token[2] in FORMS else marks))
        else:
            raise ValueError(f"a wording whose brackets do not close: {wording}")
    if marks or inner is not None:
        raise ValueError(f"a wording whose marks do not close: {wording}")
    if at < len(wording):
        nodes.append(Span(wording[at:]))
    return tuple(nodes)
