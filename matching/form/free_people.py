"""Whom a text in sentences is about: the numbers in it, and the names that stand beside them or are introduced."""

from __future__ import annotations

import re
from functools import cache

from matching.form.free_others import leave_distant
from matching.form.free_sheet import Sheet, Span
from matching.form.subjects import Subjects, read_subjects
from matching.text.spoken import is_han, is_pinyin, sound, sound_forms
from matching.words.common_words import common_words
from matching.words.free_words import ASKING, CALLED, HAPPENED, KINDS, OTHERS, OWN_NUMBER, ROLE, VERB
from matching.words.marks import Says
from matching.words.masking_surnames import COMPOUND_SURNAMES
from matching.words.names import clean
from matching.words.surnames import is_person

_HAN_RUN = re.compile(r"[\u3400-\u9fff·•]+")
_LATIN_NAME = re.compile(r"[A-Z][A-Za-z'\-]+(?: [A-Z][A-Za-z'\-]+){1,3}")
_LATIN_END = re.compile(r"(?:[A-Za-z'\-]+ ){1,2}[A-Za-z'\-]+$")
#: Household check for Wang Haibo, record of Ma Qiang.
_LATIN_OF = re.compile(
    r"(?: (?:check|record|certificate|info|information|details|data))?s? (?:for|of|on|about) "
    r"(?:(?:one|a certain|Mr|Ms|Mrs)\.? )?(?P<name>[A-Z][a-z'\-]+(?: [A-Z][A-Za-z'\-]+){1,2})"
)
_LATIN_AT_END = re.compile(r"(?P<name>[A-Za-z]{2,}(?: [A-Za-z]{2,}){1,2})[ (（/,，]{1,2}$")
_LATIN_BEHIND = re.compile(r"[ (（/]{1,2}(?P<name>[A-Za-z]{2,}(?: [A-Za-z]{2,}){1,2})\s?[)）]?")
_COMPANY = re.compile(
    r"[\u3400-\u9fff()（）]{4,30}?(?:有限责任公司|股份有限公司|有限公司|集团|公司|合作社|经营部|商行)"
)
#: Words in front of a company's name that are none of it.
_NO_COMPANY = re.compile(
    r"查一下|查下|查询|核实|核查|调取|查|名为|名叫|叫|的|是|请|帮忙?|我们|麻烦|企业|关于"
)
#: What may stand between a name and its number: brackets, a comma, 的, the label of the number is taken with it.
_JOINT = re.compile(
    r"[\s(（:：,，、/|\-—\"“”]{0,3}(?:的|其|,?\s?(?:男|女)[,，\s]{0,2}|id|no\.?|with|holding)?[\s(（:：,，]{0,2}"
)
_BEFORE_NUMBER = re.compile(r"(?:[\s(（:：,，、/|\-—\"“”]|的|其|男|女|汉族|\bid\b|\bno\b\.?)+$")
_KIN = r"(?:妻子?|丈夫|老公|老婆|父亲|母亲|儿子|女儿|哥哥?|弟弟?|姐姐?|妹妹?|朋友|同伙|同事)"
_BEHIND_NUMBER = re.compile(
    rf"[\s)）:：,，、]{{0,3}}(?:叫|姓名[:：]?|是|(?:和|与|及|以及|还有|跟)(?:他|她|其)?(?:的)?{_KIN}?)?"
)
_OWN_BEHIND = re.compile(
    r"[\s,，]{0,2}(?:联系我|找我|打我|是我的?(?:电话|手机)|我的?(?:电话|手机)|call me|is my number)"
)
#: Between two people: the number behind the second is the second's.
_JOINED = re.compile(r"(?<=[\u3400-\u9fff])(?:和|与|跟|及|同)$|被$")
_LINE_END = re.compile(r"[\n。;；]")
_EDGE = re.compile(r"[\s,，。;；!！?？、:：()（）\"“”|\n]")
_OF_WHAT = re.compile(r"\s*(?:的|这个人|这人|此人|本人|是否|有无|有没有|是不是|在不在|现在)")
_ROLES = re.compile(ROLE.pattern.removesuffix(r"\s*$"))
_VERBS = re.compile(r"(?:查一下|查下|查询|查找|核实一下|核实|核查|核对|调查|了解|确认|看看|看下|看一下|查)")
_NOT_NAMED = frozenset("的了是在有和与及吗呢吧请帮查把被给要用发")


@cache
def _common() -> frozenset[str]:
    return common_words()


