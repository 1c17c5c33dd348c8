"""Which kind of request a text in sentences speaks of; what is not certain is named, to be asked."""

from __future__ import annotations

import re
from itertools import pairwise

from matching.form.free_choices import EDGE, NOBODY, Meant, Names, Options, low, places
from matching.form.free_sheet import Sheet
from matching.words.free_words import HAPPENED, KINDS, VERB
from matching.words.marks import Says

_FIRM_AFTER = re.compile(r"(?:信息|情况|证明|记录|资料|查询|核查|核实|登记|档案|流水|明细|材料|身份)")
_OF_A_CASE = re.compile(r"[\u4e00-\u9fff]{0,3}案(?!由|情|号|件?编号|件[是为])")
_NOT = re.compile(
    r"(?:不是|并非|不要|不用|不必|不需要?|无需|无须|(?<![a-z])(?:not|no need(?: for)?|don'?t "
    r"need))\s?(?:再|去|要|查询?|看|提供|出|给|the|a)*\s?$"
)
#: One more is asked for: 另查车主前科, 顺便看下他的户籍.
_ALSO = re.compile(
    r"(?:另外?|还|并|同时|以及|再|顺便|一并|(?<![a-z])(?:also|plus|as well as|and))"
    r"(?:要|需要?|请|查询?|帮忙?|核实|看|提供|一下|下|把|车主|机主|号主|其|该人|此人|本人|名下|他|她|的|(?:his|her|the)(?![a-z])|[\s,，])*$"
)
_OTHER = re.compile(r"其他|其它|others?")
#: What no crime is named after: 户籍诈骗案 is a 诈骗案, and 户籍 is asked for.
_RECORDS = re.compile(r"户籍|户口|常口|前科|案底|机主|车主|号主|卡主|流水|话单|实名|居住|暂住|住址|法人|股东")
#: Kinds of requests that are called after people: 诈骗案证人 says who somebody is.
_PEOPLE = re.compile(r"证人|目击者|witness(?:es)?")
_NO_ORDER = re.compile(r"盗窃|被盗|丢失|涉嫌|涉及|冒用|套用$")


def types(sheet: Sheet, options: Options, names: Names) -> Meant:
    """The kind of request that is meant. ``names``: of these, with their synonyms."""
    spans = [
        one for one in places(sheet.low, names) if sheet.free(one[0], one[1]) and _is_meant(sheet, *one[:2])
    ]
    outer = [
        one
        for one in spans
        if not any(o[0] <= one[0] and one[1] <= o[1] and o[1] - o[0] > one[1] - one[0] for o in spans)
    ]
    ranks: dict[str, int] = {}
    for start, end, key in outer:
        ranks[key] = max(ranks.get(key, 0), _firmness(sheet, start, end))
    for (_, end, key), (start, _, other) in pairwise(sorted(outer)):
        if re.fullmatch(
            r"\s*(?:信息|情况)?\s*(?:和|及|与|以及|还有|、|/|and|[+＋&]|加上?|\s)\s*", sheet.low[end:start]
        ):
            ranks[key] = ranks[other] = max(ranks[key], ranks[other])  # 户籍和前科 are two
    for start, end, _ in sorted(outer, key=lambda one: one[0] - one[1]):
        sheet.take(start, end, "type")
    best = max(ranks.values(), default=0)
    told = _by_numbers(sheet, [key for key, rank in ranks.items() if rank == best], options)
    more = [key for start, _, key in outer if _ALSO.search(sheet.low[max(0, start - 14) : start])]
    if more and best:
        told = list(dict.fromkeys((*(key for key, rank in ranks.items() if rank > 1), *more)))
    if best > 1 and len(told) == 1:
        return Meant(keys=tuple(told))
    return Meant(close=tuple(told)) if best else NOBODY


def _is_meant(sheet: Sheet, start: int, end: int) -> bool:
    """Whether a word may speak of a kind of request: 不是查前科 denies it, and 其他人 are somebody."""
    if denied := _NOT.search(sheet.low, max(0, start - 10), start):
        sheet.take(denied.start(), end, "not")
        return False
    return _OTHER.fullmatch(sheet.low, start, end) is None or not sheet.low[:start].strip(" \t:：【[")


def _firmness(sheet: Sheet, start: int, end: int) -> int:
    """4: the first word of all; 3: 的…, 查询…, …信息; 2: a word; 1: the label of a number, or part of "
    "what happened."""
    text = sheet.low
    first = not text[:start].strip(" \t:：【[") and EDGE.match(text[end : end + 1]) is not None
    if first:
        return 4
    if _PEOPLE.fullmatch(text, start, end) and not VERB.search(text[max(0, start - 8) : start]):
        return 1
    crime = _OF_A_CASE.match(text, end)
    if crime and not (_RECORDS.fullmatch(text, start, end) and HAPPENED.match(text, end)):
        return 1
    if _NO_ORDER.search(text[max(0, start - 6) : start]):
        return 1
    if any(
        mark.start <= start and end <= mark.end and mark.says in (Says.NUMBER, Says.PERHAPS, Says.OPEN)
        for mark in sheet.known.marks
        if not mark.word.startswith("机主")  # 机主 号码138…: what is asked
    ):
        return 1
    firm = text[start - 1 : start] == "的" or VERB.search(text[max(0, start - 8) : start])
    return 3 if firm or _FIRM_AFTER.match(text, end) or end - start > 3 else 2


def with_synonyms(options: Options) -> dict[str, tuple[str, ...]]:
    """The names of each kind of request of the desk, with the other words that people have for it."""
    words: dict[str, dict[str, None]] = {key: dict.fromkeys(names) for key, names in options.items()}
    for anchors, han, english in KINDS:
        more = [*han.split(), *filter(None, english.split("|"))]
        for key, names in options.items():
            if any(anchor in low(name) for anchor in anchors.split() for name in names):
                words[key] |= dict.fromkeys(more)
    return {key: tuple(names) for key, names in words.items()}


#: Which kinds of requests a number speaks for, by the first words of :data:`KINDS`.
_SPEAKS_FOR = {
    "phone": "机主",
    "bank_card": "账户",
    "account": "账户",
    "plate": "车辆",
    "vin": "车辆",
    "uscc": "企业",
}


def _by_numbers(sheet: Sheet, keys: list[str], options: Options) -> list[str]:
    """开户信息 of a telephone number and of a card are two: the number says which."""
    if len(keys) < 2:
        return keys
    anchors = {
        _SPEAKS_FOR[found.identifier.kind]
        for found in sheet.known.found
        if found.identifier.kind in _SPEAKS_FOR
    }
    told = [key for key in keys if any(a in low(n) for a in anchors for n in options[key])]
    return told if len(told) == 1 and len(anchors) == 1 else keys
