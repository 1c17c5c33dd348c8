"""Telephone numbers and addresses in a text in sentences that are somebody else's than whom it is about."""

from __future__ import annotations

import re

from matching.form.free_choices import Names, places
from matching.form.free_names import is_latin_name, is_name
from matching.form.free_sheet import Sheet, Span
from matching.words.call_words import ANYBODYS, ASKED_FOR
from matching.words.free_words import ASKING, CALLED, OTHERS, ROLE, VERB
from matching.words.marks import Mark
from matching.words.surnames import is_person

_KINDS = frozenset({"phone", "email"})
#: What stands between a number and what it belongs to.
_SIGNS = re.compile(r"[\s(（):：）,，、/|\-—\"“”]*")
_LABEL = r"(?:的)?(?:手机号码?|手机|电话号码?|电话|联系电话|号码|邮箱|tel|phone|mobile|email)?[:：\s]*"
_ITSELF = re.compile(r"[\d+]|[\w.+-]+@")
_LABEL_LAST = re.compile(rf"{_LABEL}$")
#: His, and nobody else's: 他的手机, 本人电话, a clause that begins with 手机.
_HIS = re.compile(
    rf"(?:(?:他|她|其|本人|此人|该人|嫌疑人|(?<![a-z])(?:his|her|their)\s)(?:本人)?{_LABEL}"
    r"|(?:^|[,，。;；\s(（])(?:手机号码?|手机|使用手机|机主)[:：是为\s]*)$"
)
#: What may stand before the name.
_OPENS = re.compile(rf"(?:{ROLE.pattern}|{CALLED.pattern}$|(?:的|和|与|跟|及|被|户籍|请|把|给)$)")
#: That speaks of telephones: what is asked may be about the number.
_OF_PHONES = re.compile(r"手机|电话|话单|通话|机主|号码|定位|微信|短信|phone|call|number|mobile|sms")
#: Somebody to be told, or somebody else's: 结果打, 发至, 联系顾一苇, 张警官, 其妻王芳.
_ELSE = re.compile(
    r"(?:打|拨|发[至到给送往]+|回[至到复]|联系|找|转告|告诉|警官|民警|警员|科长|队长|所长|处长|主任|经办人?|办案人|承办人|"
    r"报案人|报警人|举报人|受害人|被害人|受害者|事主|失主|家属|亲属|"
    rf"妻|夫|父|母|子|女|兄|弟|姐|妹|哥|友|老婆|老公|同伙)(?:[\u3400-\u9fff]{{2,4}})?{_LABEL}$"
    rf"|[\u3400-\u9fff](?:队|所|局|处|科){_LABEL}$"
    r"|(?<![a-z])(?:call(?! records?| logs?)|reach|contact|(?<!check )(?<!verify )(?<!trace )(?<!whose "
    r")e?-?mail|send|results?|reply)"
    r"(?: [a-z]+){0,3}[:\s]*$"
)
#: What is asked may be about the telephone number itself.
_ABOUT_PHONES = re.compile(r"机主|号主|实名|开户|话单|通话|定位|subscriber|call (?:records?|log)")
#: Between the name and the number of whoever has signed: nothing, or their office.
_SIGNED = re.compile(
    r"[\s(（:：,，]{0,3}(?:[\u4e00-\u9fff]{2,14}(?:局|所|[支大中]队|队|处|科|室)[\s,，:：]{0,3})?"
    r"(?:电话|手机|tel)?[\s:：]{0,2}"
)
_LAST_SIGNS = " \n,，。.!！)）"
_OF_OFFICE = (
    r"(?:市|县|区)?(?:[\u4e00-\u9fff]{0,10}?(?:局|所|[支大中]队|队|处|科|室|公安|刑侦|刑警|经侦|网安|治安|民警)"
    r"|(?: PSB| police))*"
)
_NAMED = r"(?P<name>[\u3400-\u9fff]{2,3}|[A-Z][A-Za-z'\-]+(?: [A-Z][A-Za-z'\-]+){1,2})"
_TO_NUMBER = r"(?:警官|民警|同志)?[\s,，:：(（]{0,3}(?:手机|电话|tel|phone)?[\s:：]{0,2}"
#: Behind the asker's own unit: 刑侦支队林小满，电话.
_OUR_NAME = re.compile(rf"{_OF_OFFICE}[的\s,，:：]{{0,3}}{_NAMED}{_TO_NUMBER}")
_OUR_OFFICE = re.compile(rf"{_OF_OFFICE}{_TO_NUMBER}")
_NAME_BEFORE = re.compile(rf"(?:^|(?<=[\s,，。;；!！])){_NAMED}[\s,，(（]{{1,3}}$")
_PAPERS = frozenset({"cn_id", "passport", "permit"})
_TO_CALL = re.compile(r"打|拨|发|回|联系|找|警官|民警|我|队长|所长|主任|经办|承办|call|reach|send|mail")


