"""A text as it is meant, whatever shows it: words with what each of them is. A channel makes its own markup of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Style(StrEnum):
    BOLD = "b"
    ITALIC = "i"
    CODE = "c"
    BLOCK = "p"  # a block of lines as they are, to copy
    STRIKE = "s"  # holds no longer
    QUOTE = "q"
    FOLDED = "f"  # a quote of which a long one shows its beginning


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody, by their account's own id in the channel: they are told that they are meant."""

    account: int


Mark = Style | Mention


class Span(NamedTuple):
    """Words that are all marked alike, the outermost mark first."""

    text: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Rich:
    """A text in spans, none of them empty. What people wrote is in it as they wrote it: nothing is markup."""

    spans: tuple[Span, ...] = ()

    @property
    def plain(self) -> str:
        """What a reader reads."""
        return "".join([span.text for span in self.spans])

    def __bool__(self) -> bool:
        return bool(self.spans)

    def __add__(self, other: Rich) -> Rich:
        return Rich(self.spans + other.spans)


NO_WORDS = Rich()


def words(text: str) -> Rich:
    """A text without marks."""
    return Rich((Span(text),)) if text else NO_WORDS


def joined(separator: str, parts: Iterable[Rich | str]) -> Rich:
    """The parts with the separator between them."""
    spans: list[Span] = []
    between = Span(separator)
    for number, part in enumerate(parts):
        if number and separator:
            spans.append(between)
        if isinstance(part, Rich):
            spans.extend(part.spans)
        elif part:
            spans.append(Span(part))
    return Rich(tuple(spans))


def stripped(spans: list[Span]) -> list[Span]:
    """The spans without space at either end, the list itself; none of them is empty before."""
    while spans and spans[0].text[0].isspace():
        text, marks = spans[0]
        spans[:1] = [Span(text, marks)] if (text := text.lstrip()) else []
    while spans and spans[-1].text[-1].isspace():
        text, marks = spans[-1]
        spans[-1:] = [Span(text, marks)] if (text := text.rstrip()) else []
    return spans


def cut(text: Rich, start: int, end: int) -> Rich:
    """The characters from ``start`` to before ``end``, marked as they were."""
    found, at = [], 0
    for words_, marks in text.spans:
        if at >= end:
            break
        if part := words_[max(0, start - at) : end - at]:
            found.append(Span(part, marks))
        at += len(words_)
    return Rich(tuple(found))


def utf16_length(text: str) -> int:
    """The length in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
