"""The words in a text that say what follows them: a number of some kind, an alias, a remark, the officer to call.

One pass over the text, whatever the number of words; nothing is compiled for it. A mark is a whole word (see
:mod:`matching.words.kind_words`): the longest that begins at its place, Latin ones bounded by what is no letter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from matching.text.normalise import listed
from matching.words.kind_words import (
    ALIASES,
    CONTACTS,
    NAMES,
    NONE_OF_OURS,
    OPEN_ENDS,
    REMARKS,
    WORDS,
    squeezed,
)


class Says(StrEnum):
    """What a word says of what follows it."""

    NUMBER = "number"  # of the kind of the mark, certainly
    PERHAPS = "perhaps"  # of the kind of the mark, if it has the shape: a word that may belong to anything
    NONE = "none"  # a number of no kind of ours
    OPEN = "open"  # a number of something that nobody listed (…号, …ID)
    ALIAS = "alias"
    CONTACT = "contact"
    REMARK = "remark"
    NAME = "name"


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A word in the text. ``value`` is where what it announces begins; ``colon``: with a sign or 为, 是 between."""

    says: Says
    kind: str
    word: str
    start: int
    end: int
    value: int
    colon: bool


def _table() -> dict[str, list[tuple[str, Says, str]]]:
    words: dict[str, tuple[Says, str]] = {}
    for kind, known in WORDS.items():
        words |= {word: (Says.PERHAPS, kind) for word in known.loose if word not in words}
    for kind, known in WORDS.items():
        words |= dict.fromkeys(known.strong, (Says.NUMBER, kind))
    for says, known_words in (
        (Says.NONE, NONE_OF_OURS),
        (Says.REMARK, REMARKS),
        (Says.NAME, NAMES),
        (Says.CONTACT, CONTACTS),
        (Says.ALIAS, ALIASES),
    ):
        words |= dict.fromkeys(known_words, (says, ""))
    for word in OPEN_ENDS:
        words.setdefault(word, (Says.OPEN, ""))
    table: dict[str, list[tuple[str, Says, str]]] = {}
    for word in sorted(words, key=len, reverse=True):
        table.setdefault(word[0], []).append((word, *words[word]))
    return table


_TABLE = _table()
_KNOWN = frozenset(word for words in _TABLE.values() for word, _, _ in words)
_LETTER = re.compile(r"[a-z]")
_BETWEEN_LETTERS = re.compile(r"(?<=[a-z\u4e00-\u9fff])[ _.\-/]{1,2}(?=[a-z\u4e00-\u9fff])")
_STARTS = re.compile(f"[{''.join(sorted(_TABLE))}]")
#: What may stand between the word and what it announces.
_JOIN = re.compile(
    r"\.?(?:\s?[12](?=\s?[:=#]))?\s?(?:(?:号码?|no\.?|number)(?![a-z]))?\s{0,3}(?:[(][^()\d]{0,12}[)]\s?)?"
    r"(?P<colon>(?:分别)?(?:是|为|系|叫作?|即)?\s{0,3}[:=#→>|]*\s{0,3})[\"'“”‘’「『《<(\[【]?\s?"
)
#: These are words of other things too: only a colon, or 号 and its like, makes them announce a number.
_NEED_COLON = listed(
    "wx vx tg fb ig ins yy weibo mail link card account website domain website url user 网站 链接 位置 "
    "电报 波场 泰达币 btc eth trx usdt wallet trc20 erc20 permit plate 编号 发动机 ref code pin "
    "password balance amount location no number 会员账户 苹果"
)


#: English words that own nothing: "check card 6228…" is a card, "steam id …" no id.
_OWN_NOTHING = listed(
    "check verify look trace find run see get give need want know is was the this that these a an and or of for on in "
    "with to from by about which whose who his her their its my our your please pls plz kindly holder owner holds "
    "used using into up out"
)
#: What a card is of that is no bank's.
_OTHER_CARDS = listed(
    "id sim identity residence library gift member membership loyalty business report phone calling ration green "
    "access key student bus fuel social insurance medical health staff employee warrant service"
)
_WORD_BEFORE = re.compile(r"([a-z]+)[ ,:]{1,2}$")
_LONG_NUMBER = re.compile(r"\d{8}")


def is_mark(word: str) -> bool:
    """Whether a word by itself announces something: a label to which nothing was written is nobody's name."""
    return squeezed(word) in _KNOWN


def marks(text: str) -> list[Mark]:
    """The marks of a folded text, in order, not overlapping."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a capital whose small letter has two characters
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    squeezed, places = _squeeze(lowered)
    found: list[Mark] = []
    at = 0
    while (start := _STARTS.search(squeezed, at)) is not None:
        i = start.start()
        mark = _mark_at(lowered, squeezed, places, i)
        if mark is None:
            at = i + 1
            continue
        found.append(mark[0])
        at = mark[1]
    return found


def _squeeze(lowered: str) -> tuple[str, list[int] | None]:
    """The text without what stands between letters of one word (phone no, Q Q), and where its characters stood."""
    gaps = [gap.span() for gap in _BETWEEN_LETTERS.finditer(lowered)]
    if not gaps:
        return lowered, None
    places: list[int] = []
    at = 0
    for start, end in gaps:
        places.extend(range(at, start))
        at = end
    places.extend(range(at, len(lowered)))
    return "".join([lowered[i] for i in places]), places


def _mark_at(lowered: str, squeezed: str, places: list[int] | None, i: int) -> tuple[Mark, int] | None:
    """The longest word that begins at a place of the squeezed text, and where to go on."""
    for word, says, kind in _TABLE[squeezed[i]]:
        if not squeezed.startswith(word, i):
            continue
        stop = i + len(word)
        start = i if places is None else places[i]
        end = stop if places is None else places[stop - 1] + 1
        if not _is_whole(lowered, start, end):
            continue
        if (
            says is Says.OPEN
            and not word.isascii()
            and not "\u4e00" <= lowered[start - 1 : start] <= "\u9fff"
        ):
            continue  # 前进路1号
        belongs = says is Says.PERHAPS and not _stands_free(lowered, start, word)
        join = _JOIN.match(lowered, end)
        colon = join is not None and bool(join["colon"].strip())
        value = join.end() if join is not None else end
        if word in _NEED_COLON and not colon and not _LONG_NUMBER.match(lowered, value):
            return None
        told = Says.OPEN if belongs else says
        return Mark(says=told, kind=kind, word=word, start=start, end=end, value=value, colon=colon), stop
    return None


def _is_whole(lowered: str, start: int, end: int) -> bool:
    """Whether letters at the word's edges do not go on beyond them."""
    before, after = lowered[start - 1 : start], lowered[end : end + 1]
    return not (
        (_LETTER.match(lowered[start]) and before and (_LETTER.match(before) or before.isdigit()))
        or (_LETTER.match(lowered[end - 1]) and _LETTER.match(after))
    )


def _stands_free(lowered: str, start: int, loose: str) -> bool:
    """Whether no word stands directly before it that it may belong to: not so in 设备ID, steam id, 这个号码."""
    before = lowered[max(0, start - 2) : start]
    if not before:
        return True
    if before[-1] in " _-" and len(before) == 2:
        word = _WORD_BEFORE.search(lowered, max(0, start - 16), start)
        if not _LETTER.match(before[0]) or word is None:
            return not _LETTER.match(before[0])
        of_a_bank = loose == "card" and word.group(1) not in _OTHER_CARDS
        return of_a_bank or word.group(1) in _OWN_NOTHING
    return not (_LETTER.match(before[-1]) or "\u4e00" <= before[-1] <= "\u9fff")
