"""Long texts in parts that Telegram takes, and what is too long even for that as a document."""

from __future__ import annotations

from dataclasses import replace

from bot.telegram.limits import CAPTION_UNITS, TEXT_UNITS
from handlers.views.outgoing import Document, Say
from handlers.views.rich import Rich, Span, Style, cut, utf16_length, words

PARTS_MAX = 3  # more messages than this are a flood; a document is read better
_NUMBER_ROOM = len("999/999\n")
_MORE = " …"


def split(text: Rich, limit: int = TEXT_UNITS) -> tuple[Rich, ...]:
    """The text in parts of at most ``limit`` UTF-16 units, numbered ``1/3``; one part where it fits.

    Telegram counts after parsing the entities (https://core.telegram.org/bots/api#sendmessage), so marks take no
    room. Breaks at a blank line, else at a line, else at a space, else anywhere but within a character.
    """
    plain = text.plain
    if utf16_length(plain) <= limit:
        return (text,)
    parts: list[Rich] = []
    start = 0
    while start < len(plain):
        end = _end(plain, start, limit - _NUMBER_ROOM)
        first, last = _trimmed(plain, start, end)
        if first < last:
            parts.append(cut(text, first, last))
        start = end
    if len(parts) < 2:  # what was too long was space
        return (parts[0] if parts else Rich(),)
    return tuple(
        Rich((Span(f"{number}/{len(parts)}", (Style.ITALIC,)), Span("\n"), *part.spans))
        for number, part in enumerate(parts, start=1)
    )


def _end(plain: str, start: int, room: int) -> int:
    """Where a part that begins at ``start`` ends: before the break, or after the space at which it breaks."""
    end = min(len(plain), start + room)
    while (over := utf16_length(plain[start:end]) - room) > 0:  # characters that take two units
        end -= (over + 1) // 2
    if end == len(plain):
        return end
    length = end - start
    for sign, least in (("\n\n", length // 2), ("\n", length // 2), (" ", length * 4 // 5)):
        at = plain.rfind(sign, start, end)
        if at + len(sign) > start + least and at >= 0:
            return at + len(sign)
    return max(end, start + 1)


def _trimmed(plain: str, start: int, end: int) -> tuple[int, int]:
    """The part without space and line breaks at its ends."""
    while start < end and plain[start] in " \n":
        start += 1
    while end > start and plain[end - 1] in " \n":
        end -= 1
    return start, end


def first_part(text: Rich, limit: int = TEXT_UNITS) -> Rich:
    """What of the text fits one message, with an ellipsis when that is not all."""
    plain = text.plain
    if utf16_length(plain) <= limit:
        return text
    first, last = _trimmed(plain, 0, _end(plain, 0, limit - len(_MORE)))
    return cut(text, first, last) + words(_MORE)


def messages(said: Say) -> list[Say | Document]:
    """A text as messages, the buttons under the last; as one document when that were too many."""
    parts = split(said.text)
    if len(parts) > PARTS_MAX:
        return [document(said)]
    if len(parts) == 1:
        return [replace(said, text=parts[0])]
    before: list[Say | Document] = [
        Say(text=part, protect=said.protect, lasts=said.lasts) for part in parts[:-1]
    ]
    return [*before, replace(said, text=parts[-1])]


def document(said: Say) -> Document:
    """The whole text as a file, with its beginning as the caption."""
    return Document(
        name=said.name, content=said.text.plain.encode(), caption=first_part(said.text, CAPTION_UNITS),
        rows=said.rows, protect=said.protect, purpose=said.purpose, lasts=said.lasts, as_of=said.as_of,
    )  # fmt: skip