def numbers(sheet: Sheet) -> list[str]:
    """Mark the numbers of the text with the words before them. Gives back what is said of the officer to call."""
    contact: list[str] = []
    for mark in sheet.known.marks:
        if mark.says is Says.CONTACT:
            stop = _LINE_END.search(sheet.low, mark.end)
            end = stop.start() if stop else len(sheet.low)
            if sheet.take(mark.start, end, "contact"):
                contact.append(sheet.written(mark.start, end).strip(" ,，"))
    for found in sheet.known.found:
        start = min(found.label, found.start) if found.label >= 0 else found.start
        if found.identifier.kind == "case":
            sheet.take(found.start, found.end, "case", found.identifier.raw)
        elif found.identifier.kind == "phone" and (
            own := OWN_NUMBER.search(sheet.low[max(0, found.start - 16) : found.start])
        ):
            begin = max(0, found.start - 16) + own.start()
            if sheet.take(begin, found.end, "contact"):
                contact.append(sheet.written(begin, found.end).strip(" ,，"))
        elif found.identifier.kind == "phone" and (behind := _OWN_BEHIND.match(sheet.low, found.end)):
            if sheet.take(start, behind.end(), "contact"):
                contact.append(sheet.written(start, behind.end()).strip(" ,，"))
        else:
            sheet.take(start, found.end, "number")
    for start, end in sheet.known.foreign:
        sheet.take(start, end, "foreign")
    return contact


def name_at(sheet: Sheet, at: int) -> tuple[int, int] | None:
    """The name that begins at a place and ends where a number, 的 or a clause's end says so."""
    run = _HAN_RUN.match(sheet.cased, at)
    if run is None:
        return None
    for size in _sizes(run.group()):
        end = at + size
        if _is_name(run.group()[:size]) and _closes(sheet, end):
            return at, end
    return None


def _sizes(run: str) -> list[int]:
    if "·" in run[:12] or "•" in run[:12]:
        return list(range(min(len(run), 16), 3, -1))
    if run[:2] in COMPOUND_SURNAMES:
        return [4, 3] if len(run) > 3 else [3]
    return [size for size in (3, 2, 4) if size <= len(run)]


def _closes(sheet: Sheet, at: int) -> bool:
    """Whether a name may end here: before what is understood, a sign, 的."""
    low = sheet.low
    if at >= len(low) or _EDGE.match(low, at) or _OF_WHAT.match(low, at):
        return True
    return HAPPENED.match(low, at) is not None or sheet.begins(at)


@cache
def _kinds_of_request() -> frozenset[str]:
    return frozenset(word for _, han, _ in KINDS for word in han.split())


def _is_name(word: str, *, beside: bool = False, apart: bool = False) -> bool:
    """A word of a person's form that is no other word. ``beside``: a number stands directly behind it (刘和平3205…);
    ``apart``: with a space between, so that 王有 3205… does not go on."""
    if "·" in word or "•" in word:
        parts = re.split("[·•]", word)
        return all(2 <= len(part) <= 6 for part in parts)
    if len(word) == 4 and word[:2] not in COMPOUND_SURNAMES:
        return False
    if word[0] == "查" and (word[1:] in _kinds_of_request() or word[1:] in _common()):
        return False  # 查开房
    if word[0] in "小老" or (word[0] == "查" and word[1] in "个下一询找看收证封明实"):
        return False
    inner = (
        word[2:] if beside and len(word) == 3 and word[0] != "查" and word[1] in "和有发要用" else word[1:]
    )
    if word[-1] in ("和有发要用" if apart and len(word) == 2 else "有发" if apart else ""):
        inner = inner[:-1]
    if word in _common() or not _NOT_NAMED.isdisjoint(inner) or HAPPENED.fullmatch(word):
        return False
    return is_person(clean(word)) and ASKING.fullmatch(word) is None


def companies(sheet: Sheet) -> None:
    """Mark the names of companies; a place in one is no unit, and 公司 in it no kind of request."""
    for company in _COMPANY.finditer(sheet.cased):
        cuts = [cut.end() for cut in _NO_COMPANY.finditer(company.group()[:-4])]
        sheet.take(company.start() + max(cuts, default=0), company.end(), "name")


def people(sheet: Sheet) -> Subjects:
    """The people, cars and so on that the text names. Names and numbers are read together, as in a field of theirs."""
    _introduced(sheet)
    _asked_for(sheet)
    for span in sheet.of_kind("number"):
        _before(sheet, span.start, beside=True)
        _after(sheet, span.end)
    for span in sheet.of_kind("type"):
        _before(sheet, span.start)
        if (found := name_at(sheet, span.end)) is not None:
            sheet.take(*found, "name")
        elif latin := _LATIN_OF.match(sheet.cased, span.end):
            sheet.take(*latin.span("name"), "name")
    _alone(sheet)
    for span in sheet.of_kind("name"):
        _spelled(sheet, span)
    leave_distant(sheet)
    return _together(sheet)


