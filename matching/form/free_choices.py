"""Which unit a text in sentences asks; what is not certain is named, to be asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from matching.form.free_names import is_name, name_at
from matching.form.free_sheet import Sheet
from matching.text.normalise import fold
from matching.words.masking_surnames import SURE
from matching.words.offices import STATION

Options = Mapping[str, Sequence[str]]
#: What units or kinds of requests are called, folded and in lower case, with the key of each.
Names = Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Meant:
    """``keys`` of what is meant; ``close``, where that is not certain: what is spoken of, to be chosen from."""

    keys: tuple[str, ...] = ()
    close: tuple[str, ...] = ()


NOBODY = Meant()

#: What may stand behind the name of a unit and belongs to it: its kind, a station of it.
_OFFICE = r"(?:市公安局|县公安局|公安局|公安|市局|县局|警方|警察局|警察|(?<=市)局)"
_WHOSE = (
    r"(?:这边|那边|那里|这里|方面|辖区|的?(?:同志|兄弟单位|兄弟|弟兄|同事|同仁|战友|朋友|老师|民警|警官|"
    r"哪位|各位|领导|同行|师兄|师弟)们?|[啊呀哎诶嘅](?=帮|麻烦|请|协|的?师|[\s,，!！]|$)|在[吗么嘛不](?=[\s,，。?？!！]|$)|(?:你们?|您)?好(?=[\s,，!！。]|$)"
    r"|(?<=[a-z]) (?:psb|police|colleagues|team|friends|side)(?![a-z]))"
)
_BEHIND = re.compile(
    rf"(?:市(?!民|区|场))?(?P<office>{_OFFICE})?(?P<station>{STATION}{{1,3}})?(?P<whose>(?:{_WHOSE})*)"
)
_ASKED_BEFORE = re.compile(
    r"(?:请|致|发|劳烦|麻烦|烦请|@|向|商请|恳请|拜托|由|求助|烦|"
    r"(?<![a-z])(?:(?:anyone|anybody|someone|somebody|colleagues?|team|friends?|police|help|assistance|"
    r"support) (?:in|at|from|of)|to|ask|"
    r"asking|dear|hi|hello|please|pls))[\s:：]*$"
)
_ASKED_AFTER = re.compile(
    r"\s*(?:[:：]|的?(?=帮|麻烦|请|能|哪)|帮|协|查|核|调|看|提供|出具|开具|反馈|拉|发|麻烦|请|能|可以|可否|"
    r"有没有|哪位|谁|配合|给|"
    r"(?:please|pls|can|could|kindly|check|to)(?![a-z]))"
)
#: A place that somebody lives in, went to or was born in is not who is asked.
_PLACE_BEFORE = re.compile(
    r"(?:住址?|家住|现住|暂住|居住|户籍|户籍地|户口|老家|籍贯|来自|在|到|去|从|往|逃往|逃到|赴|于|位于|"
    r"地址|开户行|归属地|经|途经|路过|前往|潜逃至|至|回|由|"
    r"行|银行|(?<![a-z])(?:in|lives in|living in|from|near|left for|went to|born in|registered "
    r"in)\s*)(?:是|为|在|于|了|过|到|:|：)*$"
)
#: What follows in the same run is more of the address: 住昆山花桥.
_ADDRESS_BEFORE = re.compile(r"(?:住址?|居住地?|户籍地?|户口|老家|籍贯|地址|位于)(?:是|为|在|于|:|：)*\s?$")
_VERB_INSIDE = re.compile(r"查|核|帮|请|麻烦|协助|调取|确认|涉嫌|诈骗|被")
_ADDRESS_MORE = re.compile(r"[\u3400-\u9fff0-9]*?(?=的|是否|有无|有没有|这|该|[^\u3400-\u9fff0-9]|$)")
_PLACE_AFTER = re.compile(
    r"(?:人(?!民)|籍|户口|户籍地|话|口音|(?:(?![查核请帮调看])[\u4e00-\u9fff]){0,3}(?:支行|分行|银行|农商|信用社)|路|街|大道|站|"
    r"南站|北站|高铁|机场|高速|港|湖|镇|乡|村|小区|"
    r"大厦|广场|酒店|宾馆|医院|大学|学校|号段|本地|当地|牌照|牌|[\u4e00-\u9fff]{2,12}(?:公司|集团|厂|有限))"
)
_OURS_BEFORE = re.compile(
    r"(?:我们是?|我是|我|我局|本|这里是|这边是|来自|咱们?|我们局|(?<![a-z])(?:we are|this is|from|here is|"
    r"i am with|i'm with))[\s:：]*$"
)
#: Between the units of a row.
_ROW = re.compile(r"\s*(?:[、+＋/&,，]|和|及|与|以及|还有|and)\s*")
_OF_A_ROW = 4
_DENIED_BEFORE = re.compile(
    r"(?:不是|并非|而非|(?:不要|不用|别)(?:再|抄送?|发给?|通知|告诉)?|不找|不问|不发给?|不包括|除去?|除了|除开|"
    r"(?<![a-z])(?:not|except(?: for)?|other than|instead of))[\s:：]*$"
)
_DENIED_BEHIND = re.compile(r"\s?(?:以外|之外|外)?")
EDGE = re.compile(r"[\W]|$")
_WORD = re.compile(r"[a-z0-9]")


@lru_cache(maxsize=32_768)
def low(name: str) -> str:
    return fold(name).lower()


def names_of(options: Options) -> Names:
    """What each of these is called, as it is looked for."""
    called = ((low(name), key) for key, names in options.items() for name in names)
    return tuple(dict.fromkeys((name, key) for name, key in called if len(name) > 1))


def places(text: str, names: Names) -> Iterator[tuple[int, int, str]]:
    """Where one of these names stands, and whose it is; Latin ones are whole words."""
    for name, key in names:
        if name not in text:  # of hundreds of names hardly one
            continue
        start = text.find(name)
        while start >= 0:
            end = start + len(name)
            inside = (_WORD.match(text[start]) and _WORD.match(text[start - 1 : start])) or (
                _WORD.match(text[end - 1]) and _WORD.match(text[end : end + 1])
            )
            if not inside:
                yield start, end, key
            start = text.find(name, end)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Mention:
    start: int
    end: int
    key: str
    #: 4: one of a row that is asked; 3: who is asked; 2: where somebody is, whom we are asked to look up;
    #: 1: it says neither; 0: a place
    rank: int = 0
    office: bool = False  #: a station of it is named


def unit_meant(sheet: Sheet, names: Names, *, parents: Mapping[str, str], own: str) -> Meant:
    """The unit that is asked. ``parents``: unit to the one above it; ``own``: the asker's."""
    found = _nested([_ranked(sheet, one) for one in _mentions(sheet, names)], parents)
    found = _without_denied(sheet, [one for one in found if not _is_ours(sheet, one, own)])
    meant = _meant(_joined(sheet, found), own)
    for one in found:
        asked = one.key in meant.keys
        if sheet.take(one.start, one.end, "unit" if asked else "place", one.key) and asked and one.office:
            sheet.left.append(sheet.written(one.start, one.end).strip())
    return meant


