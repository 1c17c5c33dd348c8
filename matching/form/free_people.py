"""Whom a text in sentences is about: the numbers in it, and the names that stand beside them or are introduced."""

from __future__ import annotations

import re
from dataclasses import replace

from matching.form.free_names import (
    EDGE,
    HAN_RUN,
    LATIN_NAME,
    OF_WHAT,
    closes,
    is_latin_name,
    is_name,
    name_at,
)
from matching.form.free_others import doubt_last, leave_distant
from matching.form.free_sheet import Sheet, Span
from matching.form.negated import negated
from matching.form.subjects import Subjects, read_subjects
from matching.identifiers.callers import callers
from matching.masking.people import han_names
from matching.text.spoken import is_han, is_pinyin, sound, sound_forms
from matching.words.free_words import ASKING, CALLED, HAPPENED, NO_NAME_EN, OTHERS, ROLE, VERB
from matching.words.marks import Says
from matching.words.masking_surnames import SURE
from matching.words.surnames import is_person, names_in_run

_AND = frozenset("和与及并")
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
_SOME_COMPANY = re.compile(r"[一这那该某几]家?(?:公司|集团)$")
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
#: Between two people: the number behind the second is the second's.
_JOINED = re.compile(r"(?<=[\u3400-\u9fff])(?:和|与|跟|及|同)$|被$")
#: A name may follow these: 转账给王海波.
_OPENING = ("的", "给", "向", "对", "是", "称")
_ROLES = re.compile(ROLE.pattern.removesuffix(r"\s*$"))
#: 张三李四两人.
_COUNTED = re.compile(r"(?P<run>[\u3400-\u9fff]{4,15}?)(?P<count>[两二三四五六2-6])(?:个?人|名|位)")
_COUNT_LAST = re.compile(
    r"(?<=[\u3400-\u9fff]{2})(?:[两二三四五六七八九十几]|\d{1,2})(?:个?人|名|位)(?=[^人名位]|$)"
)
_COUNTS = {
    sign: at for at, signs in enumerate(("两二2", "三3", "四4", "五5", "六6"), start=2) for sign in signs
}
_LATIN_ASKED = re.compile(
    r"(?i:(?<![a-z])(?:check|verify|look up|run|trace|find|confirm|about|regarding|concerning|on|suspect|subject) "
    r"(?:(?:whether|if|one|a certain|mr|ms|mrs|up)\.? )?)(?P<name>[A-Z][a-z'\-]+(?: [A-Z][A-Za-z'\-]+){1,2})"
)
_VERBS = re.compile(r"(?:查一下|查下|查询|查找|核实一下|核实|核查|核对|调查|了解|确认|看看|看下|看一下|查)")


def numbers(sheet: Sheet) -> list[str]:
    """Mark the numbers of the text with the words before them. Gives back what is said of the officer to call."""
    contact: list[str] = []
    for start, end in negated(sheet.cased, sheet.known):
        sheet.take(start, end, "not")
    for start, end in callers(sheet.cased, sheet.known):
        if sheet.take(start, end, "contact"):
            contact.append(sheet.written(start, end).strip(" \n,，"))
    for found in sheet.known.found:
        if found.identifier.kind == "case":
            sheet.take(found.start, found.end, "case", found.identifier.raw)
        else:
            start = min(found.label, found.start) if found.label >= 0 else found.start
            if sheet.low.startswith("机主", start):  # 机主 号码138…: what is asked, and then the number
                start += len("机主")
            sheet.take(start, found.end, "number")
    for start, end in sheet.known.foreign:
        sheet.take(start, end, "foreign")
    return contact


def companies(sheet: Sheet) -> None:
    """Mark the names of companies; a place in one is no unit, and 公司 in it no kind of request."""
    for company in _COMPANY.finditer(sheet.cased):
        if _SOME_COMPANY.search(company.group()):  # 苏州一家公司
            continue
        cuts = [cut.end() for cut in _NO_COMPANY.finditer(company.group()[:-4])]
        sheet.take(company.start() + max(cuts, default=0), company.end(), "name")