def _spelled(sheet: Sheet, name: Span) -> None:
    """Wang Haibo 王海波: the same name once more, in the letters of a passport, is nobody else."""
    said = sound(sheet.low[name.start : name.end])
    for found in (
        _LATIN_AT_END.search(sheet.cased, max(0, name.start - 32), name.start),
        _LATIN_BEHIND.match(sheet.cased, name.end),
    ):
        if found is not None and said and said in sound_forms(found["name"]):
            sheet.take(found.start(), found.end(), "spelled")


def _asked_part(text: str) -> int:
    """How much at the beginning of a run of characters only asks (帮忙查一下…)."""
    at = 0
    while (asking := ASKING.match(text, at)) is not None and asking.end() > at:
        at = asking.end()
    return at


def _introduced(sheet: Sheet) -> None:
    """叫…, 名为…, 姓名…, named …; and 嫌疑人…."""
    for called in CALLED.finditer(sheet.low):
        if not sheet.free(called.start(), called.end()) and not _in_label(sheet, called.start()):
            continue
        at = called.end()
        if latin := _LATIN_NAME.match(sheet.cased, at):
            sheet.take(at, latin.end(), "name")
        elif found := name_at(sheet, at):
            sheet.take(*found, "name")
        elif (run := _HAN_RUN.match(sheet.low, at)) and 2 <= len(run.group()) <= 8:
            word = run.group().split("的")[0]
            if 2 <= len(word) <= 8 and _closes(sheet, at + len(word)) and "·" in word:
                sheet.take(at, at + len(word), "name")


def _asked_for(sheet: Sheet) -> None:
    """核实王海波是否…: who stands behind a verb."""
    for verb in _VERBS.finditer(sheet.low):
        found = name_at(sheet, verb.end())
        if found is not None:
            sheet.take(*found, "name")


def _in_label(sheet: Sheet, at: int) -> bool:
    return any(mark.start <= at < mark.end for mark in sheet.known.marks if mark.says is Says.NAME)


def _before(sheet: Sheet, at: int, *, beside: bool = False) -> None:
    """The name that ends before a number or a kind of request."""
    low = sheet.low
    floor = max((s.end for s in sheet.spans if s.end <= at), default=0)
    begin = max(floor, at - 24)
    piece = low[begin:at]
    trimmed = _BEFORE_NUMBER.sub("", piece)
    end = begin + len(trimmed)
    if not trimmed or "\n" in piece:
        return
    if is_han(trimmed[-1]) or trimmed[-1] in "·•":
        gap = low[end:at]
        _han_before(sheet, begin, end, beside=beside and not gap.strip(" (（"), apart=gap.startswith(" "))
    elif latin := _latin_before(sheet, begin, end):
        sheet.take(*latin, "name")


def _han_before(sheet: Sheet, begin: int, end: int, *, beside: bool, apart: bool) -> None:
    run = re.search(r"[\u3400-\u9fff·•]+$", sheet.low[begin:end])
    if run is None:
        return
    start = begin + run.start()
    if sheet.low[start] in "和与跟籍" and start > 0 and not sheet.free(start - 1, start):
        start += end - start > 2 and _is_name(sheet.low[start + 1 : end])  # 张伟3412…和李强, 昆山籍李强
    for size in (3, 2, *range(4, 17)):
        first = end - size
        if first < start or not _is_name(sheet.low[first:end], beside=beside, apart=apart):
            continue
        if _goes_before(sheet, start, first, end):
            break
        if first == start or _opens(sheet, start, first):
            sheet.take(first + _is_asked(sheet, first, end), end, "name")
            return
        if joined := _JOINED.search(sheet.low[start:first]):
            sheet.take(first, end, "name")
            _joined(sheet, start, start + joined.start(), joined.group())
            return
    start += _asked_part(sheet.low[start:end])
    word = sheet.low[start:end]
    if (
        len(word) > 1
        and word[0] not in "这那该"
        and not _all_asking(_ROLES.sub("", word))
        and not HAPPENED.search(word)
    ):
        sheet.unsaid.append(sheet.written(start, end))


def _goes_before(sheet: Sheet, start: int, first: int, end: int) -> bool:
    """Whether 华和 is rather the end of 于华和, or of 华, and somebody else: two characters of which the last may be a
    word, and in front of them a surname."""
    ends_as_word = end - first == 2 and sheet.low[end - 1] in "和有发要用"
    return ends_as_word and first > start and is_person(sheet.low[first - 1 : end])


def _joined(sheet: Sheet, start: int, end: int, word: str) -> None:
    """查张伟和李强3205…: who stands in front is asked about where a verb says so, and else only repeated."""
    if word == "被":
        return
    for size in (3, 2):
        if end - size >= start and _is_name(sheet.low[end - size : end]):
            first = end - size + _is_asked(sheet, end - size, end)
            if VERB.search(sheet.low[start:first]):
                sheet.take(first, end, "name")
            else:
                sheet.unsaid.append(sheet.written(end - size, end))
            return


