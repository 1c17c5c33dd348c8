"""What of a text's digits is known to be harmless: times, amounts, counts, articles of law, our own numbers.

All else is hidden: a list of what is dangerous is never whole. Shapes are written so that no identifier has
them, whatever stands between its digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_YEAR = r"(?:19|20)\d\d"
_MONTH = r"(?:1[0-2]|0?[1-9])"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_CLOCK = r"(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d(?:\.\d{1,3})?)?"
_ALONE = r"(?<![\dA-Za-z])(?<![\dA-Za-z][.:/\-])"  # no part of a longer number stands before
_END = r"(?![\dA-Za-z])(?![.:/\-]\d)"  # nor after
_MONTHS = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}\.?"
_UNITS = (
    "万元|亿元|千元|百元|美元|港元|港币|欧元|日元|英镑|人民币|元|万|亿|余元|多元|块|角|"
    "人|名|位|户|件|份|个|次|起|宗|条|张|台|部|辆|架|艘|枚|支|把|套|页|本|册|笔|批|组|项|点|"
    "天|日|周|月|年|岁|小时|时|分钟|分|秒|工作日|倍|度|余|多|"
    "公里|千米|米|厘米|毫米|平方米|平方|亩|公斤|千克|克|吨|升|毫升|"
    "%|％|°|℃|km|kg|cm|mm|ml|mb|gb|kb|days?|hours?|hrs?|minutes?|mins?|weeks?|months?|years?|"
    "people|persons|cases|items|copies|yuan|rmb|cny|usd|hkd|eur"
)
_AMOUNT = r"(?:\d{1,3}(?:,\d{3}){1,3}|\d{1,9})(?:\.\d{1,4})?"
_MONEY = r"[¥￥$€£]|RMB|CNY|USD|HKD|EUR|人民币|金额|共计|合计|总计|价值|损失|赃款|转账|汇款|支付|收取|骗取|约"

#: Dates and times, which may stand beside each other but not within a number.
_MOMENTS = re.compile(
    rf"{_ALONE}(?:"
    rf"{_YEAR}([-/.]){_MONTH}\1{_DAY}(?:[T ]?{_CLOCK})?"
    rf"|{_DAY}([-/.]){_MONTH}\2{_YEAR}(?:[T ]?{_CLOCK})?"
    rf"|{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[T ]?(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?)?"
    rf"|{_YEAR}[-/.]{_MONTH}"
    rf"|{_YEAR}(?:0[1-9]|1[0-2])"
    rf"|{_YEAR}\s?[-~至到—–]{{1,2}}\s?{_YEAR}"
    rf"|{_CLOCK}(?:\s?[-~至到—–]{{1,2}}\s?{_CLOCK})?"
    rf"|{_DAY}(?:st|nd|rd|th)?\s{_MONTHS},?(?:\s{_YEAR})?|{_MONTHS}\s{_DAY}(?:st|nd|rd|th)?(?:,?\s{_YEAR})?"
    rf"|{_MONTHS}\s{_YEAR}"
    rf")(?:Z|[+-]\d\d:\d\d)?{_END}",
    re.IGNORECASE,
)
_OTHERS = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        rf"{_ALONE}{_AMOUNT}\s?(?:{_UNITS})(?![A-Za-z])",
        rf"(?:{_MONEY})\s?[::]?\s?(?:人民币|约|了)?\s?(?:\d{{1,3}}(?:,\d{{3}}){{1,3}}|\d{{1,8}})(?:\.\d{{1,2}})?{_END}",
        r"第\s?\d{1,4}(?:-\d{1,4})?\s?(?:条|款|项|章|节|页|次|批|期|届|号令|季度|版|中队|大队)",
        r"[(\[〔【]\s?20\d\d\s?[)\]〕】]\s?第?\s?\d{1,5}\s?号",
        rf"{_ALONE}(?:GB|GA|GB/T|GA/T|ISO|DB\d\d)\s?\d{{3,5}}(?:\.\d{{1,2}})?(?:-{_YEAR})?{_END}",
        r"(?<=拨打)(?:12345|12389|96110|12110|12321|12315)(?!\d)",
        rf"{_ALONE}(?:12345|12389|96110|12110|12321|12315)(?=热线|平台|电话|工单|投诉|举报|反诈)",
    )
)
#: Numbers of requests: KS26-0042, /r_KS26_0042, and of parts of them: KS26-0042-1.
_REQUEST = re.compile(
    rf"{_ALONE}(?:/r_)?[A-Z]{{2,10}}[0-9]{{0,3}}(?:DRILL)?[23]\d[-_]\d{{4,5}}(?:[-_]\d{{1,2}})?{_END}"
)


def harmless(text: str) -> Iterator[tuple[int, int, bool]]:
    """Where something harmless stands in a folded text, and whether it is a moment without signs in it,
    which a part of a longer number may look like."""
    if not _ANY.search(text):
        return
    for found in _MOMENTS.finditer(text):
        yield found.start(), found.end(), found[0].isdigit()
    for shape in (*_OTHERS, _REQUEST):
        for found in shape.finditer(text):
            yield found.start(), found.end(), False


_ANY = re.compile(r"[0-9]")
