"""Names of people: titles off, and how two of them relate."""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from matching.text.alike import look_alike
from matching.text.normalise import fold
from matching.text.spoken import is_han, is_pinyin, readings, sound, sound_forms
from matching.words.masking_surnames import COMPOUND_SURNAMES

__all__ = ["clean", "compare", "is_masked", "relation", "sound", "sound_forms", "spoken"]

MAX_NAME = 60

_TITLES = (
    "犯罪嫌疑人|涉案嫌疑人|嫌疑人|嫌犯|被害人|受害人|受害者|当事人|被告人|被告|原告|证人|报案人|报警人|举报人|涉案人员|涉案人|"
    "在逃人员|逃犯|吸毒人员|违法行为人|违法人员|前科人员|重点人员|失踪人员|失踪人|户主|车主|机主|持卡人|开户人|法定代表人|法人代表|"
    "法人|联系人|被查询人|被查人|查询对象|对象|姓名|名字|人员|name|suspect|victim|witness|subject|person|mr|mrs|ms|miss|dr"
)
_TITLE = re.compile(
    rf"^(?:(?:{_TITLES})(?:(?<=[a-z])(?:\.|:|\s)+|(?<![a-z])\s?[::]?\s?))+(?=.)", re.IGNORECASE
)
#: Any kind of people that ends so, before a name of two characters at least: 刑满释放人员…, 社区矫正对象….
_KIND_OF_PERSON = re.compile(r"^[\u3400-\u9fff]{2,8}(?:人员|嫌疑人|对象)\s?:?\s?(?=[\u3400-\u9fff*]{2})")
_TITLE_AFTER = re.compile(
    r"(?<=..)(?:先生|女士|小姐|同志|本人|(?:,|\s)?(?:犯罪)?嫌疑人|等[\d一二三四五六七八九十几]*人)$"
)
#: Forms of address that hide the given name (and, in front, are followed by the surname alone).
_ADDRESS_AFTER = re.compile(r"^([\u3400-\u9fff]{1,2})(?:先生|女士|小姐|太太|同志|老板|师傅|经理|总)$")
_ADDRESS_BEFORE = re.compile(r"^[老小]([\u3400-\u9fff])$")
_LEGAL_FORM = re.compile(
    r"(?:有限责任公司|股份有限公司|有限公司|集团|股份|公司|\bCO LTD|\bCOMPANY|\bLIMITED|\bLTD|\bINC|\bLLC|\bCORP)"
)
_REMARK = re.compile(r"[(\[【〔<《「].*?(?:[)\]】〕>》」]|$)")
_AFTER_SEX = re.compile(
    r"(?<=.)[,，;；、\s/]+(?:男|女|male|female|汉族|\d).*$|(?<=[\u3400-\u9fff])[,，;；].*$", re.IGNORECASE
)
_LATIN_SIGNS = re.compile(r"[.,;'’`\-_/]+")
_DOTS = re.compile(r"(?<=[\u3400-\u9fff])\s*[•・‧∙⋅.·]\s*(?=[\u3400-\u9fff])")
_HIDDEN = re.compile(r"某[甲乙丙丁戊]?|(?<=[\u3400-\u9fff])[xX×○〇*]+$|[●○■□•_?]")


@lru_cache(maxsize=50_000)
def clean(name: str) -> str:
    """The bare name: no titles, remarks or sex; Han without spaces, Latin in capitals, ``*`` for hidden."""
    text = fold(str(name)[: 4 * MAX_NAME])
    bare = _REMARK.sub("", text).strip() or text
    bare = _KIND_OF_PERSON.sub("", _TITLE.sub("", bare))
    bare = _AFTER_SEX.sub("", bare)
    bare = _TITLE_AFTER.sub("", bare).strip(" ,.:;、，。：；-/\\\"'")[:MAX_NAME]
    if is_han(bare):
        bare = _surname_only(bare)
        bare = _DOTS.sub("·", bare)
        bare = _HIDDEN.sub(lambda hidden: "*" * (len(hidden[0]) if hidden[0][0] != "某" else 1), bare)
        return "".join(bare.split()).upper()
    bare = _LATIN_SIGNS.sub(" ", bare)
    return " ".join(bare.upper().split())


def _surname_only(name: str) -> str:
    """A surname that stands for the whole name (张先生, 老张, 欧阳女士, 张) is a masked name: 张*."""
    found = _ADDRESS_AFTER.match(name) or _ADDRESS_BEFORE.match(name)
    surname = found[1] if found and (len(found[1]) == 1 or found[1] in COMPOUND_SURNAMES) else name
    return surname + "*" if len(surname) == 1 or surname in COMPOUND_SURNAMES else name


def company_core(name: str) -> str:
    """A company's name without its legal form, which people leave out or shorten."""
    return _LEGAL_FORM.sub("", name).strip()


def is_company(name: str) -> bool:
    """Whether a name is a company's, by its legal form."""
    return company_core(name) != name and len(name) >= 5


