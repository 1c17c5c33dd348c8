"""Telegram's HTML style, parsed into text and entities as the Bot API's server does.

Rules: https://core.telegram.org/bots/api#html-style. A fault is an `ApiError` in the server's words
("can't parse entities: …"), because a bot that escapes wrongly must fail here as it would there.
"""

import re
from dataclasses import dataclass, field

from sandbox.world.errors import bad_request
from sandbox.world.model import Json
from sandbox.world.text_entities import utf16_length

_PLAIN_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
}
_OTHER_TAGS = {"span": "spoiler", "tg-time": "date_time"}
_KNOWN_TAGS = {*_PLAIN_TAGS, "a", "span", "blockquote", "tg-emoji", "tg-time"}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:\s+[^<>]*?)?)\s*>")
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
_REFERENCE = re.compile(r"&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-z]+);?")


@dataclass
class _Open:
    tag: str
    offset: int
    attributes: dict[str, str] = field(default_factory=dict)


def _fault(words: str) -> Exception:
    return bad_request(f"can't parse entities: {words}")


def _decode_references(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        name = match.group(1)
        if name.startswith("#"):
            code = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
            return chr(code) if 0 < code < 0x110000 else match.group(0)
        return _NAMED.get(name, match.group(0))

    return _REFERENCE.sub(one, text)


def _byte_offset(html: str, index: int) -> int:
    return len(html[:index].encode())


def _link(tag: _Open, base: Json, text: str) -> Json | None:
    url = tag.attributes.get("href") or text
    user = re.fullmatch(r"tg://user\?id=(\d+)", url)
    if user:
        return {"type": "text_mention", **base, "user": {"id": int(user.group(1))}}
    return {"type": "text_link", **base, "url": url} if "://" in url or "." in url else None


def _entity(tag: _Open, length: int, text: str) -> Json | None:
    base: Json = {"offset": tag.offset, "length": length}
    if tag.tag == "a":
        return _link(tag, base, text)
    if tag.tag == "blockquote":
        kind = "expandable_blockquote" if "expandable" in tag.attributes else "blockquote"
        return {"type": kind, **base}
    if tag.tag == "tg-emoji":
        return {"type": "custom_emoji", **base, "custom_emoji_id": tag.attributes.get("emoji-id", "")}
    return {"type": _OTHER_TAGS.get(tag.tag) or _PLAIN_TAGS[tag.tag], **base}


class _Parser:
    def __init__(self, html: str) -> None:
        self.html = html
        self.text: list[str] = []
        self.length = 0
        self.open: list[_Open] = []
        self.entities: list[Json] = []

    def add_text(self, raw: str) -> None:
        piece = _decode_references(raw)
        self.text.append(piece)
        self.length += utf16_length(piece)

    def start(self, name: str, raw_attributes: str, at: int) -> None:
        if name not in _KNOWN_TAGS:
            raise _fault(f'Unsupported start tag "{name}" at byte offset {_byte_offset(self.html, at)}')
        attributes = {
            key.lower(): _decode_references(double or single or bare)
            for key, double, single, bare in _ATTRIBUTE.findall(raw_attributes)
        }
        if name == "span" and attributes.get("class") != "tg-spoiler":
            offset = _byte_offset(self.html, at)
            raise _fault(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
        self.open.append(_Open(tag=name, offset=self.length, attributes=attributes))

    def end(self, name: str, at: int) -> None:
        offset = _byte_offset(self.html, at)
        if not self.open:
            raise _fault(f"Unexpected end tag at byte offset {offset}")
        opened = self.open.pop()
        if opened.tag != name:
            raise _fault(
                f'Unmatched end tag at byte offset {offset}, expected "</{opened.tag}>", found "</{name}>"'
            )
        length = self.length - opened.offset
        if length:
            text = "".join(self.text)
            inner = text.encode("utf-16-le")[opened.offset * 2 :].decode("utf-16-le", "ignore")
            entity = _entity(opened, length, inner)
            if entity:
                self.entities.append(entity)

    def run(self) -> tuple[str, list[Json]]:
        position = 0
        while (bracket := self.html.find("<", position)) >= 0:
            self.add_text(self.html[position:bracket])
            match = _TAG.match(self.html, bracket)
            if match is None:
                raise self._no_tag(bracket)
            closing, name, attributes = match.groups()
            if closing:
                self.end(name.lower(), bracket)
            else:
                self.start(name.lower(), attributes, bracket)
            position = match.end()
        self.add_text(self.html[position:])
        if self.open:
            last = self.open[-1]
            raise _fault(f'Can\'t find end tag corresponding to start tag "{last.tag}"')
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return "".join(self.text), self.entities

    def _no_tag(self, bracket: int) -> Exception:
        offset = _byte_offset(self.html, bracket)
        following = self.html[bracket + 1 : bracket + 2]
        if not following.isascii() or not (following.isalpha() or following == "/"):
            return _fault(f'Unsupported start tag "{following.strip()}" at byte offset {offset}')
        return _fault(f"Unclosed start tag at byte offset {offset}")


def _merge_language(entities: list[Json]) -> list[Json]:
    """`<pre><code>` is one `pre` entity in the Bot API, not two."""
    blocks = {(entity["offset"], entity["length"]) for entity in entities if entity["type"] == "pre"}
    return [
        entity
        for entity in entities
        if entity["type"] != "code" or (entity["offset"], entity["length"]) not in blocks
    ]


def parse_html(html: str) -> tuple[str, list[Json]]:
    """The text that people see and its entities, ordered by offset.

    Raises:
        ApiError: 400, as Telegram answers when a tag is unknown, unclosed or wrongly nested.
    """
    text, entities = _Parser(html).run()
    return text, _merge_language(entities)


def trim(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Text without leading and trailing space, entities moved and clipped with it, as Telegram stores it."""
    lead = utf16_length(text[: len(text) - len(text.lstrip())])
    stripped = text.strip()
    total = utf16_length(stripped)
    kept = []
    for entity in entities:
        start = max(0, entity["offset"] - lead)
        end = min(total, entity["offset"] + entity["length"] - lead)
        if end > start:
            kept.append({**entity, "offset": start, "length": end - start})
    return stripped, kept
