"""Addresses in free text: what leads to somebody's door is hidden, the town is not."""

from __future__ import annotations

import re
from collections.abc import Iterator

_HAN = r"\u3400-\u9fff"
_NUMBER = (
    r"(?:[0-9A-Za-z]{1,6}(?:[-—–/][0-9A-Za-z]{1,5}){0,3}|[甲乙丙丁东西南北一二三四五六七八九十百〇零]{1,6})"
)
_DETAIL = re.compile(
    rf"{_NUMBER}\s?(?:号楼|号院|号(?![码令线召称外])|弄|幢|栋|座|单元|室|楼(?![上下道梯盘])|层|组|队(?![员长伍])|户(?![籍口主型])|号房|房(?![东产]))"
)
_ROAD = re.compile(
    rf"[{_HAN}0-9]{{1,12}}(?:路|街|大道|道|巷|弄|胡同|小区|花园|公寓|新村|家园|苑|园|村|社区|里|庄|屯|坊|湾|大厦|广场|组)$"
)
_UPPER = re.compile(
    r".*(?:省|自治区|市|县|区|旗|镇|乡|街道|在|于|住|至|到|迁|址|地|从|往|经|是|为|系|查|的)", re.DOTALL
)
_CUE = re.compile(
    r"(?:户籍(?:所在)?地址?|户口所在地|居住地址?|现住址?|家庭住址|住址|地址|住所|家住|住在|居住在|现居|暂住(?:地|在|于)?|租住(?:在|于)?|收货地址?|"
    r"送达地址|寄往|迁至|迁入|迁往|落户(?:在|于)?|籍贯|老家)(?:\s?[::为是在于]\s?|\s)*"
)
_CLAUSE = re.compile(r"[^，,。；;\n（(）)、]{1,40}")
_TOWN = re.compile(rf"(?:[{_HAN}]{{2,8}}?(?:省|自治区|市|州|盟|县|区|旗)){{1,4}}")
_MARKS = re.compile(r"[路街巷弄村镇乡组号幢栋室楼苑园屯坊0-9]")
_ENGLISH = re.compile(
    r"(?:(?:Room|Flat|Unit|Apt|Apartment|No|Block|Building)\.?\s?\w{1,6},?\s){0,3}\d{1,5}[A-Za-z]?,?\s(?:[A-Z][a-z']{1,15}\s){1,4}"
    r"(?:Road|Rd|Street|St|Avenue|Ave|Lane|Ln|Drive|Court|Village)\b",
)
BACK = 16  # characters before a house's number that may name its road


def addresses(text: str) -> Iterator[tuple[int, int]]:
    """Where addresses stand in a folded text, from the road or village on. May overlap."""
    details = [found.span() for found in _DETAIL.finditer(text)]
    at = 0
    while at < len(details):
        start, end = details[at]
        last = at
        while last + 1 < len(details) and details[last + 1][0] - end <= 1:
            last += 1
            end = details[last][1]
        road = _ROAD.search(text, max(0, start - BACK), start)
        if road is not None:
            yield _below_the_town(text, road.start(), start), end
        elif last > at:
            yield start, end
        at = last + 1
    for cue in _CUE.finditer(text):
        clause = _CLAUSE.match(text, cue.end())
        if clause is None:
            continue
        town = _TOWN.match(text, cue.end(), clause.end())
        begin = town.end() if town else cue.end()
        if clause.end() - begin >= 2 and _MARKS.search(text, begin, clause.end()):
            yield begin, clause.end()
    for english in _ENGLISH.finditer(text):
        yield english.span()


def _below_the_town(text: str, start: int, end: int) -> int:
    upper = _UPPER.match(text, start, end - 1)
    return upper.end() if upper and upper.end() < end else start
