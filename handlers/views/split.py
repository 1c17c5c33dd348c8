"""Long texts in parts that Telegram takes, and what is too long even for that as a document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers.views.html import to_plain
from handlers.views.outgoing import DOCUMENT, SEND, Key, Outgoing

# https://core.telegram.org/bots/api#sendmessage and #senddocument. Telegram counts after parsing the
# entities, some servers in code points, some in UTF-16 units; raw HTML in UTF-16 units is never less.
TEXT_MAX = 4096
CAPTION_MAX = 1024
PARTS_MAX = 3  # more messages than this are a flood; a document is read better
_NUMBER_ROOM = len("<i>999/999</i>\n")

_PIECE = re.compile(r"<[^>]*>|&[#\w]+;|\n|[^<&]", re.DOTALL)
_OPENING = re.compile(r"<([a-z-]+)")


def units(text: str) -> int:
    """The length in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True, slots=True)
class _Fit:
    end: int  # pieces[start:end] fit
    soft: int  # the best place to break, or 0


def split(markup: str, limit: int = TEXT_MAX) -> tuple[str, ...]:
    """The HTML in parts of at most ``limit`` UTF-16 units, each valid for itself and numbered ``1/3``.

    Breaks at a blank line, else at a line, else at a space, else anywhere but inside a tag or an entity;
    tags that are open at a break are closed before and opened again after it. ``limit`` must leave room
    for the deepest nest of tags.
    """
    if units(markup) <= limit:
        return (markup,)
    pieces = _PIECE.findall(markup)
    parts: list[str] = []
    open_tags: list[str] = []
    start = 0
    while start < len(pieces):
        fit = _fill(pieces, start, open_tags, limit - _NUMBER_ROOM)
        end = fit.end if fit.end == len(pieces) or not fit.soft else fit.soft
        body = pieces[start:end]
        before = "".join(open_tags)
        open_tags = _open_after(open_tags, body)
        text = "".join(body).strip("\n ")
        if to_plain(text).strip():
            parts.append(before + text + "".join(map(_closing, reversed(open_tags))))
        start = end
    if len(parts) < 2:  # what was too long was markup around nothing
        return (parts[0] if parts else "",)
    return tuple(f"<i>{number}/{len(parts)}</i>\n{part}" for number, part in enumerate(parts, start=1))


def _fill(pieces: Sequence[str], start: int, open_tags: Sequence[str], room: int) -> _Fit:
    """How far a part that begins at ``start`` may go."""
    open_now = list(open_tags)
    used = sum(len(tag) + len(_closing(tag)) for tag in open_now)
    breaks = {"paragraph": 0, "line": 0, "space": 0}
    for index in range(start, len(pieces)):
        piece = pieces[index]
        cost = units(piece)
        if piece.startswith("</"):
            cost -= len(piece)  # paid when it was opened
        elif piece.startswith("<"):
            cost += len(_closing(piece))
        if used + cost > room and index > start:
            return _Fit(index, _best(breaks, start, index))
        used += cost
        open_now = _open_after(open_now, (piece,)) if piece.startswith("<") else open_now
        if piece == "\n":
            breaks["paragraph" if index > start and pieces[index - 1] == "\n" else "line"] = index + 1
        elif piece == " ":
            breaks["space"] = index + 1
    return _Fit(len(pieces), 0)


def _best(breaks: dict[str, int], start: int, end: int) -> int:
    """A break that leaves the part at least half full (for a space: four fifths), or 0."""
    middle, late = start + (end - start) // 2, start + (end - start) * 4 // 5
    for kind, least in (("paragraph", middle), ("line", middle), ("space", late)):
        if breaks[kind] > least:
            return breaks[kind]
    return 0


def _closing(tag: str) -> str:
    name = _OPENING.match(tag)
    return f"</{name.group(1)}>" if name else ""


def _open_after(open_tags: Sequence[str], pieces: Sequence[str]) -> list[str]:
    now = list(open_tags)
    for piece in pieces:
        if piece.startswith("</"):
            now.pop()
        elif piece.startswith("<"):
            now.append(piece)
    return now


def first_part(markup: str, limit: int = TEXT_MAX) -> str:
    """What of the HTML fits one message, with an ellipsis when that is not all."""
    if units(markup) <= limit:
        return markup
    first, *others = split(markup, limit - len(" …"))
    return first.partition("\n")[2] + " …" if others else first


def messages(
    markup: str,
    *,
    rows: tuple[tuple[Key, ...], ...] = (),
    name: str = "text.txt",
    protect: bool = False,
) -> list[Outgoing]:
    """The HTML as messages, the buttons under the last; as one document when that were too many."""
    parts = split(markup)
    if len(parts) > PARTS_MAX:
        return [document(markup, rows=rows, name=name, protect=protect)]
    sends = [Outgoing(kind=SEND, text=part, plain=to_plain(part), protect=protect) for part in parts]
    sends[-1] = replace(sends[-1], rows=rows)
    return sends


def document(
    markup: str, *, rows: tuple[tuple[Key, ...], ...] = (), name: str, protect: bool = False
) -> Outgoing:
    """The whole text as a file, with its beginning as the caption."""
    caption = first_part(markup, CAPTION_MAX)
    return Outgoing(
        kind=DOCUMENT, caption=caption, plain=to_plain(caption), rows=rows, protect=protect,
        document_name=name, document=to_plain(markup).encode(),
    )  # fmt: skip
