"""Who is said not to be asked about: 不要查李四, 李四3205…不用查, not Li Si. They are no subjects; their words stay."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise

from matching.form.free_names import HAN_RUN, HIDDEN, is_latin_name, is_name, sizes
from matching.identifiers.callers import lower
from matching.identifiers.identifiers import Found, Scan
from matching.words.common_words import common_words
from matching.words.free_words import ROLE
from matching.words.masking_surnames import COMPOUND_SURNAMES, SURE

_ROLE = ROLE.pattern.removesuffix(r"\s*$")
_DOES = r"(?:查询|查找|查|核实|核查|核对|核|调查|调取|问|找|管|提|重复)"
_KIN = (
    r"(?:妻子?|丈夫|老公|老婆|父亲?|母亲?|儿子|女儿|子女|[子女](?=[\u3400-\u9fff]{2})|哥哥?|弟弟?|"
    r"姐姐?|妹妹?|朋友|同伙|同事|家属|亲属|家人)"
)
_NO = re.compile(
    r"(?<![是要可能该用需会有])(?:不要|不用|不必|不需要?|无需|无须|毋须|请?勿|不是|并非|而非|不包括|不包含|不含|不算|"
    r"不查|不问|除去|除开|除掉|除了?|排除|跳过|(?<![分特性区级识鉴辨个派告离])别(?=再?(?:查|管|核|找|问|动|算)))"
    rf"(?:再|去|帮忙?|我们?|协助|单独|另外|一并|也|给|只){{0,2}}{_DOES}?(?:一下|下)?(?:关于|那个|这个|之前的?|上次的?|他|她)?"
    rf"(?:[他她其]?的?{_KIN})?(?:{_ROLE})?\s*(?:叫)?"
    r"|(?<![a-z])(?<!or )(?:not|don'?t|do not|no need(?: to)?|need not|needn't|except(?: for)?|excluding|other than|"
    r"apart from|rather than|instead of|skip|ignore|leave out)"
    r"(?: (?:need|to|check|checking|look|up|run|include|including|ask|about|for|on|search|query|the|mr|ms|mrs|suspect|"
    r"his|her|any|records?|household|of|id|no)\.?){0,6}(?= )"
)
_NO_BEHIND = re.compile(
    r"(?:就|也|则|先|暂时?|可以|这次|都|的(?:户籍|前科|信息|情况)){0,3}"
    r"(?:(?:不用|不要|无需|无须|不必|不需要?|别|免|勿)(?:再|去|帮忙?)?(?:查|管|核实|核查|核|看|问|找|调)|不查|除外|不在内|"
    r" ?(?:is |are )?(?:not needed|not required|excluded|need not be checked))(?:了|的)?"
)
#: Without any of these a text denies nobody.
MAY_DENY = re.compile(
    r"[不勿非除排跳别免]|[无毋]须|无需|\b(?:not|don'?t|no|need|needn't|except|excluding|excluded|other|apart|rather|"
    r"instead|skip|ignore|leave)\b",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[\s(（)）、/]*(?:(?:和|及|与|以及|还有|或者?)|(?:or|and|nor)(?= ))?[\s(（、/]*")
_BESIDES = re.compile(r"\s?(?:等人?)?(?:以外|之外|外|除外)?了?")
_LATIN = re.compile(r"[A-Z][A-Za-z'\-]+(?: [A-Z][A-Za-z'\-]+){1,2}")
_HAN_END = re.compile(r"[\u3400-\u9fff]{2,4}$")
#: Between a name and its number; and between two people.
_BESIDE_END = re.compile(r"[\s(（)）的]+$")
_JOINS_END = re.compile(r"[\s)）]*[、/和与及][\s(（]*$")


def negated(cased: str, known: Scan) -> list[tuple[int, int]]:
    """Where a text names or numbers somebody of whom it says that nothing is asked. ``known``: what :func:`scan` has
    found in it."""
    low = lower(cased)
    pieces: list[tuple[int, int]] = []
    begun = {place: one for one in known.found for place in (one.start, one.label)}
    ended = {one.end: one for one in known.found}
    for cue in _NO.finditer(low):
        end = _items(cased, cue.end(), begun)
        if end > cue.end():
            besides = _BESIDES.match(low, end)
            pieces.append((cue.start(), besides.end() if besides else end))
    ahead = [*pieces]
    for cue in _NO_BEHIND.finditer(low):
        if any(first < cue.end() and cue.start() < end for first, end in ahead):
            continue
        start = _items_before(low, cue.start(), ended)
        if start < cue.start():
            pieces.append((start, cue.end()))
    pieces.sort()
    return [one for one, after in pairwise([*pieces, (len(low) + 1, 0)]) if one[1] <= after[0]]


def _items(cased: str, at: int, begun: Mapping[int, Found]) -> int:
    """Where a row of names and numbers ends that begins at a place; the place itself where none does."""
    end = at
    while True:
        gap = _BETWEEN.match(cased, end)
        start = gap.end() if gap else end
        item = _item(cased, start, begun)
        if item <= start:
            return end
        end = item


def _item(cased: str, at: int, begun: Mapping[int, Found]) -> int:
    if at in begun:
        return begun[at].end
    if hidden := HIDDEN.match(cased, at):
        return hidden.end()
    if (latin := _LATIN.match(cased, at)) and is_latin_name(latin.group()):
        return latin.end()
    run = HAN_RUN.match(cased, at)
    for size in sizes(run.group()) if run else ():
        word = cased[at : at + size]
        if is_name(word) and not (size == 3 and cased[at + 2 : at + 4] in common_words()):
            return at + size
    return at


def _items_before(low: str, at: int, ended: Mapping[int, Found]) -> int:
    """Where a row of names, each with its number, begins that ends at a place; the place itself where none does."""
    start = at
    while True:
        joins = (_BESIDE_END if start == at else _JOINS_END).search(low, max(0, start - 6), start)
        if start != at and joins is None:
            return start
        end = joins.start() if joins else start
        number = ended.get(end)
        first = end
        if number is not None:
            first = min(number.start, number.label) if number.label >= 0 else number.start
            beside = _BESIDE_END.search(low, max(0, first - 3), first)
            end = beside.start() if beside else first
        size = _name_before(low, end)
        if not size and number is None:
            return start
        start = end - size if size else first


def _name_before(low: str, end: int) -> int:
    """How many characters the name has that ends at a place."""
    run = _HAN_END.search(low[max(0, end - 4) : end])
    if run is None:
        return 0
    word = run.group()
    ends = {size: word[-size:] for size in (3, 2, 4) if size <= len(word)}
    fitting = [size for size, name in ends.items() if is_name(name) or HIDDEN.fullmatch(name)]
    surely = [size for size in fitting if word[-size] in SURE or word[-size:][:2] in COMPOUND_SURNAMES]
    return next(iter((*surely, *fitting)), 0)
