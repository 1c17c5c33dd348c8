"""Entities that Telegram finds by itself in plain text: commands, mentions, hashtags, addresses.

Offsets and lengths are in UTF-16 code units (https://core.telegram.org/bots/api#messageentity).
"""

import re
from collections.abc import Iterator

from sandbox.world.model import Json

_PATTERNS = (
    ("url", re.compile(r"https?://[^\s<>\"，。；、（）]+", re.IGNORECASE)),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)),
    (
        "bot_command",
        re.compile(r"(?<![\w/<>])/([A-Za-z0-9_]{1,64})(?:@[A-Za-z0-9_]{3,32})?(?![\w/])", re.ASCII),
    ),
    ("mention", re.compile(r"(?<![\w@/])@[A-Za-z0-9_]{3,32}(?![A-Za-z0-9_])")),
    ("hashtag", re.compile(r"(?<![\w#])#(?=\w*[^\W\d_])[\w·]{1,256}")),
)


def utf16_length(text: str) -> int:
    """The length of `text` in UTF-16 code units, the Bot API's measure."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _overlaps(taken: list[tuple[int, int]], start: int, end: int) -> bool:
    return any(start < other_end and other_start < end for other_start, other_end in taken)


def _matches(text: str, taken: list[tuple[int, int]]) -> Iterator[tuple[str, int, int]]:
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if not _overlaps(taken, start, end):
                taken.append((start, end))
                yield kind, start, end


def find_entities(text: str, given: list[Json] | None = None) -> list[Json]:
    """The entities of `text` besides those `given` (which nothing found here may overlap), in order."""
    taken: list[tuple[int, int]] = []
    entities = list(given or ())
    for entity in entities:
        if entity["type"] in ("code", "pre", "text_link", "text_mention"):
            start = len(text.encode("utf-16-le")[: entity["offset"] * 2].decode("utf-16-le", "ignore"))
            span = text.encode("utf-16-le")[entity["offset"] * 2 :][: entity["length"] * 2]
            taken.append((start, start + len(span.decode("utf-16-le", "ignore"))))
    for kind, start, end in _matches(text, taken):
        offset = utf16_length(text[:start])
        entities.append({"type": kind, "offset": offset, "length": utf16_length(text[start:end])})
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))