def _without_denied(sheet: Sheet, found: list[_Mention]) -> list[_Mention]:
    """Without the units of which it is said that they are not asked: 不是苏州, 除苏州外."""
    kept: list[_Mention] = []
    for one in found:
        denied = _DENIED_BEFORE.search(sheet.low, max(0, one.start - 10), one.start)
        behind = _DENIED_BEHIND.match(sheet.low, one.end) if denied else None
        end = behind.end() if behind else one.end
        if denied is None or not sheet.take(denied.start(), end, "not", one.key):
            kept.append(one)
    return kept


def _joined(sheet: Sheet, found: list[_Mention]) -> list[_Mention]:
    """请昆山、常州查…: all units of a row are asked where one of them is."""
    rows: list[list[_Mention]] = []
    for one in found:
        beside = (
            rows and _ROW.fullmatch(sheet.low, rows[-1][-1].end, one.start) and one.rank and rows[-1][-1].rank
        )
        if beside:
            rows[-1].append(one)
        else:
            rows.append([one])
    asked = [row for row in rows if len({one.key for one in row}) > 1 and max(one.rank for one in row) == 3]
    if len(asked) != 1:
        return found
    return [replace(one, rank=_OF_A_ROW) if one in asked[0] else one for one in found]


def _meant(found: list[_Mention], own: str) -> Meant:
    """The one unit that is asked; where several may be, all that are spoken of."""
    ranks: dict[str, int] = {}
    for one in found:
        if one.key != own or one.rank == _OF_A_ROW:  # nobody asks their own unit here
            ranks[one.key] = max(ranks.get(one.key, 0), one.rank)
    best = max(ranks.values(), default=0)
    told = [key for key, rank in ranks.items() if rank == best]
    spoken = [key for key in ranks if key != own]
    if not spoken:
        return NOBODY
    rivals = [key for key, rank in ranks.items() if rank and key not in told]
    several = best == _OF_A_ROW and own not in told
    if best >= 2 and (len(told) == 1 or several) and not rivals and told != [own]:
        return Meant(keys=tuple(told))
    return Meant(close=tuple(spoken))


