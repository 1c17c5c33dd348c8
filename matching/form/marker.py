"""The marker that makes a message a request: a hashtag, ``/new``, or a mention of the bot."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_NEWLINE = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
#: Control and format characters (zero width, text direction) and halves of characters: they hide or turn text
#: around on a card. U+200D stays, emoji are made with it.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufff9-\ufffb]"
)
_HALF_WIDTH = str.maketrans(
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0xFE5F: "#", 0xFE6B: "@"}
)

_HASHTAG = re.compile(r"#\s?(?:协作|協作|求助|request(?![a-z0-9_]))", re.IGNORECASE)
_COMMAND = re.compile(r"/new(?:@(?P<bot>[a-z0-9_]+))?(?![a-z0-9_@])", re.IGNORECASE)
_MENTION = re.compile(r"@(?P<bot>[a-z0-9_]+)", re.IGNORECASE)
_AFTER_MARKER = " \t:,，、：。.\u3000】]」』)）*"
#: Signs and emoji that people put before the marker: 🚨 #协作, 【#协作】.
_BEFORE_MARKER = re.compile(r"[^\w#＃﹟@＠﹫/／]{1,16}")
#: A greeting that people put before a hashtag, in the same line.
_GREETING = re.compile(
    r"(?:(?:各位|大家|领导|兄弟|同志|同事|战友|老师|你|您)(?:们)?(?:[\u4e00-\u9fff]{0,4})?好|早上好|上午好|"
    r"中午好|下午好|晚上好|打扰(?:一下)?了?|"
    r"不好意思|(?:hi|hello|dear|good (?:morning|afternoon|evening))(?: (?:all|everyone|team|colleagues|there))?)"
    r"[ \t,，。!！~～:：、]{0,4}(?=[#＃﹟])",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Marker:
    """What made a message a request, and what follows: the rest of its first line and all other lines."""

    kind: Literal["hashtag", "command", "mention"]
    rest: str


def tidy(text: str) -> str:
    """The text with plain line ends and without characters that nobody sees."""
    return _UNSEEN.sub("", _NEWLINE.sub("\n", text))


def marker(text: str, *, bot_username: str) -> Marker | None:
    """The marker at the start of the first line or behind a greeting, None if there is none or it speaks to another
    bot."""
    bare = tidy(text).lstrip()
    if before := _BEFORE_MARKER.match(bare) or _GREETING.match(bare):
        bare = bare[before.end() :]
    first = _one_marker(bare, bot_username)
    if first is None:
        return None
    # "@bot #协作 …" and "#协作 @bot …" carry two.
    second = _one_marker(first.rest, bot_username)
    return Marker(kind=first.kind, rest=second.rest if second else first.rest)


def _one_marker(text: str, bot_username: str) -> Marker | None:
    # Half-width copies of the first characters only: one character each, so that places stay the same.
    head = text[:80].translate(_HALF_WIDTH)
    us = bot_username.removeprefix("@").lower()
    kinds: tuple[tuple[Literal["hashtag", "command", "mention"], re.Pattern[str]], ...] = (
        ("hashtag", _HASHTAG),
        ("command", _COMMAND),
        ("mention", _MENTION),
    )
    for kind, pattern in kinds:
        if found := pattern.match(head):
            named = found.groupdict().get("bot")
            if named is not None and named.lower() != us:
                return None
            return Marker(kind=kind, rest=text[found.end() :].lstrip(_AFTER_MARKER))
    return None
