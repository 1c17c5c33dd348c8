"""The name beside a number or a kind of request: the one that ends before it, or stands behind it."""

from __future__ import annotations

import re

from matching.form.free_names import EDGE, LATIN_NAME, OF_WHAT, is_latin_name, is_name, name_at
from matching.form.free_sheet import Sheet
from matching.masking.people import han_names
from matching.text.spoken import is_han, is_pinyin
from matching.words.free_words import ASKING, CALLED, HAPPENED, NO_NAME_EN, OTHERS, ROLE, VERB
from matching.words.masking_surnames import SURE
from matching.words.surnames import is_person

#: Who somebody is in a case, wherever it is said: 嫌疑人, suspect.
ROLES = re.compile(ROLE.pattern.removesuffix(r"\s*$"))
_LATIN_END = re.compile(r"(?:[A-Za-z'\-]+ ){1,2}[A-Za-z'\-]+$")
BORN = r"(?:出?生于)?(?:19|20)\d\d(?:年(?:\d{1,2}月)?(?:\d{1,2}[日号])?|[./-]\d{1,2}[./-]\d{1,2})(?:出?生)?"
_BEFORE_NUMBER = re.compile(
    rf"(?:[\s(（:：,，、/|\-—\"“”]|的|其|男|女|[汉回满壮苗彝藏]族|\d{{1,2}}岁|{BORN}|\bid\b|\bno\b\.?)+$"
)
_KIN = r"(?:妻子?|丈夫|老公|老婆|父亲|母亲|儿子|女儿|哥哥?|弟弟?|姐姐?|妹妹?|朋友|同伙|同事)"
_BEHIND_NUMBER = re.compile(
    rf"[\s)）:：,，、]{{0,3}}(?:叫|姓名[:：]?|是|(?:和|与|及|以及|还有|跟)(?:他|她|其)?(?:的)?{_KIN}?)?"
)
#: Between two people: the number behind the second is the second's.
_JOINED = re.compile(r"(?<=[\u3400-\u9fff])(?:和|与|跟|及|同)$|被$")
#: A name may follow these: 转账给王海波.
_ITEM = re.compile(r"[\s>|]*(?:\d{1,2}\s?[.、)）]|[-•*·])\s*")
_RELATIVE = re.compile(rf"(?:{_KIN}|邻居|姐夫|妹夫|岳父|岳母)$")
_OPENING = ("的", "给", "向", "对", "是", "称", "那个", "这个", "有个", "一个", "一名", "一位")
_COUNT_LAST = re.compile(
    r"(?<=[\u3400-\u9fff]{2})(?:[两二三四五六七八九十几]|\d{1,2})(?:个?人|名|位)(?=[^人名位]|$)"
)


def name_before(sheet: Sheet, at: int, *, beside: bool = False) -> None:
    """The name that ends before a number or a kind of request."""
    low = sheet.low
    floor = max((s.end for s in sheet.spans if s.end <= at), default=0)
    begin = max(floor, at - 32)
    piece = low[begin:at]
    if (line := piece.rfind("\n") + 1) and piece[
        line:
    ].strip():  # what stands on the line above is no name here
        begin, piece = begin + line, piece[line:]
    trimmed = _BEFORE_NUMBER.sub("", piece)
    end = begin + len(trimmed)
    if not trimmed or "\n" in piece:
        return
    if is_han(trimmed[-1]) or trimmed[-1] in "·•":
        if beside and _is_item(sheet, begin, end):  # 2. 成功 4130…: a list of people, though a word
            sheet.take(_run_before(sheet, begin, end), end, "name")
            return
        gap = low[end:at]
        close = beside and not gap.strip(" (（")
        if not _han_before(sheet, begin, end, beside=close, apart=gap.startswith(" ")):
            counted = _COUNT_LAST.search(low, begin, end)  # 王建国、李秀英两人
            last = counted.start() if counted and counted.end() == end else end
            if last == end or not _han_before(sheet, begin, last, beside=False, apart=False):
                _said_before(sheet, begin, end, number=beside)
    elif latin := _latin_before(sheet, begin, end):
        sheet.take(*latin, "name")


def _is_item(sheet: Sheet, begin: int, end: int) -> bool:
    """Whether nothing but a word of a name's form stands between the sign of an item and a number."""
    start = _run_before(sheet, begin, end)
    line = sheet.low[sheet.low.rfind("\n", 0, start) + 1 : start]
    word = sheet.low[start:end]
    return (
        _ITEM.fullmatch(line) is not None
        and 2 <= len(word) <= 3
        and is_person(word)
        and sheet.free(start, end)
    )


def name_behind(sheet: Sheet, at: int) -> None:
    """The name behind a number: 3412… 王海波, up to the end of its clause."""
    gap = _BEHIND_NUMBER.match(sheet.low, at)
    start = gap.end() if gap else at
    beside = start > at or sheet.low[start : start + 1] in SURE  # 3412…王海波
    if beside and (found := name_at(sheet, start)) is not None:
        if EDGE.match(sheet.low[found[1] : found[1] + 1] or "\n") or OF_WHAT.match(sheet.low, found[1]):
            sheet.take(*found, "name")
    elif start > at and (latin := LATIN_NAME.match(sheet.cased, start)) and is_latin_name(latin.group()):
        sheet.take(start, latin.end(), "name")


def _asked_part(text: str) -> int:
    """How much at the beginning of a run of characters only asks (帮忙查一下…)."""
    at = 0
    while (asking := ASKING.match(text, at)) is not None and asking.end() > at:
        at = asking.end()
    return at


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
        if first < start:
            continue
        word = sheet.low[first:end]  # 他哥哥万里4130…: a word as well, and here a name
        related = (
            beside and size < 4 and is_person(word) and _RELATIVE.search(sheet.low[start:first]) is not None
        )
        if not related and not is_name(word, beside=beside, apart=apart):
            continue
        if _goes_before(sheet, start, first, end):
            break
        if first == start or opens(sheet, start, first):
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
    role = ROLES.match(sheet.low, start, end)
    found = name_at(sheet, role.end() if role else start)
    if found is not None and found[1] <= end and sheet.take(*found, "name"):
        return
    names = [(a, b) for a, b in han_names(word) if word[a] in SURE and is_name(word[a:b])] if number else []
    known = [(a, b) for a, b in names if not OTHERS.search(word[:a]) and not HAPPENED.search(word[:b])]
    if len(names) == len(known) == 1 and sheet.take(start + known[0][0], start + known[0][1], "name"):
        sheet.doubted = True
        return
    plain = _all_asking(ROLES.sub("", word)) or HAPPENED.search(word) is not None
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


def opens(sheet: Sheet, start: int, first: int) -> bool:
    """Whether what stands before a name in its run is no part of it: it asks, or says who that is."""
    before = sheet.low[start:first]
    return bool(
        _RELATIVE.search(before)
        or VERB.search(before) or ROLE.search(before) or before.endswith(_OPENING) or CALLED.search(before)
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
