"""How a name sounds: pinyin without tones, in the one spelling that most mishearings share.

zh/z, ch/c, sh/s, n/l and -ng/-n are one (southern speakers do not part them, and neither do most clerks
who write down what they hear); a surname has its own reading (单 shan, not dan).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from matching.text.normalise import fold
from matching.text.readings import FIRST_READINGS, OTHER_READINGS

_SURNAME_READINGS = (
    "单shan 仇qiu 解xie 曾zeng 查zha 区ou 任ren 朴piao 盖ge 翟zhai 乐yue 缪miao 宓mi 折she 种chong "
    "逄pang 员yun 覃qin 冼xian 褚chu 秘bi 柏bai 卜bu 晁chao 郗xi 牟mu 祭zhai 繁po 句gou 眭sui 阚kan "
    "隗wei 谌chen 燕yan 应ying 訾zi 臧zang 藏zang 召shao 尉wei 哈ha 纪ji 宁ning 华hua 那na 长zhang 曲qu "
    "洗xian 石shi 尹yin 干gan 万wan 车che 过guo 黑he 令ling"
)
#: Characters that are read otherwise as a surname than mostly (usual dictionaries of surnames).
_SURNAMES = {word[0]: word[1:] for word in _SURNAME_READINGS.split()}
_COMPOUND = {
    "尉迟": "yuchi",
    "万俟": "moqi",
    "长孙": "zhangsun",
    "澹台": "tantai",
    "单于": "chanyu",
    "令狐": "linghu",
}

_INITIALS = "b|p|m|f|d|t|n|l|g|k|h|j|q|x|zh|ch|sh|r|z|c|s|y|w"
_FINALS = (
    "iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|ei|ao|ou|an|en|er|"
    "ia|ie|iu|in|ua|ui|un|uo|ue|ve|yu|a|o|e|i|u|v"
)
_SYLLABLES = re.compile(rf"(?:(?:{_INITIALS})(?:{_FINALS})|ang|ai|an|ao|ou|en|er|a|e|o)+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[^\W\d_]+")
#: Surnames as passports write them, to tell San ZHANG from ZHANG San.
_LATIN_SURNAME_WORDS = (
    "wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang xie "
    "song tang deng han feng cao peng zeng xiao tian dong pan yuan cai jiang yu du ye cheng su wei lu "
    "lv lyu ding ren shen yao jia fu zhong cui tan liao fan shi jin xia qiu fang hou zou xiong meng qin "
    "bai yan xue yin duan lei long tao gu mao hao gong shao wan qian dai mo kong xiang chang ouyang "
    "sima zhuge shangguan situ shan zha qi niu ji kang mei sheng diao"
)
_LATIN_SURNAMES = frozenset(_LATIN_SURNAME_WORDS.split())


def is_han(text: str) -> bool:
    return _HAN.search(text) is not None


@lru_cache(maxsize=1)
def _dictionary() -> dict[str, tuple[str, ...]]:
    """Each character with its readings, the usual one first."""
    known: dict[str, tuple[str, ...]] = {}
    for word in (*FIRST_READINGS.split(), *OTHER_READINGS.split()):
        start = next(i for i, char in enumerate(word) if not char.isascii())
        for char in word[start:]:
            known[char] = (*known.get(char, ()), word[:start])
    return known


def said(char: str) -> tuple[str, ...]:
    """Every reading of a character, the usual one first; the character itself when it has none."""
    return _dictionary().get(char, (char,))


def syllable(char: str) -> str:
    """The usual reading of a character, plain letters; the character itself when it has none."""
    return said(char)[0]


def plain(text: str) -> str:
    """Latin letters small and without marks."""
    if text.isascii():
        return text.casefold()
    bare = unicodedata.normalize("NFD", text.casefold().replace("ü", "v"))
    bare = bare.replace("u\u0308", "v")  # ǚ and its sisters come apart into u, dots and tone
    return "".join(c for c in bare if not unicodedata.combining(c))


def fold_sound(letters: str) -> str:
    """Pinyin letters with what is easily misheard made one."""
    letters = letters.replace("lyu", "lu").replace("nyu", "nu").replace("v", "u")
    letters = letters.replace("zh", "z").replace("ch", "c").replace("sh", "s").replace("ng", "n")
    return letters.replace("l", "n")


def is_pinyin(word: str) -> bool:
    """Whether a Latin word could be Chinese syllables."""
    return _SYLLABLES.fullmatch(plain(word)) is not None


@lru_cache(maxsize=50_000)
def sound(name: str) -> str:
    """The folded sound of a name; "" for a masked or empty one.

    Latin names that are pinyin have their surname first; others have their words in alphabetical order.
    """
    name = fold(name)
    if not name or "*" in name:
        return ""
    if is_han(name):
        return fold_sound(_han_letters(name))
    words = [plain(word) for word in _WORD.findall(name)]
    if not all(map(is_pinyin, words)):
        return "".join(sorted(words))
    if len(words) > 1 and words[0] not in _LATIN_SURNAMES and words[-1] in _LATIN_SURNAMES:
        words = [words[-1], *words[:-1]]
    return fold_sound("".join(words))


@lru_cache(maxsize=20_000)
def sound_forms(name: str) -> tuple[str, ...]:
    """The sound first, then how else it may be meant: pinyin words turned round (Li Wang, Wang Li)."""
    first = sound(name)
    words = _WORD.findall(plain(name))
    if not first or is_han(name) or not 2 <= len(words) <= 3 or not all(map(is_pinyin, words)):
        return (first,) if first else ()
    turned = (
        fold_sound("".join(order)) for order in (words, [words[-1], *words[:-1]], [*words[1:], words[0]])
    )
    return tuple(dict.fromkeys((first, *turned)))


@lru_cache(maxsize=20_000)
def readings(name: str) -> frozenset[str]:
    """All sounds of a name in Han characters, by every reading of its characters (a bounded number)."""
    letters = [c for c in name if c.isalpha()]
    sounds = {sound(name)} if letters else set()
    together = [""]
    for char in letters:
        together = [start + one for start in together for one in said(char)][:24]
    return frozenset(sounds | {fold_sound(whole) for whole in together})


def said_words(name: str) -> list[str]:
    """A name in Han characters as passports write it: the surname and each given character, in pinyin."""
    letters = [c for c in name if c.isalpha()]
    start = _COMPOUND.get(name[:2])
    if start is not None and len(letters) > 2:
        return [start, *map(syllable, letters[2:])]
    return [_SURNAMES.get(letters[0]) or syllable(letters[0]), *map(syllable, letters[1:])]


def _han_letters(name: str) -> str:
    return "".join(said_words(name))