def people(sheet: Sheet) -> Subjects:
    """The people, cars and so on that the text names. Names and numbers are read together, as in a field of theirs."""
    _introduced(sheet)
    _counted(sheet)
    _asked_for(sheet)
    for span in sheet.of_kind("number"):
        _before(sheet, span.start, beside=True)
        _after(sheet, span.end)
    for span in sheet.of_kind("type"):
        _before(sheet, span.start)
        if sheet.low[span.end : span.end + 1] in _AND:
            continue  # 机主姓名和身份证号
        if (found := name_at(sheet, span.end)) is not None:
            sheet.take(*found, "name")
        elif (latin := _LATIN_OF.match(sheet.cased, span.end)) and is_latin_name(latin["name"]):
            sheet.take(*latin.span("name"), "name")
    _alone(sheet)
    for span in sheet.of_kind("name"):
        _spelled(sheet, span)
    leave_distant(sheet)
    doubt_last(sheet)
    read = _together(sheet)
    return replace(read, unsure=True) if sheet.doubted else read


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
        if sheet.low[at : at + 1] in _AND and called.group()[-1:] not in ":：":
            continue  # 机主姓名和身份证号
        if latin := LATIN_NAME.match(sheet.cased, at):
            sheet.take(at, latin.end(), "name")
        elif found := name_at(sheet, at):
            sheet.take(*found, "name")
        elif (run := HAN_RUN.match(sheet.low, at)) and 2 <= len(run.group()) <= 8:
            word = run.group().split("的")[0]
            if 2 <= len(word) <= 8 and closes(sheet, at + len(word)) and "·" in word:
                sheet.take(at, at + len(word), "name")


def _counted(sheet: Sheet) -> None:
    """查张三李四两人的户籍: as many names as are said to be there, at the end of a run of characters."""
    for run in _COUNTED.finditer(sheet.low):
        text, count = run["run"], _COUNTS[run["count"]]
        for first in range(len(text) - 3):
            ways = names_in_run(text[first:], count)
            if len(ways) == 1 and (first == 0 or _opens(sheet, run.start(), run.start() + first)):
                at = run.start() + first
                for name in ways[0]:
                    sheet.take(at, at + len(name), "name")
                    at += len(name)
                break


def _asked_for(sheet: Sheet) -> None:
    """核实王海波是否…, check Ma Qiang: who stands behind a verb."""
    for verb in _VERBS.finditer(sheet.low):
        found = name_at(sheet, verb.end())
        if found is not None:
            sheet.take(*found, "name")
    for latin in _LATIN_ASKED.finditer(sheet.cased):
        if is_latin_name(latin["name"]):
            sheet.take(*latin.span("name"), "name")


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
        close = beside and not gap.strip(" (（")
        if not _han_before(sheet, begin, end, beside=close, apart=gap.startswith(" ")):
            counted = _COUNT_LAST.search(low, begin, end)  # 王建国、李秀英两人
            last = counted.start() if counted and counted.end() == end else end
            if last == end or not _han_before(sheet, begin, last, beside=False, apart=False):
                _said_before(sheet, begin, end, number=beside)
    elif latin := _latin_before(sheet, begin, end):
        sheet.take(*latin, "name")


def _run_before(sheet: Sheet, begin: int, end: int) -> int:
    """Where the run of Han characters begins that ends at a place."""
    run = re.search(r"[\u3400-\u9fff·•]+$", sheet.low[begin:end])
    return begin + run.start() if run else end


def _han_before(sheet: Sheet, begin: int, end: int, *, beside: bool, apart: bool) -> bool:
    """Take the name that ends right before a number or a kind of request; False where none does."""
    start = _run_before(sheet, begin, end)
    if start == end:
        return True
    if sheet.low[start] in "和与跟籍" and start > 0 and not sheet.free(start - 1, start):
        start += end - start > 2 and is_name(sheet.low[start + 1 : end])  # 张伟3412…和李强, 昆山籍李强
    for size in (3, 2, *range(4, 17)):
        first = end - size
        if first < start or not is_name(sheet.low[first:end], beside=beside, apart=apart):
            continue
        if _goes_before(sheet, start, first, end):
            break
        if first == start or _opens(sheet, start, first):
            sheet.take(first + _is_asked(sheet, first, end), end, "name")
            return True
        if joined := _JOINED.search(sheet.low[start:first]):
            sheet.take(first, end, "name")
            _joined(sheet, start, start + joined.start(), joined.group())
            return True
    return False


def _said_before(sheet: Sheet, begin: int, end: int, *, number: bool) -> None:
    """陈望舒涉嫌诈骗3205…, 陈望舒开滴滴的3205…: a name that words part from its number. Where they are more than what
    happened, it is asked whether the number is theirs. What holds no name is said back."""
    start = _run_before(sheet, begin, end)
    start += _asked_part(sheet.low[start:end])
    word = sheet.low[start:end]
    role = _ROLES.match(sheet.low, start, end)
    found = name_at(sheet, role.end() if role else start)
    if found is not None and found[1] <= end and sheet.take(*found, "name"):
        return
    names = [(a, b) for a, b in han_names(word) if word[a] in SURE and is_name(word[a:b])] if number else []
    known = [(a, b) for a, b in names if not OTHERS.search(word[:a]) and not HAPPENED.search(word[:b])]
    if len(names) == len(known) == 1 and sheet.take(start + known[0][0], start + known[0][1], "name"):
        sheet.doubted = True
        return
    plain = _all_asking(_ROLES.sub("", word)) or HAPPENED.search(word) is not None
    if len(word) > 1 and word[0] not in "这那该" and not plain:
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
        if end - size >= start and is_name(sheet.low[end - size : end]):
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
        VERB.search(before) or ROLE.search(before) or before.endswith(_OPENING) or CALLED.search(before)
        or OTHERS.search(before)
        or _all_asking(before)
    )  # fmt: skip