def is_masked(name: str) -> bool:
    return "*" in name


def relation(a: str, b: str) -> str:
    """How two names, as they were written, relate; symmetric.

    ``eq``; ``sound`` (said alike, or Latin against Han); ``near`` (one slip or a look-alike apart);
    ``masked`` (one is masked, and what is seen agrees); ``partly`` (the surname and some more agree: a
    slip, or a relative); ``different``; "" where nothing can be said.
    """
    a, b = clean(a), clean(b)
    return compare(a, b, sound(a), sound(b))


def spoken(name: str) -> str:
    """The folded pinyin of a name as it was written, one word; "" for a masked or empty one."""
    return sound(clean(name))


def compare(a: str, b: str, sound_a: str, sound_b: str) -> str:
    """As :func:`relation`, for cleaned names whose sound is known."""
    if not a or not b:
        return ""
    if a == b or ("·" in a + b and a.replace("·", "") == b.replace("·", "")):
        if "*" in a:
            return "masked"
        # In pinyin, two people of one sound are written alike: equal letters say no more than equal sound.
        return "sound" if not is_han(a) and _all_pinyin(a) else "eq"
    if sound_a and sound_a == sound_b:
        foreign = not is_han(a) and not is_han(b) and not _all_pinyin(a)
        return "eq" if foreign else "sound"  # the same words in another order
    return _compare_slowly(*sorted((a, b)))


def _all_pinyin(name: str) -> bool:
    return all(is_pinyin(word) for word in name.split())


@lru_cache(maxsize=50_000)
def _compare_slowly(a: str, b: str) -> str:
    if "*" in a or "*" in b:
        return "masked" if _mask_agrees(a, b) else "different"
    han_a, han_b = is_han(a), is_han(b)
    if han_a and han_b:
        return _compare_han(a.replace("·", ""), b.replace("·", ""))
    if han_a != han_b:
        return _compare_scripts(*((a, b) if han_a else (b, a)))
    return _compare_latin(a, b)


def _mask_agrees(a: str, b: str) -> bool:
    if is_han(a) != is_han(b):
        return True  # 张* and ZHANG SAN: nothing to hold against it
    if len(a) == len(b):
        return all(x == y or "*" in (x, y) for x, y in zip(a, b, strict=True))
    (head_a, _, tail_a), (head_b, _, tail_b) = _ends(a), _ends(b)
    heads = head_a.startswith(head_b) or head_b.startswith(head_a)
    return heads and (tail_a.endswith(tail_b) or tail_b.endswith(tail_a))


def _ends(name: str) -> tuple[str, str, str]:
    if "*" not in name:
        return name, "", name
    return name[: name.index("*")], "*", name[name.rindex("*") + 1 :]


def _compare_han(a: str, b: str) -> str:
    if len(a) == len(b):
        return _compare_places(a, b)
    if min(len(a), len(b)) < 2:
        return "different"
    if max(len(a), len(b)) >= 5 and fuzz.ratio(a, b) >= 75:
        return "near"
    one_lost = abs(len(a) - len(b)) == 1 and a[0] == b[0] and OSA.distance(a, b) == 1
    return "partly" if one_lost else "different"


def _compare_places(a: str, b: str) -> str:
    """Names of one length, character by character: which of them differ in form and in sound?"""
    differing = [
        i
        for i, (x, y) in enumerate(zip(a, b, strict=True))
        if x != y and not look_alike(x, y) and not _same_sound(x, y)
    ]
    if not differing:
        return "near"
    if len(a) >= 3 and (a[0] == b[0] or look_alike(a[0], b[0])):
        if len(differing) == 1 or OSA.distance(a, b) == 1:  # one slip, or two given characters swapped
            return "near"
        return "near" if len(a) >= 5 and fuzz.ratio(a, b) >= 75 else "different"
    one_of_two = len(a) == 2 and len(differing) == 1
    return "partly" if one_of_two or (len(a) >= 3 and differing == [0]) else "different"


def _same_sound(x: str, y: str) -> bool:
    return not readings(x).isdisjoint(readings(y))


def _compare_scripts(han: str, latin: str) -> str:
    if "·" in han or len(han) > 4 or not _all_pinyin(latin):
        return ""  # a transliterated or foreign name: its letters prove nothing either way
    sounds, said = sound_forms(latin), sound(han)
    if not readings(han).isdisjoint(sounds):
        return "sound"
    return "near" if any(len(said) > 5 and OSA.distance(said, s) == 1 for s in sounds) else "different"


def _compare_latin(a: str, b: str) -> str:
    if set(sound_forms(a)) & set(sound_forms(b)):
        return "sound"
    words_a, words_b = set(a.split()), set(b.split())
    shared = words_a & words_b
    if len(shared) >= 2 and shared in (words_a, words_b):
        return "near"  # a middle name left out
    close = fuzz.token_sort_ratio(a, b) >= 88 or (len(a) > 5 and OSA.distance(a, b) == 1)
    if close:
        return "near"
    return "partly" if shared else "different"