def _opens(sheet: Sheet, start: int, first: int) -> bool:
    """Whether what stands before a name in its run is no part of it: it asks, or says who that is."""
    before = sheet.low[start:first]
    return bool(
        VERB.search(before) or ROLE.search(before) or before.endswith("的") or CALLED.search(before)
        or OTHERS.search(before)
        or _all_asking(before)
    )  # fmt: skip


def _all_asking(text: str) -> bool:
    return _asked_part(text) == len(text)


def _is_asked(sheet: Sheet, first: int, end: int) -> bool:
    """查王强 is 王强, of whom something is asked; somebody is called 查 only where another word asks."""
    if sheet.low[first] != "查" or not _is_name(sheet.low[first + 1 : end], apart=True):
        return False
    others = sheet.low[:first] + sheet.low[end:]
    return re.search(r"查|核实|核对|调取|提供|确认|了解|协助", others) is None


def _latin_before(sheet: Sheet, begin: int, end: int) -> tuple[int, int] | None:
    piece = sheet.cased[begin:end]
    capital = [m for m in _LATIN_NAME.finditer(piece) if m.end() == len(piece)]
    if capital:
        words = capital[0].group().split(" ")
        while words and ASKING.fullmatch(words[0].lower()):
            words = words[1:]
        if len(words) > 1:
            return end - len(" ".join(words)), end
        return None
    small = _LATIN_END.search(piece)
    if small is None:
        return None
    words = small.group().split(" ")[-2:]
    # ma qiang: both of them said in Chinese, and no words of English
    if all(is_pinyin(word) for word in words) and not any(ASKING.fullmatch(word) for word in words):
        return end - len(" ".join(words)), end
    return None


def _after(sheet: Sheet, at: int) -> None:
    """The name behind a number: 3412… 王海波, up to the end of its clause."""
    gap = _BEHIND_NUMBER.match(sheet.low, at)
    start = gap.end() if gap else at
    if start > at and (found := name_at(sheet, start)) is not None:
        if _EDGE.match(sheet.low[found[1] : found[1] + 1] or "\n") or _OF_WHAT.match(sheet.low, found[1]):
            sheet.take(*found, "name")
    elif start > at and (latin := _LATIN_NAME.match(sheet.cased, start)):
        sheet.take(start, latin.end(), "name")


def _alone(sheet: Sheet) -> None:
    """A name that stands by itself between signs, or after what says who that is, where none was found beside."""
    for start, end in sheet.clauses():
        for a, b in sheet.gaps(start, end):
            word = sheet.low[a:b].strip()
            at = sheet.low.find(word, a) if word else a
            if 2 <= len(word) <= 4 and (a == start and b == end) and _is_name(word):
                sheet.take(at, at + len(word), "name")
    for run in _HAN_RUN.finditer(sheet.low):
        for role in _ROLES.finditer(run.group()):
            at = run.start() + role.end()
            found = name_at(sheet, at)
            if found is not None and sheet.free(*found):
                sheet.take(*found, "name")


def _together(sheet: Sheet) -> Subjects:
    """Names and numbers in their order, as they would stand in a field of theirs."""
    pieces: list[str] = []
    last = -1
    named = [s for s in sheet.of_kind("name") if not _is_other(sheet, s.start, s.end)]
    spans = sorted([*named, *sheet.of_kind("number")], key=lambda s: s.start)
    for span in _once(sheet, spans):
        if last >= 0:
            between = sheet.low[last : span.start]
            joint = _JOINT.fullmatch(between) is not None and "、" not in between and "\n" not in between
            pieces.append(" " if joint else "\n" if "\n" in between else "，")
        pieces.append(sheet.written(span.start, span.end).strip())
        last = span.end
    return read_subjects("".join(pieces)) if pieces else Subjects()


def _once(sheet: Sheet, spans: list[Span]) -> list[Span]:
    """Without the names that are said again where their number does not stand."""
    starts = [s.start for s in spans if s.what == "number"]
    text = {s: sheet.low[s.start : s.end] for s in spans if s.what == "name"}
    sure = {s for s in text if any(0 <= at - s.end < 4 for at in starts)}
    seen: set[str] = set()
    kept: list[Span] = []
    for span in spans:
        name = text.get(span)
        again = name is not None and (name in seen or any(text[s] == name for s in sure))
        if span in sure or not again:
            kept.append(span)
            seen.add(name or "")
    return kept


def _is_other(sheet: Sheet, start: int, end: int) -> bool:
    """受害人李小红: spoken of, and nobody asks about her where there is anybody else, unless her number is there."""
    if OTHERS.search(sheet.low[max(0, start - 8) : start]) is None:
        return False
    return len(sheet.of_kind("name")) > 1 and not any(
        s.start - end < 6 and s.start >= end for s in sheet.of_kind("number")
    )