def aside(sheet: Sheet) -> list[tuple[str, bool]]:
    """Take out what is no number of a subject: as it is written in its clause, and whether it is to be called there.

    Where a text has another number, one to call is a subject's only where it stands beside the name or that number,
    or where a word says so (他的手机).
    """
    found = {f.start: f for f in sheet.known.found}
    numbers = sheet.of_kind("number")
    kinds = {s: [f.identifier.kind for at, f in found.items() if s.start <= at < s.end] for s in numbers}
    calls = [s for s in numbers if kinds[s] and _KINDS.issuperset(kinds[s])]
    more = len(calls) < len(numbers)
    told: list[tuple[str, bool]] = []
    last = 0
    for span in numbers:
        if span in calls and (says := _anybodys(sheet, span)) is not None:
            if _may_be_ones_own(sheet, says, more=more):
                sheet.doubt(span)
        elif span in calls and _is_elses(sheet, span, last, more=more):
            line = max((last, *(m.end() for m in re.finditer(r"[,，。;；\n]", sheet.low[: span.start]))))
            sheet.spans.remove(span)
            sheet.spans.append(Span(start=line, end=span.end, what="contact"))
            words = sheet.written(line, span.end).strip(" ,，")
            told.append((words, _TO_CALL.search(words) is not None))
        last = span.end
    return told


def signed(sheet: Sheet, ours: Names) -> list[str]:
    """…，无锡林小满139…, 林小满 无锡市局: the own unit and a name at the end of all, and at most a number to call.
    ``ours``: the names of that unit."""
    last = next(iter(sheet.of_kind("number")[-1:]), None)
    end = len(sheet.low.rstrip(_LAST_SIGNS))
    phone = last if last is not None and last.end >= end else None
    if phone is not None and (not _is_to_call(sheet, phone) or len(sheet.of_kind("number")) < 2):
        return []
    stop = phone.start if phone is not None else end
    for start, behind, _ in places(sheet.low, ours):
        name = _OUR_NAME.fullmatch(sheet.cased, behind, stop)
        before = _NAME_BEFORE.search(sheet.cased[:start], max(0, start - 24))
        if name is not None and _is_somebody(name["name"]):
            first = start
        elif before and _is_somebody(before["name"]) and _OUR_OFFICE.fullmatch(sheet.cased, behind, stop):
            first = before.start("name")
        else:
            continue
        if sheet.take(first, stop, "contact"):
            if phone is not None:
                sheet.spans.remove(phone)
                sheet.spans.append(Span(start=phone.start, end=phone.end, what="contact"))
            return [sheet.written(first, end).strip()]
    return []


def _is_to_call(sheet: Sheet, span: Span) -> bool:
    kinds = {f.identifier.kind for f in sheet.known.found if span.start <= f.start < span.end}
    return bool(kinds) and _KINDS.issuperset(kinds)


def _is_somebody(name: str) -> bool:
    return is_latin_name(name) if name.isascii() else is_name(name)


def _anybodys(sheet: Sheet, span: Span) -> Mark | None:
    """The word in front of a number that says nothing of whose it is (联系电话)."""
    return next((m for m in sheet.known.marks if m.start == span.start and m.word in ANYBODYS), None)