def _all_asking(text: str) -> bool:
    return _asked_part(text) == len(text)


def _is_asked(sheet: Sheet, first: int, end: int) -> bool:
    """查王强 is 王强, of whom something is asked; somebody is called 查 only where another word asks."""
    if sheet.low[first] != "查" or not is_name(sheet.low[first + 1 : end], apart=True):
        return False
    others = sheet.low[:first] + sheet.low[end:]
    return re.search(r"查|核实|核对|调取|提供|确认|了解|协助", others) is None


def _latin_before(sheet: Sheet, begin: int, end: int) -> tuple[int, int] | None:
    piece = sheet.cased[begin:end]
    capital = [m for m in LATIN_NAME.finditer(piece) if m.end() == len(piece)]
    if capital:
        words = capital[0].group().split(" ")
        while words and _is_no_first(words[0].lower()):
            words = words[1:]
        name = " ".join(words)
        if len(words) < 2 or HAPPENED.search(name.lower()) or not NO_NAME_EN.isdisjoint(name.lower().split()):
            return None
        sheet.doubted |= not is_latin_name(name)  # Will Young
        return end - len(name), end
    small = _LATIN_END.search(piece)
    if small is None:
        return None
    words = small.group().split(" ")[-2:]
    # ma qiang: both of them said in Chinese, and no words of English
    if all(is_pinyin(word) for word in words) and not any(ASKING.fullmatch(word) for word in words):
        return end - len(" ".join(words)), end
    return None


def _is_no_first(word: str) -> bool:
    """Whether a word with a capital begins no name: Record Ma Qiang, FRAUD Ma Qiang."""
    return word in NO_NAME_EN or any(other.fullmatch(word) for other in (ASKING, HAPPENED))


def _after(sheet: Sheet, at: int) -> None:
    """The name behind a number: 3412… 王海波, up to the end of its clause."""
    gap = _BEHIND_NUMBER.match(sheet.low, at)
    start = gap.end() if gap else at
    beside = start > at or sheet.low[start : start + 1] in SURE  # 3412…王海波
    if beside and (found := name_at(sheet, start)) is not None:
        if EDGE.match(sheet.low[found[1] : found[1] + 1] or "\n") or OF_WHAT.match(sheet.low, found[1]):
            sheet.take(*found, "name")
    elif start > at and (latin := LATIN_NAME.match(sheet.cased, start)) and is_latin_name(latin.group()):
        sheet.take(start, latin.end(), "name")


def _alone(sheet: Sheet) -> None:
    """A name that stands by itself between signs, or after what says who that is, where none was found beside."""
    paired = _has_pair(sheet)
    for start, end in sheet.clauses():
        for a, b in sheet.gaps(start, end):
            word = sheet.low[a:b].strip()
            at = sheet.low.find(word, a) if word else a
            if a == start and b == end and _is_alone(sheet, at, at + len(word), paired=paired):
                sheet.take(at, at + len(word), "name")
    for run in HAN_RUN.finditer(sheet.low):
        for role in _ROLES.finditer(run.group()):
            at = run.start() + role.end()
            found = name_at(sheet, at)
            if found is not None and sheet.free(*found):
                sheet.take(*found, "name")


def _is_alone(sheet: Sheet, at: int, end: int, *, paired: bool) -> bool:
    """Whether a whole clause is a name. ``paired``: somebody stands beside a number already."""
    word = sheet.low[at:end]
    if 2 <= len(word) <= 4 and is_name(word):
        return not (paired and _is_of_place(sheet, at))
    return not paired and LATIN_NAME.fullmatch(sheet.cased, at, end) is not None and is_latin_name(word)


def _has_pair(sheet: Sheet) -> bool:
    """Whether somebody's name stands beside a number already."""
    starts = {s.start for s in sheet.of_kind("number")}
    ends = {s.end for s in sheet.of_kind("number")}
    names = sheet.of_kind("name")
    return any(s.end + gap in starts or s.start - gap in ends for s in names for gap in range(3))


def _is_of_place(sheet: Sheet, at: int) -> bool:
    """昆山 花桥: whether a word stands right behind a place, and so may be more of it."""
    end = len(sheet.low[:at].rstrip(" "))
    return end < at and any(s.end == end for s in sheet.of_kind("unit", "place"))


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
