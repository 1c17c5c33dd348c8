"""Names that do not look like one: without capitals, without a surname; and ids of a network that is also a word.

Each needs something that speaks for it, so that plain words stay readable: a surname in pinyin before a word in pinyin,
a word like "named", a relative before two characters of given names, LINE before what no word is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from matching.text.normalise import listed
from matching.text.spoken import is_pinyin
from matching.words.common_english import COMMON_ENGLISH
from matching.words.common_words import common_words
from matching.words.masking_surnames import GIVEN

_SURNAMES = listed(
    "wang li zhang liu chen yang zhao huang zhou wu xu sun hu zhu gao lin he guo ma luo liang song zheng "
    "xie han tang feng yu dong xiao cheng cao yuan deng fu shen zeng peng lv lyu lu su jiang cai jia ding "
    "wei xue ye yan pan du dai xia zhong tian ren fan fang shi yao tan liao zou xiong jin hao kong bai "
    "cui kang mao qiu qin gu hou shao meng long wan duan lei qian yin yi chang qiao lai gong wen zhan pei "
    "tao ouyang situ shangguan murong zhuge "
)
_PAIR = re.compile(
    r"(?<![A-Za-z0-9@._/\-])([a-z]{2,10}) ([a-z]{2,12}(?:[ '\-][a-z]{2,6})?)(?![A-Za-z0-9@_/])"
)
#: Words that a name follows whatever it looks like.
_CUE = re.compile(
    r"(?<![a-z])(?:named|called|name is|name ?[:=]|alias|aka|known as|mr|mrs|ms|mister)[.:]?\s{1,2}",
    re.IGNORECASE,
)
_AFTER_CUE = re.compile(r"[a-z][a-z'\-]{1,20}(?: [a-z][a-z'\-]{1,20}){0,2}(?![A-Za-z0-9@])")

_KIN = re.compile(
    r"(?:妻子|丈夫|爱人|配偶|老婆|老公|儿子|女儿|父亲|母亲|爸爸|妈妈|哥哥|弟弟|姐姐|妹妹|女友|男友|前妻|"
    r"前夫|岳父|岳母|孙子|孙女|外甥|侄子|侄女"
    r"|[其之他她](?:妻|夫|子|女|父|母|兄|弟|姐|妹|哥)(?![子亲友哥弟姐妹儿]))(?:[::]\s?|名叫|叫做|叫|名为|是)?(?=[\u3400-\u9fff]{2})"
)
#: Given names that are words as well.
_ALSO_WORDS = frozenset(
    ("建国", "建军", "国庆", "爱国", "卫国", "海燕", "春花", "桂花", "晓燕", "建华", "文武")
)
_GOES_ON = frozenset("的了是在和与及跟说去来到住被于有已也都从就将把给向等，。,.;；:：、!！?？）)")
#: LINE and others that are also words: what follows must look like no word.
_IDS = re.compile(
    r"(?<![A-Za-z])(?P<net>line|signal|zalo|kakao(?:talk)?|wechat|weixin)"
    r"(?P<id>\s?(?:id|账号|帐号|号)(?![a-z]))?(?:\s?[::=是为]\s?|\s(?:is|id)\s|"
    r"\s)(?P<what>@?[A-Za-z0-9][A-Za-z0-9_.\-]{2,40})",
    re.IGNORECASE,
)


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    return common_words()


def small_names(text: str) -> Iterator[tuple[int, int]]:
    """Where such names stand in a folded text. May overlap."""
    at = 0
    while (pair := _PAIR.search(text, at)) is not None:
        if _is_pair(pair[1], pair[2].split(" ")[0].split("-")[0].split("'")[0]):
            yield (
                pair.span()
                if _whole_pinyin(pair[2])
                else (pair.start(), pair.start(2) + len(pair[2].split()[0]))
            )
            at = pair.end()
        else:
            at = pair.start(2)
    for cue in _CUE.finditer(text):
        named = _AFTER_CUE.match(text, cue.end())
        if named is not None:
            yield from _named(named)


def given_names(text: str) -> Iterator[tuple[int, int]]:
    """Where given names alone stand after a relative: 妻子丽红, 女儿叫晓雨."""
    for kin in _KIN.finditer(text):
        if _is_given(text, kin.end()):
            yield kin.end(), kin.end() + 2


def _named(named: re.Match[str]) -> Iterator[tuple[int, int]]:
    """The words after "named" up to the first that is an ordinary one."""
    end = named.start()
    for word in re.finditer(r"[a-z'\-]+", named.group()):
        if word.group() in COMMON_ENGLISH or len(word.group()) < 3:
            break
        end = named.start() + word.end()
    if end > named.start():
        yield named.start(), end


def _is_pair(one: str, other: str) -> bool:
    """wang haibo, and haibo wang where the name before is of several syllables."""
    if other in COMMON_ENGLISH or not is_pinyin(other) or not is_pinyin(one):
        return False
    if one in _SURNAMES:
        return one not in COMMON_ENGLISH or len(other) > 4
    return other in _SURNAMES and len(one) > 4 and one not in COMMON_ENGLISH


def _whole_pinyin(text: str) -> bool:
    words = re.split(r"[ '\-]", text)
    return all(is_pinyin(word) and word not in COMMON_ENGLISH for word in words)


def _is_given(text: str, at: int) -> bool:
    name, after = text[at : at + 2], text[at + 2 : at + 4]
    if not all(c in GIVEN for c in name):
        return False
    if name not in _ALSO_WORDS and (name in _common() or text[at + 1 : at + 3] in _common()):
        return False
    return not after or after[0] in _GOES_ON or not "\u3400" <= after[0] <= "\u9fff" or after in _common()


def small_ids(text: str) -> Iterator[tuple[int, int]]:
    """Where an id of a network stands whose name is a word too."""
    for found in _IDS.finditer(text):
        what = found["what"].rstrip(".-")
        telling = any(c.isdigit() or c in "_.@-" for c in what)
        sure = (
            found["id"] is not None
            or found["net"].isupper()
            or found["net"].lower() not in ("line", "signal")
        )
        digits = what.isdigit() and len(what) < 5  # line: 12
        if not digits and what.lower() not in COMMON_ENGLISH and (telling or sure):
            yield found.start("what"), found.start("what") + len(what)