def _may_be_ones_own(sheet: Sheet, says: Mark, *, more: bool) -> bool:
    """…，联系电话139…: the subject's as well as the writer's, where it stands by itself and no other number is the
    writer's; not beside the name or in brackets with it. ``more``: there are other numbers."""
    before = sheet.low[: says.start]
    if not more and _ABOUT_PHONES.search(sheet.low):
        return False
    beside = before[-1:] not in " ,，。;；\n" and _beside_name(before)
    if beside or before.endswith("的") or before.count("(") > before.count(")"):
        return False
    called = sheet.of_kind("contact")
    return not any(s.start <= f.start < s.end for s in called for f in sheet.known.found)


def doubt_last(sheet: Sheet) -> None:
    """…王强3412…，诈骗案，林小满139…: the last name of all, with no more than a telephone number, where the others have
    numbers of their own, may be one more subject or whoever writes."""
    numbers = sheet.of_kind("number")
    kinds = [{f.identifier.kind for f in sheet.known.found if s.start <= f.start < s.end} for s in numbers]
    if not kinds or not kinds[-1] or not _KINDS.issuperset(kinds[-1]):
        return
    if all(map(_PAPERS.isdisjoint, kinds[:-1])):
        return
    number, names = numbers[-1], sheet.of_kind("name")
    signed = [s for s in names if _SIGNED.fullmatch(sheet.low, s.end, number.start)]
    name = next(iter((*signed, *(s for s in names if 0 <= s.start - number.end < 3))), None)
    if name is None or name.end <= numbers[-2].end or sum(not _KINDS.isdisjoint(one) for one in kinds) > 1:
        return
    first, end = min(name.start, number.start), max(name.end, number.end)
    between = sheet.low[numbers[-2].end : first]
    divided = re.search(r"[,，。;；\n ]", between) and not re.search(r"[和与及、]\s*$|同伙|妻|夫", between)
    behind = ASKING.sub("", sheet.low[end:]).strip(" \n,，。.!！)）")
    if divided and not behind and not ROLE.search(between) and not CALLED.search(between):
        sheet.doubt(number, name)


def leave_distant(sheet: Sheet) -> None:
    """A telephone number or an address that other words part from the only one who is named (查李强户籍，诈骗案，138…)
    may be anybody's: it is said to the writer, and nobody's."""
    found = {f.start: f for f in sheet.known.found}
    names = sheet.of_kind("name")
    for span in sheet.of_kind("number"):
        kinds = [f.identifier.kind for at, f in found.items() if span.start <= at < span.end]
        before = [one for one in (*names, *sheet.of_kind("number")) if one.end <= span.start]
        if not names or not kinds or not _KINDS.issuperset(kinds) or not before:
            continue
        between = _words_before(sheet, span, max(one.end for one in before))
        # The name may stand behind it as well: 13812345678李强.
        beside = any(0 <= one.start - span.end < 3 for one in names)
        apart = len(_LABEL_LAST.sub("", between).strip())
        if beside or apart < 4 or _OF_PHONES.search(between) or ASKED_FOR.match(sheet.low, span.end):
            continue
        sheet.leave(span)


def _is_elses(sheet: Sheet, span: Span, last: int, *, more: bool) -> bool:
    before = _words_before(sheet, span, last)
    if ASKED_FOR.match(sheet.low, span.end):
        return False
    if _HIS.search(before):
        return False
    if _ELSE.search(before):
        return True
    if not more:
        return False
    return not (last and _SIGNS.fullmatch(_LABEL_LAST.sub("", before))) and not _beside_name(before)


def _words_before(sheet: Sheet, span: Span, start: int) -> str:
    """What stands before a number itself, the word that announces it included."""
    number = _ITSELF.search(sheet.low, span.start, span.end)
    return sheet.low[start : number.start() if number else span.start]


def _beside_name(before: str) -> bool:
    """Whether a name that is asked about ends there."""
    words = _LABEL_LAST.sub("", before)
    run = re.search(r"([\u3400-\u9fff·]+)[\s(（:：,，]*$", words)
    if run is None:
        return re.search(r"[a-z]{2,} [a-z]{2,}[\s(,:]*$", words) is not None
    text = run.group(1)
    return any(
        is_person(text[-size:])
        and ASKING.fullmatch(text[-size:]) is None
        and (
            len(text) == size
            or _OPENS.search(text[:-size]) is not None
            or VERB.search(text[:-size]) is not None
        )
        and OTHERS.search(text[:-size]) is None
        for size in (2, 3)
        if len(text) >= size
    )
