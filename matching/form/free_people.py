"""Whom a text in sentences is about: the numbers in it, and the names that stand beside them or are introduced."""

from __future__ import annotations

import re
from dataclasses import replace

from matching.form.free_beside import BORN, ROLES, name_before, name_behind, opens
from matching.form.free_names import (
    HAN_RUN,
    LATIN_NAME,
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
from matching.text.spoken import sound, sound_forms
from matching.words.free_words import CALLED, OTHERS
from matching.words.marks import Says
from matching.words.surnames import is_person, names_in_run

_AND = frozenset("和与及并")
_SOMEBODY = (
    r"(?:one|a certain|[Mm](?:r|s|rs|ister|iss)|(?:this|the|that|a|one) (?:man|woman|person|guy|lady|gentleman|suspect)"
    r"(?: named?| called)?)"
)
#: Household check for Wang Haibo, record of Ma Qiang.
_LATIN_OF = re.compile(
    r"(?: (?:check|record|certificate|info|information|details|data))?s? (?:for|of|on|about) "
    rf"(?:{_SOMEBODY}\.? )?(?P<name>[A-Z][a-z'\-]+(?: [A-Z][A-Za-z'\-]+){{1,2}})"
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
    r"[\s(（:：,，、/|\-—\"“”]{0,3}(?:的|其|,?\s?(?:男|女)[,，\s]{0,2}|id|no\.?|with|holding)?"
    rf"(?:[汉回满壮苗彝藏]族[,，\s]{{0,2}})?(?:{BORN}[,，\s]{{0,2}})?[\s(（:：,，]{{0,2}}"
)
#: 张三李四两人.
_COUNTED = re.compile(r"(?P<run>[\u3400-\u9fff]{4,15}?)(?P<count>[两二三四五六2-6])(?:个?人|名|位)")
_COUNTS = {
    sign: at
    for at, signs in enumerate(("两二2", "三3", "四4", "五5", "六6", "七7", "八8"), start=2)
    for sign in signs
}
#: 潘安、秦岭、方圆三人: a list, and how many they are.
_LISTED = re.compile(
    r"(?P<list>[\u3400-\u9fff]{2,12}(?:[、,，][\u3400-\u9fff]{2,3}){0,6}(?:[、,，]|和|与|及)[\u3400-\u9fff]{2,3}?)"
    r"(?P<count>[两二三四五六七八2-8])(?:个?人|名|位)"
)
_LATIN_ASKED = re.compile(
    r"(?i:(?<![a-z])(?:check|verify|look up|run|trace|find|confirm|about|regarding|concerning|on|suspect|subject|"
    r"holder|owner|driver|subscriber) "
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
    _listed(sheet)
    _asked_for(sheet)
    for span in sheet.of_kind("number"):
        name_before(sheet, span.start, beside=True)
        name_behind(sheet, span.end)
    for span in sheet.of_kind("type"):
        name_before(sheet, span.start)
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
            if len(ways) == 1 and (first == 0 or opens(sheet, run.start(), run.start() + first)):
                at = run.start() + first
                for name in ways[0]:
                    sheet.take(at, at + len(name), "name")
                    at += len(name)
                break


def _listed(sheet: Sheet) -> None:
    """潘安、秦岭、方圆三人: as many names as are said to be there, though one is a word of its own."""
    for run in _LISTED.finditer(sheet.low):
        text, count = run["list"], _COUNTS[run["count"]]
        parts = re.split(r"[、,，]|(?<=[\u3400-\u9fff]{2})[和与及](?=[\u3400-\u9fff]{2})", text)
        at, spans = run.start(), []
        for place, written in enumerate(parts):
            start, part = at, written
            if place == 0:
                sizes = [n for n in (3, 2) if n <= len(part) and is_person(part[-n:])]
                opened = [n for n in sizes if n == len(part) or opens(sheet, start, start + len(part) - n)]
                start += len(part) - opened[0] if opened else 0
                part = part[-opened[0] :] if opened else part
            if len(part) <= 3 and is_person(part):
                spans.append((start, start + len(part)))
            at = sheet.low.find(part, start) + len(part) + 1
        if len(spans) == len(parts) == count:
            for span in spans:
                sheet.take(*span, "name")


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
        for role in ROLES.finditer(run.group()):
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
