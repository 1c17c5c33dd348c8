"""One spelling of what periods have many for: 25Q4, 01OCT26, 民国38年, nineteen ninety nine, past fortnight, 10月全月.

Nothing is decided here: each of these has one meaning, and the rules then need to know one form of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from matching.dates.date_patterns import MONTHS
from matching.text.numerals import ENGLISH_NUMBER, NUMBER, number

_MONTH = "(?:" + "|".join([*MONTHS, "sept", *(month[:3] for month in MONTHS)]) + r")(?![a-z])\.?"
_MONTH_ALONE = rf"{_MONTH}(?:,? (?:of )?[0-9]{{4}})?$"
_WEEKDAY = r"(?:(?:周|星期|礼拜)[一二三四五六日天]|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?)"
#: Years in words: nineteen ninety nine, two thousand (and) fifteen, twenty twenty-six.
_CENTURY = re.compile(
    rf"(?<![a-z])(?:(?P<c>nineteen|twenty)(?:[ -](?:hundred(?: and)? )?|(?: hundred and ))(?P<n>{ENGLISH_NUMBER})"
    rf"|two thousand(?:(?: and)? (?P<m>{ENGLISH_NUMBER}))?)(?![a-z ]*(?:days?|weeks?|months?|hours?)(?![a-z]))"
)
_REPUBLIC = re.compile(rf"民国(?P<n>元|{NUMBER})年")

_THIS_YEAR = re.compile(r"(?<=[a-z0-9]) (?:of |in )?(?P<step>this|last) year$")
_A_MONTH = re.compile(r"^(?:[0-9]{1,2} )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)")

Change = str | Callable[[re.Match[str]], str]


def _year_in_words(found: re.Match[str]) -> str:
    below = number(found["n"] or found["m"] or "zero")
    if below is None or (found["n"] and below < 10):  # twenty one is no year
        return found[0]
    return str({"nineteen": 1900, "twenty": 2000}.get(found["c"] or "", 2000) + below)


def _of_republic(found: re.Match[str]) -> str:
    count = 1 if found["n"] == "元" else number(found["n"])
    return f"{1911 + count}年" if count and count < 120 else found[0]


_TO_DATE = {"y": "year", "m": "month", "q": "quarter", "w": "week"}


def _in_hours(found: re.Match[str]) -> str:
    return f"{found['n'] or 24} hours"


def _short_year(found: re.Match[str]) -> str:
    """Oct '25 and August 99, which is no day of August."""
    year = int(found[2] or found[3])
    return f"{found[1]} {(1900 if year > 40 else 2000) + year}"


_SPELLINGS: tuple[tuple[re.Pattern[str], Change], ...] = (
    (_CENTURY, _year_in_words),
    (_REPUBLIC, _of_republic),
    # notes in brackets, and a count of days, that say again what stands there
    (re.compile(r"\((?:国庆|元旦|劳动|五一|春节|中秋|端午|清明)节?\)?|\(含(?:今|当|首尾|两)[天日端]?\)?"), ""),
    (re.compile(r"[,;]?\(?共(?:计)?[0-9]{1,4}[天日]\)?$"), ""),
    (re.compile(rf"\(({_WEEKDAY})\)"), r"\1"),
    (re.compile(r"(?<=月)(?:份)?(?:全月|整月|整个月|一整月|整|全)$"), ""),
    (re.compile(rf"^(?:the )?(?:(?:whole|entire|full|all)(?: month)?|month)(?: of)? (?={_MONTH_ALONE})"), ""),
    (re.compile(r" in full$"), ""),
    (re.compile(r"^((?:最近|近|过去).*[天日周月年季期拜])(?:至今|到今天|到现在)$"), r"\1"),
    (re.compile(r"(?<![a-z])thru(?![a-z])"), "through"),
    (re.compile(r"^(.*[、和与及,~至到-].*[0-9一二三四五六七八九十年])(?:这?两个?|这?[三四34]个)([月年])$"), r"\1\2"),
    (re.compile(r"(?<![a-z])(next|coming) fortnight"), r"\1 2 weeks"),
    (re.compile(r"(?<![a-z])(?<!last )(?<!past )(?<!ous )(?:a |one )?fortnight(?![a-z])"), "2 weeks"),
    (re.compile(r"(?<![a-z])(?P<n>[0-9]{1,3}) ?hrs?(?![a-z])|(?<=[ 0-9])24h(?![a-z])"), _in_hours),
    (re.compile(r"(?<=年)第?q([1-4])(?:季度)?$"), r"\1季度"),
    (re.compile(r"^'?([0-9]{2})年?[ -]?q([1-4])$"), r"20\1q\2"),
    (re.compile(r"^([1-4])q[ /-]?(?:20)?([0-9]{2})$"), r"20\2 q\1"),
    (re.compile(r"^q([1-4]) ?[/'] ?(?:20)?([0-9]{2})$"), r"20\2 q\1"),
    (re.compile(rf"(?<![0-9a-z])([0-9]{{1,2}})({_MONTH})([0-9]{{2}})(?![0-9])"), r"\1 \2 20\3"),
    (re.compile(rf"(?<![a-z])({_MONTH}) ?/ ?(?={_MONTH})"), r"\1 to "),
    (re.compile(rf"(?<![a-z0-9])({_MONTH})(?: of)? ?(?:['’]([0-9]{{2}})|(3[2-9]|[4-9][0-9]))$"), _short_year),
    (re.compile(r"(?<=[前去今])年年(?=[初底末中])"), "年"),
    (re.compile(r"^([ymqw])td$"), lambda found: _TO_DATE[found[1]] + " to date"),
    (re.compile(r"^(?:this )?(year|month|week|quarter) so far$"), r"\1 to date"),
)  # fmt: skip


def spelled(text: str) -> str:
    """A plain text in the one spelling that the rules know."""
    for wording, known in _SPELLINGS:
        text = wording.sub(known, text)
    return text


def with_year(text: str, today: date) -> str:
    """Jan-Sep this year: with its number, as 去年 and 今年 have theirs."""
    found = _THIS_YEAR.search(text)
    if found is None or _A_MONTH.match(text) is None:
        return text
    return f"{text[: found.start()]} {today.year - (found['step'] == 'last')}"
