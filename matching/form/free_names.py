"""Which words of a text in sentences are names: by their form, and by where they end."""

from __future__ import annotations

import re
from functools import cache

from matching.form.free_sheet import Sheet
from matching.words.common_english import COMMON_ENGLISH
from matching.words.common_words import common_words
from matching.words.free_words import ASKING, HAPPENED, KINDS, NO_NAME_EN
from matching.words.masking_surnames import COMPOUND_SURNAMES, SURE
from matching.words.names import clean
from matching.words.surnames import is_person

HAN_RUN = re.compile(r"[\u3400-\u9fff·•]+")
EDGE = re.compile(r"[\s,，。;；!！?？、:：()（）\"“”|\n]")
OF_WHAT = re.compile(r"\s*(?:的|这个人|这人|此人|本人|是否|有无|有没有|是不是|在不在|现在)")
#: A name of which characters are hidden: 李某, 张某某, 王某甲.
HIDDEN = re.compile(r"(?P<name>[\u3400-\u9fff]某(?:某|[甲乙丙丁])?)")
LATIN_NAME = re.compile(r"[A-Z][A-Za-z'\-]+(?: [A-Z][A-Za-z'\-]+){1,3}")
_NOT_NAMED = frozenset("的了是在有和与及吗呢吧请帮查把被给要用发")
#: 查 and what is looked up, in one character: 查车, 查卡.
_LOOKED_UP = frozenset("车卡人号户房案证店企网机钱帐账款物货单表档像址籍谁他她此该这那个下一询找看收封明实")


@cache
def _common() -> frozenset[str]:
    return common_words()


@cache
def _kinds_of_request() -> frozenset[str]:
    return frozenset(word for _, han, _ in KINDS for word in han.split())


def name_at(sheet: Sheet, at: int) -> tuple[int, int] | None:
    """The name that begins at a place and ends where a number, 的 or a clause's end says so."""
    run = HAN_RUN.match(sheet.cased, at)
    if run is None:
        return None
    for size in sizes(run.group()):
        end = at + size
        if is_name(run.group()[:size]) and closes(sheet, end):
            return at, end
    return None


def sizes(run: str) -> list[int]:
    """How many characters a name has that begins a run, the likeliest first."""
    if "·" in run[:12] or "•" in run[:12]:
        return list(range(min(len(run), 16), 3, -1))
    if run[:2] in COMPOUND_SURNAMES:
        return [4, 3] if len(run) > 3 else [3]
    return [size for size in (3, 2, 4) if size <= len(run)]


def closes(sheet: Sheet, at: int) -> bool:
    """Whether a name may end here: before what is understood, a sign, 的."""
    low = sheet.low
    if at >= len(low) or EDGE.match(low, at) or OF_WHAT.match(low, at):
        return True
    return HAPPENED.match(low, at) is not None or sheet.begins(at)


def is_name(word: str, *, beside: bool = False, apart: bool = False) -> bool:
    """A word of a person's form that is no other word. ``beside``: a number stands directly behind it (刘和平3205…);
    ``apart``: with a space between, so that 王有 3205… does not go on."""
    if "·" in word or "•" in word:
        parts = re.split("[·•]", word)
        return all(2 <= len(part) <= 6 for part in parts)
    if len(word) == 4 and word[:2] not in COMPOUND_SURNAMES:
        return False
    if word[0] in "小老" or (word[0] == "查" and _is_looked_up(word[1:])):
        return False
    inner = (
        word[2:] if beside and len(word) == 3 and word[0] != "查" and word[1] in "和有发要用" else word[1:]
    )
    if word[-1] in ("和有发要用" if apart and len(word) == 2 else "有发" if apart else ""):
        inner = inner[:-1]
    if word in _common() or not _NOT_NAMED.isdisjoint(inner) or HAPPENED.fullmatch(word):
        return False
    return is_person(clean(word)) and ASKING.fullmatch(word) is None


def _is_looked_up(rest: str) -> bool:
    """Whether what follows 查 is what is looked up, and no given name: 查开房, 查车."""
    return (
        rest in _kinds_of_request()
        or rest in _common()
        or (len(rest) == 1 and rest in _LOOKED_UP)
        or rest[0] in "个下一询找看收证封明实"
    )


def is_latin_name(text: str) -> bool:
    """Whether words with capitals are somebody's name, and not what happened (RING FRAUD) or plain words."""
    words = text.lower().split()
    if HAPPENED.search(text.lower()) or not NO_NAME_EN.isdisjoint(words):
        return False
    return any(word not in COMMON_ENGLISH for word in words)


def is_somebody(text: str) -> bool:
    """Whether a whole text is a name and nothing else: 李四, 张某某, Ma Qiang."""
    word = text.strip(" \n。.!！,，")
    if LATIN_NAME.fullmatch(word):
        return is_latin_name(word) and COMMON_ENGLISH.isdisjoint(word.lower().split())
    if HIDDEN.fullmatch(word):
        return is_person(clean(word))
    if "·" in word:  # of which a day has one as well: 5·12专案
        return all(map(HAN_RUN.fullmatch, word.split("·"))) and is_person(clean(word))
    sure = word[:1] in SURE or word[:2] in COMPOUND_SURNAMES
    return sure and len(word) <= 4 and HAN_RUN.fullmatch(word) is not None and is_name(word)