def _mentions(sheet: Sheet, names: Names) -> list[tuple[int, int, str]]:
    spans = [
        (start, end, key)
        for start, end, key in places(sheet.low, names)
        if sheet.free(start, end) and not _is_code(sheet, start, end)
    ]
    # A name inside a longer one is none of its own.
    return [
        one
        for one in sorted(set(spans))
        if not any(o[0] <= one[0] and one[1] <= o[1] and o[1] - o[0] > one[1] - one[0] for o in spans)
    ]


def _is_code(sheet: Sheet, start: int, end: int) -> bool:
    """A code of a few letters is one in capitals, by itself, and where nothing says that it is something else."""
    if not sheet.low[start:end].isascii() or end - start > 4:
        return False
    if not sheet.cased[start:end].isupper():
        return True
    return any(mark.start < end and start < mark.end for mark in sheet.known.marks)


def _ranked(sheet: Sheet, mention: tuple[int, int, str]) -> _Mention:
    start, end, key = mention
    text = sheet.low
    before, after = text[max(0, start - 16) : start], text[end : end + 24]
    behind = _BEHIND.match(after)
    reach = end + (behind.end() if behind else 0)
    rest = text[reach : reach + 24]
    office = behind is not None and bool(behind["office"] or behind["station"] or behind["whose"])
    if _PLACE_AFTER.match(rest) and not office:
        return _Mention(start=start, end=end, key=key)
    asked = _ASKED_BEFORE.search(before) is not None
    if _PLACE_BEFORE.search(before) and not asked:
        return _Mention(start=start, end=_address_end(sheet, before, end), key=key)
    alone = (not before or EDGE.match(before[-1])) and EDGE.match(rest)
    if (
        office
        or alone
        or _ASKED_AFTER.match(rest)
        or (asked and (EDGE.match(rest) or _goes_on(sheet, reach)))
    ):
        return _Mention(start=start, end=reach, key=key, rank=3, office=_is_office(behind))
    if _goes_on(sheet, reach):
        return _Mention(start=start, end=reach, key=key, rank=2, office=_is_office(behind))
    return _Mention(start=start, end=end, key=key, rank=1)


def _is_office(behind: re.Match[str] | None) -> bool:
    return behind is not None and bool(behind["station"])


def _address_end(sheet: Sheet, before: str, end: int) -> int:
    """Where an address ends that begins with a place. Three characters that are a name, at its end, are one."""
    if _ADDRESS_BEFORE.search(before) is None:
        return end
    more = _ADDRESS_MORE.match(sheet.low, end)
    stop = more.end() if more else end
    taken = next((s.start for s in sheet.spans if end <= s.start < stop), stop)
    words = sheet.low[end:taken]
    verb = _VERB_INSIDE.search(words)
    if verb is not None:
        return end + verb.start()
    named = words[-3:]
    return taken - 3 if len(words) > 2 and named[0] in SURE and is_name(named) else taken


#: What may follow the unit where somebody of it is asked about: 昆山的…; a name or a number is looked for later.
_OF = re.compile(r"\s*(?:的|市?户籍的?)|有一?个(?:叫|姓)|\s")


def _goes_on(sheet: Sheet, at: int) -> bool:
    """Whether what follows is not more of the name of a place: 苏州工业园区 is not 苏州."""
    if at >= len(sheet.low) or _OF.match(sheet.low, at):
        return True
    return sheet.begins(at) or name_at(sheet, at) is not None


def _nested(found: list[_Mention], parents: Mapping[str, str]) -> list[_Mention]:
    """苏州昆山 is 昆山, and 昆山花桥派出所 the station where that is a unit itself."""
    kept: list[_Mention] = []
    for one in sorted(found, key=lambda m: m.start):
        if kept and one.start <= kept[-1].end + 1 and _above(kept[-1].key, one.key, parents):
            last = kept.pop()
            rank = one.rank if one.rank > 1 else last.rank
            kept.append(replace(one, start=last.start, rank=rank))
        elif not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _above(upper: str, lower: str, parents: Mapping[str, str]) -> bool:
    at, seen = parents.get(lower), {lower}
    while at and at not in seen:
        if at == upper:
            return True
        seen.add(at)
        at = parents.get(at)
    return False


def _is_ours(sheet: Sheet, one: _Mention, own: str) -> bool:
    """我们无锡: who asks says where they are from."""
    return one.key == own and _OURS_BEFORE.search(sheet.low[max(0, one.start - 12) : one.start]) is not None
